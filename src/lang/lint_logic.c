/* lint_logic.c -- conditions that always or never hold, stand twice or add nothing.
 *
 * Every condition is judged from the inside out; once something inside was reported, the groups
 * around it stay silent. */
#include "base/fold.h"
#include "lang/formula.h"
#include "lang/lint.h"

static const Text NOTHING = {0};

enum { PARTS_OF_SUBJECT_MAX = 50 };

static Text subject_text(const Subjects *subjects, size_t subject)
{
    return subjects->items[subject].written;
}

/* ---- one test ---- */

/* The written value that the subject never has: of `=` and `in`, where values are known. */
static bool find_unknown_text(const Subjects *subjects, const Node *node, const Possible *domain,
                              Text *ret_text)
{
    if (!domain->is_text || domain->is_all_but) return false;
    Literal one;
    LiteralList list = {&one, 1};
    if (node->kind == NODE_IN_LIST)
        list = node->as.in_list.list;
    else if (node->kind == NODE_COMPARE && node->as.compare.right->kind == NODE_LITERAL)
        one = node->as.compare.right->as.literal;
    else
        return false;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].value.kind != VALUE_TEXT) continue;
        *ret_text = list.items[i].value.as.text;
        Possible text = possible_text(*ret_text, subjects->arena);
        if (!possible_is_within(&text, domain, subjects->arena)) return true;
    }
    return false;
}

/* The values a subject is known to have, in their own spelling. */
static size_t known_values(const Subjects *subjects, const Node *node, const Text **ret_values)
{
    if (node->kind == NODE_PROPERTY) {
        *ret_values = node->as.property.property->allowed;
        return node->as.property.property->allowed_count;
    }
    const NamedClassification *classification = subject_classification(subjects, node);
    if (classification == NULL) return 0;
    *ret_values = classification->classes;
    return classification->classes_count;
}

static void warn_unknown_text(Linter *linter, const Subjects *subjects, const Formula *test,
                              Text text)
{
    const Text *known = NULL;
    const Node *subject = subjects->items[test->subject].node;
    size_t count = known_values(subjects, subject, &known);
    lint_warn(linter, DIAGNOSTIC_VALUE_NOT_ALLOWED, test->node->span,
              subject_text(subjects, test->subject), text);
    lint_suggest(linter, subject, text, suggest_name(text, known, count));
    diagnostics_choices(linter->diagnostics, known, count, (Enumeration)subject->type.enumeration);
}

static bool judge_test(Linter *linter, const Subjects *subjects, const Formula *test)
{
    size_t subject;
    Text unknown;
    const Possible *domain = &subjects->items[test->subject].domain;
    if (find_unknown_text(subjects, test->node, domain, &unknown)) {
        warn_unknown_text(linter, subjects, test, unknown);
    } else if (formula_is_never(subjects, test, false, &subject) &&
               subjects->items[test->subject].node == test->node) {
        lint_warn(linter, DIAGNOSTIC_NEVER_TRUE, test->node->span, NOTHING, NOTHING);
    } else if (formula_is_never(subjects, test, false, &subject)) {
        lint_warn(linter, DIAGNOSTIC_ALWAYS_FALSE, test->node->span,
                  subject_text(subjects, subject), NOTHING);
    } else if (formula_is_never(subjects, test, true, &subject)) {
        lint_warn(linter, DIAGNOSTIC_ALWAYS_TRUE, test->node->span, NOTHING, NOTHING);
    } else {
        return false;
    }
    return true;
}

/* ---- parts of a group against each other ---- */

/* How a part is written without its negations. */
static Text written_positively(const Subjects *subjects, const Formula *part)
{
    Node positive = *part->node;
    positive.negated = false;
    return expression_print(&positive, subjects->arena);
}

/* The same part twice, or a part and its opposite. */
static bool judge_repeats(Linter *linter, const Subjects *subjects, const Formula *group)
{
    AUTO(map_done) Map *seen = map_new(group->parts_count);
    bool is_reported = false;
    for (size_t i = 0; i < group->parts_count; i++) {
        const Formula *part = group->parts[i];
        uint64_t before;
        if (map_add(seen, written_positively(subjects, part), i, &before)) continue;
        const Formula *other = group->parts[before];
        bool is_opposite = part->is_negated != other->is_negated;
        if (is_opposite && part->kind == FORMULA_TEST && part->is_exact) continue;
        lint_warn(linter,
                  is_opposite ? DIAGNOSTIC_OPPOSITE_CONDITIONS : DIAGNOSTIC_DUPLICATE_CONDITION,
                  part->node->span, NOTHING, NOTHING);
        is_reported = true;
    }
    return is_reported;
}

/* Tests that can be compared with others of their subject. `is not missing` beside a comparison is
 * written for clearness, so it is never called vain. */
static bool is_comparable(const Formula *part)
{
    return part->kind == FORMULA_TEST && part->is_exact && part->node->kind != NODE_IS_MISSING;
}

static bool is_within(const Subjects *subjects, const Formula *inner, const Formula *outer)
{
    Possible inside = formula_allows(subjects, inner, inner->subject, false);
    Possible outside = formula_allows(subjects, outer, inner->subject, false);
    return possible_is_within(&inside, &outside, subjects->arena);
}

static void warn_redundant(Linter *linter, const Subjects *subjects, const Formula *vain,
                           const Formula *other)
{
    lint_warn(linter, DIAGNOSTIC_REDUNDANT_CONDITION, vain->node->span,
              expression_print(other->node, subjects->arena), NOTHING);
}

/* In `and` the wider of two tests adds nothing, in `or` the narrower. */
static void judge_pair(Linter *linter, const Subjects *subjects, const Formula *group,
                       const Formula *first, const Formula *second)
{
    bool is_and = group->kind == FORMULA_AND;
    if (is_within(subjects, first, second))
        warn_redundant(linter, subjects, is_and ? second : first, is_and ? first : second);
    else if (is_within(subjects, second, first))
        warn_redundant(linter, subjects, is_and ? first : second, is_and ? second : first);
}

static void judge_redundancy(Linter *linter, const Subjects *subjects, const Formula *group)
{
    size_t compared = 0;
    for (size_t i = 0; i < group->parts_count; i++) {
        if (!is_comparable(group->parts[i])) continue;
        if (++compared > PARTS_OF_SUBJECT_MAX) return;
        for (size_t j = 0; j < i; j++)
            if (is_comparable(group->parts[j]) &&
                group->parts[j]->subject == group->parts[i]->subject)
                judge_pair(linter, subjects, group, group->parts[j], group->parts[i]);
    }
}

/* ---- groups ---- */

/* `a != 1 or a != 2`: every part denies one value. */
static bool is_or_of_negatives(const Formula *group)
{
    if (group->kind != FORMULA_OR) return false;
    for (size_t i = 0; i < group->parts_count; i++) {
        const Formula *part = group->parts[i];
        bool denies = part->kind == FORMULA_TEST && part->is_negated &&
                      (part->node->kind == NODE_COMPARE || part->node->kind == NODE_IN_LIST);
        if (!denies) return false;
    }
    return true;
}

static bool judge_whole(Linter *linter, const Subjects *subjects, const Formula *group)
{
    size_t subject;
    DiagnosticKind kind = DIAGNOSTIC_TOGETHER_ALWAYS_FALSE;
    if (!formula_is_never(subjects, group, false, &subject)) {
        if (!formula_is_never(subjects, group, true, &subject)) return false;
        kind = is_or_of_negatives(group) ? DIAGNOSTIC_OR_OF_NEGATIVES
                                         : DIAGNOSTIC_TOGETHER_ALWAYS_TRUE;
    }
    lint_warn(linter, kind, group->node->span, subject_text(subjects, subject), NOTHING);
    return true;
}

/* True when something was reported about it or inside it. */
static bool judge(Linter *linter, const Subjects *subjects, const Formula *formula)
{
    if (formula->base != NULL) formula = formula->base;
    if (formula->kind == FORMULA_OPAQUE) return false;
    if (formula->kind == FORMULA_TEST) return judge_test(linter, subjects, formula);
    bool is_reported = false;
    for (size_t i = 0; i < formula->parts_count; i++)
        is_reported |= judge(linter, subjects, formula->parts[i]);
    is_reported |= judge_repeats(linter, subjects, formula);
    if (is_reported || judge_whole(linter, subjects, formula)) return true;
    judge_redundancy(linter, subjects, formula);
    return false;
}

void lint_logic(Linter *linter, const Node *node)
{
    if (node->kind == NODE_LITERAL) return; /* a branch of if(); of a whole rule lint.c speaks */
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(subjects_done) Subjects subjects = subjects_new(linter->catalog, arena);
    judge(linter, &subjects, formula_of(&subjects, node));
}
