/* events.h -- inside of the steps that look at events: whose events are looked at, which of them
 * are chosen, what their field holds.
 *
 *   needed customers ─> EventRun .. (neighbours) ─> Chosen (window, condition) ─> EventField
 *
 * Positions of events are relative to the first event of their run, rows of customers to the first
 * row of the block. */
#pragma once

#include "engine/bind.h"
#include "engine/event_memory.h"
#include "engine/worker.h"

/* ---- events.c: runs of customers, chosen events ---- */

/* Neighbouring customers of a block whose events are looked at together. */
typedef struct {
    uint32_t row_begin, row_end; /* of the image */
} EventRun;

typedef struct {
    EventRun *items;
    size_t count, capacity;
} EventRunList;

/* All customers of the block in one run, or, when few of its events are needed, several that hold
 * the needed customers and little else. In the block's arena. */
EventRunList event_runs(const Scope *customers, size_t stream_index, const uint64_t *need);

/* The events of a run, and which of them are chosen. */
typedef struct {
    Scope *scope; /* of the events */
    const Scope *customers;
    const StreamColumns *stream;
    const uint32_t *offsets; /* of the run's rows and one more; offsets[0] is the first event */
    size_t rows_count;
    size_t row;           /* of the block: the first one */
    const uint64_t *need; /* of the block's rows; NULL: all */
    uint64_t begin;       /* first event */
    size_t count;         /* events */
    bool is_none;         /* nothing is chosen */
    const uint64_t *mask; /* a bit per event; NULL: all are chosen */
} Chosen;

MUST_CHECK Status chosen_open(Scope *customers, EventRun run, const StepEvents *events,
                              const uint64_t *need, Chosen *ret_chosen, Error *err);
void chosen_close(Chosen *chosen);

/* Only those that are also in `mask` (NULL: all stay). */
void chosen_keep(Chosen *chosen, const uint64_t *mask);
/* The largest number of events of one of the run's customers. */
size_t chosen_row_events_max(const Chosen *chosen);
/* Positions of the chosen events of a row in the order of time; returns how many. */
size_t chosen_positions(const Chosen *chosen, size_t row, uint32_t *ret_positions);

/* The first needed row of the run from `row` on; rows_count when there is none. */
static inline size_t chosen_needed_row(const Chosen *chosen, size_t row)
{
    if (chosen->need == NULL || row >= chosen->rows_count) return row;
    size_t place = chosen->row + row, end = chosen->row + chosen->rows_count, word = place / 64;
    uint64_t bits = chosen->need[word] & ~UINT64_C(0) << place % 64;
    while (bits == 0) {
        if (++word * 64 >= end) return chosen->rows_count;
        bits = chosen->need[word];
    }
    place = word * 64 + (size_t)__builtin_ctzll(bits);
    return place < end ? place - chosen->row : chosen->rows_count;
}
static inline uint32_t chosen_row_begin(const Chosen *chosen, size_t row)
{
    return chosen->offsets[row] - chosen->offsets[0];
}
#define FOR_EACH_NEEDED_ROW(row, chosen)                                          \
    for (size_t row = chosen_needed_row((chosen), 0); row < (chosen)->rows_count; \
         row = chosen_needed_row((chosen), row + 1))

/* Going through the chosen events of begin .. end-1 by words of the mask, which is there:
 *   for (; at.word <= at.last; chosen_next_word(chosen, &at))
 *       for (; at.bits != 0; at.bits &= at.bits - 1) .. chosen_bit(&at) .. */
typedef struct {
    size_t word, last; /* word > last at the end */
    uint64_t bits, last_mask;
} ChosenBits;

static inline ChosenBits chosen_bits(const Chosen *chosen, uint32_t begin, uint32_t end)
{
    if (begin == end) return (ChosenBits){.word = 1};
    ChosenBits at = {.word = begin / 64,
                     .last = (end - 1) / 64,
                     .last_mask = ~UINT64_C(0) >> (63 - (end - 1) % 64)};
    at.bits = chosen->mask[at.word] & ~UINT64_C(0) << (begin % 64);
    if (at.word == at.last) at.bits &= at.last_mask;
    return at;
}
static inline void chosen_next_word(const Chosen *chosen, ChosenBits *at)
{
    if (++at->word > at->last) return;
    at->bits = chosen->mask[at->word];
    if (at->word == at->last) at->bits &= at->last_mask;
}
static inline uint32_t chosen_bit(const ChosenBits *at)
{
    return (uint32_t)(at->word * 64) + (uint32_t)__builtin_ctzll(at->bits);
}
/* The first or last chosen event of begin .. end-1; `end` when there is none. */
uint32_t chosen_first(const Chosen *chosen, uint32_t begin, uint32_t end);
uint32_t chosen_last(const Chosen *chosen, uint32_t begin, uint32_t end);

/* Whether a row of the block has a chosen event, for the needed rows; in the block's arena. */
MUST_CHECK Status events_any(Scope *customers, const StepEvents *events, const uint64_t *need,
                             uint64_t **ret_bits, Error *err);
/* The same without opening a run, when few customers are needed and the condition is a test of
 * codes: each is looked at by himself. False, and nothing is done, when it is otherwise. */
bool events_any_of_few(Scope *customers, const StepEvents *events, const uint64_t *need,
                       uint64_t *ret_bits);
/* The day of every event of the run. */
void event_days(const Chosen *chosen, int64_t *ret_days);
/* The number of the calendar period (by unit of the step) of every event of the run. */
void event_periods(const Chosen *chosen, const Step *step, int64_t *ret_periods);
/* The second of each position. */
void event_times(const Chosen *chosen, const uint32_t *positions, size_t count, int64_t *ret_times);

/* The bit range first .. last of a bitmap, moved so that it begins with bit 0, 0 beyond its end. */
void bits_moved(const uint64_t *bits, uint64_t first, size_t count, uint64_t *ret_bits);

/* ---- event_facts.c: what a step needs to know of an image beforehand ---- */

typedef struct EventFacts {
    /* By code of the field's dictionary: the place of its text among all, from 1; equal for texts
     * that compare equal. NULL: classes of the dictionary serve. */
    const uint32_t *ranks;
    /* By row of the items, when what is compared is the item, or a text of it: the place of the
     * item or of its text, 0 without it; NULL: not needed. */
    const uint32_t *item_ranks;
    uint32_t item_ranks_max;
    /* By day from first_day on. NULL: days are too far apart. */
    const int32_t *periods; /* the number of the calendar period */
    const int64_t *weights; /* of a slope; 0 outside of the whole periods */
    int32_t first_day;
    /* Of a variation, by stored day: the number of the whole period from 1, 0 outside of them.
     * NULL: there are too many. */
    const uint8_t *period_bytes;
    double slope_denominator;
    /* By code of settlement.kind: SettlementKind of account.h. */
    const uint8_t *kinds;
} EventFacts;

/* NULL for a step that needs none. */
const EventFacts *event_facts_make(const Image *image, const Step *step, Arena *arena);

/* ---- event_field.c: the field of an aggregate ---- */

/* How an event's number follows from what is stored. */
typedef enum {
    FIELD_NUMBER,   /* a number of the event: the column's */
    FIELD_CODE,     /* a text of the event */
    FIELD_OWN_CODE, /* a text of the event, which nearly every customer has his own of */
    FIELD_ITEM_ROW, /* the item */
    FIELD_TIME,     /* day and second of the day */
    FIELD_WEEKDAY,  /* of the day */
    FIELD_HOUR,     /* of the second of the day */
    FIELD_OF_ITEM,  /* a number of the item */
    FIELD_TEXT_OF_ITEM
} EventFieldKind;

typedef struct {
    EventFieldKind kind;
    Type type;
    const Scope *customers;
    const StreamColumns *stream;
    uint64_t begin;        /* first event of the run */
    const Column *column;  /* of the stream */
    const Column *of_item; /* FIELD_OF_ITEM, FIELD_TEXT_OF_ITEM: of the items */
    const ItemColumns *items;
    const EventFacts *facts;
} EventField;

EventField event_field_of(const Chosen *chosen, const Step *step);
/* Code of an item's text, 0 without it; `item` is its row or 0. */
uint32_t item_text_code(const Column *column, int64_t item);
/* Texts and items, as against numbers: compared by codes. */
bool event_field_has_codes(const EventField *field);
/* Leave only the events that have the field. */
void event_field_keep_present(const EventField *field, Chosen *chosen);
/* The number of every event of the run; anything where it is missing. */
void event_field_numbers(const EventField *field, const Chosen *chosen, int64_t *ret_numbers);
/* The stored numbers of every event of the run, of a FIELD_NUMBER of at most 4 bytes: a number is
 * column->base + column->factor * stored. In place, or in `room`. */
const uint32_t *event_field_stored(const EventField *field, const Chosen *chosen, uint32_t *room);
/* For every event of the run a code: within a customer equal exactly when the values compare equal,
 * and ordered as they are (items of `distinct` need not be); 0 where missing. Returns a bound of
 * them. */
uint32_t event_field_codes(const EventField *field, const Chosen *chosen, uint32_t *ret_codes);
/* Bounds of the numbers of a field; false when they are not known. */
bool event_field_bounds(const EventField *field, int64_t *ret_min, int64_t *ret_max);
/* The greatest magnitude of the field's numbers; -1 when it is not known. */
Int128 event_field_magnitude(const EventField *field);

/* Places for the values of a field, one per row of a block. */
typedef struct {
    LaneKind lane;
    uint64_t *present;
    union {
        uint64_t *bits;
        int64_t *integers;
        double *ratios;
        Text *texts;
        uint32_t *items;
    } as;
} Lane;

/* All missing. In the arena. */
Lane lane_new(Type type, size_t count, Arena *arena);
Vector lane_vector(const Lane *lane);
static inline void lane_set_present(const Lane *lane, size_t row)
{
    lane->present[row / 64] |= UINT64_C(1) << (row % 64);
}
/* The value of an event's field becomes that of a row. */
void event_field_store(const EventField *field, uint32_t position, const Lane *lane, size_t row);
