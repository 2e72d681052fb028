/* metrics.c -- expressions with a name: found, added. */
#include "app/metrics.h"

#include "app/rule.h"
#include "base/fold.h"

static Status not_found(const StoredMetric *metrics, size_t count, Text name, Arena *arena,
                        Error *err)
{
    Text *names = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        names[i] = metrics[i].name;
    Text near = suggest_name(name, names, count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no metric '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no metric '%.*s'", TEXT_FORMAT(name));
}

Status app_find_metric(App *app, Text name, Arena *arena, NamedMetric *ret_metric, Error *err)
{
    StoredMetric *metrics = NULL;
    size_t count = 0, i = 0;
    TRY(store_list_metrics(app_store(app), arena, &metrics, &count, err));
    while (i < count && !text_equal_folded(metrics[i].name, name))
        i++;
    if (i == count) return not_found(metrics, count, name, arena, err);
    *ret_metric = (NamedMetric){.stored = metrics[i], .diagnostics = diagnostics_new(arena)};
    Expression *expression = NULL;
    if (app_compile(app, metrics[i].expression, EXPECT_ANY_VALUE, arena, &expression,
                    &ret_metric->diagnostics) == STATUS_OK)
        ret_metric->expression = expression;
    return STATUS_OK;
}

Status app_add_metric(App *app, const StoredMetric *metric, const BreakdownMode *mode, Arena *arena,
                      Diagnostics *diagnostics, Error *err)
{
    Expression *expression = NULL;
    StoredMetric kept = *metric;
    TRY(schema_check_name(metric->name, err));
    TRY(app_compile(app, metric->expression, EXPECT_ANY_VALUE, arena, &expression, diagnostics));
    TRY(rule_lint_definition(app, expression, mode, arena, diagnostics, err));
    kept.expression = expression_print(expression->root, arena);
    TRY(store_add_metric(app_store(app), &kept, err));
    return app_refresh(app, err);
}
