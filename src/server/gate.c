/* gate.c -- who sends a request and whether he may.
 *
 * A program sends a token. A browser sends the cookie of a session by itself, also when the page of
 * somebody else makes it: so the cookie is kept to our own site, and whatever changes something
 * must carry a header that only our page can know. */
#include "server/gate.h"

#include "access/tokens.h"
#include "base/secret.h"
#include "server/server_internal.h"
#include "server/sessions.h"

static Status refuse(Request *request, int http_code, Error *err, const char *sentence)
{
    request->http_code = http_code;
    return error_set(err, STATUS_DENIED, "%s", sentence);
}

Text gate_cookie(const Request *request)
{
    Text cookies = request_header(request, "Cookie");
    while (cookies.size > 0) {
        Text rest, cookie = text_trim(text_split(cookies, ';', &rest));
        Text value, name = text_split(cookie, '=', &value);
        if (text_equal(name, TEXT(GATE_COOKIE))) return value;
        cookies = rest;
    }
    return (Text){0};
}

static Status look_up_token(Request *request, Text secret, const Digest *digest, Error *err)
{
    App *app = request->app;
    Status status = token_principal(app_store(app), secret, app_today(app), request->arena,
                                    &request->principal, err);
    if (status == STATUS_DENIED) request->http_code = 401;
    if (status == STATUS_OK)
        admissions_keep_token(request->desk->admissions, digest, &request->principal);
    return status;
}

static Status admit_token(Request *request, Text header, Error *err)
{
    Text secret, scheme = text_split(header, ' ', &secret);
    if (!text_equal_ascii_case(scheme, TEXT("Bearer")))
        return refuse(request, 401, err, "Authorization wants to be 'Bearer TOKEN'");
    secret = text_trim(secret);
    Digest digest = hash_blake2b(secret.data, secret.size);
    const Principal *known = admissions_find_token(request->desk->admissions, &digest);
    if (known == NULL) return look_up_token(request, secret, &digest, err);
    request->principal = *known;
    return STATUS_OK;
}

static Status find_user(Request *request, uint32_t id, User *ret_user, Error *err)
{
    const User *known = admissions_find_user(request->desk->admissions, id);
    if (known != NULL) {
        *ret_user = *known;
        return STATUS_OK;
    }
    TRY(user_find_by_id(app_store(request->app), id, request->arena, ret_user, err));
    admissions_keep_user(request->desk->admissions, ret_user);
    return STATUS_OK;
}

static Status check_page(Request *request, Text secret, Error *err)
{
    if (request->method == METHOD_GET) return STATUS_OK;
    Text site = request_header(request, "Sec-Fetch-Site");
    bool is_foreign = site.data != NULL && !text_equal(site, TEXT("same-origin")) &&
                      !text_equal(site, TEXT("none"));
    Text sent = request_header(request, "Kohorta-CSRF");
    if (!is_foreign && secret_equal(sent, session_csrf(secret, request->arena))) return STATUS_OK;
    return refuse(request, 403, err, "the header Kohorta-CSRF of the session is missing");
}

/* Nobody when the session is over. */
static Status admit_session(Request *request, Text secret, Error *err)
{
    Server *server = request->server;
    SessionOf session;
    User user;
    int64_t now = server->options.clock.utc_second();
    if (!sessions_find(server->sessions, secret, now, &session)) return STATUS_OK;
    TRY(find_user(request, session.user_id, &user, err));
    bool is_void = user.id == 0 || user.is_blocked || user.secrets_number != session.secrets_number;
    if (is_void) return STATUS_OK;
    if (request->route->right != RIGHT_NONE) TRY(check_page(request, secret, err));
    request->principal = user_principal(&user);
    request->session = secret;
    return STATUS_OK;
}

/* His texts live as long as the desk is in step: longer than the request needs them. */
static Status find_principal(Request *request, Error *err)
{
    App *app = request->app;
    admissions_follow(request->desk->admissions, app_commits_seen(app), app_today(app));
    Text token = request_header(request, "Authorization");
    if (token.data != NULL) return admit_token(request, token, err);
    Text secret = gate_cookie(request);
    return secret.size > 0 ? admit_session(request, secret, err) : STATUS_OK;
}

Status gate_admit(Request *request, Error *err)
{
    TRY(find_principal(request, err));
    if (principal_may(&request->principal, request->route->right)) return STATUS_OK;
    if (request->principal.user_id == 0) return refuse(request, 401, err, "sign in first");
    if (request->route->right > RIGHT_COUNT && !principal_sees_all(&request->principal))
        return error_set(err, STATUS_DENIED,
                         "this tells of all customers, and '%.*s' sees his own only",
                         TEXT_FORMAT(request->principal.login));
    return error_set(err, STATUS_DENIED, "this needs the right '%s', which '%.*s' has not",
                     right_code(request->route->right), TEXT_FORMAT(request->principal.login));
}
