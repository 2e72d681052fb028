/* cell.c -- one value as a column holds it: a whole number, a text, or NULL. */
#include "store/cell.h"

#include "base/buffer.h"
#include "base/fold.h"

#include <string.h>

static const char level_separator[] = " / "; /* between the levels of a canonical path */

CellShape cell_shape_of_property(const Property *property)
{
    return (CellShape){.name = property->name,
                       .type = property->type,
                       .is_personal = property->is_personal,
                       .allowed = property->allowed,
                       .allowed_count = property->allowed_count,
                       .enumeration = property->enumeration};
}

CellShape cell_shape_of_field(const Field *field)
{
    return (CellShape){.name = field->name, .type = field->type};
}

bool cell_type_is_text(PropertyType type)
{
    switch (type) {
    case PROPERTY_BOOL:
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY:
    case PROPERTY_DATE: return false;
    case PROPERTY_TEXT:
    case PROPERTY_ENUM:
    case PROPERTY_HIERARCHY:
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET: return true;
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return false;
}

bool cell_equal(const Cell *a, const Cell *b)
{
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case CELL_NULL: return true;
    case CELL_INTEGER: return a->integer == b->integer;
    case CELL_TEXT: return text_equal(a->text, b->text);
    }
    ASSERT(false);
    return false;
}

/* ---- texts ---- */

/* A text without a byte over 127 and without NUL: valid, and its own NFC. */
static bool is_plain_ascii(Text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] - 1U >= 0x7f) return false;
    return true;
}

static Status check_text(Text name, Text text, Error *err)
{
    if (text.size > CELL_TEXT_BYTES_MAX)
        return error_set(err, STATUS_LIMIT, "a value of '%.*s' is %zu bytes long, at most %d fit",
                         TEXT_FORMAT(name), text.size, CELL_TEXT_BYTES_MAX);
    if (is_plain_ascii(text)) return STATUS_OK;
    if (!utf8_is_valid(text) || memchr(text.data, '\0', text.size) != NULL)
        return error_set(err, STATUS_INVALID, "a value of '%.*s' is not valid UTF-8 text",
                         TEXT_FORMAT(name));
    return STATUS_OK;
}

Status code_of_text(const char *what, Text text, Arena *arena, Text *ret_code, Error *err)
{
    Text code = text_trim(text);
    if (!is_plain_ascii(code)) {
        TRY(check_text(text_of(what), code, err));
        code = text_nfc(code, arena);
    }
    if (code.size == 0) return error_set(err, STATUS_INVALID, "the %s has no code", what);
    if (code.size > CODE_BYTES_MAX)
        return error_set(err, STATUS_LIMIT, "the code of the %s is %zu bytes long, at most %d fit",
                         what, code.size, CODE_BYTES_MAX);
    *ret_code = code;
    return STATUS_OK;
}

static Cell text_cell(Text text)
{
    Value value = value_text(text_trim(text));
    if (value_is_missing(value)) return (Cell){.kind = CELL_NULL};
    return (Cell){.kind = CELL_TEXT, .text = value.as.text};
}

static Status enum_cell(const CellShape *shape, Text text, Arena *arena, Cell *ret_cell, Error *err)
{
    Text known;
    if (enumeration_find(shape->enumeration, text, arena, &known)) text = known;
    *ret_cell = text_cell(text);
    if (ret_cell->kind == CELL_NULL || shape->allowed_count == 0) return STATUS_OK;
    for (size_t i = 0; i < shape->allowed_count; i++) {
        if (!text_equal_folded(shape->allowed[i], text)) continue;
        ret_cell->text = shape->allowed[i];
        return STATUS_OK;
    }
    if (shape->is_personal)
        return error_set(err, STATUS_INVALID, "a value of '%.*s' is not in its list of values",
                         TEXT_FORMAT(shape->name));
    return error_set(err, STATUS_INVALID, "'%.*s' is not in the list of values of '%.*s'",
                     TEXT_FORMAT(text), TEXT_FORMAT(shape->name));
}

static Text canonical_hierarchy(Text path, Arena *arena)
{
    AUTO(buffer_done) Buffer joined = {0};
    for (Text rest = path; rest.data != NULL;) {
        Text level = hierarchy_next_level(&rest);
        if (value_is_missing(value_text(level))) continue;
        if (joined.size > 0) buffer_cstr(&joined, level_separator);
        buffer_text(&joined, level);
    }
    Text result = buffer_view(&joined);
    return text_equal(result, path) ? path : arena_text(arena, result);
}

static Text canonical_member(PropertyType type, Text member, Arena *arena)
{
    return type == PROPERTY_HIERARCHY_SET ? canonical_hierarchy(member, arena) : text_trim(member);
}

static Status set_cell(const CellShape *shape, TextSet set, Arena *arena, Cell *ret_cell,
                       Error *err)
{
    Text *members = ARENA_ARRAY(arena, Text, set.count);
    for (size_t i = 0; i < set.count; i++) {
        TRY(check_text(shape->name, set.items[i], err));
        if (set.items[i].size > 0 && memchr(set.items[i].data, '|', set.items[i].size) != NULL)
            return error_set(err, STATUS_INVALID, "a value of '%.*s' holds a '|'",
                             TEXT_FORMAT(shape->name));
        members[i] = canonical_member(shape->type, set.items[i], arena);
    }
    Value value = value_set(arena, members, set.count);
    if (value_is_missing(value)) return STATUS_OK;
    AUTO(buffer_done) Buffer joined = {0};
    for (size_t i = 0; i < value.as.set.count; i++) {
        if (i > 0) buffer_char(&joined, '|');
        buffer_text(&joined, value.as.set.items[i]);
    }
    *ret_cell = (Cell){.kind = CELL_TEXT, .text = arena_text(arena, buffer_view(&joined))};
    return check_text(shape->name, ret_cell->text, err);
}

/* ---- to and from values ---- */

static Status wrong_kind(const CellShape *shape, Error *err)
{
    return error_set(err, STATUS_INVALID, "a value of '%.*s' is not of type '%s'",
                     TEXT_FORMAT(shape->name), property_type_code(shape->type));
}

static Status integer_cell(const CellShape *shape, Value value, Cell *ret_cell, Error *err)
{
    int64_t integer = 0;
    bool fits = true;
    if (shape->type == PROPERTY_BOOL) {
        if (value.kind != VALUE_BOOL) return wrong_kind(shape, err);
        integer = value.as.boolean;
    } else if (shape->type == PROPERTY_DATE) {
        if (value.kind != VALUE_DATE) return wrong_kind(shape, err);
        integer = value.as.date.day;
        fits = integer >= DATE_DAY_MIN && integer <= DATE_DAY_MAX;
    } else {
        if (value.kind != VALUE_DECIMAL) return wrong_kind(shape, err);
        integer = value.as.decimal;
        fits = decimal_fits(integer);
    }
    if (!fits)
        return error_set(err, STATUS_INVALID, "a value of '%.*s' is out of range",
                         TEXT_FORMAT(shape->name));
    *ret_cell = (Cell){.kind = CELL_INTEGER, .integer = integer};
    return STATUS_OK;
}

Status cell_of_value(const CellShape *shape, Value value, Arena *arena, Cell *ret_cell, Error *err)
{
    *ret_cell = (Cell){.kind = CELL_NULL};
    if (value_is_missing(value)) return STATUS_OK;
    if (!cell_type_is_text(shape->type)) return integer_cell(shape, value, ret_cell, err);
    bool is_set = shape->type == PROPERTY_SET || shape->type == PROPERTY_HIERARCHY_SET;
    if (value.kind != (is_set ? VALUE_SET : VALUE_TEXT)) return wrong_kind(shape, err);
    if (is_set) return set_cell(shape, value.as.set, arena, ret_cell, err);
    TRY(check_text(shape->name, value.as.text, err));
    if (shape->type == PROPERTY_ENUM) return enum_cell(shape, value.as.text, arena, ret_cell, err);
    Text text = value.as.text;
    if (shape->type == PROPERTY_HIERARCHY) text = canonical_hierarchy(text, arena);
    *ret_cell = text_cell(text);
    return STATUS_OK;
}

static Value split_set(Text text, Arena *arena)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '|';
    Text *members = ARENA_ARRAY(arena, Text, count);
    Text rest = text;
    for (size_t i = 0; i < count; i++)
        members[i] = text_split(rest, '|', &rest);
    return value_set(arena, members, count);
}

Value cell_value(PropertyType type, const Cell *cell, Arena *arena)
{
    if (cell->kind == CELL_NULL) return value_missing();
    switch (type) {
    case PROPERTY_BOOL: return value_bool(cell->integer != 0);
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: return value_decimal(cell->integer);
    case PROPERTY_DATE: return value_date((Date){(int32_t)cell->integer});
    case PROPERTY_TEXT:
    case PROPERTY_ENUM:
    case PROPERTY_HIERARCHY: return value_text(cell->text);
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET: return split_set(cell->text, arena);
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

const char *cell_check(const CellShape *shape, const Cell *cell, Arena *arena)
{
    if (cell->kind == CELL_NULL) return NULL;
    bool is_text = cell_type_is_text(shape->type);
    if (is_text != (cell->kind == CELL_TEXT)) return "is of another type";
    if (shape->type == PROPERTY_BOOL && (cell->integer < 0 || cell->integer > 1))
        return "is neither yes nor no";
    if (shape->type == PROPERTY_DATE &&
        (cell->integer < DATE_DAY_MIN || cell->integer > DATE_DAY_MAX))
        return "is no date";
    if (is_text && !utf8_is_valid(cell->text)) return "is not valid UTF-8";
    /* a sound cell comes out of its own value again */
    Cell again;
    Error ignored;
    Value value = cell_value(shape->type, cell, arena);
    if (cell_of_value(shape, value, arena, &again, &ignored) != STATUS_OK)
        return shape->type == PROPERTY_ENUM ? "is not in the list of values" : "is out of range";
    return cell_equal(cell, &again) ? NULL : "is not in its canonical form";
}
