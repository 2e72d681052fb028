/* node_arithmetic.c -- plus, minus, times, divided by, the minus sign, and changing types.
 *
 * Exact numbers of steps that cannot fail are computed in 64 bits, modulo 2^64: what is proved to
 * fit 18 digits comes out right whatever happened in between. Others go through 128 bits, where a
 * result that does not fit is an error of its customer. */
#include "engine/nodes.h"

#include "lang/types.h"

#include <math.h>

/* Positions of `need` where every operand has a value; never NULL. */
static const uint64_t *both_present(const Scope *scope, const Vector *left, const Vector *right,
                                    const uint64_t *need)
{
    const uint64_t *present = scope_both(scope, left->present, right->present);
    const uint64_t *those = scope_both(scope, present, need);
    return those == NULL ? scope_all_bits(scope) : those;
}

static Status overflow_at(const Scope *scope, size_t position, Error *err)
{
    Status status = error_set(err, STATUS_LIMIT,
                              "a result has more than 18 digits; narrow the condition or the "
                              "window, or divide first");
    ASSERT(status == STATUS_LIMIT);
    return scope_fail(scope, position, err);
}

/* ---- exact numbers ---- */

typedef struct {
    ArithmeticOperator operator_;
    const int64_t *left, *right;
    int64_t left_factor, right_factor; /* to the scale of the result */
} Exact;

static void exact_proved(const Exact *exact, size_t count, int64_t *results)
{
    uint64_t left_factor = (uint64_t)exact->left_factor;
    uint64_t right_factor = (uint64_t)exact->right_factor;
    if (exact->operator_ == MULTIPLY) {
        for (size_t i = 0; i < count; i++)
            results[i] = (int64_t)((uint64_t)exact->left[i] * (uint64_t)exact->right[i]);
        return;
    }
    if (exact->operator_ == SUBTRACT) right_factor = 0 - right_factor;
    for (size_t i = 0; i < count; i++)
        results[i] = (int64_t)((uint64_t)exact->left[i] * left_factor +
                               (uint64_t)exact->right[i] * right_factor);
}

static Int128 exact_wide(const Exact *exact, size_t i)
{
    Int128 left = exact->left[i], right = exact->right[i];
    if (exact->operator_ == MULTIPLY) return left * right;
    left *= exact->left_factor;
    right *= exact->right_factor;
    return exact->operator_ == ADD ? left + right : left - right;
}

static Status exact_checked(const Scope *scope, const Exact *exact, const uint64_t *those,
                            int64_t *results, Error *err)
{
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        Int128 result = exact_wide(exact, i);
        if (!decimal_fits(result)) return overflow_at(scope, i, err);
        results[i] = (int64_t)result;
    }
    return STATUS_OK;
}

/* Two operands and the positions where both have a value. */
typedef struct {
    Vector left, right;
    const uint64_t *present, *those;
} Operands;

static Status exact_arithmetic(const Scope *scope, const Step *step, const Operands *operands,
                               Vector *ret_vector, Error *err)
{
    const Node *node = step->node;
    uint8_t scale = node->type.scale;
    int64_t *results = scope_integers(scope);
    Exact exact = {.operator_ = node->as.arithmetic.operator_,
                   .left = operands->left.as.integers,
                   .right = operands->right.as.integers};
    if (exact.operator_ != MULTIPLY) {
        exact.left_factor = DECIMAL_POW10[scale - node->as.arithmetic.left->type.scale];
        exact.right_factor = DECIMAL_POW10[scale - node->as.arithmetic.right->type.scale];
    }
    *ret_vector =
        (Vector){.kind = LANE_INTEGERS, .present = operands->present, .as.integers = results};
    if (step->can_fail) return exact_checked(scope, &exact, operands->those, results, err);
    exact_proved(&exact, scope->count, results);
    return STATUS_OK;
}

/* ---- ratios ---- */

const double *vector_ratios(const Scope *scope, const Vector *vector, Type type)
{
    if (vector->kind == LANE_RATIOS) return vector->as.ratios;
    double *ratios = ARENA_ARRAY(scope->arena, double, scope->count);
    double unit = (double)DECIMAL_POW10[type.scale];
    for (size_t i = 0; i < scope->count; i++)
        ratios[i] = (double)vector->as.integers[i] / unit;
    return ratios;
}

static double ratio_of(ArithmeticOperator operator_, double left, double right)
{
    switch (operator_) {
    case ADD: return left + right;
    case SUBTRACT: return left - right;
    case MULTIPLY: return left * right;
    case DIVIDE: return right < 0 || right > 0 ? left / right : (double)INFINITY;
    }
    ASSERT(false);
    return 0;
}

/* What is not finite is missing, a quotient by zero too. */
static Vector ratio_arithmetic(const Scope *scope, const Node *node, const Operands *operands)
{
    const double *a = vector_ratios(scope, &operands->left, node->as.arithmetic.left->type);
    const double *b = vector_ratios(scope, &operands->right, node->as.arithmetic.right->type);
    double *results = ARENA_ARRAY(scope->arena, double, scope->count);
    uint64_t *present = scope_bits(scope);
    FOR_EACH_BIT (i, operands->those, scope_words(scope)) {
        double ratio = ratio_of(node->as.arithmetic.operator_, a[i], b[i]);
        bool is_finite = isfinite(ratio);
        results[i] = is_finite ? ratio : 0;
        present[i / 64] |= (uint64_t)is_finite << (i % 64);
    }
    return (Vector){.kind = LANE_RATIOS, .present = present, .as.ratios = results};
}

/* ---- dates ---- */

static int64_t day_at(const Vector *vector, Type type, size_t position)
{
    int64_t number = vector->as.integers[position];
    return type.kind == TYPE_MOMENT ? moment_date((Moment){number}).day : number;
}

static bool is_time(Type type)
{
    return type.kind == TYPE_DATE || type.kind == TYPE_MOMENT;
}

/* Days to move a date by: a fraction counts as its whole part below, and whatever leads out of the
 * calendar ends at its edge. */
static int64_t whole_days(const Vector *vector, Type type, size_t position)
{
    const double edge = 1e9;
    if (vector->kind == LANE_INTEGERS) {
        int64_t unit = DECIMAL_POW10[type.scale], mantissa = vector->as.integers[position];
        return mantissa / unit - (mantissa % unit < 0);
    }
    double days = vector->as.ratios[position];
    if (days > edge) return (int64_t)edge;
    if (days < -edge) return -(int64_t)edge;
    int64_t whole = (int64_t)days;
    return whole - ((double)whole > days);
}

static Vector date_arithmetic(const Scope *scope, const Node *node, const Operands *operands)
{
    Type left_type = node->as.arithmetic.left->type, right_type = node->as.arithmetic.right->type;
    bool is_left = is_time(left_type), is_back = node->as.arithmetic.operator_ == SUBTRACT;
    const Vector *dates = is_left ? &operands->left : &operands->right;
    const Vector *days = is_left ? &operands->right : &operands->left;
    Type dates_type = is_left ? left_type : right_type;
    Type days_type = is_left ? right_type : left_type;
    int64_t *results = scope_integers(scope);
    FOR_EACH_BIT (i, operands->those, scope_words(scope)) {
        int64_t day = day_at(dates, dates_type, i);
        if (is_time(days_type)) {
            results[i] = day - day_at(days, days_type, i);
            continue;
        }
        int64_t count = whole_days(days, days_type, i);
        results[i] = date_add((Date){(int32_t)day}, is_back ? -count : count, UNIT_DAY).day;
    }
    return (Vector){.kind = LANE_INTEGERS, .present = operands->present, .as.integers = results};
}

Status arithmetic_value(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                        Error *err)
{
    const Node *node = step->node;
    Operands operands;
    TRY(scope_value(scope, step->inputs[0], need, &operands.left, err));
    TRY(scope_value(scope, step->inputs[1], need, &operands.right, err));
    operands.present = scope_both(scope, operands.left.present, operands.right.present);
    operands.those = both_present(scope, &operands.left, &operands.right, need);
    if (is_time(node->as.arithmetic.left->type) || is_time(node->as.arithmetic.right->type))
        *ret_vector = date_arithmetic(scope, node, &operands);
    else if (node->type.kind == TYPE_RATIO)
        *ret_vector = ratio_arithmetic(scope, node, &operands);
    else
        return exact_arithmetic(scope, step, &operands, ret_vector, err);
    return STATUS_OK;
}

Status negate_value(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                    Error *err)
{
    Vector operand;
    TRY(scope_value(scope, step->inputs[0], need, &operand, err));
    *ret_vector = operand;
    if (operand.kind == LANE_RATIOS) {
        double *ratios = ARENA_ARRAY(scope->arena, double, scope->count);
        for (size_t i = 0; i < scope->count; i++)
            ratios[i] = -operand.as.ratios[i];
        ret_vector->as.ratios = ratios;
        return STATUS_OK;
    }
    int64_t *integers = scope_integers(scope);
    for (size_t i = 0; i < scope->count; i++)
        integers[i] = (int64_t)(0 - (uint64_t)operand.as.integers[i]);
    ret_vector->as.integers = integers;
    return STATUS_OK;
}

/* ---- other types ---- */

static Status rescale(const Scope *scope, const TypedVector *from, uint8_t scale,
                      const uint64_t *need, Vector *ret_vector, Error *err)
{
    const uint64_t *those = both_present(scope, &from->vector, &from->vector, need);
    int64_t *integers = scope_integers(scope);
    FOR_EACH_BIT (i, those, scope_words(scope))
        if (!decimal_rescale(from->vector.as.integers[i], from->type.scale, scale, &integers[i]))
            return overflow_at(scope, i, err);
    *ret_vector =
        (Vector){.kind = LANE_INTEGERS, .present = from->vector.present, .as.integers = integers};
    return STATUS_OK;
}

static Vector converted_times(const Scope *scope, const Vector *vector, TypeKind to)
{
    enum { SECONDS_PER_DAY = 86400 };
    int64_t *integers = scope_integers(scope);
    for (size_t i = 0; i < scope->count; i++) {
        int64_t number = vector->as.integers[i];
        integers[i] = to == TYPE_DATE ? moment_date((Moment){number}).day
                                      : (int64_t)((uint64_t)number * SECONDS_PER_DAY);
    }
    return (Vector){.kind = LANE_INTEGERS, .present = vector->present, .as.integers = integers};
}

Status vector_convert(const Scope *scope, const TypedVector *from, Type to, const uint64_t *need,
                      Vector *ret_vector, Error *err)
{
    *ret_vector = from->vector;
    if (from->type.kind == TYPE_DECIMAL && to.kind == TYPE_RATIO) {
        *ret_vector = (Vector){.kind = LANE_RATIOS,
                               .present = from->vector.present,
                               .as.ratios = vector_ratios(scope, &from->vector, from->type)};
    } else if (from->type.kind == TYPE_DECIMAL && from->type.scale != to.scale) {
        return rescale(scope, from, to.scale, need, ret_vector, err);
    } else if (is_time(from->type) && is_time(to) && from->type.kind != to.kind) {
        *ret_vector = converted_times(scope, &from->vector, to.kind);
    }
    return STATUS_OK;
}
