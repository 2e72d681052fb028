/* cmd_set.c -- kohorta set ...: results kept under a name, put together, looked at. */
#include "cli/commands.h"

#include "cli/diagnose.h"
#include "cli/labels.h"
#include "cli/segment_show.h"
#include "reply/human.h"
#include "reply/sets.h"

/* ---- telling ---- */

static void tell_as_json(Invocation *invocation, const SavedSet *set)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_saved_set(&writer, set);
    invocation_json(invocation, &buffer);
}

/* What a set that was just made holds. */
static Status tell_made(Invocation *invocation, App *app, Text name, Error *err)
{
    const SavedSet *set = NULL;
    TRY(set_get(app, name, invocation->arena, &set, err));
    if (invocation->common.is_json)
        tell_as_json(invocation, set);
    else if (!invocation->common.is_quiet)
        invocation_say(invocation, "set '%.*s': saved, %llu rows of %llu customers",
                       TEXT_FORMAT(set->name), (unsigned long long)set->rows_count,
                       (unsigned long long)set->customers_count);
    return STATUS_OK;
}

/* ---- save ---- */

typedef struct {
    Text stream, where, columns, file;
    OptionDate as_of, until;
    int engine;
} SaveOptions;

static const Option save_options[] = {
    OPTION(SaveOptions, stream, TEXT, "stream", "STREAM",
           "rows are the customers' events of this stream: purchase, interaction, contact, ..."),
    OPTION(SaveOptions, where, TEXT, "where", "'EVENT CONDITION'", "only such events"),
    OPTION(SaveOptions, columns, TEXT, "columns", "'EXPRESSION as name, ...'",
           "what is kept of each customer, or of each event (all its fields)"),
    OPTION(SaveOptions, as_of, DATE, "as-of", "DATE", "the day to ask about (today)"),
    OPTION(SaveOptions, until, DATE, "until", "DATE", "its last day (kept for good)"),
    OPTION(SaveOptions, file, TEXT, "file", "FILE", "read the rule from a file; - is stdin"),
    OPTION(SaveOptions, engine, CHOICE, "engine", "native|reference|sqlite",
           "which evaluator finds the customers"),
};

static Status read_saving(Invocation *invocation, const SaveOptions *chosen, App *app,
                          SetSaving *ret_saving, Error *err)
{
    SetSaving saving = {.name = invocation_argument(invocation, 0),
                        .expression = TEXT(""),
                        .stream = chosen->stream,
                        .condition = chosen->where,
                        .columns = chosen->columns,
                        .as_of = chosen->as_of.is_given ? chosen->as_of.value : app_today(app),
                        .engine = (Engine)chosen->engine,
                        .has_until = chosen->until.is_given,
                        .until = chosen->until.value};
    bool is_of_all =
        chosen->stream.size > 0 && invocation->arguments_count < 2 && chosen->file.data == NULL;
    if (chosen->stream.size == 0 && chosen->where.data != NULL)
        return error_set(err, STATUS_INVALID, "--where is about events; name their --stream");
    if (!is_of_all)
        TRY(invocation_expression(invocation, chosen->file, 1, &saving.expression, err));
    *ret_saving = saving;
    return STATUS_OK;
}

static Status run_save(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    SetSaving saving;
    Findings findings[SAVING_FINDINGS_COUNT];
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(read_saving(invocation, given, app, &saving, err));
    Status status = set_save(&work, &saving, invocation->arena, findings, err);
    diagnose_all(invocation, findings, SAVING_FINDINGS_COUNT, app_language(app));
    return status == STATUS_OK ? tell_made(invocation, app, saving.name, err) : status;
}

const Command command_set_save = {
    .name = "set save",
    .arguments = "NAME ['RULE']",
    .summary = "keep a result under a name, as it is now",
    .details =
        "Rows are the customers whom the rule means; with --stream they are events of those\n"
        "customers, or of all without a rule. Nothing changes a saved set later.\n"
        "  kohorta set save winners 'sum(purchase.amount, last 3 months) > 40000' \\\n"
        "      --columns 'manager, sum(purchase.amount, last 3 months) as amount'\n"
        "  kohorta set save claims --stream interaction --where 'kind = \"claim\"'\n"
        "  kohorta eval 'saved(\"winners\") and city = \"Тула\"'",
    .options = save_options,
    .options_count = sizeof save_options / sizeof save_options[0],
    .options_size = sizeof(SaveOptions),
    .arguments_min = 1,
    .arguments_max = 2,
    .run = run_save,
};

/* ---- union, intersect, minus ---- */

typedef struct {
    Text as;
} CombineOptions;

static const Option combine_options[] = {
    OPTION(CombineOptions, as, TEXT, "as", "NAME", "the name of the new set"),
};

/* Rows of different kinds meet in their customers only. */
static Status note_kinds(Invocation *invocation, App *app, const SetCombining *combining,
                         Error *err)
{
    const SavedSet *a = NULL, *b = NULL;
    Voice voice = {invocation->arena, app_language(app)};
    TRY(set_get(app, combining->a, invocation->arena, &a, err));
    TRY(set_get(app, combining->b, invocation->arena, &b, err));
    if (text_equal(a->stream, b->stream)) return STATUS_OK;
    Label label =
        combining->operation == SAVED_UNION ? LABEL_SETS_OF_CUSTOMERS : LABEL_SETS_BY_CUSTOMERS;
    const Text names[] = {a->name, b->name};
    Text note = label_say(label, voice, names, 2);
    invocation_note(invocation, "%.*s", TEXT_FORMAT(note));
    return STATUS_OK;
}

static Status combine(Invocation *invocation, const CombineOptions *chosen, SavedOrigin operation,
                      Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    if (chosen->as.data == NULL)
        return error_set(err, STATUS_INVALID, "--as NAME is missing: how the new set is called");
    SetCombining combining = {.operation = operation,
                              .a = invocation_argument(invocation, 0),
                              .b = invocation_argument(invocation, 1),
                              .name = chosen->as};
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(set_combine(&work, &combining, err));
    TRY(note_kinds(invocation, app, &combining, err));
    return tell_made(invocation, app, chosen->as, err);
}

static Status run_union(Invocation *invocation, const void *given, Error *err)
{
    return combine(invocation, given, SAVED_UNION, err);
}

static Status run_intersect(Invocation *invocation, const void *given, Error *err)
{
    return combine(invocation, given, SAVED_INTERSECT, err);
}

static Status run_minus(Invocation *invocation, const void *given, Error *err)
{
    return combine(invocation, given, SAVED_MINUS, err);
}

#define COMBINE_COMMAND(words, text, function)                                                    \
    {                                                                                             \
        .name = words, .arguments = "A B --as NAME", .summary = text, .options = combine_options, \
        .options_count = sizeof combine_options / sizeof combine_options[0],                      \
        .options_size = sizeof(CombineOptions), .arguments_min = 2, .arguments_max = 2,           \
        .run = (function),                                                                        \
    }

const Command command_set_union =
    COMBINE_COMMAND("set union", "a new set with the rows of two", run_union);
const Command command_set_intersect =
    COMBINE_COMMAND("set intersect", "rows of A whose customers B has too", run_intersect);
const Command command_set_minus =
    COMBINE_COMMAND("set minus", "rows of A whose customers B does not have", run_minus);

/* ---- from-codes ---- */

static void tell_codes(Invocation *invocation, const CodeList *list)
{
    enum { SHOWN_MAX = 10 };
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_code_list(&writer, list);
        invocation_json(invocation, &buffer);
        return;
    }
    if (invocation->common.is_quiet) return;
    invocation_say(invocation, "%llu codes: %llu customers, %llu repeated, %llu unknown",
                   (unsigned long long)list->lines_count,
                   (unsigned long long)customer_set_count(&list->customers),
                   (unsigned long long)list->repeated_count,
                   (unsigned long long)list->unknown_count);
    for (size_t i = 0; i < list->unknown_kept && i < SHOWN_MAX; i++)
        invocation_say(invocation, "  unknown: %.*s",
                       TEXT_FORMAT(human_line(list->unknown[i], invocation->arena)));
    if (list->unknown_count > SHOWN_MAX)
        invocation_say(invocation, "  and %llu more",
                       (unsigned long long)(list->unknown_count - SHOWN_MAX));
}

static Status run_from_codes(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    CodeList list;
    Text codes;
    TRY(invocation_codes(
        invocation, invocation->arguments_count > 1 ? invocation->arguments[1] : "-", &codes, err));
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(set_from_codes(&work, invocation_argument(invocation, 0), codes, invocation->arena, &list,
                       err));
    tell_codes(invocation, &list);
    customer_set_free(&list.customers);
    return STATUS_OK;
}

const Command command_set_from_codes = {
    .name = "set from-codes",
    .arguments = "NAME [FILE]",
    .summary = "a set of the customers with the codes in a file, one on a line",
    .details =
        "Without FILE, or with -, codes come from standard input. What stands behind a tab,\n"
        "a comma or a semicolon is not looked at; codes that nobody has are told.",
    .arguments_min = 1,
    .arguments_max = 2,
    .run = run_from_codes,
};

/* ---- list ---- */

static Status put_list(Invocation *invocation, App *app, const SavedSets *sets, Error *err)
{
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT}, number = {.kind = TYPE_DECIMAL},
         moment = {.kind = TYPE_MOMENT};
    const OutputColumn columns[] = {
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("rows_of"), label_get(LABEL_ROWS_OF, language), text},
        {TEXT("rows"), label_get(LABEL_ROWS, language), number},
        {TEXT("customers"), label_get(LABEL_CUSTOMERS, language), number},
        {TEXT("saved_at"), label_get(LABEL_SAVED_AT, language), moment},
        {TEXT("author"), label_get(LABEL_AUTHOR, language), text},
        {TEXT("expression"), label_get(LABEL_EXPRESSION, language), text},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 7);
    for (size_t i = 0; i < sets->count; i++) {
        const SavedSet *set = &sets->items[i];
        const Value values[] = {
            value_text(set->name),
            value_text(set->stream.size > 0 ? set->stream : TEXT("customer")),
            value_decimal((int64_t)set->rows_count),
            value_decimal((int64_t)set->customers_count),
            value_moment(set->at),
            value_text(set->author),
            value_text(set->expression),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    SavedSets sets;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(saved_sets_load(app_store(app), invocation->arena, &sets, err));
    if (!invocation->common.is_json) return put_list(invocation, app, &sets, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '[');
    for (size_t i = 0; i < sets.count; i++)
        reply_saved_set(&writer, &sets.items[i]);
    json_end(&writer, ']');
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_set_list = {
    .name = "set list",
    .arguments = "",
    .summary = "list the saved sets",
    .run = run_list,
};

/* ---- show ---- */

typedef struct {
    OptionCount limit;
    int format;
    bool is_for_excel, is_card;
} ShowOptions;

static const Option show_options[] = {
    OPTION(ShowOptions, limit, COUNT, "limit", "N", "at most so many rows"),
    OPTION(ShowOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
    OPTION(ShowOptions, is_for_excel, FLAG, "excel", NULL,
           "CSV that a spreadsheet opens as it is: BOM, headings and values in words"),
    OPTION(ShowOptions, is_card, FLAG, "about", NULL,
           "where the set came from and which columns it has, as JSON"),
};

static Status run_show(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ShowOptions *chosen = given;
    SetView view;
    SavedRowQuery query = {.limit = rows_chosen(chosen->limit, ROWS_ALL)};
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(set_view(app, invocation_argument(invocation, 0), query, invocation->arena, &view, err));
    if (chosen->is_card) {
        tell_as_json(invocation, view.set);
        return STATUS_OK;
    }
    OutputFormat wanted = chosen->is_for_excel ? FORMAT_CSV : (OutputFormat)chosen->format;
    OutputOptions format = invocation_output(invocation, wanted, app_language(app));
    format.is_for_excel = chosen->is_for_excel;
    TRY(reply_set_rows(&view, label_get(LABEL_CODE, app_language(app)), format, invocation->arena,
                       err));
    if (view.rows.count < view.set->rows_count)
        invocation_note(invocation, "%zu of %llu rows are shown", view.rows.count,
                        (unsigned long long)view.set->rows_count);
    return STATUS_OK;
}

const Command command_set_show = {
    .name = "set show",
    .arguments = "NAME",
    .summary = "show the rows of a saved set",
    .options = show_options,
    .options_count = sizeof show_options / sizeof show_options[0],
    .options_size = sizeof(ShowOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_show,
};

/* ---- rename, drop ---- */

static Status run_rename(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(set_rename(&work, invocation_argument(invocation, 0), invocation_argument(invocation, 1),
                   err));
    invocation_done(invocation, "set", invocation_argument(invocation, 1), "renamed");
    return STATUS_OK;
}

typedef struct {
    OptionDate until;
    bool is_for_good;
} KeepOptions;

static const Option keep_options[] = {
    OPTION(KeepOptions, until, DATE, "until", "DATE", "the last day on which it is kept"),
    OPTION(KeepOptions, is_for_good, FLAG, "for-good", NULL, "there is no last day"),
};

static Status run_keep(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const KeepOptions *chosen = given;
    Text name = invocation_argument(invocation, 0);
    if (chosen->until.is_given == chosen->is_for_good)
        return error_set(err, STATUS_INVALID, "say --until DATE or --for-good");
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(set_keep(&work, name, chosen->is_for_good ? NULL : &chosen->until.value, err));
    invocation_done(invocation, "set", name, "changed");
    return STATUS_OK;
}

const Command command_set_keep = {
    .name = "set keep",
    .arguments = "NAME",
    .summary = "say how long a saved set is kept",
    .details = "kohorta run-due removes sets whose last day is over, unless a rule asks for them.",
    .options = keep_options,
    .options_count = sizeof keep_options / sizeof keep_options[0],
    .options_size = sizeof(KeepOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_keep,
};

const Command command_set_rename = {
    .name = "set rename",
    .arguments = "NAME NEW_NAME",
    .summary = "give a saved set another name",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_rename,
};

static Status run_drop(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(set_remove(&work, invocation_argument(invocation, 0), err));
    invocation_done(invocation, "set", invocation_argument(invocation, 0), "dropped");
    return STATUS_OK;
}

const Command command_set_drop = {
    .name = "set drop",
    .arguments = "NAME",
    .summary = "remove a saved set that nothing uses",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_drop,
};

/* ---- to-segment ---- */

static Status run_to_segment(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    uint32_t id;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(set_to_segment(&work, invocation_argument(invocation, 0),
                       invocation_argument(invocation, 1), &id, err));
    const Segment *segment = registry_find(app_registry(app), id);
    if (invocation->common.is_json)
        return segment_show(invocation, app, segment, NEXT_RUNS_SHOWN, err);
    invocation_done(invocation, "segment", segment->card.name, "added");
    return STATUS_OK;
}

const Command command_set_to_segment = {
    .name = "set to-segment",
    .arguments = "NAME SEGMENT",
    .summary = "make a manual segment with the customers of a saved set",
    .arguments_min = 2,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_to_segment,
};
