/* rank.c -- top and bottom: who is chosen by each ranking, made before whatever uses it.
 *
 * The rankings of a stage are filled in one pass over the data: a key per customer, larger for a
 * better place. The place where the ranking ends is found by counting keys digit by digit; only
 * customers whose key is that very one are ordered by their codes. */
#include "base/memory.h"
#include "engine/nodes.h"
#include "engine/parallel.h"

#include <stdlib.h>
#include <string.h>

/* One ranking while it is made, per image. */
typedef struct {
    Ranking *ranking;
    uint64_t *keys[BINDINGS_MAX];   /* on the heap, in large pages; of those ranked only */
    uint64_t *ranked[BINDINGS_MAX]; /* a bit per row */
} RankingKeys;

typedef struct {
    EngineProgram *program;
    RankingKeys *items;
    size_t count;
    Arena *arena;
} Stage;

/* ---- keys ---- */

static const uint64_t SIGN = UINT64_C(1) << 63;

static uint64_t key_of_integer(int64_t number)
{
    return (uint64_t)number ^ SIGN;
}

static uint64_t key_of_ratio(double ratio)
{
    uint64_t bits;
    ratio += 0.0; /* both zeros are one */
    memcpy(&bits, &ratio, sizeof bits);
    return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

static void keep_keys(RankingKeys *keys, const Chunk *chunk, const Vector *by,
                      const uint64_t *ranked)
{
    uint64_t flip = keys->ranking->step->node->as.rank.is_top ? 0 : ~UINT64_C(0);
    uint64_t *target = keys->keys[chunk->binding] + chunk->row_begin;
    FOR_EACH_BIT (i, ranked, bit_words(chunk->rows_count)) {
        uint64_t key = by->kind == LANE_RATIOS ? key_of_ratio(by->as.ratios[i])
                                               : key_of_integer(by->as.integers[i]);
        target[i] = key ^ flip;
    }
    memcpy(keys->ranked[chunk->binding] + chunk->row_begin / 64, ranked,
           bit_words(chunk->rows_count) * sizeof *ranked);
}

/* Whoever may fail in `by` is asked, as by the reference evaluator; else only those within. */
static Status rank_chunk(RankingKeys *keys, Scope *scope, const Chunk *chunk, const uint64_t *need,
                         Error *err)
{
    const Step *step = keys->ranking->step, *by_step = step->inputs[0];
    const uint64_t *within = need;
    Vector by;
    if (step->inputs_count > 1) TRY(scope_condition(scope, step->inputs[1], need, &within, err));
    TRY(scope_value(scope, by_step, by_step->can_fail ? need : within, &by, err));
    const uint64_t *ranked = scope_both(scope, by.present, within);
    keep_keys(keys, chunk, &by, ranked == NULL ? scope_all_bits(scope) : ranked);
    return STATUS_OK;
}

static Status rank_stage_chunk(void *context, Worker *worker, const Chunk *chunk,
                               const uint64_t *need, Error *err)
{
    Stage *stage = context;
    for (size_t i = 0; i < stage->count; i++)
        TRY(rank_chunk(&stage->items[i], &worker->customers, chunk, need, err));
    return STATUS_OK;
}

/* ---- where the ranking ends ---- */

static uint64_t ranked_count(const Stage *stage, const RankingKeys *keys)
{
    uint64_t count = 0;
    const Kernels *kernels = stage->program->workers[0]->kernels;
    for (size_t i = 0; i < stage->program->bindings_count; i++)
        count += kernels->count_bits(keys->ranked[i],
                                     image_row_words(stage->program->bindings[i].image));
    return count;
}

static uint64_t chosen_count(const Node *rank, uint64_t ranked)
{
    Int128 wanted = rank->as.rank.amount;
    Int128 unit = DECIMAL_POW10[rank->as.rank.amount_scale];
    if (rank->as.rank.is_percent) {
        wanted *= (Int128)ranked;
        unit *= 100;
    }
    Int128 rounded_up = wanted <= 0 ? 0 : (wanted + unit - 1) / unit;
    return rounded_up < (Int128)ranked ? (uint64_t)rounded_up : ranked;
}

/* A digit at a time, of those that the keys differ in: few enough counts to stay near. */
enum { DIGIT_BITS = 12, DIGITS = 1 << DIGIT_BITS };

/* Keys among which the last one is; a digit of a key is that of its distance to the least. */
typedef struct {
    uint64_t *items; /* owned; NULL: all that are ranked */
    size_t count;
    uint64_t least, greatest;
    unsigned shift;
} KeyRange;

static void include(KeyRange *range, uint64_t key)
{
    if (key < range->least) range->least = key;
    if (key > range->greatest) range->greatest = key;
}

static size_t digit_of(const KeyRange *range, uint64_t key)
{
    return (size_t)((key - range->least) >> range->shift);
}

static void settle(KeyRange *range)
{
    uint64_t span = range->greatest - range->least;
    unsigned bits = span == 0 ? 0 : 64 - (unsigned)__builtin_clzll(span);
    range->shift = bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;
}

typedef void EachKey(void *context, uint64_t key);

static inline __attribute__((always_inline)) void
for_each_ranked(const Stage *stage, const RankingKeys *keys, EachKey *each, void *context)
{
    for (size_t b = 0; b < stage->program->bindings_count; b++) {
        const uint64_t *of_image = keys->keys[b];
        FOR_EACH_BIT (row, keys->ranked[b], image_row_words(stage->program->bindings[b].image))
            each(context, of_image[row]);
    }
}

static inline __attribute__((always_inline)) void for_each_key(const Stage *stage,
                                                               const RankingKeys *keys,
                                                               const KeyRange *range, EachKey *each,
                                                               void *context)
{
    if (range->items == NULL) for_each_ranked(stage, keys, each, context);
    for (size_t i = 0; range->items != NULL && i < range->count; i++)
        each(context, range->items[i]);
}

static inline void include_key(void *context, uint64_t key)
{
    include(context, key);
}

typedef struct {
    const KeyRange *range;
    uint64_t *counts;
    size_t digit;
    KeyRange *chosen;
} Counting;

static inline void count_key(void *context, uint64_t key)
{
    Counting *counting = context;
    counting->counts[digit_of(counting->range, key)]++;
}

static inline void keep_key(void *context, uint64_t key)
{
    Counting *counting = context;
    if (digit_of(counting->range, key) != counting->digit) return;
    include(counting->chosen, key);
    counting->chosen->items[counting->chosen->count++] = key;
}

/* The keys of the range that have the digit of the last of `*left` chosen; *left becomes how many
 * of them are. */
static KeyRange narrowed(const Stage *stage, const RankingKeys *keys, const KeyRange *range,
                         uint64_t *left)
{
    KeyRange chosen = {.least = UINT64_MAX};
    uint64_t counts[DIGITS] = {0};
    Counting counting = {.range = range, .counts = counts, .digit = DIGITS - 1, .chosen = &chosen};
    for_each_key(stage, keys, range, count_key, &counting);
    while (counts[counting.digit] < *left)
        *left -= counts[counting.digit--];
    chosen.items = memory_alloc(memory_product(counts[counting.digit], sizeof *chosen.items));
    for_each_key(stage, keys, range, keep_key, &counting);
    settle(&chosen);
    return chosen;
}

/* The key of the last one chosen, and how many of those who have it are. */
static uint64_t last_key(const Stage *stage, const RankingKeys *keys, uint64_t wanted,
                         uint64_t *ret_of_last)
{
    KeyRange range = {.least = UINT64_MAX};
    *ret_of_last = wanted;
    for_each_key(stage, keys, &range, include_key, &range);
    settle(&range);
    while (range.least != range.greatest) {
        KeyRange next = narrowed(stage, keys, &range, ret_of_last);
        free(range.items);
        range = next;
    }
    free(range.items);
    return range.least;
}

/* ---- ties ---- */

typedef struct {
    Text code;
    uint32_t row;
    uint32_t binding;
} Tied;

typedef struct {
    Tied *items;
    size_t count, capacity;
} TiedList;

static int compare_tied(const void *a, const void *b)
{
    const Tied *left = a, *right = b;
    return text_compare(left->code, right->code);
}

static void swap(Tied *a, Tied *b)
{
    Tied kept = *a;
    *a = *b;
    *b = kept;
}

/* Put the `wanted` smallest codes first, in any order. */
static void select_smallest(Tied *items, size_t count, size_t wanted)
{
    enum { SORTED_AT_ONCE = 32 };
    while (count > SORTED_AT_ONCE) {
        Tied pivot = items[count / 2];
        size_t below = 0, i = 0, above = count;
        while (i < above) {
            int order = compare_tied(&items[i], &pivot);
            if (order < 0)
                swap(&items[i++], &items[below++]);
            else if (order > 0)
                swap(&items[i], &items[--above]);
            else
                i++;
        }
        if (wanted < below) {
            count = below;
        } else if (wanted <= above) {
            return;
        } else {
            items += above;
            count -= above;
            wanted -= above;
        }
    }
    qsort(items, count, sizeof *items, compare_tied);
}

static void add_tied(Stage *stage, size_t binding, uint32_t row, TiedList *list)
{
    Text code = image_customer_code(stage->program->bindings[binding].image, row, stage->arena);
    Tied tied = {.code = code, .row = row, .binding = (uint32_t)binding};
    ARENA_PUSH(stage->arena, list, tied);
}

static void choose(uint64_t *chosen, uint32_t row)
{
    chosen[row / 64] |= UINT64_C(1) << (row % 64);
}

/* All above the last key, and of those who have it the smallest codes. */
static void choose_down_to(Stage *stage, const RankingKeys *keys, uint64_t last, uint64_t of_last)
{
    TiedList tied = {0};
    for (size_t b = 0; b < stage->program->bindings_count; b++) {
        size_t words = image_row_words(stage->program->bindings[b].image);
        FOR_EACH_BIT (row, keys->ranked[b], words) {
            if (keys->keys[b][row] > last) choose(keys->ranking->chosen[b], (uint32_t)row);
            if (keys->keys[b][row] == last) add_tied(stage, b, (uint32_t)row, &tied);
        }
    }
    select_smallest(tied.items, tied.count, of_last);
    for (size_t i = 0; i < of_last; i++)
        choose(keys->ranking->chosen[tied.items[i].binding], tied.items[i].row);
}

static void finish_ranking(Stage *stage, RankingKeys *keys)
{
    EngineProgram *program = stage->program;
    uint64_t ranked = ranked_count(stage, keys);
    uint64_t wanted = chosen_count(keys->ranking->step->node, ranked);
    for (size_t b = 0; b < program->bindings_count; b++) {
        size_t words = image_row_words(program->bindings[b].image);
        memset(keys->ranking->chosen[b], 0, words * sizeof(uint64_t));
        if (wanted == ranked)
            memcpy(keys->ranking->chosen[b], keys->ranked[b], words * sizeof(uint64_t));
    }
    if (wanted == 0 || wanted == ranked) return;
    uint64_t of_last;
    uint64_t last = last_key(stage, keys, wanted, &of_last);
    choose_down_to(stage, keys, last, of_last);
}

/* ---- stages ---- */

static void open_ranking(Stage *stage, Ranking *ranking)
{
    EngineProgram *program = stage->program;
    RankingKeys *keys = &stage->items[stage->count++];
    keys->ranking = ranking;
    for (size_t b = 0; b < program->bindings_count; b++) {
        const Image *image = program->bindings[b].image;
        size_t words = image_row_words(image);
        keys->keys[b] = memory_alloc_large(
            memory_product((size_t)image_customers_count(image) + 1, sizeof(uint64_t)));
        keys->ranked[b] = ARENA_ARRAY(stage->arena, uint64_t, words);
        if (ranking->chosen[b] == NULL)
            ranking->chosen[b] = ARENA_ARRAY(program->arena, uint64_t, words);
        program->bindings[b].steps[ranking->step->index].chosen = ranking->chosen[b];
    }
}

static void stage_done(Stage *stage)
{
    for (size_t i = 0; i < stage->count; i++)
        for (size_t b = 0; b < BINDINGS_MAX; b++)
            free(stage->items[i].keys[b]);
}

static Status run_stage(EngineProgram *program, unsigned number, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(stage_done)
    Stage stage = {.program = program,
                   .items = ARENA_ARRAY(arena, RankingKeys, program->rankings.count),
                   .arena = arena};
    for (size_t i = 0; i < program->rankings.count; i++)
        if (program->rankings.items[i].stage == number)
            open_ranking(&stage, &program->rankings.items[i]);
    ParallelJob job = {
        .work = rank_stage_chunk, .context = &stage, .rows = program->visible, .what = "ranking"};
    TRY(parallel_run(program, &job, err));
    for (size_t i = 0; i < stage.count; i++)
        finish_ranking(&stage, &stage.items[i]);
    return STATUS_OK;
}

Status program_rank(EngineProgram *program, Error *err)
{
    for (unsigned stage = 0; stage < program->rankings.stages_count; stage++)
        TRY(run_stage(program, stage, err));
    return STATUS_OK;
}
