/* reference_compare.c -- comparing and converting values whose types may differ. */
#include "base/fold.h"
#include "eval/exact.h"
#include "eval/reference.h"

#include <math.h>

Status exact_result(Int128 mantissa, Value *ret_value, Error *err)
{
    if (!decimal_fits(mantissa)) return exact_overflow(err);
    *ret_value = value_decimal((int64_t)mantissa);
    return STATUS_OK;
}

Value ratio_result(double ratio)
{
    return isfinite(ratio) ? value_ratio(ratio) : value_missing();
}

double typed_to_double(TypedValue typed)
{
    if (typed.value.kind == VALUE_RATIO) return typed.value.as.ratio;
    return decimal_to_double(typed.value.as.decimal, typed.type.scale);
}

Date typed_to_date(TypedValue typed)
{
    if (typed.value.kind == VALUE_MOMENT) return moment_date(typed.value.as.moment);
    return typed.value.as.date;
}

Text comparable_text(TypedValue typed, Arena *arena)
{
    Text text = typed.value.as.text;
    if (typed.type.kind == TYPE_HIERARCHY) text = hierarchy_own_name(text);
    return text_fold(text, arena);
}

static int sign_of_difference(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_numbers(TypedValue a, TypedValue b)
{
    if (a.value.kind == VALUE_DECIMAL && b.value.kind == VALUE_DECIMAL)
        return decimal_compare(a.value.as.decimal, a.type.scale, b.value.as.decimal, b.type.scale);
    double left = typed_to_double(a), right = typed_to_double(b);
    return (left > right) - (left < right);
}

/* Two moments by the second; a moment and a date by the day. */
static int compare_times(TypedValue a, TypedValue b)
{
    if (a.value.kind == VALUE_MOMENT && b.value.kind == VALUE_MOMENT)
        return sign_of_difference(a.value.as.moment.second, b.value.as.moment.second);
    return sign_of_difference(typed_to_date(a).day, typed_to_date(b).day);
}

/* Items order by code, as their counting does; two items never compare equal. */
static int compare_items(const Item *a, const Item *b, Arena *arena)
{
    int order = text_compare(text_fold(a->code, arena), text_fold(b->code, arena));
    return order != 0 ? order : text_compare(a->code, b->code);
}

int typed_compare(TypedValue a, TypedValue b, Arena *arena)
{
    switch (a.value.kind) {
    case VALUE_BOOL: return a.value.as.boolean - b.value.as.boolean;
    case VALUE_DECIMAL:
    case VALUE_RATIO: return compare_numbers(a, b);
    case VALUE_DATE:
    case VALUE_MOMENT: return compare_times(a, b);
    case VALUE_TEXT: return text_compare(comparable_text(a, arena), comparable_text(b, arena));
    case VALUE_ITEM: return compare_items(a.value.as.item, b.value.as.item, arena);
    case VALUE_MISSING:
    case VALUE_SET: break; /* the checker lets nobody compare them */
    }
    ASSERT(false);
    return 0;
}

/* A text names an item by its code or by its name. */
static bool item_is_named(const Item *item, Text folded, Arena *arena)
{
    return text_equal(text_fold(item->code, arena), folded) ||
           text_equal(text_fold(item->name, arena), folded);
}

bool typed_equal(TypedValue a, TypedValue b, Arena *arena)
{
    bool is_item = a.value.kind == VALUE_ITEM, is_other_item = b.value.kind == VALUE_ITEM;
    if (is_item && !is_other_item)
        return item_is_named(a.value.as.item, comparable_text(b, arena), arena);
    if (is_other_item && !is_item)
        return item_is_named(b.value.as.item, comparable_text(a, arena), arena);
    return typed_compare(a, b, arena) == 0;
}

static Status convert_number(TypedValue typed, Type type, Value *ret_value, Error *err)
{
    if (type.kind == TYPE_RATIO) {
        *ret_value = value_ratio(typed_to_double(typed));
        return STATUS_OK;
    }
    int64_t mantissa;
    if (!decimal_rescale(typed.value.as.decimal, typed.type.scale, type.scale, &mantissa))
        return exact_overflow(err);
    *ret_value = value_decimal(mantissa);
    return STATUS_OK;
}

Status typed_convert(TypedValue typed, Type type, Value *ret_value, Error *err)
{
    if (typed.value.kind == VALUE_DECIMAL) return convert_number(typed, type, ret_value, err);
    *ret_value = typed.value;
    if (typed.value.kind == VALUE_MOMENT && type.kind == TYPE_DATE)
        *ret_value = value_date(typed_to_date(typed));
    if (typed.value.kind == VALUE_DATE && type.kind == TYPE_MOMENT)
        *ret_value = value_moment(moment_of(typed.value.as.date, 0, 0, 0));
    return STATUS_OK;
}
