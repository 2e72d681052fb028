/* columns.c -- counting what columns hold, and deciding how they are read. */
#include "ingest/columns.h"

#include "base/fold.h"
#include "model/built_in.h"

Columns columns_new(Target target, Arena *arena)
{
    Columns columns = {.target = target, .key_within = SIZE_MAX};
    columns.fields_capacity = target.fields.count + CELLS_MAX; /* room for new ones */
    columns.field_columns = ARENA_ARRAY(arena, uint32_t, columns.fields_capacity);
    columns.more_columns = ARENA_ARRAY(arena, struct MoreColumns, columns.fields_capacity);
    columns.field_defaults = ARENA_ARRAY(arena, Text, columns.fields_capacity);
    for (size_t i = 0; i < columns.fields_capacity; i++)
        columns.field_columns[i] = NO_COLUMN;
    return columns;
}

void columns_done(Columns *columns)
{
    for (size_t i = 0; i < columns->columns.count; i++)
        evidence_done(&columns->columns.items[i].evidence);
}

void columns_add(Columns *columns, Text name, bool counts_distinct, Voice voice)
{
    Column column = {.name = name, .use = COLUMN_UNKNOWN, .why = say(voice, MESSAGE_NOTHING_FITS)};
    if (counts_distinct) column.evidence.distinct = map_new(ENUM_VALUES_MAX + 1);
    ARENA_PUSH(voice.arena, &columns->columns, column);
}

void columns_count_evidence(Columns *columns, const RecordList *list)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    for (size_t i = 0; i < list->records.count; i++) {
        const Record *record = &list->records.items[i];
        if (record->fault != FAULT_NONE) continue;
        size_t count = record->cells_count;
        if (count > columns->columns.count) count = columns->columns.count;
        for (size_t c = 0; c < count; c++)
            evidence_add(&columns->columns.items[c].evidence,
                         list->cells.items[record->first_cell + c], record->line, scratch);
        arena_reset(scratch);
    }
}

bool columns_fills(const Columns *columns, uint32_t column, size_t field)
{
    if (columns->field_columns[field] == column) return true;
    for (size_t i = 0; i < columns->more_columns[field].count; i++)
        if (columns->more_columns[field].items[i] == column) return true;
    return false;
}

static bool is_number_type(PropertyType type)
{
    return type == PROPERTY_NUMBER || type == PROPERTY_MONEY;
}

bool columns_are_open(const Columns *columns, const ImportOptions *options)
{
    for (size_t i = 0; i < columns->target.fields.count; i++) {
        uint32_t column = columns->field_columns[i];
        if (column == NO_COLUMN) continue;
        const Evidence *evidence = &columns->columns.items[column].evidence;
        PropertyType type = columns->target.fields.items[i].type;
        bool is_date = type == PROPERTY_DATE && options->date_order == DATE_ORDER_DETECT;
        bool is_number = is_number_type(type) && options->decimal_mark == DECIMAL_MARK_DETECT;
        if (is_date && evidence_date_is_open(evidence)) return true;
        if (is_number && evidence_number_is_open(evidence)) return true;
    }
    return false;
}

static Status refuse_dates(const Column *column, Error *err)
{
    return error_set(err, STATUS_INVALID,
                     "the dates of column '%.*s' contradict each other: line %llu has the day "
                     "first, line %llu the month; say with --dates dmy or --dates mdy which "
                     "order counts, the other rows are rejected then",
                     TEXT_FORMAT(column->name), (unsigned long long)column->evidence.day_first_line,
                     (unsigned long long)column->evidence.month_first_line);
}

static Status refuse_numbers(const Column *column, Error *err)
{
    const uint64_t *line = column->evidence.mark_line;
    return error_set(err, STATUS_INVALID,
                     "the numbers of column '%.*s' contradict each other: line %llu tells a "
                     "decimal point, line %llu a decimal comma; say with --decimal point or "
                     "--decimal comma which of them counts, the other rows are rejected then",
                     TEXT_FORMAT(column->name), (unsigned long long)line[0],
                     (unsigned long long)line[1]);
}

Status columns_check_readings(const Columns *columns, const ImportOptions *options, Error *err)
{
    for (size_t i = 0; i < columns->target.fields.count; i++) {
        uint32_t column = columns->field_columns[i];
        if (column == NO_COLUMN) continue;
        const Column *place = &columns->columns.items[column];
        PropertyType type = columns->target.fields.items[i].type;
        bool is_open_date = type == PROPERTY_DATE && options->date_order == DATE_ORDER_DETECT;
        bool is_open_number = is_number_type(type) && options->decimal_mark == DECIMAL_MARK_DETECT;
        if (is_open_date && evidence_dates_disagree(&place->evidence))
            return refuse_dates(place, err);
        if (is_open_number && evidence_marks_disagree(&place->evidence))
            return refuse_numbers(place, err);
    }
    return STATUS_OK;
}

/* ---- how columns are read ---- */

/* What undecided columns fall back to: the other columns of the file, then the country's custom. */
typedef struct {
    char mark;
    DateOrder order;
    bool is_order_seen; /* in another column */
} Fallback;

static void vote_for_order(const Columns *columns, Fallback *fallback)
{
    uint64_t day = 0, month = 0;
    for (size_t i = 0; i < columns->columns.count; i++) {
        const Evidence *evidence = &columns->columns.items[i].evidence;
        if (evidence->dates * 2 < evidence->filled) continue;
        day += evidence->day_first;
        month += evidence->month_first;
    }
    fallback->order = month > day ? DATE_ORDER_MDY : DATE_ORDER_DMY;
    fallback->is_order_seen = day + month != 0;
}

static Fallback find_fallback(const Columns *columns, ReadingHints hints, Arena *arena)
{
    Fallback fallback = {.mark = hints.delimiter == ',' || hints.delimiter == 0 ? '.' : ','};
    Evidence *numbers = ARENA_ARRAY(arena, Evidence, columns->columns.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < columns->columns.count; i++) {
        const Evidence *evidence = &columns->columns.items[i].evidence;
        if (evidence->numbers * 2 >= evidence->filled) numbers[count++] = *evidence;
    }
    char common = evidence_common_mark(numbers, count);
    if (common != 0) fallback.mark = common;
    vote_for_order(columns, &fallback);
    return fallback;
}

static void bind_number(const Evidence *evidence, ReadingHints hints, const Fallback *fallback,
                        Voice voice, Binding *binding, ColumnVerdict *verdict)
{
    NumberVerdict number = evidence_number(evidence, hints.decimal_mark, fallback->mark, voice);
    binding->number = number.style;
    verdict->decimal_mark = number.style.mark == '.' ? DECIMAL_MARK_POINT : DECIMAL_MARK_COMMA;
    verdict->evidence = number.why;
    verdict->is_certain = number.is_certain;
}

static void bind_date(const Evidence *evidence, ReadingHints hints, const Fallback *fallback,
                      Voice voice, Binding *binding, ColumnVerdict *verdict)
{
    DateVerdict date = evidence_date(evidence, hints.date_order, fallback->order, voice);
    if (!date.is_certain && fallback->is_order_seen && evidence_date_is_open(evidence)) {
        date.is_certain = true;
        date.why = say(voice, MESSAGE_AS_OTHER_DATES);
    }
    binding->date.order = date.order;
    verdict->date_order = date.order;
    verdict->evidence = date.why;
    verdict->is_certain = date.is_certain;
}

static uint32_t column_of(const Columns *columns, SlotKind kind, size_t slot)
{
    size_t field = target_find_slot(&columns->target, kind, slot);
    return field == SIZE_MAX ? NO_COLUMN : columns->field_columns[field];
}

static bool knows_names(const Columns *columns)
{
    const Stream *stream = columns->target.stream;
    return stream != NULL && stream_is(stream, STREAM_CONTACT) &&
           column_of(columns, SLOT_VALUE, CONTACT_NAME) != NO_COLUMN;
}

/* The names are the keys, by themselves or because a mapping says so. */
static bool has_names_only(const Columns *columns)
{
    return knows_names(columns) &&
           column_of(columns, SLOT_KEY, 0) == column_of(columns, SLOT_VALUE, CONTACT_NAME);
}

/* Bindings of an event go in the order of its parts, so that a time of day finds its date. */
void columns_bind(const Columns *columns, ReadingHints hints, Voice voice, RowShape *ret_shape,
                  ColumnVerdict **ret_verdicts)
{
    Fallback fallback = find_fallback(columns, hints, voice.arena);
    size_t fields_count = columns->target.fields.count, count = 0;
    Binding *bindings = ARENA_ARRAY(voice.arena, Binding, fields_count);
    ColumnVerdict *verdicts = ARENA_ARRAY(voice.arena, ColumnVerdict, columns->columns.count);
    for (size_t i = 0; i < columns->columns.count; i++)
        verdicts[i].is_certain = true;
    Evidence nothing = {0};
    ColumnVerdict ignored = {0};
    for (size_t i = 0; i < fields_count; i++) {
        uint32_t column = columns->field_columns[i];
        if (column == NO_COLUMN && columns->field_defaults[i].size == 0) continue;
        Binding *binding = &bindings[count++];
        *binding =
            (Binding){.field = columns->target.fields.items[i],
                      .column = column,
                      .more_columns = columns->more_columns[i].items,
                      .more_columns_count = columns->more_columns[i].count,
                      .default_text = columns->field_defaults[i],
                      .currency = hints.currency,
                      .parts_sign = columns->target.fields.items[i].type == PROPERTY_HIERARCHY
                                        ? hints.levels_sign
                                        : hints.values_sign,
                      .is_key_within = i == columns->key_within,
                      .date = {.zone = hints.zone}};
        const Evidence *evidence =
            column == NO_COLUMN ? &nothing : &columns->columns.items[column].evidence;
        ColumnVerdict *verdict = column == NO_COLUMN ? &ignored : &verdicts[column];
        if (is_number_type(binding->field.type))
            bind_number(evidence, hints, &fallback, voice, binding, verdict);
        if (binding->field.type == PROPERTY_DATE)
            bind_date(evidence, hints, &fallback, voice, binding, verdict);
    }
    *ret_shape = (RowShape){.target = columns->target.target,
                            .bindings = bindings,
                            .bindings_count = count,
                            .columns_count = columns->columns.count,
                            .is_rejects_file = columns->is_rejects_file,
                            .has_key_within = columns->key_within != SIZE_MAX,
                            .knows_names = knows_names(columns),
                            .has_names_only = has_names_only(columns),
                            .values_count = columns->target.values_count};
    *ret_verdicts = verdicts;
}
