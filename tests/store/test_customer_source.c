/* test_customer_source.c -- everyone in turn with his events; snapshots; damage is told. */
#include "store/fixture_events.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "code:purchases/interactions ..." of everyone. */
static Text print_all(CustomerSource *source, Arena *arena, Error *err)
{
    Text out = TEXT("");
    AUTO(arena_done) Arena *scratch = arena_new();
    for (;;) {
        CustomerRow row;
        Status status = source->next(source, scratch, &row, err);
        if (status != STATUS_OK) return text_of(status_name(status));
        if (row.id.value == 0) return out;
        out = arena_printf(arena, "%.*s%.*s:%zu/%zu ", TEXT_FORMAT(out), TEXT_FORMAT(row.code),
                           row.events[STREAM_PURCHASE].count, row.events[STREAM_INTERACTION].count);
        arena_reset(scratch);
    }
}

static void add_interaction(Fixture *fixture, const char *code)
{
    AUTO(event_writer_done)
    EventWriter *writer = fixture_writer(fixture, "interaction", EVENTS_UPSERT);
    CustomerId customer;
    Error *err = &fixture->err;
    EXPECT_OK(event_writer_find_customer(writer, text_of(code), false, &customer, err), err);
    Value values[INTERACTION_FIELDS_COUNT] = {[INTERACTION_KIND] = value_text(TEXT("call"))};
    EventWrite event = {.customer = customer, .values = values};
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    fixture_flush(fixture, writer);
}

static void fill(Fixture *fixture)
{
    const Purchase purchases[] = {
        PURCHASE(.customer = "c", .at = "2026-03-01", .item = "drill", .channel = "сайт"),
        PURCHASE(.customer = "a", .at = "2026-03-03"),
        PURCHASE(.customer = "c", .at = "2026-03-02"),
    };
    fixture_add_customer(fixture, "none", "nobody's");
    fixture_write(fixture, EVENTS_UPSERT, purchases, COUNT(purchases));
    add_interaction(fixture, "a");
}

TEST(everyone_in_the_order_of_ids)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    fixture_reopen(&fixture, STORE_READ);
    CustomerSource *source;
    EXPECT_OK(store_read_begin(fixture.store, err), err);
    EXPECT_OK(store_read_begin(fixture.store, err), err); /* within it: the same one */
    store_read_end(fixture.store);
    EXPECT_OK(store_customer_source(fixture.store, &source, err), err);
    for (int round = 0; round < 2; round++) {
        EXPECT_TEXT(print_all(source, fixture.arena, err), "none:0/0 c:2/0 a:1/1 ");
        CustomerRow row;
        EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
        EXPECT_INT(row.id.value, 0);
        EXPECT_OK(source->rewind(source, err), err);
    }
    store_read_end(fixture.store);
    fixture_done(&fixture);
}

/* What is not asked for is not read. */
TEST(only_some_parts_of_some_customers)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    const Schema *schema = store_schema(fixture.store);
    CustomerSet wanted = {0};
    CustomerParts parts = {0};
    for (uint32_t id = 1; id <= 4; id++) /* the last one is not there */
        customer_set_add(&wanted, (CustomerId){id});
    customer_set_add(customer_parts_of(&parts, PART_ROW), (CustomerId){1});
    customer_set_add(customer_parts_of(&parts, schema->streams[STREAM_INTERACTION].id),
                     (CustomerId){3});
    customer_set_add(&parts.whole, (CustomerId){4});
    CustomerSource *source;
    EXPECT_OK(store_read_begin(fixture.store, err), err);
    EXPECT_OK(store_customer_source_parts(fixture.store, &wanted, &parts, &source, err), err);
    for (int round = 0; round < 2; round++) {
        CustomerRow row;
        EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
        EXPECT(row.id.value == 1 && row.values != NULL);
        EXPECT_TEXT(row.code, "none");
        EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
        EXPECT(row.id.value == 2 && row.values == NULL);
        EXPECT_INT(row.events[STREAM_PURCHASE].count, 0);
        EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
        EXPECT(row.id.value == 3 && row.values == NULL);
        EXPECT_INT(row.events[STREAM_PURCHASE].count, 0);
        EXPECT_INT(row.events[STREAM_INTERACTION].count, 1);
        EXPECT_OK(source->next(source, fixture.arena, &row, err), err);
        EXPECT_INT(row.id.value, 0);
        EXPECT_OK(source->rewind(source, err), err);
    }
    store_read_end(fixture.store);
    customer_set_free(&wanted);
    customer_parts_free(&parts);
    fixture_done(&fixture);
}

TEST(values_of_properties_and_fields)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    WriteResult result;
    fill(&fixture);
    Value activity = set_of(fixture.arena, "Опт|Розница");
    EXPECT_OK(fixture_set(&fixture, "c", "activity", activity, WRITE_UPSERT, &result), err);
    Value birth = value_date(date_of(1990, 2, 28));
    EXPECT_OK(fixture_set(&fixture, "c", "birth_date", birth, WRITE_UPSERT, &result), err);
    CustomerRow row;
    EXPECT_OK(store_read_customer(fixture.store, TEXT(" c "), fixture.arena, &row, err), err);
    EXPECT_INT(row.id.value, 2);
    EXPECT_TEXT(row.values[BUILT_IN_CODE].as.text, "c");
    EXPECT(value_is_missing(row.values[BUILT_IN_NAME]));
    EXPECT(value_equal(row.values[BUILT_IN_ACTIVITY], activity));
    EXPECT(value_equal(row.values[BUILT_IN_BIRTH_DATE], birth));
    const Value *values = row.events[STREAM_PURCHASE].items[0].values;
    EXPECT_TEXT(values[PURCHASE_ITEM].as.item->code, "drill");
    EXPECT_TEXT(values[PURCHASE_CHANNEL].as.text, "сайт");
    EXPECT(value_is_missing(values[PURCHASE_AMOUNT]));
    EXPECT_STATUS(store_read_customer(fixture.store, TEXT("nome"), fixture.arena, &row, err),
                  STATUS_NOT_FOUND, err);
    EXPECT(strstr(err->message, "did you mean 'none'?") != NULL);
    fixture_done(&fixture);
}

/* What a writer commits meanwhile is not seen before the snapshot ends. */
TEST(reader_sees_one_snapshot)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    Store *reader;
    CustomerSource *source;
    EXPECT_OK(store_open(fixture.path, STORE_READ, &reader, err), err);
    EXPECT_OK(store_read_begin(reader, err), err);
    const Purchase more[] = {
        PURCHASE(.customer = "d", .at = "2026-03-01", .item = "new", .channel = "новый")};
    fixture_write(&fixture, EVENTS_UPSERT, more, 1);
    Property property = {.name = TEXT("later"), .type = PROPERTY_BOOL};
    EXPECT_OK(store_add_property(fixture.store, &property, err), err);
    size_t before = store_schema(reader)->properties_count;
    EXPECT_OK(store_customer_source(reader, &source, err), err);
    EXPECT_TEXT(print_all(source, fixture.arena, err), "none:0/0 c:2/0 a:1/1 ");
    store_read_end(reader);
    EXPECT_OK(store_read_begin(reader, err), err);
    EXPECT_INT(store_schema(reader)->properties_count, before + 1);
    EXPECT_OK(store_customer_source(reader, &source, err), err);
    EXPECT_TEXT(print_all(source, fixture.arena, err), "none:0/0 c:2/0 a:1/1 d:1/0 ");
    store_close(reader);
    fixture_done(&fixture);
}

static void expect_damage(const char *sql)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    store_done(&fixture.store);
    fixture_damage(&fixture, sql);
    EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, err), err);
    EXPECT_OK(store_read_begin(fixture.store, err), err);
    CustomerSource *source;
    EXPECT_OK(store_customer_source(fixture.store, &source, err), err);
    Text printed = print_all(source, fixture.arena, err);
    if (!text_equal(printed, TEXT("CORRUPT")))
        harness_fail(__FILE__, __LINE__, "%s: '%.*s'", sql, TEXT_FORMAT(printed));
    fixture_done(&fixture);
}

TEST(damaged_packs_of_customers_are_told)
{
    expect_damage("UPDATE event_pack_1 SET payload = x'0203'");
    expect_damage("UPDATE event_pack_1 SET payload = substr(payload, 1, length(payload) - 1)");
    expect_damage("UPDATE event_pack_1 SET payload = CAST(payload || x'00' AS BLOB)");
    expect_damage("UPDATE event_pack_1 SET events_count = events_count + 1");
    expect_damage("DELETE FROM item");
    expect_damage("DELETE FROM text_value");
    expect_damage("DELETE FROM customer WHERE code = 'c'");
}
