/* routes_data.c -- what can be known: properties, streams, items, metrics. */
#include "server/routes.h"

#include "app/metrics.h"
#include "app/names.h"
#include "app/rule.h"
#include "base/fold.h"
#include "reply/data.h"
#include "reply/rule.h"
#include "server/handlers.h"

/* ---- properties ---- */

/* How well a property is filled is told of everybody, or not at all: the report of it is of those
 * whom the one who asks may see. */
static bool may_tell_fill(Request *request)
{
    return request_narrow(request, TEXT("")).size == 0;
}

static Status put_property(Request *request, JsonWriter *writer, const Property *property,
                           const StoreCounts *counts, Error *err)
{
    PropertyFill fill;
    PropertyShown shown = {.property = property, .language = request_language(request)};
    if (counts != NULL) {
        TRY(store_property_fill(app_store(request_app(request)), property, &fill, err));
        shown.fill = &fill;
        shown.customers_count = counts->customers;
    }
    reply_property(writer, &shown, request_arena(request));
    return STATUS_OK;
}

typedef struct {
    Text search_folded;
    bool has_group, wants_all, wants_fill;
    DataGroup group;
} PropertiesWish;

static Status read_properties_wish(Request *request, PropertiesWish *wish, Error *err)
{
    Text group = request_query(request, "group");
    wish->has_group = group.size > 0;
    wish->search_folded = text_fold(request_query(request, "search"), request_arena(request));
    TRY(request_query_bool(request, "all", false, &wish->wants_all, err));
    TRY(request_query_bool(request, "fill", false, &wish->wants_fill, err));
    wish->wants_fill = wish->wants_fill && may_tell_fill(request);
    if (wish->has_group && !data_group_parse(group, &wish->group))
        return error_set(err, STATUS_INVALID, "no data group '%.*s'", TEXT_FORMAT(group));
    return STATUS_OK;
}

static bool is_wanted(Request *request, const PropertiesWish *wish, const Property *property)
{
    Arena *arena = request_arena(request);
    if (property->is_retired && !wish->wants_all) return false;
    if (wish->has_group && property->group != wish->group) return false;
    if (text_contains(text_fold(property->name, arena), wish->search_folded)) return true;
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        if (text_contains(text_fold(property->labels.in[i], arena), wish->search_folded))
            return true;
    return false;
}

static void put_groups(Request *request, JsonWriter *writer)
{
    json_key(writer, "groups");
    json_begin(writer, '[');
    for (DataGroup group = 0; group < DATA_GROUP_COUNT; group++) {
        json_begin(writer, '{');
        json_key(writer, "code");
        json_cstr(writer, data_group_code(group));
        json_key(writer, "label");
        json_text(writer, data_group_label(group, request_language(request)));
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static Status list_properties(Request *request, Response *response, Error *err)
{
    App *app = request_app(request);
    const Schema *schema = app_schema(app);
    PropertiesWish wish = {0};
    StoreCounts counts;
    TRY(read_properties_wish(request, &wish, err));
    if (wish.wants_fill) TRY(store_count(app_store(app), request_arena(request), &counts, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < schema->properties_count; i++)
        if (is_wanted(request, &wish, &schema->properties[i]))
            TRY(put_property(request, writer, &schema->properties[i],
                             wish.wants_fill ? &counts : NULL, err));
    json_end(writer, ']');
    put_groups(request, writer);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status find_property(const Schema *schema, Text name, const Property **ret_property,
                            Error *err)
{
    *ret_property = schema_find_property(schema, name);
    if (*ret_property != NULL) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "no property '%.*s'", TEXT_FORMAT(name));
}

static Status get_property(Request *request, Response *response, Error *err)
{
    App *app = request_app(request);
    const Property *property;
    StoreCounts counts;
    TRY(find_property(app_schema(app), request_path(request, "name"), &property, err));
    TRY(store_count(app_store(app), request_arena(request), &counts, err));
    return put_property(request, response_json(response), property,
                        may_tell_fill(request) ? &counts : NULL, err);
}

static Status list_property_values(Request *request, Response *response, Error *err)
{
    ValueCounts values;
    uint64_t limit;
    TRY(request_query_number(request, "limit", LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &limit, err));
    ValuesQuery query = {.property = request_path(request, "name"),
                         .search = request_query(request, "search"),
                         .limit = (size_t)limit};
    query.only = request_narrow(request, TEXT(""));
    TRY(rule_values(request_app(request), &query, request_arena(request), &values, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    reply_values(writer, &values);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status read_labels(const json_t *body, const char *key, Labels *ret_labels, Error *err)
{
    static const char *const keys[] = {"en", "ru", "uk"};
    json_t *labels;
    TRY(json_get_object(body, key, &labels, err));
    if (labels == NULL) return STATUS_OK;
    TRY(json_only(labels, keys, COUNT_OF(keys), err));
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        TRY(json_get_text(labels, language_code((Language)i), &ret_labels->in[i], err));
    return STATUS_OK;
}

static Status read_type(const json_t *body, PropertyType *ret_type, uint8_t *ret_scale, Error *err)
{
    Text type = {0};
    uint64_t scale = json_has(body, "scale") ? 0 : NUMBER_SCALE_USUAL;
    TRY(json_need_text(body, "type", &type, err));
    TRY(json_get_count(body, "scale", DECIMAL_SCALE_MAX, &scale, err));
    if (!property_type_parse(type, ret_type))
        return error_set(err, STATUS_INVALID, "no type '%.*s'", TEXT_FORMAT(type));
    if (json_has(body, "scale") && scale > 0 && *ret_type != PROPERTY_NUMBER)
        return error_set(err, STATUS_INVALID, "'scale' goes with the type number only");
    *ret_scale = *ret_type == PROPERTY_NUMBER ? (uint8_t)scale : 0;
    return STATUS_OK;
}

static Status read_property(Request *request, const json_t *body, Property *ret_property,
                            Error *err)
{
    Text group = {0};
    Text *values = NULL;
    size_t values_count = 0;
    TRY(json_need_text(body, "name", &ret_property->name, err));
    TRY(read_type(body, &ret_property->type, &ret_property->scale, err));
    TRY(read_labels(body, "labels", &ret_property->labels, err));
    TRY(json_get_text(body, "unit", &ret_property->unit, err));
    TRY(json_get_text(body, "group", &group, err));
    TRY(json_get_bool(body, "is_dynamic", &ret_property->is_dynamic, err));
    TRY(json_get_bool(body, "is_personal", &ret_property->is_personal, err));
    TRY(json_get_texts(body, "values", request_arena(request), &values, &values_count, err));
    if (group.size > 0 && !data_group_parse(group, &ret_property->group))
        return error_set(err, STATUS_INVALID, "no data group '%.*s'", TEXT_FORMAT(group));
    if (values_count > 0 && ret_property->type != PROPERTY_ENUM)
        return error_set(err, STATUS_INVALID, "'values' go with the type enum only");
    ret_property->allowed = values;
    ret_property->allowed_count = values_count;
    return STATUS_OK;
}

/* The property after a change, by its present name. */
static Status answer_property(Request *request, Response *response, App *app, Text name, Error *err)
{
    const Property *property;
    TRY(app_refresh(app, err));
    TRY(find_property(app_schema(app), name, &property, err));
    return put_property(request, response_json(response), property, NULL, err);
}

static Status add_property(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name",  "type",       "scale",       "labels", "unit",
                                       "group", "is_dynamic", "is_personal", "values"};
    const json_t *body;
    App *app;
    Property property = {.group = DATA_GROUP_GENERAL};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(read_property(request, body, &property, err));
    TRY(request_writer(request, &app, err));
    TRY(store_add_property(app_store(app), &property, err));
    response_code(response, 201);
    return answer_property(request, response, app, property.name, err);
}

static Status relabel(App *app, Text name, const json_t *body, Error *err)
{
    const Property *property;
    TRY(find_property(app_schema(app), name, &property, err));
    Labels labels = property->labels;
    TRY(read_labels(body, "labels", &labels, err));
    return store_relabel_property(app_store(app), name, &labels, err);
}

static Status retire(App *app, Text name, bool is_retired, Error *err)
{
    if (is_retired) return app_retire_property(app, name, err);
    return store_retire_property(app_store(app), name, false, err);
}

/* Each step leaves the names of the app old. */
static Status change_parts(App *app, Text name, const json_t *body, bool is_retired, Error *err)
{
    if (json_has(body, "labels")) {
        TRY(relabel(app, name, body, err));
        TRY(app_refresh(app, err));
    }
    if (!json_has(body, "is_retired")) return STATUS_OK;
    TRY(retire(app, name, is_retired, err));
    return app_refresh(app, err);
}

static Status regroup(App *app, Text name, const json_t *body, Error *err)
{
    Text code = {0};
    DataGroup group;
    TRY(json_need_text(body, "group", &code, err));
    if (!data_group_parse(code, &group))
        return error_set(err, STATUS_INVALID, "no data group '%.*s'", TEXT_FORMAT(code));
    TRY(store_regroup_property(app_store(app), name, group, err));
    return app_refresh(app, err);
}

static Status rescale(App *app, Text name, const json_t *body, Error *err)
{
    uint64_t scale = 0;
    TRY(json_get_count(body, "scale", DECIMAL_SCALE_MAX, &scale, err));
    TRY(store_set_decimals(app_store(app), name, (int)scale, err));
    return app_refresh(app, err);
}

static Status change_meaning(Request *request, App *app, Text name, const json_t *body, Error *err)
{
    Text *values = NULL;
    size_t count = 0;
    if (json_has(body, "group")) TRY(regroup(app, name, body, err));
    if (json_has(body, "scale")) TRY(rescale(app, name, body, err));
    if (!json_has(body, "values")) return STATUS_OK;
    TRY(json_get_texts(body, "values", request_arena(request), &values, &count, err));
    TRY(store_allow_values(app_store(app), name, values, count, err));
    return app_refresh(app, err);
}

static Status change_property(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "labels", "is_retired", "group", "scale", "values"};
    const json_t *body;
    App *app;
    const Property *property;
    Text new_name = {0};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_get_text(body, "name", &new_name, err));
    TRY(request_writer(request, &app, err));
    TRY(find_property(app_schema(app), request_path(request, "name"), &property, err));
    Text name = arena_text(request_arena(request), property->name);
    bool is_retired = property->is_retired;
    TRY(json_get_bool(body, "is_retired", &is_retired, err));
    TRY(change_parts(app, name, body, is_retired, err));
    TRY(change_meaning(request, app, name, body, err));
    if (new_name.data == NULL) return answer_property(request, response, app, name, err);
    TRY(app_rename_property(app, name, text_trim(new_name), err));
    return answer_property(request, response, app, text_trim(new_name), err);
}

/* ---- streams ---- */

static Status list_streams(Request *request, Response *response, Error *err)
{
    (void)err;
    const Schema *schema = app_schema(request_app(request));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < schema->streams_count; i++)
        reply_stream(writer, &schema->streams[i], request_language(request),
                     request_arena(request));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

static Status answer_stream(Request *request, Response *response, App *app, Text name, Error *err)
{
    const Stream *stream = schema_find_stream(app_schema(app), name);
    if (stream == NULL)
        return error_set(err, STATUS_NOT_FOUND, "no stream '%.*s'", TEXT_FORMAT(name));
    reply_stream(response_json(response), stream, request_language(request),
                 request_arena(request));
    return STATUS_OK;
}

static Status get_stream(Request *request, Response *response, Error *err)
{
    return answer_stream(request, response, request_app(request), request_path(request, "name"),
                         err);
}

static Status read_field(const json_t *body, Field *ret_field, Error *err)
{
    static const char *const keys[] = {"name", "type", "scale", "labels", "is_identifier"};
    Text type = {0};
    bool is_identifier = false;
    TRY(json_only(body, keys, COUNT_OF(keys), err));
    TRY(json_need_text(body, "name", &ret_field->name, err));
    TRY(json_get_text(body, "type", &type, err));
    TRY(read_labels(body, "labels", &ret_field->labels, err));
    TRY(json_get_bool(body, "is_identifier", &is_identifier, err));
    ret_field->type = PROPERTY_TEXT;
    ret_field->role = is_identifier ? FIELD_IDENTIFIER : FIELD_PLAIN;
    if (text_equal(type, TEXT("item"))) {
        ret_field->role = FIELD_ITEM;
        return STATUS_OK;
    }
    TRY(read_type(body, &ret_field->type, &ret_field->scale, err));
    bool is_set = ret_field->type == PROPERTY_SET || ret_field->type == PROPERTY_HIERARCHY_SET;
    bool is_odd = is_identifier && ret_field->type != PROPERTY_TEXT;
    if (!is_set && !is_odd) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "a field of an event cannot be of the type '%.*s'%s",
                     TEXT_FORMAT(type), is_odd ? " and an identifier" : "");
}

static Status read_fields(Request *request, const json_t *body, Stream *stream, Error *err)
{
    const json_t *list = json_object_get(body, "fields");
    if (list == NULL || json_is_null(list)) return STATUS_OK;
    if (!json_is_array(list)) return error_set(err, STATUS_INVALID, "'fields' wants an array");
    size_t count = json_array_size(list);
    Field *fields = ARENA_ARRAY(request_arena(request), Field, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *field = json_array_get(list, i);
        if (!json_is_object(field))
            return error_set(err, STATUS_INVALID, "'fields' wants an array of objects");
        fields[i] = (Field){.slot = (uint32_t)i};
        TRY(read_field(field, &fields[i], err));
    }
    stream->fields = fields;
    stream->fields_count = count;
    return STATUS_OK;
}

static Status add_stream(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "labels", "fields"};
    const json_t *body;
    App *app;
    Stream stream = {0};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "name", &stream.name, err));
    TRY(read_labels(body, "labels", &stream.labels, err));
    TRY(read_fields(request, body, &stream, err));
    TRY(request_writer(request, &app, err));
    TRY(store_add_stream(app_store(app), &stream, err));
    TRY(app_refresh(app, err));
    response_code(response, 201);
    return answer_stream(request, response, app, stream.name, err);
}

static Status add_field(Request *request, Response *response, Error *err)
{
    const json_t *body;
    App *app;
    Field field = {0};
    Text name = request_path(request, "name");
    TRY(request_json(request, &body, err));
    TRY(read_field(body, &field, err));
    TRY(request_writer(request, &app, err));
    const Stream *stream = schema_find_stream(app_schema(app), name);
    if (stream == NULL)
        return error_set(err, STATUS_NOT_FOUND, "no stream '%.*s'", TEXT_FORMAT(name));
    TRY(store_add_field(app_store(app), stream->name, &field, err));
    TRY(app_refresh(app, err));
    response_code(response, 201);
    return answer_stream(request, response, app, name, err);
}

/* ---- items ---- */

static Status write_items_file(Request *request, Response *response, ListForm form,
                               const Item *const *items, size_t count, Error *err)
{
    OutputOptions options;
    OutputColumn columns[ITEM_ATTRIBUTE_COUNT];
    TRY(begin_list_file(request, response, form, TEXT("items"), &options, err));
    for (size_t i = 0; i < ITEM_ATTRIBUTE_COUNT; i++)
        columns[i] = (OutputColumn){text_of(item_attribute_name((ItemAttribute)i)), TEXT(""),
                                    item_attribute_type((ItemAttribute)i)};
    AUTO(output_done) Output *output = output_open(options, columns, ITEM_ATTRIBUTE_COUNT);
    for (size_t i = 0; i < count; i++) {
        Value values[ITEM_ATTRIBUTE_COUNT];
        for (size_t k = 0; k < ITEM_ATTRIBUTE_COUNT; k++)
            values[k] = item_attribute_value(items[i], (ItemAttribute)k);
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status list_items(Request *request, Response *response, Error *err)
{
    Page page;
    ListForm form;
    const Item **items;
    size_t count;
    TRY(request_page(request, LIST_LIMIT_USUAL, LIST_LIMIT_MAX, &page, err));
    TRY(read_list_form(request_query(request, "format"), &form, err));
    ListQuery query = {.search = request_query(request, "search"),
                       .after = page.after,
                       .limit = form == LIST_PAGE ? page.limit + 1 : SIZE_MAX / 2};
    TRY(store_list_items(app_store(request_app(request)), &query, request_arena(request), &items,
                         &count, err));
    if (form != LIST_PAGE) return write_items_file(request, response, form, items, count, err);
    size_t shown = count < page.limit ? count : page.limit;
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < shown; i++)
        reply_item(writer, items[i]);
    json_end(writer, ']');
    response_next(writer, count > page.limit, shown > 0 ? items[shown - 1]->code : TEXT(""));
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_item(Request *request, Response *response, Error *err)
{
    const Item *item;
    TRY(store_find_item(app_store(request_app(request)), request_path(request, "code"),
                        request_arena(request), &item, err));
    reply_item(response_json(response), item);
    return STATUS_OK;
}

/* ---- metrics ---- */

static Status list_metrics(Request *request, Response *response, Error *err)
{
    StoredMetric *metrics;
    size_t count;
    TRY(store_list_metrics(app_store(request_app(request)), request_arena(request), &metrics,
                           &count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < count; i++)
        reply_metric(writer, &metrics[i], (Text){0}, request_language(request));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

/* A metric may name what was retired since: it is shown all the same, its sentence is empty. */
static Status answer_metric(Request *request, Response *response, App *app, Text name, Error *err)
{
    NamedMetric metric;
    Date as_of;
    TRY(request_as_of(request, &as_of, err));
    TRY(app_find_metric(app, name, request_arena(request), &metric, err));
    Text sentence = TEXT("");
    if (metric.expression != NULL)
        sentence = expression_sentence(metric.expression, as_of, request_language(request),
                                       request_arena(request));
    reply_metric(response_json(response), &metric.stored, sentence, request_language(request));
    return STATUS_OK;
}

static Status get_metric(Request *request, Response *response, Error *err)
{
    return answer_metric(request, response, request_app(request), request_path(request, "name"),
                         err);
}

/* In all languages, or in that of the request. */
static Status read_descriptions(Request *request, const json_t *body, Labels *ret_texts, Error *err)
{
    Text one = {0};
    TRY(json_get_text(body, "description", &one, err));
    if (one.size > 0) ret_texts->in[request_language(request)] = one;
    return read_labels(body, "descriptions", ret_texts, err);
}

static Status add_metric(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "expression", "description", "descriptions"};
    const json_t *body;
    App *app;
    StoredMetric metric = {0};
    Arena *arena = request_arena(request);
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "name", &metric.name, err));
    TRY(json_need_text(body, "expression", &metric.expression, err));
    TRY(read_descriptions(request, body, &metric.descriptions, err));
    TRY(request_writer(request, &app, err));
    Findings findings[2] = {{metric.expression, diagnostics_new(arena)},
                            {TEXT(""), diagnostics_new(arena)}};
    BreakdownMode mode;
    TRY(read_warning_mode(request, &mode, err));
    metric.name = text_trim(metric.name);
    Status status = app_add_metric(app, &metric, &mode, arena, &findings[0].diagnostics, err);
    if (status != STATUS_OK && findings[0].diagnostics.errors_count > 0)
        return fail_with_findings(request, response, findings, err);
    TRY(status);
    response_code(response, 201);
    TRY(answer_metric(request, response, app, metric.name, err));
    answer_warnings(request, response, "warnings", findings, 1);
    return STATUS_OK;
}

static Status remove_metric(Request *request, Response *response, Error *err)
{
    App *app;
    NamedMetric metric;
    TRY(request_writer(request, &app, err));
    TRY(app_find_metric(app, request_path(request, "name"), request_arena(request), &metric, err));
    TRY(app_remove_metric(app, metric.stored.name, err));
    response_nothing(response);
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/properties", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_properties},
    {METHOD_POST, "/api/v1/properties", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, add_property},
    {METHOD_GET, "/api/v1/properties/{name}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_property},
    {METHOD_PATCH, "/api/v1/properties/{name}", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, change_property},
    {METHOD_GET, "/api/v1/properties/{name}/values", RIGHT_READ, RUN_HEAVY, BODY_NONE,
     list_property_values},
    {METHOD_GET, "/api/v1/streams", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_streams},
    {METHOD_POST, "/api/v1/streams", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, add_stream},
    {METHOD_GET, "/api/v1/streams/{name}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_stream},
    {METHOD_POST, "/api/v1/streams/{name}/fields", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, add_field},
    {METHOD_GET, "/api/v1/items", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_items},
    {METHOD_GET, "/api/v1/items/{code}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_item},
    {METHOD_GET, "/api/v1/metrics", RIGHT_READ, RUN_LIGHT, BODY_NONE, list_metrics},
    {METHOD_POST, "/api/v1/metrics", RIGHT_WRITE, RUN_LIGHT, BODY_JSON, add_metric},
    {METHOD_GET, "/api/v1/metrics/{name}", RIGHT_READ, RUN_LIGHT, BODY_NONE, get_metric},
    {METHOD_DELETE, "/api/v1/metrics/{name}", RIGHT_WRITE, RUN_LIGHT, BODY_NONE, remove_metric},
};

const RouteTable routes_data = {items, COUNT_OF(items)};
