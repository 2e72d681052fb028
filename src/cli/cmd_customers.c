/* cmd_customers.c -- kohorta customers: a look at the people and companies. */
#include "cli/commands.h"

#include "cli/labels.h"

typedef struct {
    int format;
    OptionCount limit;
    Text after;
} Options;

static const Option options[] = {
    OPTION(Options, limit, COUNT, "limit", "N", "at most so many (100; 0 is all)"),
    OPTION(Options, after, TEXT, "after", "CODE", "go on after this code"),
    OPTION(Options, format, CHOICE, "format", FORMAT_CHOICES, "how to write them"),
};

enum { LIMIT_DEFAULT = 100 };

static Value kind_value(const CustomerSummary *customer)
{
    if (!customer->has_kind) return value_missing();
    return value_text(customer->kind == CUSTOMER_PERSON ? TEXT("person") : TEXT("company"));
}

static Status put_customers(Invocation *invocation, App *app, const Options *chosen, Output *output,
                            Error *err)
{
    ListQuery query = {.search = invocation_argument(invocation, 0),
                       .after = chosen->after,
                       .limit = rows_chosen(chosen->limit, LIMIT_DEFAULT)};
    CustomerSummary *customers = NULL;
    size_t count = 0;
    TRY(store_list_customers(app_store(app), &query, invocation->arena, &customers, &count, err));
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {value_text(customers[i].code), value_text(customers[i].name),
                                kind_value(&customers[i])};
        output_row(output, values);
    }
    if (count == query.limit)
        invocation_note(invocation, "the first %zu are shown; --limit 0 shows all", count);
    return STATUS_OK;
}

static Status run_customers(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    Type kind = {.kind = TYPE_TEXT, .enumeration = ENUMERATION_CUSTOMER_KIND};
    const OutputColumn columns[] = {
        {TEXT("code"), label_get(LABEL_CODE, language), text},
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("kind"), label_get(LABEL_KIND, language), kind},
    };
    OutputOptions format = invocation_output(invocation, (OutputFormat)chosen->format, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    TRY(put_customers(invocation, app, chosen, output, err));
    return output_close(output, err);
}

const Command command_customers = {
    .name = "customers",
    .arguments = "[TEXT]",
    .summary = "list customers, those with TEXT in code or name",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run_customers,
};
