/* turning_run.c -- a chunk of customers gone through for conditions that turn.
 *
 * The days of all events are looked up once. Those that some window moves over are hits; a customer
 * of a hit is compared for the windows of its bucket, by the difference of two running totals.
 * Whoever turns a condition is looked at by the rules that have it. */
#include "engine/turning_inside.h"

#include "base/memory.h"
#include "engine/kernels_common.h"
#include "engine/nodes.h"

#include <stdlib.h>
#include <string.h>

/* One chunk. */
typedef struct {
    const Turning *turning;
    const TurnPlan *plan;
    TurnHand *hand;
    Scope *customers;
    const uint64_t *need; /* NULL: all */
    const CustomerId *ids;
} Pass;

/* One stream of it. */
typedef struct {
    const Pass *pass;
    const TurnStream *stream;
    const uint32_t *offsets; /* of the first row */
    size_t rows_count, events_count;
    size_t hits_count; /* in the order of customers and time */
} StreamPass;

/* ---- memory ---- */

void turn_hand_free(TurnHand *hand)
{
    TurnGroup *group = &hand->group;
    free(hand->buckets);
    free(hand->hits);
    free(hand->ordered);
    free(hand->left);
    free(hand->sums);
    free(hand->starts);
    free(group->begins);
    free(group->ends);
    free(group->rows);
    free(group->turned);
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        free(group->numbers[side]);
        for (size_t i = 0; i < TURN_ENDS; i++)
            free(group->bounds[side][i].at);
    }
}

static void *larger(void *array, size_t count, size_t size_bytes)
{
    free(array);
    return memory_alloc(memory_product(count, size_bytes));
}

static void reserve_group(TurnGroup *group, size_t count)
{
    group->begins = larger(group->begins, count, sizeof *group->begins);
    group->ends = larger(group->ends, count, sizeof *group->ends);
    group->rows = larger(group->rows, count, sizeof *group->rows);
    group->turned = larger(group->turned, count, sizeof *group->turned);
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        group->numbers[side] = larger(group->numbers[side], count, sizeof(int64_t));
        for (size_t i = 0; i < TURN_ENDS; i++)
            group->bounds[side][i].at = larger(group->bounds[side][i].at, count, sizeof(uint32_t));
    }
}

/* One more than there are: what is kept is written before it is known to be. */
static void reserve_events(TurnHand *hand, size_t count)
{
    if (count + 1 <= hand->events_max) return;
    hand->events_max = count + count / 4 + 1;
    hand->buckets = larger(hand->buckets, hand->events_max, sizeof *hand->buckets);
    hand->hits = larger(hand->hits, hand->events_max, sizeof *hand->hits);
    hand->ordered = larger(hand->ordered, hand->events_max, sizeof *hand->ordered);
    hand->left = larger(hand->left, hand->events_max, sizeof *hand->left);
    reserve_group(&hand->group, hand->events_max);
}

/* Room for what a stream of the chunk needs. */
static void reserve(const StreamPass *at)
{
    TurnHand *hand = at->pass->hand;
    size_t sums = at->stream->measures_count * (at->events_count + at->rows_count);
    reserve_events(hand, at->events_count);
    if (sums > hand->sums_max) {
        hand->sums_max = sums + sums / 4;
        hand->sums = larger(hand->sums, hand->sums_max, sizeof *hand->sums);
    }
    if (at->stream->buckets_count + 1 > hand->buckets_max) {
        hand->buckets_max = at->stream->buckets_count + 1;
        hand->starts = larger(hand->starts, hand->buckets_max, sizeof *hand->starts);
    }
}

/* ---- numbers of one customer, event by event ---- */

static uint64_t stored_of(const Column *column, uint64_t event)
{
    return column->width_bytes == 0 ? 0 : kernel_stored(column->data, column->width_bytes, event);
}

static uint64_t key_of(const Column *column, uint64_t event)
{
    return column->width_bytes == 0 ? (uint64_t)column->base : stored_of(column, event);
}

static uint64_t value_of(const Column *field, uint64_t event)
{
    if (field->is_empty || (field->present != NULL && !bit_at(field->present, event))) return 0;
    return (uint64_t)field->base + (uint64_t)field->factor * stored_of(field, event);
}

/* What a test compares, of a row of the image. */
static int64_t number_of(const TurnStream *stream, const TurnTest *test, TurnSide side,
                         uint64_t row)
{
    TurnBuckets window = stream->kinds[test->kind].sides[side];
    const uint32_t *offsets = stream->stream->offsets + row;
    uint64_t number = 0;
    for (uint64_t event = offsets[0]; event < offsets[1]; event++) {
        uint16_t bucket =
            stream->bucket_of_day[stored_of(&stream->stream->day, event)] & TURN_BUCKET_MASK;
        if (!turn_buckets_hold(window, bucket)) continue;
        if (test->key != NULL && !bit_at(test->keys, key_of(test->key, event))) continue;
        number +=
            test->measure == TURN_COUNTED ? 1 : value_of(stream->measures[test->measure], event);
    }
    return (int64_t)number;
}

/* ---- rules of those who turn a condition ---- */

/* Customers of the chunk about whom a leaf turns; marked: it begins to hold. */
typedef struct {
    uint32_t leaf;
    MarkedPlace *rows;
    size_t count;
} Turns;

/* Leaves those for whom a step holds. */
static Status keep_where(const Pass *pass, const Step *step, Turns *turns, Error *err)
{
    const ColumnTest *test = pass->customers->binding->steps[step->index].test;
    if (test != NULL && test->column != NULL) {
        turns->count = column_test_keep(test, pass->customers->begin, !step->node->negated,
                                        turns->rows, turns->count);
        return STATUS_OK;
    }
    Vector vector;
    size_t kept = 0;
    TRY(scope_value(pass->customers, step, NULL, &vector, err));
    for (size_t i = 0; i < turns->count; i++) {
        MarkedPlace row = turns->rows[i];
        turns->rows[kept] = row;
        kept += bit_at(vector.as.bits, row.place);
    }
    turns->count = kept;
    return STATUS_OK;
}

static Status leaf_holds(const Pass *pass, uint32_t leaf, TurnSide side, size_t row,
                         bool *ret_holds, Error *err)
{
    if (!pass->turning->leaves[leaf].is_of_events) {
        Vector vector;
        const Step *step = pass->turning->leaves[leaf].steps[side];
        const ColumnTest *test = pass->customers->binding->steps[step->index].test;
        if (test != NULL && test->column != NULL) {
            *ret_holds =
                column_test_meets(test, pass->customers->begin + row) != step->node->negated;
            return STATUS_OK;
        }
        TRY(scope_value(pass->customers, step, NULL, &vector, err));
        *ret_holds = bit_at(vector.as.bits, row);
        return STATUS_OK;
    }
    const TurnTest *test = &pass->plan->of_leaf[leaf];
    const TurnStream *stream = &pass->plan->streams[test->stream];
    int64_t number = number_of(stream, test, side, pass->customers->begin + row);
    *ret_holds = turn_test_meets(test, number);
    return STATUS_OK;
}

/* Leaves those for whom another leaf holds: on the new day where this one begins to, else on the
 * old one. */
static Status keep_where_leaf(const Pass *pass, uint32_t other, Turns *turns, Error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < turns->count; i++) {
        MarkedPlace row = turns->rows[i];
        bool holds;
        TRY(leaf_holds(pass, other, row.mark ? TURN_AFTER : TURN_BEFORE, row.place, &holds, err));
        turns->rows[kept] = row;
        kept += holds;
    }
    turns->count = kept;
    return STATUS_OK;
}

static void reserve_list(TurnedList *list, size_t count)
{
    enum { CAPACITY_FIRST = 256 };
    if (list->count + count <= list->capacity) return;
    list->capacity = 2 * (list->count + count) + CAPACITY_FIRST;
    list->items = memory_resize(list->items, memory_product(list->capacity, sizeof(CustomerId)));
}

/* Those who are left; one more place than there are is written. */
static void put_turned(const Pass *pass, uint32_t rule, const Turns *turns)
{
    TurnedLists *lists = &pass->hand->of_rules[rule];
    reserve_list(&lists->joined, turns->count + 1);
    reserve_list(&lists->left, turns->count + 1);
    for (size_t i = 0; i < turns->count; i++) {
        MarkedPlace row = turns->rows[i];
        CustomerId id = pass->ids[row.place];
        lists->joined.items[lists->joined.count] = id;
        lists->left.items[lists->left.count] = id;
        lists->joined.count += row.mark;
        lists->left.count += !row.mark;
    }
}

static Status look_at_rule(const Pass *pass, uint32_t index, Turns turns, Error *err)
{
    const TurnRule *rule = &pass->turning->rules[index];
    for (size_t i = 0; turns.count > 0 && i < rule->still_count; i++)
        TRY(keep_where(pass, rule->still[i], &turns, err));
    for (size_t i = 0; turns.count > 0 && i < rule->leaves_count; i++)
        if (rule->leaves[i] != turns.leaf) TRY(keep_where_leaf(pass, rule->leaves[i], &turns, err));
    if (turns.count > 0) put_turned(pass, index, &turns);
    return STATUS_OK;
}

static Status look_at_rules(const Pass *pass, Turns turns, Error *err)
{
    const IndexList *rules = &pass->turning->leaves[turns.leaf].rules;
    if (turns.count == 0) return STATUS_OK;
    if (rules->count == 1) return look_at_rule(pass, rules->items[0], turns, err);
    for (size_t i = 0; i < rules->count; i++) {
        Turns left = turns;
        left.rows = pass->hand->left;
        memcpy(left.rows, turns.rows, turns.count * sizeof *turns.rows);
        TRY(look_at_rule(pass, rules->items[i], left, err));
    }
    return STATUS_OK;
}

/* ---- hits ---- */

static inline size_t list_hits(const StreamPass *at, uint8_t width_bytes)
{
    const uint64_t *need = at->pass->need;
    const uint32_t *offsets = at->offsets;
    const void *days = kernel_from(at->stream->stream->day.data, width_bytes, offsets[0]);
    const uint16_t *bucket_of_day = at->stream->bucket_of_day;
    uint16_t *buckets = at->pass->hand->buckets;
    TurnHit *hits = at->pass->hand->hits;
    size_t count = 0;
    for (size_t row = 0; row < at->rows_count; row++) {
        if (!bit_needed(need, row)) continue;
        for (uint32_t i = offsets[row] - offsets[0]; i < offsets[row + 1] - offsets[0]; i++) {
            uint64_t stored = width_bytes == 0 ? 0 : kernel_stored(days, width_bytes, i);
            uint16_t found = bucket_of_day[stored], bucket = found & TURN_BUCKET_MASK;
            buckets[i] = bucket;
            hits[count] = (TurnHit){.event = i, .row = (uint16_t)row, .bucket = bucket};
            count += found >> 15;
        }
    }
    return count;
}

static size_t list_hits_of_width(const StreamPass *at)
{
    switch (at->stream->stream->day.width_bytes) {
    case 1: return list_hits(at, 1);
    case 2: return list_hits(at, 2);
    case 4: return list_hits(at, 4);
    case 8: return list_hits(at, 8);
    default: return list_hits(at, 0);
    }
}

/* ---- tests of events with some keys ---- */

/* Each customer once for each test, whatever his events. */
static Status test_key(const StreamPass *at, const TurnTest *test, size_t hit_row, Error *err)
{
    const Pass *pass = at->pass;
    CustomerId id = pass->ids[hit_row];
    if (pass->hand->last_customers[test->leaf] == id.value) return STATUS_OK;
    pass->hand->last_customers[test->leaf] = id.value;
    uint64_t row = pass->customers->begin + hit_row;
    bool was = turn_test_meets(test, number_of(at->stream, test, TURN_BEFORE, row));
    bool is = turn_test_meets(test, number_of(at->stream, test, TURN_AFTER, row));
    if (was == is) return STATUS_OK;
    MarkedPlace turned = {(uint16_t)hit_row, is};
    return look_at_rules(pass, (Turns){test->leaf, &turned, 1}, err);
}

/* The hits where tests with keys move, without a jump for each. */
static size_t keyed_hits(const StreamPass *at, TurnHit *ret_hits)
{
    const TurnHit *hits = at->pass->hand->hits;
    const TurnMoves *moves = at->stream->moves;
    size_t count = 0;
    for (size_t i = 0; i < at->hits_count; i++) {
        ret_hits[count] = hits[i];
        count += moves[hits[i].bucket].is_keyed;
    }
    return count;
}

static Status test_keys(const StreamPass *at, const TurnKeyed *keyed, Error *err)
{
    TurnHit *hits = at->pass->hand->ordered; /* later those of all events */
    size_t count = keyed_hits(at, hits);
    for (size_t i = 0; i < count; i++) {
        uint64_t key = key_of(keyed->column, at->offsets[0] + (uint64_t)hits[i].event);
        const TurnEntry *end = &keyed->entries[keyed->firsts[key + 1]];
        for (const TurnEntry *entry = &keyed->entries[keyed->firsts[key]]; entry < end; entry++)
            if (turn_sides_move(entry->sides, hits[i].bucket))
                TRY(test_key(at, entry->test, hits[i].row, err));
    }
    return STATUS_OK;
}

/* ---- running totals ---- */

/* What the events of a customer before each of them add up to, and all of them. */
static inline void add_up(const StreamPass *at, const Column *field, uint8_t width_bytes,
                          size_t row, uint64_t *sums)
{
    uint64_t first = at->offsets[0], total = 0;
    uint32_t begin = at->offsets[row] - at->offsets[0], end = at->offsets[row + 1] - at->offsets[0];
    const void *stored = kernel_from(field->data, width_bytes, first);
    uint64_t base = field->is_empty ? 0 : (uint64_t)field->base, factor = (uint64_t)field->factor;
    sums += row;
    for (uint32_t i = begin; i < end; i++) {
        sums[i] = total;
        uint64_t number = width_bytes == 0 ? 0 : kernel_stored(stored, width_bytes, i);
        bool is_there = field->present == NULL || bit_at(field->present, first + i);
        total += is_there ? base + factor * number : 0;
    }
    sums[end] = total;
}

static void add_up_of_width(const StreamPass *at, const Column *field, size_t row, uint64_t *sums)
{
    switch (field->width_bytes) {
    case 1: add_up(at, field, 1, row, sums); break;
    case 2: add_up(at, field, 2, row, sums); break;
    case 4: add_up(at, field, 4, row, sums); break;
    case 8: add_up(at, field, 8, row, sums); break;
    default: add_up(at, field, 0, row, sums);
    }
}

static uint64_t *sums_of(const StreamPass *at, size_t measure)
{
    return at->pass->hand->sums + measure * (at->events_count + at->rows_count);
}

/* Of customers with a hit. */
static void add_up_all(const StreamPass *at)
{
    const TurnHit *hits = at->pass->hand->hits;
    for (size_t measure = 0; measure < at->stream->measures_count; measure++) {
        uint64_t *sums = sums_of(at, measure);
        for (size_t i = 0; i < at->hits_count; i++)
            if (i == 0 || hits[i].row != hits[i - 1].row)
                add_up_of_width(at, at->stream->measures[measure], hits[i].row, sums);
    }
}

/* ---- hits by bucket ---- */

/* Each customer once in a bucket where tests of all events move, at his first event there. */
static void keep_first_hits(StreamPass *at)
{
    TurnHit *hits = at->pass->hand->hits;
    const TurnMoves *moves = at->stream->moves;
    TurnHit last = {.row = UINT16_MAX};
    size_t kept = 0;
    for (size_t i = 0; i < at->hits_count; i++) {
        TurnHit hit = hits[i];
        bool is_first = last.row != hit.row || last.bucket != hit.bucket;
        last = hit;
        hits[kept] = hit;
        kept += is_first && moves[hit.bucket].is_of_all;
    }
    at->hits_count = kept;
}

static void order_hits(const StreamPass *at)
{
    const TurnHand *hand = at->pass->hand;
    size_t buckets_count = at->stream->buckets_count;
    uint32_t *starts = hand->starts, first = 0;
    memset(starts, 0, (buckets_count + 1) * sizeof *starts);
    for (size_t i = 0; i < at->hits_count; i++)
        starts[hand->hits[i].bucket]++;
    for (size_t bucket = 0; bucket <= buckets_count; bucket++) {
        uint32_t count = starts[bucket];
        starts[bucket] = first;
        first += count;
    }
    for (size_t i = 0; i < at->hits_count; i++)
        hand->ordered[starts[hand->hits[i].bucket]++] = hand->hits[i];
}

/* Adds the customers of a bucket; after order_hits one starts where the one before it ends. */
static void add_hits(const StreamPass *at, size_t bucket)
{
    const TurnHand *hand = at->pass->hand;
    TurnGroup *group = &at->pass->hand->group;
    uint32_t first = bucket == 0 ? 0 : hand->starts[bucket - 1], end = hand->starts[bucket];
    for (uint32_t i = first; i < end; i++, group->count++) {
        TurnHit hit = hand->ordered[i];
        group->rows[group->count] = hit.row;
        group->begins[group->count] = at->offsets[hit.row] - at->offsets[0];
        group->ends[group->count] = at->offsets[hit.row + 1] - at->offsets[0];
        for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
            group->bounds[side][0].at[group->count] = hit.event;
            group->bounds[side][1].at[group->count] = group->ends[group->count];
        }
    }
}

/* ---- windows ---- */

/* A customer's events. */
typedef struct {
    uint32_t begin, end;
} Events;

/* The first event of begin .. end - 1 that is not before a bucket. */
static uint32_t first_not_before(const uint16_t *buckets, Events among, uint16_t bucket)
{
    while (among.begin < among.end) {
        uint32_t middle = among.begin + (among.end - among.begin) / 2;
        if (buckets[middle] < bucket)
            among.begin = middle + 1;
        else
            among.end = middle;
    }
    return among.begin;
}

/* The same of all of a customer's events, looked for near `at`: the begins of one window after
 * another are. */
static inline uint32_t seek(const uint16_t *buckets, Events events, uint32_t at, uint16_t bucket)
{
    if (at < events.end && buckets[at] < bucket) {
        uint32_t step = 1, low = at + 1;
        while (low + step < events.end && buckets[low + step] < bucket) {
            low += step + 1;
            step *= 2;
        }
        uint32_t high = low + step < events.end ? low + step : events.end;
        return first_not_before(buckets, (Events){low, high}, bucket);
    }
    if (at > events.begin && buckets[at - 1] >= bucket) {
        uint32_t step = 1, high = at - 1;
        while (high >= events.begin + step && buckets[high - step] >= bucket) {
            high -= step;
            step *= 2;
        }
        uint32_t low = high >= events.begin + step ? high - step : events.begin;
        return first_not_before(buckets, (Events){low, high}, bucket);
    }
    return at;
}

/* Where a bucket begins; of customers that stay in the group only when it is another one. */
static void seek_all(const StreamPass *at, TurnBounds *bounds, uint16_t bucket)
{
    const uint16_t *buckets = at->pass->hand->buckets;
    const TurnGroup *group = &at->pass->hand->group;
    bool is_known = bounds->is_known && bounds->bucket == bucket;
    for (size_t i = is_known ? group->staying_count : 0; i < group->count; i++)
        bounds->at[i] =
            seek(buckets, (Events){group->begins[i], group->ends[i]}, bounds->at[i], bucket);
    bounds->is_known = true;
    bounds->bucket = bucket;
}

static void find_windows(const StreamPass *at, const TurnKind *kind)
{
    TurnGroup *group = &at->pass->hand->group;
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        seek_all(at, &group->bounds[side][0], kind->sides[side].begin);
        seek_all(at, &group->bounds[side][1], kind->sides[side].end);
    }
}

static void measure_windows(const StreamPass *at, uint16_t measure)
{
    TurnGroup *group = &at->pass->hand->group;
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        const uint32_t *begins = group->bounds[side][0].at, *ends = group->bounds[side][1].at;
        int64_t *numbers = group->numbers[side];
        if (measure == TURN_COUNTED) {
            for (size_t i = 0; i < group->count; i++)
                numbers[i] = (int64_t)ends[i] - begins[i];
            continue;
        }
        const uint64_t *sums = sums_of(at, measure);
        for (size_t i = 0; i < group->count; i++)
            numbers[i] =
                (int64_t)(sums[ends[i] + group->rows[i]] - sums[begins[i] + group->rows[i]]);
    }
}

static Status test_windows(const StreamPass *at, const TurnTest *test, Error *err)
{
    const TurnGroup *group = &at->pass->hand->group;
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        bool was = turn_test_meets(test, group->numbers[TURN_BEFORE][i]);
        bool is = turn_test_meets(test, group->numbers[TURN_AFTER][i]);
        group->turned[count] = (MarkedPlace){group->rows[i], is};
        count += was != is;
    }
    return look_at_rules(at->pass, (Turns){test->leaf, group->turned, count}, err);
}

static Status test_kind(const StreamPass *at, const TurnKind *kind, Error *err)
{
    const TurnTest *const *tests = at->stream->tests + kind->first_test;
    find_windows(at, kind);
    for (size_t i = 0; i < kind->tests_count; i++) {
        if (i == 0 || tests[i]->measure != tests[i - 1]->measure)
            measure_windows(at, tests[i]->measure);
        TRY(test_windows(at, tests[i], err));
    }
    return STATUS_OK;
}

static void begin_group(TurnGroup *group)
{
    group->count = group->staying_count = 0;
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
        for (size_t i = 0; i < TURN_ENDS; i++)
            group->bounds[side][i].is_known = false;
}

/* Customers of buckets where all kinds move stay in the group, and the begins of windows are found
 * from one kind to the next; those of a kind's own buckets are put behind them. */
static Status test_kinds(const StreamPass *at, Error *err)
{
    const TurnStream *stream = at->stream;
    TurnGroup *group = &at->pass->hand->group;
    begin_group(group);
    for (size_t i = 0; i < stream->common.count; i++)
        add_hits(at, stream->common.items[i]);
    group->staying_count = group->count;
    for (size_t i = 0; i < stream->kinds_count; i++) {
        const TurnKind *kind = &stream->kinds[i];
        if (kind->tests_count == 0) continue;
        group->count = group->staying_count;
        for (size_t k = 0; k < kind->own.count; k++)
            add_hits(at, kind->own.items[k]);
        if (group->count > 0) TRY(test_kind(at, kind, err));
    }
    return STATUS_OK;
}

/* ---- a chunk ---- */

static Status pass_stream(const Pass *pass, const TurnStream *stream, Error *err)
{
    if (stream->bucket_of_day == NULL) return STATUS_OK;
    StreamPass at = {.pass = pass,
                     .stream = stream,
                     .offsets = stream->stream->offsets + pass->customers->begin,
                     .rows_count = pass->customers->count};
    at.events_count = at.offsets[at.rows_count] - at.offsets[0];
    reserve(&at);
    at.hits_count = list_hits_of_width(&at);
    if (at.hits_count == 0) return STATUS_OK;
    for (size_t i = 0; i < stream->keyed_count; i++)
        TRY(test_keys(&at, &stream->keyed[i], err));
    keep_first_hits(&at);
    add_up_all(&at);
    order_hits(&at);
    return test_kinds(&at, err);
}

/* Customers with a date for which some condition turns, such as their birthday. */
static Status pass_date(const Pass *pass, const TurnDated *dated, size_t row, uint64_t number,
                        Error *err)
{
    const BoundStep *steps = pass->customers->binding->steps;
    uint64_t place = pass->customers->begin + row;
    for (uint32_t i = dated->firsts[number]; i < dated->firsts[number + 1]; i++) {
        const TurnLeaf *leaf = &pass->turning->leaves[dated->leaves[i]];
        bool holds[TURN_SIDES];
        for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
            holds[side] = column_test_meets(steps[leaf->steps[side]->index].test, place) !=
                          leaf->steps[side]->node->negated;
        if (holds[TURN_BEFORE] == holds[TURN_AFTER]) continue; /* he has no date */
        MarkedPlace turned = {(uint16_t)row, holds[TURN_AFTER]};
        TRY(look_at_rules(pass, (Turns){dated->leaves[i], &turned, 1}, err));
    }
    return STATUS_OK;
}

static Status pass_dates(const Pass *pass, const TurnDated *dated, Error *err)
{
    for (size_t row = 0; row < pass->customers->count; row++) {
        uint64_t number = stored_of(dated->column, pass->customers->begin + row);
        if (bit_at(dated->is_turning, number) && bit_needed(pass->need, row))
            TRY(pass_date(pass, dated, row, number, err));
    }
    return STATUS_OK;
}

/* Another condition of the customer and the day. */
static Status pass_customers(const Pass *pass, uint32_t index, Error *err)
{
    const TurnLeaf *leaf = &pass->turning->leaves[index];
    Vector before, after;
    TRY(scope_value(pass->customers, leaf->steps[TURN_BEFORE], NULL, &before, err));
    TRY(scope_value(pass->customers, leaf->steps[TURN_AFTER], NULL, &after, err));
    MarkedPlace rows[IMAGE_BLOCK_ROWS];
    Turns turns = {.leaf = index, .rows = rows};
    for (size_t word = 0; word < scope_words(pass->customers); word++) {
        uint64_t turned = before.as.bits[word] ^ after.as.bits[word];
        if (pass->need != NULL) turned &= pass->need[word];
        for (; turned != 0; turned &= turned - 1) {
            size_t row = word * 64 + (size_t)__builtin_ctzll(turned);
            rows[turns.count++] = (MarkedPlace){(uint16_t)row, bit_at(after.as.bits, row)};
        }
    }
    return look_at_rules(pass, turns, err);
}

Status turn_chunk(void *context, Worker *worker, const Chunk *chunk, const uint64_t *need,
                  Error *err)
{
    const Turning *turning = context;
    const Pass pass = {.turning = turning,
                       .plan = &turning->plans[chunk->binding],
                       .hand = &turning->hands[worker->number],
                       .customers = &worker->customers,
                       .need = need,
                       .ids = image_customer_ids(worker->customers.image) + chunk->row_begin};
    reserve_events(pass.hand, IMAGE_BLOCK_ROWS);
    for (size_t i = 0; i < pass.plan->streams_count; i++)
        TRY(pass_stream(&pass, &pass.plan->streams[i], err));
    for (size_t i = 0; i < pass.plan->dated_count; i++)
        TRY(pass_dates(&pass, &pass.plan->dated[i], err));
    for (size_t i = 0; i < pass.plan->others.count; i++)
        TRY(pass_customers(&pass, pass.plan->others.items[i], err));
    return STATUS_OK;
}
