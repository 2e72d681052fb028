/* names.c -- changing names that definitions use, without breaking a definition.
 *
 * Who uses something: definitions that are sound now and would not be without it. A new name goes
 * into a text at the places where the checked tree has the old one; the rest of the text stays. */
#include "app/names.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "lang/tree.h"
#include "segment/definition.h"
#include "store/agreements.h"

#include <stdlib.h>
#include <string.h>

/* ---- definitions ---- */

typedef struct NamedText NamedText;
struct NamedText {
    const char *kind;
    Text name;
    uint32_t id;     /* of a segment */
    Text expression; /* yes/no or any value; empty: none */
    Text columns;    /* "EXPRESSION as name, ..."; empty: none */
    /* Keep it with other texts, inside of a batch. */
    Status (*rewrite)(App *app, const NamedText *definition, Error *err);
};

typedef struct {
    NamedText *items;
    size_t count, capacity;
    Arena *arena;
} NamedTextList;

static Status rewrite_metric(App *app, const NamedText *definition, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredMetric *metrics = NULL;
    size_t count = 0;
    TRY(store_list_metrics(app_store(app), arena, &metrics, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(metrics[i].name, definition->name)) continue;
        metrics[i].expression = definition->expression;
        TRY(store_remove_metric(app_store(app), metrics[i].name, err));
        TRY(store_add_metric(app_store(app), &metrics[i], err));
    }
    return STATUS_OK;
}

static Status add_metrics(App *app, NamedTextList *list, Error *err)
{
    const Catalog *catalog = app_catalog(app);
    (void)err;
    for (size_t i = 0; i < catalog->metrics_count; i++)
        ARENA_PUSH(list->arena, list,
                   ((NamedText){.kind = "metric",
                                .name = catalog->metrics[i].name,
                                .expression = catalog->metrics[i].expression,
                                .rewrite = rewrite_metric}));
    return STATUS_OK;
}

static Status rewrite_segment(App *app, const NamedText *definition, Error *err)
{
    const Segment *segment = registry_find(app_registry(app), definition->id);
    SegmentCard card = segment->card;
    card.rule = definition->expression;
    card.columns = definition->columns;
    FormingContext context = {
        .store = app_store(app), .now = app_now(app), .author = app_author(app)};
    return definition_rewrite(&context, segment, &card, err);
}

static Status add_segments(App *app, NamedTextList *list, Error *err)
{
    const Registry *registry = app_registry(app);
    (void)err;
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        ARENA_PUSH(list->arena, list,
                   ((NamedText){.kind = "segment",
                                .name = segment->card.name,
                                .id = segment->id,
                                .expression = segment->card.rule,
                                .columns = segment->card.columns,
                                .rewrite = rewrite_segment}));
    }
    return STATUS_OK;
}

/* A classification keeps its runs comparable: its expressions are changed by a person. */
static Status refuse_rewrite(App *app, const NamedText *definition, Error *err)
{
    (void)app;
    return error_set(err, STATUS_CONFLICT,
                     "the classification '%.*s' uses it; change the classification first",
                     TEXT_FORMAT(definition->name));
}

static void add_of_classification(NamedTextList *list, Text name, Text expression)
{
    if (expression.size > 0)
        ARENA_PUSH(list->arena, list,
                   ((NamedText){.kind = "classification",
                                .name = name,
                                .expression = expression,
                                .rewrite = refuse_rewrite}));
}

static Status add_classifications(App *app, NamedTextList *list, Error *err)
{
    const Classifications *all = app_classifications(app);
    (void)err;
    for (size_t i = 0; i < all->count; i++) {
        const Definition *definition = &all->items[i].definition;
        add_of_classification(list, all->items[i].name, definition->amount);
        for (size_t m = 0; m < definition->metrics_count; m++)
            add_of_classification(list, all->items[i].name, definition->metrics[m].expression);
        for (size_t c = 0; c < definition->classes_count; c++)
            add_of_classification(list, all->items[i].name, definition->classes[c].rule);
    }
    return STATUS_OK;
}

/* Whatever keeps texts of the language. */
static Status (*const definition_readers[])(App *app, NamedTextList *list, Error *err) = {
    add_metrics,
    add_segments,
    add_classifications,
};

static Status list_definitions(App *app, Arena *arena, NamedTextList *ret_list, Error *err)
{
    *ret_list = (NamedTextList){.arena = arena};
    for (size_t i = 0; i < sizeof definition_readers / sizeof definition_readers[0]; i++)
        TRY(definition_readers[i](app, ret_list, err));
    return STATUS_OK;
}

/* ---- whether a definition is sound ---- */

static bool is_expression_sound(const Catalog *catalog, Text source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression = NULL;
    return source.size == 0 || expression_compile(source, catalog, EXPECT_ANY_VALUE, arena,
                                                  &expression, &diagnostics) == STATUS_OK;
}

static bool are_columns_sound(const Catalog *catalog, Text source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    ColumnExpression *columns = NULL;
    size_t count = 0;
    Expression *expression = NULL;
    if (source.size == 0) return true;
    if (expression_parse_columns(source, arena, &columns, &count, &diagnostics) != STATUS_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (expression_check(columns[i].root, catalog, EXPECT_ANY_VALUE, arena, &expression,
                             &diagnostics) != STATUS_OK)
            return false;
    return true;
}

static bool is_sound(const Catalog *catalog, const NamedText *definition)
{
    AUTO(arena_done) Arena *arena = arena_new();
    return is_expression_sound(catalog, definition->expression, arena) &&
           are_columns_sound(catalog, definition->columns, arena);
}

/* ---- who uses what is taken away ---- */

typedef struct {
    Use *items;
    size_t count, capacity;
} UseList;

/* Sound with all names, not with those of `without`. */
static Status find_uses(App *app, const Catalog *without, Arena *arena, UseList *ret_uses,
                        Error *err)
{
    NamedTextList list;
    TRY(list_definitions(app, arena, &list, err));
    for (size_t i = 0; i < list.count; i++) {
        const NamedText *definition = &list.items[i];
        if (!is_sound(app_catalog(app), definition) || is_sound(without, definition)) continue;
        bool is_told = ret_uses->count > 0 &&
                       text_equal(ret_uses->items[ret_uses->count - 1].name, definition->name) &&
                       text_equal(text_of(ret_uses->items[ret_uses->count - 1].kind),
                                  text_of(definition->kind));
        if (!is_told) ARENA_PUSH(arena, ret_uses, ((Use){definition->kind, definition->name}));
    }
    return STATUS_OK;
}

static Status refuse_uses(App *app, const Catalog *without, Text name, Arena *arena, Error *err)
{
    UseList uses = {0};
    TRY(find_uses(app, without, arena, &uses, err));
    if (uses.count == 0) return STATUS_OK;
    AUTO(buffer_done) Buffer users = {0};
    enum { NAMED_MAX = 10 };
    for (size_t i = 0; i < uses.count && i < NAMED_MAX; i++)
        buffer_printf(&users, "%s%s '%.*s'", i > 0 ? ", " : "", error_phrase(uses.items[i].kind),
                      TEXT_FORMAT(uses.items[i].name));
    if (uses.count > NAMED_MAX)
        buffer_printf(&users, " and %zu more", uses.count - (size_t)NAMED_MAX);
    return error_set(err, STATUS_CONFLICT, "'%.*s' is used by %s; change or remove %s first",
                     TEXT_FORMAT(name), users.data,
                     error_phrase(uses.count == 1 ? "that" : "these"));
}

Status app_retire_property(App *app, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Property *property = schema_find_property(app_schema(app), name);
    if (property != NULL && !property->is_retired) {
        Schema schema = *app_schema(app);
        Property *properties = ARENA_ARRAY(arena, Property, schema.properties_count);
        memcpy(properties, schema.properties, schema.properties_count * sizeof(Property));
        properties[schema_property_slot(app_schema(app), property)].is_retired = true;
        schema.properties = properties;
        Catalog without = *app_catalog(app);
        without.schema = &schema;
        TRY(refuse_uses(app, &without, property->name, arena, err));
    }
    TRY(store_retire_property(app_store(app), name, true, err));
    return app_refresh(app, err);
}

Status app_remove_metric(App *app, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Catalog without = *app_catalog(app);
    MetricDefinition *metrics = ARENA_ARRAY(arena, MetricDefinition, without.metrics_count);
    size_t kept = 0;
    for (size_t i = 0; i < without.metrics_count; i++)
        if (!text_equal_folded(without.metrics[i].name, name)) metrics[kept++] = without.metrics[i];
    without.metrics = metrics;
    without.metrics_count = kept;
    TRY(refuse_uses(app, &without, name, arena, err));
    TRY(store_remove_metric(app_store(app), name, err));
    return app_refresh(app, err);
}

static Status find_agreements(App *app, uint32_t segment_id, Arena *arena, UseList *uses,
                              Error *err)
{
    AgreementRow *agreements = NULL;
    size_t count = 0;
    TRY(store_list_agreements(app_store(app), (AgreementQuery){0}, arena, &agreements, &count,
                              err));
    for (size_t i = 0; i < count; i++)
        if (agreements[i].segment_id == segment_id)
            ARENA_PUSH(arena, uses, ((Use){"agreement", agreements[i].name}));
    return STATUS_OK;
}

Status app_uses_of_segment(App *app, uint32_t segment_id, Arena *arena, Use **ret_uses,
                           size_t *ret_count, Error *err)
{
    UseList uses = {0};
    Catalog without = *app_catalog(app);
    NamedSet *segments = ARENA_ARRAY(arena, NamedSet, without.segments_count);
    size_t kept = 0;
    for (size_t i = 0; i < without.segments_count; i++)
        if (without.segments[i].id != segment_id) segments[kept++] = without.segments[i];
    without.segments = segments;
    without.segments_count = kept;
    TRY(find_uses(app, &without, arena, &uses, err));
    TRY(find_agreements(app, segment_id, arena, &uses, err));
    *ret_uses = uses.items;
    *ret_count = uses.count;
    return STATUS_OK;
}

/* ---- renaming ---- */

/* What gets another name: one of the two. */
typedef struct {
    const Property *property;
    uint32_t segment_id;
    Text written; /* the new name as it stands in a text */
} Renaming;

typedef struct {
    Span *items;
    size_t count, capacity;
    Arena *arena;
    const Renaming *renaming;
} SpanList;

static bool reads_segment(const Renaming *renaming, const Node *node)
{
    if (node->kind != NODE_CALL || renaming->segment_id == 0) return false;
    FunctionKind function = node->as.call.function;
    bool is_of_segment = function == FUNCTION_MEMBER || function == FUNCTION_WAS_MEMBER ||
                         function == FUNCTION_ENTERED || function == FUNCTION_LEFT;
    return is_of_segment && node->as.call.set_id == renaming->segment_id;
}

/* Definitions that a name stands for have texts of their own. */
static void find_places(const Node *node, SpanList *places)
{
    const Property *property = places->renaming->property;
    if (node->kind == NODE_PROPERTY && node->as.property.property == property)
        ARENA_PUSH(places->arena, places, node->span);
    if (reads_segment(places->renaming, node))
        ARENA_PUSH(places->arena, places, node->as.call.arguments.items[0]->span);
    if (node->kind == NODE_METRIC) return;
    const Node *skipped = node->kind == NODE_CALL ? node->as.call.definition : NULL;
    const Node *child;
    for (size_t i = 0; (child = node_child(node, i)) != NULL; i++)
        if (child != skipped) find_places(child, places);
}

static int compare_spans(const void *left, const void *right)
{
    const Span *a = left, *b = right;
    return (a->begin_byte > b->begin_byte) - (a->begin_byte < b->begin_byte);
}

static Text put_name(Text source, SpanList *places)
{
    AUTO(buffer_done) Buffer out = {0};
    size_t position = 0;
    if (places->count > 0)
        qsort(places->items, places->count, sizeof *places->items, compare_spans);
    for (size_t i = 0; i < places->count; i++) {
        if (places->items[i].begin_byte < position) continue; /* the same place */
        buffer_text(&out, text_slice(source, position, places->items[i].begin_byte));
        buffer_text(&out, places->renaming->written);
        position = places->items[i].end_byte;
    }
    buffer_text(&out, text_slice(source, position, source.size));
    return arena_text(places->arena, buffer_view(&out));
}

static void find_in_expression(const Catalog *catalog, Text source, SpanList *places)
{
    Diagnostics diagnostics = diagnostics_new(places->arena);
    Expression *expression = NULL;
    if (source.size > 0 && expression_compile(source, catalog, EXPECT_ANY_VALUE, places->arena,
                                              &expression, &diagnostics) == STATUS_OK)
        find_places(expression->root, places);
}

static void find_in_columns(const Catalog *catalog, Text source, SpanList *places)
{
    Diagnostics diagnostics = diagnostics_new(places->arena);
    ColumnExpression *columns = NULL;
    size_t count = 0;
    if (source.size == 0 || expression_parse_columns(source, places->arena, &columns, &count,
                                                     &diagnostics) != STATUS_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        Expression *expression = NULL;
        if (expression_check(columns[i].root, catalog, EXPECT_ANY_VALUE, places->arena, &expression,
                             &diagnostics) == STATUS_OK)
            find_places(expression->root, places);
    }
}

/* Both texts of a definition with the new name; false when it does not use the old one. */
static bool put_name_into(const Catalog *catalog, const Renaming *renaming, Arena *arena,
                          Text *expression, Text *columns)
{
    SpanList in_expression = {.arena = arena, .renaming = renaming};
    SpanList in_columns = {.arena = arena, .renaming = renaming};
    find_in_expression(catalog, *expression, &in_expression);
    find_in_columns(catalog, *columns, &in_columns);
    if (in_expression.count + in_columns.count == 0) return false;
    *expression = put_name(*expression, &in_expression);
    *columns = put_name(*columns, &in_columns);
    return true;
}

/* The definitions that a renaming concerns, with their new texts. */
static Status renamed_definitions(App *app, const Renaming *renaming, Arena *arena,
                                  NamedTextList *ret_list, Error *err)
{
    NamedTextList all;
    TRY(list_definitions(app, arena, &all, err));
    *ret_list = (NamedTextList){.arena = arena};
    for (size_t i = 0; i < all.count; i++) {
        NamedText definition = all.items[i];
        if (put_name_into(app_catalog(app), renaming, arena, &definition.expression,
                          &definition.columns))
            ARENA_PUSH(arena, ret_list, definition);
    }
    return STATUS_OK;
}

static Status rewrite_all(App *app, const NamedTextList *list, Error *err)
{
    for (size_t i = 0; i < list->count; i++)
        TRY(list->items[i].rewrite(app, &list->items[i], err));
    return STATUS_OK;
}

static Text written_name(Text name, Arena *arena)
{
    Node node = {.kind = NODE_NAME, .as.name.name = name};
    return expression_print(&node, arena);
}

static Text written_text(Text text, Arena *arena)
{
    Node node = {.kind = NODE_LITERAL,
                 .as.literal = {.value = value_text(text), .type = {.kind = TYPE_TEXT}}};
    return expression_print(&node, arena);
}

static Status rename_property(App *app, Text name, Text new_name, Arena *arena, Error *err)
{
    NamedTextList list = {0};
    Renaming renaming = {.property = schema_find_property(app_schema(app), name),
                         .written = written_name(new_name, arena)};
    if (renaming.property != NULL) TRY(renamed_definitions(app, &renaming, arena, &list, err));
    TRY(store_rename_property(app_store(app), name, new_name, err));
    return rewrite_all(app, &list, err);
}

Status app_rename_property(App *app, Text name, Text new_name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_batch_begin(app_store(app), err));
    Status status = rename_property(app, name, new_name, arena, err);
    if (status == STATUS_OK) status = store_batch_commit(app_store(app), err);
    store_batch_rollback(app_store(app));
    return status == STATUS_OK ? app_refresh(app, err) : status;
}

Status app_write_segment_name(App *app, uint32_t segment_id, SegmentCard *card, Arena *arena,
                              Error *err)
{
    NamedTextList list = {0};
    Renaming renaming = {.segment_id = segment_id, .written = written_text(card->name, arena)};
    TRY(renamed_definitions(app, &renaming, arena, &list, err));
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].id != segment_id) TRY(list.items[i].rewrite(app, &list.items[i], err));
    (void)put_name_into(app_catalog(app), &renaming, arena, &card->rule, &card->columns);
    return STATUS_OK;
}
