/* cmd_erase.c -- kohorta erase: removes a person everywhere and prints the act. */
#include "cli/commands.h"

#include "reply/data.h"
#include "reply/human.h"

typedef struct {
    bool is_confirmed;
} Options;

static const Option options[] = {
    OPTION(Options, is_confirmed, FLAG, "yes", NULL, "really do it; there is no way back"),
};

static void print_as_json(Invocation *invocation, App *app, const EraseAct *act)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_erase_act(&writer, act, app_schema(app));
    invocation_json(invocation, &buffer);
}

static void print_line(Invocation *invocation, Text what, Text value)
{
    enum { VALUE_COLUMN = 14 };
    size_t width = human_width(what);
    invocation_say(invocation, "  %.*s%*s%.*s", TEXT_FORMAT(what),
                   (int)(width + 2 < VALUE_COLUMN ? VALUE_COLUMN - width : 2), "",
                   TEXT_FORMAT(value));
}

static void print_count(Invocation *invocation, Text what, uint64_t count, const char *unit)
{
    print_line(invocation, what,
               arena_printf(invocation->arena, "%llu %s", (unsigned long long)count, unit));
}

static void print_act(Invocation *invocation, App *app, const EraseAct *act)
{
    char at[DATE_TEXT_MAX], digest[65];
    hash_hex(act->act_digest, digest);
    invocation_say(invocation, "act of erasure");
    print_line(invocation, TEXT("customer"), act->code);
    print_line(invocation, TEXT("done at"), moment_print_iso(act->at, at));
    print_count(invocation, TEXT("properties"), act->properties, "values");
    for (size_t i = 0; i < app_schema(app)->streams_count; i++)
        if (act->events[i] > 0)
            print_count(invocation, app_schema(app)->streams[i].name, act->events[i], "events");
    print_line(invocation, TEXT("digest"), text_of(digest));
    invocation_say(invocation, "copies and backups made before still hold the data: erase there "
                               "too, or let them expire");
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const Options *chosen = given;
    Text code = invocation_argument(invocation, 0);
    TRY(invocation_open(invocation, chosen->is_confirmed ? STORE_WRITE : STORE_READ, &app, err));
    if (!chosen->is_confirmed) {
        CustomerRow row;
        TRY(store_read_customer(app_store(app), code, invocation->arena, &row, err));
        return error_set(err, STATUS_INVALID,
                         "this removes customer '%.*s' with all his events for ever; add --yes to "
                         "do it",
                         TEXT_FORMAT(row.code));
    }
    EraseAct act;
    TRY(store_erase_customer(app_store(app), code, app_now(app), invocation->arena, &act, err));
    if (invocation->common.is_json) {
        print_as_json(invocation, app, &act);
    } else {
        print_act(invocation, app, &act);
    }
    return STATUS_OK;
}

const Command command_erase = {
    .name = "erase",
    .arguments = "CODE --yes",
    .summary = "remove a person everywhere and print the act",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run,
};
