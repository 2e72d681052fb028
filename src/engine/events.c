/* events.c -- whose events are looked at, and which of them are chosen. */
#include "engine/events.h"

#include "engine/kernels_common.h"
#include "engine/nodes.h"

#include <string.h>

enum {
    /* What opening one more run costs, in events looked at: as many between two needed customers
     * are looked at rather than left out. */
    RUN_EVENTS = 256,
    /* Runs are worth it when they save most of the block. */
    DENSE_SHARE = 4,
    OFFSETS_OF_LINE = 64 / sizeof(uint32_t) /* of the cache */
};

/* ---- runs ---- */

static EventRun whole_block(const Scope *customers)
{
    uint32_t begin = (uint32_t)customers->begin;
    return (EventRun){begin, begin + (uint32_t)customers->count};
}

/* Put a needed row into the last run or into one of its own; returns the events that it adds. */
static uint64_t add_row(EventRunList *runs, uint32_t row, const uint32_t *offsets, Arena *arena)
{
    EventRun *last = runs->count == 0 ? NULL : &runs->items[runs->count - 1];
    if (last != NULL && offsets[row] - offsets[last->row_end] <= RUN_EVENTS) {
        uint32_t before = last->row_end;
        last->row_end = row + 1;
        return offsets[row + 1] - offsets[before];
    }
    EventRun run = {row, row + 1};
    ARENA_PUSH(arena, runs, run);
    return offsets[row + 1] - offsets[row] + RUN_EVENTS;
}

EventRunList event_runs(const Scope *customers, size_t stream_index, const uint64_t *need)
{
    const uint32_t *offsets = image_stream(customers->image, stream_index)->offsets;
    EventRun whole = whole_block(customers);
    uint64_t all = offsets[whole.row_end] - offsets[whole.row_begin], looked_at = 0;
    EventRunList runs = {0};
    bool is_dense = need == NULL;
    for (size_t word = 0; !is_dense && word < bit_words(customers->count); word++) {
        for (uint64_t bits = need[word]; bits != 0; bits &= bits - 1) {
            size_t row = word * 64 + (size_t)__builtin_ctzll(bits);
            looked_at += add_row(&runs, whole.row_begin + (uint32_t)row, offsets, customers->arena);
        }
        is_dense = looked_at > all / DENSE_SHARE;
    }
    if (!is_dense) return runs;
    runs = (EventRunList){0};
    ARENA_PUSH(customers->arena, &runs, whole);
    return runs;
}

/* ---- bits ---- */

void bits_moved(const uint64_t *bits, uint64_t first, size_t count, uint64_t *ret_bits)
{
    const uint64_t *words = bits + first / 64;
    unsigned shift = first % 64;
    for (size_t i = 0; i < bit_words(count); i++) {
        ret_bits[i] = words[i] >> shift;
        bool is_split = shift != 0 && i * 64 + 64 - shift < count;
        if (is_split) ret_bits[i] |= words[i + 1] << (64 - shift);
    }
    if (count % 64 != 0) ret_bits[count / 64] &= (UINT64_C(1) << (count % 64)) - 1;
}

static uint64_t *new_bits(const Chosen *chosen)
{
    return ARENA_ARRAY(chosen->scope->arena, uint64_t, bit_words(chosen->count));
}

static void set_bits(uint64_t *bits, uint32_t begin, uint32_t end)
{
    if (begin == end) return;
    uint64_t first = ~UINT64_C(0) << (begin % 64), last = ~UINT64_C(0) >> (63 - (end - 1) % 64);
    size_t begin_word = begin / 64, end_word = (end - 1) / 64;
    if (begin_word == end_word) {
        bits[begin_word] |= first & last;
        return;
    }
    bits[begin_word] |= first;
    for (size_t i = begin_word + 1; i < end_word; i++)
        bits[i] = ~UINT64_C(0);
    bits[end_word] |= last;
}

/* The first set bit of begin .. end-1, or `end`. */
static uint32_t first_bit(const uint64_t *bits, uint32_t begin, uint32_t end)
{
    if (begin >= end) return end;
    size_t word = begin / 64;
    uint64_t found = bits[word] & ~UINT64_C(0) << (begin % 64);
    while (found == 0) {
        if (++word * 64 >= end) return end;
        found = bits[word];
    }
    uint32_t position = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(found);
    return position < end ? position : end;
}

static uint32_t last_bit(const uint64_t *bits, uint32_t begin, uint32_t end)
{
    if (begin >= end) return end;
    size_t word = (end - 1) / 64;
    uint64_t found = bits[word] & ~UINT64_C(0) >> (63 - (end - 1) % 64);
    while (found == 0) {
        if (word * 64 <= begin) return end;
        found = bits[--word];
    }
    uint32_t position = (uint32_t)(word * 64) + 63 - (uint32_t)__builtin_clzll(found);
    return position >= begin ? position : end;
}

uint32_t chosen_first(const Chosen *chosen, uint32_t begin, uint32_t end)
{
    return chosen->mask == NULL ? begin : first_bit(chosen->mask, begin, end);
}

uint32_t chosen_last(const Chosen *chosen, uint32_t begin, uint32_t end)
{
    if (begin == end) return end;
    return chosen->mask == NULL ? end - 1 : last_bit(chosen->mask, begin, end);
}

void chosen_keep(Chosen *chosen, const uint64_t *mask)
{
    if (mask == NULL) return;
    if (chosen->mask == NULL) {
        chosen->mask = mask;
        return;
    }
    uint64_t *both = new_bits(chosen);
    for (size_t i = 0; i < bit_words(chosen->count); i++)
        both[i] = chosen->mask[i] & mask[i];
    chosen->mask = both;
}

static void keep_none(Chosen *chosen)
{
    chosen->is_none = true;
    chosen->mask = new_bits(chosen);
}

/* ---- the window ---- */

static int64_t floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

/* The least and the greatest day of a stream: of the block where that is known. */
static ColumnZone days_of(const Scope *customers, const StreamColumns *stream)
{
    const Column *day = &stream->day;
    if (day->zones != NULL) return day->zones[customers->begin / IMAGE_BLOCK_ROWS];
    return (ColumnZone){day->min, day->max};
}

static bool is_within(ColumnZone days, DaySpan span)
{
    return (!span.has_begin || span.first.day <= days.min) && span.last.day >= days.max;
}

/* The stored days that lie in a window. */
typedef struct {
    bool is_none, is_all; /* of the run's events */
    uint64_t low, high;
} StoredDays;

static StoredDays stored_days(const Chosen *chosen, DaySpan span)
{
    const Column *day = &chosen->stream->day;
    ColumnZone days = days_of(chosen->customers, chosen->stream);
    int64_t first = span.has_begin ? span.first.day : INT32_MIN, last = span.last.day;
    bool is_empty = chosen->count == 0 || day->is_empty || days.min > days.max;
    if (is_empty || first > last || first > days.max || last < days.min)
        return (StoredDays){.is_none = true};
    if (is_within(days, span)) return (StoredDays){.is_all = true};
    int64_t low = -floor_divide(day->base - first, day->factor);
    int64_t high = floor_divide(last - day->base, day->factor);
    /* no day that is stored lies in it */
    if (high < 0 || high < low || day->width_bytes == 0) return (StoredDays){.is_none = true};
    return (StoredDays){.low = low < 0 ? 0 : (uint64_t)low, .high = (uint64_t)high};
}

/* The words first .. first + WORDS_AT_ONCE - 1 that have bits; returns how many. Whether one has is
 * not to be guessed by the processor. */
enum { WORDS_AT_ONCE = 256 };

static size_t list_words(const uint64_t *bits, size_t first, size_t words_count,
                         size_t ret_words[WORDS_AT_ONCE])
{
    size_t count = 0;
    for (size_t word = first; word < words_count && word < first + WORDS_AT_ONCE; word++) {
        ret_words[count] = word;
        count += bits[word] != 0;
    }
    return count;
}

/* Of few chosen events each is looked at by itself; their days are fetched together. */
static void keep_days_of_few(Chosen *chosen, StoredDays days)
{
    const Column *day = &chosen->stream->day;
    const uint64_t *mask = chosen->mask;
    const char *data = (const char *)day->data + chosen->begin * day->width_bytes;
    uint64_t *kept = new_bits(chosen), span = days.high - days.low;
    size_t words[WORDS_AT_ONCE], words_count = bit_words(chosen->count);
    for (size_t first = 0; first < words_count; first += WORDS_AT_ONCE) {
        size_t count = list_words(mask, first, words_count, words);
        for (size_t i = 0; i < count; i++) {
            size_t position = words[i] * 64 + (size_t)__builtin_ctzll(mask[words[i]]);
            __builtin_prefetch(data + position * day->width_bytes);
        }
        for (size_t i = 0; i < count; i++)
            for (uint64_t bits = mask[words[i]]; bits != 0; bits &= bits - 1) {
                unsigned bit = (unsigned)__builtin_ctzll(bits);
                uint64_t number = kernel_stored(data, day->width_bytes, words[i] * 64 + bit);
                kept[words[i]] |= (uint64_t)(number - days.low <= span) << bit;
            }
    }
    chosen->mask = kept;
}

/* A day that is looked for costs as much as many that are read in their order. */
static bool are_single_days(const Chosen *chosen)
{
    enum { EVENTS_PER_SINGLE = 64 };
    if (chosen->mask == NULL) return false;
    uint64_t count =
        chosen->customers->worker->kernels->count_bits(chosen->mask, bit_words(chosen->count));
    return count * EVENTS_PER_SINGLE <= chosen->count;
}

static void keep_days(Chosen *chosen, StoredDays days)
{
    const Column *day = &chosen->stream->day;
    if (chosen->is_none || days.is_all) return;
    if (are_single_days(chosen)) {
        keep_days_of_few(chosen, days);
        return;
    }
    uint64_t *bits = new_bits(chosen);
    const char *data = (const char *)day->data + chosen->begin * day->width_bytes;
    chosen->customers->worker->kernels->test_range(data, day->width_bytes, chosen->count, days.low,
                                                   days.high, bits);
    chosen_keep(chosen, bits);
}

/* ---- the condition ---- */

/* Events of needed customers that are chosen so far; NULL: all. */
static const uint64_t *needed_events(const Chosen *chosen)
{
    if (chosen->need == NULL) return chosen->mask;
    uint64_t *bits = new_bits(chosen);
    FOR_EACH_NEEDED_ROW (row, chosen)
        set_bits(bits, chosen_row_begin(chosen, row), chosen_row_begin(chosen, row + 1));
    for (size_t i = 0; chosen->mask != NULL && i < bit_words(chosen->count); i++)
        bits[i] &= chosen->mask[i];
    return bits;
}

/* What cannot fail is evaluated for the whole run, so that other steps find it there, unless few
 * events matter. */
static Status keep_condition(Chosen *chosen, const Step *condition, Error *err)
{
    if (condition == NULL || chosen->is_none) return STATUS_OK;
    const uint64_t *holds;
    bool is_for_few = condition->can_fail || scope_are_few(chosen->customers, chosen->need) ||
                      scope_are_few(chosen->scope, chosen->mask);
    const uint64_t *need = is_for_few ? needed_events(chosen) : NULL;
    TRY(scope_condition(chosen->scope, condition, need, &holds, err));
    chosen_keep(chosen, holds);
    return STATUS_OK;
}

/* A test of the column itself at the speed of a window's: then it goes first, for it may leave few
 * events, as one item does. */
static bool is_quick(const Chosen *chosen, const Step *condition)
{
    if (condition == NULL || condition->can_fail) return false;
    const ColumnTest *test = chosen->scope->binding->steps[condition->index].test;
    return test != NULL && test->column != NULL && test->kind == TEST_RANGES &&
           test->ranges_count == 1;
}

static Status choose_events(Chosen *chosen, const StepEvents *events, Error *err)
{
    StoredDays days = stored_days(chosen, events->span);
    if (days.is_none) {
        keep_none(chosen);
        return STATUS_OK;
    }
    bool is_condition_first = is_quick(chosen, events->condition);
    if (is_condition_first) TRY(keep_condition(chosen, events->condition, err));
    keep_days(chosen, days);
    return is_condition_first ? STATUS_OK : keep_condition(chosen, events->condition, err);
}

Status chosen_open(Scope *customers, EventRun run, const StepEvents *events, const uint64_t *need,
                   Chosen *ret_chosen, Error *err)
{
    const StreamColumns *stream = image_stream(customers->image, events->stream_index);
    Chosen chosen = {
        .customers = customers,
        .stream = stream,
        .offsets = stream->offsets + run.row_begin,
        .rows_count = run.row_end - run.row_begin,
        .row = run.row_begin - customers->begin,
        .need = need,
        .begin = stream->offsets[run.row_begin],
        .count = stream->offsets[run.row_end] - stream->offsets[run.row_begin],
    };
    /* whose events they are is asked after which are chosen */
    for (size_t row = 0; row < chosen.rows_count; row += OFFSETS_OF_LINE)
        __builtin_prefetch(chosen.offsets + row);
    TRY(scope_open_events(customers, events->stream_index, run.row_begin, run.row_end,
                          &chosen.scope, err));
    Status status = choose_events(&chosen, events, err);
    if (status != STATUS_OK) {
        chosen_close(&chosen);
        return status;
    }
    *ret_chosen = chosen;
    return STATUS_OK;
}

void chosen_close(Chosen *chosen)
{
    if (chosen->scope != NULL) scope_close_events(chosen->scope);
    chosen->scope = NULL;
}

/* ---- the events of a row ---- */

size_t chosen_row_events_max(const Chosen *chosen)
{
    uint32_t most = 0;
    for (size_t row = 0; row < chosen->rows_count; row++) {
        uint32_t count = chosen->offsets[row + 1] - chosen->offsets[row];
        if (count > most) most = count;
    }
    return most;
}

size_t chosen_positions(const Chosen *chosen, size_t row, uint32_t *ret_positions)
{
    uint32_t begin = chosen_row_begin(chosen, row), end = chosen_row_begin(chosen, row + 1);
    size_t count = 0;
    if (chosen->mask == NULL) {
        for (uint32_t position = begin; position < end; position++)
            ret_positions[count++] = position;
        return count;
    }
    ChosenBits at = chosen_bits(chosen, begin, end);
    for (; at.word <= at.last; chosen_next_word(chosen, &at))
        for (; at.bits != 0; at.bits &= at.bits - 1)
            ret_positions[count++] = chosen_bit(&at);
    return count;
}

/* ---- few customers, each by himself ---- */

/* The test of codes that the condition is; NULL: it is something else. */
static const ColumnTest *test_of_codes(const Scope *customers, const Step *condition)
{
    if (condition == NULL || condition->can_fail || condition->node->negated) return NULL;
    const ColumnTest *test = customers->binding->steps[condition->index].test;
    bool is_one = test != NULL && test->column != NULL && test->failing == NULL;
    return is_one && column_test_is_slow(test) ? test : NULL;
}

/* Whether an event of a row of the image lies in the window (NULL: every event does) and meets the
 * test. */
static bool has_event(const StreamColumns *stream, const DaySpan *span, const ColumnTest *test,
                      uint64_t row)
{
    uint64_t begin = stream->offsets[row], end = stream->offsets[row + 1];
    if (span == NULL) return column_test_meets_one(test, begin, end);
    while (begin < end && column_integer(&stream->day, end - 1) > span->last.day)
        end--;
    while (begin < end && span->has_begin && column_integer(&stream->day, begin) < span->first.day)
        begin++;
    return column_test_meets_one(test, begin, end);
}

bool events_any_of_few(Scope *customers, const StepEvents *events, const uint64_t *need,
                       uint64_t *ret_bits)
{
    enum { ROWS_PER_NEEDED = 8 };
    const ColumnTest *test = test_of_codes(customers, events->condition);
    if (need == NULL || test == NULL) return false;
    size_t words_count = bit_words(customers->count);
    uint64_t needed = customers->worker->kernels->count_bits(need, words_count);
    if (needed * ROWS_PER_NEEDED > customers->count) return false;
    const StreamColumns *stream = image_stream(customers->image, events->stream_index);
    bool has_all_days = is_within(days_of(customers, stream), events->span);
    const DaySpan *span = has_all_days ? NULL : &events->span;
    FOR_EACH_BIT (row, need, words_count) {
        bool is_met = has_event(stream, span, test, customers->begin + row);
        ret_bits[row / 64] |= (uint64_t)is_met << row % 64;
    }
    return true;
}
