/* literal.c -- values written in an expression: their order and how the language writes them. */
#include "base/fold.h"
#include "lang/check.h"
#include "lang/print.h"

bool literal_of_node(const Node *node, Literal *ret_literal)
{
    if (node->kind == NODE_LITERAL && !value_is_missing(node->as.literal.value)) {
        *ret_literal = node->as.literal;
        return true;
    }
    if (node->kind != NODE_NEGATE) return false;
    if (!literal_of_node(node->as.unary.operand, ret_literal)) return false;
    if (ret_literal->value.kind != VALUE_DECIMAL) return false;
    ret_literal->value.as.decimal = -ret_literal->value.as.decimal;
    return true;
}

static Date literal_date(const Literal *literal)
{
    return literal->value.kind == VALUE_MOMENT ? moment_date(literal->value.as.moment)
                                               : literal->value.as.date;
}

static int compare_days(const Literal *a, const Literal *b)
{
    if (a->value.kind == VALUE_MOMENT && b->value.kind == VALUE_MOMENT) {
        int64_t left = a->value.as.moment.second, right = b->value.as.moment.second;
        return (left > right) - (left < right);
    }
    int32_t left = literal_date(a).day, right = literal_date(b).day;
    return (left > right) - (left < right);
}

int literal_compare(const Literal *a, const Literal *b)
{
    switch (type_family(a->type)) {
    case FAMILY_NUMBER:
        return decimal_compare(a->value.as.decimal, a->type.scale, b->value.as.decimal,
                               b->type.scale);
    case FAMILY_DAY: return compare_days(a, b);
    case FAMILY_TEXT: return text_compare_folded(a->value.as.text, b->value.as.text);
    case FAMILY_BOOL: return a->value.as.boolean - b->value.as.boolean;
    case FAMILY_NONE:
    case FAMILY_ITEM:
    case FAMILY_SET: break; /* no literal is one */
    }
    ASSERT(false);
    return 0;
}

Text literal_print(const Literal *literal, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    print_literal(&out, literal);
    return arena_text(arena, buffer_view(&out));
}
