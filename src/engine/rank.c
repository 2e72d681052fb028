/* rank.c -- top and bottom: who is chosen by each ranking, made before whatever uses it.
 *
 * The rankings of a stage are filled in one pass over the data, very many in several: a key per
 * customer, larger for a better place. The place where a ranking ends is found by counting keys by
 * their upper digit; then whoever has a greater one is chosen, both by all threads. Among those of
 * that very digit the last key is looked for digit by digit; only customers who have it are ordered
 * by their codes. */
#include "base/memory.h"
#include "engine/nodes.h"
#include "engine/parallel.h"

#include <stdlib.h>
#include <string.h>

/* Of a few keys; least > greatest: of none. */
typedef struct {
    uint64_t least, greatest;
} KeySpan;

/* One ranking while it is made, per image. */
typedef struct {
    Ranking *ranking;
    uint64_t *keys[BINDINGS_MAX];   /* on the heap, in large pages; of those ranked only */
    uint64_t *ranked[BINDINGS_MAX]; /* a bit per row */
    KeySpan *spans;                 /* of the keys that each worker has kept */
} RankingKeys;

typedef struct {
    EngineProgram *program;
    RankingKeys *items;
    size_t count;
    Arena *arena;
} Stage;

/* ---- keys ---- */

static const uint64_t SIGN = UINT64_C(1) << 63;

static inline uint64_t key_of_integer(int64_t number)
{
    return (uint64_t)number ^ SIGN;
}

static inline uint64_t key_of_ratio(double ratio)
{
    uint64_t bits;
    ratio += 0.0; /* both zeros are one */
    memcpy(&bits, &ratio, sizeof bits);
    return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

static inline void include(KeySpan *span, uint64_t key)
{
    if (key < span->least) span->least = key;
    if (key > span->greatest) span->greatest = key;
}

/* Every bit, those of full words without looking for them: mostly everybody is ranked. */
typedef void EachRow(void *context, size_t row);

static inline __attribute__((always_inline)) void
for_each_ranked(const uint64_t *ranked, size_t words_count, EachRow *each, void *context)
{
    for (size_t word = 0; word < words_count; word++) {
        if (ranked[word] == ~UINT64_C(0)) {
            for (size_t row = word * 64; row < word * 64 + 64; row++)
                each(context, row);
            continue;
        }
        for (uint64_t bits = ranked[word]; bits != 0; bits &= bits - 1)
            each(context, word * 64 + (size_t)__builtin_ctzll(bits));
    }
}

typedef struct {
    const Vector *by;
    uint64_t flip;
    uint64_t *target;
    KeySpan span;
} Keeping;

static inline void keep_integer(void *context, size_t row)
{
    Keeping *keeping = context;
    uint64_t key = key_of_integer(keeping->by->as.integers[row]) ^ keeping->flip;
    keeping->target[row] = key;
    include(&keeping->span, key);
}

static inline void keep_ratio(void *context, size_t row)
{
    Keeping *keeping = context;
    uint64_t key = key_of_ratio(keeping->by->as.ratios[row]) ^ keeping->flip;
    keeping->target[row] = key;
    include(&keeping->span, key);
}

static void keep_keys(RankingKeys *keys, const Worker *worker, const Chunk *chunk, const Vector *by,
                      const uint64_t *ranked)
{
    size_t words_count = bit_words(chunk->rows_count);
    Keeping keeping = {.by = by,
                       .flip = keys->ranking->step->node->as.rank.is_top ? 0 : ~UINT64_C(0),
                       .target = keys->keys[chunk->binding] + chunk->row_begin,
                       .span = keys->spans[worker->number]};
    if (by->kind == LANE_RATIOS)
        for_each_ranked(ranked, words_count, keep_ratio, &keeping);
    else
        for_each_ranked(ranked, words_count, keep_integer, &keeping);
    keys->spans[worker->number] = keeping.span;
    memcpy(keys->ranked[chunk->binding] + chunk->row_begin / 64, ranked,
           words_count * sizeof *ranked);
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
    keep_keys(keys, scope->worker, chunk, &by, ranked == NULL ? scope_all_bits(scope) : ranked);
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

/* A digit at a time, of those that the keys differ in: few enough counts to stay near. The digit of
 * a key is that of its distance to the least. */
enum { DIGIT_BITS = 12, DIGITS = 1 << DIGIT_BITS };

typedef struct {
    KeySpan span;
    unsigned shift;
} DigitPlace;

static DigitPlace digit_place(KeySpan span)
{
    uint64_t width = span.greatest - span.least;
    unsigned bits = width == 0 ? 0 : 64 - (unsigned)__builtin_clzll(width);
    return (DigitPlace){span, bits > DIGIT_BITS ? bits - DIGIT_BITS : 0};
}

static inline size_t digit_of(const DigitPlace *place, uint64_t key)
{
    return (size_t)((key - place->span.least) >> place->shift);
}

/* The digit of the last of `*left` chosen, who have the greatest; *left becomes how many of those
 * who have it are chosen. */
static size_t last_digit(const uint64_t counts[DIGITS], uint64_t *left)
{
    size_t digit = DIGITS - 1;
    while (counts[digit] < *left)
        *left -= counts[digit--];
    return digit;
}

/* A customer whose key has the digit of the last one chosen. */
typedef struct {
    uint64_t key;
    uint32_t row, binding;
} Candidate;

typedef struct {
    Candidate *items; /* on the heap */
    size_t count, capacity;
} CandidateList;

static void add_candidate(CandidateList *list, Candidate candidate)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 256 : memory_product(list->capacity, 2);
        list->items =
            memory_resize(list->items, memory_product(list->capacity, sizeof *list->items));
    }
    list->items[list->count++] = candidate;
}

/* What one thread finds of a ranking. */
typedef struct {
    uint64_t counts[DIGITS]; /* of keys, by digit */
    CandidateList candidates;
} Share;

typedef struct {
    Stage *stage;
    RankingKeys *keys;
    DigitPlace place;
    size_t digit;  /* of the last one chosen */
    Share *shares; /* by worker */
} Search;

static void search_done(Search *search)
{
    for (size_t i = 0; i < search->stage->program->workers_count; i++)
        free(search->shares[i].candidates.items);
    free(search->shares);
}

/* The rows of a chunk. */
typedef struct {
    const DigitPlace *place;
    const uint64_t *keys;
    size_t digit;
    uint64_t *chosen;
    Share *share;
    const Chunk *chunk;
} SearchedRows;

static SearchedRows searched_rows(const Search *search, const Worker *worker, const Chunk *chunk)
{
    return (SearchedRows){.place = &search->place,
                          .keys = search->keys->keys[chunk->binding] + chunk->row_begin,
                          .digit = search->digit,
                          .chosen =
                              search->keys->ranking->chosen[chunk->binding] + chunk->row_begin / 64,
                          .share = &search->shares[worker->number],
                          .chunk = chunk};
}

static const uint64_t *ranked_of_chunk(const Search *search, const Chunk *chunk)
{
    return search->keys->ranked[chunk->binding] + chunk->row_begin / 64;
}

static inline void count_row(void *context, size_t row)
{
    SearchedRows *rows = context;
    rows->share->counts[digit_of(rows->place, rows->keys[row])]++;
}

static Status count_chunk(void *context, Worker *worker, const Chunk *chunk, const uint64_t *need,
                          Error *err)
{
    Search *search = context;
    SearchedRows rows = searched_rows(search, worker, chunk);
    (void)need, (void)err;
    for_each_ranked(ranked_of_chunk(search, chunk), bit_words(chunk->rows_count), count_row, &rows);
    return STATUS_OK;
}

static inline void choose_row(void *context, size_t row)
{
    SearchedRows *rows = context;
    uint64_t key = rows->keys[row];
    size_t digit = digit_of(rows->place, key);
    rows->chosen[row / 64] |= (uint64_t)(digit > rows->digit) << row % 64;
    if (digit != rows->digit) return;
    Candidate candidate = {key, rows->chunk->row_begin + (uint32_t)row, rows->chunk->binding};
    add_candidate(&rows->share->candidates, candidate);
}

static Status choose_chunk(void *context, Worker *worker, const Chunk *chunk, const uint64_t *need,
                           Error *err)
{
    Search *search = context;
    SearchedRows rows = searched_rows(search, worker, chunk);
    (void)need, (void)err;
    for_each_ranked(ranked_of_chunk(search, chunk), bit_words(chunk->rows_count), choose_row,
                    &rows);
    return STATUS_OK;
}

static Status search_all(Search *search, ChunkWork *work, Error *err)
{
    EngineProgram *program = search->stage->program;
    ParallelJob job = {
        .work = work, .context = search, .rows = program->visible, .what = "ranking"};
    return parallel_run(program, &job, err);
}

/* ---- the last key ---- */

/* The keys among which the last one is. */
typedef struct {
    uint64_t *items; /* on the heap */
    size_t count;
    KeySpan span;
} KeyList;

static void keep_key(KeyList *list, uint64_t key)
{
    include(&list->span, key);
    list->items[list->count++] = key;
}

static KeyList new_keys(size_t count)
{
    return (KeyList){.items = memory_alloc(memory_product(count, sizeof(uint64_t))),
                     .span = {.least = UINT64_MAX}};
}

/* The keys that have the digit of the last of `*left` chosen; *left as in last_digit. */
static KeyList narrowed(const KeyList *keys, uint64_t *left)
{
    uint64_t counts[DIGITS] = {0};
    DigitPlace place = digit_place(keys->span);
    for (size_t i = 0; i < keys->count; i++)
        counts[digit_of(&place, keys->items[i])]++;
    size_t digit = last_digit(counts, left);
    KeyList chosen = new_keys(counts[digit]);
    for (size_t i = 0; i < keys->count; i++)
        if (digit_of(&place, keys->items[i]) == digit) keep_key(&chosen, keys->items[i]);
    return chosen;
}

/* The key of the last of `*left` candidates chosen; *left becomes how many of those who have it
 * are. */
static uint64_t last_key(const CandidateList *candidates, uint64_t *left)
{
    KeyList keys = new_keys(candidates->count);
    for (size_t i = 0; i < candidates->count; i++)
        keep_key(&keys, candidates->items[i].key);
    while (keys.span.least != keys.span.greatest) {
        KeyList next = narrowed(&keys, left);
        free(keys.items);
        keys = next;
    }
    free(keys.items);
    return keys.span.least;
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

/* Of the candidates all above the last key, and of those who have it the smallest codes. */
static void choose_candidates(Search *search, const CandidateList *candidates, uint64_t left)
{
    TiedList tied = {0};
    uint64_t *const *chosen = search->keys->ranking->chosen;
    uint64_t last = last_key(candidates, &left);
    for (size_t i = 0; i < candidates->count; i++) {
        const Candidate *candidate = &candidates->items[i];
        if (candidate->key > last) choose(chosen[candidate->binding], candidate->row);
        if (candidate->key == last)
            add_tied(search->stage, candidate->binding, candidate->row, &tied);
    }
    select_smallest(tied.items, tied.count, left);
    for (size_t i = 0; i < left; i++)
        choose(chosen[tied.items[i].binding], tied.items[i].row);
}

/* What the threads have counted, in the share of the first. */
static const uint64_t *all_counts(const Search *search)
{
    uint64_t *counts = search->shares[0].counts;
    for (size_t i = 1; i < search->stage->program->workers_count; i++)
        for (size_t digit = 0; digit < DIGITS; digit++)
            counts[digit] += search->shares[i].counts[digit];
    return counts;
}

static const CandidateList *all_candidates(const Search *search)
{
    CandidateList *all = &search->shares[0].candidates;
    for (size_t i = 1; i < search->stage->program->workers_count; i++) {
        const CandidateList *list = &search->shares[i].candidates;
        for (size_t j = 0; j < list->count; j++)
            add_candidate(all, list->items[j]);
    }
    return all;
}

static KeySpan span_of_all(const Stage *stage, const RankingKeys *keys)
{
    KeySpan all = keys->spans[0];
    for (size_t i = 1; i < stage->program->workers_count; i++) {
        KeySpan span = keys->spans[i];
        if (span.least < all.least) all.least = span.least;
        if (span.greatest > all.greatest) all.greatest = span.greatest;
    }
    return all;
}

static Status choose_best(Stage *stage, RankingKeys *keys, uint64_t wanted, Error *err)
{
    size_t workers_count = stage->program->workers_count;
    AUTO(search_done)
    Search search = {.stage = stage,
                     .keys = keys,
                     .place = digit_place(span_of_all(stage, keys)),
                     .shares = memory_alloc(memory_product(workers_count, sizeof(Share)))};
    TRY(search_all(&search, count_chunk, err));
    search.digit = last_digit(all_counts(&search), &wanted);
    TRY(search_all(&search, choose_chunk, err));
    choose_candidates(&search, all_candidates(&search), wanted);
    return STATUS_OK;
}

static Status finish_ranking(Stage *stage, RankingKeys *keys, Error *err)
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
    return wanted == 0 || wanted == ranked ? STATUS_OK : choose_best(stage, keys, wanted, err);
}

/* ---- stages ---- */

static void open_ranking(Stage *stage, Ranking *ranking)
{
    EngineProgram *program = stage->program;
    RankingKeys *keys = &stage->items[stage->count++];
    keys->ranking = ranking;
    keys->spans = ARENA_ARRAY(stage->arena, KeySpan, program->workers_count);
    for (size_t i = 0; i < program->workers_count; i++)
        keys->spans[i].least = UINT64_MAX;
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

/* Keys wait in memory until all customers have theirs: so many bytes and rankings at most, so that
 * a ranking as of each day of years takes more passes instead of all memory. */
enum { PASS_BYTES_MAX = 1 << 29, PASS_RANKINGS_MAX = 64 };

static size_t rankings_per_pass(const EngineProgram *program)
{
    size_t bytes = 1;
    for (size_t b = 0; b < program->bindings_count; b++)
        bytes += image_row_words(program->bindings[b].image) * 65 * sizeof(uint64_t);
    size_t count = bytes < PASS_BYTES_MAX ? PASS_BYTES_MAX / bytes : 1;
    return count < PASS_RANKINGS_MAX ? count : PASS_RANKINGS_MAX;
}

/* The next rankings of a stage, from `*next` on. */
static Status run_pass(EngineProgram *program, unsigned number, size_t *next, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(stage_done)
    Stage stage = {.program = program,
                   .items = ARENA_ARRAY(arena, RankingKeys, program->rankings.count),
                   .arena = arena};
    size_t count_max = rankings_per_pass(program);
    for (; *next < program->rankings.count && stage.count < count_max; ++*next)
        if (program->rankings.items[*next].stage == number)
            open_ranking(&stage, &program->rankings.items[*next]);
    ParallelJob job = {
        .work = rank_stage_chunk, .context = &stage, .rows = program->visible, .what = "ranking"};
    TRY(parallel_run(program, &job, err));
    for (size_t i = 0; i < stage.count; i++)
        TRY(finish_ranking(&stage, &stage.items[i], err));
    return STATUS_OK;
}

Status program_rank(EngineProgram *program, Error *err)
{
    for (unsigned stage = 0; stage < program->rankings.stages_count; stage++)
        for (size_t next = 0; next < program->rankings.count;)
            TRY(run_pass(program, stage, &next, err));
    return STATUS_OK;
}
