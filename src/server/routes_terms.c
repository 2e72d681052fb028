/* routes_terms.c -- terms of sale and shipment bans. */
#include "server/routes.h"

#include "reply/segments.h"
#include "reply/terms.h"
#include "server/segment_handlers.h"

static FormingContext reading_context(Request *request)
{
    return app_context(request_app(request), request_author(request), request_progress(request));
}

static Voice voice_of(Request *request)
{
    return (Voice){request_arena(request), request_language(request)};
}

/* ---- one customer ---- */

static Status get_terms(Request *request, Response *response, Error *err)
{
    TermsAnswer answer;
    TermsOrder order = {.code = request_path(request, "code")};
    TRY(request_as_of(request, &order.as_of, err));
    TRY(request_query_bool(request, "all", false, &order.wants_all, err));
    TRY(request_may_see(request, order.code, err));
    TRY(app_terms(request_app(request), &order, request_arena(request), &answer, err));
    reply_terms(response_json(response), &answer, voice_of(request));
    return STATUS_OK;
}

static Status may_ship(Request *request, Response *response, Error *err)
{
    ShippingAnswer answer;
    Text code = request_path(request, "code");
    TRY(request_may_see(request, code, err));
    FormingContext context = reading_context(request);
    TRY(shipping_answer(&context, code, request_arena(request), &answer, err));
    reply_may_ship(response_json(response), &answer, 0);
    return STATUS_OK;
}

static Status override_ban(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"reason", "order"};
    const json_t *body;
    App *app;
    ShippingAnswer answer;
    ShippingException exception = {0};
    uint64_t id;
    Text code = request_path(request, "code");
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "reason", &exception.reason, err));
    TRY(json_get_text(body, "order", &exception.order, err));
    TRY(request_may_see(request, code, err));
    TRY(request_writer(request, &app, err));
    FormingContext context = app_context(app, request_author(request), request_progress(request));
    TRY(shipping_answer(&context, code, request_arena(request), &answer, err));
    TRY(shipping_allow(&context, &answer, &exception, &id, err));
    reply_may_ship(response_json(response), &answer, id);
    return STATUS_OK;
}

/* Ids grow; pages go back in time. */
static Status list_overrides(Request *request, Response *response, Error *err)
{
    ShippingOverrideView *list;
    size_t count, i = 0, shown = 0;
    uint64_t after;
    Page page;
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(request_query_number(request, "after", UINT64_MAX, UINT64_MAX, &after, err));
    OverridesOrder order = {.limit = SIZE_MAX};
    TRY(app_list_shipping_overrides(request_app(request), order, request_arena(request), &list,
                                    &count, err));
    while (i < count && list[i].row.id >= after)
        i++;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (; i < count && shown < page.limit; i++, shown++)
        reply_shipping_override(writer, &list[i]);
    json_end(writer, ']');
    response_next(writer, i<count, i> 0 ? arena_printf(request_arena(request), "%llu",
                                                       (unsigned long long)list[i - 1].row.id)
                                        : TEXT(""));
    json_end(writer, '}');
    return STATUS_OK;
}

/* ---- agreements ---- */

/* What was agreed with customers of others is theirs. */
static Status keep_own(Request *request, AgreementView *list, size_t *count, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    size_t kept = 0;
    TRY(read_bounds(request, request_app(request), &bounds, err));
    for (size_t i = 0; i < *count; i++) {
        CustomerId customer = list[i].row.customer;
        if (customer.value == 0 || bounds_have(&bounds, customer)) list[kept++] = list[i];
    }
    *count = kept;
    return STATUS_OK;
}

static Status list_agreements(Request *request, Response *response, Error *err)
{
    AgreementView *list;
    size_t count, i = 0, shown = 0;
    Page page;
    TRY(request_page(request, LIST_LIMIT_MAX, LIST_LIMIT_MAX, &page, err));
    TRY(app_list_agreements(request_app(request), request_arena(request), &list, &count, err));
    TRY(keep_own(request, list, &count, err));
    for (size_t k = 0; page.after.size > 0 && k < count; k++)
        if (text_equal(list[k].row.code, page.after)) i = k + 1;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (; i < count && shown < page.limit; i++, shown++)
        reply_agreement(writer, &list[i]);
    json_end(writer, ']');
    response_next(writer, i<count, i> 0 ? list[i - 1].row.code : TEXT(""));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status answer_agreement(Request *request, Response *response, App *app, Text name,
                               Error *err)
{
    AgreementView view;
    TRY(app_find_agreement(app, name, request_arena(request), &view, err));
    reply_agreement(response_json(response), &view);
    return STATUS_OK;
}

static Status get_agreement(Request *request, Response *response, Error *err)
{
    AgreementView view;
    App *app = request_app(request);
    TRY(app_find_agreement(app, request_path(request, "name"), request_arena(request), &view, err));
    if (view.row.customer.value != 0) TRY(request_may_see(request, view.customer_code, err));
    reply_agreement(response_json(response), &view);
    return STATUS_OK;
}

/* A number of the terms: kept as so many parts of one. */
typedef struct {
    const char *key;
    double scale, max; /* of what is kept */
} TermsNumber;

/* null takes it away. */
static Status read_number(const json_t *body, const TermsNumber *kind, bool *has_number,
                          int32_t *number, Error *err)
{
    const json_t *value = json_object_get(body, kind->key);
    if (value == NULL) return STATUS_OK;
    *has_number = !json_is_null(value);
    if (!*has_number) return STATUS_OK;
    double scaled = json_number_value(value) * kind->scale;
    if (!json_is_number(value) || scaled < 0 || scaled > kind->max ||
        scaled != (double)(int32_t)(scaled + 0.5))
        return error_set(err, STATUS_INVALID, "'%s' wants a number from 0 to %g", kind->key,
                         kind->max / kind->scale);
    *number = (int32_t)(scaled + 0.5);
    return STATUS_OK;
}

static Status read_day(const json_t *body, const char *key, bool *has_day, Date *day, Error *err)
{
    if (json_is_null(json_object_get(body, key))) *has_day = false;
    return json_get_date(body, key, has_day, day, err);
}

static Status read_agreement(const json_t *body, AgreementRow *row, Error *err)
{
    static const TermsNumber discount = {"discount_percent", 100, 10000},
                             days = {"payment_days", 1, 100000};
    AgreementTerms *terms = &row->terms;
    uint64_t priority = (uint64_t)terms->priority;
    TRY(json_get_text(body, "price_type", &terms->price_type, err));
    TRY(json_get_text(body, "payment_terms", &terms->payment_terms, err));
    TRY(json_get_text(body, "note", &row->note, err));
    TRY(read_number(body, &discount, &terms->has_discount, &terms->discount, err));
    TRY(read_number(body, &days, &terms->has_payment_days, &terms->payment_days, err));
    TRY(read_day(body, "from", &terms->has_first_day, &terms->first_day, err));
    TRY(read_day(body, "to", &terms->has_last_day, &terms->last_day, err));
    TRY(json_get_count(body, "priority", INT32_MAX, &priority, err));
    terms->priority = (int32_t)priority;
    return STATUS_OK;
}

static Status add_agreement(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {
        "name",       "segment", "customer",         "based_on",
        "price_type", "note",    "discount_percent", "payment_days",
        "from",       "to",      "priority",         "payment_terms"};
    const json_t *body;
    App *app;
    uint32_t id;
    AgreementSubject subject = {0};
    AgreementRow row = {.terms = {.priority = AGREEMENT_PRIORITY_UNSAID}};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "name", &row.name, err));
    TRY(json_get_text(body, "segment", &subject.segment, err));
    TRY(json_get_text(body, "customer", &subject.customer, err));
    TRY(json_get_text(body, "based_on", &subject.based_on, err));
    TRY(read_agreement(body, &row, err));
    TRY(request_writer(request, &app, err));
    TRY(app_agreement_subject(app, &subject, request_arena(request), &row, err));
    FormingContext context = app_context(app, request_author(request), request_progress(request));
    TRY(agreement_add(&context, row, &id, err));
    response_code(response, 201);
    return answer_agreement(request, response, app, text_trim(row.name), err);
}

static Status move_agreement(const FormingContext *context, AgreementRow row, AgreementStatus to,
                             Error *err)
{
    if (to == AGREEMENT_ACTIVE) return agreement_activate(context, row, err);
    if (to == AGREEMENT_CLOSED) return agreement_close(context, row, err);
    return error_set(err, STATUS_CONFLICT, "an agreement cannot become a draft again");
}

static Status change_agreement(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {
        "price_type", "discount_percent", "payment_days",  "from", "to",
        "priority",   "status",           "payment_terms", "note"};
    const json_t *body;
    App *app;
    AgreementView view;
    AgreementStatus status;
    Text word = {0};
    Text name = request_path(request, "name");
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_text(body, "status", &word, err));
    TRY(request_writer(request, &app, err));
    TRY(app_find_agreement(app, name, request_arena(request), &view, err));
    status = view.row.terms.status;
    if (word.data != NULL && !agreement_status_parse(word, &status))
        return error_set(err, STATUS_INVALID, "'status' is draft, active or closed, not '%.*s'",
                         TEXT_FORMAT(word));
    AgreementRow row = view.row;
    FormingContext context = app_context(app, request_author(request), request_progress(request));
    TRY(read_agreement(body, &row, err));
    bool has_terms = json_object_size(body) > (word.data != NULL ? 1U : 0U);
    if (has_terms) TRY(agreement_change(&context, row, err));
    if (status != view.row.terms.status) {
        TRY(app_find_agreement(app, name, request_arena(request), &view, err));
        TRY(move_agreement(&context, view.row, status, err));
    }
    return answer_agreement(request, response, app, name, err);
}

/* ---- bans ---- */

static Status list_ban_templates(Request *request, Response *response, Error *err)
{
    (void)err;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < BAN_TEMPLATE_COUNT; i++)
        reply_ban_template(writer, (BanTemplate)i, request_language(request));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

static Status add_ban(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"template", "name", "sum", "days", "property", "folder"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    Text word = {0}, name = {0}, folder = {0};
    BanTemplate template;
    BanParameters parameters = {0};
    SegmentCard card;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "template", &word, err));
    TRY(json_get_text(body, "name", &name, err));
    TRY(json_get_text(body, "folder", &folder, err));
    TRY(json_get_text(body, "sum", &parameters.sum, err));
    TRY(json_get_text(body, "days", &parameters.days, err));
    TRY(json_get_text(body, "property", &parameters.property, err));
    TRY(ban_template_parse(word, &template, err));
    TRY(begin_work(request, &work, err));
    TRY(ban_template_card(template, &parameters, app_schema(work.app), voice_of(request), &card,
                          err));
    if (name.size > 0) card.name = name;
    card.folder = folder;
    return add_card(request, response, &work, &card, TEXT(""), err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/customers/{code}/terms", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_terms},
    {METHOD_GET, "/api/v1/customers/{code}/may-ship", RIGHT_READ, RUN_QUICK, BODY_NONE, may_ship},
    {METHOD_POST, "/api/v1/customers/{code}/may-ship/override", RIGHT_SHIP_OVERRIDE, RUN_LIGHT,
     BODY_JSON, override_ban},
    {METHOD_GET, "/api/v1/shipping-overrides", RIGHT_READ_ALL, RUN_LIGHT, BODY_NONE,
     list_overrides},
    {METHOD_GET, "/api/v1/agreements", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_agreements},
    {METHOD_POST, "/api/v1/agreements", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, add_agreement},
    {METHOD_GET, "/api/v1/agreements/{name}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_agreement},
    {METHOD_PATCH, "/api/v1/agreements/{name}", RIGHT_WRITE, RUN_LIGHT, BODY_JSON,
     change_agreement},
    {METHOD_GET, "/api/v1/ban-templates", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_ban_templates},
    {METHOD_POST, "/api/v1/bans", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, add_ban},
};

const RouteTable routes_terms = {items, COUNT_OF(items)};
