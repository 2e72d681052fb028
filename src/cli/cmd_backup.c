/* cmd_backup.c -- kohorta backup: a consistent copy, made while others work. */
#include "cli/commands.h"

static Status run(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    const char *file = invocation->arguments[0];
    TRY(store_backup(app_store(app), file, &invocation->progress, err));
    invocation_done(invocation, "backup", text_of(file), "written");
    return STATUS_OK;
}

const Command command_backup = {
    .name = "backup",
    .arguments = "FILE",
    .summary = "write a consistent copy of the data to a new file",
    .details = "The copy is a database like the one in the data directory: to restore, make an\n"
               "empty folder and put the file into it as kohorta.db.",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run,
};
