/* node_call.c -- functions: dates, numbers, and where the others are. */
#include "engine/nodes.h"

#include <math.h>

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

static Date date_at(const Vector *vector, Type type, size_t position)
{
    int64_t number = vector->as.integers[position];
    return type.kind == TYPE_MOMENT ? moment_date((Moment){number}) : (Date){(int32_t)number};
}

static int64_t date_number(FunctionKind function, Date date, Date as_of)
{
    if (function == FUNCTION_AGE) return date_full_years(date, as_of);
    if (function == FUNCTION_DAYS_SINCE) return as_of.day - date.day;
    if (function == FUNCTION_WEEKDAY) return date_weekday(date);
    CivilDate civil = date_civil(date);
    if (function == FUNCTION_YEAR) return civil.year;
    return function == FUNCTION_MONTH ? civil.month : civil.day;
}

static const uint64_t *present_of(const Scope *scope, const Vector *vector, const uint64_t *need)
{
    const uint64_t *those = scope_both(scope, vector->present, need);
    return those == NULL ? scope_all_bits(scope) : those;
}

/* Nobody has an age before his birth. */
static uint64_t *born(const Scope *scope, const Vector *vector, Type type, const uint64_t *those,
                      Date as_of)
{
    uint64_t *bits = scope_bits(scope);
    FOR_EACH_BIT (i, those, scope_words(scope))
        bits[i / 64] |= (uint64_t)(date_at(vector, type, i).day <= as_of.day) << (i % 64);
    return bits;
}

static Status date_call(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                        Error *err)
{
    Vector operand;
    TRY(scope_value(scope, step->inputs[0], need, &operand, err));
    FunctionKind function = step->node->as.call.function;
    Type type = step->inputs[0]->node->type;
    const uint64_t *those = present_of(scope, &operand, need), *present = operand.present;
    if (function == FUNCTION_AGE) present = those = born(scope, &operand, type, those, step->as_of);
    int64_t *numbers = scope_integers(scope);
    FOR_EACH_BIT (i, those, scope_words(scope))
        numbers[i] = date_number(function, date_at(&operand, type, i), step->as_of);
    *ret_vector = (Vector){.kind = LANE_INTEGERS, .present = present, .as.integers = numbers};
    return STATUS_OK;
}

static Status anniversary(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                          Error *err)
{
    Vector operand;
    TRY(scope_value(scope, step->inputs[0], need, &operand, err));
    Type type = step->inputs[0]->node->type;
    const uint64_t *those = present_of(scope, &operand, need);
    uint64_t *bits = scope_bits(scope);
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        bool has = has_return_within(date_at(&operand, type, i), step->events.span);
        bits[i / 64] |= (uint64_t)has << (i % 64);
    }
    *ret_vector = (Vector){.kind = LANE_BITS, .as.bits = bits};
    return STATUS_OK;
}

static Status days_between(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                           Error *err)
{
    Vector from, to;
    TRY(scope_value(scope, step->inputs[0], need, &from, err));
    TRY(scope_value(scope, step->inputs[1], need, &to, err));
    Type from_type = step->inputs[0]->node->type, to_type = step->inputs[1]->node->type;
    int64_t *days = scope_integers(scope);
    const uint64_t *present = scope_both(scope, from.present, to.present);
    const uint64_t *those = scope_both(scope, present, need);
    if (those == NULL) those = scope_all_bits(scope);
    FOR_EACH_BIT (i, those, scope_words(scope))
        days[i] = date_at(&to, to_type, i).day - date_at(&from, from_type, i).day;
    *ret_vector = (Vector){.kind = LANE_INTEGERS, .present = present, .as.integers = days};
    return STATUS_OK;
}

static Vector today(const Scope *scope, const Step *step)
{
    int64_t *days = scope_integers(scope);
    for (size_t i = 0; i < scope->count; i++)
        days[i] = step->as_of.day;
    return (Vector){.kind = LANE_INTEGERS, .as.integers = days};
}

/* ---- numbers ---- */

static int64_t round_half_away(int64_t mantissa, int64_t unit)
{
    int64_t rest = mantissa % unit, whole = mantissa / unit;
    if (rest * 2 >= unit && rest > 0) return whole + 1;
    if (-rest * 2 >= unit && rest < 0) return whole - 1;
    return whole;
}

static int64_t exact_number(FunctionKind function, int64_t mantissa, int64_t unit)
{
    if (function == FUNCTION_ABS) return mantissa < 0 ? -mantissa : mantissa;
    if (function == FUNCTION_ROUND) return round_half_away(mantissa, unit);
    return mantissa / unit - (mantissa % unit < 0);
}

static double ratio_number(FunctionKind function, double ratio)
{
    if (function == FUNCTION_ABS) return fabs(ratio);
    return function == FUNCTION_ROUND ? round(ratio) : floor(ratio);
}

static Status number_call(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                          Error *err)
{
    Vector operand;
    TRY(scope_value(scope, step->inputs[0], need, &operand, err));
    FunctionKind function = step->node->as.call.function;
    const uint64_t *those = present_of(scope, &operand, need);
    *ret_vector = operand;
    if (operand.kind == LANE_RATIOS) {
        double *ratios = ARENA_ARRAY(scope->arena, double, scope->count);
        FOR_EACH_BIT (i, those, scope_words(scope))
            ratios[i] = ratio_number(function, operand.as.ratios[i]);
        ret_vector->as.ratios = ratios;
        return STATUS_OK;
    }
    int64_t unit = DECIMAL_POW10[step->inputs[0]->node->type.scale];
    int64_t *integers = scope_integers(scope);
    FOR_EACH_BIT (i, those, scope_words(scope))
        integers[i] = exact_number(function, operand.as.integers[i], unit);
    ret_vector->as.integers = integers;
    return STATUS_OK;
}

/* A dynamic segment is its rule, for which missing is no; any other one is looked up. */
static Status member(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                     Error *err)
{
    if (step->node->as.call.definition == NULL) {
        *ret_vector = lookup_value(scope, step, need);
        return STATUS_OK;
    }
    const uint64_t *holds;
    const Step *rule = step->inputs[step->inputs_count - 1];
    TRY(scope_condition(scope, rule, need, &holds, err));
    *ret_vector = (Vector){.kind = LANE_BITS, .as.bits = holds};
    return STATUS_OK;
}

/* NOLINT(function-size): dispatch */
Status call_value(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                  Error *err)
{
    switch (step->node->as.call.function) {
    case FUNCTION_TODAY: *ret_vector = today(scope, step); return STATUS_OK;
    case FUNCTION_AGE:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY: return date_call(scope, step, need, ret_vector, err);
    case FUNCTION_ANNIVERSARY: return anniversary(scope, step, need, ret_vector, err);
    case FUNCTION_DAYS_BETWEEN: return days_between(scope, step, need, ret_vector, err);
    case FUNCTION_IF: return choice_if(scope, step, need, ret_vector, err);
    case FUNCTION_COALESCE: return choice_coalesce(scope, step, need, ret_vector, err);
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR: return number_call(scope, step, need, ret_vector, err);
    case FUNCTION_MEMBER: return member(scope, step, need, ret_vector, err);
    case FUNCTION_BUCKET:
    case FUNCTION_SAVED:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
    case FUNCTION_CLASS_CHANGED:
    case FUNCTION_SCORE: *ret_vector = lookup_value(scope, step, need); return STATUS_OK;
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS: return debt_value(scope, step, need, ret_vector, err);
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return STATUS_OK;
}
