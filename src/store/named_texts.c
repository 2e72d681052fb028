/* named_texts.c -- what is kept under a name: metrics and mappings of imports. */
#include "base/fold.h"
#include "store/schema_rows.h"

/* descriptions in the order of Language */
static const char insert_metric[] =
    "INSERT INTO main.metric (name_folded, name, expression, description_en, description_ru, "
    "description_uk) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char delete_metric[] = "DELETE FROM main.metric WHERE name_folded = ?1";
static const char select_metrics[] =
    "SELECT name, expression, description_en, description_ru, description_uk FROM main.metric "
    "ORDER BY name_folded";
static const char upsert_mapping[] =
    "INSERT INTO main.mapping (name_folded, name, json) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (name_folded) DO UPDATE SET name = excluded.name, json = excluded.json";
static const char select_mapping[] = "SELECT json FROM main.mapping WHERE name_folded = ?1";

static const char delete_mapping[] = "DELETE FROM main.mapping WHERE name_folded = ?1";
static const char select_mappings[] = "SELECT name, json FROM main.mapping ORDER BY name_folded";

Status store_add_metric(Store *store, const StoredMetric *metric, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    TRY(schema_check_free_name(store, metric->name, NULL, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_metric, &statement, err));
    statement_bind_text(statement, 1, text_fold(metric->name, arena));
    statement_bind_text(statement, 2, metric->name);
    statement_bind_text(statement, 3, metric->expression);
    for (int i = 0; i < LANGUAGE_COUNT; i++)
        statement_bind_text(statement, 4 + i, metric->descriptions.in[i]);
    return statement_run(statement, err);
}

Status store_remove_metric(Store *store, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_metric, &statement, err));
    statement_bind_text(statement, 1, text_fold(name, arena));
    TRY(statement_run(statement, err));
    if (sqlite3_changes(store->database) > 0) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no metric '%.*s'", TEXT_FORMAT(name));
}

Status store_list_metrics(Store *store, Arena *arena, StoredMetric **ret_metrics, size_t *ret_count,
                          Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_metrics, &statement, err));
    struct {
        StoredMetric *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        StoredMetric metric = {.name = arena_text(arena, statement_text(statement, 0)),
                               .expression = arena_text(arena, statement_text(statement, 1))};
        for (int i = 0; i < LANGUAGE_COUNT; i++)
            metric.descriptions.in[i] = arena_text(arena, statement_text(statement, 2 + i));
        ARENA_PUSH(arena, &list, metric);
    }
    *ret_metrics = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_save_mapping(Store *store, Text name, Text json, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    TRY(schema_check_name(name, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, upsert_mapping, &statement, err));
    statement_bind_text(statement, 1, text_fold(name, arena));
    statement_bind_text(statement, 2, name);
    statement_bind_text(statement, 3, json);
    return statement_run(statement, err);
}

Status store_load_mapping(Store *store, Text name, Arena *arena, Text *ret_json, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_mapping, &statement, err));
    statement_bind_text(statement, 1, text_fold(name, arena));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row)
        return error_set(err, STATUS_NOT_FOUND, "there is no saved mapping '%.*s'",
                         TEXT_FORMAT(name));
    *ret_json = arena_text(arena, statement_text(statement, 0));
    return STATUS_OK;
}

Status store_remove_mapping(Store *store, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_mapping, &statement, err));
    statement_bind_text(statement, 1, text_fold(name, arena));
    TRY(statement_run(statement, err));
    if (sqlite3_changes(store->database) > 0) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no saved mapping '%.*s'", TEXT_FORMAT(name));
}

Status store_list_mappings(Store *store, Arena *arena, StoredMapping **ret_mappings,
                           size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_mappings, &statement, err));
    struct {
        StoredMapping *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        StoredMapping mapping = {arena_text(arena, statement_text(statement, 0)),
                                 arena_text(arena, statement_text(statement, 1))};
        ARENA_PUSH(arena, &list, mapping);
    }
    *ret_mappings = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
