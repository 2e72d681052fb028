/* lint.c -- warnings about one expression that is legal but looks wrong; §10 of the language.
 *
 * Metrics and segments used inside are not looked into: they are warned about where they are
 * defined. */
#include "lang/lint.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "lang/check.h"
#include "lang/formula.h"
#include "lang/tree.h"
#include "lang/window.h"
#include "lang/words.h"
#include "model/built_in.h"

static const Text NOTHING = {0};

void lint_warn(Linter *linter, DiagnosticKind kind, Span span, Text a, Text b)
{
    diagnostics_add(linter->diagnostics, kind, span, a, b, NOTHING);
}

void lint_suggest(Linter *linter, const Node *subject, Text wanted, Text near)
{
    Enumeration enumeration = (Enumeration)subject->type.enumeration;
    Text value = near.size > 0 ? near : suggest_value(wanted, enumeration);
    if (value.size > 0) diagnostics_suggest_value(linter->diagnostics, value, enumeration);
}

/* ---- windows and the data ---- */

static Text date_text(Linter *linter, Date date)
{
    char out[DATE_TEXT_MAX];
    return arena_text(linter->diagnostics->arena, date_print_iso(date, out));
}

static void lint_window(Linter *linter, const Window *window)
{
    if (window->kind == WINDOW_ALL || window->kind == WINDOW_NEXT) return;
    const LintFacts *facts = linter->facts;
    DaySpan span = window_days(window, linter->as_of);
    if (day_span_is_empty(span)) {
        lint_warn(linter, DIAGNOSTIC_WINDOW_EMPTY_NOW, window->span,
                  date_text(linter, linter->as_of), NOTHING);
        return;
    }
    if (facts == NULL || !facts->has_event_dates) return;
    Text first = date_text(linter, facts->first_event), last = date_text(linter, facts->last_event);
    bool is_after = span.has_begin && span.first.day > facts->last_event.day;
    if (is_after || span.last.day < facts->first_event.day)
        lint_warn(linter, DIAGNOSTIC_WINDOW_WITHOUT_DATA, window->span, first, last);
    else if (span.has_begin && span.first.day < facts->first_event.day)
        lint_warn(linter, DIAGNOSTIC_WINDOW_BEFORE_DATA, window->span,
                  date_text(linter, span.first), first);
}

static void lint_windows(Linter *linter, const Node *node)
{
    if (node->kind == NODE_AGGREGATE) {
        /* contact persons are dated by when they became known, not by what they did */
        bool is_contact = stream_is(node->as.aggregate.stream, STREAM_CONTACT);
        if (!is_contact) lint_window(linter, &node->as.aggregate.window);
    }
    if (node->kind == NODE_SEQUENCE) lint_window(linter, &node->as.sequence.window);
}

/* ---- values that nothing equals ---- */

static bool is_empty_text(Value value)
{
    return value.kind == VALUE_TEXT && text_equal_folded(value.as.text, NOTHING);
}

static bool is_path(Value value)
{
    return value.kind == VALUE_TEXT &&
           !text_equal(hierarchy_own_name(value.as.text), text_trim(value.as.text));
}

/* Whether a text is one of those that a property or field is meant to hold, whoever has it. */
static bool is_foreseen(const Node *operand, Text text)
{
    Enumeration enumeration = (Enumeration)operand->type.enumeration;
    if (enumeration != ENUMERATION_NONE) {
        AUTO(arena_done) Arena *arena = arena_new();
        Text value;
        if (enumeration_find(enumeration, text, arena, &value)) return true;
    }
    if (operand->kind != NODE_PROPERTY) return false;
    const Property *property = operand->as.property.property;
    for (size_t i = 0; i < property->allowed_count; i++)
        if (text_equal_folded(property->allowed[i], text)) return true;
    return false;
}

static bool warn_of_text(Linter *linter, const Node *node, const TextSought *sought)
{
    Text near = NOTHING;
    TextOccurrence occurrence = linter->facts->occurs(linter->facts->context, sought, &near);
    if (occurrence == TEXT_OCCURS) return false;
    bool is_of_customer = sought->subject->kind == NODE_PROPERTY;
    DiagnosticKind kind = occurrence == TEXT_HAS_BRANCHES ? DIAGNOSTIC_LEVEL_HAS_BRANCHES
                          : is_of_customer                ? DIAGNOSTIC_VALUE_OF_NOBODY
                                                          : DIAGNOSTIC_VALUE_OF_NO_EVENT;
    Text subject = is_of_customer ? sought->subject->as.property.property->name
                                  : expression_print(sought->subject, linter->diagnostics->arena);
    lint_warn(linter, kind, node->span, subject, sought->text);
    lint_suggest(linter, sought->subject, sought->text, near);
    return true;
}

/* A text that occurs nowhere, where texts are compared for being equal or a level is named. */
static bool lint_occurrence(Linter *linter, const Node *node, const Node *operand, Value value)
{
    bool is_equality = node->kind == NODE_IN_LIST || node->kind == NODE_HAS ||
                       (node->kind == NODE_COMPARE && node->as.compare.operator_ == COMPARE_EQ);
    bool is_asked = linter->facts != NULL && linter->facts->occurs != NULL &&
                    value.kind == VALUE_TEXT && (is_equality || node->kind == NODE_UNDER) &&
                    (operand->kind == NODE_PROPERTY || operand->kind == NODE_FIELD);
    if (!is_asked || is_foreseen(operand, value.as.text)) return false;
    /* what lint_logic says of the values that are allowed is enough */
    bool is_judged = node->kind != NODE_HAS && operand->kind == NODE_PROPERTY &&
                     operand->as.property.property->allowed_count > 0;
    if (is_judged && !linter->is_of_answer) return false;
    return warn_of_text(linter, node,
                        &(TextSought){operand, value.as.text, node->kind == NODE_UNDER});
}

/* A written value beside `operand`; false when nothing is to be said. */
static bool lint_value(Linter *linter, const Node *node, const Node *operand, Value value)
{
    if (value_is_missing(value)) {
        lint_warn(linter, DIAGNOSTIC_COMPARED_WITH_MISSING, node->span, NOTHING, NOTHING);
    } else if (is_empty_text(value)) {
        lint_warn(linter, DIAGNOSTIC_COMPARED_WITH_EMPTY, node->span, NOTHING, NOTHING);
    } else if (operand->type.kind == TYPE_HIERARCHY && is_path(value)) {
        lint_warn(linter, DIAGNOSTIC_COMPARED_WITH_PATH, node->span, value.as.text, NOTHING);
    } else {
        return lint_occurrence(linter, node, operand, value);
    }
    return true;
}

static void lint_list(Linter *linter, const Node *node, const Node *operand,
                      const LiteralList *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (lint_value(linter, node, operand, list->items[i].value)) return;
}

static void lint_end(Linter *linter, const Node *node, const Node *operand, const Node *end)
{
    if (end != NULL && end->kind == NODE_LITERAL)
        lint_value(linter, node, operand, end->as.literal.value);
}

static void lint_values(Linter *linter, const Node *node)
{
    if (node->kind == NODE_COMPARE) {
        lint_end(linter, node, node->as.compare.left, node->as.compare.right);
        lint_end(linter, node, node->as.compare.right, node->as.compare.left);
    } else if (node->kind == NODE_BETWEEN) {
        lint_end(linter, node, node->as.between.operand, node->as.between.low);
        lint_end(linter, node, node->as.between.operand, node->as.between.high);
    } else if (node->kind == NODE_IN_INTERVAL) {
        lint_end(linter, node, node->as.in_interval.operand, node->as.in_interval.low);
        lint_end(linter, node, node->as.in_interval.operand, node->as.in_interval.high);
    } else if (node->kind == NODE_IN_LIST) {
        lint_list(linter, node, node->as.in_list.operand, &node->as.in_list.list);
    } else if (node->kind == NODE_HAS) {
        lint_list(linter, node, node->as.has.operand, &node->as.has.list);
    } else if (node->kind == NODE_UNDER) {
        lint_occurrence(linter, node, node->as.under.operand, value_text(node->as.under.target));
    }
}

/* ---- consents ---- */

static void see_consent(void *context, const Node *node)
{
    bool *is_seen = context;
    if (node->kind == NODE_PROPERTY && node->as.property.property->group == DATA_GROUP_CONSENT)
        *is_seen = true;
}

static bool speaks_of_consent(const Node *node)
{
    bool is_seen = false;
    node_walk(node, see_consent, &is_seen);
    return is_seen;
}

/* Alternatives of which some ask for a consent and others do not. */
static void lint_alternatives(Linter *linter, NodeList list)
{
    const Node *with = NULL;
    bool has_without = false;
    for (size_t i = 0; i < list.count; i++) {
        if (!speaks_of_consent(list.items[i]))
            has_without = true;
        else if (with == NULL)
            with = list.items[i];
    }
    if (with != NULL && has_without)
        lint_warn(linter, DIAGNOSTIC_CONSENT_IN_OR, with->span, NOTHING, NOTHING);
}

static void lint_consent(Linter *linter, const Node *node, bool is_negated)
{
    bool is_or = node->kind == (is_negated ? NODE_AND : NODE_OR);
    if (is_or) lint_alternatives(linter, node->as.list);
    if (node->kind == NODE_AT_LEAST && !is_negated &&
        (size_t)node->as.at_least.needed < node->as.at_least.list.count)
        lint_alternatives(linter, node->as.at_least.list);
}

/* ---- branches ---- */

/* What holds where a branch of if() is looked at: conditions that were met or not. */
struct LintPath {
    const Node *condition;
    bool is_opposite;
    const LintPath *outer;
};

/* Whether a branch that needs `condition` (or its opposite) can be taken behind `path`. */
static bool is_reachable(Linter *linter, const LintPath *path, const Node *condition,
                         bool is_opposite)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(subjects_done) Subjects subjects = subjects_new(linter->catalog, arena);
    const Formula *parts[LANG_DEPTH_MAX + 1];
    size_t count = 0, subject;
    LintPath last = {condition, is_opposite, path};
    for (const LintPath *step = &last; step != NULL && count <= LANG_DEPTH_MAX;
         step = step->outer) {
        const Formula *formula = formula_of(&subjects, step->condition);
        parts[count++] = step->is_opposite ? formula_negation(&subjects, formula) : formula;
    }
    const Formula *all = formula_conjunction(&subjects, parts, count);
    return !formula_is_never(&subjects, all, false, &subject);
}

static void lint_branch(Linter *linter, const Node *call, size_t index, bool is_opposite)
{
    const Node *condition = call->as.call.arguments.items[0];
    const Node *branch = call->as.call.arguments.items[index];
    const LintPath *outer = linter->path;
    LintPath path = {condition, is_opposite, outer};
    if (outer != NULL && !is_reachable(linter, outer, condition, is_opposite))
        lint_warn(linter, DIAGNOSTIC_UNREACHABLE_BRANCH, branch->span, NOTHING, NOTHING);
    linter->path = &path;
    lint_node(linter, branch, LINT_ALONE);
    linter->path = outer;
}

/* ---- segments without members ---- */

static const NamedSet *asked_segment(const Catalog *catalog, const Node *node)
{
    FunctionKind function = node->kind == NODE_CALL ? node->as.call.function : FUNCTION_TODAY;
    if (function != FUNCTION_MEMBER && function != FUNCTION_WAS_MEMBER &&
        function != FUNCTION_ENTERED && function != FUNCTION_LEFT)
        return NULL;
    for (size_t i = 0; i < catalog->segments_count; i++)
        if (catalog->segments[i].id == node->as.call.set_id) return &catalog->segments[i];
    return NULL;
}

/* The answer would be the composition of today, and another one when the day has come. */
static void lint_day_to_come(Linter *linter, const Node *node, const NamedSet *segment)
{
    const LintFacts *facts = linter->facts;
    if (node->as.call.function != FUNCTION_WAS_MEMBER || facts == NULL || !facts->has_today) return;
    Date day = node->as.call.arguments.items[1]->as.literal.value.as.date;
    if (day.day <= facts->today.day) return;
    lint_warn(linter, DIAGNOSTIC_MEMBERS_TO_COME, node->span, segment->name,
              date_text(linter, day));
}

/* What was never formed counts as empty, and nothing in the answer shows it. */
static void lint_segment(Linter *linter, const Node *node)
{
    const NamedSet *segment = asked_segment(linter->catalog, node);
    if (segment == NULL || segment->is_dynamic) return;
    lint_day_to_come(linter, node, segment);
    if (segment->state == NAMED_SET_NEVER_FORMED)
        lint_warn(linter, DIAGNOSTIC_SEGMENT_NEVER_FORMED, node->span, segment->name, NOTHING);
    if (segment->state == NAMED_SET_FAILING && node->as.call.function == FUNCTION_MEMBER)
        lint_warn(linter, DIAGNOSTIC_SEGMENT_FAILING, node->span, segment->name, NOTHING);
}

/* What stands in the expression itself: metrics and segments used are looked at where they are
 * defined. NOLINTNEXTLINE(misc-no-recursion): no deeper than the parser lets it be */
static void lint_written(Linter *linter, const Node *node,
                         void (*lint)(Linter *linter, const Node *node))
{
    lint(linter, node);
    if (node->kind == NODE_METRIC) return;
    size_t parts = node->kind == NODE_CALL ? node->as.call.arguments.count : SIZE_MAX;
    const Node *child;
    for (size_t i = 0; i < parts && (child = node_child(node, i)) != NULL; i++)
        lint_written(linter, child, lint);
}

/* ---- properties of a past day ---- */

enum { PROPERTIES_NAMED_MAX = 5 };

typedef struct {
    const Property *items[PROPERTIES_NAMED_MAX + 1];
    size_t count; /* one more than the most says that there are others */
} PropertiesUsed;

static void see_property(void *context, const Node *node)
{
    PropertiesUsed *used = context;
    if (node->kind != NODE_PROPERTY || used->count > PROPERTIES_NAMED_MAX) return;
    const Property *property = node->as.property.property;
    bool is_key = node->as.property.slot == BUILT_IN_CODE;
    for (size_t i = 0; i < used->count; i++)
        if (used->items[i] == property) return;
    if (!is_key) used->items[used->count++] = property;
}

/* Properties have no history, so an answer about a past day mixes its events with values of today.
 * Here metrics and segments are looked into: they are part of the answer. */
static void lint_past(Linter *linter, const Expression *const *expressions, size_t count)
{
    const LintFacts *facts = linter->facts;
    PropertiesUsed used = {0};
    AUTO(buffer_done) Buffer names = {0};
    if (facts == NULL || !facts->has_today || linter->as_of.day >= facts->today.day) return;
    for (size_t i = 0; i < count; i++)
        node_walk(expressions[i]->root, see_property, &used);
    if (used.count == 0) return;
    for (size_t i = 0; i < used.count && i < PROPERTIES_NAMED_MAX; i++) {
        if (i > 0) buffer_cstr(&names, ", ");
        buffer_text(&names, used.items[i]->name);
    }
    if (used.count > PROPERTIES_NAMED_MAX) buffer_cstr(&names, ", …");
    lint_warn(linter, DIAGNOSTIC_PROPERTIES_OF_TODAY, (Span){0}, date_text(linter, linter->as_of),
              buffer_view(&names));
}

void expression_lint_answer(const Expression *const *expressions, size_t expressions_count,
                            const Catalog *catalog, const LintFacts *facts, Date as_of,
                            Diagnostics *diagnostics)
{
    size_t first = diagnostics->count;
    Linter linter = {.catalog = catalog,
                     .facts = facts,
                     .as_of = as_of,
                     .diagnostics = diagnostics,
                     .is_of_answer = true};
    lint_past(&linter, expressions, expressions_count);
    for (size_t i = 0; i < expressions_count; i++) {
        lint_written(&linter, expressions[i]->root, lint_segment);
        lint_written(&linter, expressions[i]->root, lint_values);
    }
    diagnostics_sort(diagnostics, first);
}

/* ---- rules that ask nothing ---- */

static void see_data(void *context, const Node *node)
{
    bool *is_seen = context;
    *is_seen |= node->kind == NODE_PROPERTY || node->kind == NODE_FIELD ||
                node->kind == NODE_AGGREGATE || node->kind == NODE_SEQUENCE ||
                node->kind == NODE_RANK ||
                (node->kind == NODE_CALL && node->as.call.function >= FUNCTION_BUCKET);
}

/* `true`, `today > 2020-01-01`: a rule that is the same for all, whoever they are. */
static void lint_whole(Linter *linter, const Node *root, size_t first)
{
    bool has_data = false;
    node_walk(root, see_data, &has_data);
    if (has_data || root->type.kind != TYPE_BOOL || linter->diagnostics->count > first) return;
    bool is_literal = root->kind == NODE_LITERAL;
    bool is_yes = is_literal && root->as.literal.value.as.boolean != root->negated;
    lint_warn(linter,
              !is_literal ? DIAGNOSTIC_SAME_FOR_ALL
              : is_yes    ? DIAGNOSTIC_ALWAYS_TRUE
                          : DIAGNOSTIC_NEVER_TRUE,
              root->span, NOTHING, NOTHING);
}

/* ---- walking ---- */

static void lint_children(Linter *linter, const Node *node, LintPlace place)
{
    bool is_of_events = node->kind == NODE_AGGREGATE || node->kind == NODE_SEQUENCE;
    const LintPath *outer = linter->path;
    if (is_of_events) linter->path = NULL; /* an event knows nothing of the customer's branch */
    size_t parts = node->kind == NODE_CALL ? node->as.call.arguments.count : SIZE_MAX;
    const Node *child;
    for (size_t i = 0; i < parts && (child = node_child(node, i)) != NULL; i++)
        lint_node(linter, child, place);
    linter->path = outer;
}

void lint_node(Linter *linter, const Node *node, LintPlace place)
{
    bool is_group = node->kind == NODE_AND || node->kind == NODE_OR || node->kind == NODE_NOT;
    bool is_opposite = place == LINT_IN_NEGATED;
    if (place == LINT_ALONE && node->type.kind == TYPE_BOOL) lint_logic(linter, node);
    lint_windows(linter, node);
    lint_events(linter, node);
    lint_values(linter, node);
    lint_consent(linter, node, is_opposite);
    if (node->kind == NODE_METRIC) return;
    if (node->kind == NODE_CALL && node->as.call.function == FUNCTION_IF) {
        lint_node(linter, node->as.call.arguments.items[0], LINT_ALONE);
        lint_branch(linter, node, 1, false);
        lint_branch(linter, node, 2, true);
        return;
    }
    if (node->kind == NODE_NOT) is_opposite = !is_opposite;
    LintPlace inside = is_opposite ? LINT_IN_NEGATED : LINT_IN_GROUP;
    lint_children(linter, node, is_group ? inside : LINT_ALONE);
}

void expression_lint(const Expression *expression, const Catalog *catalog, const LintFacts *facts,
                     Date as_of, Diagnostics *diagnostics)
{
    size_t first = diagnostics->count;
    Linter linter = {
        .catalog = catalog, .facts = facts, .as_of = as_of, .diagnostics = diagnostics};
    lint_past(&linter, &expression, 1);
    lint_node(&linter, expression->root, LINT_ALONE);
    lint_whole(&linter, expression->root, first);
    lint_written(&linter, expression->root, lint_segment);
    diagnostics_sort(diagnostics, first);
}
