/* cmd_eval.c -- kohorta eval: which customers a rule means, or what a metric comes to. */
#include "cli/commands.h"

#include "app/ask.h"
#include "app/rule.h"
#include "app/warnings.h"
#include "cli/breakdown.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "cli/plan.h"
#include "cli/rows.h"
#include "reply/human.h"
#include "reply/rule.h"

typedef struct {
    OptionDate as_of;
    Text file, columns, sort;
    bool is_count, is_list, is_breakdown, is_for_excel, explains_plan;
    OptionCount limit;
    int format, engine;
} Options;

static const Option options[] = {
    OPTION(Options, as_of, DATE, "as-of", "DATE",
           "the day to ask about: later events are invisible (today)"),
    OPTION(Options, is_count, FLAG, "count", NULL, "print how many (the usual)"),
    OPTION(Options, is_list, FLAG, "list", NULL, "print the customers"),
    OPTION(Options, is_breakdown, FLAG, "breakdown", NULL,
           "how many customers each condition lets through, and how many it decides only because a "
           "value is missing"),
    OPTION(Options, columns, TEXT, "columns", "'EXPRESSION as name, ...'",
           "columns of the list beside code and name"),
    OPTION(Options, sort, TEXT, "sort", "COLUMN [desc]",
           "order of the list: code, name or a column; customers without a value come last"),
    OPTION(Options, limit, COUNT, "limit", "N", "at most so many rows of the list; 0: all"),
    OPTION(Options, format, CHOICE, "format", FORMAT_CHOICES, "how to write the answer"),
    OPTION(Options, is_for_excel, FLAG, "excel", NULL,
           "CSV that a spreadsheet opens as it is: BOM, headings and values in words"),
    OPTION(Options, file, TEXT, "file", "FILE", "read the expression from a file; - is stdin"),
    OPTION(Options, engine, CHOICE, "engine", "native|reference|sqlite",
           "which evaluator answers; all give the same, the first is fast"),
    OPTION(Options, explains_plan, FLAG, "explain-plan", NULL,
           "print the steps of the answer instead: rows expected, rows looked at, time"),
};

typedef struct {
    Invocation *invocation;
    App *app;
    const Options *chosen;
    Date as_of;
    Question question;
    Answer answer;
    Findings warnings[2]; /* what looks wrong in the question and in its columns */
} Asking;

static OutputFormat chosen_format(const Asking *asking)
{
    if (asking->chosen->is_for_excel) return FORMAT_CSV;
    OutputFormat format = (OutputFormat)asking->chosen->format;
    return format == FORMAT_TABLE && asking->invocation->common.is_json ? FORMAT_JSON : format;
}

static Warnings warnings_of(const Asking *asking)
{
    return (Warnings){&asking->warnings[0].diagnostics, app_language(asking->app),
                      asking->invocation->arena};
}

/* ---- the list ---- */

static Status print_list(const Asking *asking, Error *err)
{
    OutputOptions format =
        invocation_output(asking->invocation, chosen_format(asking), app_language(asking->app));
    format.is_for_excel = asking->chosen->is_for_excel;
    return rows_tell(asking->invocation, &asking->question, &asking->answer, format, err);
}

/* ---- the count of a rule ---- */

static void print_answer_as_json(const Asking *asking)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    reply_count(&writer, &asking->question, &asking->answer, asking->as_of,
                asking->invocation->arena);
    reply_warnings(&writer, warnings_of(asking));
    json_end(&writer, '}');
    invocation_json(asking->invocation, &buffer);
}

/* A bare number, so that scripts can take it. */
static void print_count(const Asking *asking)
{
    if (chosen_format(asking) == FORMAT_JSON) {
        print_answer_as_json(asking);
    } else {
        invocation_say(asking->invocation, "%llu", (unsigned long long)asking->answer.count);
    }
}

/* ---- what a metric comes to ---- */

static void print_line(const Asking *asking, Label label, Value value, Type type, size_t width)
{
    if (value_is_missing(value)) return;
    Language language = app_language(asking->app);
    Text name = label_get(label, language);
    Text text = human_value(value, type, language, asking->invocation->arena);
    invocation_say(asking->invocation, "%.*s%*s  %.*s", TEXT_FORMAT(name),
                   (int)(width - human_width(name)), "", TEXT_FORMAT(text));
}

static void print_summary(const Asking *asking)
{
    static const Label labels[] = {LABEL_WITH_VALUE, LABEL_MIN, LABEL_MAX, LABEL_AVERAGE,
                                   LABEL_SUM};
    Type type = asking->question.types[QUESTION_RULE];
    Type count_type = {.kind = TYPE_DECIMAL};
    Type average_type = {.kind = TYPE_RATIO};
    ValueSummary summary = asking->answer.summary;
    if (chosen_format(asking) == FORMAT_JSON) {
        print_answer_as_json(asking);
        return;
    }
    size_t width = 0;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t own = human_width(label_get(labels[i], app_language(asking->app)));
        if (own > width) width = own;
    }
    print_line(asking, LABEL_WITH_VALUE, value_decimal((int64_t)summary.with_value), count_type,
               width);
    print_line(asking, LABEL_MIN, summary.min, type, width);
    print_line(asking, LABEL_MAX, summary.max, type, width);
    print_line(asking, LABEL_AVERAGE, summary.average, average_type, width);
    print_line(asking, LABEL_SUM, summary.sum, type, width);
}

/* ---- asking ---- */

/* "COLUMN", "COLUMN desc", or `desc` as the last argument. */
static Status read_order(const Invocation *invocation, const Options *chosen, AskOptions *ask,
                         Error *err)
{
    Text sort = chosen->sort;
    Text last = invocation_argument(invocation, 1);
    bool has_word = invocation->arguments_count > 1;
    if (has_word && (sort.data == NULL || (!text_equal_ascii_case(last, TEXT("desc")) &&
                                           !text_equal_ascii_case(last, TEXT("asc")))))
        return error_set(err, STATUS_INVALID,
                         "too many arguments at '%.*s'; an expression goes in quotes",
                         TEXT_FORMAT(last));
    ask->is_descending = text_equal_ascii_case(last, TEXT("desc"));
    if (text_ends_with(sort, TEXT(" desc"))) {
        sort.size -= sizeof " desc" - 1;
        ask->is_descending = true;
    } else if (text_ends_with(sort, TEXT(" asc"))) {
        sort.size -= sizeof " asc" - 1;
    }
    ask->sort = text_trim(sort);
    return STATUS_OK;
}

static bool wants_list(const Options *chosen)
{
    if (chosen->is_count) return false;
    return chosen->is_list || chosen->columns.data != NULL || chosen->sort.data != NULL ||
           chosen->limit.is_given || chosen->is_for_excel || chosen->format == FORMAT_CSV ||
           chosen->format == FORMAT_NDJSON || chosen->format == FORMAT_XLSX;
}

static Status prepare(Asking *asking, const AskOptions *options_read, Error *err)
{
    Invocation *invocation = asking->invocation;
    Findings *findings = asking->warnings;
    Status status =
        ask_prepare(asking->app, options_read, invocation->arena, &asking->question, findings, err);
    if (status != STATUS_OK) diagnose_all(invocation, findings, 2, app_language(asking->app));
    return status;
}

/* JSON that is no list has the warnings in it. */
static void tell_warnings(Asking *asking, bool are_in_answer)
{
    if (!are_in_answer)
        diagnose_all(asking->invocation, asking->warnings, 2, app_language(asking->app));
}

static Status break_down(Asking *asking, Error *err)
{
    BreakdownMode mode = {.as_of = asking->as_of, .progress = &asking->invocation->progress};
    Breakdown breakdown;
    TRY(app_breakdown(asking->app, asking->question.expressions[QUESTION_RULE], &mode,
                      asking->invocation->arena, &breakdown, err));
    warn_of_question(asking->app, &asking->question, &mode, asking->invocation->arena,
                     asking->warnings);
    tell_warnings(asking, asking->invocation->common.is_json);
    return breakdown_tell(asking->invocation, &breakdown, asking->as_of, warnings_of(asking), err);
}

static AskMode mode_of(const Asking *asking)
{
    const Options *chosen = asking->chosen;
    const Environment *environment = asking->invocation->environment;
    bool wants_values = !asking->question.is_rule && !chosen->is_count;
    return (AskMode){.as_of = asking->as_of,
                     .engine = (Engine)chosen->engine,
                     .want = wants_list(chosen) ? WANT_LIST
                             : wants_values     ? WANT_SUMMARY
                                                : WANT_COUNT,
                     .rows_max = rows_chosen(chosen->limit, ROWS_ALL),
                     .now_nanoseconds = chosen->explains_plan ? environment->now_nanoseconds : NULL,
                     .progress = &asking->invocation->progress};
}

/* What changes the meaning of an answer is told whatever comes out. When nobody fits, a slip in the
 * rule is the likely reason, so all that looks wrong in it is told. */
static Status warn(Asking *asking, Error *err)
{
    Arena *arena = asking->invocation->arena;
    BreakdownMode mode = {.as_of = asking->as_of, .progress = &asking->invocation->progress};
    Diagnostics *of_rule = &asking->warnings[0].diagnostics;
    warn_of_question(asking->app, &asking->question, &mode, arena, asking->warnings);
    bool is_nobody = asking->answer.base_count > 0 && asking->answer.count == 0;
    if (asking->question.is_rule && is_nobody) {
        *of_rule = diagnostics_new(arena);
        TRY(rule_lint(asking->app, asking->question.expressions[QUESTION_RULE], &mode, arena,
                      of_rule, err));
    }
    bool is_in_answer = !wants_list(asking->chosen) && chosen_format(asking) == FORMAT_JSON;
    tell_warnings(asking, is_in_answer);
    return STATUS_OK;
}

static Status ask(Asking *asking, const AskOptions *options_read, Error *err)
{
    const Options *chosen = asking->chosen;
    asking->as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(asking->app);
    TRY(prepare(asking, options_read, err));
    if (chosen->is_breakdown) return break_down(asking, err);
    AskMode mode = mode_of(asking);
    TRY(ask_answer(asking->app, &asking->question, &mode, asking->invocation->arena,
                   &asking->answer, err));
    if (asking->answer.image_trouble.size > 0)
        invocation_note(asking->invocation, "%.*s", TEXT_FORMAT(asking->answer.image_trouble));
    if (chosen->explains_plan)
        return plan_tell(asking->invocation, &asking->answer, app_language(asking->app), err);
    TRY(warn(asking, err));
    switch (mode.want) {
    case WANT_LIST: return print_list(asking, err);
    case WANT_SUMMARY: print_summary(asking); break;
    case WANT_COUNT: print_count(asking); break;
    }
    return STATUS_OK;
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    if (chosen->is_count + chosen->is_list + chosen->is_breakdown > 1)
        return error_set(err, STATUS_INVALID,
                         "of --count, --list and --breakdown only one can be given");
    if (chosen->explains_plan && (chosen->is_breakdown || chosen->engine != ENGINE_NATIVE))
        return error_set(err, STATUS_INVALID,
                         "--explain-plan tells what the native engine does for a count or a list");
    if (!wants_list(chosen) || chosen->is_breakdown || chosen->explains_plan)
        TRY(invocation_no_workbook((OutputFormat)chosen->format, err));
    AskOptions read = {.columns = chosen->columns};
    TRY(read_order(invocation, chosen, &read, err));
    TRY(invocation_expression(invocation, chosen->file, 0, &read.source, err));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Asking asking = {.invocation = invocation, .app = app, .chosen = chosen};
    return ask(&asking, &read, err);
}

const Command command_eval = {
    .name = "eval",
    .arguments = "'EXPRESSION'",
    .summary = "which customers a rule means, or what a metric comes to",
    .details =
        "A rule prints how many customers it means; --list prints them. Any other expression\n"
        "prints what its values come to, and with --list the value of each customer. Examples:\n"
        "  kohorta eval 'region = \"Москва\" and age(birth_date) between 25 and 34'\n"
        "  kohorta eval 'sum(purchase.amount, last 1 year) > 100000' --list \\\n"
        "      --columns 'manager, sum(purchase.amount, last 1 year) as revenue' \\\n"
        "      --sort 'revenue desc' --limit 20\n"
        "  kohorta eval 'days_since_last(purchase)'",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 2,
    .run = run,
};
