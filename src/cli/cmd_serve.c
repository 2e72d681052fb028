/* cmd_serve.c -- kohorta serve: the page and the API over HTTP. */
#include "cli/commands.h"

#include "access/users.h"
#include "base/decimal.h"
#include "cli/serve_settings.h"
#include "server/notify.h"

typedef struct {
    ServeOptions settings;
    Text link;
} Options;

static const Option options[] = {
    OPTION(Options, settings.listen, TEXT, "listen", "ADDRESS", "where to listen (127.0.0.1:8080)"),
    OPTION(Options, settings.config, TEXT, "config", "FILE", "settings, one NAME = VALUE a line"),
    OPTION(Options, settings.log, TEXT, "log", "logfmt|json|none", "form of the lines on stderr"),
    OPTION(Options, link, TEXT, "link", "LOGIN", "print a link for him to sign in with once"),
};

/* A link for somebody to sign in with once: for who is named, else when nobody can sign in yet. */
static Status make_link(Invocation *invocation, Text login, Text *ret_secret, Error *err)
{
    AUTO(app_done) App *app = NULL;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    AccessClock clock = {invocation->environment->utc_second(), app_now(app)};
    Store *store = app_store(app);
    TRY(users_begin(store, clock, invocation->arena, ret_secret, err));
    if (login.data == NULL || ret_secret->size > 0) return STATUS_OK;
    User user;
    TRY(user_get(store, login, invocation->arena, &user, err));
    return user_make_link(store, &user, clock, invocation->arena, ret_secret, err);
}

/* What stands before the port. */
static Text host_of(Text listen)
{
    size_t colon = listen.size;
    while (colon > 0 && listen.data[colon - 1] != ':')
        colon--;
    return text_slice(listen, 0, colon > 0 ? colon - 1 : 0);
}

static Status tell_address(Invocation *invocation, const Server *server, Text host, Text secret,
                           Error *err)
{
    if (invocation->common.is_quiet) return STATUS_OK;
    unsigned port = server_port(server);
    invocation_say(invocation, "serving at http://%.*s:%u", TEXT_FORMAT(host), port);
    if (secret.size > 0)
        invocation_say(invocation, "sign in once by http://%.*s:%u/sign-in?link=%.*s",
                       TEXT_FORMAT(host), port, TEXT_FORMAT(secret));
    return output_flush(invocation->environment->out, err);
}

/* What systemd tells in variables. */
static void read_service(const Environment *environment, ServerOptions *serving)
{
    const char *interval = environment->variable("WATCHDOG_USEC");
    int64_t microseconds;
    int scale;
    serving->notify_socket = environment->variable("NOTIFY_SOCKET");
    serving->socket = notify_listening_socket(environment->variable("LISTEN_PID"),
                                              environment->variable("LISTEN_FDS"));
    if (interval != NULL && decimal_parse(text_of(interval), &microseconds, &scale) && scale == 0 &&
        microseconds > 0)
        serving->watchdog_nanoseconds = (uint64_t)microseconds * 1000;
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    const Options *chosen = given;
    const Environment *environment = invocation->environment;
    AppClock clock;
    TRY(invocation_clock(invocation, &clock, err));
    ServerOptions serving = {
        .directory = invocation_directory(invocation),
        .version = TEXT(KOHORTA_VERSION),
        .clock = {environment->utc_second, environment->now_nanoseconds, clock.has_today,
                  clock.today},
        .log = environment->error,
    };
    Text secret;
    TRY(serve_settings_read(invocation, &chosen->settings, &serving, err));
    read_service(environment, &serving);
    TRY(make_link(invocation, chosen->link, &secret, err));
    AUTO(server_done) Server *server = NULL;
    TRY(server_start(&serving, &server, err));
    TRY(tell_address(invocation, server, host_of(serving.listen), secret, err));
    server_run(server, environment->is_interrupted);
    return STATUS_OK;
}

const Command command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "serve the page and the API over HTTP",
    .details =
        "Other commands work beside it: each waits for the other's writing to end. On the first\n"
        "start a link is printed by which the administrator signs in and chooses a password.",
    .options = options,
    .options_count = sizeof options / sizeof options[0],
    .options_size = sizeof(Options),
    .run = run,
};
