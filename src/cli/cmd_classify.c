/* cmd_classify.c -- kohorta classify ...: ABC, XYZ, RFM and other partitions of the customers. */
#include "cli/commands.h"

#include "app/classified.h"
#include "app/warnings.h"
#include "cli/classify_options.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "reply/classification.h"

/* ---- what all have in common ---- */

static Status get(App *app, Text name, const Classification **ret_classification, Error *err)
{
    return classifications_get(app_classifications(app), name, ret_classification, err);
}

/* The last run; NULL when there is none. */
static Status last_run(Invocation *invocation, App *app, const Classification *classification,
                       RunSummary **ret_summary, Error *err)
{
    RunRow run;
    *ret_summary = NULL;
    TRY(app_last_run(app, classification, invocation->arena, &run, err));
    if (run.id == 0) return STATUS_OK;
    *ret_summary = ARENA_NEW(invocation->arena, RunSummary);
    return run_summary_read((RunSource){.store = app_store(app)}, &run, invocation->arena,
                            *ret_summary, err);
}

static void warn(Invocation *invocation, App *app, const Definition *definition)
{
    FindingsList found;
    const BreakdownMode now = {.as_of = app_today(app)};
    warn_of_classification(app, definition, &now, invocation->arena, &found);
    diagnose_all(invocation, found.items, found.count, app_language(app));
}

static Status tell(Invocation *invocation, App *app, Text name, const char *done, Error *err)
{
    const Classification *classification = NULL;
    RunSummary *last = NULL;
    TRY(get(app, name, &classification, err));
    warn(invocation, app, &classification->definition);
    if (!invocation->common.is_json) {
        invocation_done(invocation, "classification", classification->name, done);
        return STATUS_OK;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    TRY(last_run(invocation, app, classification, &last, err));
    reply_classification(&writer, classification, last);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

/* ---- add ---- */

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const ClassifyOptions *chosen = given;
    Text name = text_trim(invocation_argument(invocation, 0));
    ClassificationKind kind;
    if (chosen->kind.data == NULL)
        return error_set(err, STATUS_INVALID, "--kind is missing: abc, xyz, rfm, bands, ...");
    if (!classification_kind_parse(chosen->kind, &kind))
        return error_set(err, STATUS_INVALID,
                         "there is no kind '%.*s'; kinds are abc, xyz, rfm, bands, cross, rules, "
                         "stage, ladder, roles",
                         TEXT_FORMAT(chosen->kind));
    TRY(invocation_work(invocation, &app, &work, err));
    Language language = app_language(app);
    if (chosen->name_language.data != NULL && !language_parse(chosen->name_language, &language))
        return error_set(err, STATUS_INVALID, "--names is one of ru, uk, en");
    Definition definition = definition_customary(kind, language, invocation->arena);
    TRY(classify_options_apply(chosen, invocation->arena, &definition, err));
    TRY(app_add_classification(&work, name, &definition, err));
    return tell(invocation, app, name, "added", err);
}

const Command command_classify_add = {
    .name = "classify add",
    .arguments = "NAME",
    .summary = "keep a classification: ABC, XYZ, RFM, bands, rules, ...",
    .details =
        "Each kind begins with customary parameters; the options change them.\n"
        "  kohorta classify add ABC --kind abc --by 'sum(purchase.amount, last 12 months)'\n"
        "  kohorta classify add XYZ --kind xyz --borders '50, 100'\n"
        "  kohorta classify add RFM --kind rfm\n"
        "  kohorta classify add age --kind bands --by 'age(birth_date)' --borders '25, 35, 55'\n"
        "  kohorta classify add tier --kind rules --class 'VIP=vip' --class 'own=manager is not "
        "missing' \\\n      --rest other",
    .options = classify_add_options,
    .options_count = CLASSIFY_ADD_OPTIONS,
    .options_size = sizeof(ClassifyOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_add,
};

/* ---- set ---- */

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const ClassifyOptions *chosen = given;
    const Classification *classification = NULL;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    Definition definition = classification->definition;
    Text name =
        arena_text(invocation->arena,
                   chosen->rename.data != NULL ? text_trim(chosen->rename) : classification->name);
    TRY(classify_options_apply(chosen, invocation->arena, &definition, err));
    TRY(app_change_classification(&work, classification, name, &definition, err));
    return tell(invocation, app, name, "changed", err);
}

const Command command_classify_set = {
    .name = "classify set",
    .arguments = "NAME",
    .summary = "change the parameters of a classification; past runs stay as they are",
    .options = classify_set_options,
    .options_count = CLASSIFY_SET_OPTIONS,
    .options_size = sizeof(ClassifyOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_set,
};

/* ---- delete ---- */

typedef struct {
    bool is_sure;
} DeleteOptions;

static const Option delete_options[] = {
    OPTION(DeleteOptions, is_sure, FLAG, "yes", NULL, "also when it has runs: they go with it"),
};

static Status run_delete(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const DeleteOptions *chosen = given;
    const Classification *classification = NULL;
    RemovalConsent consent = {.is_confirmed = chosen->is_sure};
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    Text name = arena_text(invocation->arena, classification->name);
    TRY(app_remove_classification(app, classification, &consent, err));
    invocation_done(invocation, "classification", name, "deleted");
    return STATUS_OK;
}

const Command command_classify_delete = {
    .name = "classify delete",
    .arguments = "NAME",
    .summary = "delete a classification with its runs",
    .options = delete_options,
    .options_count = sizeof delete_options / sizeof delete_options[0],
    .options_size = sizeof(DeleteOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_delete,
};

/* ---- list ---- */

static Status list_as_json(Invocation *invocation, App *app, Error *err)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    const Classifications *all = app_classifications(app);
    json_begin(&writer, '[');
    for (size_t i = 0; i < all->count; i++) {
        RunSummary *last = NULL;
        TRY(last_run(invocation, app, &all->items[i], &last, err));
        reply_classification(&writer, &all->items[i], last);
    }
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

static Status list_row(Invocation *invocation, App *app, const Classification *classification,
                       Output *output, Error *err)
{
    RunSummary *last = NULL;
    Moment next;
    TRY(last_run(invocation, app, classification, &last, err));
    uint64_t classified = last != NULL ? last->run.customers_count - last->unclassified_count : 0;
    Language language = app_language(app);
    const Value values[] = {
        value_text(classification->name),
        value_text(classification_kind_label(classification->definition.kind, language)),
        value_text(classification->definition.description),
        last != NULL ? value_date(last->run.as_of) : value_missing(),
        last != NULL ? value_decimal((int64_t)classified) : value_missing(),
        classification_next_run(classification, app_now(app), &next)
            ? value_moment(app_shown_time(app, next))
            : value_missing(),
        value_text(classification->failure)};
    output_row(output, values);
    return STATUS_OK;
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    if (invocation->common.is_json) return list_as_json(invocation, app, err);
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("kind"), label_get(LABEL_KIND, language), text},
        {TEXT("description"), label_get(LABEL_DESCRIPTION, language), text},
        {TEXT("as_of"), label_get(LABEL_LAST_RUN, language), (Type){.kind = TYPE_DATE}},
        {TEXT("classified"), label_get(LABEL_CLASSIFIED, language), (Type){.kind = TYPE_DECIMAL}},
        {TEXT("next_run"), label_get(LABEL_NEXT_RUN, language), (Type){.kind = TYPE_MOMENT}},
        {TEXT("failure"), label_get(LABEL_FAILURE, language), text},
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    AUTO(output_done)
    Output *output =
        output_open(invocation_output(invocation, FORMAT_TABLE, language), columns, COLUMNS);
    const Classifications *all = app_classifications(app);
    for (size_t i = 0; i < all->count; i++)
        TRY(list_row(invocation, app, &all->items[i], output, err));
    return output_close(output, err);
}

const Command command_classify_list = {
    .name = "classify list",
    .arguments = "",
    .summary = "list the classifications with their last runs",
    .run = run_list,
};

/* ---- run ---- */

typedef struct {
    OptionDate as_of, from, to;
    int step;
} RunOptions;

static const Option run_options[] = {
    OPTION(RunOptions, as_of, DATE, "as-of", "DATE", "the day to classify as of (today)"),
    OPTION(RunOptions, from, DATE, "from", "DATE", "back-fill: the first day"),
    OPTION(RunOptions, to, DATE, "to", "DATE", "back-fill: the last day, included (today)"),
    OPTION(RunOptions, step, CHOICE, "step", "month|day|week|quarter|year",
           "how far the days are from each other"),
};

static const Unit run_steps[] = {UNIT_MONTH, UNIT_DAY, UNIT_WEEK, UNIT_QUARTER, UNIT_YEAR};

static Status days_of(Invocation *invocation, const RunOptions *chosen, App *app, RunDays *ret_days,
                      Error *err)
{
    Date today = app_today(app);
    DaySteps steps = {.step = run_steps[chosen->step]};
    if (chosen->as_of.is_given && (chosen->from.is_given || chosen->to.is_given))
        return error_set(err, STATUS_INVALID, "give --as-of, or --from and --to");
    if (chosen->to.is_given && !chosen->from.is_given)
        return error_set(err, STATUS_INVALID, "--from is missing: the first day");
    steps.from = chosen->from.is_given    ? chosen->from.value
                 : chosen->as_of.is_given ? chosen->as_of.value
                                          : today;
    steps.to = chosen->to.is_given ? chosen->to.value : chosen->from.is_given ? today : steps.from;
    return app_days_of(&steps, invocation->arena, ret_days, err);
}

static Status tell_runs(Invocation *invocation, App *app, const RunSummary *summaries, size_t count,
                        Error *err)
{
    OutputOptions options = invocation_output(invocation, FORMAT_TABLE, app_language(app));
    if (!invocation->common.is_json) return reply_runs_table(summaries, count, options, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_run(&writer, &summaries[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

static Status run_run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const Classification *classification = NULL;
    RunSummary *summaries = NULL;
    RunDays days;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    TRY(days_of(invocation, given, app, &days, err));
    TRY(app_run_classification(&work, classification, days, invocation->arena, &summaries, err));
    return tell_runs(invocation, app, summaries, days.count, err);
}

const Command command_classify_run = {
    .name = "classify run",
    .arguments = "NAME",
    .summary = "classify all customers as of today, another day, or many days back",
    .details =
        "Later events are invisible; properties of customers count as they are today. Runs\n"
        "are only added: of several as of one day the last one counts. By months from the end of\n"
        "one, the days are ends of months. The last day is among them in any case.\n"
        "  kohorta classify run ABC\n"
        "  kohorta classify run ABC --from 2024-03-31 --to 2026-03-31 --step month",
    .options = run_options,
    .options_count = sizeof run_options / sizeof run_options[0],
    .options_size = sizeof(RunOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_run,
};

/* ---- runs ---- */

typedef struct {
    OptionCount limit;
} RunsOptions;

static const Option runs_options[] = {
    OPTION(RunsOptions, limit, COUNT, "limit", "N", "so many, the newest (all)"),
};

static Status run_runs(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const RunsOptions *chosen = given;
    const Classification *classification = NULL;
    RunRow *runs = NULL;
    size_t count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    RunQuery query = {classification->id, rows_chosen(chosen->limit, ROWS_ALL)};
    TRY(store_list_runs(app_store(app), query, invocation->arena, &runs, &count, err));
    RunSummary *summaries = ARENA_ARRAY(invocation->arena, RunSummary, count);
    for (size_t i = 0; i < count; i++)
        TRY(run_summary_read((RunSource){.store = app_store(app)}, &runs[i], invocation->arena,
                             &summaries[i], err));
    return tell_runs(invocation, app, summaries, count, err);
}

const Command command_classify_runs = {
    .name = "classify runs",
    .arguments = "NAME",
    .summary = "the runs of a classification, newest first: classes with counts and sums",
    .options = runs_options,
    .options_count = sizeof runs_options / sizeof runs_options[0],
    .options_size = sizeof(RunsOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_runs,
};

/* ---- show ---- */

typedef struct {
    OptionDate at;
    Text class_name;
    OptionCount limit;
    int format;
    bool is_for_excel;
} ShowOptions;

static const Option show_options[] = {
    OPTION(ShowOptions, at, DATE, "at", "DATE", "the newest run not after this day (the newest)"),
    OPTION(ShowOptions, class_name, TEXT, "class", "CLASS",
           "only this class; - for those without one"),
    OPTION(ShowOptions, limit, COUNT, "limit", "N", "so many customers (all)"),
    OPTION(ShowOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
    OPTION(ShowOptions, is_for_excel, FLAG, "excel", NULL, "CSV as Excel opens it"),
};

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ShowOptions *chosen = given;
    const Classification *classification = NULL;
    ClassifiedRows rows;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    ClassifiedQuery query = {.has_at = chosen->at.is_given,
                             .at = chosen->at.value,
                             .class_name = chosen->class_name,
                             .rows_max = rows_chosen(chosen->limit, ROWS_ALL)};
    TRY(app_classified(app, classification, &query, invocation->arena, &rows, err));
    OutputFormat format = chosen->is_for_excel ? FORMAT_CSV : (OutputFormat)chosen->format;
    OutputOptions options = invocation_output(invocation, format, app_language(app));
    options.is_for_excel = chosen->is_for_excel;
    TRY(reply_classified_table(&rows, invocation->arena, options, err));
    if (rows.rows_count < rows.found_count)
        invocation_note(invocation, "%zu of %zu customers", rows.rows_count, rows.found_count);
    return STATUS_OK;
}

const Command command_classify_show = {
    .name = "classify show",
    .arguments = "NAME",
    .summary = "customers with class, numbers, share, cumulative share and rank",
    .options = show_options,
    .options_count = sizeof show_options / sizeof show_options[0],
    .options_size = sizeof(ShowOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};

/* ---- history ---- */

static Status run_history(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    const Classification *classification = NULL;
    ClassHistory history;
    CustomerId customer;
    Text code = invocation_argument(invocation, 1);
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    TRY(store_find_customer(app_store(app), code, &customer, err));
    if (customer.value == 0)
        return error_set(err, STATUS_NOT_FOUND, "no customer '%.*s'", TEXT_FORMAT(code));
    TRY(classification_history(app_store(app), classification->id, customer, invocation->arena,
                               &history, err));
    OutputOptions options = invocation_output(invocation, FORMAT_TABLE, app_language(app));
    if (!invocation->common.is_json)
        return reply_class_history_table(&history, invocation->arena, options, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_class_history(&writer, &history);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_classify_history = {
    .name = "classify history",
    .arguments = "NAME CODE",
    .summary = "the classes of one customer over time",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_history,
};
