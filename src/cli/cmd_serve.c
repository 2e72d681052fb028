/* cmd_serve.c -- kohorta serve: the page and the API over HTTP. */
#include "cli/commands.h"

#include "server/server.h"

typedef struct {
    Text listen;
    int log_format;
} Options;

static const Option options[] = {
    OPTION(Options, listen, TEXT, "listen", "ADDRESS", "where to listen (127.0.0.1:8080)"),
    OPTION(Options, log_format, CHOICE, "log", "logfmt|json", "form of the lines on stderr"),
};

static Status run(Invocation *invocation, const void *given, Error *err)
{
    const Options *chosen = given;
    const Environment *environment = invocation->environment;
    AppClock clock;
    TRY(invocation_clock(invocation, &clock, err));
    ServerOptions serving = {
        .directory = invocation_directory(invocation),
        .listen = chosen->listen.data != NULL ? chosen->listen : TEXT("127.0.0.1:8080"),
        .socket = -1,
        .version = TEXT(KOHORTA_VERSION),
        .clock = {environment->utc_second, environment->now_nanoseconds, clock.has_today,
                  clock.today},
        .log = environment->error,
        .log_format = (LogFormat)chosen->log_format,
    };
    AUTO(server_done) Server *server = NULL;
    TRY(server_start(&serving, &server, err));
    if (!invocation->common.is_quiet) {
        invocation_say(invocation, "listening on port %u", server_port(server));
        TRY(output_flush(environment->out, err));
    }
    server_run(server, environment->is_interrupted);
    return STATUS_OK;
}

const Command command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "serve the page and the API over HTTP",
    .details = "Other commands work beside it: each waits for the other's writing to end.",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .run = run,
};
