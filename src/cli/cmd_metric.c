/* cmd_metric.c -- kohorta metric ...: expressions with a name, usable like properties. */
#include "cli/commands.h"

#include "app/names.h"
#include "base/fold.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "reply/json_writer.h"

/* ---- add ---- */

typedef struct {
    Text file, description;
} AddOptions;

static const Option add_options[] = {
    OPTION(AddOptions, file, TEXT, "file", "FILE", "read the expression from a file; - is stdin"),
    OPTION(AddOptions, description, TEXT, "description", "TEXT", "what it means, for people"),
};

/* The metric is kept in its canonical form, so that what is shown is what was understood. */
static Status check_definition(Invocation *invocation, App *app, Text source, Text *ret_expression,
                               Error *err)
{
    Expression *expression = NULL;
    (void)err;
    TRY(diagnose_compile(invocation, app, source, EXPECT_ANY_VALUE, &expression));
    *ret_expression = expression_print(expression->root, invocation->arena);
    return STATUS_OK;
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const AddOptions *chosen = given;
    Text source;
    TRY(invocation_expression(invocation, chosen->file, 1, &source, err));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    StoredMetric metric = {.name = text_trim(invocation_argument(invocation, 0)),
                           .description = chosen->description};
    TRY(schema_check_name(metric.name, err));
    TRY(check_definition(invocation, app, source, &metric.expression, err));
    TRY(store_add_metric(app_store(app), &metric, err));
    invocation_done(invocation, "metric", metric.name, "added");
    return STATUS_OK;
}

const Command command_metric_add = {
    .name = "metric add",
    .arguments = "NAME 'EXPRESSION'",
    .summary = "give an expression a name",
    .details = "A metric is used by its name, like a property:\n"
               "  kohorta metric add revenue_12m 'sum(purchase.amount, last 12 months)'\n"
               "  kohorta eval 'revenue_12m > 100000'",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(AddOptions),
    .arguments_min = 1,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_add,
};

/* ---- list ---- */

static Status list_metrics(Invocation *invocation, App *app, StoredMetric **ret_metrics,
                           size_t *ret_count, Error *err)
{
    return store_list_metrics(app_store(app), invocation->arena, ret_metrics, ret_count, err);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    StoredMetric *metrics = NULL;
    size_t metrics_count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(list_metrics(invocation, app, &metrics, &metrics_count, err));
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("description"), label_get(LABEL_DESCRIPTION, language), text},
        {TEXT("expression"), label_get(LABEL_EXPRESSION, language), text},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    for (size_t i = 0; i < metrics_count; i++) {
        const Value values[] = {value_text(metrics[i].name), value_text(metrics[i].description),
                                value_text(metrics[i].expression)};
        output_row(output, values);
    }
    return output_close(output, err);
}

const Command command_metric_list = {
    .name = "metric list",
    .arguments = "",
    .summary = "list the metrics",
    .run = run_list,
};

/* ---- show ---- */

static Status find_metric(Invocation *invocation, App *app, Text name,
                          const StoredMetric **ret_metric, Error *err)
{
    StoredMetric *metrics = NULL;
    size_t count = 0;
    TRY(list_metrics(invocation, app, &metrics, &count, err));
    Text *names = ARENA_ARRAY(invocation->arena, Text, count);
    for (size_t i = 0; i < count; i++) {
        if (text_equal_folded(metrics[i].name, name)) {
            *ret_metric = &metrics[i];
            return STATUS_OK;
        }
        names[i] = metrics[i].name;
    }
    Text near = suggest_name(name, names, count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no metric '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no metric '%.*s'", TEXT_FORMAT(name));
}

static void show_as_json(Invocation *invocation, const StoredMetric *metric, Text sentence)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, "name");
    json_text(&writer, metric->name);
    json_key(&writer, "expression");
    json_text(&writer, metric->expression);
    json_key(&writer, "description");
    json_text(&writer, metric->description);
    json_key(&writer, "sentence");
    json_text(&writer, sentence);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    const StoredMetric *metric = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(find_metric(invocation, app, invocation_argument(invocation, 0), &metric, err));
    Arena *arena = invocation->arena;
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    Text sentence = TEXT("");
    /* A metric may name what was retired since: it is shown all the same, with what is wrong. */
    if (app_compile(app, metric->expression, EXPECT_ANY_VALUE, arena, &expression, &diagnostics) ==
        STATUS_OK)
        sentence = expression_sentence(expression, app_today(app), app_language(app), arena);
    if (invocation->common.is_json) {
        show_as_json(invocation, metric, sentence);
        return STATUS_OK;
    }
    diagnose(invocation, &diagnostics, metric->expression, app_language(app));
    invocation_say(invocation, "%.*s", TEXT_FORMAT(metric->expression));
    if (metric->description.size > 0)
        invocation_say(invocation, "%.*s", TEXT_FORMAT(metric->description));
    if (sentence.size > 0) invocation_say(invocation, "%.*s", TEXT_FORMAT(sentence));
    return STATUS_OK;
}

const Command command_metric_show = {
    .name = "metric show",
    .arguments = "NAME",
    .summary = "show a metric and what it means",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};

/* ---- remove ---- */

static Status run_remove(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Text name = invocation_argument(invocation, 0);
    const StoredMetric *metric = NULL;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(find_metric(invocation, app, name, &metric, err));
    TRY(app_remove_metric(app, metric->name, err));
    invocation_done(invocation, "metric", metric->name, "removed");
    return STATUS_OK;
}

const Command command_metric_remove = {
    .name = "metric remove",
    .arguments = "NAME",
    .summary = "remove a metric",
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_remove,
};
