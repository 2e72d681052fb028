/* types.h -- rules of types: what arithmetic gives, what can be compared, what branches have in
 * common. Pure functions; §7 of the language. */
#pragma once

#include "lang/ast.h"

/* What values have in common when they meet in a comparison. */
typedef enum {
    FAMILY_NONE, /* an error was reported, or the literal `missing` */
    FAMILY_BOOL,
    FAMILY_NUMBER, /* exact and ratio, money or not */
    FAMILY_DAY,    /* dates and moments */
    FAMILY_TEXT,   /* texts and hierarchies, by their own name */
    FAMILY_ITEM,
    FAMILY_SET
} TypeFamily;

TypeFamily type_family(Type type);
/* Numbers, dates and texts have an order; hierarchies, items, yes/no and sets have none. */
bool type_has_order(Type type);

static inline Type type_of_kind(TypeKind kind)
{
    return (Type){.kind = kind};
}

/* Exact number of `scale` decimals, or a ratio when it is over DECIMAL_SCALE_MAX. */
Type type_exact(int scale, bool is_money);

/* The type of `left operator right`; TYPE_NONE when it has no meaning. */
Type type_arithmetic(ArithmeticOperator operation, Type left, Type right);
/* The type that holds values of both; TYPE_NONE when there is none. */
Type type_unify(Type a, Type b);
/* The type of an aggregate over a field of this type; TYPE_NONE when the field does not suit. */
Type type_aggregate(AggregateKind kind, Type field);
