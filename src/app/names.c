/* names.c -- changing names that definitions use, without breaking a definition.
 *
 * Who uses something: definitions that are sound now and would not be without it. A new name goes
 * into a text at the places where the checked tree has the old one; the rest of the text stays. */
#include "app/names.h"

#include "app/named_texts.h"
#include "base/buffer.h"
#include "base/fold.h"
#include "lang/tree.h"
#include "store/agreements.h"

#include <stdlib.h>
#include <string.h>

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
    for (size_t i = 0; i < definition->expressions_count; i++)
        if (!is_expression_sound(catalog, definition->expressions[i], arena)) return false;
    return are_columns_sound(catalog, definition->columns, arena);
}

/* ---- who uses what is taken away ---- */

typedef struct {
    Use *items;
    size_t count, capacity;
} UseList;

static bool is_itself(StoredName stored, const NamedText *named)
{
    const char *kind = stored.kind == STORED_SEGMENT ? "segment" : "classification";
    return stored.kind != STORED_SET && named->id == stored.id && strcmp(named->kind, kind) == 0;
}

/* Sound with all names, not with those of `without`; what reads its own past does not stand in the
 * way of `stored`, whose id is 0 when something else is taken away. */
static void find_uses(App *app, const Catalog *without, StoredName stored, Arena *arena,
                      UseList *ret_uses)
{
    NamedTextList list;
    named_texts_list(app, arena, &list);
    for (size_t i = 0; i < list.count; i++) {
        const NamedText *definition = &list.items[i];
        if (is_itself(stored, definition)) continue;
        if (is_sound(app_catalog(app), definition) && !is_sound(without, definition))
            ARENA_PUSH(arena, ret_uses, ((Use){definition->kind, definition->name}));
    }
}

static void name_users(const UseList *uses, Buffer *users)
{
    enum { NAMED_MAX = 10 };
    for (size_t i = 0; i < uses->count && i < NAMED_MAX; i++)
        buffer_printf(users, "%s%s '%.*s'", i > 0 ? ", " : "", error_phrase(uses->items[i].kind),
                      TEXT_FORMAT(uses->items[i].name));
    if (uses->count > NAMED_MAX) buffer_printf(users, ", +%zu", uses->count - (size_t)NAMED_MAX);
}

static Status refuse(const UseList *uses, Text name, Error *err)
{
    if (uses->count == 0) return STATUS_OK;
    AUTO(buffer_done) Buffer users = {0};
    name_users(uses, &users);
    return error_set(err, STATUS_CONFLICT, "'%.*s' is used by %s; change or remove %s first",
                     TEXT_FORMAT(name), users.data,
                     error_phrase(uses->count == 1 ? "that" : "these"));
}

static Status refuse_without(App *app, const Catalog *without, Text name, Arena *arena, Error *err)
{
    UseList uses = {0};
    find_uses(app, without, (StoredName){0}, arena, &uses);
    return refuse(&uses, name, err);
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
        TRY(refuse_without(app, &without, property->name, arena, err));
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
    TRY(refuse_without(app, &without, name, arena, err));
    TRY(store_remove_metric(app_store(app), name, err));
    return app_refresh(app, err);
}

/* For the members of a segment, or based on one that is. */
static bool stands_on(const AgreementRow *agreement, uint32_t segment_id, const AgreementRow *all,
                      size_t count)
{
    if (agreement->segment_id == segment_id) return true;
    for (size_t i = 0; i < count; i++)
        if (agreement->based_on == all[i].id && all[i].segment_id == segment_id) return true;
    return false;
}

static Status find_agreements(App *app, uint32_t segment_id, Arena *arena, UseList *uses,
                              Error *err)
{
    AgreementRow *agreements = NULL;
    size_t count = 0;
    TRY(store_list_agreements(app_store(app), (AgreementQuery){0}, arena, &agreements, &count,
                              err));
    for (size_t i = 0; i < count; i++)
        if (agreements[i].terms.status != AGREEMENT_CLOSED &&
            stands_on(&agreements[i], segment_id, agreements, count))
            ARENA_PUSH(arena, uses, ((Use){"agreement", agreements[i].name}));
    return STATUS_OK;
}

static const NamedSet *sets_without(const NamedSet *sets, size_t *count, uint32_t id, Arena *arena)
{
    NamedSet *kept = ARENA_ARRAY(arena, NamedSet, *count);
    size_t kept_count = 0;
    for (size_t i = 0; i < *count; i++)
        if (sets[i].id != id) kept[kept_count++] = sets[i];
    *count = kept_count;
    return kept;
}

static const NamedClassification *classifications_without(const Catalog *catalog, uint32_t id,
                                                          Arena *arena, size_t *ret_count)
{
    NamedClassification *kept =
        ARENA_ARRAY(arena, NamedClassification, catalog->classifications_count);
    *ret_count = 0;
    for (size_t i = 0; i < catalog->classifications_count; i++)
        if (catalog->classifications[i].id != id)
            kept[(*ret_count)++] = catalog->classifications[i];
    return kept;
}

static Catalog catalog_without(const Catalog *catalog, StoredName stored, Arena *arena)
{
    Catalog without = *catalog;
    switch (stored.kind) {
    case STORED_SEGMENT:
        without.segments =
            sets_without(without.segments, &without.segments_count, stored.id, arena);
        break;
    case STORED_SET:
        without.saved_sets =
            sets_without(without.saved_sets, &without.saved_sets_count, stored.id, arena);
        break;
    case STORED_CLASSIFICATION:
        without.classifications =
            classifications_without(catalog, stored.id, arena, &without.classifications_count);
        break;
    }
    return without;
}

static Status uses_of(App *app, StoredName stored, Arena *arena, UseList *ret_uses, Error *err)
{
    Catalog without = catalog_without(app_catalog(app), stored, arena);
    find_uses(app, &without, stored, arena, ret_uses);
    if (stored.kind != STORED_SEGMENT) return STATUS_OK;
    return find_agreements(app, stored.id, arena, ret_uses, err);
}

Status app_uses_of(App *app, StoredName stored, Arena *arena, Use **ret_uses, size_t *ret_count,
                   Error *err)
{
    UseList uses = {0};
    TRY(uses_of(app, stored, arena, &uses, err));
    *ret_uses = uses.items;
    *ret_count = uses.count;
    return STATUS_OK;
}

Status app_refuse_uses(App *app, StoredName stored, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UseList uses = {0};
    TRY(uses_of(app, stored, arena, &uses, err));
    return refuse(&uses, name, err);
}

/* The same names, but that one is computed at each look. */
static Catalog catalog_with_dynamic(const Catalog *catalog, const Segment *segment, Arena *arena)
{
    Catalog with = *catalog;
    NamedSet *segments = ARENA_ARRAY(arena, NamedSet, catalog->segments_count);
    for (size_t i = 0; i < catalog->segments_count; i++) {
        segments[i] = catalog->segments[i];
        if (segments[i].id != segment->id) continue;
        segments[i].is_dynamic = true;
        segments[i].rule = segment->card.rule.size > 0 ? segment->card.rule : TEXT("true");
    }
    with.segments = segments;
    return with;
}

Status app_refuse_past_uses(App *app, const Segment *segment, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UseList uses = {0};
    Catalog with = catalog_with_dynamic(app_catalog(app), segment, arena);
    find_uses(app, &with, (StoredName){STORED_SEGMENT, segment->id}, arena, &uses);
    if (uses.count == 0) return STATUS_OK;
    AUTO(buffer_done) Buffer users = {0};
    name_users(&uses, &users);
    return error_set(err, STATUS_CONFLICT,
                     "a dynamic segment has no past, and %s asks for that of '%.*s'; change it "
                     "first",
                     users.data, TEXT_FORMAT(segment->card.name));
}

/* ---- renaming ---- */

/* What gets another name: one of the two. */
typedef struct {
    const Property *property;
    StoredName stored; /* id 0: none */
    Text written;      /* the new name as it stands in a text */
} Renaming;

typedef struct {
    Span *items;
    size_t count, capacity;
    Arena *arena;
    const Renaming *renaming;
} SpanList;

static bool asks_kind(FunctionKind function, StoredKind kind)
{
    switch (kind) {
    case STORED_SEGMENT:
        return function == FUNCTION_MEMBER || function == FUNCTION_WAS_MEMBER ||
               function == FUNCTION_ENTERED || function == FUNCTION_LEFT;
    case STORED_SET: return function == FUNCTION_SAVED;
    case STORED_CLASSIFICATION:
        return function == FUNCTION_CLASS || function == FUNCTION_CLASS_ON ||
               function == FUNCTION_CLASS_CHANGED;
    }
    return false;
}

static bool asks_stored(StoredName stored, const Node *node)
{
    return node->kind == NODE_CALL && stored.id != 0 && node->as.call.set_id == stored.id &&
           asks_kind(node->as.call.function, stored.kind);
}

/* Definitions that a name stands for have texts of their own. */
static void find_places(const Node *node, SpanList *places)
{
    const Property *property = places->renaming->property;
    if (node->kind == NODE_PROPERTY && node->as.property.property == property)
        ARENA_PUSH(places->arena, places, node->span);
    if (asks_stored(places->renaming->stored, node))
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

static bool put_name_into_expression(const Catalog *catalog, const Renaming *renaming, Arena *arena,
                                     Text *source)
{
    SpanList places = {.arena = arena, .renaming = renaming};
    find_in_expression(catalog, *source, &places);
    if (places.count > 0) *source = put_name(*source, &places);
    return places.count > 0;
}

/* All texts of a definition with the new name; false when it does not use the old one. */
static bool put_name_into(const Catalog *catalog, const Renaming *renaming, Arena *arena,
                          NamedText *named)
{
    bool is_used = false;
    SpanList places = {.arena = arena, .renaming = renaming};
    for (size_t i = 0; i < named->expressions_count; i++)
        is_used |= put_name_into_expression(catalog, renaming, arena, &named->expressions[i]);
    find_in_columns(catalog, named->columns, &places);
    if (places.count > 0) named->columns = put_name(named->columns, &places);
    return is_used || places.count > 0;
}

/* The definitions that a renaming concerns, with their new texts. */
static void renamed_definitions(App *app, const Renaming *renaming, Arena *arena,
                                NamedTextList *ret_list)
{
    NamedTextList all;
    named_texts_list(app, arena, &all);
    *ret_list = (NamedTextList){0};
    for (size_t i = 0; i < all.count; i++)
        if (put_name_into(app_catalog(app), renaming, arena, &all.items[i]))
            ARENA_PUSH(arena, ret_list, all.items[i]);
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
    if (renaming.property != NULL) renamed_definitions(app, &renaming, arena, &list);
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

/* What is about to be kept under the new name. */
static void put_name_into_own(App *app, const StoredRenaming *order, const Renaming *renaming,
                              Arena *arena)
{
    if (order->card != NULL) {
        NamedText own = named_text_of_card(order->stored.id, order->card, arena);
        (void)put_name_into(app_catalog(app), renaming, arena, &own);
        order->card->rule = own.expressions[0];
        order->card->columns = own.columns;
    }
    if (order->definition != NULL) {
        NamedText own =
            named_text_of_definition(order->stored.id, order->name, order->definition, arena);
        (void)put_name_into(app_catalog(app), renaming, arena, &own);
        *order->definition = named_text_to_definition(&own, order->definition, arena);
    }
}

Status app_write_stored_name(App *app, const StoredRenaming *order, Arena *arena, Error *err)
{
    NamedTextList list;
    Renaming renaming = {.stored = order->stored, .written = written_text(order->name, arena)};
    renamed_definitions(app, &renaming, arena, &list);
    for (size_t i = 0; i < list.count; i++)
        if (!is_itself(order->stored, &list.items[i]))
            TRY(list.items[i].rewrite(app, &list.items[i], err));
    put_name_into_own(app, order, &renaming, arena);
    return STATUS_OK;
}
