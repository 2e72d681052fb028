/* event_field.c -- the field of an aggregate: which events have it, as a number to compare and to
 * compute with, as a value to return. */
#include "engine/events.h"

enum { SECONDS_PER_DAY = 86400, SECONDS_PER_HOUR = 3600 };

uint32_t item_text_code(const Column *column, int64_t item)
{
    if (item == 0 || column->is_empty) return 0;
    return column_code(column, (uint32_t)item - 1, (uint64_t)item - 1);
}

/* ---- which column ---- */

static EventFieldKind built_in_kind(EventBuiltIn built_in)
{
    switch (built_in) {
    case EVENT_DATE: return FIELD_NUMBER;
    case EVENT_TIME: return FIELD_TIME;
    case EVENT_WEEKDAY: return FIELD_WEEKDAY;
    case EVENT_HOUR: return FIELD_HOUR;
    case EVENT_BUILT_IN_COUNT: break;
    }
    ASSERT(false);
    return FIELD_NUMBER;
}

static EventFieldKind field_kind(ColumnKind kind)
{
    switch (kind) {
    case COLUMN_INTEGER: return FIELD_NUMBER;
    case COLUMN_ITEM: return FIELD_ITEM_ROW;
    case COLUMN_CODE: return FIELD_CODE;
    case COLUMN_OWN_CODE: return FIELD_OWN_CODE;
    case COLUMN_CODE_SET: break; /* no event has one */
    }
    ASSERT(false);
    return FIELD_NUMBER;
}

static void bind_attribute(EventField *field, ItemAttribute attribute)
{
    field->of_item = item_column(field->items, attribute);
    field->kind = field->of_item->kind == COLUMN_INTEGER ? FIELD_OF_ITEM : FIELD_TEXT_OF_ITEM;
}

EventField event_field_of(const Chosen *chosen, const Step *step)
{
    const Node *node = step->node->as.aggregate.field;
    EventField field = {
        .type = node->type,
        .customers = chosen->customers,
        .stream = chosen->stream,
        .begin = chosen->begin,
        .column = &chosen->stream->day,
        .items = image_items(chosen->customers->image),
        .facts = chosen->customers->binding->steps[step->index].events,
    };
    if (node->as.field.is_built_in) {
        field.kind = built_in_kind(node->as.field.built_in);
        return field;
    }
    field.column = &chosen->stream->fields[node->as.field.field->slot];
    field.kind = field_kind(field.column->kind);
    if (node->as.field.is_item_attribute) bind_attribute(&field, node->as.field.attribute);
    return field;
}

bool event_field_has_codes(const EventField *field)
{
    return field->kind == FIELD_CODE || field->kind == FIELD_OWN_CODE ||
           field->kind == FIELD_ITEM_ROW || field->kind == FIELD_TEXT_OF_ITEM;
}

bool event_field_bounds(const EventField *field, int64_t *ret_min, int64_t *ret_max)
{
    const Column *column = field->kind == FIELD_OF_ITEM ? field->of_item : field->column;
    *ret_min = field->kind == FIELD_WEEKDAY ? 1 : 0;
    *ret_max = field->kind == FIELD_WEEKDAY ? 7 : SECONDS_PER_DAY / SECONDS_PER_HOUR - 1;
    if (field->kind == FIELD_WEEKDAY || field->kind == FIELD_HOUR) return true;
    if (column->kind != COLUMN_INTEGER || !column->has_range) return column->is_empty;
    int64_t unit = field->kind == FIELD_TIME ? SECONDS_PER_DAY : 1;
    *ret_min = column->min * unit;
    *ret_max = column->max * unit + unit - 1;
    return true;
}

Int128 event_field_magnitude(const EventField *field)
{
    int64_t min, max;
    if (!event_field_bounds(field, &min, &max)) return -1;
    return -(Int128)min > max ? -(Int128)min : max;
}

/* ---- which events have it ---- */

static const char *stored_from(const Column *column, uint64_t begin)
{
    return (const char *)column->data + begin * column->width_bytes;
}

/* Whether the item of an event is there and has the attribute. */
static void attribute_bits(const EventField *field, size_t count, uint64_t *ret_bits)
{
    for (size_t i = 0; i < count; i++) {
        int64_t row = column_integer(field->column, field->begin + i);
        bool is_present = row != 0 && column_is_present(field->of_item, (uint64_t)row - 1);
        if (is_present) ret_bits[i / 64] |= UINT64_C(1) << (i % 64);
    }
}

static bool is_of_item(const EventField *field)
{
    return field->kind == FIELD_OF_ITEM || field->kind == FIELD_TEXT_OF_ITEM;
}

/* Whether it is known that no event misses the field. */
static bool is_never_missing(const EventField *field)
{
    const Column *column = field->column;
    if (column->is_empty || is_of_item(field)) return false;
    if (column->kind == COLUMN_INTEGER) return column->present == NULL;
    return column->width_bytes == 0;
}

void event_field_keep_present(const EventField *field, Chosen *chosen)
{
    const Column *column = field->column;
    if (chosen->is_none || is_never_missing(field)) return;
    uint64_t *bits = ARENA_ARRAY(chosen->scope->arena, uint64_t, bit_words(chosen->count));
    if (column->is_empty)
        chosen->is_none = true;
    else if (is_of_item(field))
        attribute_bits(field, chosen->count, bits);
    else if (column->kind == COLUMN_INTEGER)
        bits_moved(column->present, chosen->begin, chosen->count, bits);
    else
        chosen->customers->worker->kernels->test_range(stored_from(column, chosen->begin),
                                                       column->width_bytes, chosen->count, 1,
                                                       UINT32_MAX, bits);
    chosen_keep(chosen, bits);
}

/* ---- numbers ---- */

typedef struct {
    const uint32_t *positions; /* NULL: one after another */
    uint32_t first;
    size_t count;
} Positions;

static inline __attribute__((always_inline)) uint64_t stored_at(const void *data, int width_bytes,
                                                                uint64_t position)
{
    switch (width_bytes) {
    case 1: return ((const uint8_t *)data)[position];
    case 2: return ((const uint16_t *)data)[position];
    case 4: return ((const uint32_t *)data)[position];
    case 8: return ((const uint64_t *)data)[position];
    default: return 0;
    }
}

/* Inlined per width, so that the loop knows it. */
static inline __attribute__((always_inline)) void read_width(const Column *column, uint64_t begin,
                                                             Positions at, int width_bytes,
                                                             int64_t *ret_numbers)
{
    uint64_t base = (uint64_t)column->base, factor = (uint64_t)column->factor;
    const void *data = width_bytes == 0 ? NULL : stored_from(column, begin);
    if (at.positions == NULL) {
        for (size_t i = 0; i < at.count; i++)
            ret_numbers[i] = (int64_t)(base + factor * stored_at(data, width_bytes, at.first + i));
        return;
    }
    for (size_t i = 0; i < at.count; i++)
        ret_numbers[i] = (int64_t)(base + factor * stored_at(data, width_bytes, at.positions[i]));
}

static void read_numbers(const Column *column, uint64_t begin, Positions at, int64_t *ret_numbers)
{
    switch (column->width_bytes) {
    case 1: read_width(column, begin, at, 1, ret_numbers); return;
    case 2: read_width(column, begin, at, 2, ret_numbers); return;
    case 4: read_width(column, begin, at, 4, ret_numbers); return;
    case 8: read_width(column, begin, at, 8, ret_numbers); return;
    default: read_width(column, begin, at, 0, ret_numbers); return;
    }
}

/* Every number of a run. */
static void read_run(const Chosen *chosen, const Column *column, int64_t *ret_numbers)
{
    const char *data = column->width_bytes == 0 ? NULL : stored_from(column, chosen->begin);
    chosen->customers->worker->kernels->widen(data, column->width_bytes, chosen->count,
                                              column->base, column->factor, ret_numbers);
}

static void add_seconds(const Column *second, uint64_t begin, Positions at, int64_t *days)
{
    if (second->width_bytes == 0) {
        for (size_t i = 0; i < at.count; i++)
            days[i] = days[i] * SECONDS_PER_DAY + second->base;
        return;
    }
    for (size_t i = 0; i < at.count; i++) {
        uint64_t position = at.positions == NULL ? at.first + i : at.positions[i];
        days[i] = days[i] * SECONDS_PER_DAY + column_integer(second, begin + position);
    }
}

void event_times(const Chosen *chosen, const uint32_t *positions, size_t count, int64_t *ret_times)
{
    Positions at = {.positions = positions, .count = count};
    read_numbers(&chosen->stream->day, chosen->begin, at, ret_times);
    add_seconds(&chosen->stream->second, chosen->begin, at, ret_times);
}

static int64_t number_of_item(const Column *column, int64_t item)
{
    return item == 0 || column->is_empty ? 0 : column_integer(column, (uint64_t)item - 1);
}

/* From what read_run gave. */
static void to_numbers(const EventField *field, Positions at, int64_t *numbers)
{
    switch (field->kind) {
    case FIELD_NUMBER: return;
    case FIELD_TIME: add_seconds(&field->stream->second, field->begin, at, numbers); return;
    case FIELD_WEEKDAY:
        for (size_t i = 0; i < at.count; i++)
            numbers[i] = date_weekday((Date){(int32_t)numbers[i]});
        return;
    case FIELD_HOUR:
        for (size_t i = 0; i < at.count; i++)
            numbers[i] /= SECONDS_PER_HOUR;
        return;
    case FIELD_OF_ITEM:
        for (size_t i = 0; i < at.count; i++)
            numbers[i] = number_of_item(field->of_item, numbers[i]);
        return;
    case FIELD_CODE:
    case FIELD_OWN_CODE:
    case FIELD_ITEM_ROW:
    case FIELD_TEXT_OF_ITEM: break; /* no numbers */
    }
    ASSERT(false);
}

static const Column *number_column(const EventField *field)
{
    return field->kind == FIELD_HOUR ? &field->stream->second : field->column;
}

void event_field_numbers(const EventField *field, const Chosen *chosen, int64_t *ret_numbers)
{
    read_run(chosen, number_column(field), ret_numbers);
    to_numbers(field, (Positions){.count = chosen->count}, ret_numbers);
}

static int64_t number_at(const EventField *field, uint32_t position)
{
    int64_t number = column_integer(number_column(field), field->begin + position);
    to_numbers(field, (Positions){.first = position, .count = 1}, &number);
    return number;
}

void event_days(const Chosen *chosen, int64_t *ret_days)
{
    read_run(chosen, &chosen->stream->day, ret_days);
}

void event_periods(const Chosen *chosen, const Step *step, int64_t *ret_periods)
{
    const EventFacts *facts = chosen->customers->binding->steps[step->index].events;
    Unit unit = step->node->as.aggregate.period;
    event_days(chosen, ret_periods);
    if (unit == UNIT_DAY) return;
    if (facts->periods != NULL) {
        for (size_t i = 0; i < chosen->count; i++)
            ret_periods[i] = facts->periods[ret_periods[i] - facts->first_day];
        return;
    }
    for (size_t i = 0; i < chosen->count; i++)
        ret_periods[i] = date_period_index((Date){(int32_t)ret_periods[i]}, unit);
}

/* ---- codes ---- */

/* Inlined per width, so that the loop knows it. */
static inline __attribute__((always_inline)) void read_codes_width(const void *data, size_t count,
                                                                   int width_bytes,
                                                                   const uint32_t *table,
                                                                   uint32_t *ret_codes)
{
    for (size_t i = 0; i < count; i++)
        ret_codes[i] = (uint32_t)stored_at(data, width_bytes, i);
    for (size_t i = 0; table != NULL && i < count; i++)
        ret_codes[i] = table[ret_codes[i]];
}

/* Codes or item rows of the run's events, through a table by code (NULL: as they are). */
static void read_codes(const Chosen *chosen, const Column *column, const uint32_t *table,
                       uint32_t *ret_codes)
{
    size_t count = chosen->count;
    if (column->width_bytes == 0) {
        uint32_t code = column->is_empty ? 0 : (uint32_t)column->base;
        for (size_t i = 0; i < count; i++)
            ret_codes[i] = table == NULL ? code : table[code];
        return;
    }
    const void *data = stored_from(column, chosen->begin);
    switch (column->width_bytes) {
    case 1: read_codes_width(data, count, 1, table, ret_codes); return;
    case 2: read_codes_width(data, count, 2, table, ret_codes); return;
    default: read_codes_width(data, count, 4, table, ret_codes); return;
    }
}

const uint32_t *event_field_stored(const EventField *field, const Chosen *chosen, uint32_t *room)
{
    if (field->column->width_bytes == sizeof *room)
        return (const uint32_t *)field->column->data + chosen->begin;
    Column stored = *field->column;
    stored.base = 0; /* all of a column without an array */
    read_codes(chosen, &stored, NULL, room);
    return room;
}

static void codes_to_classes(const Dictionary *dictionary, size_t count, uint32_t *codes)
{
    for (size_t i = 0; dictionary->classes != NULL && i < count; i++)
        codes[i] = codes[i] == 0 ? 0 : dictionary->classes[codes[i] - 1];
}

/* The places of customers' own texts, row by row. */
static void own_codes_to_ranks(const EventField *field, const Chosen *chosen, uint32_t *codes)
{
    uint32_t row_begin = (uint32_t)(chosen->customers->begin + chosen->row);
    for (size_t row = 0; row < chosen->rows_count; row++) {
        uint32_t first = column_own_first(field->column, row_begin + (uint32_t)row);
        uint32_t end = chosen_row_begin(chosen, row + 1);
        for (uint32_t i = chosen_row_begin(chosen, row); i < end; i++)
            codes[i] = codes[i] == 0 ? 0 : field->facts->ranks[first + codes[i]];
    }
}

static uint32_t read_own_codes(const EventField *field, const Chosen *chosen, uint32_t *ret_codes)
{
    uint32_t begin = (uint32_t)(chosen->customers->begin + chosen->row);
    uint32_t end = begin + (uint32_t)chosen->rows_count;
    const uint32_t *offsets = chosen->stream->offsets;
    if (field->facts->ranks == NULL) {
        column_own_classes(field->column, offsets, begin, end, ret_codes);
        return (uint32_t)chosen_row_events_max(chosen);
    }
    column_own_codes(field->column, offsets, begin, end, ret_codes);
    own_codes_to_ranks(field, chosen, ret_codes);
    return field->column->dictionary->count;
}

uint32_t event_field_codes(const EventField *field, const Chosen *chosen, uint32_t *ret_codes)
{
    const EventFacts *facts = field->facts;
    if (field->kind == FIELD_OWN_CODE) return read_own_codes(field, chosen, ret_codes);
    if (field->kind == FIELD_CODE) {
        read_codes(chosen, field->column, facts->ranks, ret_codes);
        if (facts->ranks == NULL)
            codes_to_classes(field->column->dictionary, chosen->count, ret_codes);
        return field->column->dictionary->count;
    }
    read_codes(chosen, field->column, facts->item_ranks, ret_codes);
    return facts->item_ranks != NULL ? facts->item_ranks_max : (uint32_t)field->items->count;
}

/* ---- values ---- */

static LaneKind lane_of(Type type)
{
    switch (type.kind) {
    case TYPE_BOOL: return LANE_BITS;
    case TYPE_DECIMAL:
    case TYPE_DATE:
    case TYPE_MOMENT: return LANE_INTEGERS;
    case TYPE_RATIO: return LANE_RATIOS;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return LANE_TEXTS;
    case TYPE_ITEM: return LANE_ITEMS;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: /* no event has one */
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return LANE_BITS;
}

Lane lane_new(Type type, size_t count, Arena *arena)
{
    Lane lane = {.lane = lane_of(type), .present = ARENA_ARRAY(arena, uint64_t, bit_words(count))};
    switch (lane.lane) {
    case LANE_BITS: lane.as.bits = ARENA_ARRAY(arena, uint64_t, bit_words(count)); break;
    case LANE_INTEGERS: lane.as.integers = ARENA_ARRAY(arena, int64_t, count); break;
    case LANE_RATIOS: lane.as.ratios = ARENA_ARRAY(arena, double, count); break;
    case LANE_TEXTS: lane.as.texts = ARENA_ARRAY(arena, Text, count); break;
    case LANE_ITEMS: lane.as.items = ARENA_ARRAY(arena, uint32_t, count); break;
    case LANE_SETS: break;
    }
    return lane;
}

Vector lane_vector(const Lane *lane)
{
    Vector vector = {.kind = lane->lane, .present = lane->present};
    switch (lane->lane) {
    case LANE_BITS: vector.as.bits = lane->as.bits; break;
    case LANE_INTEGERS: vector.as.integers = lane->as.integers; break;
    case LANE_RATIOS: vector.as.ratios = lane->as.ratios; break;
    case LANE_TEXTS: vector.as.texts = lane->as.texts; break;
    case LANE_ITEMS: vector.as.items = lane->as.items; break;
    case LANE_SETS: break;
    }
    return vector;
}

/* The text of an event of a row of the image, or of its item. */
static Text text_of_event(const EventField *field, uint32_t row, uint64_t event)
{
    const Column *column = field->column;
    uint32_t code;
    if (field->kind == FIELD_TEXT_OF_ITEM) {
        code = item_text_code(field->of_item, column_integer(column, event));
        column = field->of_item;
    } else {
        code = column_code(column, row, event);
    }
    return dictionary_text(column->dictionary, code, field->customers->arena);
}

void event_field_store(const EventField *field, uint32_t position, const Lane *lane, size_t row)
{
    lane_set_present(lane, row);
    uint64_t event = field->begin + position;
    switch (field->kind) {
    case FIELD_CODE:
    case FIELD_OWN_CODE:
    case FIELD_TEXT_OF_ITEM:
        lane->as.texts[row] =
            text_of_event(field, (uint32_t)(field->customers->begin + row), event);
        return;
    case FIELD_ITEM_ROW:
        lane->as.items[row] = (uint32_t)column_integer(field->column, event);
        return;
    case FIELD_NUMBER:
    case FIELD_TIME:
    case FIELD_WEEKDAY:
    case FIELD_HOUR:
    case FIELD_OF_ITEM: break;
    }
    int64_t number = number_at(field, position);
    if (lane->lane == LANE_INTEGERS)
        lane->as.integers[row] = number;
    else if (number != 0)
        lane->as.bits[row / 64] |= UINT64_C(1) << (row % 64);
}
