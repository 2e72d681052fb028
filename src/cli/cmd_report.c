/* cmd_report.c -- kohorta report ...: sales, settlements and more of segments. */
#include "cli/commands.h"

#include "app/ask.h"
#include "app/report.h"
#include "base/buffer.h"
#include "cli/labels.h"
#include "reply/report.h"

typedef struct {
    OptionList segments, sets, classes, rules;
    Text by;
    OptionDate as_of, from, to;
    Text table, list, columns, ageing;
    Text gap_high, gap_low, candidates_from, target, percentile, wallet, size;
    OptionList weights, ratings;
    OptionCount limit, age_days, depth, stale_days;
    bool shows_rules, is_for_excel;
    int step, comparison, level, language, format;
} Options;

#define GROUP_OPTIONS                                                                            \
    OPTION(Options, segments, LIST, "segment", "NAME", "a segment; may be given several times"), \
        OPTION(Options, sets, LIST, "set", "NAME", "a saved set"),                               \
        OPTION(Options, classes, LIST, "class", "CLASSIFICATION=CLASS", "a class"),              \
        OPTION(Options, rules, LIST, "rule", "'RULE'", "the customers of a rule"),               \
        OPTION(Options, by, TEXT, "by", "CLASSIFICATION", "each class of it"),                   \
        OPTION(Options, as_of, DATE, "as-of", "DATE",                                            \
               "the day to ask about: later events are invisible (today)")
#define PERIOD_OPTIONS                                                                 \
    OPTION(Options, from, DATE, "from", "DATE", "the first day (twelve periods ago)"), \
        OPTION(Options, to, DATE, "to", "DATE", "the last day (the as-of day)")
#define STEP_OPTION                                                            \
    OPTION(Options, step, CHOICE, "step", "usual|day|week|month|quarter|year", \
           "how long a period is")
#define SHOWN_OPTIONS                                                                             \
    OPTION(Options, table, TEXT, "table", "NAME", "only this table of the report"),               \
        OPTION(Options, list, TEXT, "list", "[TABLE:]ROW",                                        \
               "print the customers a row is about instead; --rules shows what it asks"),         \
        OPTION(Options, columns, TEXT, "columns", "'EXPRESSION as name, ...'",                    \
               "columns of that list beside code and name"),                                      \
        OPTION(Options, shows_rules, FLAG, "rules", NULL, "show the rule of each row"),           \
        OPTION(Options, limit, COUNT, "limit", "N", "at most so many rows of lists"),             \
        OPTION(Options, language, CHOICE, "language", LANGUAGE_CHOICES, "of headings and notes"), \
        OPTION(Options, format, CHOICE, "format", FORMAT_CHOICES,                                 \
               "how to write it; csv and ndjson write one table, xlsx a sheet for each"),         \
        OPTION(Options, is_for_excel, FLAG, "excel", NULL,                                        \
               "CSV that a spreadsheet opens as it is: BOM, headings and values in words")

typedef struct {
    Invocation *invocation;
    App *app;
    const Options *chosen;
    ReportPlan plan;
    Report report;
    Language language;
} Reporting;

/* ---- who ---- */

typedef struct {
    ReportSubject *items;
    size_t count, capacity;
} SubjectList;

static Status add_subjects(const Reporting *reporting, SubjectKind kind, const OptionList *names,
                           SubjectList *list, Error *err)
{
    Arena *arena = reporting->invocation->arena;
    for (size_t i = 0; i < names->count; i++) {
        ReportSubject subject;
        TRY(app_report_subject(reporting->app, kind, names->items[i], arena, &subject, err));
        ARENA_PUSH(arena, list, subject);
    }
    return STATUS_OK;
}

static Status read_subjects(Reporting *reporting, Error *err)
{
    const Options *chosen = reporting->chosen;
    Arena *arena = reporting->invocation->arena;
    SubjectList list = {0};
    TRY(add_subjects(reporting, SUBJECT_SEGMENT, &chosen->segments, &list, err));
    TRY(add_subjects(reporting, SUBJECT_SET, &chosen->sets, &list, err));
    TRY(add_subjects(reporting, SUBJECT_CLASS, &chosen->classes, &list, err));
    TRY(add_subjects(reporting, SUBJECT_RULE, &chosen->rules, &list, err));
    if (chosen->by.data != NULL) {
        ReportSubject *subjects;
        size_t count;
        TRY(app_report_classes(reporting->app, chosen->by, arena, &subjects, &count, err));
        for (size_t i = 0; i < count; i++)
            ARENA_PUSH(arena, &list, subjects[i]);
    }
    reporting->plan.subjects = list.items;
    reporting->plan.subjects_count = list.count;
    return STATUS_OK;
}

/* ---- what ---- */

static Status read_ageing(Reporting *reporting, Error *err)
{
    Text rest = reporting->chosen->ageing;
    struct {
        int64_t *items;
        size_t count, capacity;
    } days = {0};
    while (rest.data != NULL) {
        int64_t number;
        int scale;
        Text word = text_trim(text_split(rest, ',', &rest));
        if (!decimal_parse(word, &number, &scale) || scale > 0)
            return error_set(err, STATUS_INVALID, "--ageing wants days like 30,60,90, not '%.*s'",
                             TEXT_FORMAT(word));
        ARENA_PUSH(reporting->invocation->arena, &days, number);
    }
    reporting->plan.ageing_days = days.items;
    reporting->plan.ageing_days_count = days.count;
    return STATUS_OK;
}

/* A percentage as a share: "40" is 0.4. Not given is 0. */
static Status read_number(Text text, double divisor, double *ret_number, Error *err)
{
    int64_t number;
    int scale;
    if (text.data == NULL) return STATUS_OK;
    if (!decimal_parse(text_trim(text), &number, &scale))
        return error_set(err, STATUS_INVALID, "'%.*s' is not a number", TEXT_FORMAT(text));
    *ret_number = decimal_to_double(number, scale) / divisor;
    return STATUS_OK;
}

/* "growth=30" */
static Status read_settings(const Reporting *reporting, const OptionList *list,
                            const ReportSetting **ret_settings, size_t *ret_count, Error *err)
{
    ReportSetting *settings = ARENA_ARRAY(reporting->invocation->arena, ReportSetting, list->count);
    for (size_t i = 0; i < list->count; i++) {
        Text number;
        settings[i].criterion = text_trim(text_split(list->items[i], '=', &number));
        if (number.data == NULL)
            return error_set(err, STATUS_INVALID, "write CRITERION=NUMBER, not '%.*s'",
                             TEXT_FORMAT(list->items[i]));
        TRY(read_number(number, 1.0, &settings[i].number, err));
    }
    *ret_settings = settings;
    *ret_count = list->count;
    return STATUS_OK;
}

static Status read_numbers(Reporting *reporting, Error *err)
{
    const Options *chosen = reporting->chosen;
    ReportPlan *plan = &reporting->plan;
    TRY(read_number(chosen->gap_high, 100.0, &plan->gap_high, err));
    TRY(read_number(chosen->gap_low, 100.0, &plan->gap_low, err));
    TRY(read_number(chosen->candidates_from, 100.0, &plan->candidates_minimum, err));
    TRY(read_number(chosen->target, 100.0, &plan->target_share, err));
    TRY(read_number(chosen->percentile, 1.0, &plan->benchmark_percentile, err));
    TRY(read_settings(reporting, &chosen->weights, &plan->weights, &plan->weights_count, err));
    return read_settings(reporting, &chosen->ratings, &plan->ratings, &plan->ratings_count, err);
}

static Status read_plan(Reporting *reporting, ReportKind kind, Error *err)
{
    static const Unit steps[] = {UNIT_MONTH, UNIT_DAY,     UNIT_WEEK,
                                 UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR};
    const Options *chosen = reporting->chosen;
    reporting->plan = (ReportPlan){
        .kind = kind,
        .language = reporting->language,
        .as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(reporting->app),
        .has_from = chosen->from.is_given,
        .from = chosen->from.value,
        .has_to = chosen->to.is_given,
        .to = chosen->to.value,
        .has_step = chosen->step > 0,
        .step = steps[chosen->step],
        .rows_max = rows_chosen(chosen->limit, 0), /* 0: each report's own */
        .comparison = (SalesComparison)chosen->comparison,
        .age_days = chosen->age_days.value,
        .stale_days = chosen->stale_days.value,
        .product_level = (ProductLevel)chosen->level,
        .depth = chosen->depth.value,
        .wallet = chosen->wallet,
        .size = chosen->size,
    };
    TRY(read_numbers(reporting, err));
    TRY(read_ageing(reporting, err));
    return read_subjects(reporting, err);
}

/* ---- telling ---- */

static OutputOptions output_of(const Reporting *reporting)
{
    const Options *chosen = reporting->chosen;
    OutputFormat format = chosen->is_for_excel ? FORMAT_CSV : (OutputFormat)chosen->format;
    OutputOptions options = invocation_output(reporting->invocation, format, reporting->language);
    options.is_for_excel = chosen->is_for_excel;
    return options;
}

static Status find_table(const Reporting *reporting, Text name, const ReportTable **ret_table,
                         Error *err)
{
    const ReportTable *table =
        name.size == 0 ? &reporting->report.tables[0] : report_find_table(&reporting->report, name);
    if (table == NULL)
        return error_set(err, STATUS_NOT_FOUND, "the report has no table '%.*s'",
                         TEXT_FORMAT(name));
    *ret_table = table;
    return STATUS_OK;
}

static void tell_notes(const Reporting *reporting)
{
    const Report *report = &reporting->report;
    for (size_t i = 0; i < report->notes.count; i++)
        invocation_note(reporting->invocation, "%.*s",
                        TEXT_FORMAT(report->notes.items[i].sentence));
}

static Status tell_tables(const Reporting *reporting, Error *err)
{
    const Report *report = &reporting->report;
    OutputOptions options = output_of(reporting);
    Invocation *invocation = reporting->invocation;
    bool is_one = reporting->chosen->table.data != NULL || options.format != FORMAT_TABLE;
    ReportShown shown = {options.format == FORMAT_TABLE, reporting->chosen->shows_rules};
    if (options.format == FORMAT_XLSX && reporting->chosen->table.data == NULL)
        return reply_report_workbook(report, shown, options, err);
    if (is_one) {
        const ReportTable *table;
        TRY(find_table(reporting, reporting->chosen->table, &table, err));
        return reply_report_table(table, shown, options, err);
    }
    for (size_t i = 0; i < report->tables_count; i++) {
        if (i > 0) invocation_say(invocation, "%s", "");
        invocation_say(invocation, "%.*s (%s)", TEXT_FORMAT(report->tables[i].label),
                       report->tables[i].key);
        TRY(reply_report_table(&report->tables[i], shown, options, err));
    }
    return STATUS_OK;
}

static Status tell(const Reporting *reporting, Error *err)
{
    if (output_of(reporting).format != FORMAT_JSON) {
        TRY(tell_tables(reporting, err));
        tell_notes(reporting);
        return STATUS_OK;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_report(&writer, &reporting->report);
    invocation_json(reporting->invocation, &buffer);
    return STATUS_OK;
}

/* ---- the customers of a row ---- */

static Status find_rule(const Reporting *reporting, Text *ret_rule, Error *err)
{
    Text number, name = text_split(reporting->chosen->list, ':', &number);
    const ReportTable *table;
    int64_t row;
    int scale;
    if (number.data == NULL) {
        number = name;
        name = TEXT("");
    }
    TRY(find_table(reporting, text_trim(name), &table, err));
    if (!decimal_parse(text_trim(number), &row, &scale) || scale > 0 || row < 1 ||
        (uint64_t)row > report_rows_count(table))
        return error_set(err, STATUS_INVALID, "the table '%s' has rows 1 to %zu, not '%.*s'",
                         table->key, report_rows_count(table), TEXT_FORMAT(number));
    *ret_rule = table->rules.items[row - 1];
    if (ret_rule->size == 0)
        return error_set(err, STATUS_INVALID, "row %lld is not about certain customers",
                         (long long)row);
    return STATUS_OK;
}

static Status print_customers(const Reporting *reporting, const Question *question,
                              const Answer *answer, Error *err)
{
    Arena *arena = reporting->invocation->arena;
    size_t count = question->columns_count + 2;
    OutputColumn *columns = ARENA_ARRAY(arena, OutputColumn, count);
    Type text = {.kind = TYPE_TEXT};
    columns[0] = (OutputColumn){TEXT("code"), label_get(LABEL_CODE, reporting->language), text};
    columns[1] = (OutputColumn){TEXT("name"), label_get(LABEL_NAME, reporting->language), text};
    for (size_t i = 0; i < question->columns_count; i++)
        columns[2 + i] = (OutputColumn){question->columns[i].name, TEXT(""),
                                        question->types[QUESTION_COLUMNS + i]};
    Value *values = ARENA_ARRAY(arena, Value, count);
    AUTO(output_done) Output *output = output_open(output_of(reporting), columns, count);
    for (size_t row = 0; row < answer->rows_count; row++) {
        for (size_t i = 0; i < count; i++)
            values[i] = answer_value(answer, question, row, QUESTION_CODE + i);
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status list_customers(Reporting *reporting, Error *err)
{
    const Options *chosen = reporting->chosen;
    AskOptions ask = {.columns = chosen->columns};
    Question question;
    Findings findings[2];
    Answer answer;
    Invocation *invocation = reporting->invocation;
    TRY(find_rule(reporting, &ask.source, err));
    if (chosen->shows_rules) invocation_note(invocation, "%.*s", TEXT_FORMAT(ask.source));
    TRY(ask_prepare(reporting->app, &ask, invocation->arena, &question, findings, err));
    AskMode mode = {.as_of = reporting->plan.as_of,
                    .want = WANT_LIST,
                    .rows_max = rows_chosen(chosen->limit, ROWS_ALL),
                    .progress = &invocation->progress};
    TRY(ask_answer(reporting->app, &question, &mode, invocation->arena, &answer, err));
    TRY(print_customers(reporting, &question, &answer, err));
    if (answer.rows_count < answer.count)
        invocation_note(invocation, "%zu of %llu customers are shown", answer.rows_count,
                        (unsigned long long)answer.count);
    return STATUS_OK;
}

/* ---- the commands ---- */

static Status run(Invocation *invocation, ReportKind kind, const Options *chosen, Error *err)
{
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Reporting reporting = {.invocation = invocation,
                           .app = app,
                           .chosen = chosen,
                           .language = language_chosen(chosen->language, app_language(app))};
    TRY(read_plan(&reporting, kind, err));
    TRY(app_report(app, &reporting.plan, &invocation->progress, invocation->arena,
                   &reporting.report, err));
    return chosen->list.data != NULL ? list_customers(&reporting, err) : tell(&reporting, err);
}

#define REPORT_COMMAND(word, kind, said, told)                                      \
    static Status run_##word(Invocation *invocation, const void *given, Error *err) \
    {                                                                               \
        return run(invocation, REPORT_##kind, given, err);                          \
    }                                                                               \
    const Command command_report_##word = {                                         \
        .name = "report " #word,                                                    \
        .arguments = "",                                                            \
        .summary = said,                                                            \
        .details = told,                                                            \
        .options = word##_options,                                                  \
        .options_count = sizeof word##_options / sizeof word##_options[0],          \
        .options_size = sizeof(Options),                                            \
        .run = run_##word,                                                          \
    };

static const Option sales_options[] = {
    GROUP_OPTIONS,
    PERIOD_OPTIONS,
    STEP_OPTION,
    OPTION(Options, comparison, CHOICE, "compare", "nothing|previous|year",
           "beside the period before, or the same one a year before"),
    SHOWN_OPTIONS,
};
REPORT_COMMAND(sales, SALES, "revenue, profit, orders and customers of segments by period",
               "Without a group the report is about all customers. Segments may overlap: the\n"
               "total counts each customer once. Each row is a question of its own:\n"
               "  kohorta report sales --segment 'Опт' --segment 'Москва' --step quarter\n"
               "  kohorta report sales --rule 'city = \"Москва\"' --from 2026-01-01 --list 2")

static const Option settlements_options[] = {
    GROUP_OPTIONS,
    OPTION(Options, ageing, TEXT, "ageing", "30,60,90", "days at which ageing buckets end"),
    SHOWN_OPTIONS,
};
REPORT_COMMAND(settlements, SETTLEMENTS, "what segments owe, by how long it is overdue",
               "Payments close the oldest charges first, as debt(settlement) and\n"
               "overdue(settlement) say it. Example:\n"
               "  kohorta report settlements --rule 'manager = \"Иванов\"' --ageing 7,30,90")

static const Option retention_options[] = {
    GROUP_OPTIONS,
    PERIOD_OPTIONS,
    STEP_OPTION,
    OPTION(Options, age_days, COUNT, "age-days", "N",
           "ages of so many days from the first purchase; a cohort is then a day"),
    SHOWN_OPTIONS,
};
REPORT_COMMAND(retention, RETENTION, "cohorts by first purchase: who came again, for how much",
               "A cohort are the customers whose first purchase lies in a period. Examples:\n"
               "  kohorta report retention --step quarter --from 2024-01-01\n"
               "  kohorta report retention --age-days 30 --from 2026-01-01 --to 2026-01-31")

static const Option products_options[] = {
    GROUP_OPTIONS,
    PERIOD_OPTIONS,
    OPTION(Options, level, CHOICE, "by-product", "group|item|brand", "what a product is"),
    OPTION(Options, depth, COUNT, "depth", "N", "levels of the groups of items (2)"),
    OPTION(Options, gap_high, TEXT, "gap-high", "PERCENT",
           "a gap: at least so many of one segment buy it (40)"),
    OPTION(Options, gap_low, TEXT, "gap-low", "PERCENT", "and at most so many of another (2)"),
    OPTION(Options, candidates_from, TEXT, "candidates-from", "PERCENT",
           "what so many of a segment buy could be offered to the others (20)"),
    SHOWN_OPTIONS,
};
REPORT_COMMAND(
    products, PRODUCTS, "what segments buy, what one buys and another does not",
    "Beside each segment stand all customers. The rows of gaps and candidates are about\n"
    "those who have not bought. Examples:\n"
    "  kohorta report products --segment 'Опт' --segment 'Розница' --by-product brand\n"
    "  kohorta report products --segment 'Опт' --list candidates:1")

static const Option potential_options[] = {
    GROUP_OPTIONS,
    OPTION(Options, from, DATE, "from", "DATE", "the first day (the last 12 months)"),
    OPTION(Options, to, DATE, "to", "DATE", "the last day (the as-of day)"),
    OPTION(Options, wallet, TEXT, "wallet", "'EXPRESSION'",
           "what a customer buys of all suppliers in the period (declared_purchases by months)"),
    OPTION(Options, size, TEXT, "size", "'EXPRESSION'",
           "his size, by which unknown wallets are estimated: employees, an area"),
    OPTION(Options, percentile, TEXT, "percentile", "N",
           "of purchases for a unit of size that an unknown wallet is taken for (75)"),
    OPTION(Options, target, TEXT, "target", "PERCENT", "share of the wallet to reach (80)"),
    OPTION(Options, weights, LIST, "weight", "CRITERION=PERCENT",
           "a weight of prospects; all given ones sum to 100, the others are 0"),
    OPTION(Options, ratings, LIST, "rate", "CRITERION=1..5",
           "a rating by hand instead of what the data say"),
    SHOWN_OPTIONS,
};
REPORT_COMMAND(potential, POTENTIAL, "capacity, potential and prospects of segments",
               "Criteria of prospects are growth, margin, reserve, loyalty, discipline, access,\n"
               "competition. Examples:\n"
               "  kohorta report potential --segment 'Опт' --segment 'Розница' --target 80\n"
               "  kohorta report potential --size employees --weight growth=60 --weight margin=40")

static const Option movement_options[] = {GROUP_OPTIONS, PERIOD_OPTIONS, STEP_OPTION,
                                          SHOWN_OPTIONS};
REPORT_COMMAND(movement, MOVEMENT, "how many were in segments, joined and left, by period",
               "Each period is compared with the end of the one before. Example:\n"
               "  kohorta report movement --segment 'Опт' --step week")

static const Option loyalty_options[] = {GROUP_OPTIONS, SHOWN_OPTIONS};
REPORT_COMMAND(loyalty, LOYALTY,
               "NPS of segments, regular and lapsed customers, advocates, terrorists",
               "NPS: the percentage of scores 9 and 10 less that of 0 to 6. Examples:\n"
               "  kohorta report loyalty --segment 'Опт' --segment 'Розница'\n"
               "  kohorta report loyalty --segment 'Опт' --list customers:10")

static const Option fill_options[] = {
    GROUP_OPTIONS,
    OPTION(Options, stale_days, COUNT, "stale-days", "N",
           "a value that was not set for longer is stale (365)"),
    SHOWN_OPTIONS,
};
REPORT_COMMAND(
    fill, FILL, "which properties of segments are filled, how old, and what cannot be true",
    "The rows are about those without a value, and those with a contradiction. Examples:\n"
    "  kohorta report fill --segment 'Опт' --stale-days 180\n"
    "  kohorta report fill --segment 'Опт' --table contradictions")

static const Option profile_options[] = {GROUP_OPTIONS, SHOWN_OPTIONS};
REPORT_COMMAND(
    profile, PROFILE, "what sets segments apart from everybody else and each other",
    "Every property, metric and standard measure of behaviour, the most telling first; how\n"
    "alike customers are within a segment and how different between segments. Example:\n"
    "  kohorta report profile --segment 'Опт' --table values")
