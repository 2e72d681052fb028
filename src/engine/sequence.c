/* sequence.c -- whether customers have a chain of events.
 *
 * First who has an event of every step at all, which is cheap; then the chains of these few. */
#include "engine/chain.h"
#include "engine/events.h"

/* ---- who has an event of every step ---- */

static bool can_fail(const StepEvents *events)
{
    return events->condition != NULL && events->condition->can_fail;
}

static uint64_t *all_needed(const Scope *customers, const uint64_t *need)
{
    size_t count = customers->count;
    uint64_t *bits = ARENA_ARRAY(customers->arena, uint64_t, bit_words(count));
    for (size_t i = 0; i < bit_words(count); i++)
        bits[i] = need == NULL ? ~UINT64_C(0) : need[i];
    if (count % 64 != 0) bits[count / 64] &= (UINT64_C(1) << (count % 64)) - 1;
    return bits;
}

/* Conditions that can fail are evaluated for everybody, whatever the other steps give. */
static Status candidates_of(Scope *customers, const Step *step, const uint64_t *need,
                            uint64_t **ret_candidates, Error *err)
{
    uint64_t *candidates = all_needed(customers, need), *have;
    const SequenceStep *steps = step->node->as.sequence.steps;
    for (size_t i = 0; i < step->node->as.sequence.steps_count; i++) {
        const StepEvents *events = &step->sequence[i];
        TRY(events_any(customers, events, can_fail(events) ? need : candidates, &have, err));
        for (size_t word = 0; word < bit_words(customers->count); word++)
            candidates[word] &= have[word];
        if (steps[i].has_without && can_fail(&step->without[i]))
            TRY(events_any(customers, &step->without[i], need, &have, err));
    }
    *ret_candidates = candidates;
    return STATUS_OK;
}

/* ---- chains ---- */

/* The events of one pattern of the sequence in a run, and a row's times. */
typedef struct {
    Chosen chosen;
    int64_t *times;
} PatternEvents;

typedef struct {
    const SequenceStep *steps;
    size_t count;
    PatternEvents *events, *without; /* per step */
    int64_t *ends[2];                /* of chains, by turns */
    uint32_t *positions;
} ChainSearch;

static Times times_of(const ChainSearch *search, const PatternEvents *pattern, size_t row)
{
    size_t count = chosen_positions(&pattern->chosen, row, search->positions);
    event_times(&pattern->chosen, search->positions, count, pattern->times);
    return (Times){pattern->times, count};
}

static bool has_same_events(const PatternEvents *a, const PatternEvents *b)
{
    return a->chosen.stream == b->chosen.stream && a->chosen.mask == b->chosen.mask;
}

static bool has_chain(const ChainSearch *search, size_t row)
{
    Times first = times_of(search, &search->events[0], row), before = first;
    for (size_t i = 1; i < search->count && before.count > 0; i++) {
        bool is_same = has_same_events(&search->events[0], &search->events[i]);
        Times events = is_same ? first : times_of(search, &search->events[i], row);
        Times forbidden = {0};
        if (search->steps[i].has_without) forbidden = times_of(search, &search->without[i], row);
        int64_t *ends = search->ends[i % 2];
        before.count = chain_advance(before, events, forbidden, &search->steps[i],
                                     i + 1 == search->count, ends);
        before.items = ends;
    }
    return before.count > 0;
}

static void make_room(ChainSearch *search, Arena *scratch)
{
    size_t most = 0;
    arena_reset(scratch);
    for (size_t i = 0; i < 2 * search->count; i++) {
        PatternEvents *pattern = &search->events[i];
        if (pattern->chosen.scope == NULL) continue;
        size_t count = chosen_row_events_max(&pattern->chosen);
        pattern->times = ARENA_ARRAY(scratch, int64_t, count);
        if (count > most) most = count;
    }
    search->ends[0] = ARENA_ARRAY(scratch, int64_t, most);
    search->ends[1] = ARENA_ARRAY(scratch, int64_t, most);
    search->positions = ARENA_ARRAY(scratch, uint32_t, most);
}

static Status open_patterns(Scope *customers, EventRun run, const Step *step, const uint64_t *need,
                            ChainSearch *search, Error *err)
{
    for (size_t i = 0; i < search->count; i++) {
        TRY(chosen_open(customers, run, &step->sequence[i], need, &search->events[i].chosen, err));
        if (i > 0 && search->steps[i].has_without)
            TRY(chosen_open(customers, run, &step->without[i], need, &search->without[i].chosen,
                            err));
    }
    return STATUS_OK;
}

static void close_patterns(ChainSearch *search)
{
    for (size_t i = 0; i < 2 * search->count; i++)
        chosen_close(&search->events[i].chosen);
}

static Status search_run(Scope *customers, EventRun run, const Step *step, const uint64_t *need,
                         uint64_t *bits, Error *err)
{
    size_t count = step->node->as.sequence.steps_count;
    ChainSearch search = {.steps = step->node->as.sequence.steps, .count = count};
    search.events = ARENA_ARRAY(customers->arena, PatternEvents, 2 * count);
    search.without = search.events + count;
    Status status = open_patterns(customers, run, step, need, &search, err);
    if (status == STATUS_OK) {
        make_room(&search, customers->worker->scratch);
        const Chosen *first = &search.events[0].chosen;
        FOR_EACH_NEEDED_ROW (row, first) {
            if (!has_chain(&search, row)) continue;
            size_t place = first->row + row;
            bits[place / 64] |= UINT64_C(1) << (place % 64);
        }
    }
    close_patterns(&search);
    return status;
}

/* A run for each of many customers costs more than one over the whole block, where what the steps
 * have found is known already. */
static EventRunList runs_of(Scope *customers, const Step *step, const uint64_t *candidates)
{
    enum { RUNS_MAX = 16 };
    EventRunList runs = event_runs(customers, step->sequence[0].stream_index, candidates);
    if (runs.count <= RUNS_MAX) return runs;
    EventRun whole = {customers->row_begin, customers->row_end};
    runs = (EventRunList){0};
    ARENA_PUSH(customers->arena, &runs, whole);
    return runs;
}

Status sequence_value(Scope *customers, const Step *step, const uint64_t *need, Vector *ret_vector,
                      Error *err)
{
    uint64_t *candidates;
    TRY(candidates_of(customers, step, need, &candidates, err));
    uint64_t *bits = ARENA_ARRAY(customers->arena, uint64_t, bit_words(customers->count));
    EventRunList runs = runs_of(customers, step, candidates);
    for (size_t i = 0; i < runs.count; i++)
        TRY(search_run(customers, runs.items[i], step, candidates, bits, err));
    *ret_vector = (Vector){.kind = LANE_BITS, .as.bits = bits};
    return STATUS_OK;
}
