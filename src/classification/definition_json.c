/* definition_json.c -- definitions of classifications as JSON documents and back. */
#include "base/buffer.h"
#include "base/json_string.h"
#include "classification/definition.h"
#include "classification/words.h"
#include "lang/words.h"

#include <inttypes.h>
#include <jansson.h>

/* ---- writing ---- */

static void put_count(Buffer *out, const char *name, int64_t count)
{
    if (count == 0) return;
    json_member(out, name);
    buffer_printf(out, "%" PRId64, count);
}

static void put_numbers(Buffer *out, const char *name, NumberList list)
{
    char text[DECIMAL_TEXT_MAX];
    if (list.count == 0) return;
    json_member(out, name);
    for (size_t i = 0; i < list.count; i++) {
        buffer_char(out, i == 0 ? '[' : ',');
        buffer_text(out, decimal_print(list.items[i].mantissa, list.items[i].scale, text));
    }
    buffer_char(out, ']');
}

static void put_metrics(Buffer *out, const Definition *definition)
{
    if (definition->metrics_count == 0) return;
    json_member(out, "metrics");
    for (size_t i = 0; i < definition->metrics_count; i++) {
        const Metric *metric = &definition->metrics[i];
        buffer_cstr(out, i == 0 ? "[{" : ",{");
        json_member_text(out, "expression", metric->expression);
        put_count(out, "weight", metric->weight);
        put_count(out, "grid", metric->grid);
        put_numbers(out, "borders", metric->borders);
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void put_box(Buffer *out, const char *name, const uint8_t *scores)
{
    json_member(out, name);
    buffer_printf(out, "[%u,%u,%u]", scores[0], scores[1], scores[2]);
}

static void put_classes(Buffer *out, const Definition *definition)
{
    if (definition->classes_count == 0) return;
    json_member(out, "classes");
    for (size_t i = 0; i < definition->classes_count; i++) {
        const ClassDefinition *class = &definition->classes[i];
        buffer_cstr(out, i == 0 ? "[{" : ",{");
        json_member_text(out, "name", class->name);
        json_member_text(out, "rule", class->rule);
        if (definition->kind == KIND_RFM) {
            put_box(out, "from", class->from);
            put_box(out, "to", class->to);
        }
        buffer_char(out, '}');
    }
    buffer_char(out, ']');
}

static void put_abc(Buffer *out, const Definition *definition)
{
    json_member_text(out, "method", text_of(abc_method_code(definition->abc_method)));
    json_member_flag(out, "strict", definition->is_strict);
    json_member_flag(out, "split_ties", definition->splits_ties);
    json_member_text(out, "nonpositive", text_of(abc_rest_code(definition->abc_rest)));
}

static void put_xyz(Buffer *out, const Definition *definition)
{
    json_member_text(out, "method", text_of(xyz_method_code(definition->xyz_method)));
    json_member_text(out, "step", text_of(unit_word(definition->step)));
    put_count(out, "periods", definition->periods_count);
    put_count(out, "periods_min", definition->periods_min);
    json_member_text(out, "zeros", text_of(xyz_zeros_code(definition->zeros)));
    json_member_text(out, "first", definition->first);
    json_member_flag(out, "sample", definition->is_sample);
    json_member_flag(out, "seasonal", definition->is_seasonal);
}

static void put_parameters(Buffer *out, const Definition *definition)
{
    buffer_char(out, '{');
    put_metrics(out, definition);
    if (definition->kind == KIND_ABC) put_abc(out, definition);
    if (definition->kind == KIND_XYZ) put_xyz(out, definition);
    put_numbers(out, "borders", definition->borders);
    put_classes(out, definition);
    json_member_text(out, "rest", definition->rest);
    json_member_text(out, "amount", definition->amount);
    buffer_char(out, '}');
}

Text definition_parameters_to_json(const Definition *definition, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    put_parameters(&out, definition);
    return arena_text(arena, buffer_view(&out));
}

Text definition_to_json(const Definition *definition, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_char(&out, '{');
    json_member_text(&out, "kind", text_of(classification_kind_code(definition->kind)));
    json_member_text(&out, "description", definition->description);
    json_member_text(&out, "schedule", definition->schedule);
    json_member_flag(&out, "schedule_off", definition->is_schedule_off);
    json_member(&out, "parameters");
    put_parameters(&out, definition);
    buffer_char(&out, '}');
    return arena_text(arena, buffer_view(&out));
}

/* ---- reading ---- */

/* What is wrong first is told; everything after it is read as if it were not there. */
typedef struct {
    Arena *arena;
    const char *wrong_key; /* NULL: nothing is wrong */
    const char *wanted;
} Reader;

static void refuse(Reader *reader, const char *name, const char *wanted)
{
    if (reader->wrong_key != NULL) return;
    reader->wrong_key = name;
    reader->wanted = wanted;
}

static const json_t *member(Reader *reader, const json_t *object, const char *name, bool is_good,
                            const char *wanted)
{
    const json_t *json = json_object_get(object, name);
    if (json == NULL || is_good) return json;
    refuse(reader, name, wanted);
    return NULL;
}

static void get_text(Reader *reader, const json_t *object, const char *name, Text *text)
{
    const json_t *json = json_object_get(object, name);
    if (json_is_null(json)) *text = TEXT("");
    if (json == NULL || json_is_null(json)) return;
    if (!json_is_string(json)) {
        refuse(reader, name, "a text");
        return;
    }
    *text = arena_text(reader->arena, (Text){json_string_value(json), json_string_length(json)});
}

static void get_flag(Reader *reader, const json_t *object, const char *name, bool *flag)
{
    const json_t *json = json_object_get(object, name);
    json = member(reader, object, name, json_is_boolean(json), "true or false");
    if (json != NULL) *flag = json_is_true(json);
}

static void get_count(Reader *reader, const json_t *object, const char *name, int64_t most,
                      int64_t *count)
{
    const json_t *json = json_object_get(object, name);
    json_int_t number = json_integer_value(json);
    bool is_good = json_is_integer(json) && number >= 0 && number <= most;
    json = member(reader, object, name, is_good, "a whole number that is not too great");
    if (json != NULL) *count = number;
}

static bool number_of(const json_t *json, Number *ret_number)
{
    char text[DECIMAL_TEXT_MAX];
    if (json_is_string(json))
        return decimal_parse((Text){json_string_value(json), json_string_length(json)},
                             &ret_number->mantissa, &ret_number->scale);
    if (json_is_integer(json)) {
        *ret_number = (Number){json_integer_value(json), 0};
        return decimal_fits(ret_number->mantissa);
    }
    return json_is_real(json) && decimal_parse(double_print(json_real_value(json), text),
                                               &ret_number->mantissa, &ret_number->scale);
}

static void get_numbers(Reader *reader, const json_t *object, const char *name, NumberList *list)
{
    const json_t *json = json_object_get(object, name);
    json = member(reader, object, name, json_is_array(json), "a list of numbers");
    if (json == NULL) return;
    size_t count = json_array_size(json);
    Number *items = ARENA_ARRAY(reader->arena, Number, count);
    for (size_t i = 0; i < count; i++)
        if (!number_of(json_array_get(json, i), &items[i]))
            refuse(reader, name, "a list of numbers");
    *list = (NumberList){items, count};
}

static void get_box(Reader *reader, const json_t *object, const char *name, uint8_t *scores)
{
    const json_t *json = json_object_get(object, name);
    if (json == NULL) return;
    for (size_t i = 0; i < RFM_METRICS; i++) {
        json_int_t score = json_integer_value(json_array_get(json, i));
        if (json_array_size(json) != RFM_METRICS || score < 1 || score > RFM_GRID_MAX) {
            refuse(reader, name, "three scores such as [5, 4, 1]");
            return;
        }
        scores[i] = (uint8_t)score;
    }
}

static void get_metrics(Reader *reader, const json_t *parameters, Definition *definition)
{
    const json_t *json = json_object_get(parameters, "metrics");
    json = member(reader, parameters, "metrics", json_is_array(json), "a list of expressions");
    if (json == NULL) return;
    size_t count = json_array_size(json);
    Metric *metrics = ARENA_ARRAY(reader->arena, Metric, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *metric = json_array_get(json, i);
        int64_t grid = 0;
        if (!json_is_object(metric)) refuse(reader, "metrics", "a list of objects");
        get_text(reader, metric, "expression", &metrics[i].expression);
        get_count(reader, metric, "weight", ABC_WEIGHT_MAX, &metrics[i].weight);
        get_count(reader, metric, "grid", RFM_GRID_MAX, &grid);
        get_numbers(reader, metric, "borders", &metrics[i].borders);
        metrics[i].grid = (uint8_t)grid;
    }
    definition->metrics = metrics;
    definition->metrics_count = count;
}

static void get_classes(Reader *reader, const json_t *parameters, Definition *definition)
{
    const json_t *json = json_object_get(parameters, "classes");
    json = member(reader, parameters, "classes", json_is_array(json), "a list of classes");
    if (json == NULL) return;
    size_t count = json_array_size(json);
    ClassDefinition *classes = ARENA_ARRAY(reader->arena, ClassDefinition, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *class = json_array_get(json, i);
        if (!json_is_object(class)) refuse(reader, "classes", "a list of objects");
        get_text(reader, class, "name", &classes[i].name);
        get_text(reader, class, "rule", &classes[i].rule);
        get_box(reader, class, "from", classes[i].from);
        get_box(reader, class, "to", classes[i].to);
    }
    definition->classes = classes;
    definition->classes_count = count;
}

static void get_abc(Reader *reader, const json_t *parameters, Definition *definition)
{
    Text method = {0}, rest = {0};
    get_text(reader, parameters, "method", &method);
    get_text(reader, parameters, "nonpositive", &rest);
    if (method.size > 0 && !abc_method_parse(method, &definition->abc_method))
        refuse(reader, "method", "a method such as 'pareto'");
    if (rest.size > 0 && !abc_rest_parse(rest, &definition->abc_rest))
        refuse(reader, "nonpositive", "'unclassified', 'last' or 'ranked'");
    get_flag(reader, parameters, "strict", &definition->is_strict);
    get_flag(reader, parameters, "split_ties", &definition->splits_ties);
}

static void get_xyz(Reader *reader, const json_t *parameters, Definition *definition)
{
    Text method = {0}, zeros = {0}, step = {0};
    int64_t periods = definition->periods_count, periods_min = definition->periods_min;
    get_text(reader, parameters, "method", &method);
    get_text(reader, parameters, "zeros", &zeros);
    get_text(reader, parameters, "step", &step);
    if (method.size > 0 && !xyz_method_parse(method, &definition->xyz_method))
        refuse(reader, "method", "'fixed', 'self-adjusting' or 'frequency'");
    if (zeros.size > 0 && !xyz_zeros_parse(zeros, &definition->zeros))
        refuse(reader, "zeros", "'from-first', 'whole' or 'non-zero'");
    if (step.size > 0 && !unit_find(step, &definition->step))
        refuse(reader, "step", "'day', 'week', 'month', 'quarter' or 'year'");
    get_count(reader, parameters, "periods", XYZ_PERIODS_MAX, &periods);
    get_count(reader, parameters, "periods_min", XYZ_PERIODS_MAX, &periods_min);
    definition->periods_count = (uint32_t)periods;
    definition->periods_min = (uint32_t)periods_min;
    get_text(reader, parameters, "first", &definition->first);
    get_flag(reader, parameters, "sample", &definition->is_sample);
    get_flag(reader, parameters, "seasonal", &definition->is_seasonal);
}

static void get_parameters(Reader *reader, const json_t *parameters, Definition *definition)
{
    if (!json_is_object(parameters)) {
        refuse(reader, "parameters", "an object");
        return;
    }
    get_metrics(reader, parameters, definition);
    get_classes(reader, parameters, definition);
    if (definition->kind == KIND_ABC) get_abc(reader, parameters, definition);
    if (definition->kind == KIND_XYZ) get_xyz(reader, parameters, definition);
    get_numbers(reader, parameters, "borders", &definition->borders);
    get_text(reader, parameters, "rest", &definition->rest);
    get_text(reader, parameters, "amount", &definition->amount);
}

static void get_definition(Reader *reader, const json_t *root, Definition *definition)
{
    Text kind = {0};
    get_text(reader, root, "kind", &kind);
    if (kind.size > 0 && !classification_kind_parse(kind, &definition->kind))
        refuse(reader, "kind", "a kind such as 'abc'");
    get_text(reader, root, "description", &definition->description);
    get_text(reader, root, "schedule", &definition->schedule);
    get_flag(reader, root, "schedule_off", &definition->is_schedule_off);
    const json_t *parameters = json_object_get(root, "parameters");
    if (parameters != NULL) get_parameters(reader, parameters, definition);
}

static Status read_json(Text json, Arena *arena, Definition *definition,
                        void (*get)(Reader *, const json_t *, Definition *), Error *err)
{
    json_error_t error;
    Reader reader = {.arena = arena};
    json_t *root =
        json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!json_is_object(root))
        refuse(&reader, "definition", "a JSON object");
    else
        get(&reader, root, definition);
    json_decref(root);
    if (reader.wrong_key == NULL) return STATUS_OK;
    return error_set(err, STATUS_INVALID, "'%s' of a classification has to be %s", reader.wrong_key,
                     reader.wanted);
}

Status definition_from_json(Text json, const Definition *base, Arena *arena,
                            Definition *ret_definition, Error *err)
{
    Definition definition = *base;
    TRY(read_json(json, arena, &definition, get_definition, err));
    *ret_definition = definition;
    return STATUS_OK;
}

Status definition_parameters_from_json(Text json, const Definition *base, Arena *arena,
                                       Definition *ret_definition, Error *err)
{
    Definition definition = *base;
    TRY(read_json(json, arena, &definition, get_parameters, err));
    *ret_definition = definition;
    return STATUS_OK;
}
