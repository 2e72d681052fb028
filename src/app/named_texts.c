/* named_texts.c -- whatever is kept as text of the language: reading all of it, keeping it anew. */
#include "app/named_texts.h"

#include "segment/definition.h"

/* ---- metrics ---- */

static Status rewrite_metric(App *app, const NamedText *named, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredMetric *metrics = NULL;
    size_t count = 0;
    TRY(store_list_metrics(app_store(app), arena, &metrics, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(metrics[i].name, named->name)) continue;
        metrics[i].expression = named->expressions[0];
        TRY(store_remove_metric(app_store(app), metrics[i].name, err));
        TRY(store_add_metric(app_store(app), &metrics[i], err));
    }
    return STATUS_OK;
}

static NamedText of_metric(const MetricDefinition *metric, Arena *arena)
{
    NamedText named = {.kind = "metric",
                       .name = metric->name,
                       .expressions = ARENA_ARRAY(arena, Text, 1),
                       .expressions_count = 1,
                       .rewrite = rewrite_metric};
    named.expressions[0] = metric->expression;
    return named;
}

/* ---- segments ---- */

static Status rewrite_segment(App *app, const NamedText *named, Error *err)
{
    const Segment *segment = registry_find(app_registry(app), named->id);
    SegmentCard card = segment->card;
    card.rule = named->expressions[0];
    card.columns = named->columns;
    FormingContext context = {
        .store = app_store(app), .now = app_now(app), .author = app_author(app)};
    return definition_rewrite(&context, segment, &card, err);
}

NamedText named_text_of_card(uint32_t segment_id, const SegmentCard *card, Arena *arena)
{
    NamedText named = {.kind = "segment",
                       .name = card->name,
                       .id = segment_id,
                       .expressions = ARENA_ARRAY(arena, Text, 1),
                       .expressions_count = 1,
                       .columns = card->columns,
                       .rewrite = rewrite_segment};
    named.expressions[0] = card->rule;
    return named;
}

/* ---- classifications ---- */

/* A copy that may be written to, and its texts, always in the same order. */
typedef struct {
    Definition definition;
    Text **texts;
    size_t count;
} OpenDefinition;

static OpenDefinition *open_definition(const Definition *definition, Arena *arena)
{
    OpenDefinition *open = ARENA_ARRAY(arena, OpenDefinition, 1);
    size_t metrics_count = definition->metrics_count, classes_count = definition->classes_count;
    Metric *metrics = ARENA_ARRAY(arena, Metric, metrics_count);
    ClassDefinition *classes = ARENA_ARRAY(arena, ClassDefinition, classes_count);
    open->definition = *definition;
    open->definition.metrics = metrics;
    open->definition.classes = classes;
    open->texts = ARENA_ARRAY(arena, Text *, 2 + metrics_count + classes_count);
    open->texts[open->count++] = &open->definition.amount;
    open->texts[open->count++] = &open->definition.first;
    for (size_t i = 0; i < metrics_count; i++) {
        metrics[i] = definition->metrics[i];
        open->texts[open->count++] = &metrics[i].expression;
    }
    for (size_t i = 0; i < classes_count; i++) {
        classes[i] = definition->classes[i];
        open->texts[open->count++] = &classes[i].rule;
    }
    return open;
}

Definition named_text_to_definition(const NamedText *named, const Definition *definition,
                                    Arena *arena)
{
    OpenDefinition *open = open_definition(definition, arena);
    ASSERT(open->count == named->expressions_count);
    for (size_t i = 0; i < open->count; i++)
        *open->texts[i] = named->expressions[i];
    return open->definition;
}

/* Its runs stay comparable: another name is no other question. */
static Status rewrite_classification(App *app, const NamedText *named, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Classifications *all = app_classifications(app);
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].id != named->id) continue;
        Definition definition = named_text_to_definition(named, &all->items[i].definition, arena);
        ClassificationWrite write = {.name = all->items[i].name,
                                     .definition = definition_to_json(&definition, arena),
                                     .at = app_now(app),
                                     .author = app_author(app)};
        TRY(store_change_classification(app_store(app), named->id, &write, err));
    }
    return STATUS_OK;
}

NamedText named_text_of_definition(uint32_t classification_id, Text name,
                                   const Definition *definition, Arena *arena)
{
    OpenDefinition *open = open_definition(definition, arena);
    NamedText named = {.kind = "classification",
                       .name = name,
                       .id = classification_id,
                       .expressions = ARENA_ARRAY(arena, Text, open->count),
                       .expressions_count = open->count,
                       .rewrite = rewrite_classification};
    for (size_t i = 0; i < open->count; i++)
        named.expressions[i] = *open->texts[i];
    return named;
}

/* ---- all ---- */

void named_texts_list(App *app, Arena *arena, NamedTextList *ret_list)
{
    const Catalog *catalog = app_catalog(app);
    const Registry *registry = app_registry(app);
    const Classifications *all = app_classifications(app);
    NamedTextList list = {0};
    for (size_t i = 0; i < catalog->metrics_count; i++)
        ARENA_PUSH(arena, &list, of_metric(&catalog->metrics[i], arena));
    for (size_t i = 0; i < registry->count; i++)
        ARENA_PUSH(arena, &list,
                   named_text_of_card(registry->items[i].id, &registry->items[i].card, arena));
    for (size_t i = 0; i < all->count; i++)
        ARENA_PUSH(arena, &list,
                   named_text_of_definition(all->items[i].id, all->items[i].name,
                                            &all->items[i].definition, arena));
    *ret_list = list;
}
