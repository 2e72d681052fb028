/* breakdown.c -- which conditions of a rule decide, told as a table or as JSON. */
#include "cli/breakdown.h"

#include "cli/labels.h"

typedef struct {
    Arena *arena;
    Output *output;
} Teller;

static void put_rows(const Teller *teller, const BreakdownNode *node, int depth)
{
    Text text = arena_printf(teller->arena, "%*s%.*s", 2 * depth, "", TEXT_FORMAT(node->text));
    const Value values[] = {value_decimal((int64_t)node->holds),
                            value_decimal((int64_t)node->only_missing),
                            {.kind = VALUE_TEXT, .as.text = text}};
    output_row(teller->output, values);
    for (size_t i = 0; i < node->children_count; i++)
        put_rows(teller, &node->children[i], depth + 1);
}

static Status tell_as_table(Invocation *invocation, const Breakdown *breakdown, Language language,
                            Error *err)
{
    Type count = {.kind = TYPE_DECIMAL};
    const OutputColumn columns[] = {
        {TEXT("holds"), label_get(LABEL_CUSTOMERS, language), count},
        {TEXT("only_missing"), label_get(LABEL_ONLY_MISSING_COUNT, language), count},
        {TEXT("condition"), label_get(LABEL_CONDITION, language), (Type){.kind = TYPE_TEXT}},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 3);
    Teller teller = {.arena = invocation->arena, .output = output};
    put_rows(&teller, &breakdown->root, 0);
    return output_close(output, err);
}

static void tell_as_json(Invocation *invocation, const Breakdown *breakdown, Date as_of,
                         Warnings warnings)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, "as_of");
    json_date(&writer, as_of);
    json_key(&writer, "base");
    json_count(&writer, breakdown->customers_count);
    json_key(&writer, "breakdown");
    reply_breakdown(&writer, &breakdown->root);
    reply_warnings(&writer, warnings);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

Status breakdown_tell(Invocation *invocation, const Breakdown *breakdown, Date as_of,
                      Warnings warnings, Error *err)
{
    if (!invocation->common.is_json)
        return tell_as_table(invocation, breakdown, warnings.language, err);
    tell_as_json(invocation, breakdown, as_of, warnings);
    return STATUS_OK;
}
