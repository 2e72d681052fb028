/* cmd_trend.c -- kohorta trend: how a rule or a metric was on past days. */
#include "cli/commands.h"

#include "app/rule.h"
#include "app/trend.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "reply/rule.h"

typedef struct {
    OptionDate from, to;
    Text file;
    int step, format, engine;
} Options;

static const Option options[] = {
    OPTION(Options, from, DATE, "from", "DATE", "the first day to ask about"),
    OPTION(Options, to, DATE, "to", "DATE", "the last day (today)"),
    OPTION(Options, step, CHOICE, "step", "day|week|month|quarter|year",
           "how far the days are from each other"),
    OPTION(Options, format, CHOICE, "format", FORMAT_CHOICES, "how to write the answer"),
    OPTION(Options, file, TEXT, "file", "FILE", "read the expression from a file; - is stdin"),
    OPTION(Options, engine, CHOICE, "engine", "native|reference|sqlite",
           "which evaluator answers; all give the same, the first is fast"),
};

static const Unit steps[] = {UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR};

/* A rule has a count; a number also what its values come to. */
static Status tell(const TrendAnswer *answer, Type type, OutputOptions format, Error *err)
{
    Type number = {.kind = TYPE_DECIMAL}, ratio = {.kind = TYPE_RATIO};
    bool is_rule = type.kind == TYPE_BOOL;
    bool has_sum = type.kind == TYPE_DECIMAL || type.kind == TYPE_RATIO;
    const OutputColumn columns[] = {
        {TEXT("date"), label_get(LABEL_DATE, format.language), (Type){.kind = TYPE_DATE}},
        {TEXT("count"), label_get(is_rule ? LABEL_CUSTOMERS : LABEL_WITH_VALUE, format.language),
         number},
        {TEXT("min"), label_get(LABEL_MIN, format.language), type},
        {TEXT("max"), label_get(LABEL_MAX, format.language), type},
        {TEXT("average"), label_get(LABEL_AVERAGE, format.language), ratio},
        {TEXT("sum"), label_get(LABEL_SUM, format.language), type},
    };
    size_t columns_count = is_rule ? 2 : has_sum ? 6 : 4;
    AUTO(output_done) Output *output = output_open(format, columns, columns_count);
    for (size_t i = 0; i < answer->points_count; i++) {
        const TrendPoint *point = &answer->points[i];
        const ValueSummary *summary = &point->summary;
        const Value values[] = {
            value_date(point->as_of),
            value_decimal((int64_t)point->count),
            summary->min,
            summary->max,
            summary->average,
            summary->sum,
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static void tell_as_json(Invocation *invocation, const TrendAnswer *answer, Type type,
                         Warnings warnings)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_trend(&writer, answer, type, warnings);
    invocation_json(invocation, &buffer);
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    Text source;
    Expression *expression;
    TrendAnswer answer;
    if (!chosen->from.is_given)
        return error_set(err, STATUS_INVALID, "--from is missing: the first day to ask about");
    TRY(invocation_expression(invocation, chosen->file, 0, &source, err));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(diagnose_compile(invocation, app, source, EXPECT_ANY_VALUE, &expression));
    TrendPlan plan = {.from = chosen->from.value,
                      .to = chosen->to.is_given ? chosen->to.value : app_today(app),
                      .step = steps[chosen->step],
                      .engine = (Engine)chosen->engine,
                      .progress = &invocation->progress};
    TRY(app_trend(app, expression, &plan, invocation->arena, &answer, err));
    Findings found = {source, diagnostics_new(invocation->arena)};
    const Expression *const asked[] = {expression};
    BreakdownMode past = {.as_of = plan.from};
    rule_lint_answer(app, asked, 1, &past, invocation->arena, &found.diagnostics);
    OutputOptions format =
        invocation_output(invocation, (OutputFormat)chosen->format, app_language(app));
    if (format.format == FORMAT_JSON) {
        Warnings warnings = {&found.diagnostics, format.language, invocation->arena};
        tell_as_json(invocation, &answer, expression->root->type, warnings);
        return STATUS_OK;
    }
    diagnose_all(invocation, &found, 1, format.language);
    return tell(&answer, expression->root->type, format, err);
}

const Command command_trend = {
    .name = "trend",
    .arguments = "'EXPRESSION'",
    .summary = "how a rule or a metric was on past days",
    .details =
        "Asks the same question as of each day: later events are invisible, windows end there.\n"
        "Properties of customers have no history and count as they are today. Examples:\n"
        "  kohorta trend 'any(purchase, last 90 days)' --from 2025-01-31 --step month\n"
        "  kohorta trend 'sum(purchase.amount, last 1 year)' --from 2024-12-31 --to 2026-03-31 \\\n"
        "      --step quarter --format csv",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run,
};
