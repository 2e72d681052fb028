/* check_name.c -- names of the expression: properties, metrics, streams, fields, stored sets. */
#include "base/buffer.h"
#include "base/fold.h"
#include "lang/check.h"
#include "lang/print.h"
#include "lang/words.h"

#include <string.h>

typedef struct {
    Text *items;
    size_t count, capacity;
} NameList;

static const Text NOTHING = {0};

static Text joined_name(Checker *checker, const Node *node)
{
    Text member = node->as.name.member;
    if (member.size == 0) return node->as.name.name;
    return arena_printf(checker->shared->arena, "%.*s.%.*s", TEXT_FORMAT(node->as.name.name),
                        TEXT_FORMAT(member));
}

bool check_is_refused_in_events(Checker *checker, const Node *node, Text what)
{
    if (checker->events_of == NULL) return false;
    check_error(checker, DIAGNOSTIC_CUSTOMER_IN_EVENTS, node->span, what, checker->events_of->name,
                NOTHING);
    return true;
}

/* ---- labels used as names ---- */

/* Whoever reads «Пол» in a table writes it in a rule: the name behind a label. A label that only
 * holds the word («Бизнес-регион» for "регион") counts when none is the word itself. */
typedef struct {
    Arena *arena;
    Text wanted; /* folded */
    Text name;   /* of the best; empty: none yet */
    size_t size; /* bytes of its folded label */
} LabelMatch;

enum { LABEL_PART_BYTES_MIN = 6 }; /* three Cyrillic letters; shorter ones are in many words */

static LabelMatch label_match_begin(Text wanted, Arena *arena)
{
    return (LabelMatch){.arena = arena, .wanted = text_fold(wanted, arena)};
}

static void label_match_offer(LabelMatch *match, const Labels *labels, Text name)
{
    for (Language language = 0; language < LANGUAGE_COUNT; language++) {
        Text label = text_fold(labels->in[language], match->arena);
        bool is_whole = text_equal(label, match->wanted);
        bool is_part =
            match->wanted.size >= LABEL_PART_BYTES_MIN && text_contains(label, match->wanted);
        if (label.size == 0 || (!is_whole && !is_part)) continue;
        if (match->name.size > 0 && label.size >= match->size) continue;
        match->name = name;
        match->size = label.size;
    }
}

static bool has_label(const Labels *labels, Text wanted)
{
    for (Language language = 0; language < LANGUAGE_COUNT; language++)
        if (labels->in[language].size > 0 && text_equal_folded(labels->in[language], wanted))
            return true;
    return false;
}

/* The name behind a whole label: of a property, else of the first field that has it. */
static Text name_of_label(const Catalog *catalog, Text label)
{
    const Schema *schema = catalog->schema;
    for (size_t i = 0; i < schema->properties_count; i++)
        if (!schema->properties[i].is_retired && has_label(&schema->properties[i].labels, label))
            return schema->properties[i].name;
    for (size_t i = 0; i < schema->streams_count; i++)
        for (size_t j = 0; j < schema->streams[i].fields_count; j++)
            if (!schema->streams[i].fields[j].is_retired &&
                has_label(&schema->streams[i].fields[j].labels, label))
                return schema->streams[i].fields[j].name;
    return NOTHING;
}

void expression_explain_labels(const Catalog *catalog, Diagnostics *diagnostics, size_t first)
{
    for (size_t i = first; i < diagnostics->count; i++) {
        Diagnostic *diagnostic = &diagnostics->items[i];
        if (diagnostic->kind != DIAGNOSTIC_NAME_OF_SEVERAL_WORDS) continue;
        Text name = name_of_label(catalog, diagnostic->parameters[0]);
        if (name.size == 0) continue;
        AUTO(buffer_done) Buffer written = {0};
        print_name(&written, name);
        diagnostic->kind = DIAGNOSTIC_USE_INSTEAD;
        diagnostic->parameters[1] = arena_text(diagnostics->arena, buffer_view(&written));
    }
}

/* ---- names of the customer ---- */

static bool find_metric(const Catalog *catalog, Text name, size_t *ret_index)
{
    for (size_t i = 0; i < catalog->metrics_count; i++) {
        if (!text_equal_folded(catalog->metrics[i].name, name)) continue;
        *ret_index = i;
        return true;
    }
    return false;
}

static bool is_customer_name(const Catalog *catalog, Text name)
{
    size_t index;
    return schema_find_property(catalog->schema, name) != NULL ||
           find_metric(catalog, name, &index);
}

static const Node *property_node(Checker *checker, const Node *node, const Property *property)
{
    Node *copy = check_copy(checker, node);
    copy->kind = NODE_PROPERTY;
    copy->as.property.property = property;
    copy->as.property.slot = schema_property_slot(checker->shared->catalog->schema, property);
    copy->type = property_value_type(property);
    return copy;
}

static const Node *metric_node(Checker *checker, const Node *node, size_t index)
{
    const Node *definition = check_metric(checker, index, node->span);
    if (definition == NULL) return check_not_a_value(checker, node);
    const MetricDefinition *metric = &checker->shared->catalog->metrics[index];
    Node *copy = check_copy(checker, node);
    copy->kind = NODE_METRIC;
    copy->as.metric.name = arena_text(checker->shared->arena, metric->name);
    copy->as.metric.definition = definition;
    for (Language language = 0; language < LANGUAGE_COUNT; language++)
        copy->as.metric.labels.in[language] =
            arena_text(checker->shared->arena, metric->labels.in[language]);
    copy->type = definition->type;
    return copy;
}

/* The first stream that has such a field. */
static const Stream *stream_with_field(const Schema *schema, Text name)
{
    EventBuiltIn built_in;
    if (event_built_in_find(name, &built_in) && schema->streams_count > 0)
        return &schema->streams[0];
    for (size_t i = 0; i < schema->streams_count; i++)
        if (stream_find_field(&schema->streams[i], name) != NULL) return &schema->streams[i];
    return NULL;
}

/* `age > 30`: a function without its brackets. How it is asked of a customer; empty when there is
 * no usual way. */
static Text usual_call(Text name)
{
    static const struct {
        const char *function, *call;
    } calls[] = {
        {"age", "age(birth_date)"},
        {"debt", "debt(settlement)"},
        {"overdue", "overdue(settlement)"},
        {"overdue_days", "overdue_days(settlement)"},
        {"count", "count(purchase)"},
        {"sum", "sum(purchase.amount)"},
        {"avg", "avg(purchase.amount)"},
        {"days_since_first", "days_since_first(purchase)"},
        {"days_since_last", "days_since_last(purchase)"},
    };
    Text function = function_meant(name);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        if (text_equal(function, text_of(calls[i].function))) return text_of(calls[i].call);
    return NOTHING;
}

static void suggest_customer_name(Checker *checker, Text wanted)
{
    const Catalog *catalog = checker->shared->catalog;
    const Schema *schema = catalog->schema;
    NameList names = {0};
    for (size_t i = 0; i < schema->properties_count; i++)
        if (!schema->properties[i].is_retired)
            ARENA_PUSH(checker->shared->arena, &names, schema->properties[i].name);
    for (size_t i = 0; i < catalog->metrics_count; i++)
        ARENA_PUSH(checker->shared->arena, &names, catalog->metrics[i].name);
    LabelMatch match = label_match_begin(wanted, checker->shared->arena);
    for (size_t i = 0; i < schema->properties_count; i++)
        if (!schema->properties[i].is_retired)
            label_match_offer(&match, &schema->properties[i].labels, schema->properties[i].name);
    Text call = usual_call(wanted);
    if (call.size > 0 || match.name.size > 0)
        diagnostics_suggest(checker->diagnostics, call.size > 0 ? call : match.name);
    else
        check_suggest(checker, wanted, names.items, names.count);
}

static void report_customer_name(Checker *checker, const Node *node)
{
    const Schema *schema = checker->shared->catalog->schema;
    Text name = node->as.name.name;
    const Stream *stream = schema_find_stream(schema, name);
    const Stream *owner = stream != NULL ? stream : stream_with_field(schema, name);
    if (stream != NULL && node->as.name.member.size == 0) {
        check_error(checker, DIAGNOSTIC_STREAM_AS_VALUE, node->span, stream->name, NOTHING,
                    NOTHING);
    } else if (owner != NULL) {
        check_error(checker, DIAGNOSTIC_FIELD_OUTSIDE_EVENTS, node->span,
                    joined_name(checker, node), owner->name, NOTHING);
    } else {
        check_error(checker, DIAGNOSTIC_UNKNOWN_NAME, node->span, name, NOTHING, NOTHING);
        suggest_customer_name(checker, name);
    }
}

static const Node *check_customer_name(Checker *checker, const Node *node)
{
    const Catalog *catalog = checker->shared->catalog;
    Text name = node->as.name.name;
    const Property *property = schema_find_property(catalog->schema, name);
    size_t metric = 0;
    bool is_metric = find_metric(catalog, name, &metric);
    bool is_known = property != NULL || is_metric;
    if (is_known && node->as.name.member.size > 0) {
        check_error(checker, DIAGNOSTIC_NAME_WITHOUT_PARTS, node->span, name, node->as.name.member,
                    NOTHING);
    } else if (property != NULL && property->is_retired) {
        check_error(checker, DIAGNOSTIC_RETIRED_NAME, node->span, property->name, NOTHING, NOTHING);
    } else if (property != NULL) {
        return property_node(checker, node, property);
    } else if (is_metric) {
        return metric_node(checker, node, metric);
    } else {
        report_customer_name(checker, node);
    }
    return check_not_a_value(checker, node);
}

/* ---- names of an event ---- */

static Type event_built_in_type(EventBuiltIn built_in)
{
    switch (built_in) {
    case EVENT_DATE: return type_of_kind(TYPE_DATE);
    case EVENT_TIME: return type_of_kind(TYPE_MOMENT);
    case EVENT_WEEKDAY:
    case EVENT_HOUR: return type_exact(0, false);
    case EVENT_BUILT_IN_COUNT: break;
    }
    ASSERT(false);
    return (Type){0};
}

static Node *field_node(Checker *checker, const Node *node)
{
    Node *copy = check_copy(checker, node);
    copy->kind = NODE_FIELD;
    memset(&copy->as, 0, sizeof copy->as);
    return copy;
}

static const Node *built_in_node(Checker *checker, const Node *node, EventBuiltIn built_in)
{
    Node *copy = field_node(checker, node);
    copy->as.field.is_built_in = true;
    copy->as.field.built_in = built_in;
    copy->type = event_built_in_type(built_in);
    return copy;
}

static const Node *item_attribute_node(Checker *checker, const Node *node, const Field *field)
{
    ItemAttribute attribute;
    Text member = node->as.name.member;
    if (!item_attribute_find(member, &attribute)) {
        check_error(checker, DIAGNOSTIC_UNKNOWN_ITEM_ATTRIBUTE, node->span, member, NOTHING,
                    NOTHING);
        return check_not_a_value(checker, node);
    }
    Node *copy = field_node(checker, node);
    copy->as.field.field = field;
    copy->as.field.is_item_attribute = true;
    copy->as.field.attribute = attribute;
    copy->type = item_attribute_type(attribute);
    return copy;
}

static void suggest_field(Checker *checker, Text wanted, const Stream *stream)
{
    NameList names = {0};
    Arena *arena = checker->shared->arena;
    for (size_t i = 0; i < stream->fields_count; i++)
        if (!stream->fields[i].is_retired) ARENA_PUSH(arena, &names, stream->fields[i].name);
    for (EventBuiltIn built_in = 0; built_in < EVENT_BUILT_IN_COUNT; built_in++)
        ARENA_PUSH(arena, &names, text_of(event_built_in_name(built_in)));
    LabelMatch match = label_match_begin(wanted, arena);
    for (size_t i = 0; i < stream->fields_count; i++)
        if (!stream->fields[i].is_retired)
            label_match_offer(&match, &stream->fields[i].labels, stream->fields[i].name);
    if (match.name.size > 0)
        diagnostics_suggest(checker->diagnostics, match.name);
    else
        check_suggest(checker, wanted, names.items, names.count);
}

/* `purchase.amount` inside a condition on purchases: there it is plain `amount`. */
static bool is_prefixed_field(const Node *node, const Stream *stream)
{
    EventBuiltIn built_in;
    Text member = node->as.name.member;
    return member.size > 0 && text_equal_folded(node->as.name.name, stream->name) &&
           (stream_find_field(stream, member) != NULL || event_built_in_find(member, &built_in));
}

static void report_field(Checker *checker, const Node *node, const Stream *stream)
{
    Text name = node->as.name.name;
    if (is_prefixed_field(node, stream)) {
        check_error(checker, DIAGNOSTIC_USE_INSTEAD, node->span, joined_name(checker, node),
                    node->as.name.member, NOTHING);
    } else if (checker->events_of != NULL && is_customer_name(checker->shared->catalog, name)) {
        check_is_refused_in_events(checker, node, name);
    } else {
        check_error(checker, DIAGNOSTIC_UNKNOWN_FIELD, node->span, name, stream->name, NOTHING);
        suggest_field(checker, name, stream);
    }
}

const Node *check_field(Checker *checker, const Node *node, const Stream *stream)
{
    Text name = node->as.name.name, member = node->as.name.member;
    EventBuiltIn built_in = EVENT_DATE;
    const Field *field = stream_find_field(stream, name);
    bool is_built_in = field == NULL && event_built_in_find(name, &built_in);
    bool is_item = field != NULL && field->role == FIELD_ITEM;
    if (field == NULL && !is_built_in) {
        report_field(checker, node, stream);
    } else if (member.size > 0 && !is_item) {
        check_error(checker, DIAGNOSTIC_NAME_WITHOUT_PARTS, node->span, name, member, NOTHING);
    } else if (is_built_in) {
        return built_in_node(checker, node, built_in);
    } else if (field->is_retired) {
        check_error(checker, DIAGNOSTIC_RETIRED_NAME, node->span, field->name, NOTHING, NOTHING);
    } else if (member.size > 0) {
        return item_attribute_node(checker, node, field);
    } else {
        Node *copy = field_node(checker, node);
        copy->as.field.field = field;
        copy->type = field_value_type(field);
        return copy;
    }
    return check_not_a_value(checker, node);
}

bool check_is_unknown_word(Checker *checker, const Node *node)
{
    const Catalog *catalog = checker->shared->catalog;
    EventBuiltIn built_in;
    Text name = node->as.name.name;
    if (node->kind != NODE_NAME || node->as.name.member.size > 0) return false;
    if (is_customer_name(catalog, name)) return false;
    if (checker->events_of != NULL)
        return stream_find_field(checker->events_of, name) == NULL &&
               !event_built_in_find(name, &built_in);
    return schema_find_stream(catalog->schema, name) == NULL &&
           stream_with_field(catalog->schema, name) == NULL;
}

const Node *check_name(Checker *checker, const Node *node)
{
    if (checker->events_of != NULL) return check_field(checker, node, checker->events_of);
    return check_customer_name(checker, node);
}

/* ---- streams and stored sets ---- */

const Stream *check_stream(Checker *checker, Text name, Span span)
{
    const Schema *schema = checker->shared->catalog->schema;
    const Stream *stream = schema_find_stream(schema, name);
    if (stream != NULL) return stream;
    Text *names = ARENA_ARRAY(checker->shared->arena, Text, schema->streams_count);
    for (size_t i = 0; i < schema->streams_count; i++)
        names[i] = schema->streams[i].name;
    check_error(checker, DIAGNOSTIC_UNKNOWN_STREAM, span, name, NOTHING, NOTHING);
    check_suggest(checker, name, names, schema->streams_count);
    return NULL;
}

static size_t named_count(const Catalog *catalog, NamedKind kind)
{
    switch (kind) {
    case NAMED_SEGMENT: return catalog->segments_count;
    case NAMED_SAVED_SET: return catalog->saved_sets_count;
    case NAMED_CLASSIFICATION: return catalog->classifications_count;
    case NAMED_SCORE: return catalog->scores_count;
    }
    ASSERT(false);
    return 0;
}

static Text named_name(const Catalog *catalog, NamedKind kind, size_t index)
{
    switch (kind) {
    case NAMED_SEGMENT: return catalog->segments[index].name;
    case NAMED_SAVED_SET: return catalog->saved_sets[index].name;
    case NAMED_CLASSIFICATION: return catalog->classifications[index].name;
    case NAMED_SCORE: return catalog->scores[index].name;
    }
    ASSERT(false);
    return NOTHING;
}

bool check_named(Checker *checker, NamedKind kind, Text name, Span span, size_t *ret_index)
{
    static const DiagnosticKind unknown[] = {
        [NAMED_SEGMENT] = DIAGNOSTIC_UNKNOWN_SEGMENT,
        [NAMED_SAVED_SET] = DIAGNOSTIC_UNKNOWN_SAVED_SET,
        [NAMED_CLASSIFICATION] = DIAGNOSTIC_UNKNOWN_CLASSIFICATION,
        [NAMED_SCORE] = DIAGNOSTIC_UNKNOWN_SCORE,
    };
    const Catalog *catalog = checker->shared->catalog;
    size_t count = named_count(catalog, kind);
    Text *names = ARENA_ARRAY(checker->shared->arena, Text, count);
    for (size_t i = 0; i < count; i++) {
        names[i] = named_name(catalog, kind, i);
        if (!text_equal_folded(names[i], name)) continue;
        *ret_index = i;
        return true;
    }
    check_error(checker, unknown[kind], span, name, NOTHING, NOTHING);
    check_suggest(checker, name, names, count);
    return false;
}
