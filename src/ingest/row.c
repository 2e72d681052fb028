/* row.c -- converting a row cell by cell; the first cell that does not fit refuses the row. */
#include "ingest/row.h"

#include "base/fold.h"
#include "ingest/amount.h"
#include "model/built_in.h"
#include "model/currency.h"

#include <string.h>

enum { SPREADSHEET_GUARD = '\'' };

/* Programs that write for spreadsheets put an apostrophe before what would run as a formula; our
 * own export does, so a file comes back as it went. */
static Text without_guard(Text text)
{
    if (text.size < 2 || text.data[0] != SPREADSHEET_GUARD) return text;
    return strchr("=+-@\t\r", text.data[1]) != NULL ? text_slice(text, 1, text.size) : text;
}

static bool is_trimmed(Text text)
{
    unsigned char first = (unsigned char)text.data[0];
    unsigned char last = (unsigned char)text.data[text.size - 1];
    return first > ' ' && first < 0x80 && last > ' ' && last < 0x80;
}

Text row_cell_text(Cell cell)
{
    Text text = cell_text(cell);
    if (text.size == 0) return text;
    if (!is_trimmed(text)) text = text_trim(text);
    return without_guard(text);
}

typedef struct {
    Text *items;
    size_t count, capacity;
} Members;

static void add_members(Text text, Text sign, Arena *arena, Members *members)
{
    size_t begin = 0;
    for (size_t i = 0; i <= text.size; i++) {
        bool is_sign = sign.size > 0 && text_starts_with(text_slice(text, i, text.size), sign);
        if (i < text.size && !is_sign) continue;
        Text member = text_trim(text_slice(text, begin, i));
        if (member.size != 0) ARENA_PUSH(arena, members, member);
        begin = i + sign.size;
        if (is_sign) i = begin - 1;
    }
}

static Value convert_set(Text text, Text sign, Arena *arena)
{
    Members members = {0};
    for (Text rest = text; rest.data != NULL;)
        add_members(text_split(rest, '|', &rest), sign, arena, &members);
    return value_set(arena, members.items, members.count);
}

/* A path whose levels are divided by another sign, as it is written here. */
static Text convert_path(Text text, Text sign, Arena *arena)
{
    Members levels = {0};
    Text path = TEXT("");
    add_members(text, sign, arena, &levels);
    for (size_t i = 0; i < levels.count; i++)
        path = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(path),
                            i == 0 ? "" : row_join_sign(PROPERTY_HIERARCHY),
                            TEXT_FORMAT(levels.items[i]));
    return path;
}

static Fault convert_text(const TargetField *field, Text text, Arena *arena, Value *ret_value)
{
    if (text.size > CELL_TEXT_BYTES_MAX) return FAULT_TEXT_TOO_LONG;
    bool is_any = field->allowed_count == 0 && field->enumeration == ENUMERATION_NONE;
    if (!is_any && !target_listed_value(field, text, arena, &text)) return FAULT_NOT_ALLOWED;
    *ret_value = value_text(text);
    return FAULT_NONE;
}

/* A number with the sign or the name of a currency, which must be that of the data. */
static Fault convert_amount(Text text, const Binding *binding, int64_t *ret_mantissa,
                            bool *ret_is_rounded)
{
    WrittenAmount amount;
    if (!amount_split(text, &amount)) return FAULT_NOT_NUMBER;
    CurrencyMeaning meaning = currency_meaning(amount.currency, binding->currency);
    if (meaning == CURRENCY_NONE) return FAULT_NOT_NUMBER;
    if (meaning == CURRENCY_OTHER) return FAULT_OTHER_CURRENCY;
    Fault fault = convert_decimal(amount.number, binding->number, binding->field.scale,
                                  ret_mantissa, ret_is_rounded);
    if (fault == FAULT_NONE && amount.is_negative) *ret_mantissa = -*ret_mantissa;
    return fault;
}

static Fault convert_decimal_cell(const Binding *binding, Cell cell, Text text, Arena *arena,
                                  Row *row, Value *ret_value)
{
    static const NumberStyle machine = {'.', 0};
    int64_t mantissa;
    bool is_rounded;
    NumberStyle style = cell.is_machine ? machine : binding->number;
    Fault fault = convert_decimal(text, style, binding->field.scale, &mantissa, &is_rounded);
    if (fault == FAULT_NOT_NUMBER && binding->field.type == PROPERTY_MONEY)
        fault = convert_amount(text, binding, &mantissa, &is_rounded);
    if (fault != FAULT_NONE) return fault;
    if (is_rounded) ARENA_PUSH(arena, &row->rounded, binding->column);
    *ret_value = value_decimal(mantissa);
    return FAULT_NONE;
}

static Fault convert_value(const Binding *binding, Cell cell, Text text, Arena *arena, Row *row,
                           Value *ret_value)
{
    WrittenMoment moment;
    bool yes;
    Fault fault = FAULT_NONE;
    switch (binding->field.type) {
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: return convert_decimal_cell(binding, cell, text, arena, row, ret_value);
    case PROPERTY_BOOL:
        fault = convert_bool(text, &yes);
        if (fault == FAULT_NONE) *ret_value = value_bool(yes);
        return fault;
    case PROPERTY_DATE:
        fault = convert_moment(text, binding->date, &moment);
        if (fault == FAULT_NONE && !moment.is_missing)
            *ret_value = value_date(moment_date(moment.at));
        return fault;
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET:
        if (text.size > CELL_TEXT_BYTES_MAX) return FAULT_TEXT_TOO_LONG;
        *ret_value = convert_set(text, binding->parts_sign, arena);
        return FAULT_NONE;
    case PROPERTY_HIERARCHY:
        if (text.size > CELL_TEXT_BYTES_MAX) return FAULT_TEXT_TOO_LONG;
        if (binding->parts_sign.size > 0) text = convert_path(text, binding->parts_sign, arena);
        break;
    case PROPERTY_TEXT:
    case PROPERTY_ENUM:
    case PROPERTY_TYPE_COUNT: break;
    }
    return convert_text(&binding->field, text, arena, ret_value);
}

static Fault convert_event_date(const Binding *binding, Text text, Row *row)
{
    WrittenMoment moment;
    Fault fault = convert_moment(text, binding->date, &moment);
    if (fault != FAULT_NONE || moment.is_missing) return fault;
    row->at = moment.at;
    row->has_date = true;
    return FAULT_NONE;
}

/* A time in a column of its own counts unless the date came with one (midnight is none). */
static Fault convert_event_time(Text text, Row *row)
{
    int second;
    Fault fault = convert_time(text, &second);
    bool has_time = moment_second_of_day(row->at) != 0;
    if (fault == FAULT_NONE && !has_time) row->at.second += second;
    return fault;
}

static Fault convert_bound(const Binding *binding, Cell cell, Text text, Arena *arena, Row *row)
{
    switch (binding->field.kind) {
    case SLOT_CUSTOMER: row->customer = text; break;
    case SLOT_KEY: row->key = text; break;
    case SLOT_DATE: return convert_event_date(binding, text, row);
    case SLOT_TIME: return convert_event_time(text, row);
    case SLOT_VALUE:
        return convert_value(binding, cell, text, arena, row, &row->values[binding->field.slot]);
    }
    return text.size > CELL_TEXT_BYTES_MAX ? FAULT_TEXT_TOO_LONG : FAULT_NONE;
}

/* Rows may end in empty cells beyond the columns, as spreadsheets write them. */
static Fault count_fault(const RowShape *shape, const RecordList *list, const Record *record)
{
    if (shape->has_ragged_rows || record->cells_count == shape->columns_count) return FAULT_NONE;
    if (record->cells_count < shape->columns_count) return FAULT_TOO_FEW_CELLS;
    for (size_t i = shape->columns_count; i < record->cells_count; i++)
        if (text_trim(cell_text(list->cells.items[record->first_cell + i])).size != 0)
            return FAULT_TOO_MANY_CELLS;
    return FAULT_NONE;
}

static Fault damage_fault(const RowShape *shape, Text text)
{
    bool is_damaged = shape->is_rejects_file && text_contains(text, TEXT("\xEF\xBF\xBD"));
    return is_damaged ? FAULT_DAMAGED_TEXT : FAULT_NONE;
}

const char *row_join_sign(PropertyType type)
{
    switch (type) {
    case PROPERTY_HIERARCHY: return " / ";
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET: return "|";
    case PROPERTY_TEXT:
    case PROPERTY_ENUM: return " ";
    case PROPERTY_BOOL:
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY:
    case PROPERTY_DATE:
    case PROPERTY_TYPE_COUNT: break;
    }
    return NULL;
}

static Cell cell_at(const Cell *cells, const Record *record, uint32_t column)
{
    return column < record->cells_count ? cells[column] : (Cell){NULL, 0, false};
}

/* The cells of several columns as one text; empty ones leave no gap. */
static Text joined_text(const Binding *binding, const Cell *cells, const Record *record,
                        Arena *arena)
{
    Text joined = row_cell_text(cell_at(cells, record, binding->column));
    for (size_t i = 0; i < binding->more_columns_count; i++) {
        Text part = row_cell_text(cell_at(cells, record, binding->more_columns[i]));
        if (part.size == 0) continue;
        const char *sign = joined.size == 0 ? "" : row_join_sign(binding->field.type);
        joined = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(joined), sign, TEXT_FORMAT(part));
    }
    return joined;
}

/* Whom no code tells apart is known by his name within the customer, however it is spelt. */
static void take_name_as_key(Row *row, Arena *arena)
{
    Value name = row->values[CONTACT_NAME];
    Text within = row->key_within.size > 0 ? row->key_within : row->customer;
    if (value_is_missing(name) || within.size == 0) return;
    Text folded = text_fold(name.as.text, arena);
    row->key = arena_printf(arena, "%.*s/%.*s", TEXT_FORMAT(within), TEXT_FORMAT(folded));
}

/* A number within the customer, or within an order, becomes a key of the whole stream. */
static void complete_key(Row *row, Arena *arena)
{
    if (row->key.size == 0) return;
    if (row->key_within.size == 0)
        row->fault = FAULT_NO_KEY_WITHIN;
    else
        row->key =
            arena_printf(arena, "%.*s/%.*s", TEXT_FORMAT(row->key_within), TEXT_FORMAT(row->key));
}

void row_convert(const RowShape *shape, const RecordList *list, const Record *record, Arena *arena,
                 Row *row)
{
    row->record = record;
    row->line = record->line;
    row->fault_column = NO_COLUMN;
    row->fault = record->fault != FAULT_NONE ? record->fault : count_fault(shape, list, record);
    if (row->fault != FAULT_NONE) return;
    const Cell *cells = list->cells.items + record->first_cell;
    for (size_t i = 0; i < shape->bindings_count; i++) {
        const Binding *binding = &shape->bindings[i];
        Cell cell = cell_at(cells, record, binding->column);
        Text text = binding->more_columns_count == 0 ? row_cell_text(cell)
                                                     : joined_text(binding, cells, record, arena);
        bool is_given = cell.data != NULL;
        if (text.size == 0 && binding->default_text.size != 0) {
            text = binding->default_text;
            is_given = true;
        }
        if (row->is_given != NULL && binding->field.kind == SLOT_VALUE)
            row->is_given[binding->field.slot] = is_given;
        if (text.size == 0) continue;
        if (binding->is_key_within) row->key_within = text;
        row->fault = damage_fault(shape, text);
        if (row->fault == FAULT_NONE) row->fault = convert_bound(binding, cell, text, arena, row);
        if (row->fault == FAULT_NONE) continue;
        row->fault_column = binding->column;
        row->fault_value = text;
        return;
    }
    if (shape->has_names_only || (shape->knows_names && row->key.size == 0))
        take_name_as_key(row, arena);
    else if (shape->has_key_within)
        complete_key(row, arena);
}
