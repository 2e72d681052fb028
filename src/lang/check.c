/* check.c -- the checker: copies a tree, resolving its names and giving every node its type. */
#include "lang/check.h"

#include "base/error.h"
#include "lang/words.h"

void check_error(Checker *checker, DiagnosticKind kind, Span span, Text a, Text b, Text c)
{
    diagnostics_add(checker->diagnostics, kind, span, a, b, c);
}

void check_type_error(Checker *checker, DiagnosticKind kind, const Node *node, const char *what)
{
    check_error(checker, kind, node->span, text_of(what), text_of(type_name(node->type)),
                (Text){0});
}

void check_suggest(Checker *checker, Text wanted, const Text *names, size_t names_count)
{
    Text near = suggest_name(wanted, names, names_count);
    if (near.size > 0) diagnostics_suggest(checker->diagnostics, near);
}

Node *check_copy(Checker *checker, const Node *node)
{
    Node *copy = ARENA_NEW(checker->shared->arena, Node);
    *copy = *node;
    copy->type = (Type){0};
    return copy;
}

bool is_missing_literal(const Node *node)
{
    return node->kind == NODE_LITERAL && value_is_missing(node->as.literal.value);
}

bool is_text_literal(const Node *node)
{
    return node->kind == NODE_LITERAL && node->as.literal.value.kind == VALUE_TEXT;
}

const Node *check_missing_as(Checker *checker, const Node *node, Type type)
{
    if (!is_missing_literal(node)) return node;
    Node *copy = check_copy(checker, node);
    copy->type = copy->as.literal.type = type;
    return copy;
}

const Node *check_not_a_value(Checker *checker, const Node *node)
{
    Node *copy = ARENA_NEW(checker->shared->arena, Node);
    *copy = (Node){.kind = NODE_LITERAL, .span = node->span};
    copy->as.literal.value = value_bool(false); /* nobody evaluates a tree with errors */
    return copy;
}

static const Node *check_literal(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    copy->type = node->as.literal.type;
    return copy;
}

/* ---- logic ---- */

const Node *check_condition(Checker *checker, const Node *node, const char *word)
{
    const Node *checked = check_node(checker, node);
    if (is_missing_literal(checked)) {
        check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, node->span, (Text){0}, (Text){0},
                    (Text){0});
    } else if (checked->type.kind != TYPE_NONE && checked->type.kind != TYPE_BOOL) {
        check_type_error(checker, DIAGNOSTIC_CONDITION_EXPECTED, checked, word);
    }
    return checked;
}

static NodeList check_conditions(Checker *checker, NodeList list, const char *word)
{
    const Node **items = ARENA_ARRAY(checker->shared->arena, const Node *, list.count);
    for (size_t i = 0; i < list.count; i++)
        items[i] = check_condition(checker, list.items[i], word);
    return (NodeList){items, list.count};
}

static const Node *check_and_or(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    copy->as.list = check_conditions(checker, node->as.list, node->kind == NODE_AND ? "and" : "or");
    copy->type = type_of_kind(TYPE_BOOL);
    return copy;
}

static const Node *check_not(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    copy->as.unary.operand = check_condition(checker, node->as.unary.operand, "not");
    copy->type = type_of_kind(TYPE_BOOL);
    return copy;
}

static const Node *check_at_least(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    NodeList list = node->as.at_least.list;
    int64_t needed = node->as.at_least.needed;
    copy->as.at_least.list = check_conditions(checker, list, "at least");
    copy->type = type_of_kind(TYPE_BOOL);
    if (needed < 1 || (size_t)needed > list.count) {
        Arena *arena = checker->shared->arena;
        check_error(checker, DIAGNOSTIC_AT_LEAST_COUNT, node->span,
                    arena_printf(arena, "%lld", (long long)needed),
                    arena_printf(arena, "%zu", list.count), (Text){0});
    }
    return copy;
}

/* ---- arithmetic ---- */

static bool is_number_or_day(Type type)
{
    TypeFamily family = type_family(type);
    return family == FAMILY_NUMBER || family == FAMILY_DAY;
}

static void report_arithmetic(Checker *checker, const Node *node, const Node *left,
                              const Node *right)
{
    const char *word = arithmetic_operator_word(node->as.arithmetic.operator_);
    if (!is_number_or_day(left->type)) {
        check_type_error(checker, DIAGNOSTIC_NUMBER_NEEDED, left, word);
    } else if (!is_number_or_day(right->type)) {
        check_type_error(checker, DIAGNOSTIC_NUMBER_NEEDED, right, word);
    } else {
        check_error(checker, DIAGNOSTIC_DATE_ARITHMETIC, node->span, text_of(type_name(left->type)),
                    text_of(word), text_of(type_name(right->type)));
    }
}

static const Node *check_arithmetic(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Type number = type_exact(0, false);
    const Node *left = check_node(checker, node->as.arithmetic.left);
    const Node *right = check_node(checker, node->as.arithmetic.right);
    left = check_missing_as(checker, left, number);
    right = check_missing_as(checker, right, number);
    copy->as.arithmetic.left = left;
    copy->as.arithmetic.right = right;
    if (left->type.kind == TYPE_NONE || right->type.kind == TYPE_NONE) return copy;
    copy->type = type_arithmetic(node->as.arithmetic.operator_, left->type, right->type);
    if (copy->type.kind == TYPE_NONE) report_arithmetic(checker, node, left, right);
    return copy;
}

static const Node *check_negate(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    const Node *operand = check_node(checker, node->as.unary.operand);
    operand = check_missing_as(checker, operand, type_exact(0, false));
    copy->as.unary.operand = operand;
    if (operand->type.kind == TYPE_NONE) return copy;
    if (type_family(operand->type) == FAMILY_NUMBER)
        copy->type = operand->type;
    else
        check_type_error(checker, DIAGNOSTIC_NUMBER_NEEDED, operand, "-");
    return copy;
}

/* ---- ranking ---- */

static bool rank_amount_is_fit(const Node *node)
{
    int64_t amount = node->as.rank.amount;
    int scale = node->as.rank.amount_scale;
    if (node->as.rank.is_percent)
        return decimal_compare(amount, scale, 0, 0) > 0 &&
               decimal_compare(amount, scale, 100, 0) <= 0;
    return decimal_compare(amount, scale, 1, 0) >= 0 && decimal_rescale_is_exact(amount, scale, 0);
}

static const Node *check_rank(Checker *checker, const Node *node)
{
    const char *word = node->as.rank.is_top ? "top" : "bottom";
    if (check_is_refused_in_events(checker, node, text_of(word)))
        return check_not_a_value(checker, node);
    Node *copy = check_copy(checker, node);
    const Node *by = check_node(checker, node->as.rank.by);
    copy->as.rank.by = by = check_missing_as(checker, by, type_exact(0, false));
    if (node->as.rank.within != NULL)
        copy->as.rank.within = check_condition(checker, node->as.rank.within, "within");
    copy->type = type_of_kind(TYPE_BOOL);
    if (!rank_amount_is_fit(node))
        check_error(checker, DIAGNOSTIC_RANK_AMOUNT, node->span, text_of(word), (Text){0},
                    (Text){0});
    bool is_fit = type_family(by->type) == FAMILY_NUMBER || by->type.kind == TYPE_DATE;
    if (by->type.kind != TYPE_NONE && !is_fit)
        check_type_error(checker, DIAGNOSTIC_RANK_TYPE, by, word);

    /* children are done, so rankings inside this one have smaller numbers */
    CheckShared *shared = checker->shared;
    copy->as.rank.index = (uint32_t)shared->ranks.count;
    ARENA_PUSH(shared->arena, &shared->ranks, copy);
    shared->uses_ranks = true;
    return copy;
}

/* ---- any node ---- */

/* NOLINT(function-size): dispatch */
static const Node *check_by_kind(Checker *checker, const Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: return check_literal(checker, node);
    case NODE_NAME: return check_name(checker, node);
    case NODE_AND:
    case NODE_OR: return check_and_or(checker, node);
    case NODE_NOT: return check_not(checker, node);
    case NODE_COMPARE: return check_compare(checker, node);
    case NODE_BETWEEN: return check_between(checker, node);
    case NODE_IN_LIST: return check_in_list(checker, node);
    case NODE_IN_INTERVAL: return check_in_interval(checker, node);
    case NODE_IS_MISSING: return check_is_missing(checker, node);
    case NODE_TEXT_MATCH: return check_text_match(checker, node);
    case NODE_HAS: return check_has(checker, node);
    case NODE_UNDER: return check_under(checker, node);
    case NODE_ARITHMETIC: return check_arithmetic(checker, node);
    case NODE_NEGATE: return check_negate(checker, node);
    case NODE_AGGREGATE: return check_aggregate(checker, node);
    case NODE_SEQUENCE: return check_sequence(checker, node);
    case NODE_CALL: return check_call(checker, node);
    case NODE_AT_LEAST: return check_at_least(checker, node);
    case NODE_RANK: return check_rank(checker, node);
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_KIND_COUNT: break; /* only the checker makes these */
    }
    ASSERT(false);
    return node;
}

static const Node *refuse_too_large(Checker *checker, const Node *node)
{
    if (!checker->is_too_large) {
        Arena *arena = checker->shared->arena;
        check_error(checker, DIAGNOSTIC_EXPANDED_TOO_LARGE, node->span,
                    arena_printf(arena, "%d", LANG_EXPANDED_NODES_MAX),
                    arena_printf(arena, "%d", LANG_EXPANDED_DEPTH_MAX), (Text){0});
    }
    checker->is_too_large = true;
    return check_not_a_value(checker, node);
}

const Node *check_node(Checker *checker, const Node *node)
{
    checker->nodes_count++;
    if (checker->depth >= LANG_EXPANDED_DEPTH_MAX || checker->nodes_count > LANG_EXPANDED_NODES_MAX)
        return refuse_too_large(checker, node);
    checker->depth++;
    if (checker->depth > checker->depth_reached) checker->depth_reached = checker->depth;
    const Node *checked = check_by_kind(checker, node);
    checker->depth--;
    /* a metric may have brought more than it seems */
    bool is_over = checker->nodes_count > LANG_EXPANDED_NODES_MAX ||
                   checker->depth_reached > LANG_EXPANDED_DEPTH_MAX;
    return is_over ? refuse_too_large(checker, node) : checked;
}

/* ---- the whole expression ---- */

void check_result(Checker *checker, const Node *root, ExpectedResult expected)
{
    if (is_missing_literal(root)) {
        check_error(checker, DIAGNOSTIC_MISSING_WITHOUT_TYPE, root->span, (Text){0}, (Text){0},
                    (Text){0});
        return;
    }
    bool is_known = root->type.kind != TYPE_NONE;
    if (expected == EXPECT_RULE && is_known && root->type.kind != TYPE_BOOL)
        check_type_error(checker, DIAGNOSTIC_RULE_EXPECTED, root, "");
}

Status expression_check(const Node *root, const Catalog *catalog, ExpectedResult expected,
                        Arena *arena, Expression **ret_expression, Diagnostics *diagnostics)
{
    size_t errors_count = diagnostics->errors_count, first = diagnostics->count;
    CheckShared shared = {
        .catalog = catalog,
        .arena = arena,
        .metrics = ARENA_ARRAY(arena, Definition, catalog->metrics_count),
        .segments = ARENA_ARRAY(arena, Definition, catalog->segments_count),
    };
    Checker checker = {.shared = &shared, .diagnostics = diagnostics};
    const Node *checked = check_node(&checker, root);
    check_result(&checker, checked, expected);
    if (diagnostics->errors_count > errors_count) {
        diagnostics_sort(diagnostics, first);
        return STATUS_INVALID;
    }

    Expression *expression = ARENA_NEW(arena, Expression);
    *expression = (Expression){.root = checked,
                               .ranks = shared.ranks.items,
                               .ranks_count = shared.ranks.count,
                               .uses_events = shared.uses_events,
                               .uses_ranks = shared.uses_ranks,
                               .uses_sets = shared.uses_sets,
                               .currency = arena_text(arena, catalog->schema->settings.currency)};
    *ret_expression = expression;
    return STATUS_OK;
}

Status expression_compile(Text source, const Catalog *catalog, ExpectedResult expected,
                          Arena *arena, Expression **ret_expression, Diagnostics *diagnostics)
{
    Text text;
    const Node *root = NULL;
    TRY(expression_read_text(source, arena, &text, diagnostics));
    Text copy = arena_text(arena, text);
    size_t first = diagnostics->count;
    Status status = expression_parse(copy, arena, &root, diagnostics);
    if (status != STATUS_OK) expression_explain_labels(catalog, diagnostics, first);
    TRY(status);
    TRY(expression_check(root, catalog, expected, arena, ret_expression, diagnostics));
    (*ret_expression)->source = copy;
    return STATUS_OK;
}
