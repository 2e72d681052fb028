/* request.h -- what a route learns of a request. All texts live as long as the request. */
#pragma once

#include "access/access.h"
#include "access/audit.h"
#include "app/app.h"

#include <jansson.h>

typedef enum {
    METHOD_GET, /* HEAD too */
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_COUNT
} Method;

typedef struct Request Request;

Arena *request_arena(Request *request); /* ends after the answer */
/* For reading; it holds one generation of the data until the answer, whose number the answer
 * names. */
App *request_app(Request *request);
/* For writing: opened on the first call, which waits for whoever writes now and then keeps others
 * out until the answer. errors  CONFLICT when somebody goes on writing */
MUST_CHECK Status request_writer(Request *request, App **ret_app, Error *err);
/* For questions that take long: they end when the client is gone, the time is over, too much memory
 * is used or the server stops. */
const Progress *request_progress(Request *request);

/* What the server's clock shows. */
int64_t request_utc_second(const Request *request);
/* The name that goes into journals and histories. */
Text request_author(const Request *request);
/* Into the audit log, which tells of whatever changed something or went out as a file; only who has
 * more to say than the route says calls this: with the writing of this request when it writes, else
 * as soon as the directory can be written. The object is a name, never that of a customer. */
MUST_CHECK Status request_audit(Request *request, AuditKind kind, Text object, Text detail,
                                Error *err);
/* The language of sentences: ?language=, else Accept-Language, else that of the directory. */
Language request_language(Request *request);

/* A manager sees his own customers only. The source of a rule, narrowed to what the principal may
 * see: itself, or "(source) and manager = '...'". An empty source means everybody. */
Text request_narrow(Request *request, Text source);
/* NOT_FOUND, as if he were not there, for a customer that the principal may not see. */
MUST_CHECK Status request_may_see(Request *request, Text customer_code, Error *err);

/* ---- parts of the request ---- */

/* A parameter of the path, decoded; it is there, because the pattern names it. */
Text request_path(const Request *request, const char *name);
/* The same as a number. NOT_FOUND when it is none: such a thing is not there. */
MUST_CHECK Status request_path_number(const Request *request, const char *name,
                                      uint64_t *ret_number, Error *err);
/* Parameters of the query. A text is empty with data NULL when absent. */
Text request_query(const Request *request, const char *name);
MUST_CHECK Status request_query_number(const Request *request, const char *name, uint64_t usual,
                                       uint64_t max, uint64_t *ret_number, Error *err);
MUST_CHECK Status request_query_bool(const Request *request, const char *name, bool usual,
                                     bool *ret_value, Error *err);
MUST_CHECK Status request_query_date(const Request *request, const char *name, Date usual,
                                     Date *ret_date, Error *err);
/* ?as_of=, else today. */
MUST_CHECK Status request_as_of(Request *request, Date *ret_date, Error *err);
/* A header, found without regard to case; empty with data NULL when absent. */
Text request_header(const Request *request, const char *name);
/* If-Match of the request against the present tag: OK without one, CONFLICT with HTTP 412 when it
 * is of another state. */
MUST_CHECK Status request_match(Request *request, Text etag, Error *err);

/* ?after= and ?limit=: a page of a list in a stable order. */
typedef struct {
    Text after; /* key of the last one seen; empty: from the start */
    size_t limit;
} Page;
MUST_CHECK Status request_page(const Request *request, size_t usual, size_t max, Page *ret_page,
                               Error *err);

/* ---- the body ---- */

Text request_body(const Request *request);
/* Path of the file that holds the body, removed after the answer unless it was taken. */
const char *request_body_file(const Request *request);
/* The same; from now on the caller removes it. */
const char *request_take_body_file(Request *request);
/* The JSON object; borrowed. An absent body is an empty object. INVALID names line and column. */
MUST_CHECK Status request_json(Request *request, const json_t **ret_object, Error *err);

/* Members of a JSON object. Those that are absent or null leave the result as it was; INVALID when
 * one is of another type, naming it. */
MUST_CHECK Status json_get_text(const json_t *object, const char *key, Text *ret_text, Error *err);
MUST_CHECK Status json_get_bool(const json_t *object, const char *key, bool *ret_bool, Error *err);
MUST_CHECK Status json_get_count(const json_t *object, const char *key, uint64_t max,
                                 uint64_t *ret_count, Error *err);
MUST_CHECK Status json_get_date(const json_t *object, const char *key, bool *ret_has_date,
                                Date *ret_date, Error *err);
/* An array of texts, in the arena. */
MUST_CHECK Status json_get_texts(const json_t *object, const char *key, Arena *arena,
                                 Text **ret_texts, size_t *ret_count, Error *err);
/* An object, borrowed; NULL when it is absent. */
MUST_CHECK Status json_get_object(const json_t *object, const char *key, json_t **ret_object,
                                  Error *err);
/* INVALID when it is absent or empty. */
MUST_CHECK Status json_need_text(const json_t *object, const char *key, Text *ret_text, Error *err);
/* INVALID for a member that is none of `keys`: a misspelt one must not be lost silently. */
MUST_CHECK Status json_only(const json_t *object, const char *const *keys, size_t keys_count,
                            Error *err);
bool json_has(const json_t *object, const char *key); /* present and not null */
