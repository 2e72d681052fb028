/* turning_plan.c -- how the events of one image are gone through for conditions that turn: buckets
 * of days, windows that move alike, tests by the keys of events. */
#include "engine/turning_inside.h"

#include <stdlib.h>

/* The plan of one stream, being made. */
typedef struct {
    const Turning *turning;
    const SweepAsked *asked; /* by leaf and side */
    Arena *arena;
    size_t stream_index;
    TurnStream *stream;
    TurnTest *of_leaf;
    uint32_t *leaves; /* that ask of the stream */
    size_t leaves_count;
    int64_t
        *bounds; /* of all windows, ascending, each once: first days, and days after last ones */
    size_t bounds_count;
} Planner;

static const SweepAsked *asked_of(const Planner *planner, uint32_t leaf, TurnSide side)
{
    return &planner->asked[leaf * TURN_SIDES + side];
}

/* ---- buckets ---- */

static int compare_days(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void find_bounds(Planner *planner)
{
    size_t count = 0;
    int64_t *bounds = ARENA_ARRAY(planner->arena, int64_t, planner->leaves_count * TURN_SIDES * 2);
    for (size_t i = 0; i < planner->leaves_count; i++)
        for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
            DaySpan span = asked_of(planner, planner->leaves[i], side)->member.span;
            if (day_span_is_empty(span)) continue;
            if (span.has_begin) bounds[count++] = span.first.day;
            bounds[count++] = (int64_t)span.last.day + 1;
        }
    qsort(bounds, count, sizeof *bounds, compare_days);
    planner->bounds = bounds;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || bounds[i] != bounds[planner->bounds_count - 1])
            bounds[planner->bounds_count++] = bounds[i];
    planner->stream->buckets_count = planner->bounds_count + 1;
}

/* The bucket that begins with a bound. */
static uint16_t bucket_from(const Planner *planner, int64_t day)
{
    const int64_t *found =
        bsearch(&day, planner->bounds, planner->bounds_count, sizeof day, compare_days);
    return (uint16_t)(found - planner->bounds + 1);
}

static TurnBuckets buckets_of(const Planner *planner, DaySpan span)
{
    if (day_span_is_empty(span)) return (TurnBuckets){0, 0};
    return (TurnBuckets){span.has_begin ? bucket_from(planner, span.first.day) : 0,
                         bucket_from(planner, (int64_t)span.last.day + 1)};
}

/* How many kinds move in a bucket. */
static size_t kinds_moving(const TurnStream *stream, size_t bucket)
{
    size_t count = 0;
    for (size_t i = 0; i < stream->kinds_count; i++)
        count += turn_kind_moves(&stream->kinds[i], (uint16_t)bucket);
    return count;
}

static void fill_buckets(Planner *planner)
{
    TurnStream *stream = planner->stream;
    const Column *day = &stream->stream->day;
    size_t *moving = ARENA_ARRAY(planner->arena, size_t, stream->buckets_count);
    for (size_t i = 0; i < stream->buckets_count; i++)
        moving[i] = kinds_moving(stream, i);
    size_t stored_count = (size_t)((day->max - day->base) / day->factor) + 1, bucket = 0;
    uint16_t *buckets = ARENA_ARRAY(planner->arena, uint16_t, stored_count);
    for (size_t stored = 0; stored < stored_count; stored++) {
        int64_t at = day->base + day->factor * (int64_t)stored;
        while (bucket < planner->bounds_count && planner->bounds[bucket] <= at)
            bucket++;
        buckets[stored] = (uint16_t)(bucket | (moving[bucket] > 0 ? TURN_MOVES : 0));
        stream->moves_count += moving[bucket];
    }
    stream->bucket_of_day = buckets;
    stream->days_count = stored_count;
}

/* ---- windows that move alike ---- */

static bool is_same_kind(const TurnKind *a, const TurnKind *b)
{
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
        if (a->sides[side].begin != b->sides[side].begin ||
            a->sides[side].end != b->sides[side].end)
            return false;
    return true;
}

/* Windows that begin later come first, so that their begins are looked for in one direction. */
static int compare_kinds(const void *left, const void *right)
{
    const TurnKind *a = left, *b = right;
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        if (a->sides[side].begin != b->sides[side].begin)
            return b->sides[side].begin - a->sides[side].begin;
        if (a->sides[side].end != b->sides[side].end)
            return b->sides[side].end - a->sides[side].end;
    }
    return 0;
}

static TurnKind kind_of_leaf(const Planner *planner, uint32_t leaf)
{
    TurnKind kind = {0};
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
        kind.sides[side] = buckets_of(planner, asked_of(planner, leaf, side)->member.span);
    return kind;
}

static void find_kinds(Planner *planner)
{
    TurnStream *stream = planner->stream;
    TurnKind *kinds = ARENA_ARRAY(planner->arena, TurnKind, planner->leaves_count);
    for (size_t i = 0; i < planner->leaves_count; i++)
        kinds[i] = kind_of_leaf(planner, planner->leaves[i]);
    qsort(kinds, planner->leaves_count, sizeof *kinds, compare_kinds);
    for (size_t i = 0; i < planner->leaves_count; i++)
        if (i == 0 || !is_same_kind(&kinds[i], &kinds[stream->kinds_count - 1]))
            kinds[stream->kinds_count++] = kinds[i];
    stream->kinds = kinds;
}

/* ---- tests ---- */

static uint16_t measure_of(TurnStream *stream, const Column *field)
{
    if (field == NULL) return TURN_COUNTED;
    size_t place = 0;
    while (place < stream->measures_count && stream->measures[place] != field)
        place++;
    if (place == stream->measures_count) stream->measures[stream->measures_count++] = field;
    return (uint16_t)place;
}

static uint32_t kind_number(const Planner *planner, uint32_t leaf)
{
    TurnKind kind = kind_of_leaf(planner, leaf);
    const TurnStream *stream = planner->stream;
    const TurnKind *found =
        bsearch(&kind, stream->kinds, stream->kinds_count, sizeof kind, compare_kinds);
    return (uint32_t)(found - stream->kinds);
}

static void make_tests(Planner *planner)
{
    TurnStream *stream = planner->stream;
    stream->measures = ARENA_ARRAY(planner->arena, const Column *, planner->leaves_count);
    for (size_t i = 0; i < planner->leaves_count; i++) {
        uint32_t leaf = planner->leaves[i];
        const SweepAsked *asked = asked_of(planner, leaf, TURN_AFTER);
        planner->of_leaf[leaf] = (TurnTest){.leaf = leaf,
                                            .stream = (uint32_t)planner->stream_index,
                                            .kind = kind_number(planner, leaf),
                                            .measure = measure_of(stream, asked->member.field),
                                            .key = asked->key,
                                            .keys = asked->member.keys,
                                            .is_opposite = asked->member.is_opposite,
                                            .low = asked->member.low,
                                            .high = asked->member.high};
    }
}

static int compare_tests(const void *left, const void *right)
{
    const TurnTest *a = *(const TurnTest *const *)left, *b = *(const TurnTest *const *)right;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->measure != b->measure) return a->measure < b->measure ? -1 : 1;
    return (a->leaf > b->leaf) - (a->leaf < b->leaf);
}

static void order_tests(Planner *planner)
{
    TurnStream *stream = planner->stream;
    const TurnTest **tests = ARENA_ARRAY(planner->arena, const TurnTest *, planner->leaves_count);
    size_t count = 0;
    for (size_t i = 0; i < planner->leaves_count; i++) {
        const TurnTest *test = &planner->of_leaf[planner->leaves[i]];
        if (test->key == NULL)
            tests[count++] = test;
        else
            stream->kinds[test->kind].is_keyed = true;
    }
    qsort(tests, count, sizeof *tests, compare_tests);
    for (size_t i = count; i-- > 0;) {
        stream->kinds[tests[i]->kind].first_test = i;
        stream->kinds[tests[i]->kind].tests_count++;
    }
    stream->tests = tests;
}

/* ---- where kinds with tests of all events move ---- */

static bool do_all_move(const TurnStream *stream, uint16_t bucket)
{
    bool is_any = false;
    for (size_t i = 0; i < stream->kinds_count; i++) {
        if (stream->kinds[i].tests_count == 0) continue;
        if (!turn_kind_moves(&stream->kinds[i], bucket)) return false;
        is_any = true;
    }
    return is_any;
}

static void add_own_bucket(Planner *planner, uint16_t bucket)
{
    for (size_t i = 0; i < planner->stream->kinds_count; i++) {
        TurnKind *kind = &planner->stream->kinds[i];
        if (kind->tests_count > 0 && turn_kind_moves(kind, bucket))
            ARENA_PUSH(planner->arena, &kind->own, bucket);
    }
}

static void divide_buckets(Planner *planner)
{
    TurnStream *stream = planner->stream;
    stream->moves = ARENA_ARRAY(planner->arena, TurnMoves, stream->buckets_count);
    for (uint16_t bucket = 0; bucket < stream->buckets_count; bucket++)
        for (size_t i = 0; i < stream->kinds_count; i++) {
            if (!turn_kind_moves(&stream->kinds[i], bucket)) continue;
            stream->moves[bucket].is_of_all |= stream->kinds[i].tests_count > 0;
            stream->moves[bucket].is_keyed |= stream->kinds[i].is_keyed;
        }
    for (uint16_t bucket = 0; bucket < stream->buckets_count; bucket++)
        if (do_all_move(stream, bucket))
            ARENA_PUSH(planner->arena, &stream->common, bucket);
        else
            add_own_bucket(planner, bucket);
}

/* ---- tests of events with some keys ---- */

static void set_entries(const TurnStream *stream, TurnKeyed *keyed, const TurnTest *test)
{
    for (size_t word = 0; word < bit_words(keyed->size); word++)
        for (uint64_t rest = test->keys[word]; rest != 0; rest &= rest - 1) {
            size_t key = word * 64 + (size_t)__builtin_ctzll(rest);
            TurnEntry *entry = &keyed->entries[keyed->firsts[key]++];
            entry->test = test;
            for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
                entry->sides[side] = stream->kinds[test->kind].sides[side];
        }
}

/* From numbers of entries to the first one of each key; one more is the end. */
static size_t firsts_of_counts(uint32_t *firsts, size_t size)
{
    uint32_t first = 0;
    for (size_t key = 0; key <= size; key++) {
        uint32_t count = firsts[key];
        firsts[key] = first;
        first += count;
    }
    return first;
}

/* After each first one went on to where the next key begins. */
static void step_back(uint32_t *firsts, size_t size)
{
    for (size_t key = size; key > 0; key--)
        firsts[key] = firsts[key - 1];
    firsts[0] = 0;
}

static void count_keys(TurnKeyed *keyed, const TurnTest *test)
{
    for (size_t word = 0; word < bit_words(keyed->size); word++)
        for (uint64_t rest = test->keys[word]; rest != 0; rest &= rest - 1)
            keyed->firsts[word * 64 + (size_t)__builtin_ctzll(rest)]++;
}

/* All tests whose keys are those of one column. */
static void make_keyed(const Planner *planner, TurnKeyed *keyed)
{
    keyed->firsts = ARENA_ARRAY(planner->arena, uint32_t, keyed->size + 1);
    for (size_t i = 0; i < planner->leaves_count; i++) {
        const TurnTest *test = &planner->of_leaf[planner->leaves[i]];
        if (test->key == keyed->column) count_keys(keyed, test);
    }
    size_t count = firsts_of_counts(keyed->firsts, keyed->size);
    keyed->entries = ARENA_ARRAY(planner->arena, TurnEntry, count);
    for (size_t i = 0; i < planner->leaves_count; i++) {
        const TurnTest *test = &planner->of_leaf[planner->leaves[i]];
        if (test->key == keyed->column) set_entries(planner->stream, keyed, test);
    }
    step_back(keyed->firsts, keyed->size);
}

static bool has_keyed(const TurnStream *stream, const Column *column)
{
    for (size_t i = 0; i < stream->keyed_count; i++)
        if (stream->keyed[i].column == column) return true;
    return false;
}

static void find_keyed(Planner *planner)
{
    TurnStream *stream = planner->stream;
    stream->keyed = ARENA_ARRAY(planner->arena, TurnKeyed, planner->leaves_count);
    for (size_t i = 0; i < planner->leaves_count; i++) {
        const SweepAsked *asked = asked_of(planner, planner->leaves[i], TURN_AFTER);
        if (asked->key == NULL || has_keyed(stream, asked->key)) continue;
        TurnKeyed *keyed = &stream->keyed[stream->keyed_count++];
        *keyed = (TurnKeyed){.column = asked->key, .size = asked->keys_size};
        make_keyed(planner, keyed);
    }
}

/* ---- conditions on a date of the customer, such as his age ---- */

enum { STORED_MAX = 1 << 20 }; /* numbers of a column that has tables by them */

typedef struct {
    const Turning *turning;
    const Binding *binding;
    TurnPlan *plan;
    Arena *arena;
} Dater;

/* The test of a side when it is of the ranges of a column with few enough numbers; else NULL. */
static const ColumnTest *ranges_of(const Dater *dater, const TurnLeaf *leaf, TurnSide side)
{
    const ColumnTest *test = dater->binding->steps[leaf->steps[side]->index].test;
    if (test == NULL || test->kind != TEST_RANGES || test->is_opposite) return NULL;
    const Column *column = test->column;
    if (column->kind != COLUMN_INTEGER || !column->has_range || column->factor <= 0) return NULL;
    return (column->max - column->base) / column->factor < STORED_MAX ? test : NULL;
}

static size_t numbers_of(const Column *column)
{
    return (size_t)((column->max - column->base) / column->factor) + 1;
}

static TurnDated *dated_of(const Dater *dater, const Column *column)
{
    TurnPlan *plan = dater->plan;
    for (size_t i = 0; i < plan->dated_count; i++)
        if (plan->dated[i].column == column) return &plan->dated[i];
    TurnDated *dated = &plan->dated[plan->dated_count++];
    *dated = (TurnDated){.column = column, .size = numbers_of(column)};
    dated->firsts = ARENA_ARRAY(dater->arena, uint32_t, dated->size + 1);
    dated->is_turning = ARENA_ARRAY(dater->arena, uint64_t, bit_words(dated->size));
    return dated;
}

static bool lies_in_ranges(const ColumnTest *test, uint64_t number)
{
    for (size_t i = 0; i < test->ranges_count; i++)
        if (number >= test->ranges[i].low && number <= test->ranges[i].high) return true;
    return false;
}

/* Every stored number for which a leaf turns: from a bound of a range to the next one it does for
 * all or for none. */
static void each_turning(const Dater *dater, const TurnDated *dated, uint32_t leaf,
                         void (*visit)(const TurnDated *dated, uint32_t leaf, uint64_t number))
{
    const ColumnTest *tests[TURN_SIDES];
    size_t count = 0, capacity = 2;
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        tests[side] = ranges_of(dater, &dater->turning->leaves[leaf], side);
        capacity += 2 * tests[side]->ranges_count;
    }
    int64_t *bounds = ARENA_ARRAY(dater->arena, int64_t, capacity);
    bounds[count++] = 0;
    bounds[count++] = (int64_t)dated->size;
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
        for (size_t i = 0; i < tests[side]->ranges_count; i++) {
            StoredRange range = tests[side]->ranges[i];
            bounds[count++] = (int64_t)(range.low < dated->size ? range.low : dated->size);
            bounds[count++] = (int64_t)(range.high < dated->size ? range.high + 1 : dated->size);
        }
    qsort(bounds, count, sizeof *bounds, compare_days);
    for (size_t i = 0; i + 1 < count; i++) {
        uint64_t begin = (uint64_t)bounds[i], end = (uint64_t)bounds[i + 1];
        if (begin == end ||
            lies_in_ranges(tests[TURN_BEFORE], begin) == lies_in_ranges(tests[TURN_AFTER], begin))
            continue;
        for (uint64_t number = begin; number < end; number++)
            visit(dated, leaf, number);
    }
}

static void count_turning(const TurnDated *dated, uint32_t leaf, uint64_t number)
{
    (void)leaf;
    dated->firsts[number]++;
    dated->is_turning[number / 64] |= UINT64_C(1) << number % 64;
}

static void put_turning(const TurnDated *dated, uint32_t leaf, uint64_t number)
{
    dated->leaves[dated->firsts[number]++] = leaf;
}

static bool is_dated(const Dater *dater, const TurnLeaf *leaf)
{
    const ColumnTest *before = ranges_of(dater, leaf, TURN_BEFORE);
    const ColumnTest *after = ranges_of(dater, leaf, TURN_AFTER);
    return before != NULL && after != NULL && before->column == after->column;
}

static void plan_dates(const Dater *dater)
{
    TurnPlan *plan = dater->plan;
    IndexList dated = {0};
    for (uint32_t i = 0; i < dater->turning->leaves_count; i++) {
        const TurnLeaf *leaf = &dater->turning->leaves[i];
        if (leaf->is_of_events || leaf->rules.count == 0) continue;
        if (is_dated(dater, leaf))
            ARENA_PUSH(dater->arena, &dated, i);
        else
            ARENA_PUSH(dater->arena, &plan->others, i);
    }
    plan->dated = ARENA_ARRAY(dater->arena, TurnDated, dated.count);
    for (size_t i = 0; i < dated.count; i++) {
        const ColumnTest *test =
            ranges_of(dater, &dater->turning->leaves[dated.items[i]], TURN_AFTER);
        each_turning(dater, dated_of(dater, test->column), dated.items[i], count_turning);
    }
    for (size_t i = 0; i < plan->dated_count; i++) {
        size_t count = firsts_of_counts(plan->dated[i].firsts, plan->dated[i].size);
        plan->dated[i].leaves = ARENA_ARRAY(dater->arena, uint32_t, count);
    }
    for (size_t i = 0; i < dated.count; i++) {
        const ColumnTest *test =
            ranges_of(dater, &dater->turning->leaves[dated.items[i]], TURN_AFTER);
        each_turning(dater, dated_of(dater, test->column), dated.items[i], put_turning);
    }
    for (size_t i = 0; i < plan->dated_count; i++)
        step_back(plan->dated[i].firsts, plan->dated[i].size);
}

/* ---- all ---- */

static void list_leaves(Planner *planner)
{
    const Turning *turning = planner->turning;
    planner->leaves = ARENA_ARRAY(planner->arena, uint32_t, turning->leaves_count);
    for (size_t i = 0; i < turning->leaves_count; i++) {
        const TurnLeaf *leaf = &turning->leaves[i];
        if (!leaf->is_of_events || leaf->rules.count == 0) continue;
        if (asked_of(planner, (uint32_t)i, TURN_AFTER)->stream_index == planner->stream_index)
            planner->leaves[planner->leaves_count++] = (uint32_t)i;
    }
}

static void plan_stream(Planner *planner)
{
    list_leaves(planner);
    if (planner->leaves_count == 0) return;
    find_bounds(planner);
    find_kinds(planner);
    make_tests(planner);
    order_tests(planner);
    divide_buckets(planner);
    find_keyed(planner);
    if (planner->stream->stream->count > 0) fill_buckets(planner);
}

TurnPlan turn_plan(const Turning *turning, size_t binding, const SweepAsked *asked)
{
    Arena *arena = turning->program->arena;
    const Image *image = turning->program->bindings[binding].image;
    size_t count = image_streams_count(image);
    TurnTest *of_leaf = ARENA_ARRAY(arena, TurnTest, turning->leaves_count);
    TurnPlan plan = {.streams = ARENA_ARRAY(arena, TurnStream, count), .of_leaf = of_leaf};
    for (size_t i = 0; i < count; i++) {
        plan.streams[i].stream = image_stream(image, i);
        Planner planner = {.turning = turning,
                           .asked = asked,
                           .arena = arena,
                           .stream_index = i,
                           .stream = &plan.streams[i],
                           .of_leaf = of_leaf};
        plan_stream(&planner);
    }
    plan.streams_count = count;
    Dater dater = {.turning = turning,
                   .binding = &turning->program->bindings[binding],
                   .plan = &plan,
                   .arena = arena};
    plan_dates(&dater);
    return plan;
}
