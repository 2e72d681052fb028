/* classifications.c -- definitions of classifications in every version, texts of actions. */
#include "store/classifications.h"

#include "base/fold.h"
#include "store/schedule_since.h"
#include "store/store_internal.h"

static const char select_taken[] =
    "SELECT 1 FROM main.classification WHERE name_folded = ?1 AND id <> ?2";
static const char insert_classification[] =
    "INSERT INTO main.classification (name, name_folded, version) VALUES (?1, ?2, 1)";
static const char update_classification[] =
    "UPDATE main.classification SET name = ?1, name_folded = ?2, version = version + 1 "
    "WHERE id = ?3";
static const char insert_version[] =
    "INSERT INTO main.classification_version (classification_id, number, at, author, definition) "
    "SELECT id, version, ?2, ?3, ?4 FROM main.classification WHERE id = ?1";
static const char delete_classification[] = "DELETE FROM main.classification WHERE id = ?1";
static const char select_classifications[] =
    "SELECT c.id, c.name, c.version, v.definition, c.attempted_at, c.failure, " SCHEDULE_SINCE(
        "main.classification_version", "classification_id", "c.id", "definition",
        "schedule_off") " "
                        "FROM main.classification c JOIN main.classification_version v "
                        "ON v.classification_id = c.id AND v.number = c.version ORDER BY "
                        "c.name_folded";
static const char select_definition[] =
    "SELECT definition FROM main.classification_version WHERE classification_id = ?1 "
    "AND number = ?2";
static const char update_attempt[] =
    "UPDATE main.classification SET attempted_at = ?2, failure = ?3 WHERE id = ?1";
static const char upsert_action[] =
    "INSERT INTO main.matrix_action (set_name, cell, language, text) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (set_name, cell, language) DO UPDATE SET text = excluded.text";
static const char delete_action[] =
    "DELETE FROM main.matrix_action WHERE set_name = ?1 AND cell = ?2 AND language = ?3";
static const char select_actions[] =
    "SELECT set_name, cell, language, text FROM main.matrix_action "
    "ORDER BY set_name, cell, language";

static Status no_classification(uint32_t id, Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no classification number %u", id);
}

static Status check_free(Store *store, uint32_t id, Text name, Text folded, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_taken, &statement, err));
    statement_bind_text(statement, 1, folded);
    statement_bind_integer(statement, 2, id);
    bool is_taken;
    TRY(statement_step(statement, &is_taken, err));
    if (!is_taken) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "there is a classification '%.*s' already",
                     TEXT_FORMAT(name));
}

static Status write_row(Store *store, uint32_t id, Text name, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text folded = text_fold(name, arena);
    TRY(check_free(store, id, name, folded, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, id == 0 ? insert_classification : update_classification, &statement,
                        err));
    statement_bind_text(statement, 1, name);
    statement_bind_text(statement, 2, folded);
    if (id != 0) statement_bind_integer(statement, 3, id);
    TRY(statement_run(statement, err));
    return sqlite3_changes(store->database) > 0 ? STATUS_OK : no_classification(id, err);
}

static Status add_version(Store *store, uint32_t id, const ClassificationWrite *classification,
                          Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_version, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer(statement, 2, classification->at.second);
    statement_bind_text(statement, 3, classification->author);
    statement_bind_text(statement, 4, classification->definition);
    return statement_run(statement, err);
}

Status store_add_classification(Store *store, const ClassificationWrite *classification,
                                uint32_t *ret_id, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(write_row(store, 0, classification->name, err));
    uint32_t id = (uint32_t)sqlite3_last_insert_rowid(store->database);
    TRY(add_version(store, id, classification, err));
    TRY(change_commit(&change, err));
    *ret_id = id;
    return STATUS_OK;
}

Status store_change_classification(Store *store, uint32_t id,
                                   const ClassificationWrite *classification, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(write_row(store, id, classification->name, err));
    TRY(add_version(store, id, classification, err));
    return change_commit(&change, err);
}

Status store_remove_classification(Store *store, uint32_t id, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_classification, &statement, err));
    statement_bind_integer(statement, 1, id);
    TRY(statement_run(statement, err));
    return sqlite3_changes(store->database) > 0 ? STATUS_OK : no_classification(id, err);
}

Status store_list_classifications(Store *store, Arena *arena, ClassificationRow **ret_rows,
                                  size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_classifications, &statement, err));
    struct {
        ClassificationRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ClassificationRow row = {.id = (uint32_t)statement_integer(statement, 0),
                                 .name = arena_text(arena, statement_text(statement, 1)),
                                 .version = (uint32_t)statement_integer(statement, 2),
                                 .definition = arena_text(arena, statement_text(statement, 3)),
                                 .was_attempted = !statement_is_null(statement, 4),
                                 .attempted_at = {statement_integer(statement, 4)},
                                 .failure = arena_text(arena, statement_text(statement, 5)),
                                 .scheduled_at = {statement_integer(statement, 6)}};
        ARENA_PUSH(arena, &list, row);
    }
    *ret_rows = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_read_definition(Store *store, uint32_t id, uint32_t version, Arena *arena,
                             Text *ret_definition, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_definition, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer(statement, 2, version);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return no_classification(id, err);
    *ret_definition = arena_text(arena, statement_text(statement, 0));
    return STATUS_OK;
}

Status store_note_classification_attempt(Store *store, uint32_t id, Moment at, Text failure,
                                         Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_attempt, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer(statement, 2, at.second);
    statement_bind_text(statement, 3, failure);
    return statement_run(statement, err);
}

/* ---- actions ---- */

Status store_set_action(Store *store, const ActionText *action, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    bool is_back = action->text.size == 0;
    TRY(store_statement(store, is_back ? delete_action : upsert_action, &statement, err));
    statement_bind_text(statement, 1, text_fold(action->set, arena));
    statement_bind_text(statement, 2, action->cell);
    statement_bind_text(statement, 3, text_of(language_code(action->language)));
    if (!is_back) statement_bind_text(statement, 4, action->text);
    return statement_run(statement, err);
}

Status store_list_actions(Store *store, Arena *arena, ActionText **ret_actions, size_t *ret_count,
                          Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_actions, &statement, err));
    struct {
        ActionText *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ActionText action = {.set = arena_text(arena, statement_text(statement, 0)),
                             .cell = arena_text(arena, statement_text(statement, 1)),
                             .text = arena_text(arena, statement_text(statement, 3))};
        if (!language_parse(statement_text(statement, 2), &action.language))
            return error_set(err, STATUS_CORRUPT, "an action is in an unknown language");
        ARENA_PUSH(arena, &list, action);
    }
    *ret_actions = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
