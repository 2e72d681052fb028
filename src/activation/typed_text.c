/* typed_text.c -- values of properties as a person types them, and values moved between types. */
#include "activation/typed_text.h"

#include "ingest/convert.h"
#include "store/bulk_acts.h"

#include <math.h>

static Status refuse(const Property *property, Text text, const char *why, Error *err)
{
    if (property->is_personal)
        return error_set(err, STATUS_INVALID, "the value for '%.*s' does not fit: %s",
                         TEXT_FORMAT(property->name), error_phrase(why));
    return error_set(err, STATUS_INVALID, "'%.*s' does not fit '%.*s': %s", TEXT_FORMAT(text),
                     TEXT_FORMAT(property->name), error_phrase(why));
}

/* A comma is refused: whether it divides thousands or decimals nobody can know of one number. */
static Status read_number(const Property *property, Text text, Value *ret_value, Error *err)
{
    int64_t mantissa;
    bool is_rounded;
    NumberStyle style = {.mark = '.'};
    int scale = property_value_type(property).scale;
    Fault fault = convert_decimal(text, style, scale, &mantissa, &is_rounded);
    if (fault == FAULT_OTHER_MARK)
        return refuse(property, text, "write decimals after a point", err);
    if (fault != FAULT_NONE) return refuse(property, text, fault_sentence(fault, LANGUAGE_EN), err);
    if (is_rounded) return refuse(property, text, "it has more decimals than are kept", err);
    *ret_value = value_decimal(mantissa);
    return STATUS_OK;
}

static Status read_date(const Property *property, Text text, Value *ret_value, Error *err)
{
    WrittenMoment moment;
    DateStyle style = {.order = DATE_ORDER_DMY};
    Fault fault = convert_moment(text, style, &moment);
    if (fault == FAULT_NO_SUCH_DAY) return refuse(property, text, "there is no such day", err);
    if (fault != FAULT_NONE) return refuse(property, text, fault_sentence(fault, LANGUAGE_EN), err);
    *ret_value = moment.is_missing ? value_missing() : value_date(moment_date(moment.at));
    return STATUS_OK;
}

static Status read_yes_no(const Property *property, Text text, Value *ret_value, Error *err)
{
    bool is_yes;
    if (convert_bool(text, &is_yes) != FAULT_NONE)
        return refuse(property, text, "say yes or no", err);
    *ret_value = value_bool(is_yes);
    return STATUS_OK;
}

static Value split_members(Text text, Arena *arena)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '|';
    Text *members = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        members[i] = text_trim(text_split(text, '|', &text));
    return value_set(arena, members, count);
}

static Status read_value(const Property *property, Text text, Arena *arena, Value *ret_value,
                         Error *err)
{
    switch (property->type) {
    case PROPERTY_BOOL: return read_yes_no(property, text, ret_value, err);
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: return read_number(property, text, ret_value, err);
    case PROPERTY_DATE: return read_date(property, text, ret_value, err);
    case PROPERTY_ENUM:
    case PROPERTY_TEXT:
    case PROPERTY_HIERARCHY: *ret_value = value_text(text); return STATUS_OK;
    case PROPERTY_SET:
    case PROPERTY_HIERARCHY_SET: *ret_value = split_members(text, arena); return STATUS_OK;
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return STATUS_INVALID;
}

Status typed_text_read(const Property *property, Text text, Arena *arena, Value *ret_value,
                       Error *err)
{
    Value value = value_missing();
    text = text_trim(text);
    if (!utf8_is_valid(text))
        return error_set(err, STATUS_INVALID, "a value of '%.*s' is not valid UTF-8 text",
                         TEXT_FORMAT(property->name));
    if (text.size > 0) TRY(read_value(property, text, arena, &value, err));
    return store_check_value(property, value, arena, ret_value, err);
}

/* ---- from another type ---- */

static bool round_ratio(double ratio, int scale, int64_t *ret_mantissa)
{
    double scaled = nearbyint(ratio * (double)DECIMAL_POW10[scale]);
    if (!(fabs(scaled) <= (double)DECIMAL_MANTISSA_MAX)) return false;
    *ret_mantissa = (int64_t)scaled;
    return decimal_fits(*ret_mantissa);
}

/* False when the value is no number, or too large a one. */
static bool number_of(Value value, Type type, int scale, int64_t *ret_mantissa)
{
    if (value.kind == VALUE_DECIMAL)
        return decimal_rescale(value.as.decimal, type.scale, scale, ret_mantissa);
    return value.kind == VALUE_RATIO && round_ratio(value.as.ratio, scale, ret_mantissa);
}

/* An exact number that loses nothing; what is computed as a ratio has no exact form to lose. */
static bool is_exact(Value value, Type type, int scale, int64_t mantissa)
{
    int64_t back;
    return value.kind != VALUE_DECIMAL ||
           (decimal_rescale(mantissa, scale, type.scale, &back) && back == value.as.decimal);
}

Status typed_value_convert(const Property *property, Value value, Type type, Arena *arena,
                           Value *ret_value, Error *err)
{
    int64_t mantissa;
    Type wanted = property_value_type(property);
    if (wanted.kind == TYPE_DECIMAL && number_of(value, type, wanted.scale, &mantissa) &&
        is_exact(value, type, wanted.scale, mantissa))
        return store_check_value(property, value_decimal(mantissa), arena, ret_value, err);
    if (wanted.kind == TYPE_DATE && value.kind == VALUE_MOMENT)
        return store_check_value(property, value_date(moment_date(value.as.moment)), arena,
                                 ret_value, err);
    return typed_text_read(property, value_print_exact(value, type, arena), arena, ret_value, err);
}
