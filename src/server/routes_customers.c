/* routes_customers.c -- customers: the list, the card, what they did. */
#include "server/routes.h"

#include "app/customers.h"
#include "app/overview.h"
#include "app/timeline.h"
#include "base/hash.h"
#include "reply/customer.h"
#include "reply/data.h"
#include "server/segment_handlers.h"
#include "server/server_internal.h"

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

/* A page of those whom the one who asks may see. */
static Status list_own(Request *request, Response *response, const Page *page, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    App *app = request_app(request);
    const Expression *only;
    CustomerSummary *customers;
    size_t count;
    TRY(read_only(request, request_query(request, "search"), &only, err));
    TRY(app_bounds(app, only, &bounds, err));
    const PageQuery query = {
        .customers = &bounds.customers, .after = page->after, .limit = page->limit + 1};
    TRY(app_list_customers_of(app, query, request_arena(request), &customers, &count, err));
    put_customers(response, customers, count, page->limit);
    return STATUS_OK;
}

static Status list_customers(Request *request, Response *response, Error *err)
{
    Page page;
    CustomerSummary *customers;
    size_t count;
    TRY(read_page(request, &page, err));
    if (request_query(request, "format").size > 0)
        return list_as_answer(request, response, &page, err);
    if (request_narrow(request, TEXT("")).size > 0) return list_own(request, response, &page, err);
    ListQuery query = {
        .search = request_query(request, "search"), .after = page.after, .limit = page.limit + 1};
    TRY(store_list_customers(app_store(request_app(request)), &query, request_arena(request),
                             &customers, &count, err));
    put_customers(response, customers, count, page.limit);
    return STATUS_OK;
}

/* ---- one customer ---- */

/* Of what is known of him: two states of equal values are the same state. */
static Text etag_of(Request *request, const Schema *schema, const CustomerRow *row)
{
    AUTO(buffer_done) Buffer known = {0};
    JsonWriter writer = {.out = &known};
    char digest[65];
    reply_customer(&writer, schema, row);
    hash_hex(hash_blake2b(known.data, known.size), digest);
    return arena_printf(request_arena(request), "%.32s", digest);
}

static void answer_customer(Request *request, Response *response, const App *app,
                            const CustomerRow *row)
{
    response_etag(response, etag_of(request, app_schema(app), row));
    reply_customer(response_json(response), app_schema(app), row);
}

static Status get_customer(Request *request, Response *response, Error *err)
{
    Text code = request_path(request, "code");
    App *app = request_app(request);
    CustomerRow row;
    TRY(request_may_see(request, code, err));
    TRY(store_read_begin(app_store(app), err));
    Status status = store_read_customer(app_store(app), code, request_arena(request), &row, err);
    if (status == STATUS_OK) answer_customer(request, response, app, &row);
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
    const ErasureMoments moments = {.at = app_wall_now(app), .noted_at = app_now(app)};
    TRY(store_erase_customer(app_store(app), code, moments, request_arena(request), &act, err));
    jobs_forget_results(request->server->jobs);
    reply_erase_act(response_json(response), &act, app_schema(app));
    return STATUS_OK;
}

/* ---- memberships, sets ---- */

static Status view_customer(Request *request, CustomerView *ret_view, Error *err)
{
    Text code = request_path(request, "code");
    TRY(request_may_see(request, code, err));
    return customer_view(request_app(request), code, request_arena(request), ret_view, err);
}

static Status list_memberships(Request *request, Response *response, Error *err)
{
    CustomerView view;
    MembershipsQuery query = {.code = request_path(request, "code"),
                              .has_day = request_query(request, "as_of").data != NULL};
    TRY(request_as_of(request, &query.day, err));
    TRY(request_may_see(request, query.code, err));
    TRY(customer_memberships(request_app(request), &query, request_arena(request), &view, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_memberships(writer, &view);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status list_sets_of_customer(Request *request, Response *response, Error *err)
{
    CustomerView view;
    TRY(view_customer(request, &view, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < view.sets_count; i++)
        json_text(writer, view.sets[i].name);
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- adding and changing ---- */

typedef struct {
    Text *items;
    size_t count, capacity;
} TextsRead;

/* A value as it is typed: several joined by a bar, null as nothing. */
static Status typed_value(Request *request, const char *key, const json_t *value, Buffer *out,
                          Error *err)
{
    if (json_is_null(value)) return STATUS_OK;
    if (json_is_string(value)) {
        buffer_text(out, (Text){json_string_value(value), json_string_length(value)});
        return STATUS_OK;
    }
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            const json_t *item = json_array_get(value, i);
            if (!json_is_string(item))
                return error_set(err, STATUS_INVALID, "'%s' wants an array of texts", key);
            if (i > 0) buffer_char(out, '|');
            TRY(typed_value(request, key, item, out, err));
        }
        return STATUS_OK;
    }
    if (json_is_object(value)) return error_set(err, STATUS_INVALID, "'%s' is no object", key);
    Text text;
    if (!json_to_text(value, request_arena(request), &text))
        return error_set(err, STATUS_INVALID, "'%s' cannot be read", key);
    buffer_text(out, text);
    return STATUS_OK;
}

/* "property=value" for each member. */
static Status read_assignments(Request *request, json_t *properties, TextsRead *texts, Error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(properties, key, value)
    {
        AUTO(buffer_done) Buffer out = {0};
        buffer_cstr(&out, key);
        buffer_char(&out, '=');
        TRY(typed_value(request, key, value, &out, err));
        Text text = arena_text(request_arena(request), buffer_view(&out));
        ARENA_PUSH(request_arena(request), texts, text);
    }
    return STATUS_OK;
}

static Status read_properties(Request *request, const json_t *body, TextsRead *texts, Error *err)
{
    json_t *properties;
    TRY(json_get_object(body, "properties", &properties, err));
    return read_assignments(request, properties, texts, err);
}

static Status add_customer(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"code", "properties", "segments"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    CustomerOrder order = {0};
    CustomerAdded added;
    TextsRead values = {0};
    Text *segments = NULL;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "code", &order.code, err));
    TRY(read_properties(request, body, &values, err));
    TRY(json_get_texts(body, "segments", request_arena(request), &segments, &order.segments_count,
                       err));
    order.values = values.items;
    order.values_count = values.count;
    order.segments = segments;
    TRY(begin_work(request, &work, err));
    TRY(customer_add(&work, &order, request_arena(request), &added, err));
    response_code(response, 201);
    CustomerAddedReply reply = {&added, app_schema(work.app), app_today(work.app),
                                request_language(request)};
    reply_customer_added(response_json(response), &reply);
    return STATUS_OK;
}

/* One act of a bulk change about one customer. */
static Status write_properties(AppWork *work, Text code, const TextsRead *values, Request *request,
                               Error *err)
{
    Findings findings[2];
    BulkProposal proposal;
    uint64_t id;
    BulkOrder order = {.source = BULK_OF_CUSTOMER,
                       .name = code,
                       .changes = values->items,
                       .changes_count = values->count,
                       .as_of = app_today(work->app)};
    TRY(bulk_propose(work->app, &order, request_arena(request), findings, &proposal, err));
    if (proposal.plan.content.changes_count == 0) return STATUS_OK;
    return bulk_carry_out(work, &proposal, &id, err);
}

static Status change_customer(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"properties"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    TextsRead values = {0};
    CustomerRow row;
    Text code = request_path(request, "code");
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_properties(request, body, &values, err));
    if (values.count == 0) return error_set(err, STATUS_INVALID, "'properties' is missing");
    TRY(request_may_see(request, code, err));
    TRY(begin_work(request, &work, err));
    TRY(store_read_customer(app_store(work.app), code, request_arena(request), &row, err));
    TRY(request_match(request, etag_of(request, app_schema(work.app), &row), err));
    TRY(write_properties(&work, row.code, &values, request, err));
    TRY(store_read_customer(app_store(work.app), code, request_arena(request), &row, err));
    answer_customer(request, response, work.app, &row);
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/customers", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_customers},
    {METHOD_GET, "/api/v1/customers/{code}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_customer},
    {METHOD_POST, "/api/v1/customers", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, add_customer},
    {METHOD_PATCH, "/api/v1/customers/{code}", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, change_customer},
    {METHOD_GET, "/api/v1/customers/{code}/memberships", RIGHT_READ, RUN_QUICK, BODY_NONE,
     list_memberships},
    {METHOD_GET, "/api/v1/customers/{code}/sets", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_sets_of_customer},
    {METHOD_DELETE, "/api/v1/customers/{code}", RIGHT_ERASE, RUN_HEAVY, BODY_NONE, erase_customer},
    {METHOD_GET, "/api/v1/customers/{code}/timeline", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     get_timeline},
    {METHOD_GET, "/api/v1/customers/{code}/contacts", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_contacts},
};

const RouteTable routes_customers = {items, COUNT_OF(items)};
