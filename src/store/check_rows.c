/* check_rows.c -- verifying rows of customers and items: codes, search texts, values. */
#include "base/fold.h"
#include "store/check_parts.h"
#include "store/customers.h"
#include "store/lists.h"
#include "store/schema_rows.h"

static const char select_search[] = "SELECT id, code, search, name FROM main.customer ORDER BY id";
static const char select_items[] =
    "SELECT id, code, search, name, name_folded, group_path, brand, price, cost FROM main.item "
    "ORDER BY id";

static void check_code(Problems *problems, const char *what, int64_t id, Text code, Arena *scratch)
{
    Text own;
    Error found;
    if (code_of_text(what, code, scratch, &own, &found) != STATUS_OK)
        problem_add(problems, "%s number %lld: %s", what, (long long)id, found.message);
    else if (!text_equal(own, code))
        problem_add(problems, "the code of %s number %lld is not in its stored form", what,
                    (long long)id);
}

static void check_search(Problems *problems, const char *what, sqlite3_stmt *row, Arena *scratch)
{
    Text expected = search_text(statement_text(row, 1), statement_text(row, 3), scratch);
    if (!text_equal(expected, statement_text(row, 2)))
        problem_add(problems, "the search text of %s number %lld is not in step with its name",
                    what, (long long)statement_integer(row, 0));
}

static Status check_search_texts(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_search), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t id = statement_integer(row, 0);
        if (id < 1 || id > CUSTOMER_ID_MAX)
            problem_add(problems, "a customer has the number %lld", (long long)id);
        check_code(problems, "customer", id, statement_text(row, 1), scratch);
        check_search(problems, "customer", row, scratch);
        arena_reset(scratch);
    }
}

static void check_values(Problems *problems, const CellShape *shapes, size_t count,
                         sqlite3_stmt *row, Arena *scratch)
{
    for (size_t i = 0; i < count; i++) {
        Cell cell = customer_cell(row, (int)i + 1);
        const char *wrong = cell_check(&shapes[i], &cell, scratch);
        if (wrong != NULL)
            problem_add(problems, "the value of '%.*s' of customer number %lld %s",
                        TEXT_FORMAT(shapes[i].name), (long long)statement_integer(row, 0), wrong);
    }
}

Status check_customers(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(arena_done) Arena *scratch = arena_new();
    const Schema *schema = problems->store->schema;
    CellShape *shapes = ARENA_ARRAY(arena, CellShape, schema->properties_count);
    for (size_t i = 0; i < schema->properties_count; i++)
        shapes[i] = cell_shape_of_property(&schema->properties[i]);
    Text columns = customer_columns(schema, arena);
    Text sql = arena_printf(arena, "SELECT %.*s FROM main.customer", TEXT_FORMAT(columns));
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, sql, &row, err));
    uint64_t done = 0;
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        check_values(problems, shapes, schema->properties_count, row, scratch);
        arena_reset(scratch);
        if (done++ % CHECK_PROGRESS_EVERY == 0)
            TRY(progress_report(problems->progress, "checking customers", done, 0, err));
    }
    return check_search_texts(problems, err);
}

/* ---- items ---- */

static void check_item(Problems *problems, sqlite3_stmt *row, Arena *scratch)
{
    static const struct {
        const char *name;
        PropertyType type;
        int column;
    } values[] = {{"name", PROPERTY_TEXT, 3},
                  {"group", PROPERTY_HIERARCHY, 5},
                  {"brand", PROPERTY_TEXT, 6},
                  {"price", PROPERTY_MONEY, 7},
                  {"cost", PROPERTY_MONEY, 8}};
    long long id = (long long)statement_integer(row, 0);
    check_code(problems, "item", id, statement_text(row, 1), scratch);
    check_search(problems, "item", row, scratch);
    if (!text_equal(text_fold(statement_text(row, 3), scratch), statement_text(row, 4)))
        problem_add(problems, "the folded name of item number %lld is not in step", id);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        CellShape shape = {.name = text_of(values[i].name), .type = values[i].type};
        Cell cell = customer_cell(row, values[i].column);
        const char *wrong = cell_check(&shape, &cell, scratch);
        if (wrong != NULL)
            problem_add(problems, "the %s of item number %lld %s", values[i].name, id, wrong);
    }
}

Status check_items(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_items), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        check_item(problems, row, scratch);
        arena_reset(scratch);
    }
    for (uint32_t id = 1; id <= texts_id_max(problems->store->texts); id++)
        if (!utf8_is_valid(texts_get(problems->store->texts, id)))
            problem_add(problems, "text number %u of the dictionary is not valid UTF-8", id);
    return STATUS_OK;
}
