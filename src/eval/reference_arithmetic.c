/* reference_arithmetic.c -- plus, minus, times and divided by; missing operands give missing. */
#include "eval/reference.h"

/* Half-way to 18 digits a mantissa at scale 0 grows by 9 digits at most: 27 digits fit 128 bits. */
static Int128 widened(TypedValue typed, uint8_t scale)
{
    return (Int128)typed.value.as.decimal * DECIMAL_POW10[scale - typed.type.scale];
}

static Status exact_arithmetic(const Node *node, TypedValue left, TypedValue right,
                               Value *ret_value, Error *err)
{
    uint8_t scale = node->type.scale;
    switch (node->as.arithmetic.operator_) {
    case ADD: return exact_result(widened(left, scale) + widened(right, scale), ret_value, err);
    case SUBTRACT:
        return exact_result(widened(left, scale) - widened(right, scale), ret_value, err);
    case MULTIPLY:
        ASSERT(scale == left.type.scale + right.type.scale);
        return exact_result((Int128)left.value.as.decimal * right.value.as.decimal, ret_value, err);
    case DIVIDE: break; /* a quotient is always a ratio */
    }
    ASSERT(false);
    return STATUS_OK;
}

static Value ratio_arithmetic(ArithmeticOperator operator_, double left, double right)
{
    switch (operator_) {
    case ADD: return ratio_result(left + right);
    case SUBTRACT: return ratio_result(left - right);
    case MULTIPLY: return ratio_result(left * right);
    case DIVIDE:
        if (!(right < 0) && !(right > 0)) return value_missing();
        return ratio_result(left / right);
    }
    ASSERT(false);
    return value_missing();
}

/* Days to move a date by: a fraction counts as its whole part below, and whatever leads out of the
 * calendar ends at its edge. */
static int64_t whole_days(TypedValue number)
{
    const double edge = 1e9;
    if (number.value.kind == VALUE_DECIMAL) {
        int64_t unit = DECIMAL_POW10[number.type.scale], mantissa = number.value.as.decimal;
        int64_t rest = mantissa % unit;
        return mantissa / unit - (rest < 0);
    }
    double days = number.value.as.ratio;
    if (days > edge) return (int64_t)edge;
    if (days < -edge) return -(int64_t)edge;
    int64_t whole = (int64_t)days;
    return whole - ((double)whole > days);
}

static bool is_time(TypedValue typed)
{
    return typed.value.kind == VALUE_DATE || typed.value.kind == VALUE_MOMENT;
}

/* date - date, date + number, number + date, date - number; moments count by their day. */
static Value date_arithmetic(ArithmeticOperator operator_, TypedValue left, TypedValue right)
{
    if (is_time(left) && is_time(right))
        return value_decimal(typed_to_date(left).day - typed_to_date(right).day);
    TypedValue date = is_time(left) ? left : right;
    int64_t days = whole_days(is_time(left) ? right : left);
    if (operator_ == SUBTRACT) days = -days;
    return value_date(date_add(typed_to_date(date), days, UNIT_DAY));
}

Status reference_arithmetic(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    TypedValue left, right;
    TRY(reference_typed(scope, node->as.arithmetic.left, &left, err));
    TRY(reference_typed(scope, node->as.arithmetic.right, &right, err));
    *ret_value = value_missing();
    if (value_is_missing(left.value) || value_is_missing(right.value)) return STATUS_OK;
    ArithmeticOperator operator_ = node->as.arithmetic.operator_;
    if (is_time(left) || is_time(right)) {
        *ret_value = date_arithmetic(operator_, left, right);
    } else if (node->type.kind == TYPE_RATIO) {
        *ret_value = ratio_arithmetic(operator_, typed_to_double(left), typed_to_double(right));
    } else {
        return exact_arithmetic(node, left, right, ret_value, err);
    }
    return STATUS_OK;
}
