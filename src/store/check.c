/* check.c -- verifying every invariant of a data directory. */
#include "store/check_parts.h"
#include "store/migrate.h"
#include "store/schema_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char select_columns[] = "SELECT name, type FROM pragma_table_info('customer', 'main')";
static const char select_pack_tables[] =
    "SELECT CAST(substr(name, 12) AS INTEGER) FROM main.sqlite_schema "
    "WHERE type = 'table' AND name GLOB 'event_pack_*'";
static const char count_unclean[] = "SELECT count(*) FROM main.erasure WHERE is_clean = 0";

void problem_add(Problems *problems, const char *format, ...)
{
    if (problems->count >= PROBLEMS_MAX) {
        problems->count++;
        return;
    }
    char sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    ARENA_PUSH(problems->arena, problems, arena_text(problems->arena, text_of(sentence)));
}

/* Each row of a pragma that finds nothing wrong says nothing, or "ok". */
static Status check_pragma(Problems *problems, const char *sql, const char *what, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(problems->store->database, text_of(sql), &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        Text text = statement_text(statement, 0);
        if (!text_equal(text, TEXT("ok")))
            problem_add(problems, "%s: %.*s", what, TEXT_FORMAT(text));
    }
}

/* A reader's pages all come from one snapshot, so the check of pages sees what we see. */
static Status check_database(Problems *problems, Error *err)
{
    TRY(progress_report(problems->progress, "checking pages", 0, 0, err));
    TRY(check_pragma(problems, "PRAGMA main.integrity_check(100)", "the database file is damaged",
                     err));
    TRY(check_pragma(problems, "PRAGMA main.foreign_key_check", "a row refers to nothing, in table",
                     err));
    Error found;
    if (migrate_check(problems->store->database, migrations, migrations_count, &found) != STATUS_OK)
        problem_add(problems, "%s", found.message);
    return STATUS_OK;
}

/* ---- columns and tables made for the schema ---- */

static bool is_column_of(const Property *property, Text column)
{
    char own[COLUMN_NAME_MAX];
    return text_equal(column, text_of(property_column(property, own)));
}

static Status check_columns(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    const Schema *schema = problems->store->schema;
    bool *is_there = ARENA_ARRAY(scratch, bool, schema->properties_count);
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_columns), &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Text column = statement_text(statement, 0);
        bool is_known = text_equal(column, TEXT("id")) || text_equal(column, TEXT("search"));
        for (size_t i = 0; i < schema->properties_count && !is_known; i++) {
            is_known = is_column_of(&schema->properties[i], column);
            is_there[i] |= is_known;
        }
        if (!is_known)
            problem_add(problems, "column '%.*s' of customers belongs to no property",
                        TEXT_FORMAT(column));
    }
    for (size_t i = 0; i < schema->properties_count; i++)
        if (!is_there[i])
            problem_add(problems, "property '%.*s' has no column",
                        TEXT_FORMAT(schema->properties[i].name));
    return STATUS_OK;
}

static Status check_pack_tables(Problems *problems, Error *err)
{
    const Schema *schema = problems->store->schema;
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_pack_tables), &statement, err));
    size_t found = 0;
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        int64_t id = statement_integer(statement, 0);
        bool is_known = false;
        for (size_t i = 0; i < schema->streams_count; i++)
            is_known |= schema->streams[i].id == id;
        found += is_known;
        if (!is_known)
            problem_add(problems, "the events of number %lld belong to no stream", (long long)id);
    }
    if (found != schema->streams_count) problem_add(problems, "a stream has no table of events");
    return STATUS_OK;
}

static Status check_erasures(Problems *problems, Error *err)
{
    int64_t count;
    TRY(database_number(problems->store->database, count_unclean, &count, err));
    if (count > 0)
        problem_add(problems, "%lld erasures did not finish; erase the same customers again",
                    (long long)count);
    return STATUS_OK;
}

static Status check_all(Problems *problems, Error *err)
{
    Store *store = problems->store;
    TRY(check_database(problems, err));
    /* what lies on damaged pages cannot be read any further */
    if (problems->count > 0) return STATUS_OK;
    if (store->items == NULL) TRY(items_load(store, &store->items, err));
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    TRY(check_columns(problems, err));
    TRY(check_pack_tables(problems, err));
    if (problems->count > 0) return STATUS_OK;
    TRY(check_customers(problems, err));
    TRY(check_items(problems, err));
    TRY(check_events(problems, err));
    TRY(check_classifications(problems, err));
    TRY(check_change_log(problems, err));
    TRY(check_value_days(problems, err));
    TRY(check_saved(problems, err));
    TRY(check_merges(problems, err));
    TRY(check_dismissals(problems, err));
    TRY(check_users(problems, err));
    TRY(check_jobs(problems, err));
    TRY(check_journal(problems, err));
    return check_erasures(problems, err);
}

Status store_check(Store *store, const Progress *progress, Arena *arena, Text **ret_problems,
                   size_t *ret_problems_count, Error *err)
{
    Problems problems = {.store = store, .arena = arena, .progress = progress};
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    Error failure;
    Status status = check_all(&problems, &failure);
    if (is_own_snapshot) store_read_end(store);
    /* damage that stops the check is what it was looking for */
    if (status == STATUS_CORRUPT)
        problem_add(&problems, "%s", failure.message);
    else if (status != STATUS_OK)
        return error_set(err, status, "%s", failure.message);
    if (problems.count > PROBLEMS_MAX)
        problems.items[PROBLEMS_MAX - 1] =
            arena_printf(arena, "there are %zu more problems", problems.count - PROBLEMS_MAX + 1);
    *ret_problems = problems.items;
    *ret_problems_count = problems.count < PROBLEMS_MAX ? problems.count : PROBLEMS_MAX;
    return STATUS_OK;
}
