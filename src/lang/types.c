/* types.c -- rules of types: what arithmetic gives, what can be compared, what branches have in
 * common. */
#include "lang/types.h"

#include "base/error.h"

TypeFamily type_family(Type type)
{
    switch (type.kind) {
    case TYPE_NONE: return FAMILY_NONE;
    case TYPE_BOOL: return FAMILY_BOOL;
    case TYPE_DECIMAL:
    case TYPE_RATIO: return FAMILY_NUMBER;
    case TYPE_DATE:
    case TYPE_MOMENT: return FAMILY_DAY;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return FAMILY_TEXT;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return FAMILY_SET;
    case TYPE_ITEM: return FAMILY_ITEM;
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return FAMILY_NONE;
}

bool type_has_order(Type type)
{
    TypeFamily family = type_family(type);
    return family == FAMILY_NUMBER || family == FAMILY_DAY || type.kind == TYPE_TEXT;
}

static Type ratio(bool is_money)
{
    return (Type){.kind = TYPE_RATIO, .is_money = is_money};
}

Type type_exact(int scale, bool is_money)
{
    if (scale > DECIMAL_SCALE_MAX) return ratio(is_money);
    return (Type){.kind = TYPE_DECIMAL, .scale = (uint8_t)scale, .is_money = is_money};
}

static int larger_scale(Type a, Type b)
{
    return a.scale > b.scale ? a.scale : b.scale;
}

static bool is_either_ratio(Type a, Type b)
{
    return a.kind == TYPE_RATIO || b.kind == TYPE_RATIO;
}

/* Money with a number stays money in sums; a product of two sums of money is no money, and neither
 * is their quotient. */
static Type number_arithmetic(ArithmeticOperator operation, Type left, Type right)
{
    bool is_inexact = is_either_ratio(left, right);
    bool is_one_money = left.is_money != right.is_money;
    switch (operation) {
    case ADD:
    case SUBTRACT: {
        bool is_money = left.is_money || right.is_money;
        return is_inexact ? ratio(is_money) : type_exact(larger_scale(left, right), is_money);
    }
    case MULTIPLY:
        return is_inexact ? ratio(is_one_money)
                          : type_exact(left.scale + right.scale, is_one_money);
    case DIVIDE: return ratio(left.is_money && !right.is_money);
    }
    ASSERT(false);
    return (Type){0};
}

/* Dates subtract to days; a date moves by days, of which a fraction counts as its whole part. */
static Type day_arithmetic(ArithmeticOperator operation, TypeFamily left, TypeFamily right)
{
    if (operation == SUBTRACT && left == FAMILY_DAY && right == FAMILY_DAY)
        return type_exact(0, false);
    bool is_moved = left == FAMILY_DAY && right == FAMILY_NUMBER;
    bool is_moved_from_left = left == FAMILY_NUMBER && right == FAMILY_DAY;
    if ((operation == ADD && (is_moved || is_moved_from_left)) ||
        (operation == SUBTRACT && is_moved))
        return type_of_kind(TYPE_DATE);
    return (Type){0};
}

Type type_arithmetic(ArithmeticOperator operation, Type left, Type right)
{
    TypeFamily left_family = type_family(left), right_family = type_family(right);
    if (left_family == FAMILY_NUMBER && right_family == FAMILY_NUMBER)
        return number_arithmetic(operation, left, right);
    return day_arithmetic(operation, left_family, right_family);
}

Type type_unify(Type a, Type b)
{
    TypeFamily family = type_family(a);
    if (family != type_family(b)) return (Type){0};
    switch (family) {
    case FAMILY_NUMBER: {
        bool is_money = a.is_money || b.is_money;
        return is_either_ratio(a, b) ? ratio(is_money) : type_exact(larger_scale(a, b), is_money);
    }
    case FAMILY_DAY: return a.kind == b.kind ? a : type_of_kind(TYPE_DATE);
    case FAMILY_TEXT: {
        if (a.kind != b.kind) return type_of_kind(TYPE_HIERARCHY);
        return a.enumeration == b.enumeration ? a : type_of_kind(a.kind);
    }
    case FAMILY_BOOL:
    case FAMILY_ITEM: return a;
    case FAMILY_SET: return a.kind == b.kind ? a : (Type){0};
    case FAMILY_NONE: break;
    }
    return (Type){0};
}

/* NOLINT(function-size): dispatch */
Type type_aggregate(AggregateKind kind, Type field)
{
    bool is_number = type_family(field) == FAMILY_NUMBER;
    const Type none = {0};
    switch (kind) {
    case AGGREGATE_COUNT:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_PERIODS:
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST: return type_exact(0, false);
    case AGGREGATE_ANY:
    case AGGREGATE_NONE: return type_of_kind(TYPE_BOOL);
    case AGGREGATE_SUM: return is_number ? field : none;
    case AGGREGATE_AVG:
    case AGGREGATE_STDDEV:
    case AGGREGATE_SLOPE: return is_number ? ratio(field.is_money) : none;
    case AGGREGATE_CV: return is_number ? ratio(false) : none;
    case AGGREGATE_MEDIAN:
        if (!is_number) return none;
        return field.kind == TYPE_RATIO ? field : type_exact(field.scale + 1, field.is_money);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX: return type_has_order(field) ? field : none;
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
    case AGGREGATE_MOST_COMMON: return field;
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return none;
}
