/* cmd_import.c -- kohorta import ...: files into the data directory, every row accounted for. */
#include "cli/commands.h"

#include "app/trial.h"
#include "cli/cli.h"
#include "cli/customer_card.h"
#include "cli/import_report.h"
#include "cli/labels.h"

typedef struct {
    Text mode, format, encoding, delimiter, header, decimal_mark, date_order;
    OptionList maps, defaults;
    bool create_properties, create_fields, create_customers;
    Text use_mapping, save_mapping, rejects, key_within, values_sign, levels_sign;
    bool is_dry_run, moves_keys;
    int language;
    OptionCount preview, skip_lines;
} Options;

#define READING_OPTIONS                                                                            \
    OPTION(Options, is_dry_run, FLAG, "dry-run", NULL, "show what would happen, keep nothing"),    \
        OPTION(Options, mode, TEXT, "mode", "MODE",                                                \
               "upsert: add what is new, change what is there (the usual); insert: what is there " \
               "is rejected; replace: see above"),                                                 \
        OPTION(Options, maps, LIST, "map", "COLUMN=FIELD",                                         \
               "a column by name or number from 1 goes to this field; - leaves it out; several "   \
               "times, one column to several fields, too"),                                        \
        OPTION(Options, defaults, LIST, "default", "FIELD=VALUE",                                  \
               "for empty cells and absent columns; several times"),                               \
        OPTION(Options, values_sign, TEXT, "values-separated-by", "SIGN",                          \
               "between several values of one cell, besides the usual |"),                         \
        OPTION(Options, levels_sign, TEXT, "levels-separated-by", "SIGN",                          \
               "between the levels of a path (region, group), besides the usual ' / '"),           \
        OPTION(Options, use_mapping, TEXT, "mapping", "NAME", "start from a saved mapping"),       \
        OPTION(Options, save_mapping, TEXT, "save-mapping", "NAME",                                \
               "keep the mapping in use under this name"),                                         \
        OPTION(Options, format, TEXT, "format", "csv|ndjson", "of the file (found out)"),          \
        OPTION(Options, encoding, TEXT, "encoding", "NAME",                                        \
               "utf-8, utf-16, windows-1251, cp866, koi8-u ... (found out)"),                      \
        OPTION(Options, delimiter, TEXT, "delimiter", "SIGN", "one of , ; | tab (found out)"),     \
        OPTION(Options, header, TEXT, "header", "yes|no", "the first line has names (found out)"), \
        OPTION(Options, skip_lines, COUNT, "skip-lines", "N",                                      \
               "lines above the header that are no rows (titles are found out)"),                  \
        OPTION(Options, decimal_mark, TEXT, "decimal", "point|comma", "(found out)"),              \
        OPTION(Options, date_order, TEXT, "dates", "dmy|mdy|ymd", "(found out)"),                  \
        OPTION(Options, rejects, TEXT, "rejects", "FILE",                                          \
               "where rejected rows go (FILE.rejects.csv beside the input)"),                      \
        OPTION(Options, language, CHOICE, "language", LANGUAGE_CHOICES,                            \
               "of the report and of the reasons; own is that of the data directory"),             \
        OPTION(Options, preview, COUNT, "preview", "N", "rows to show with --dry-run (5)")

static const Option customers_options[] = {
    READING_OPTIONS,
    OPTION(Options, create_properties, FLAG, "create-properties", NULL,
           "make typed properties of unknown columns"),
};

static const Option items_options[] = {READING_OPTIONS};

static const Option events_options[] = {
    READING_OPTIONS,
    OPTION(Options, create_fields, FLAG, "create-fields", NULL,
           "make fields of the stream of unknown columns"),
    OPTION(Options, create_customers, FLAG, "create-customers", NULL,
           "add customers that are not known"),
    OPTION(Options, key_within, TEXT, "key-within", "FIELD",
           "keys are numbers within this field: customer, order, ..."),
    OPTION(Options, moves_keys, FLAG, "move", NULL,
           "a row may take its key over from another customer"),
};

/* ---- reading the options ---- */

#define PARSE(member, option, parse, target)                                 \
    do {                                                                     \
        if (chosen->member.data != NULL && !parse(chosen->member, target))   \
            return error_set(err, STATUS_INVALID,                            \
                             "--%s does not know '%.*s'; --help lists what " \
                             "it knows",                                     \
                             option, TEXT_FORMAT(chosen->member));           \
    } while (0)

static Status read_codes(const Options *chosen, ImportOptions *import, Error *err)
{
    import->has_mode = chosen->mode.data != NULL;
    PARSE(mode, "mode", import_mode_parse, &import->mode);
    PARSE(format, "format", import_format_parse, &import->format);
    PARSE(encoding, "encoding", import_encoding_parse, &import->encoding);
    PARSE(delimiter, "delimiter", import_delimiter_parse, &import->delimiter);
    PARSE(header, "header", import_header_parse, &import->header);
    PARSE(decimal_mark, "decimal", import_decimal_mark_parse, &import->decimal_mark);
    PARSE(date_order, "dates", import_date_order_parse, &import->date_order);
    PARSE(values_sign, "values-separated-by", import_values_sign_parse,
          &import->values_separated_by);
    PARSE(levels_sign, "levels-separated-by", import_values_sign_parse,
          &import->levels_separated_by);
    return STATUS_OK;
}

/* Splits at the last '=' of a mapping, whose column may hold one, or at the first of a default. */
static Status split_pair(Text pair, const char *option, bool is_last, Text *ret_left,
                         Text *ret_right, Error *err)
{
    size_t found = pair.size;
    for (size_t i = 0; i < pair.size; i++) {
        if (pair.data[i] != '=') continue;
        found = i;
        if (!is_last) break;
    }
    if (found == pair.size || found == 0)
        return error_set(err, STATUS_INVALID, "--%s wants two things with = between, not '%.*s'",
                         option, TEXT_FORMAT(pair));
    *ret_left = text_trim(text_slice(pair, 0, found));
    *ret_right = text_trim(text_slice(pair, found + 1, pair.size));
    return STATUS_OK;
}

static Status read_pairs(const Options *chosen, Arena *arena, ImportOptions *import, Error *err)
{
    ImportMapping *mappings = ARENA_ARRAY(arena, ImportMapping, chosen->maps.count);
    ImportDefault *defaults = ARENA_ARRAY(arena, ImportDefault, chosen->defaults.count);
    for (size_t i = 0; i < chosen->maps.count; i++)
        TRY(split_pair(chosen->maps.items[i], "map", true, &mappings[i].column, &mappings[i].field,
                       err));
    for (size_t i = 0; i < chosen->defaults.count; i++)
        TRY(split_pair(chosen->defaults.items[i], "default", false, &defaults[i].field,
                       &defaults[i].value, err));
    import->mappings = mappings;
    import->mappings_count = chosen->maps.count;
    import->defaults = defaults;
    import->defaults_count = chosen->defaults.count;
    return STATUS_OK;
}

static Status read_options(const Options *chosen, Arena *arena, ImportOptions *import, Error *err)
{
    TRY(read_codes(chosen, import, err));
    TRY(read_pairs(chosen, arena, import, err));
    import->create_properties = chosen->create_properties;
    import->create_fields = chosen->create_fields;
    import->create_customers = chosen->create_customers;
    import->key_within = chosen->key_within;
    import->moves_keys = chosen->moves_keys;
    import->use_mapping = chosen->use_mapping;
    import->save_mapping = chosen->save_mapping;
    import->is_dry_run = chosen->is_dry_run;
    import->has_skipped_lines = chosen->skip_lines.is_given;
    import->skipped_lines = chosen->skip_lines.value;
    import->preview_rows = (size_t)chosen->preview.value;
    if (chosen->rejects.data != NULL) import->rejects_path = arena_cstr(arena, chosen->rejects);
    return STATUS_OK;
}

/* ---- the import ---- */

/* The progress of the command, with the rows that go with the bytes. */
typedef struct {
    const Invocation *invocation;
    const Import *work;
} Watch;

static bool report_rows(void *context, const char *step, uint64_t done, uint64_t total)
{
    const Watch *watch = context;
    const Progress *progress = &watch->invocation->progress;
    progress_line_count(watch->invocation->progress_line, "rows", import_rows_done(watch->work));
    return progress->report(progress->context, step, done, total);
}

static void tell_mapping(Invocation *invocation, const Options *chosen, Language language)
{
    Voice voice = {invocation->arena, language};
    Text note = chosen->is_dry_run ? LABEL_SAY(voice, MAPPING_NOT_KEPT, chosen->save_mapping)
                                   : LABEL_SAY(voice, MAPPING_KEPT, chosen->save_mapping);
    invocation_note(invocation, "%.*s", TEXT_FORMAT(note));
}

/* An import at work. */
typedef struct {
    Invocation *invocation;
    const Options *chosen;
    const ImportOptions *import;
    const char *path;
    App *app;
    Import *work;
    CreationCheck check;
} Importing;

static void tell_outcome(const Importing *importing)
{
    Invocation *invocation = importing->invocation;
    const ImportReport *report = import_report(importing->work);
    if (invocation->common.is_json) {
        ImportOutcome outcome = {importing->app, import_plan(importing->work), report,
                                 &importing->check};
        import_tell_as_json(invocation, &outcome, importing->path);
        return;
    }
    import_tell_report(invocation, report, importing->path, importing->import->language);
    creation_check_tell(invocation, importing->app, &importing->check);
}

static Status import_into(Importing *importing, Store *store, Error *err)
{
    Invocation *invocation = importing->invocation;
    const ImportOptions *import = importing->import;
    const Options *chosen = importing->chosen;
    TRY(import_open(store, importing->path, import, &importing->work, err));
    if (!invocation->common.is_json)
        import_tell_plan(invocation, import_plan(importing->work), import->is_dry_run,
                         import->language);
    Watch watch = {invocation, importing->work};
    Progress progress = {report_rows, &watch};
    Status status = import->is_dry_run
                        ? import_run(importing->work, &progress, err)
                        : customers_import(importing->app, importing->work, &progress,
                                           invocation->arena, &importing->check, err);
    bool is_partial = import_report(importing->work)->rejected > 0;
    if (status == STATUS_OK && is_partial) invocation->exit_code = EXIT_CODE_PARTIAL;
    if (status == STATUS_OK && chosen->save_mapping.size > 0 && !invocation->common.is_json)
        tell_mapping(invocation, chosen, import->language);
    tell_outcome(importing);
    return status;
}

/* On a copy, so that nobody who writes has to wait. */
static Status try_on_copy(Importing *importing, Error *err)
{
    AUTO(trial_done) Trial *trial = NULL;
    Invocation *invocation = importing->invocation;
    const Store *store = app_store(importing->app);
    store_remove_trials(store);
    TRY(trial_open(importing->app, store_trial_path(store, invocation->arena),
                   &invocation->progress, &trial, err));
    Status status = import_into(importing, trial_store(trial), err);
    import_done(&importing->work); /* it looks at the copy */
    return status;
}

static Status run_import(Invocation *invocation, const Options *chosen, ImportOptions *import,
                         const char *path, Error *err)
{
    AUTO(app_done) App *app = NULL;
    TRY(read_options(chosen, invocation->arena, import, err));
    bool is_trial = import->is_dry_run;
    invocation->changed_nothing = is_trial;
    TRY(invocation_open(invocation, is_trial ? STORE_READ : STORE_WRITE, &app, err));
    import->has_today = true;
    import->today = app_today(app);
    import->has_language = true;
    import->language = language_chosen(chosen->language, app_language(app));
    Importing importing = {
        .invocation = invocation, .chosen = chosen, .import = import, .path = path, .app = app};
    Status status =
        is_trial ? try_on_copy(&importing, err) : import_into(&importing, app_store(app), err);
    import_done(&importing.work);
    return status;
}

static Status run_customers(Invocation *invocation, const void *given, Error *err)
{
    ImportOptions import = {.target = IMPORT_CUSTOMERS};
    return run_import(invocation, given, &import, invocation->arguments[0], err);
}

static Status run_items(Invocation *invocation, const void *given, Error *err)
{
    ImportOptions import = {.target = IMPORT_ITEMS};
    return run_import(invocation, given, &import, invocation->arguments[0], err);
}

static Status run_contacts(Invocation *invocation, const void *given, Error *err)
{
    ImportOptions import = {.target = IMPORT_EVENTS, .stream = TEXT("contact")};
    return run_import(invocation, given, &import, invocation->arguments[0], err);
}

static Status run_events(Invocation *invocation, const void *given, Error *err)
{
    ImportOptions import = {.target = IMPORT_EVENTS, .stream = invocation_argument(invocation, 0)};
    return run_import(invocation, given, &import, invocation->arguments[1], err);
}

#define IMPORT_DETAILS                                                                           \
    "FILE is CSV or NDJSON, plain or gzip; - is standard input. Encoding, delimiter, decimal\n"  \
    "mark and dates are found out and told. Rejected rows go to a file with the reason, and\n"   \
    "the command ends with 5. The same file again changes nothing. Several values of one cell\n" \
    "stand with | between.\n"                                                                    \
    "--mode replace: what the file does not give of its customers or items becomes missing;\n"   \
    "of a stream, events of the days of the file that it does not hold are removed.\n"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const Command command_import_customers = {
    .name = "import customers",
    .arguments = "FILE",
    .summary = "import customers and their properties",
    .details =
        IMPORT_DETAILS "Examples:\n"
                       "  kohorta import customers clients.csv --dry-run\n"
                       "  kohorta import customers clients.csv --map Телефон=- --create-properties",
    .options = customers_options,
    .options_count = COUNT(customers_options),
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_customers,
};

const Command command_import_items = {
    .name = "import items",
    .arguments = "FILE",
    .summary = "import items",
    .details = IMPORT_DETAILS "Example:\n"
                              "  kohorta import items goods.csv --map Артикул=code",
    .options = items_options,
    .options_count = COUNT(items_options),
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_items,
};

const Command command_import_contacts = {
    .name = "import contacts",
    .arguments = "FILE",
    .summary = "import contact persons of customers",
    .details =
        IMPORT_DETAILS "Example:\n"
                       "  kohorta import contacts people.csv --map Код=key --map Клиент=customer",
    .options = events_options,
    .options_count = COUNT(events_options),
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_contacts,
};

const Command command_import_events = {
    .name = "import events",
    .arguments = "STREAM FILE",
    .summary = "import events of a stream: purchase, interaction, settlement, ...",
    .details = IMPORT_DETAILS
    "Examples:\n"
    "  kohorta import events purchase sales.csv.gz --save-mapping sales\n"
    "  kohorta import events purchase more.csv --mapping sales --create-customers",
    .options = events_options,
    .options_count = COUNT(events_options),
    .options_size = sizeof(Options),
    .arguments_min = 2,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_events,
};
