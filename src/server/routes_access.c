/* routes_access.c -- users, tokens of programs, the audit log. */
#include "reply/access.h"
#include "server/handlers.h"
#include "server/routes.h"
#include "server/server_internal.h"

enum { LIMIT_USUAL = 100, LIMIT_MAX = 1000, AUDIT_FILE_ROWS_MAX = 1000000 };

static AccessClock clock_of(Request *request)
{
    return (AccessClock){request->server->options.clock.utc_second(),
                         app_now(request_app(request))};
}

static Status read_rights(const json_t *body, const char *key, Arena *arena, uint32_t *rights,
                          Error *err)
{
    Text *codes = NULL;
    size_t count = 0;
    TRY(json_get_texts(body, key, arena, &codes, &count, err));
    if (json_has(body, key)) *rights = 0;
    for (size_t i = 0; i < count; i++) {
        Right right;
        if (!right_parse(codes[i], &right))
            return error_set(err, STATUS_INVALID, "there is no right '%.*s'",
                             TEXT_FORMAT(codes[i]));
        *rights |= UINT32_C(1) << right;
    }
    return STATUS_OK;
}

/* ---- users ---- */

static Status list_users(Request *request, Response *response, Error *err)
{
    Page page;
    Users users;
    TRY(request_page(request, LIMIT_USUAL, LIMIT_MAX, &page, err));
    TRY(user_list(app_store(request_app(request)), page.after, page.limit + 1, request->arena,
                  &users, err));
    size_t count = users.count;
    bool has_more = count > page.limit;
    if (has_more) count = page.limit;
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "items");
    json_begin(json, '[');
    for (size_t i = 0; i < count; i++)
        reply_user(json, &users.items[i]);
    json_end(json, ']');
    response_next(json, has_more, has_more ? users.items[count - 1].login : TEXT(""));
    json_end(json, '}');
    return STATUS_OK;
}

/* What the body says over what the user is. */
static Status read_user(Request *request, const json_t *body, User *user, Error *err)
{
    Text role = {0}, language = {0};
    TRY(json_get_text(body, "name", &user->name, err));
    TRY(json_get_text(body, "role", &role, err));
    TRY(json_get_text(body, "manager", &user->manager, err));
    TRY(json_get_text(body, "language", &language, err));
    TRY(json_get_bool(body, "is_blocked", &user->is_blocked, err));
    TRY(read_rights(body, "rights", request->arena, &user->own_rights, err));
    if (role.data != NULL && !role_parse(role, &user->role))
        return error_set(err, STATUS_INVALID, "there is no role '%.*s'", TEXT_FORMAT(role));
    if (language.data != NULL && !language_parse(language, &user->language))
        return error_set(err, STATUS_INVALID, "there is no language '%.*s'", TEXT_FORMAT(language));
    if (language.data != NULL) user->has_language = true;
    if (json_is_null(json_object_get(body, "language"))) user->has_language = false;
    if (user->role != ROLE_MANAGER && !json_has(body, "manager")) user->manager = TEXT("");
    return STATUS_OK;
}

static Status write_user_with_link(Request *request, Response *response, const User *user,
                                   Text secret)
{
    Moment now = app_now(request_app(request));
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "user");
    reply_user(json, user);
    json_key(json, "link");
    json_text(json, secret);
    json_key(json, "expires");
    json_moment(json, (Moment){now.second + (int64_t)LINK_HOURS * 3600});
    json_end(json, '}');
    return STATUS_OK;
}

static Status add_user(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"login", "name", "role", "rights", "manager", "language"};
    const json_t *body;
    User draft = {.role = ROLE_VIEWER}, user;
    Text role, secret;
    TRY(request_json(request, &body, err));
    TRY(json_only(body, keys, sizeof keys / sizeof keys[0], err));
    TRY(json_need_text(body, "login", &draft.login, err));
    TRY(json_need_text(body, "role", &role, err));
    TRY(read_user(request, body, &draft, err));
    App *writer;
    TRY(request_writer(request, &writer, err));
    AccessClock clock = clock_of(request);
    TRY(user_add(app_store(writer), &draft, clock, request->arena, &user, err));
    TRY(user_make_link(app_store(writer), &user, clock, request->arena, &secret, err));
    TRY(request_audit(request, AUDIT_USER, user.login, TEXT("added"), err));
    response_created(response,
                     arena_printf(request->arena, "/api/v1/users/%.*s", TEXT_FORMAT(user.login)));
    return write_user_with_link(request, response, &user, secret);
}

static Status change_user(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name",    "role",     "rights",
                                       "manager", "language", "is_blocked"};
    const json_t *body;
    User user;
    App *writer;
    TRY(request_json(request, &body, err));
    TRY(json_only(body, keys, sizeof keys / sizeof keys[0], err));
    TRY(request_writer(request, &writer, err));
    TRY(user_get(app_store(writer), request_path(request, "login"), request->arena, &user, err));
    TRY(read_user(request, body, &user, err));
    TRY(user_change(app_store(writer), &user, err));
    TRY(request_audit(request, AUDIT_USER, user.login,
                      user.is_blocked ? TEXT("changed, blocked") : TEXT("changed"), err));
    reply_user(response_json(response), &user);
    return STATUS_OK;
}

static Status make_link(Request *request, Response *response, Error *err)
{
    User user;
    App *writer;
    Text secret;
    TRY(request_writer(request, &writer, err));
    TRY(user_get(app_store(writer), request_path(request, "login"), request->arena, &user, err));
    TRY(user_make_link(app_store(writer), &user, clock_of(request), request->arena, &secret, err));
    TRY(request_audit(request, AUDIT_USER, user.login, TEXT("link"), err));
    response_code(response, 201);
    return write_user_with_link(request, response, &user, secret);
}

/* ---- tokens ---- */

static Status list_tokens(Request *request, Response *response, Error *err)
{
    Page page;
    Tokens tokens;
    uint64_t after;
    TRY(request_page(request, LIMIT_USUAL, LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", 0, UINT32_MAX, &after, err));
    TRY(token_list(app_store(request_app(request)), (uint32_t)after, page.limit + 1, request->arena,
                   &tokens, err));
    size_t count = tokens.count;
    bool has_more = count > page.limit;
    if (has_more) count = page.limit;
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "items");
    json_begin(json, '[');
    for (size_t i = 0; i < count; i++)
        reply_token(json, &tokens.items[i]);
    json_end(json, ']');
    response_next(json, has_more,
                  has_more ? arena_printf(request->arena, "%u", tokens.items[count - 1].id)
                           : TEXT(""));
    json_end(json, '}');
    return STATUS_OK;
}

static Status add_token(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "scopes", "expires"};
    const json_t *body;
    Token draft = {.created_at = app_now(request_app(request))};
    TokenWithSecret made;
    User user;
    App *writer;
    TRY(request_json(request, &body, err));
    TRY(json_only(body, keys, sizeof keys / sizeof keys[0], err));
    TRY(json_need_text(body, "name", &draft.name, err));
    TRY(read_rights(body, "scopes", request->arena, &draft.rights, err));
    TRY(json_get_date(body, "expires", &draft.has_expiry, &draft.expires, err));
    TRY(request_writer(request, &writer, err));
    Store *store = app_store(writer);
    TRY(user_find_by_id(store, request->principal.user_id, request->arena, &user, err));
    TRY(token_add(store, &user, &draft, request->arena, &made, err));
    TRY(request_audit(request, AUDIT_TOKEN, draft.name, TEXT("made"), err));
    response_created(response, arena_printf(request->arena, "/api/v1/tokens/%u", made.token.id));
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "token");
    reply_token(json, &made.token);
    json_key(json, "secret");
    json_text(json, made.secret);
    json_end(json, '}');
    return STATUS_OK;
}

static Status revoke_token(Request *request, Response *response, Error *err)
{
    uint64_t id;
    App *writer;
    TRY(request_path_number(request, "id", &id, err));
    if (id > UINT32_MAX) return error_set(err, STATUS_NOT_FOUND, "there is no such token");
    TRY(request_writer(request, &writer, err));
    TRY(token_revoke(app_store(writer), (uint32_t)id, err));
    TRY(request_audit(request, AUDIT_TOKEN, request_path(request, "id"), TEXT("revoked"), err));
    response_nothing(response);
    return STATUS_OK;
}

/* ---- the audit log ---- */

static Status read_audit_query(Request *request, AuditQuery *query, Error *err)
{
    *query = (AuditQuery){.user = request_query(request, "user"),
                          .kind = request_query(request, "kind"),
                          .search = request_query(request, "search"),
                          .has_from = request_query(request, "from").size > 0,
                          .has_to = request_query(request, "to").size > 0};
    TRY(request_query_date(request, "from", query->from, &query->from, err));
    TRY(request_query_date(request, "to", query->to, &query->to, err));
    return request_query_number(request, "after", 0, INT64_MAX, &query->before, err);
}

static Status answer_audit_file(Request *request, Response *response, ListForm form,
                                AuditQuery *query, Error *err)
{
    AuditRow *rows;
    size_t count;
    OutputOptions options;
    query->limit = AUDIT_FILE_ROWS_MAX;
    TRY(store_list_audit(app_store(request_app(request)), query, request->arena, &rows, &count,
                         err));
    TRY(begin_list_file(request, response, form, TEXT("audit"), &options, err));
    return output_audit(options, rows, count, err);
}

static Status list_audit(Request *request, Response *response, Error *err)
{
    Page page;
    AuditRow *rows;
    size_t count;
    AuditQuery query;
    ListForm form;
    TRY(request_page(request, LIMIT_USUAL, LIMIT_MAX, &page, err));
    TRY(read_audit_query(request, &query, err));
    TRY(read_list_form(request_query(request, "format"), &form, err));
    if (form != LIST_PAGE) return answer_audit_file(request, response, form, &query, err);
    query.limit = page.limit + 1;
    TRY(store_list_audit(app_store(request_app(request)), &query, request->arena, &rows, &count,
                         err));
    bool has_more = count > page.limit;
    if (has_more) count = page.limit;
    JsonWriter *json = response_json(response);
    json_begin(json, '{');
    json_key(json, "items");
    json_begin(json, '[');
    for (size_t i = 0; i < count; i++)
        reply_audit(json, &rows[i]);
    json_end(json, ']');
    unsigned long long last = has_more ? rows[count - 1].id : 0;
    response_next(json, has_more, arena_printf(request->arena, "%llu", last));
    json_end(json, '}');
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/users", RIGHT_ADMIN, RUN_LIGHT, BODY_NONE, list_users},
    {METHOD_POST, "/api/v1/users", RIGHT_ADMIN, RUN_LIGHT, BODY_JSON, add_user},
    {METHOD_PATCH, "/api/v1/users/{login}", RIGHT_ADMIN, RUN_LIGHT, BODY_JSON, change_user},
    {METHOD_POST, "/api/v1/users/{login}/link", RIGHT_ADMIN, RUN_LIGHT, BODY_JSON, make_link},
    {METHOD_GET, "/api/v1/tokens", RIGHT_ADMIN, RUN_LIGHT, BODY_NONE, list_tokens},
    {METHOD_POST, "/api/v1/tokens", RIGHT_ADMIN, RUN_LIGHT, BODY_JSON, add_token},
    {METHOD_DELETE, "/api/v1/tokens/{id}", RIGHT_ADMIN, RUN_LIGHT, BODY_NONE, revoke_token},
    {METHOD_GET, "/api/v1/audit", RIGHT_ADMIN, RUN_LIGHT, BODY_NONE, list_audit},
};

const RouteTable routes_access = {items, sizeof items / sizeof items[0]};
