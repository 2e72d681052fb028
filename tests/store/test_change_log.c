/* test_change_log.c -- every committed change of a customer is told, nothing else grows the log. */
#include "base/buffer.h"
#include "store/fixture_events.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t version_of(Fixture *fixture)
{
    uint64_t version = 0;
    EXPECT_OK(store_data_version(fixture->store, &version, &fixture->err), &fixture->err);
    return version;
}

/* The changed ids as "1 2 5 ", or "everything". */
static Text changes_since(Fixture *fixture, uint64_t version)
{
    StoreChanges changes = {0};
    EXPECT_OK(store_changes_since(fixture->store, version, &changes, &fixture->err), &fixture->err);
    if (changes.is_everything) return TEXT("everything");
    Text list = TEXT("");
    FOR_EACH_CUSTOMER (id, &changes.customers)
        list = arena_printf(fixture->arena, "%.*s%u ", TEXT_FORMAT(list), id.value);
    EXPECT_INT(changes.data_version, version_of(fixture));
    customer_set_free(&changes.customers);
    return list;
}

/* What of whom: "whole 1 2 row 3 purchase 4 ". */
static Text parts_since(Fixture *fixture, uint64_t version)
{
    StoreChanges changes = {0};
    CustomerParts parts = {0};
    const Schema *schema = store_schema(fixture->store);
    Error *err = &fixture->err;
    EXPECT_OK(store_changed_parts_since(fixture->store, version, &changes, &parts, err), err);
    AUTO(buffer_done) Buffer out = {0};
    if (!customer_set_is_empty(&parts.whole)) buffer_cstr(&out, "whole ");
    FOR_EACH_CUSTOMER (id, &parts.whole)
        buffer_printf(&out, "%u ", id.value);
    for (size_t s = 0; s <= schema->streams_count; s++) {
        CustomerSet *customers =
            customer_parts_of(&parts, s == 0 ? PART_ROW : schema->streams[s - 1].id);
        customer_set_subtract(customers, &parts.whole);
        if (customer_set_is_empty(customers)) continue;
        Text name = s == 0 ? TEXT("row") : schema->streams[s - 1].name;
        buffer_printf(&out, "%.*s ", TEXT_FORMAT(name));
        FOR_EACH_CUSTOMER (id, customers)
            buffer_printf(&out, "%u ", id.value);
    }
    customer_parts_free(&parts);
    customer_set_free(&changes.customers);
    return arena_text(fixture->arena, buffer_view(&out));
}

static Fixture fixture_with_customers(void)
{
    Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "A", "Anna");
    fixture_add_customer(&fixture, "B", "Boris");
    fixture_add_customer(&fixture, "C", "Clara");
    return fixture;
}

TEST(properties_and_events_name_their_customers)
{
    Fixture fixture = fixture_with_customers();
    uint64_t start = version_of(&fixture);
    EXPECT_TEXT(changes_since(&fixture, start), "");
    WriteResult result;
    EXPECT_OK(fixture_set(&fixture, "B", "phone", value_text(TEXT("1")), WRITE_UPSERT, &result),
              &fixture.err);
    EXPECT_TEXT(changes_since(&fixture, start), "2 ");
    uint64_t second = version_of(&fixture);
    EXPECT(second > start);
    EXPECT_OK(fixture_set(&fixture, "B", "phone", value_text(TEXT("1")), WRITE_UPSERT, &result),
              &fixture.err);
    EXPECT_INT(version_of(&fixture), second);
    const Purchase purchases[] = {
        PURCHASE(.customer = "C", .at = "2026-03-01", .key = "k", .amount = 5),
        PURCHASE(.customer = "D", .at = "2026-03-01", .item = "drill", .amount = 5),
    };
    fixture_write(&fixture, EVENTS_UPSERT, purchases, COUNT(purchases));
    EXPECT_TEXT(changes_since(&fixture, second), "3 4 ");
    EXPECT_TEXT(changes_since(&fixture, start), "2 3 4 ");
    EXPECT_TEXT(parts_since(&fixture, second), "whole 4 purchase 3 ");
    EXPECT_TEXT(parts_since(&fixture, start), "whole 4 row 2 purchase 3 ");
    uint64_t third = version_of(&fixture);
    fixture_write(&fixture, EVENTS_UPSERT, purchases, COUNT(purchases)); /* nothing new */
    EXPECT_INT(version_of(&fixture), third);
    fixture_done(&fixture);
}

TEST(moved_and_removed_events_name_both_customers)
{
    Fixture fixture = fixture_with_customers();
    const Purchase before[] = {
        PURCHASE(.customer = "A", .at = "2026-03-01", .key = "k", .amount = 5),
        PURCHASE(.customer = "C", .at = "2026-03-01", .amount = 7),
    };
    fixture_write(&fixture, EVENTS_UPSERT, before, COUNT(before));
    uint64_t start = version_of(&fixture);
    const Purchase moved[] = {
        PURCHASE(.customer = "B", .at = "2026-03-01", .key = "k", .amount = 5)};
    fixture_write_moving(&fixture, moved, COUNT(moved));
    EXPECT_TEXT(changes_since(&fixture, start), "1 2 ");
    EXPECT_TEXT(parts_since(&fixture, start), "purchase 1 2 ");
    start = version_of(&fixture);
    const Purchase replaced[] = {PURCHASE(.customer = "A", .at = "2026-03-01", .amount = 1)};
    fixture_write(&fixture, EVENTS_REPLACE, replaced, COUNT(replaced));
    EXPECT_TEXT(changes_since(&fixture, start), "1 2 3 ");
    fixture_done(&fixture);
}

TEST(erased_customers_are_named)
{
    Fixture fixture = fixture_with_customers();
    uint64_t start = version_of(&fixture);
    Text image = arena_printf(fixture.arena, "%s/kohorta.image.part", fixture.path);
    FILE *file = fopen(image.data, "w");
    fclose(file);
    EraseAct act;
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("B"), erasure_at((Moment){0}), fixture.arena,
                                   &act, &fixture.err),
              &fixture.err);
    EXPECT_TEXT(changes_since(&fixture, start), "2 ");
    EXPECT_TEXT(parts_since(&fixture, start), "whole 2 ");
    EXPECT(access(image.data, F_OK) != 0); /* images hold the person, too */
    fixture_done(&fixture);
}

TEST(items_and_schema_concern_everybody_but_new_items)
{
    Fixture fixture = fixture_with_customers();
    uint64_t start = version_of(&fixture);
    fixture_add_item(&fixture, "drill", "Drill", 100);
    EXPECT_TEXT(changes_since(&fixture, start), "");
    EXPECT(version_of(&fixture) > start);
    start = version_of(&fixture);
    fixture_add_item(&fixture, "drill", "Drill", 100);
    EXPECT_INT(version_of(&fixture), start);
    fixture_add_item(&fixture, "drill", "Drill", 200);
    EXPECT_TEXT(changes_since(&fixture, start), "everything");
    start = version_of(&fixture);
    Property property = {.name = TEXT("colour"), .type = PROPERTY_TEXT};
    EXPECT_OK(store_add_property(fixture.store, &property, &fixture.err), &fixture.err);
    EXPECT_TEXT(changes_since(&fixture, start), "everything");
    fixture_done(&fixture);
}

TEST(what_was_taken_back_is_not_told)
{
    Fixture fixture = fixture_with_customers();
    uint64_t start = version_of(&fixture);
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    fixture_add_customer(&fixture, "D", "Dora");
    store_batch_rollback(fixture.store);
    EXPECT_INT(version_of(&fixture), start);
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    fixture_add_customer(&fixture, "D", "Dora");
    fixture_add_customer(&fixture, "E", "Emil");
    EXPECT_OK(store_batch_commit(fixture.store, &fixture.err), &fixture.err);
    EXPECT_INT(version_of(&fixture), start + 1);
    EXPECT_TEXT(changes_since(&fixture, start), "4 5 ");
    fixture_done(&fixture);
}

TEST(versions_of_elsewhere_mean_everything)
{
    Fixture fixture = fixture_with_customers();
    uint64_t now = version_of(&fixture);
    EXPECT_TEXT(changes_since(&fixture, 0), "everything");
    EXPECT_TEXT(changes_since(&fixture, now + 1), "everything");
    EXPECT_TEXT(changes_since(&fixture, UINT64_MAX), "everything");
    const char *copy = arena_printf(fixture.arena, "%s.copy", fixture.path).data;
    EXPECT_OK(store_backup(fixture.store, copy, NULL, &fixture.err), &fixture.err);
    Fixture other = {.path = copy, .is_file = true};
    const char *sql =
        "SELECT CAST(value AS INTEGER) >> 36 FROM setting WHERE name = 'data_version'";
    int64_t own = (int64_t)(now >> 36), of_copy = fixture_number(&other, sql);
    EXPECT(of_copy > 0);
    EXPECT(of_copy != own); /* fails once in four million runs */
    EXPECT_INT(fixture_number(&other, "SELECT count(*) FROM change_log"), 0);
    unlink(copy);
    fixture_done(&fixture);
}

/* Thousands of commits leave some hundred rows, and nothing is forgotten. */
TEST(many_commits_are_united)
{
    Fixture fixture = fixture_with_customers();
    uint64_t start = version_of(&fixture);
    for (int i = 0; i < 700; i++) {
        WriteResult result;
        Text phone = arena_printf(fixture.arena, "%d", i);
        EXPECT_OK(fixture_set(&fixture, i % 3 == 0 ? "A" : "C", "phone", value_text(phone),
                              WRITE_UPSERT, &result),
                  &fixture.err);
    }
    EXPECT_INT(version_of(&fixture), start + 700);
    /* the second one was added before the start, in a row that is now united with later ones */
    EXPECT_TEXT(changes_since(&fixture, start), "1 2 3 ");
    EXPECT_TEXT(parts_since(&fixture, start), "whole 1 2 3 ");
    EXPECT_TEXT(changes_since(&fixture, start + 699), "1 ");
    EXPECT_TEXT(parts_since(&fixture, start + 699), "row 1 ");
    EXPECT(fixture_number(&fixture, "SELECT count(*) FROM change_log") <= 257);
    fixture_done(&fixture);
}

/* United, rows of two parts would be too large with them. */
TEST(large_rows_do_without_parts)
{
    enum { COMMITS = 16, CUSTOMERS = 600000 };
    Fixture fixture = fixture_with_customers();
    Error *err = &fixture.err;
    uint64_t start = version_of(&fixture);
    WriteResult result;
    for (int i = 0; i < COMMITS; i++)
        EXPECT_OK(fixture_set(&fixture, "A", "phone",
                              value_text(arena_printf(fixture.arena, "%d", i)), WRITE_UPSERT,
                              &result),
                  err);
    store_done(&fixture.store);
    fixture_damage(&fixture,
                   "UPDATE change_log SET customers = x'', parts = CAST(char(1 + data_version % 2) "
                   "|| replace(hex(zeroblob(600000)), '00', char(1)) || x'00' AS BLOB)");
    fixture_reopen(&fixture, STORE_WRITE);
    EXPECT_OK(fixture_set(&fixture, "B", "phone", value_text(TEXT("1")), WRITE_UPSERT, &result),
              err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM change_log WHERE length(parts) = 0"),
               1);
    EXPECT(fixture_number(&fixture, "SELECT count(*) FROM change_log") > COMMITS / 2);
    StoreChanges changes;
    CustomerParts parts;
    EXPECT_OK(store_changed_parts_since(fixture.store, start, &changes, &parts, err), err);
    EXPECT(!changes.is_everything);
    EXPECT_INT(customer_set_count(&changes.customers), CUSTOMERS);
    EXPECT_INT(customer_set_count(&parts.whole), CUSTOMERS);
    customer_set_free(&changes.customers);
    customer_parts_free(&parts);
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

/* What older programs wrote tells nothing of parts. */
TEST(rows_without_parts_mean_all_of_a_customer)
{
    Fixture fixture = fixture_with_customers();
    uint64_t start = version_of(&fixture);
    WriteResult result;
    EXPECT_OK(fixture_set(&fixture, "B", "phone", value_text(TEXT("1")), WRITE_UPSERT, &result),
              &fixture.err);
    EXPECT_TEXT(parts_since(&fixture, start), "row 2 ");
    store_done(&fixture.store);
    fixture_damage(&fixture, "UPDATE change_log SET customers = x'02', parts = x''");
    fixture_reopen(&fixture, STORE_WRITE);
    EXPECT_TEXT(parts_since(&fixture, start), "whole 2 ");
    fixture_done(&fixture);
}
