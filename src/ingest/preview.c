/* preview.c -- the first rows as they would be stored, and sentences about rows that would not. */
#include "ingest/import_internal.h"

#include "model/built_in.h"

enum { PREVIEW_ROWS_DEFAULT = 5 };

Type import_field_type(const TargetField *field)
{
    Property property = {.type = field->type, .scale = field->scale};
    return property_value_type(&property);
}

bool import_derives_amount(const Import *import)
{
    const Target *target = &import->columns.target;
    return target->target == IMPORT_EVENTS && stream_is(target->stream, STREAM_PURCHASE);
}

/* As the event writer derives it, but for the item's price, which is looked up only there. */
static Value derived_amount(const Import *import, const Value *values)
{
    Value quantity = values[PURCHASE_QUANTITY], price = values[PURCHASE_PRICE];
    if (!value_is_missing(values[PURCHASE_AMOUNT])) return values[PURCHASE_AMOUNT];
    if (value_is_missing(quantity) || value_is_missing(price)) return value_missing();
    int scale = import->columns.target.stream->fields[PURCHASE_QUANTITY].scale;
    int64_t amount;
    bool fits = decimal_multiply(quantity.as.decimal, scale, price.as.decimal, MONEY_SCALE,
                                 MONEY_SCALE, &amount);
    return fits ? value_decimal(amount) : value_missing();
}

/* ---- sentences ---- */

static const Binding *binding_of(const Import *import, const Row *row)
{
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        if (row->fault_column != NO_COLUMN && binding->column == row->fault_column) return binding;
    }
    return NULL;
}

static Text list_of(const Text *items, size_t count, Arena *arena)
{
    Text list = TEXT("");
    for (size_t i = 0; i < count; i++)
        list = arena_printf(arena, "%.*s%s%.*s", TEXT_FORMAT(list), i == 0 ? "" : ", ",
                            TEXT_FORMAT(items[i]));
    return list;
}

Text import_reason(const Import *import, const Row *row, Voice voice)
{
    const Binding *binding = binding_of(import, row);
    Text sentence = text_of(fault_sentence(row->fault, voice.language));
    if (row->fault == FAULT_TOO_FEW_CELLS || row->fault == FAULT_TOO_MANY_CELLS)
        return SAY(voice, REASON_COLUMNS, sentence,
                   voice_count(voice, import->shape.columns_count));
    if (row->fault == FAULT_OTHER_CURRENCY && binding != NULL)
        return SAY(voice, REASON_WITH, sentence, binding->currency);
    if (row->fault == FAULT_STORE) return SAY(voice, REASON_WITH, sentence, row->fault_value);
    if (row->fault == FAULT_BAD_BYTES)
        return SAY(voice, REASON_IN, sentence,
                   text_of(import_encoding_code(import->format.encoding)));
    if (row->fault == FAULT_NOT_ALLOWED && binding != NULL)
        return SAY(voice, REASON_WITH, sentence,
                   list_of(binding->field.allowed, binding->field.allowed_count, voice.arena));
    if (row->fault == FAULT_NO_SUCH_DAY && binding != NULL)
        return SAY(voice, REASON_ORDER, sentence,
                   text_of(import_date_order_code(binding->date.order)));
    if (row->fault == FAULT_OTHER_MARK && binding != NULL)
        return SAY(voice, REASON_MARK, sentence,
                   say(voice, binding->number.mark == '.' ? MESSAGE_POINT : MESSAGE_COMMA));
    return sentence;
}

/* ---- preview ---- */

static Text print_moment(const Row *row, Arena *arena)
{
    char out[DATE_TEXT_MAX];
    if (!row->has_date) return TEXT("");
    bool has_time = moment_second_of_day(row->at) != 0;
    return arena_text(arena, has_time ? moment_print_iso(row->at, out)
                                      : date_print_iso(moment_date(row->at), out));
}

static Text print_bound(const Binding *binding, const Row *row, Arena *arena)
{
    switch (binding->field.kind) {
    case SLOT_CUSTOMER: return arena_text(arena, row->customer);
    case SLOT_KEY: return arena_text(arena, row->key);
    case SLOT_DATE: return print_moment(row, arena);
    case SLOT_TIME: return TEXT("");
    case SLOT_VALUE: break;
    }
    Value value = row->values[binding->field.slot];
    return arena_text(arena, value_print(value, import_field_type(&binding->field), arena));
}

/* What is asked of every row before the store is. */
Fault import_missing_part(const Import *import, const Row *row)
{
    const Target *target = &import->columns.target;
    if (target->target != IMPORT_EVENTS)
        return value_is_missing(row->values[0]) ? FAULT_NO_CODE : FAULT_NONE;
    bool is_contact = stream_is(target->stream, STREAM_CONTACT);
    if (is_contact && row->key.size == 0) return FAULT_NO_KEY;
    if (!is_contact && !row->has_date) return FAULT_NO_DATE;
    if (stream_is(target->stream, STREAM_SETTLEMENT)) {
        /* debts would pass over it without a word */
        if (value_is_missing(row->values[SETTLEMENT_KIND])) return FAULT_NO_KIND;
        if (value_is_missing(row->values[SETTLEMENT_AMOUNT])) return FAULT_NO_AMOUNT;
    }
    if (row->customer.size != 0) return FAULT_NONE;
    for (size_t i = 0; i < import->shape.values_count; i++)
        if (target->stream->fields[i].role == FIELD_CONTACT && !value_is_missing(row->values[i]))
            return FAULT_NONE;
    return FAULT_NO_CUSTOMER;
}

bool import_is_shown(const Import *import, const Binding *binding)
{
    if (binding->field.kind == SLOT_TIME) return false; /* it is part of the date */
    return import_is_csv(import) || binding->column == NO_COLUMN ||
           binding->column < import->json_columns_seen;
}

static ImportPreviewRow preview_row(const Import *import, const Row *row)
{
    Arena *arena = import->arena;
    ImportPreviewRow preview = {.line = row->record->line};
    if (row->fault != FAULT_NONE) {
        preview.reason = import_reason(import, row, import->voice);
        return preview;
    }
    preview.cells = ARENA_ARRAY(arena, Text, import->plan.fields_count);
    size_t count = 0;
    for (size_t i = 0; i < import->shape.bindings_count; i++) {
        const Binding *binding = &import->shape.bindings[i];
        if (import_is_shown(import, binding))
            preview.cells[count++] = print_bound(binding, row, arena);
    }
    if (count == import->plan.fields_count) return preview;
    Value amount = derived_amount(import, row->values);
    preview.cells[count] = value_print(
        amount, (Type){.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true}, arena);
    return preview;
}

void import_preview(Import *import, const RecordList *sample)
{
    size_t rows_max = import->options.preview_rows;
    if (rows_max == 0) rows_max = PREVIEW_ROWS_DEFAULT;
    if (rows_max > sample->records.count) rows_max = sample->records.count;
    ImportPreviewRow *rows = ARENA_ARRAY(import->arena, ImportPreviewRow, rows_max);
    for (size_t i = 0; i < rows_max; i++) {
        Row row = {.values = ARENA_ARRAY(import->arena, Value, import->shape.values_count)};
        row_convert(&import->shape, sample, &sample->records.items[i], import->arena, &row);
        if (row.fault == FAULT_NONE) row.fault = import_missing_part(import, &row);
        rows[i] = preview_row(import, &row);
    }
    import->plan.preview = rows;
    import->plan.preview_count = rows_max;
}
