/* cmd_metric.c -- kohorta metric ...: expressions with a name, usable like properties. */
#include "cli/commands.h"

#include "app/metrics.h"
#include "app/names.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "reply/data.h"

/* ---- add ---- */

typedef struct {
    Text file, description, description_ru, description_uk, description_en;
} AddOptions;

static const Option add_options[] = {
    OPTION(AddOptions, file, TEXT, "file", "FILE", "read the expression from a file; - is stdin"),
    OPTION(AddOptions, description, TEXT, "description", "TEXT",
           "what it means, in the language of the data"),
    OPTION(AddOptions, description_ru, TEXT, "description-ru", "TEXT", "in Russian"),
    OPTION(AddOptions, description_uk, TEXT, "description-uk", "TEXT", "in Ukrainian"),
    OPTION(AddOptions, description_en, TEXT, "description-en", "TEXT", "in English"),
};

static Labels descriptions_of(const AddOptions *chosen, Language own)
{
    Labels descriptions = {.in = {[LANGUAGE_EN] = chosen->description_en,
                                  [LANGUAGE_RU] = chosen->description_ru,
                                  [LANGUAGE_UK] = chosen->description_uk}};
    if (chosen->description.data != NULL) descriptions.in[own] = chosen->description;
    return descriptions;
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const AddOptions *chosen = given;
    Text source;
    TRY(invocation_expression(invocation, chosen->file, 1, &source, err));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    StoredMetric metric = {.name = text_trim(invocation_argument(invocation, 0)),
                           .expression = source,
                           .descriptions = descriptions_of(chosen, app_language(app))};
    Diagnostics diagnostics = diagnostics_new(invocation->arena);
    const BreakdownMode now = {.as_of = app_today(app)};
    Status status = app_add_metric(app, &metric, &now, invocation->arena, &diagnostics, err);
    diagnose(invocation, &diagnostics, source, app_language(app));
    TRY(status);
    invocation_done(invocation, "metric", metric.name, "added");
    return STATUS_OK;
}

const Command command_metric_add = {
    .name = "metric add",
    .arguments = "NAME 'EXPRESSION'",
    .summary = "give an expression a name",
    .details = "A metric is used by its name, like a property:\n"
               "  kohorta metric add revenue_12m 'sum(purchase.amount, last 12 months)'\n"
               "  kohorta eval 'revenue_12m > 100000'\n"
               "Everybody reads its description in his language:\n"
               "  kohorta metric add orders 'distinct(purchase.order)' \\\n"
               "      --description-ru 'Число заказов' --description-uk 'Кількість замовлень'",
    .options = add_options,
    .options_count = sizeof add_options / sizeof add_options[0],
    .options_size = sizeof(AddOptions),
    .arguments_min = 1,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_add,
};

/* ---- list ---- */

typedef struct {
    int format;
} ListOptions;

static const Option list_options[] = {
    OPTION(ListOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
};

static Status list_as_table(const StoredMetric *metrics, size_t count, OutputOptions format,
                            Error *err)
{
    Language language = format.language;
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("description"), label_get(LABEL_DESCRIPTION, language), text},
        {TEXT("expression"), label_get(LABEL_EXPRESSION, language), text},
    };
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {value_text(metrics[i].name),
                                value_text(labels_get(&metrics[i].descriptions, language)),
                                value_text(metrics[i].expression)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static void list_as_json(Invocation *invocation, const StoredMetric *metrics, size_t count,
                         Language language)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_metric(&writer, &metrics[i], (Text){0}, language);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    const ListOptions *chosen = given;
    AUTO(app_done) App *app = NULL;
    StoredMetric *metrics = NULL;
    size_t count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(store_list_metrics(app_store(app), invocation->arena, &metrics, &count, err));
    OutputOptions format =
        invocation_output(invocation, (OutputFormat)chosen->format, app_language(app));
    if (format.format != FORMAT_JSON) return list_as_table(metrics, count, format, err);
    list_as_json(invocation, metrics, count, format.language);
    return STATUS_OK;
}

const Command command_metric_list = {
    .name = "metric list",
    .arguments = "",
    .summary = "list the metrics",
    .options = list_options,
    .options_count = sizeof list_options / sizeof list_options[0],
    .options_size = sizeof(ListOptions),
    .run = run_list,
};

/* ---- show ---- */

static void show_as_json(Invocation *invocation, const StoredMetric *metric, Text sentence,
                         Language language)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_metric(&writer, metric, sentence, language);
    invocation_json(invocation, &buffer);
}

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    NamedMetric found;
    Arena *arena = invocation->arena;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(app_find_metric(app, invocation_argument(invocation, 0), arena, &found, err));
    const StoredMetric *metric = &found.stored;
    Text sentence = TEXT("");
    /* A metric may name what was retired since: it is shown all the same, with what is wrong. */
    if (found.expression != NULL)
        sentence = expression_sentence(found.expression, app_today(app), app_language(app), arena);
    if (invocation->common.is_json) {
        show_as_json(invocation, metric, sentence, app_language(app));
        return STATUS_OK;
    }
    diagnose(invocation, &found.diagnostics, metric->expression, app_language(app));
    invocation_say(invocation, "%.*s", TEXT_FORMAT(metric->expression));
    Text description = labels_get(&metric->descriptions, app_language(app));
    if (description.size > 0) invocation_say(invocation, "%.*s", TEXT_FORMAT(description));
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
    NamedMetric metric;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(app_find_metric(app, name, invocation->arena, &metric, err));
    TRY(app_remove_metric(app, metric.stored.name, err));
    invocation_done(invocation, "metric", metric.stored.name, "removed");
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
