/* cmd_check.c -- kohorta check: verifies everything the data directory promises. */
#include "cli/commands.h"

#include "reply/fields.h"

static void tell_as_json(Invocation *invocation, const Text *problems, size_t problems_count)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    field_flag(&writer, "is_sound", problems_count == 0);
    field_texts(&writer, "problems", problems, problems_count);
    json_end(&writer, '}');
    invocation_json(invocation, &buffer);
}

/* For reading. A directory of an older version is brought up to date first. */
static Status open_current(Invocation *invocation, App **ret_app, Error *err)
{
    Status status = invocation_open(invocation, STORE_READ, ret_app, err);
    if (status != STATUS_CONFLICT) return status;
    AUTO(app_done) App *writer = NULL;
    TRY(invocation_open(invocation, STORE_WRITE, &writer, err));
    app_done(&writer);
    return invocation_open(invocation, STORE_READ, ret_app, err);
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Text *problems = NULL;
    size_t problems_count = 0;
    TRY(open_current(invocation, &app, err));
    TRY(store_check(app_store(app), &invocation->progress, invocation->arena, &problems,
                    &problems_count, err));
    invocation->exit_code = problems_count == 0 ? 0 : status_exit_code(STATUS_CORRUPT);
    if (invocation->common.is_json) {
        tell_as_json(invocation, problems, problems_count);
        return STATUS_OK;
    }
    for (size_t i = 0; i < problems_count; i++)
        invocation_say(invocation, "%.*s", TEXT_FORMAT(problems[i]));
    if (problems_count == 0) invocation_say(invocation, "everything is sound");
    return STATUS_OK;
}

const Command command_check = {
    .name = "check",
    .arguments = "",
    .summary = "verify the data directory",
    .details = "Prints every problem it finds and ends with 1 when there are any.",
    .run = run,
};
