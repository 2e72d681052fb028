/* reference_call.c -- functions of the language other than aggregates. */
#include "base/fold.h"
#include "base/hash.h"
#include "eval/reference.h"

#include <math.h>

static const Node *argument(const Node *call, size_t index)
{
    ASSERT(index < call->as.call.arguments.count);
    return call->as.call.arguments.items[index];
}

static Text text_argument(const Node *call, size_t index)
{
    return argument(call, index)->as.literal.value.as.text;
}

/* ---- dates ---- */

static bool is_leap_day(CivilDate date)
{
    return date.month == 2 && date.day == 29;
}

/* The return of a day in a year: 29 February falls on 1 March in common years. */
static Date return_in_year(CivilDate origin, int year)
{
    if (is_leap_day(origin) && !date_is_valid(year, 2, 29)) return date_of(year, 3, 1);
    return date_of(year, origin.month, origin.day);
}

static bool has_return_within(Date origin, DaySpan span)
{
    CivilDate civil = date_civil(origin);
    int first_year = date_year(span.first), last_year = date_year(span.last);
    if (first_year <= civil.year) first_year = civil.year + 1; /* the day itself does not count */
    for (int year = first_year; year <= last_year; year++)
        if (day_span_holds(span, return_in_year(civil, year))) return true;
    return false;
}

static Value age(Date birth, Date as_of)
{
    if (birth.day > as_of.day) return value_missing();
    return value_decimal(date_full_years(birth, as_of));
}

/* Functions of one date; a missing date gives missing, and no anniversary. */
static Status date_call(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    TypedValue operand;
    TRY(reference_typed(scope, argument(node, 0), &operand, err));
    bool is_anniversary = node->as.call.function == FUNCTION_ANNIVERSARY;
    *ret_value = is_anniversary ? value_bool(false) : value_missing();
    if (value_is_missing(operand.value)) return STATUS_OK;
    Date date = typed_to_date(operand), as_of = scope->reference->as_of;
    CivilDate civil = date_civil(date);
    FunctionKind function = node->as.call.function;
    if (is_anniversary)
        *ret_value =
            value_bool(has_return_within(date, window_next_days(&node->as.call.window, as_of)));
    else if (function == FUNCTION_AGE)
        *ret_value = age(date, as_of);
    else if (function == FUNCTION_DAYS_SINCE)
        *ret_value = value_decimal(as_of.day - date.day);
    else if (function == FUNCTION_YEAR)
        *ret_value = value_decimal(civil.year);
    else if (function == FUNCTION_MONTH)
        *ret_value = value_decimal(civil.month);
    else if (function == FUNCTION_DAY)
        *ret_value = value_decimal(civil.day);
    else
        *ret_value = value_decimal(date_weekday(date));
    return STATUS_OK;
}

static Status days_between(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    TypedValue from, to;
    TRY(reference_typed(scope, argument(node, 0), &from, err));
    TRY(reference_typed(scope, argument(node, 1), &to, err));
    *ret_value = value_missing();
    if (!value_is_missing(from.value) && !value_is_missing(to.value))
        *ret_value = value_decimal(typed_to_date(to).day - typed_to_date(from).day);
    return STATUS_OK;
}

/* ---- choice: every branch is evaluated and converted, then one is taken ---- */

static Status converted_argument(const Scope *scope, const Node *node, size_t index,
                                 Value *ret_value, Error *err)
{
    TypedValue typed;
    TRY(reference_typed(scope, argument(node, index), &typed, err));
    return typed_convert(typed, node->type, ret_value, err);
}

static Status if_call(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    bool condition;
    Value when_true, when_false;
    TRY(reference_condition(scope, argument(node, 0), &condition, err));
    TRY(converted_argument(scope, node, 1, &when_true, err));
    TRY(converted_argument(scope, node, 2, &when_false, err));
    *ret_value = condition ? when_true : when_false;
    return STATUS_OK;
}

static Status coalesce(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    *ret_value = value_missing();
    for (size_t i = 0; i < node->as.call.arguments.count; i++) {
        Value value;
        TRY(converted_argument(scope, node, i, &value, err));
        if (value_is_missing(*ret_value)) *ret_value = value;
    }
    return STATUS_OK;
}

/* ---- numbers ---- */

static int64_t round_half_away(int64_t mantissa, uint8_t scale)
{
    int64_t unit = DECIMAL_POW10[scale], rest = mantissa % unit, whole = mantissa / unit;
    if (rest * 2 >= unit && rest > 0) return whole + 1;
    if (-rest * 2 >= unit && rest < 0) return whole - 1;
    return whole;
}

static int64_t floor_decimal(int64_t mantissa, uint8_t scale)
{
    int64_t unit = DECIMAL_POW10[scale];
    return mantissa / unit - (mantissa % unit < 0);
}

static Value exact_call(FunctionKind function, TypedValue operand)
{
    int64_t mantissa = operand.value.as.decimal;
    if (function == FUNCTION_ABS) return value_decimal(mantissa < 0 ? -mantissa : mantissa);
    if (function == FUNCTION_ROUND)
        return value_decimal(round_half_away(mantissa, operand.type.scale));
    return value_decimal(floor_decimal(mantissa, operand.type.scale));
}

static double ratio_call(FunctionKind function, double ratio)
{
    if (function == FUNCTION_ABS) return fabs(ratio);
    return function == FUNCTION_ROUND ? round(ratio) : floor(ratio);
}

static Status number_call(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    TypedValue operand;
    TRY(reference_typed(scope, argument(node, 0), &operand, err));
    *ret_value = operand.value;
    FunctionKind function = node->as.call.function;
    if (operand.value.kind == VALUE_DECIMAL) *ret_value = exact_call(function, operand);
    if (operand.value.kind == VALUE_RATIO)
        *ret_value = value_ratio(ratio_call(function, operand.value.as.ratio));
    return STATUS_OK;
}

static Value bucket(const Scope *scope, const Node *node)
{
    enum { BUCKETS = 10000 };
    uint64_t hash = hash_siphash_salted(text_argument(node, 0), scope->customer->code);
    return value_decimal((int64_t)(hash % BUCKETS));
}

/* ---- stored sets, classes and scores ---- */

static bool was_member(const Scope *scope, const Node *node, Date day)
{
    const Lookups *lookups = scope->reference->lookups;
    if (lookups == NULL || lookups->was_member == NULL) return false;
    return lookups->was_member(lookups->context, node->as.call.set_id, scope->customer->id, day);
}

static bool in_saved_set(const Scope *scope, const Node *node)
{
    const Lookups *lookups = scope->reference->lookups;
    if (lookups == NULL || lookups->in_saved_set == NULL) return false;
    return lookups->in_saved_set(lookups->context, node->as.call.set_id, scope->customer->id);
}

static bool entered_or_left(const Scope *scope, const Node *node)
{
    const Lookups *lookups = scope->reference->lookups;
    if (lookups == NULL) return false;
    bool is_entered = node->as.call.function == FUNCTION_ENTERED;
    bool (*look_up)(void *, uint32_t, CustomerId, DaySpan) =
        is_entered ? lookups->entered : lookups->left;
    if (look_up == NULL) return false;
    DaySpan span = window_days(&node->as.call.window, scope->reference->as_of);
    return look_up(lookups->context, node->as.call.set_id, scope->customer->id, span);
}

static Value class_on(const Scope *scope, const Node *node, Date day)
{
    const Lookups *lookups = scope->reference->lookups;
    Text class_name;
    if (lookups == NULL || lookups->class_on == NULL ||
        !lookups->class_on(lookups->context, node->as.call.set_id, scope->customer->id, day,
                           &class_name))
        return value_missing();
    return value_text(class_name);
}

static bool is_class(Value value, Text name)
{
    return value.kind == VALUE_TEXT && text_equal_folded(value.as.text, name);
}

/* From A to B over the window: A on the eve of its first day, B on its last. */
static bool class_changed(const Scope *scope, const Node *node)
{
    DaySpan span = window_days(&node->as.call.window, scope->reference->as_of);
    if (!span.has_begin || day_span_is_empty(span)) return false;
    Value before = class_on(scope, node, date_add(span.first, -1, UNIT_DAY));
    Value after = class_on(scope, node, span.last);
    return is_class(before, text_argument(node, 1)) && is_class(after, text_argument(node, 2));
}

static Value score(const Scope *scope, const Node *node)
{
    const Lookups *lookups = scope->reference->lookups;
    double found;
    if (lookups == NULL || lookups->score == NULL ||
        !lookups->score(lookups->context, node->as.call.set_id, scope->customer->id,
                        scope->reference->as_of, &found))
        return value_missing();
    return ratio_result(found);
}

/* A dynamic segment is its rule; any other one is looked up. */
static Status member(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    bool is_member;
    if (node->as.call.definition != NULL) {
        TRY(reference_condition(scope, node->as.call.definition, &is_member, err));
    } else {
        is_member = was_member(scope, node, scope->reference->as_of);
    }
    *ret_value = value_bool(is_member);
    return STATUS_OK;
}

static Date date_argument(const Node *call, size_t index)
{
    return argument(call, index)->as.literal.value.as.date;
}

/* NOLINT(function-size): dispatch */
Status reference_call(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    const Date as_of = scope->reference->as_of;
    switch (node->as.call.function) {
    case FUNCTION_TODAY: *ret_value = value_date(as_of); return STATUS_OK;
    case FUNCTION_AGE:
    case FUNCTION_ANNIVERSARY:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY: return date_call(scope, node, ret_value, err);
    case FUNCTION_DAYS_BETWEEN: return days_between(scope, node, ret_value, err);
    case FUNCTION_IF: return if_call(scope, node, ret_value, err);
    case FUNCTION_COALESCE: return coalesce(scope, node, ret_value, err);
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR: return number_call(scope, node, ret_value, err);
    case FUNCTION_BUCKET: *ret_value = bucket(scope, node); return STATUS_OK;
    case FUNCTION_MEMBER: return member(scope, node, ret_value, err);
    case FUNCTION_SAVED: *ret_value = value_bool(in_saved_set(scope, node)); return STATUS_OK;
    case FUNCTION_WAS_MEMBER:
        *ret_value = value_bool(was_member(scope, node, date_argument(node, 1)));
        return STATUS_OK;
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT: *ret_value = value_bool(entered_or_left(scope, node)); return STATUS_OK;
    case FUNCTION_CLASS: *ret_value = class_on(scope, node, as_of); return STATUS_OK;
    case FUNCTION_CLASS_ON:
        *ret_value = class_on(scope, node, date_argument(node, 1));
        return STATUS_OK;
    case FUNCTION_CLASS_CHANGED:
        *ret_value = value_bool(class_changed(scope, node));
        return STATUS_OK;
    case FUNCTION_SCORE: *ret_value = score(scope, node); return STATUS_OK;
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS: return reference_debt(scope, node, ret_value, err);
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return STATUS_OK;
}
