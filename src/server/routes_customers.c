/* routes_customers.c -- customers: the list, the card, what they did. */
#include "server/routes.h"

#include "app/timeline.h"
#include "reply/data.h"
#include "server/handlers.h"

static Status read_page(Request *request, Page *ret_page, Error *err)
{
    return request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, ret_page, err);
}

/* ---- the list ---- */

/* A manager's list is a question to the data, everybody's is read from the store: it is as fast for
 * a million customers as for ten. */
static Status list_as_answer(Request *request, Response *response, const Page *page, Error *err)
{
    ListWish wish = {.ask = {.source = TEXT("true"), .columns = TEXT("kind")},
                     .search = request_query(request, "search"),
                     .after = page->after,
                     .format = request_query(request, "format"),
                     .limit = page->limit,
                     .as_of = app_today(request_app(request)),
                     .name = TEXT("customers")};
    return answer_list(request, response, &wish, err);
}

static void put_customers(Response *response, const CustomerSummary *customers, size_t count,
                          size_t limit)
{
    JsonWriter *writer = response_json(response);
    size_t shown = count < limit ? count : limit;
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < shown; i++)
        reply_customer_summary(writer, &customers[i]);
    json_end(writer, ']');
    response_next(writer, count > limit, shown > 0 ? customers[shown - 1].code : TEXT(""));
    json_end(writer, '}');
}

static Status list_customers(Request *request, Response *response, Error *err)
{
    Page page;
    CustomerSummary *customers;
    size_t count;
    TRY(read_page(request, &page, err));
    bool is_narrow = request_narrow(request, TEXT("")).size > 0;
    if (is_narrow || request_query(request, "format").size > 0)
        return list_as_answer(request, response, &page, err);
    ListQuery query = {
        .search = request_query(request, "search"), .after = page.after, .limit = page.limit + 1};
    TRY(store_list_customers(app_store(request_app(request)), &query, request_arena(request),
                             &customers, &count, err));
    put_customers(response, customers, count, page.limit);
    return STATUS_OK;
}

/* ---- one customer ---- */

static Status get_customer(Request *request, Response *response, Error *err)
{
    Text code = request_path(request, "code");
    App *app = request_app(request);
    CustomerRow row;
    TRY(request_may_see(request, code, err));
    TRY(store_read_begin(app_store(app), err));
    Status status = store_read_customer(app_store(app), code, request_arena(request), &row, err);
    if (status == STATUS_OK) reply_customer(response_json(response), app_schema(app), &row);
    store_read_end(app_store(app));
    return status;
}

static void put_timeline(Request *request, Response *response, const Timeline *timeline)
{
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < timeline->count; i++)
        reply_event(writer, &timeline->items[i]);
    json_end(writer, ']');
    Text last = timeline->count == 0 ? TEXT("")
                                     : timeline_cursor(&timeline->items[timeline->count - 1],
                                                       request_arena(request));
    response_next(writer, timeline->has_more && timeline->count > 0, last);
    json_end(writer, '}');
}

static Status answer_timeline(Request *request, Response *response, Text stream, Error *err)
{
    Page page;
    Timeline timeline;
    TRY(read_page(request, &page, err));
    TimelineQuery query = {.customer = request_path(request, "code"),
                           .stream = stream,
                           .after = page.after,
                           .limit = page.limit};
    TRY(request_as_of(request, &query.as_of, err));
    TRY(request_may_see(request, query.customer, err));
    TRY(customer_timeline(request_app(request), &query, request_arena(request), &timeline, err));
    put_timeline(request, response, &timeline);
    return STATUS_OK;
}

static Status get_timeline(Request *request, Response *response, Error *err)
{
    return answer_timeline(request, response, request_query(request, "stream"), err);
}

static Status list_contacts(Request *request, Response *response, Error *err)
{
    return answer_timeline(request, response, TEXT("contact"), err);
}

static Status erase_customer(Request *request, Response *response, Error *err)
{
    App *app;
    bool is_confirmed;
    EraseAct act;
    Text code = request_path(request, "code");
    TRY(request_query_bool(request, "confirm", false, &is_confirmed, err));
    TRY(request_may_see(request, code, err));
    if (!is_confirmed) {
        response_problem_code(response, "CONFIRM");
        return error_set(err, STATUS_CONFLICT,
                         "erasing '%.*s' cannot be taken back; ask again with confirm=true",
                         TEXT_FORMAT(code));
    }
    TRY(request_writer(request, &app, err));
    TRY(store_erase_customer(app_store(app), code, app_now(app), request_arena(request), &act,
                             err));
    reply_erase_act(response_json(response), &act, app_schema(app));
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/customers", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_customers},
    {METHOD_GET, "/api/v1/customers/{code}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_customer},
    {METHOD_DELETE, "/api/v1/customers/{code}", RIGHT_ERASE, RUN_HEAVY, BODY_NONE, erase_customer},
    {METHOD_GET, "/api/v1/customers/{code}/timeline", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     get_timeline},
    {METHOD_GET, "/api/v1/customers/{code}/contacts", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_contacts},
};

const RouteTable routes_customers = {items, COUNT_OF(items)};
