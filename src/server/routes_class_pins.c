/* routes_class_pins.c -- classes that people give to single customers; segments of all classes. */
#include "server/routes.h"

#include "app/class_segments.h"
#include "reply/classification.h"
#include "reply/fields.h"
#include "server/class_handlers.h"

/* Whom the one who asks may see. */
static Status keep_visible(Request *request, ClassPinView *pins, size_t *count, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    size_t kept = 0;
    TRY(read_bounds(request, request_app(request), &bounds, err));
    for (size_t i = 0; i < *count; i++)
        if (bounds_have(&bounds, pins[i].pin.customer)) pins[kept++] = pins[i];
    *count = kept;
    return STATUS_OK;
}

static Status list_pins(Request *request, Response *response, Error *err)
{
    const Classification *classification;
    ClassPinView *pins;
    size_t count;
    TRY(read_classification(request, &classification, err));
    TRY(app_list_class_pins(request_app(request), classification, request_arena(request), &pins,
                            &count, err));
    TRY(keep_visible(request, pins, &count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_class_pins(writer, pins, count);
    json_end(writer, '}');
    return STATUS_OK;
}

/* A change by hand looks at one customer: it needs no data set. */
static Status begin_change(Request *request, AppWork *ret_work,
                           const Classification **ret_classification, Error *err)
{
    App *app;
    TRY(request_may_see(request, request_path(request, "code"), err));
    TRY(request_writer(request, &app, err));
    app_work_define(app, request_author(request), request_progress(request), ret_work);
    return classifications_get(app_classifications(app), request_path(request, "name"),
                               ret_classification, err);
}

static Status pin_class(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"class", "reason", "until"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    const Classification *classification;
    ClassPinOrder order = {.code = request_path(request, "code")};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "class", &order.class_name, err));
    TRY(json_get_text(body, "reason", &order.reason, err));
    TRY(json_get_date(body, "until", &order.has_until, &order.until, err));
    order.reason = text_trim(order.reason);
    TRY(begin_change(request, &work, &classification, err));
    TRY(app_pin_class(&work, classification, &order, err));
    response_nothing(response);
    return STATUS_OK;
}

static Status release_class(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const Classification *classification;
    TRY(begin_change(request, &work, &classification, err));
    TRY(app_release_class(&work, classification, request_path(request, "code"), err));
    response_nothing(response);
    return STATUS_OK;
}

/* ---- segments of all classes ---- */

static Status read_segments_mode(const json_t *body, FormingMode *ret_mode, Error *err)
{
    Text mode = {0};
    TRY(json_get_text(body, "mode", &mode, err));
    *ret_mode = MODE_DYNAMIC;
    if (mode.data == NULL || text_equal(mode, TEXT("dynamic"))) return STATUS_OK;
    *ret_mode = MODE_PERIODIC;
    if (text_equal(mode, TEXT("periodic"))) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'mode' is dynamic or periodic, not '%.*s'",
                     TEXT_FORMAT(mode));
}

static Status make_segments(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"folder", "mode"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    ClassSegmentsOrder order = {0};
    TextList names;
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_text(body, "folder", &order.folder, err));
    TRY(read_segments_mode(body, &order.mode, err));
    TRY(begin_work(request, &work, err));
    TRY(classifications_get(app_classifications(work.app), request_path(request, "name"),
                            &order.classification, err));
    TRY(app_segments_of_classes(&work, &order, request_arena(request), &names, err));
    response_code(response, 201);
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    field_texts(writer, "items", names.items, names.count);
    json_end(writer, '}');
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/classifications/{name}/pins", RIGHT_READ, RUN_LIGHT, BODY_NONE,
     list_pins},
    {METHOD_PUT, "/api/v1/classifications/{name}/pins/{code}", RIGHT_WRITE, RUN_LIGHT, BODY_JSON,
     pin_class},
    {METHOD_DELETE, "/api/v1/classifications/{name}/pins/{code}", RIGHT_WRITE, RUN_LIGHT, BODY_NONE,
     release_class},
    {METHOD_POST, "/api/v1/classifications/{name}/segments", RIGHT_WRITE, RUN_HEAVY, BODY_JSON,
     make_segments},
};

const RouteTable routes_class_pins = {items, COUNT_OF(items)};
