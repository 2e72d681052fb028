/* cmd_matrix.c -- kohorta matrix and migration: classes across each other and from day to day. */
#include "cli/commands.h"

#include "app/ask.h"
#include "reply/class_matrix.h"
#include "reply/fields.h"
#include "reply/human.h"

/* ---- matrix ---- */

typedef struct {
    OptionDate at;
    Text cell, set;
    bool is_list, is_rule, is_for_excel;
    OptionCount limit;
    int format, language;
} MatrixOptions;

static const Option matrix_options[] = {
    OPTION(MatrixOptions, at, DATE, "at", "DATE",
           "the newest runs not after this day (the newest)"),
    OPTION(MatrixOptions, set, TEXT, "actions", "SET",
           "recommended actions of this set (training; bcg; one of yours; '': none)"),
    OPTION(MatrixOptions, cell, TEXT, "cell", "CELL", "one cell, such as AX; - is without a class"),
    OPTION(MatrixOptions, is_list, FLAG, "list", NULL, "list the customers of the cell"),
    OPTION(MatrixOptions, is_rule, FLAG, "rule", NULL,
           "print the rule that means the customers of the cell"),
    OPTION(MatrixOptions, limit, COUNT, "limit", "N", "so many customers (all)"),
    OPTION(MatrixOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write it"),
    OPTION(MatrixOptions, is_for_excel, FLAG, "excel", NULL, "CSV as Excel opens it"),
    OPTION(MatrixOptions, language, CHOICE, "language", LANGUAGE_CHOICES,
           "language of the actions and headings"),
};

static OutputOptions output_of(Invocation *invocation, int format, bool is_for_excel,
                               Language language)
{
    OutputOptions options =
        invocation_output(invocation, is_for_excel ? FORMAT_CSV : (OutputFormat)format, language);
    options.is_for_excel = is_for_excel;
    return options;
}

/* Customers of a rule in a list of code and name. */
static Status list_rule(Invocation *invocation, App *app, Text rule, OptionCount limit,
                        OutputOptions options, Error *err)
{
    Arena *arena = invocation->arena;
    AskOptions asked = {.source = rule, .columns = TEXT("")};
    Question question;
    Findings findings[2];
    Answer answer;
    TRY(ask_prepare(app, &asked, arena, &question, findings, err));
    AskMode mode = {.as_of = app_today(app),
                    .want = WANT_LIST,
                    .rows_max = rows_chosen(limit, ROWS_ALL),
                    .progress = &invocation->progress};
    TRY(ask_answer(app, &question, &mode, arena, &answer, err));
    Type text = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {{TEXT("code"), TEXT(""), text}, {TEXT("name"), TEXT(""), text}};
    AUTO(output_done) Output *output = output_open(options, columns, 2);
    for (size_t row = 0; row < answer.rows_count; row++) {
        const Value values[] = {answer_value(&answer, &question, row, QUESTION_CODE),
                                answer_value(&answer, &question, row, QUESTION_NAME)};
        output_row(output, values);
    }
    return output_close(output, err);
}

static void tell_notes(Invocation *invocation, ClassNotes notes)
{
    for (size_t i = 0; i < notes.count; i++)
        invocation_note(invocation, "%.*s", TEXT_FORMAT(notes.items[i]));
}

static void tell_rule(Invocation *invocation, Text cell, Text rule)
{
    if (!invocation->common.is_json) {
        invocation_say(invocation, "%.*s", TEXT_FORMAT(rule));
        return;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    field_text(&writer, "cell", cell);
    field_text(&writer, "rule", rule);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

static Status show_cell(Invocation *invocation, App *app, const MatrixOptions *chosen,
                        const MatrixAnswer *answer, OutputOptions options, Error *err)
{
    size_t row, column;
    TRY(matrix_find_cell(answer, chosen->cell, &row, &column, err));
    Text rule = matrix_cell_rule(answer, row, column, invocation->arena);
    if (chosen->is_list) return list_rule(invocation, app, rule, chosen->limit, options, err);
    tell_rule(invocation, chosen->cell, rule);
    return STATUS_OK;
}

static Status run_matrix(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const MatrixOptions *chosen = given;
    MatrixAnswer answer;
    if (chosen->cell.data == NULL && (chosen->is_list || chosen->is_rule))
        return error_set(err, STATUS_INVALID, "name the cell, such as --cell AX");
    if (chosen->cell.data != NULL && !chosen->is_list)
        TRY(invocation_no_workbook((OutputFormat)chosen->format, err));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Language language = language_chosen(chosen->language, app_language(app));
    MatrixQuestion question = {.rows = invocation_argument(invocation, 0),
                               .columns = invocation_argument(invocation, 1),
                               .has_at = chosen->at.is_given,
                               .at = chosen->at.value,
                               .set = chosen->set.data != NULL ? chosen->set : TEXT("training")};
    TRY(app_matrix(app, &question, invocation->arena, &answer, err));
    Voice voice = {invocation->arena, language};
    OutputOptions options = output_of(invocation, chosen->format, chosen->is_for_excel, language);
    if (chosen->cell.data != NULL) return show_cell(invocation, app, chosen, &answer, options, err);
    if (!invocation->common.is_json) {
        TRY(reply_matrix_table(&answer, options, err));
        tell_notes(invocation, reply_matrix_notes(&answer, voice));
        return STATUS_OK;
    }
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_matrix(&writer, &answer, voice);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_matrix = {
    .name = "matrix",
    .arguments = "ROWS COLUMNS",
    .summary = "two classifications across each other, with lines of work",
    .details = "Cells with customers, sums, shares and recommended actions; - are those without a\n"
               "class. How much the greatest customers make is noted below.\n"
               "  kohorta matrix ABC XYZ\n"
               "  kohorta matrix ABC XYZ --cell AX --list\n"
               "  kohorta segment add core --rule \"$(kohorta matrix ABC XYZ --cell AX --rule)\"",
    .options = matrix_options,
    .options_count = sizeof matrix_options / sizeof matrix_options[0],
    .options_size = sizeof(MatrixOptions),
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_matrix,
};

/* ---- actions ---- */

static Status run_actions(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    MatrixActions actions;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(actions_load(app_store(app), invocation->arena, &actions, err));
    Type text = {.kind = TYPE_TEXT}, flag = {.kind = TYPE_BOOL};
    const OutputColumn columns[] = {
        {TEXT("set"), TEXT(""), text}, {TEXT("cell"), TEXT(""), text},
        {TEXT("ru"), TEXT(""), text},  {TEXT("uk"), TEXT(""), text},
        {TEXT("en"), TEXT(""), text},  {TEXT("is_changed"), TEXT(""), flag}};
    AUTO(output_done)
    Output *output = output_open(invocation_output(invocation, FORMAT_TABLE, app_language(app)),
                                 columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < actions.count; i++) {
        const MatrixAction *action = &actions.items[i];
        const Value values[] = {value_text(action->set),
                                value_text(action->cell),
                                value_text(action->texts.in[LANGUAGE_RU]),
                                value_text(action->texts.in[LANGUAGE_UK]),
                                value_text(action->texts.in[LANGUAGE_EN]),
                                value_bool(action->is_changed)};
        output_row(output, values);
    }
    return output_close(output, err);
}

const Command command_matrix_actions = {
    .name = "matrix actions",
    .arguments = "",
    .summary = "list the recommended actions of all sets, in three languages",
    .run = run_actions,
};

typedef struct {
    int language;
} ActionOptions;

static const Option action_options[] = {
    OPTION(ActionOptions, language, CHOICE, "language", LANGUAGE_CHOICES,
           "language of the text (that of the directory)"),
};

static Status run_set_action(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const ActionOptions *chosen = given;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    ActionText action = {.set = text_trim(invocation_argument(invocation, 0)),
                         .cell = text_trim(invocation_argument(invocation, 1)),
                         .language = language_chosen(chosen->language, app_language(app)),
                         .text = text_trim(invocation_argument(invocation, 2))};
    TRY(app_set_action(app, &action, err));
    invocation_done(invocation, "action", action.cell,
                    action.text.size > 0 ? "changed" : "as it came");
    return STATUS_OK;
}

const Command command_matrix_set_action = {
    .name = "matrix set-action",
    .arguments = "SET CELL ['TEXT']",
    .summary = "change the recommended action of a cell, or begin a set of your own",
    .details = "Without a text, what somebody wrote is taken back.\n"
               "  kohorta matrix set-action wholesale AX 'Личный менеджер, визит раз в неделю'",
    .options = action_options,
    .options_count = sizeof action_options / sizeof action_options[0],
    .options_size = sizeof(ActionOptions),
    .arguments_min = 2,
    .arguments_max = 3,
    .run = run_set_action,
};

/* ---- migration ---- */

typedef struct {
    OptionDate from, to;
    OptionCount from_run, to_run;
    Text by, cell, into;
    bool is_list, is_rule, is_for_excel;
    OptionCount limit;
    int format, language;
} MigrationOptions;

static const Option migration_options[] = {
    OPTION(MigrationOptions, from, DATE, "from", "DATE", "the newest run not after this day"),
    OPTION(MigrationOptions, to, DATE, "to", "DATE", "and that not after this day (today)"),
    OPTION(MigrationOptions, from_run, COUNT, "from-run", "N",
           "this run instead: its number in 'classify runs'"),
    OPTION(MigrationOptions, to_run, COUNT, "to-run", "N", "and this one"),
    OPTION(MigrationOptions, by, TEXT, "by", "'EXPRESSION'",
           "also within groups: manager, region, ..."),
    OPTION(MigrationOptions, cell, TEXT, "cell", "CLASS", "only from this class; - is none"),
    OPTION(MigrationOptions, into, TEXT, "into", "CLASS", "only into this class; - is none"),
    OPTION(MigrationOptions, is_list, FLAG, "list", NULL, "list the customers who went that way"),
    OPTION(MigrationOptions, is_rule, FLAG, "rule", NULL, "print the rule that means them"),
    OPTION(MigrationOptions, limit, COUNT, "limit", "N", "so many customers (all)"),
    OPTION(MigrationOptions, format, CHOICE, "format", FORMAT_CHOICES, "how to write it"),
    OPTION(MigrationOptions, is_for_excel, FLAG, "excel", NULL, "CSV as Excel opens it"),
    OPTION(MigrationOptions, language, CHOICE, "language", LANGUAGE_CHOICES,
           "language of headings and notes"),
};

static Status list_movers(Invocation *invocation, App *app, const MigrationAnswer *answer,
                          const MigrationOptions *chosen, MoverQuery cell, Error *err)
{
    Arena *arena = invocation->arena;
    MoversAnswer movers;
    MoversQuestion question = {.cell = cell, .limit = rows_chosen(chosen->limit, ROWS_ALL)};
    TRY(app_movers(app, answer, &question, arena, &movers, err));
    OutputOptions options = output_of(invocation, chosen->format, chosen->is_for_excel,
                                      language_chosen(chosen->language, app_language(app)));
    TRY(reply_movers_table(answer, &movers, arena, options, err));
    if (movers.movers.count < movers.found_count)
        invocation_note(invocation, "%zu of %zu customers", movers.movers.count,
                        movers.found_count);
    return STATUS_OK;
}

static Status show_migration(Invocation *invocation, App *app, const MigrationAnswer *answer,
                             const MigrationOptions *chosen, Error *err)
{
    Voice voice = {invocation->arena, language_chosen(chosen->language, app_language(app))};
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_migration(&writer, answer, voice);
        invocation_json(invocation, &buffer);
        return STATUS_OK;
    }
    OutputOptions options = output_of(invocation, chosen->format, chosen->is_for_excel,
                                      language_chosen(chosen->language, app_language(app)));
    TRY(reply_migration_table(answer, options, err));
    tell_notes(invocation, reply_migration_notes(answer, voice));
    return STATUS_OK;
}

static uint64_t number_of(OptionCount run)
{
    return run.is_given ? run.value : 0;
}

static Status print_rule(Invocation *invocation, const MigrationAnswer *answer, MoverQuery cell,
                         Error *err)
{
    if (cell.from == SIZE_MAX || cell.to == SIZE_MAX)
        return error_set(err, STATUS_INVALID, "a rule needs both --cell and --into");
    Text rule = migration_cell_rule(answer, cell, invocation->arena);
    if (rule.size == 0)
        return error_set(err, STATUS_CONFLICT,
                         "no rule asks for these runs: of several as of one day it asks the last");
    invocation_say(invocation, "%.*s", TEXT_FORMAT(rule));
    return STATUS_OK;
}

static Status run_migration(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const MigrationOptions *chosen = given;
    MigrationAnswer answer;
    MoverQuery cell = {SIZE_MAX, SIZE_MAX};
    if (chosen->from.is_given == chosen->from_run.is_given)
        return error_set(
            err, STATUS_INVALID,
            "give --from, the day to compare with, or --from-run, the number of a run");
    if (chosen->to.is_given && chosen->to_run.is_given)
        return error_set(err, STATUS_INVALID, "give --to or --to-run, not both");
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    MigrationQuestion question = {.classification = invocation_argument(invocation, 0),
                                  .from = chosen->from.value,
                                  .to = chosen->to.is_given ? chosen->to.value : app_today(app),
                                  .from_run = number_of(chosen->from_run),
                                  .to_run = number_of(chosen->to_run),
                                  .by = chosen->by.data != NULL ? chosen->by : TEXT("")};
    TRY(app_migration(app, &question, invocation->arena, &answer, err));
    if (chosen->cell.data != NULL)
        TRY(migration_find_class(&answer.migration, false, chosen->cell, &cell.from, err));
    if (chosen->into.data != NULL)
        TRY(migration_find_class(&answer.migration, true, chosen->into, &cell.to, err));
    if (chosen->is_list) return list_movers(invocation, app, &answer, chosen, cell, err);
    if (!chosen->is_rule) return show_migration(invocation, app, &answer, chosen, err);
    return print_rule(invocation, &answer, cell, err);
}

const Command command_migration = {
    .name = "migration",
    .arguments = "NAME",
    .summary = "who went from which class to which between two days or runs",
    .details = "  kohorta migration ABC --from 2025-03-31 --to 2026-03-31\n"
               "  kohorta migration ABC --from 2025-12-31 --by manager\n"
               "  kohorta migration ABC --from-run 12 --to-run 15\n"
               "  kohorta migration ABC --from 2025-12-31 --cell A --into B --list",
    .options = migration_options,
    .options_count = sizeof migration_options / sizeof migration_options[0],
    .options_size = sizeof(MigrationOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_migration,
};
