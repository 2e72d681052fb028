/* verdict.c -- a condition in three values: what a missing value leaves open stays open.
 *
 * The language answers every condition with yes or no; this tells which answers hang on nothing but
 * a missing value. A comparison of a missing value is open, a test for missing never is; and, or,
 * not and `at least` follow Kleene. */
#include "eval/reference.h"

static Verdict verdict_of(bool holds)
{
    return holds ? VERDICT_YES : VERDICT_NO;
}

static Verdict opposite(Verdict verdict)
{
    if (verdict == VERDICT_OPEN) return VERDICT_OPEN;
    return verdict == VERDICT_YES ? VERDICT_NO : VERDICT_YES;
}

typedef struct {
    size_t yes, open, all;
} Tally;

static Status tally(const Scope *scope, NodeList list, Tally *ret_tally, Error *err)
{
    *ret_tally = (Tally){.all = list.count};
    for (size_t i = 0; i < list.count; i++) {
        Verdict verdict;
        TRY(reference_verdict(scope, list.items[i], &verdict, err));
        ret_tally->yes += verdict == VERDICT_YES;
        ret_tally->open += verdict == VERDICT_OPEN;
    }
    return STATUS_OK;
}

/* At least `needed` of the list. */
static Status at_least(const Scope *scope, NodeList list, size_t needed, Verdict *ret_verdict,
                       Error *err)
{
    Tally counted;
    TRY(tally(scope, list, &counted, err));
    *ret_verdict = VERDICT_OPEN;
    if (counted.yes >= needed) *ret_verdict = VERDICT_YES;
    if (counted.yes + counted.open < needed) *ret_verdict = VERDICT_NO;
    return STATUS_OK;
}

/* What a comparison compares: a value that is missing, or a condition that is open. */
static Status is_open_operand(const Scope *scope, const Node *operand, bool *is_open, Error *err)
{
    if (operand == NULL || *is_open) return STATUS_OK;
    if (operand->type.kind == TYPE_BOOL) {
        Verdict verdict;
        TRY(reference_verdict(scope, operand, &verdict, err));
        *is_open = verdict == VERDICT_OPEN;
        return STATUS_OK;
    }
    Value value;
    TRY(reference_value(scope, operand, &value, err));
    *is_open = value_is_missing(value);
    return STATUS_OK;
}

static Status comparison(const Scope *scope, const Node *node, const Node *const operands[3],
                         Verdict *ret_verdict, Error *err)
{
    bool is_open = false, holds;
    for (size_t i = 0; i < 3; i++)
        TRY(is_open_operand(scope, operands[i], &is_open, err));
    TRY(reference_condition(scope, node, &holds, err));
    *ret_verdict = is_open ? VERDICT_OPEN : verdict_of(holds);
    return STATUS_OK;
}

/* Whoever has no value is not ranked: open, unless `within` shuts him out. */
static Status rank(const Scope *scope, const Node *node, Verdict *ret_verdict, Error *err)
{
    Verdict within = VERDICT_YES;
    Value by;
    bool holds;
    TRY(reference_value(scope, node->as.rank.by, &by, err));
    if (node->as.rank.within != NULL)
        TRY(reference_verdict(scope, node->as.rank.within, &within, err));
    TRY(reference_condition(scope, node, &holds, err));
    bool is_open = within == VERDICT_OPEN || value_is_missing(by);
    *ret_verdict = is_open && within != VERDICT_NO ? VERDICT_OPEN : verdict_of(holds);
    return STATUS_OK;
}

/* A yes/no value: open when it is missing. */
static Status bare(const Scope *scope, const Node *node, Verdict *ret_verdict, Error *err)
{
    Value value;
    TRY(reference_value(scope, node, &value, err));
    *ret_verdict = value_is_missing(value) ? VERDICT_OPEN : verdict_of(value.as.boolean);
    return STATUS_OK;
}

static Status if_call(const Scope *scope, const Node *node, Verdict *ret_verdict, Error *err)
{
    NodeList arguments = node->as.call.arguments;
    Verdict condition, when_true, when_false;
    TRY(reference_verdict(scope, arguments.items[0], &condition, err));
    TRY(reference_verdict(scope, arguments.items[1], &when_true, err));
    TRY(reference_verdict(scope, arguments.items[2], &when_false, err));
    *ret_verdict = condition == VERDICT_YES ? when_true : when_false;
    if (condition == VERDICT_OPEN && when_true != when_false) *ret_verdict = VERDICT_OPEN;
    return STATUS_OK;
}

/* The first argument that has a value decides. */
static Status coalesce(const Scope *scope, const Node *node, Verdict *ret_verdict, Error *err)
{
    NodeList arguments = node->as.call.arguments;
    *ret_verdict = VERDICT_OPEN;
    for (size_t i = 0; i < arguments.count; i++) {
        Value value;
        TRY(reference_value(scope, arguments.items[i], &value, err));
        if (!value_is_missing(value))
            return reference_verdict(scope, arguments.items[i], ret_verdict, err);
    }
    return STATUS_OK;
}

static Status call(const Scope *scope, const Node *node, Verdict *ret_verdict, Error *err)
{
    FunctionKind function = node->as.call.function;
    if (function == FUNCTION_IF) return if_call(scope, node, ret_verdict, err);
    if (function == FUNCTION_COALESCE) return coalesce(scope, node, ret_verdict, err);
    if (function == FUNCTION_MEMBER && node->as.call.definition != NULL)
        return reference_verdict(scope, node->as.call.definition, ret_verdict, err);
    if (function == FUNCTION_ANNIVERSARY)
        return comparison(scope, node, (const Node *[3]){node->as.call.arguments.items[0]},
                          ret_verdict, err);
    return bare(scope, node, ret_verdict, err);
}

/* The value of a negated comparison comes negated from reference_condition.
 * NOLINT(function-size): dispatch */
Status reference_verdict(const Scope *scope, const Node *node, Verdict *ret_verdict, Error *err)
{
    switch (node->kind) {
    case NODE_AND: return at_least(scope, node->as.list, node->as.list.count, ret_verdict, err);
    case NODE_OR: return at_least(scope, node->as.list, 1, ret_verdict, err);
    case NODE_AT_LEAST:
        return at_least(scope, node->as.at_least.list, (size_t)node->as.at_least.needed,
                        ret_verdict, err);
    case NODE_NOT:
        TRY(reference_verdict(scope, node->as.unary.operand, ret_verdict, err));
        *ret_verdict = opposite(*ret_verdict);
        return STATUS_OK;
    case NODE_COMPARE:
        return comparison(scope, node,
                          (const Node *[3]){node->as.compare.left, node->as.compare.right},
                          ret_verdict, err);
    case NODE_BETWEEN:
        return comparison(scope, node,
                          (const Node *[3]){node->as.between.operand, node->as.between.low,
                                            node->as.between.high},
                          ret_verdict, err);
    case NODE_IN_INTERVAL:
        return comparison(scope, node,
                          (const Node *[3]){node->as.in_interval.operand, node->as.in_interval.low,
                                            node->as.in_interval.high},
                          ret_verdict, err);
    case NODE_IN_LIST:
        return comparison(scope, node, (const Node *[3]){node->as.in_list.operand}, ret_verdict,
                          err);
    case NODE_TEXT_MATCH:
        return comparison(scope, node, (const Node *[3]){node->as.text_match.operand}, ret_verdict,
                          err);
    case NODE_HAS:
        return comparison(scope, node, (const Node *[3]){node->as.has.operand}, ret_verdict, err);
    case NODE_UNDER:
        return comparison(scope, node, (const Node *[3]){node->as.under.operand}, ret_verdict, err);
    case NODE_RANK: return rank(scope, node, ret_verdict, err);
    case NODE_METRIC: return reference_verdict(scope, node->as.metric.definition, ret_verdict, err);
    case NODE_CALL: return call(scope, node, ret_verdict, err);
    case NODE_IS_MISSING:
    case NODE_SEQUENCE:
    case NODE_AGGREGATE:
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_FIELD: return bare(scope, node, ret_verdict, err);
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* not yes/no */
    }
    ASSERT(false);
    return STATUS_OK;
}
