/* cmd_sql.c -- kohorta sql: read-only SQL over the tables that docs/data-model.md describes. */
#include "cli/commands.h"

#include "eval/sql.h"

typedef struct {
    int format;
    bool is_for_excel;
} Options;

static const Option options[] = {
    OPTION(Options, format, CHOICE, "format", FORMAT_CHOICES, "how to write the rows"),
    OPTION(Options, is_for_excel, FLAG, "excel", NULL,
           "CSV that a spreadsheet opens as it is: BOM, headings and values in words"),
};

typedef struct {
    OutputOptions format;
    Arena *arena;
    OutputColumn *columns; /* keys from the heading; types from there, else from the first row */
    Value *values;         /* of the row at hand */
    size_t columns_count;
    Output *output; /* NULL until the first row */
} Printer;

/* Texts, sets and items are shown as they stand in the tables, where a query compares them. */
static bool is_shown_as_value(Type type)
{
    return type.kind == TYPE_BOOL || type.kind == TYPE_DECIMAL || type.kind == TYPE_DATE ||
           type.kind == TYPE_MOMENT;
}

static Status take_heading(void *context, const SqlColumn *columns, size_t count, Error *err)
{
    (void)err;
    Printer *printer = context;
    printer->columns = ARENA_ARRAY(printer->arena, OutputColumn, count);
    printer->values = ARENA_ARRAY(printer->arena, Value, count);
    printer->columns_count = count;
    for (size_t i = 0; i < count; i++) {
        printer->columns[i].key = arena_text(printer->arena, columns[i].name);
        if (is_shown_as_value(columns[i].type)) printer->columns[i].type = columns[i].type;
    }
    return STATUS_OK;
}

static void open_output(Printer *printer, const Value *first_row)
{
    for (size_t i = 0; i < printer->columns_count; i++) {
        Type *type = &printer->columns[i].type;
        if (type->kind != TYPE_NONE) continue;
        ValueKind kind = first_row == NULL ? VALUE_MISSING : first_row[i].kind;
        bool is_number = kind == VALUE_DECIMAL || kind == VALUE_RATIO;
        type->kind = is_number ? TYPE_DECIMAL : TYPE_TEXT;
    }
    printer->output = output_open(printer->format, printer->columns, printer->columns_count);
}

static Status take_row(void *context, const Value *values, size_t count, Error *err)
{
    (void)err;
    Printer *printer = context;
    if (printer->output == NULL) open_output(printer, values);
    for (size_t i = 0; i < count; i++)
        printer->values[i] = sql_column_value(values[i], printer->columns[i].type);
    output_row(printer->output, printer->values);
    return STATUS_OK;
}

static Status print_rows(Invocation *invocation, App *app, Printer *printer, Error *err)
{
    SqlReceiver receiver = {.context = printer,
                            .row = take_row,
                            .heading = take_heading,
                            .progress = &invocation->progress};
    TRY(sqlite_add_functions(app_store(app), NULL, invocation->arena, err));
    TRY(store_query(app_store(app), invocation_argument(invocation, 0), NULL, 0, &receiver, err));
    if (printer->output == NULL) open_output(printer, NULL);
    return output_close(printer->output, err);
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    OutputFormat format = chosen->is_for_excel ? FORMAT_CSV : (OutputFormat)chosen->format;
    Printer printer = {.format = invocation_output(invocation, format, app_language(app)),
                       .arena = invocation->arena};
    printer.format.is_for_excel = chosen->is_for_excel;
    Status status = print_rows(invocation, app, &printer, err);
    output_done(&printer.output);
    return status;
}

const Command command_sql = {
    .name = "sql",
    .arguments = "'SELECT ...'",
    .summary = "ask with read-only SQL",
    .details =
        "Tables: customer, item, and one per stream; docs/data-model.md describes all columns.\n"
        "Inside the query numbers and money are scaled integers, dates day numbers: money is\n"
        "counted in ten-thousandths. A column selected as it is comes out as its value. Examples:\n"
        "  kohorta sql 'SELECT code, birth_date, revenue_per_year FROM customer LIMIT 5'\n"
        "  kohorta sql 'SELECT sum(amount) / 10000.0 AS amount FROM purchase WHERE amount > 0'",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
