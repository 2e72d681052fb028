/* cursor.c -- where a page of a list ended, as a text: the value it is sorted by and the code. */
#include "app/ask.h"

#include "base/decimal.h"
#include "lang/print.h"

#include <stdlib.h>
#include <string.h>

/* "-" or a letter for the kind, the value, a slash, the code; texts with their size before. */
static Text key_text(Value key, Arena *arena)
{
    switch (key.kind) {
    case VALUE_MISSING:
    case VALUE_SET: return TEXT("-");
    case VALUE_BOOL: return key.as.boolean ? TEXT("b1") : TEXT("b0");
    case VALUE_DECIMAL: return arena_printf(arena, "n%lld", (long long)key.as.decimal);
    case VALUE_RATIO: return arena_printf(arena, "r%a", key.as.ratio);
    case VALUE_DATE: return arena_printf(arena, "d%ld", (long)key.as.date.day);
    case VALUE_MOMENT: return arena_printf(arena, "m%lld", (long long)key.as.moment.second);
    case VALUE_TEXT:
        return arena_printf(arena, "t%zu:%.*s", key.as.text.size, TEXT_FORMAT(key.as.text));
    case VALUE_ITEM:
        return arena_printf(arena, "i%zu:%.*s", key.as.item->code.size,
                            TEXT_FORMAT(key.as.item->code));
    }
    return TEXT("-");
}

Text ask_cursor(const Question *question, const Answer *answer, Arena *arena)
{
    if (answer->rows_count == 0) return TEXT("");
    size_t last = answer->rows_count - 1;
    Value code = answer_value(answer, question, last, QUESTION_CODE);
    Value key =
        question->has_sort ? answer_value(answer, question, last, question->sort) : value_missing();
    /* a missing yes/no is shown as missing and sorted as the condition that it is */
    bool is_sorted_as_no = question->has_sort && question->types[question->sort].kind == TYPE_BOOL;
    if (is_sorted_as_no && value_is_missing(key)) key = value_bool(false);
    return arena_printf(arena, "%.*s/%.*s", TEXT_FORMAT(key_text(key, arena)),
                        TEXT_FORMAT(code.as.text));
}

/* A whole number before `end`; *rest begins behind that sign. */
static bool read_number(Text *rest, char end, int64_t *ret_number)
{
    Text digits = text_split(*rest, end, rest);
    char copy[24];
    char *stop;
    if (rest->data == NULL || digits.size == 0 || digits.size >= sizeof copy) return false;
    memcpy(copy, digits.data, digits.size);
    copy[digits.size] = '\0';
    *ret_number = strtoll(copy, &stop, 10);
    return *stop == '\0';
}

static bool read_ratio(Text *rest, double *ret_ratio)
{
    Text digits = text_split(*rest, '/', rest);
    char copy[64];
    char *stop;
    if (rest->data == NULL || digits.size == 0 || digits.size >= sizeof copy) return false;
    memcpy(copy, digits.data, digits.size);
    copy[digits.size] = '\0';
    *ret_ratio = strtod(copy, &stop);
    return *stop == '\0';
}

static bool read_sized(Text *rest, Text *ret_text)
{
    int64_t size;
    if (!read_number(rest, ':', &size) || size < 0 || (uint64_t)size >= rest->size) return false;
    *ret_text = text_slice(*rest, 0, (size_t)size);
    *rest = text_slice(*rest, (size_t)size, rest->size);
    if (rest->data[0] != '/') return false;
    *rest = text_slice(*rest, 1, rest->size);
    return true;
}

static bool read_key(Text *rest, char kind, Arena *arena, Value *ret_key)
{
    int64_t number = 0;
    double ratio;
    Text text;
    *ret_key = value_missing();
    if (kind == '-') return text_split(*rest, '/', rest).size == 0 && rest->data != NULL;
    if (kind == 'r') {
        if (!read_ratio(rest, &ratio)) return false;
        *ret_key = value_ratio(ratio);
        return true;
    }
    if (kind == 't' || kind == 'i') {
        if (!read_sized(rest, &text)) return false;
        *ret_key = value_text(text);
        if (kind == 't') return true;
        Item *item = ARENA_NEW(arena, Item);
        item->code = text;
        *ret_key = value_item(item);
        return true;
    }
    if (!read_number(rest, '/', &number)) return false;
    switch (kind) {
    case 'b': *ret_key = value_bool(number != 0); return true;
    case 'n': *ret_key = value_decimal(number); return true;
    case 'd': *ret_key = value_date((Date){(int32_t)number}); return number == (int32_t)number;
    case 'm': *ret_key = value_moment((Moment){number}); return true;
    default: return false;
    }
}

static ValueKind kind_of(Type type)
{
    switch (type.kind) {
    case TYPE_BOOL: return VALUE_BOOL;
    case TYPE_DECIMAL: return VALUE_DECIMAL;
    case TYPE_RATIO: return VALUE_RATIO;
    case TYPE_DATE: return VALUE_DATE;
    case TYPE_MOMENT: return VALUE_MOMENT;
    case TYPE_ITEM: return VALUE_ITEM;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return VALUE_TEXT;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET:
    case TYPE_NONE:
    case TYPE_KIND_COUNT: return VALUE_MISSING;
    }
    return VALUE_MISSING;
}

Status ask_cursor_read(const Question *question, Text cursor, Arena *arena,
                       SelectionEntry *ret_after, Error *err)
{
    *ret_after = (SelectionEntry){.key = value_missing()};
    Text rest = cursor.size > 0 ? text_slice(cursor, 1, cursor.size) : cursor;
    bool is_readable = cursor.size > 0 && read_key(&rest, cursor.data[0], arena, &ret_after->key);
    bool fits =
        value_is_missing(ret_after->key) ||
        (question->has_sort && ret_after->key.kind == kind_of(question->types[question->sort]));
    if (!is_readable || !fits)
        return error_set(err, STATUS_INVALID,
                         "'after' is not of a page of this list; begin with the first page");
    ret_after->code = rest;
    return STATUS_OK;
}

Text ask_search_rule(Text search, Arena *arena)
{
    AUTO(buffer_done) Buffer text = {0};
    if (text_trim(search).size == 0) return TEXT("");
    print_text(&text, text_trim(search));
    return arena_printf(arena, "`code` contains %.*s or `name` contains %.*s",
                        TEXT_FORMAT(buffer_view(&text)), TEXT_FORMAT(buffer_view(&text)));
}
