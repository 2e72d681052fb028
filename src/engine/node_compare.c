/* node_compare.c -- comparing two operands that are computed; false where either is missing. */
#include "engine/nodes.h"

#include "base/fold.h"
#include "lang/types.h"

/* An operand with its values. */
typedef struct {
    Type type;
    Vector vector;
} Operand;

static Status operand_of(Scope *scope, const Step *step, const uint64_t *need, Operand *ret_operand,
                         Error *err)
{
    ret_operand->type = step->node->type;
    return scope_value(scope, step, need, &ret_operand->vector, err);
}

static void set_bit(uint64_t *bits, size_t position, bool is_set)
{
    bits[position / 64] |= (uint64_t)is_set << (position % 64);
}

static bool order_meets(CompareOperator operator_, int order)
{
    switch (operator_) {
    case COMPARE_EQ: return order == 0;
    case COMPARE_LT: return order < 0;
    case COMPARE_LE: return order <= 0;
    case COMPARE_GT: return order > 0;
    case COMPARE_GE: return order >= 0;
    }
    ASSERT(false);
    return false;
}

/* ---- integers of one unit: by the kernels ---- */

static void compare_integers(const Scope *scope, CompareOperator operator_, const int64_t *left,
                             const int64_t *right, uint64_t *bits)
{
    const Kernels *kernels = scope->worker->kernels;
    bool is_swapped = operator_ == COMPARE_GT || operator_ == COMPARE_LE;
    if (operator_ == COMPARE_EQ)
        kernels->compare_equal(left, right, scope->count, bits);
    else if (is_swapped)
        kernels->compare_less(right, left, scope->count, bits);
    else
        kernels->compare_less(left, right, scope->count, bits);
    /* a <= b is not b < a */
    for (size_t i = 0; i < scope_words(scope); i++)
        if (operator_ == COMPARE_LE || operator_ == COMPARE_GE) bits[i] = ~bits[i];
}

static const int64_t *days_of(const Scope *scope, const Operand *operand)
{
    if (operand->type.kind == TYPE_DATE) return operand->vector.as.integers;
    int64_t *days = scope_integers(scope);
    for (size_t i = 0; i < scope->count; i++)
        days[i] = moment_date((Moment){operand->vector.as.integers[i]}).day;
    return days;
}

static void compare_times(const Scope *scope, CompareOperator operator_, const Operand *left,
                          const Operand *right, uint64_t *bits)
{
    bool are_moments = left->type.kind == TYPE_MOMENT && right->type.kind == TYPE_MOMENT;
    const int64_t *a = are_moments ? left->vector.as.integers : days_of(scope, left);
    const int64_t *b = are_moments ? right->vector.as.integers : days_of(scope, right);
    compare_integers(scope, operator_, a, b, bits);
}

/* ---- numbers of different kinds ---- */

/* Numbers times a power of ten; NULL when one would leave 64 bits. */
static const int64_t *scaled(const Scope *scope, const int64_t *numbers, int64_t power)
{
    if (power == 1) return numbers;
    int64_t *results = scope_integers(scope), most = INT64_MAX / power;
    bool is_beyond = false;
    for (size_t i = 0; i < scope->count; i++) {
        is_beyond |= (numbers[i] > most) | (numbers[i] < -most);
        results[i] = (int64_t)((uint64_t)numbers[i] * (uint64_t)power);
    }
    return is_beyond ? NULL : results;
}

static void compare_decimals(const Scope *scope, CompareOperator operator_, const Operand *left,
                             const Operand *right, const uint64_t *those, uint64_t *bits)
{
    uint8_t a_scale = left->type.scale, b_scale = right->type.scale;
    uint8_t scale = a_scale > b_scale ? a_scale : b_scale;
    const int64_t *a = left->vector.as.integers, *b = right->vector.as.integers;
    const int64_t *scaled_a = scaled(scope, a, DECIMAL_POW10[scale - a_scale]);
    const int64_t *scaled_b = scaled(scope, b, DECIMAL_POW10[scale - b_scale]);
    if (scaled_a != NULL && scaled_b != NULL) {
        compare_integers(scope, operator_, scaled_a, scaled_b, bits);
        return;
    }
    FOR_EACH_BIT (i, those, scope_words(scope))
        set_bit(bits, i, order_meets(operator_, decimal_compare(a[i], a_scale, b[i], b_scale)));
}

static void compare_numbers(const Scope *scope, CompareOperator operator_, const Operand *left,
                            const Operand *right, const uint64_t *those, uint64_t *bits)
{
    bool are_exact = left->type.kind == TYPE_DECIMAL && right->type.kind == TYPE_DECIMAL;
    if (are_exact) {
        compare_decimals(scope, operator_, left, right, those, bits);
        return;
    }
    const double *a = vector_ratios(scope, &left->vector, left->type);
    const double *b = vector_ratios(scope, &right->vector, right->type);
    FOR_EACH_BIT (i, those, scope_words(scope))
        set_bit(bits, i, order_meets(operator_, (a[i] > b[i]) - (a[i] < b[i])));
}

/* ---- the rest ---- */

static void compare_bools(const Scope *scope, const Operand *left, const Operand *right,
                          uint64_t *bits)
{
    for (size_t i = 0; i < scope_words(scope); i++)
        bits[i] = ~(left->vector.as.bits[i] ^ right->vector.as.bits[i]);
}

static Text comparable(const Operand *operand, size_t position)
{
    Text text = operand->vector.as.texts[position];
    return operand->type.kind == TYPE_HIERARCHY ? hierarchy_own_name(text) : text;
}

static void compare_texts(const Scope *scope, CompareOperator operator_, const Operand *left,
                          const Operand *right, const uint64_t *those, uint64_t *bits)
{
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        int order = text_compare_folded(comparable(left, i), comparable(right, i));
        set_bit(bits, i, order_meets(operator_, order));
    }
}

static void compare_items(const Scope *scope, const Operand *left, const Operand *right,
                          const uint64_t *those, uint64_t *bits)
{
    FOR_EACH_BIT (i, those, scope_words(scope))
        set_bit(bits, i, left->vector.as.items[i] == right->vector.as.items[i]);
}

/* `left operator right` at the positions of `need` where both have a value; 0 elsewhere. */
static void compare_operands(const Scope *scope, CompareOperator operator_, const Operand *left,
                             const Operand *right, const uint64_t *need, uint64_t *bits)
{
    const uint64_t *present = scope_both(scope, left->vector.present, right->vector.present);
    const uint64_t *those = scope_both(scope, present, need);
    if (those == NULL) those = scope_all_bits(scope);
    switch (type_family(left->type)) {
    case FAMILY_NUMBER: compare_numbers(scope, operator_, left, right, those, bits); break;
    case FAMILY_DAY: compare_times(scope, operator_, left, right, bits); break;
    case FAMILY_BOOL: compare_bools(scope, left, right, bits); break;
    case FAMILY_TEXT: compare_texts(scope, operator_, left, right, those, bits); break;
    case FAMILY_ITEM: compare_items(scope, left, right, those, bits); break;
    case FAMILY_SET:
    case FAMILY_NONE: ASSERT(false && "the checker lets nobody compare them");
    }
    for (size_t i = 0; i < scope_words(scope); i++)
        bits[i] &= those[i];
}

Status compare_pair(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                    Error *err)
{
    Operand left, right;
    TRY(operand_of(scope, step->inputs[0], need, &left, err));
    TRY(operand_of(scope, step->inputs[1], need, &right, err));
    compare_operands(scope, step->node->as.compare.operator_, &left, &right, need, bits);
    return STATUS_OK;
}

static void and_bound(Scope *scope, CompareOperator operator_, const Operand *operand,
                      const Operand *bound, const uint64_t *need, uint64_t *bits)
{
    uint64_t *meets = scope_bits(scope);
    compare_operands(scope, operator_, operand, bound, need, meets);
    for (size_t i = 0; i < scope_words(scope); i++)
        bits[i] &= meets[i];
}

Status compare_between(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                       Error *err)
{
    Operand operand, low, high;
    TRY(operand_of(scope, step->inputs[0], need, &operand, err));
    TRY(operand_of(scope, step->inputs[1], need, &low, err));
    TRY(operand_of(scope, step->inputs[2], need, &high, err));
    compare_operands(scope, COMPARE_GE, &operand, &low, need, bits);
    and_bound(scope, COMPARE_LE, &operand, &high, need, bits);
    return STATUS_OK;
}

Status compare_interval(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                        Error *err)
{
    const Node *node = step->node;
    Operand operand, bound;
    size_t next = 1;
    TRY(operand_of(scope, step->inputs[0], need, &operand, err));
    for (size_t i = 0; i < scope_words(scope); i++)
        bits[i] = ~UINT64_C(0);
    if (node->as.in_interval.low != NULL) {
        TRY(operand_of(scope, step->inputs[next++], need, &bound, err));
        and_bound(scope, node->as.in_interval.low_included ? COMPARE_GE : COMPARE_GT, &operand,
                  &bound, need, bits);
    }
    if (node->as.in_interval.high != NULL) {
        TRY(operand_of(scope, step->inputs[next], need, &bound, err));
        and_bound(scope, node->as.in_interval.high_included ? COMPARE_LE : COMPARE_LT, &operand,
                  &bound, need, bits);
    }
    return STATUS_OK;
}
