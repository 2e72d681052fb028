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

static Status admit_token(Request *request, Text header, Error *err)
{
    Text secret, scheme = text_split(header, ' ', &secret);
    Store *store = app_store(request->app);
    if (!text_equal_ascii_case(scheme, TEXT("Bearer")))
        return refuse(request, 401, err, "Authorization wants to be 'Bearer TOKEN'");
    Status status = token_principal(store, text_trim(secret), app_today(request->app),
                                    request->arena, &request->principal, err);
    if (status == STATUS_DENIED) request->http_code = 401;
    return status;
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
    TRY(user_find_by_id(app_store(request->app), session.user_id, request->arena, &user, err));
    bool is_void = user.id == 0 || user.is_blocked || user.secrets_number != session.secrets_number;
    if (is_void) return STATUS_OK;
    if (request->route->right != RIGHT_NONE) TRY(check_page(request, secret, err));
    request->principal = user_principal(&user);
    request->session = secret;
    return STATUS_OK;
}

static Status find_principal(Request *request, Error *err)
{
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
    return error_set(err, STATUS_DENIED, "this needs the right '%s', which '%.*s' has not",
                     right_code(request->route->right), TEXT_FORMAT(request->principal.login));
}
