/* cmd_items.c -- kohorta items: a look at what is sold. */
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

static Status put_items(Invocation *invocation, App *app, const Options *chosen, Output *output,
                        Error *err)
{
    ListQuery query = {.search = invocation_argument(invocation, 0),
                       .after = chosen->after,
                       .limit = rows_chosen(chosen->limit, LIMIT_DEFAULT)};
    const Item **items = NULL;
    size_t count = 0;
    TRY(store_list_items(app_store(app), &query, invocation->arena, &items, &count, err));
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {
            value_text(items[i]->code),
            value_text(items[i]->name),
            value_text(items[i]->group),
            value_text(items[i]->brand),
            items[i]->price,
            items[i]->cost,
        };
        output_row(output, values);
    }
    if (count == query.limit)
        invocation_note(invocation, "the first %zu are shown; --limit 0 shows all", count);
    return STATUS_OK;
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    Language language = app_language(app);
    Type text = {.kind = TYPE_TEXT};
    Type money = {.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true};
    const OutputColumn columns[] = {
        {TEXT("code"), label_get(LABEL_CODE, language), text},
        {TEXT("name"), label_get(LABEL_NAME, language), text},
        {TEXT("group"), label_get(LABEL_GROUP, language), text},
        {TEXT("brand"), label_get(LABEL_BRAND, language), text},
        {TEXT("price"), label_get(LABEL_PRICE, language), money},
        {TEXT("cost"), label_get(LABEL_COST, language), money},
    };
    OutputOptions format = invocation_output(invocation, (OutputFormat)chosen->format, language);
    AUTO(output_done) Output *output = output_open(format, columns, 6);
    TRY(put_items(invocation, app, chosen, output, err));
    return output_close(output, err);
}

const Command command_items = {
    .name = "items",
    .arguments = "[TEXT]",
    .summary = "list items, those with TEXT in code or name",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_max = 1,
    .run = run,
};
