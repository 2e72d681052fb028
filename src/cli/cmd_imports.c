/* cmd_imports.c -- kohorta imports: which files were imported, by whom, what became of their rows.
 */
#include "cli/commands.h"

#include "cli/labels.h"
#include "store/import_notes.h"

typedef struct {
    Text search;
    OptionCount limit;
    int format;
} Options;

static const Option options[] = {
    OPTION(Options, search, TEXT, "search", "TEXT",
           "only those with it in the file, the stream or who imported it"),
    OPTION(Options, limit, COUNT, "limit", "N", "how many, the newest first (100; 0 is all)"),
    OPTION(Options, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
};

enum { LIMIT_USUAL = 100, COLUMNS_COUNT = 12 };

static void put_note(Output *output, const ImportNote *note)
{
    const Value values[COLUMNS_COUNT] = {
        value_moment(note->at),
        value_text(note->author),
        value_text(note->file),
        value_text(note->stream.size > 0 ? note->stream : note->target),
        value_text(note->mode),
        value_decimal((int64_t)(note->added + note->updated + note->unchanged + note->rejected)),
        value_decimal((int64_t)note->added),
        value_decimal((int64_t)note->updated),
        value_decimal((int64_t)note->unchanged),
        value_decimal((int64_t)note->rejected),
        value_decimal((int64_t)note->removed),
        value_bool(note->is_finished),
    };
    output_row(output, values);
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    ImportNotes notes;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(store_list_imports(app_store(app), chosen->search, rows_chosen(chosen->limit, LIMIT_USUAL),
                           invocation->arena, &notes, err));
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT}, count = {.kind = TYPE_DECIMAL};
    const OutputColumn columns[COLUMNS_COUNT] = {
        {TEXT("at"), label_get(LABEL_IMPORTED_AT, language), {.kind = TYPE_MOMENT}},
        {TEXT("author"), label_get(LABEL_AUTHOR, language), text},
        {TEXT("file"), label_get(LABEL_FILE, language), text},
        {TEXT("target"), label_get(LABEL_IMPORTED_WHAT, language), text},
        {TEXT("mode"), label_get(LABEL_IMPORT_MODE, language), text},
        {TEXT("read"), label_get(LABEL_ROWS_READ, language), count},
        {TEXT("added"), label_get(LABEL_ROWS_ADDED, language), count},
        {TEXT("updated"), label_get(LABEL_ROWS_UPDATED, language), count},
        {TEXT("unchanged"), label_get(LABEL_ROWS_UNCHANGED, language), count},
        {TEXT("rejected"), label_get(LABEL_ROWS_REJECTED, language), count},
        {TEXT("removed"), label_get(LABEL_ROWS_REMOVED, language), count},
        {TEXT("is_finished"), label_get(LABEL_IMPORT_FINISHED, language), {.kind = TYPE_BOOL}},
    };
    OutputOptions format = invocation_output(invocation, (OutputFormat)chosen->format, language);
    AUTO(output_done) Output *output = output_open(format, columns, COLUMNS_COUNT);
    for (size_t i = 0; i < notes.count; i++)
        put_note(output, &notes.items[i]);
    return output_close(output, err);
}

const Command command_imports = {
    .name = "imports",
    .arguments = "",
    .summary = "which files were imported, by whom, and what became of their rows",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .run = run,
};
