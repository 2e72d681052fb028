/* warnings.c -- what looks wrong in the expressions that an answer or a definition rests on. */
#include "app/warnings.h"

#include "app/rule.h"
#include "classification/plan.h"

void warn_of_question(App *app, const Question *question, const BreakdownMode *mode, Arena *arena,
                      Findings findings[2])
{
    rule_lint_answer(app, &question->expressions[QUESTION_RULE], 1, mode, arena,
                     &findings[0].diagnostics);
    rule_lint_answer(app, &question->expressions[QUESTION_COLUMNS], question->columns_count, mode,
                     arena, &findings[1].diagnostics);
}

/* What cannot be read is told by whoever keeps the definition. */
static void warn_of_definition(App *app, const Expression *expression, const BreakdownMode *mode,
                               Arena *arena, Diagnostics *diagnostics)
{
    Error ignored;
    Diagnostics found = diagnostics_new(arena);
    if (rule_lint_definition(app, expression, mode, arena, &found, &ignored) != STATUS_OK) return;
    for (size_t i = 0; i < found.count; i++)
        ARENA_PUSH(arena, diagnostics, found.items[i]);
}

void warn_of_card(App *app, const SegmentCard *card, const BreakdownMode *mode, Arena *arena,
                  CardFindings *findings)
{
    Diagnostics known = diagnostics_new(arena);
    Expression *rule = NULL;
    RuleColumns columns;
    if (card->rule.size > 0 &&
        app_compile(app, findings->rule_source, EXPECT_RULE, arena, &rule, &known) == STATUS_OK)
        warn_of_definition(app, rule, mode, arena, &findings->rule);
    if (rule_read_columns(app, card->columns, arena, &columns) != STATUS_OK) return;
    const Expression **expressions = ARENA_ARRAY(arena, const Expression *, columns.count);
    for (size_t i = 0; i < columns.count; i++)
        expressions[i] = columns.items[i].expression;
    rule_lint_answer(app, expressions, columns.count, mode, arena, &findings->columns);
}

static void warn_of_part(App *app, const Expression *expression, const BreakdownMode *mode,
                         Arena *arena, FindingsList *list)
{
    if (expression == NULL) return;
    Findings findings = {expression->source, diagnostics_new(arena)};
    warn_of_definition(app, expression, mode, arena, &findings.diagnostics);
    if (findings.diagnostics.count > 0) ARENA_PUSH(arena, list, findings);
}

void warn_of_classification(App *app, const Definition *definition, const BreakdownMode *mode,
                            Arena *arena, FindingsList *ret_findings)
{
    Plan plan;
    Error refusal; /* whoever keeps the definition was told */
    PlanNames names = {app_catalog(app), 0, app_language(app)};
    *ret_findings = (FindingsList){0};
    if (plan_compile(definition, &names, arena, &plan, &refusal) != STATUS_OK) return;
    for (size_t i = 0; i < definition->metrics_count; i++)
        warn_of_part(app, plan.metrics[i], mode, arena, ret_findings);
    for (size_t i = 0; plan.rules != NULL && i < definition->classes_count; i++)
        warn_of_part(app, plan.rules[i], mode, arena, ret_findings);
    warn_of_part(app, plan.amount, mode, arena, ret_findings);
    warn_of_part(app, plan.first, mode, arena, ret_findings);
}
