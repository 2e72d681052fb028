/* cmd_check.c -- kohorta check: verifies everything the data directory promises. */
#include "cli/commands.h"

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
    invocation_problems(invocation, problems, problems_count, "everything is sound");
    return STATUS_OK;
}

const Command command_check = {
    .name = "check",
    .arguments = "",
    .summary = "verify the data directory",
    .details = "Prints every problem it finds and ends with 1 when there are any.",
    .run = run,
};
