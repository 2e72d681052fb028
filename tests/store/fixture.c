/* fixture.c -- a fresh data directory for a test of the store, and short forms of what tests do. */
#include "store/fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const Settings fixture_settings = {
    .time_zone = {"Europe/Moscow", 13}, .currency = {"RUB", 3}, .language = LANGUAGE_RU};

/* ---- a fresh directory: made once for a run of the tests, then copied ---- */

enum { FRESH_BYTES_MAX = 4 << 20 };
static char fresh_database[FRESH_BYTES_MAX];
static size_t fresh_size; /* 0: not made yet */

static const char *database_file(const Fixture *fixture)
{
    return arena_printf(fixture->arena, "%s/kohorta.db", fixture->path).data;
}

static void make_fresh(Fixture *fixture)
{
    EXPECT_OK(store_init(fixture->path, fixture_settings, &fixture->err), &fixture->err);
    FILE *file = fopen(database_file(fixture), "rb");
    REQUIRE(file != NULL);
    fresh_size = fread(fresh_database, 1, sizeof fresh_database, file);
    fclose(file);
    REQUIRE(fresh_size > 0 && fresh_size < sizeof fresh_database);
}

static void copy_fresh(Fixture *fixture)
{
    REQUIRE(mkdir(fixture->path, 0700) == 0);
    FILE *file = fopen(database_file(fixture), "wb");
    REQUIRE(file != NULL);
    EXPECT(fwrite(fresh_database, 1, fresh_size, file) == fresh_size);
    EXPECT(fclose(file) == 0);
}

static Fixture new_fixture(void)
{
    Fixture fixture = {.arena = arena_new()};
    static unsigned number; /* a test may open several */
    fixture.path = arena_printf(fixture.arena, "%s/%u", harness_temporary_dir(), number++).data;
    return fixture;
}

Fixture fixture_open_foreign(void)
{
    Fixture fixture = new_fixture();
    EXPECT_OK(store_init(fixture.path, fixture_settings, &fixture.err), &fixture.err);
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &fixture.err), &fixture.err);
    return fixture;
}

Fixture fixture_open(void)
{
    Fixture fixture = new_fixture();
    if (fresh_size == 0)
        make_fresh(&fixture);
    else
        copy_fresh(&fixture);
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &fixture.err), &fixture.err);
    return fixture;
}

void fixture_done(Fixture *fixture)
{
    store_close(fixture->store);
    arena_free(fixture->arena);
}

void fixture_expect_sound(Fixture *fixture)
{
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(fixture->store, NULL, fixture->arena, &problems, &count, &fixture->err),
              &fixture->err);
    for (size_t i = 0; i < count; i++)
        harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problems[i]));
}

void fixture_reopen(Fixture *fixture, StoreMode mode)
{
    store_done(&fixture->store);
    EXPECT_OK(store_open(fixture->path, mode, &fixture->store, &fixture->err), &fixture->err);
}

void fixture_add_customer(Fixture *fixture, const char *code, const char *name)
{
    WriteResult result;
    EXPECT_OK(fixture_set(fixture, code, "name", value_text(text_of(name)), WRITE_UPSERT, &result),
              &fixture->err);
}

Status fixture_set(Fixture *fixture, const char *code, const char *property, Value value,
                   WriteMode mode, WriteResult *ret_result)
{
    const Schema *schema = store_schema(fixture->store);
    Value *values = ARENA_ARRAY(fixture->arena, Value, schema->properties_count);
    bool *is_given = ARENA_ARRAY(fixture->arena, bool, schema->properties_count);
    const Property *found = schema_find_property(schema, text_of(property));
    ASSERT(found != NULL);
    size_t slot = schema_property_slot(schema, found);
    values[slot] = value;
    is_given[slot] = true;
    CustomerWrite write = {.code = text_of(code), .values = values, .is_given = is_given};
    return store_write_customer(fixture->store, &write, mode, ret_result, &fixture->err);
}

void fixture_add_item(Fixture *fixture, const char *code, const char *name, int64_t price)
{
    WriteResult result;
    ItemWrite write = {.item = {.code = text_of(code),
                                .name = text_of(name),
                                .price = price == 0 ? value_missing() : value_decimal(price)},
                       .is_given = {[ITEM_NAME] = true, [ITEM_PRICE] = true}};
    EXPECT_OK(store_write_item(fixture->store, &write, WRITE_UPSERT, &result, &fixture->err),
              &fixture->err);
}

static sqlite3 *open_file(const Fixture *fixture)
{
    char file[1024];
    snprintf(file, sizeof file, fixture->is_file ? "%s" : "%s/kohorta.db", fixture->path);
    sqlite3 *database;
    int code = sqlite3_open(file, &database);
    ASSERT(code == SQLITE_OK);
    return database;
}

int64_t fixture_number(const Fixture *fixture, const char *sql)
{
    sqlite3 *database = open_file(fixture);
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    if (code != SQLITE_OK) harness_fail(__FILE__, __LINE__, "%s", sqlite3_errmsg(database));
    int64_t number =
        sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return number;
}

void fixture_damage(const Fixture *fixture, const char *sql)
{
    sqlite3 *database = open_file(fixture);
    char *message = NULL;
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        harness_fail(__FILE__, __LINE__, "%s: %s", sql, message);
    sqlite3_free(message);
    sqlite3_close(database);
}

Value set_of(Arena *arena, const char *joined)
{
    Text members[16];
    size_t count = 0;
    for (Text rest = text_of(joined); rest.data != NULL && count < 16;)
        members[count++] = text_split(rest, '|', &rest);
    Text *copy = ARENA_ARRAY(arena, Text, count);
    memcpy(copy, members, count * sizeof *copy);
    return value_set(arena, copy, count);
}
