/* routes_overview.c -- all segments side by side: overlap, coverage, bands, health; settings. */
#include "server/routes.h"

#include "app/organisation.h"
#include "app/overview.h"
#include "reply/data.h"
#include "reply/overview.h"
#include "server/segment_handlers.h"

static Voice voice_of(Request *request)
{
    return (Voice){request_arena(request), request_language(request)};
}

static Status begin_look(Request *request, AppWork *ret_work, Error *err)
{
    return app_work_begin(request_app(request), request_author(request), request_progress(request),
                          ret_work, err);
}

/* ---- overlap ---- */

typedef struct {
    Text *items;
    size_t count, capacity;
} Names;

/* "segment=A,B": names and codes have no commas of their own here. ?as_of=: at the end of a day. */
static Status read_segments_query(Request *request, SegmentsQuery *ret_query, Error *err)
{
    Names names = {0};
    SegmentsQuery query = {.has_day = request_query(request, "as_of").data != NULL};
    TRY(request_as_of(request, &query.day, err));
    for (Text rest = request_query(request, "segment"); rest.size > 0;) {
        Text name = text_trim(text_split(rest, ',', &rest));
        if (name.size > 0) ARENA_PUSH(request_arena(request), &names, name);
    }
    query.names = names.items;
    query.count = names.count;
    *ret_query = query;
    return STATUS_OK;
}

/* All sets as the one who asks may see them. */
static Status narrow(Request *request, SegmentsView *view, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    TRY(read_bounds(request, request_app(request), &bounds, err));
    if (bounds.is_bounded) segment_sets_narrow(&view->sets, &bounds.customers);
    return STATUS_OK;
}

/* One named: it against all the others. */
static Status look_at_all(AppWork *work, const SegmentsQuery *query, SegmentsView *view,
                          size_t *ret_against, Arena *arena, Error *err)
{
    const Segment *one = view->segments[0];
    SegmentsQuery all = {.has_day = query->has_day, .day = query->day};
    segments_view_done(view);
    TRY(app_view_segments(work, &all, arena, view, err));
    for (size_t i = 0; i < view->count; i++)
        if (view->segments[i] == one) *ret_against = i;
    if (*ret_against != SIZE_MAX) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "'%.*s' is no general segment in use; name it with the others",
                     TEXT_FORMAT(one->card.name));
}

static Status get_overlap(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    AUTO(segments_view_done) SegmentsView view = {0};
    Arena *arena = request_arena(request);
    SegmentsQuery query;
    OverlapReply reply = {0};
    SegmentOverlap *pairs;
    SegmentRegion *regions = NULL;
    size_t against = SIZE_MAX;
    TRY(read_segments_query(request, &query, err));
    TRY(begin_look(request, &work, err));
    TRY(app_view_segments(&work, &query, arena, &view, err));
    if (query.count == 1) TRY(look_at_all(&work, &query, &view, &against, arena, err));
    TRY(narrow(request, &view, err));
    TRY(segment_overlaps(&view.sets, against, arena, &pairs, &reply.pairs_count, err));
    if (query.count > 1)
        TRY(segment_regions(&view.sets, arena, &regions, &reply.regions_count, err));
    reply.pairs = pairs;
    reply.regions = regions;
    reply_overlap(response_json(response), &view.sets, &reply);
    return STATUS_OK;
}

/* ---- coverage ---- */

static Status put_uncovered(Request *request, Response *response, const CustomerSet *customers,
                            Error *err)
{
    Page page;
    CustomerSummary *list;
    size_t count;
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    PageQuery query = {.customers = customers, .after = page.after, .limit = page.limit + 1};
    TRY(app_list_customers_of(request_app(request), query, request_arena(request), &list, &count,
                              err));
    size_t shown = count < page.limit ? count : page.limit;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < shown; i++)
        reply_customer_summary(writer, &list[i]);
    json_end(writer, ']');
    response_next(writer, count > page.limit, shown > 0 ? list[shown - 1].code : TEXT(""));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status answer_coverage(Request *request, Response *response, bool is_list, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    AUTO(segments_view_done) SegmentsView view = {0};
    SegmentCoverage coverage;
    SegmentsQuery query;
    Status status = STATUS_OK;
    TRY(read_segments_query(request, &query, err));
    TRY(begin_look(request, &work, err));
    TRY(app_view_segments(&work, &query, request_arena(request), &view, err));
    TRY(narrow(request, &view, err));
    TRY(segment_coverage(&view.sets, request_arena(request), &coverage, err));
    if (is_list) {
        status = put_uncovered(request, response, &coverage.in_none, err);
    } else {
        reply_coverage(response_json(response), &view.sets, &coverage);
    }
    customer_set_free(&coverage.in_none);
    return status;
}

static Status get_coverage(Request *request, Response *response, Error *err)
{
    return answer_coverage(request, response, false, err);
}

static Status list_uncovered(Request *request, Response *response, Error *err)
{
    return answer_coverage(request, response, true, err);
}

/* ---- bands, health ---- */

static Status get_bands(Request *request, Response *response, Error *err)
{
    SegmentBands bands;
    Arena *arena = request_arena(request);
    Text expression = request_query(request, "expression");
    Findings findings[2] = {{expression, diagnostics_new(arena)},
                            {TEXT(""), diagnostics_new(arena)}};
    Status status = app_segment_bands(request_app(request), expression, arena, &bands,
                                      &findings[0].diagnostics, err);
    if (status == STATUS_INVALID) return fail_with_findings(request, response, findings, err);
    TRY(status);
    reply_bands(response_json(response), &bands, voice_of(request));
    return STATUS_OK;
}

static Status get_health(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    HealthReport report;
    TRY(begin_look(request, &work, err));
    TRY(segments_health(&work.forming, request_arena(request), &report, err));
    reply_health(response_json(response), &report, voice_of(request));
    return STATUS_OK;
}

/* ---- settings ---- */

static Status answer_settings(Request *request, Response *response, App *app, Error *err)
{
    SegmentSettings settings;
    TRY(segment_settings_read(app_store(app), &settings, err));
    reply_settings(response_json(response), &app_schema(app)->settings, &settings,
                   voice_of(request));
    return STATUS_OK;
}

static Status get_settings(Request *request, Response *response, Error *err)
{
    return answer_settings(request, response, request_app(request), err);
}

static Status setting_text(Request *request, const char *key, const json_t *value, Text *ret_text,
                           Error *err)
{
    if (json_is_string(value)) {
        *ret_text = (Text){json_string_value(value), json_string_length(value)};
    } else if (json_is_boolean(value)) {
        *ret_text = json_is_true(value) ? TEXT("on") : TEXT("off");
    } else if (json_is_integer(value)) {
        *ret_text =
            arena_printf(request_arena(request), "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        *ret_text = arena_printf(request_arena(request), "%.10g", json_real_value(value));
    } else {
        return error_set(err, STATUS_INVALID, "'%s' wants a text, a number or yes/no", key);
    }
    return STATUS_OK;
}

static Status write_settings(Request *request, App *app, json_t *body, Error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(body, key, value)
    {
        Text text;
        TRY(setting_text(request, key, value, &text, err));
        TRY(app_change_setting(app, text_of(key), text, err));
    }
    return STATUS_OK;
}

static Status change_settings(Request *request, Response *response, Error *err)
{
    const json_t *body;
    App *app;
    TRY(request_json(request, &body, err));
    TRY(request_writer(request, &app, err));
    TRY(store_batch_begin(app_store(app), err));
    /* jansson iterates over constant objects only by a cast that the warnings forbid */
    json_t *copy = json_copy((json_t *)(uintptr_t)body);
    Status status = write_settings(request, app, copy, err);
    json_decref(copy);
    if (status != STATUS_OK) {
        store_batch_rollback(app_store(app));
        return status;
    }
    TRY(store_batch_commit(app_store(app), err));
    return answer_settings(request, response, app, err);
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/overlap", RIGHT_READ, RUN_HEAVY, BODY_NONE, get_overlap},
    {METHOD_GET, "/api/v1/coverage", RIGHT_READ, RUN_HEAVY, BODY_NONE, get_coverage},
    {METHOD_GET, "/api/v1/coverage/uncovered", RIGHT_READ, RUN_HEAVY, BODY_NONE, list_uncovered},
    {METHOD_GET, "/api/v1/bands", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_bands},
    {METHOD_GET, "/api/v1/health", RIGHT_READ_ALL, RUN_HEAVY, BODY_NONE, get_health},
    {METHOD_GET, "/api/v1/settings", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_settings},
    {METHOD_PATCH, "/api/v1/settings", RIGHT_ADMIN, RUN_LIGHT, BODY_JSON, change_settings},
};

const RouteTable routes_overview = {items, COUNT_OF(items)};
