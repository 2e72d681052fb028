/* routes_session.c -- signing in and out, who one is, how the data directory is. */
#include "base/fold.h"
#include "reply/access.h"
#include "reply/fields.h"
#include "segment/settings.h"
#include "server/gate.h"
#include "server/handlers.h"
#include "server/routes.h"
#include "server/server_internal.h"
#include "server/sessions.h"

/* ---- what a session is ---- */

static void write_features(const SegmentSettings *settings, JsonWriter *json)
{
    json_key(json, "features");
    json_begin(json, '{');
    field_flag(json, "segmentation", settings->values[SETTING_SEGMENTATION] != 0);
    field_flag(json, "agreements", settings->values[SETTING_AGREEMENTS] != AGREEMENTS_OFF);
    json_end(json, '}');
}

/* How the data directory is, as an object. */
static Status write_status(Request *request, JsonWriter *json, Error *err)
{
    App *app = request_app(request);
    const Settings *settings = &app_schema(app)->settings;
    SegmentSettings switches;
    Dataset *dataset;
    const DatasetView *view;
    AUTO(bounds_done) Bounds bounds = {0};
    TRY(read_bounds(request, app, &bounds, err));
    TRY(segment_settings_read(app_store(app), &switches, err));
    TRY(app_view(app, NULL, &dataset, &view, err));
    json_begin(json, '{');
    field_text(json, "version", request->server->options.version);
    field_text(
        json, "generation",
        arena_printf(request->arena, "%llu", (unsigned long long)dataset_view_generation(view)));
    field_date(json, "today", true, app_today(app));
    field_moment(json, "now", true, app_now(app));
    field_text(json, "time_zone", settings->time_zone);
    field_text(json, "currency", settings->currency);
    field_code(json, "language", language_code(settings->language));
    field_count(json, "customers",
                bounds.is_bounded ? customer_set_count(&bounds.customers)
                                  : dataset_view_customers_count(view));
    if (!bounds.is_bounded) field_count(json, "events", dataset_view_facts(view).image_events);
    write_features(&switches, json);
    json_end(json, '}');
    dataset_release(dataset, view);
    return STATUS_OK;
}

static Status write_session(Request *request, Response *response, const User *user, Error *err)
{
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "user");
    if (request->session.size > 0)
        reply_user(json, user);
    else
        json_nothing(json);
    json_key(json, "csrf");
    if (request->session.size > 0)
        json_text(json, session_csrf(request->session, request->arena));
    else
        json_nothing(json);
    json_key(json, "scopes");
    reply_rights(json, request->principal.rights);
    json_key(json, "status");
    TRY(write_status(request, json, err));
    json_end(json, '}');
    return STATUS_OK;
}

static void set_cookie(Request *request, Response *response, Text secret, int64_t seconds)
{
    bool is_secure = request->server->options.is_behind_proxy &&
                     text_equal(request_header(request, "X-Forwarded-Proto"), TEXT("https"));
    response_header(response, "Set-Cookie",
                    arena_printf(request->arena,
                                 GATE_COOKIE "=%.*s; Path=/; HttpOnly; SameSite=Strict; "
                                             "Max-Age=%lld%s",
                                 TEXT_FORMAT(secret), (long long)seconds,
                                 is_secure ? "; Secure" : ""));
}

/* From here on the request is of this user. */
static Status begin_session(Request *request, Response *response, const User *user, Error *err)
{
    Server *server = request->server;
    SessionOf of = {user->id, user->secrets_number};
    TRY(sessions_begin(server->sessions, of, server->options.clock.utc_second(), request->arena,
                       &request->session, err));
    request->principal = user_principal(user);
    set_cookie(request, response, request->session, (int64_t)SESSION_DAYS_MAX * 86400);
    return write_session(request, response, user, err);
}

/* ---- routes ---- */

static Status get_session(Request *request, Response *response, Error *err)
{
    User user;
    TRY(user_find_by_id(app_store(request_app(request)), request->principal.user_id, request->arena,
                        &user, err));
    return write_session(request, response, &user, err);
}

static Status too_many(Request *request, Response *response, int64_t seconds, Error *err)
{
    request->http_code = 429;
    response->retry_seconds = (uint64_t)seconds;
    return error_set(err, STATUS_DENIED, "too many attempts failed; try again in %lld minutes",
                     (long long)(seconds + 59) / 60);
}

static void note(Request *request, AuditKind kind, Text login, uint32_t user_id)
{
    const AuditEntry entry = {
        .at = app_now(request_app(request)), .user = login, .kind = kind, .object = login};
    notes_add_sign_in(request->server->notes, &entry, user_id);
}

/* Whose password is tried, if there is such a user, and from where: what was typed instead of a
 * login may be a password. */
static void note_refusal(Request *request, Text login)
{
    User user;
    Error ignored;
    App *app = request_app(request);
    bool is_known = user_get(app_store(app), login, request->arena, &user, &ignored) == STATUS_OK;
    const AuditEntry entry = {.at = app_now(app),
                              .kind = AUDIT_SIGN_IN_REFUSED,
                              .object = is_known ? user.login : TEXT(""),
                              .detail = request->address};
    notes_add(request->server->notes, &entry);
}

static Status post_sign_in(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"login", "password"};
    Server *server = request->server;
    const json_t *body;
    Text login, password;
    TRY(request_json(request, &body, err));
    TRY(json_only(body, keys, 2, err));
    TRY(json_need_text(body, "login", &login, err));
    TRY(json_need_text(body, "password", &password, err));
    const Attempt attempt = {request->address, text_fold(login, request->arena)};
    int64_t now = server->options.clock.utc_second();
    int64_t wait = throttle_wait(&server->throttle, attempt, now);
    if (wait > 0) return too_many(request, response, wait, err);
    User user;
    Status status = user_check_password(app_store(request_app(request)), login, password,
                                        request->arena, &user, err);
    if (status == STATUS_DENIED) {
        throttle_note_failure(&server->throttle, attempt, now);
        note_refusal(request, login);
        request->http_code = 401;
        return status;
    }
    TRY(status);
    throttle_forget(&server->throttle, attempt);
    note(request, AUDIT_SIGN_IN, user.login, user.id);
    return begin_session(request, response, &user, err);
}

static Status post_link(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"link", "password"};
    Server *server = request->server;
    const json_t *body;
    Text link, password = {0};
    TRY(request_json(request, &body, err));
    TRY(json_only(body, keys, 2, err));
    TRY(json_need_text(body, "link", &link, err));
    TRY(json_get_text(body, "password", &password, err));
    const Attempt attempt = {request->address, TEXT("\nlink")};
    int64_t now = server->options.clock.utc_second();
    int64_t wait = throttle_wait(&server->throttle, attempt, now);
    if (wait > 0) return too_many(request, response, wait, err);
    AccessClock clock = {now, app_now(request_app(request))};
    User user;
    Status status =
        user_of_link(app_store(request_app(request)), link, clock, request->arena, &user, err);
    if (status == STATUS_DENIED) throttle_note_failure(&server->throttle, attempt, now);
    TRY(status);
    App *writer;
    TRY(request_writer(request, &writer, err));
    TRY(user_of_link(app_store(writer), link, clock, request->arena, &user, err));
    TRY(user_use_link(app_store(writer), &user, password, clock, err));
    TRY(user_find_by_id(app_store(writer), user.id, request->arena, &user, err));
    note(request, AUDIT_SIGN_IN, user.login, user.id);
    return begin_session(request, response, &user, err);
}

static Status post_password(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"password", "new_password"};
    const json_t *body;
    Text password, new_password;
    TRY(request_json(request, &body, err));
    TRY(json_only(body, keys, 2, err));
    TRY(json_need_text(body, "password", &password, err));
    TRY(json_need_text(body, "new_password", &new_password, err));
    App *writer;
    TRY(request_writer(request, &writer, err));
    Store *store = app_store(writer);
    User user;
    TRY(user_find_by_id(store, request->principal.user_id, request->arena, &user, err));
    TRY(user_change_password(store, &user, password, new_password, err));
    TRY(user_find_by_id(store, user.id, request->arena, &user, err));
    TRY(request_audit(request, AUDIT_PASSWORD, user.login, TEXT(""), err));
    if (request->session.size > 0)
        sessions_renew(request->server->sessions, request->session, user.secrets_number);
    response_nothing(response);
    return STATUS_OK;
}

static Status post_sign_out(Request *request, Response *response, Error *err)
{
    (void)err;
    sessions_end(request->server->sessions, gate_cookie(request),
                 request->server->options.clock.utc_second());
    set_cookie(request, response, TEXT(""), 0);
    note(request, AUDIT_SIGN_OUT, request->principal.login, 0);
    response_nothing(response);
    return STATUS_OK;
}

static Status get_status(Request *request, Response *response, Error *err)
{
    return write_status(request, response_json(response), err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/session", RIGHT_SIGNED_IN, RUN_LIGHT, BODY_NONE, get_session},
    {METHOD_POST, "/api/v1/session/sign-in", RIGHT_NONE, RUN_LIGHT, BODY_JSON, post_sign_in},
    {METHOD_POST, "/api/v1/session/link", RIGHT_NONE, RUN_LIGHT, BODY_JSON, post_link},
    {METHOD_POST, "/api/v1/session/password", RIGHT_SIGNED_IN, RUN_LIGHT, BODY_JSON, post_password},
    {METHOD_POST, "/api/v1/session/sign-out", RIGHT_SIGNED_IN, RUN_LIGHT, BODY_JSON, post_sign_out},
    {METHOD_GET, "/api/v1/status", RIGHT_SIGNED_IN, RUN_LIGHT, BODY_NONE, get_status},
};

const RouteTable routes_session = {items, sizeof items / sizeof items[0]};
