/* routes_merges.c -- customers who may be one, making them one, taking that back. */
#include "server/routes.h"

#include "app/customers.h"
#include "reply/merging.h"
#include "server/segment_handlers.h"
#include "server/server_internal.h"

enum { GROUPS_USUAL = 100, GROUPS_MAX = 1000 };

/* ---- who may be one ---- */

static Status answer_duplicates(Request *request, Response *response, CustomerId customer,
                                Error *err)
{
    uint64_t limit;
    DuplicateList list;
    AUTO(bounds_done) Bounds bounds = {0};
    DuplicateQuery query = {.customer = customer, .bounds = &bounds};
    TRY(request_query_number(request, "limit", GROUPS_USUAL, GROUPS_MAX, &limit, err));
    TRY(request_query_bool(request, "dismissed", false, &query.wants_dismissed, err));
    query.limit = (size_t)limit;
    TRY(read_bounds(request, request_app(request), &bounds, err));
    TRY(customers_find_duplicates(request_app(request), query, request_arena(request), &list, err));
    reply_duplicates(response_json(response), &list, request_language(request));
    return STATUS_OK;
}

static Status list_duplicates(Request *request, Response *response, Error *err)
{
    return answer_duplicates(request, response, (CustomerId){0}, err);
}

static Status dismiss(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"customers", "are_one"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    Text *codes = NULL;
    DismissOrder order = {0};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_texts(body, "customers", request_arena(request), &codes, &order.count, err));
    TRY(json_get_bool(body, "are_one", &order.takes_back, err));
    for (size_t i = 0; i < order.count; i++)
        TRY(request_may_see(request, codes[i], err));
    order.codes = codes;
    TRY(begin_work(request, &work, err));
    TRY(customers_dismiss(&work, &order, request_arena(request), err));
    response_nothing(response);
    return STATUS_OK;
}

static Status read_customer(Request *request, CustomerId *ret_customer, Error *err)
{
    Text code = request_path(request, "code");
    TRY(request_may_see(request, code, err));
    return store_get_customer(app_store(request_app(request)), code, ret_customer, err);
}

static Status list_duplicates_of(Request *request, Response *response, Error *err)
{
    CustomerId customer;
    TRY(read_customer(request, &customer, err));
    return answer_duplicates(request, response, customer, err);
}

static Status list_former_codes(Request *request, Response *response, Error *err)
{
    CustomerId customer;
    MergeRow *merges = NULL;
    size_t count = 0;
    TRY(read_customer(request, &customer, err));
    TRY(store_list_merges(app_store(request_app(request)), customer, request_arena(request),
                          &merges, &count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_former_codes(writer, merges, count);
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- making them one ---- */

static Status merge(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"from", "take", "keep_identical", "reason", "is_preview"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    Text *taken = NULL;
    MergeOutcome outcome;
    MergeRequest wish = {.into = request_path(request, "code"), .reason = TEXT("")};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "from", &wish.from, err));
    TRY(json_get_texts(body, "take", request_arena(request), &taken, &wish.taken_count, err));
    TRY(json_get_bool(body, "keep_identical", &wish.keeps_identical, err));
    TRY(json_get_text(body, "reason", &wish.reason, err));
    TRY(json_get_bool(body, "is_preview", &wish.is_preview, err));
    wish.taken = taken;
    TRY(request_may_see(request, wish.from, err));
    TRY(request_may_see(request, wish.into, err));
    TRY(begin_work(request, &work, err));
    TRY(customers_merge(&work, &wish, request_arena(request), &outcome, err));
    reply_merge(response_json(response), &outcome, wish.is_preview);
    return STATUS_OK;
}

static Status unmerge(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"is_preview"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    MergeOutcome outcome;
    UnmergeRequest wish = {.from = request_path(request, "code")};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_bool(body, "is_preview", &wish.is_preview, err));
    TRY(request_may_see(request, wish.from, err));
    TRY(begin_work(request, &work, err));
    TRY(customers_unmerge(&work, &wish, request_arena(request), &outcome, err));
    reply_merge(response_json(response), &outcome, wish.is_preview);
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/duplicates", RIGHT_READ, RUN_HEAVY, BODY_NONE, list_duplicates},
    {METHOD_POST, "/api/v1/duplicates", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, dismiss},
    {METHOD_GET, "/api/v1/customers/{code}/duplicates", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     list_duplicates_of},
    {METHOD_GET, "/api/v1/customers/{code}/former-codes", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_former_codes},
    {METHOD_POST, "/api/v1/customers/{code}/merge", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, merge},
    {METHOD_POST, "/api/v1/customers/{code}/unmerge", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, unmerge},
};

const RouteTable routes_merges = {items, COUNT_OF(items)};
