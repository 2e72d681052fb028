/* catalogue.c -- all classifications of a data set: loading and finding. */
#include "classification/catalogue.h"

#include "base/fold.h"
#include "lang/lang.h"

Status classification_read_definition(Text json, Arena *arena, Definition *ret_definition,
                                      Error *err)
{
    Definition empty = {0};
    if (definition_from_json(json, &empty, arena, ret_definition, err) == STATUS_OK)
        return STATUS_OK;
    return error_set(err, STATUS_CORRUPT,
                     "the definition of a classification is damaged; restore the directory from a "
                     "backup");
}

Status classifications_load(Store *store, Arena *arena, Classifications *ret_all, Error *err)
{
    ClassificationRow *rows = NULL;
    size_t count = 0;
    TRY(store_list_classifications(store, arena, &rows, &count, err));
    Classification *items = ARENA_ARRAY(arena, Classification, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = (Classification){.id = rows[i].id,
                                    .version = rows[i].version,
                                    .name = rows[i].name,
                                    .was_attempted = rows[i].was_attempted,
                                    .attempted_at = rows[i].attempted_at,
                                    .scheduled_at = rows[i].scheduled_at,
                                    .failure = rows[i].failure};
        TRY(classification_read_definition(rows[i].definition, arena, &items[i].definition, err));
    }
    *ret_all = (Classifications){items, count};
    return STATUS_OK;
}

static Status not_found(const Classifications *all, Text wanted, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text *names = ARENA_ARRAY(arena, Text, all->count);
    for (size_t i = 0; i < all->count; i++)
        names[i] = all->items[i].name;
    Text near = suggest_name(wanted, names, all->count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no classification '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(wanted), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no classification '%.*s'", TEXT_FORMAT(wanted));
}

Status classifications_get(const Classifications *all, Text name,
                           const Classification **ret_classification, Error *err)
{
    for (size_t i = 0; i < all->count; i++) {
        if (!text_equal_folded(all->items[i].name, name)) continue;
        *ret_classification = &all->items[i];
        return STATUS_OK;
    }
    return not_found(all, name, err);
}

static Status read_class_names(Store *store, uint32_t id, Arena *arena, NamedClassification *named,
                               Error *err)
{
    RunRow *runs = NULL;
    RunClassList classes;
    size_t runs_count = 0;
    TRY(store_list_runs(store, (RunQuery){id, 1}, arena, &runs, &runs_count, err));
    if (runs_count == 0) return STATUS_OK;
    TRY(store_read_run_classes(store, runs[0].id, false, arena, &classes, err));
    Text *names = ARENA_ARRAY(arena, Text, classes.count);
    for (size_t i = 0; i < classes.count; i++)
        names[i] = classes.items[i].name;
    named->classes = names;
    named->classes_count = classes.count;
    return STATUS_OK;
}

Status classifications_names(const Classifications *all, Store *store, Arena *arena,
                             NamedClassification **ret_names, size_t *ret_count, Error *err)
{
    NamedClassification *names = ARENA_ARRAY(arena, NamedClassification, all->count);
    for (size_t i = 0; i < all->count; i++) {
        names[i] = (NamedClassification){.id = all->items[i].id, .name = all->items[i].name};
        TRY(read_class_names(store, all->items[i].id, arena, &names[i], err));
    }
    *ret_names = names;
    *ret_count = all->count;
    return STATUS_OK;
}
