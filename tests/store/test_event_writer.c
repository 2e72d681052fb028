/* test_event_writer.c -- writing events: natural and given keys, modes, flushes, derived amounts.
 */
#include "store/fixture_events.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

TEST(events_come_back_in_order)
{
    Fixture fixture = fixture_open();
    const Purchase purchases[] = {
        PURCHASE(.customer = "2", .at = "2026-03-02", .order = "b", .item = "drill",
                 .quantity = 20000, .amount = 1999900),
        PURCHASE(.customer = "1", .at = "2026-03-01T10:00", .order = "a"),
        PURCHASE(.customer = "2", .at = "2026-03-01", .order = "late", .amount = -10000),
        PURCHASE(.customer = "2", .at = "2026-03-02", .order = "a", .item = "drill"),
    };
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, purchases, 4), 4, 0, 0, 0);
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), "2026-03-01T10:00:00 a\n");
    /* by time, then by arrival */
    EXPECT_TEXT(fixture_purchases(&fixture, "2"), "2026-03-01 late -1\n"
                                                  "2026-03-02 b drill 2 199.99\n"
                                                  "2026-03-02 a drill\n");
    fixture_reopen(&fixture, STORE_READ);
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), "2026-03-01T10:00:00 a\n");
    fixture_done(&fixture);
}

TEST(importing_again_changes_nothing_and_true_duplicates_stay)
{
    Fixture fixture = fixture_open();
    const Purchase same = PURCHASE(.customer = "1", .at = "2026-03-01", .order = "a", .amount = 1);
    const Purchase other = PURCHASE(.customer = "1", .at = "2026-03-01", .order = "b", .amount = 1);
    const Purchase file[] = {same, other, same, same};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, file, 4), 4, 0, 0, 0);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, file, 4), 0, 0, 4, 0);
    /* one more of the same is one more */
    const Purchase more[] = {same, same, same, same};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, more, 4), 1, 0, 3, 0);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, more, 1), 0, 0, 1, 0);
    fixture_done(&fixture);
}

/* The k-th equal event of an import is the k-th stored before it, however the import is cut. */
TEST(duplicates_are_counted_across_flushes)
{
    Fixture fixture = fixture_open();
    const Purchase same = PURCHASE(.customer = "1", .at = "2026-03-01", .order = "a");
    const Purchase two[] = {same, same};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, two, 2), 2, 0, 0, 0);
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    for (uint64_t i = 1; i <= 4; i++) {
        EXPECT_OK(fixture_add(&fixture, writer, &same, i), &fixture.err);
        EventWriteCounts counts = fixture_flush(&fixture, writer);
        EXPECT_COUNTS(counts, i > 2 ? i - 2 : 0, 0, i > 2 ? 2 : i, 0);
    }
    event_writer_close(writer);
    fixture_done(&fixture);
}

TEST(given_keys_replace)
{
    Fixture fixture = fixture_open();
    const Purchase first[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .key = "k1", .order = "a"),
        PURCHASE(.customer = "1", .at = "2026-03-02", .key = "k2", .order = "b"),
        PURCHASE(.customer = "2", .at = "2026-03-02", .key = "k3", .order = "c"),
    };
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, first, 3), 3, 0, 0, 0);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, first, 3), 0, 0, 3, 0);
    /* another content, another day, another customer; twice in one file the last one wins */
    const Purchase second[] = {
        PURCHASE(.customer = "1", .at = "2026-03-05", .key = "k1", .order = "x"),
        PURCHASE(.customer = "1", .at = "2026-03-05", .key = "k1", .order = "A"),
        PURCHASE(.customer = "1", .at = "2026-03-02", .key = "k3", .order = "c"),
        PURCHASE(.customer = "3", .at = "2026-03-02", .key = "k4", .order = "d"),
    };
    EXPECT_COUNTS(fixture_write_moving(&fixture, second, 4), 1, 2, 1, 0);
    EXPECT_COUNTS(fixture_write_moving(&fixture, second, 4), 0, 0, 4, 0);
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), "2026-03-02 b\n2026-03-02 c\n2026-03-05 A\n");
    EXPECT_TEXT(fixture_purchases(&fixture, "2"), "");
    EXPECT_TEXT(fixture_purchases(&fixture, "3"), "2026-03-02 d\n");
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_key"), 4);
    EXPECT_INT(fixture_number(&fixture, "SELECT customer_id FROM event_key WHERE key = 'k3'"), 1);
    fixture_done(&fixture);
}

/* Without leave to move, a key stays with its customer: stored, or the first of the file. */
TEST(keys_stay_with_their_customers)
{
    Fixture fixture = fixture_open();
    const Purchase file[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .key = "b", .order = "one"),
        PURCHASE(.customer = "2", .at = "2026-03-01", .key = "b", .order = "two"),
        PURCHASE(.customer = "2", .at = "2026-03-01", .key = "a", .order = "three"),
        PURCHASE(.customer = "1", .at = "2026-03-01", .key = "a", .order = "four"),
        PURCHASE(.customer = "2", .at = "2026-03-02", .key = "a", .order = "five"),
    };
    for (int round = 0; round < 2; round++) {
        EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
        for (size_t i = 0; i < COUNT(file); i++)
            EXPECT_OK(fixture_add(&fixture, writer, &file[i], i + 2), &fixture.err);
        EventWriteCounts counts = fixture_flush(&fixture, writer);
        EXPECT_COUNTS(counts, round == 0 ? 2 : 0, 0, round == 0 ? 1 : 3, 0);
        size_t count;
        const KeyConflict *conflicts = event_writer_conflicts(writer, &count);
        REQUIRE(count == 2);
        EXPECT_INT(conflicts[0].line, 3);
        EXPECT_TEXT(conflicts[0].key, "b");
        EXPECT_INT(conflicts[0].owner.value, 1);
        EXPECT_INT(conflicts[1].line, 5);
        EXPECT_INT(conflicts[1].owner.value, 2);
        const KeyNotes *notes = event_writer_key_notes(writer);
        EXPECT_INT(notes->repeated, 1);
        EXPECT_INT(notes->repeated_lines[0][0], 4);
        EXPECT_INT(notes->repeated_lines[0][1], 6);
        EXPECT_INT(notes->moved, 0);
        event_writer_close(writer);
    }
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), "2026-03-01 one\n");
    EXPECT_TEXT(fixture_purchases(&fixture, "2"), "2026-03-02 five\n");
    fixture_done(&fixture);
}

TEST(insert_refuses_known_keys)
{
    Fixture fixture = fixture_open();
    const Purchase first[] = {PURCHASE(.customer = "1", .at = "2026-03-01", .key = "k1"),
                              PURCHASE(.customer = "1", .at = "2026-03-01", .key = "k2")};
    fixture_write(&fixture, EVENTS_INSERT, first, 1);
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_INSERT);
    const int lines[] = {0, 1, 0, 1};
    for (size_t i = 0; i < COUNT(lines); i++)
        EXPECT_OK(fixture_add(&fixture, writer, &first[lines[i]], i + 10), &fixture.err);
    EXPECT_COUNTS(fixture_flush(&fixture, writer), 1, 0, 0, 0);
    size_t count;
    const KeyConflict *conflicts = event_writer_conflicts(writer, &count);
    REQUIRE(count == 3);
    EXPECT(conflicts[0].line == 10 && conflicts[1].line == 12 && conflicts[2].line == 13);
    EXPECT_INT(conflicts[0].owner.value, 0);
    /* the next flush begins without conflicts */
    Purchase plain = PURCHASE(.customer = "1", .at = "2026-03-03");
    EXPECT_OK(fixture_add(&fixture, writer, &plain, 20), &fixture.err);
    EXPECT_COUNTS(fixture_flush(&fixture, writer), 2, 0, 0, 0);
    event_writer_conflicts(writer, &count);
    EXPECT_INT(count, 0);
    event_writer_close(writer);
    fixture_done(&fixture);
}

TEST(replace_takes_the_days_it_writes)
{
    Fixture fixture = fixture_open();
    const Purchase before[] = {
        PURCHASE(.customer = "1", .at = "2026-02-28T23:59", .order = "before"),
        PURCHASE(.customer = "1", .at = "2026-03-01", .order = "same"),
        PURCHASE(.customer = "1", .at = "2026-03-02", .order = "gone"),
        PURCHASE(.customer = "2", .at = "2026-03-02T23:59", .order = "gone", .key = "k"),
        PURCHASE(.customer = "2", .at = "2026-03-04", .order = "after"),
    };
    fixture_write(&fixture, EVENTS_UPSERT, before, COUNT(before));
    const Purchase file[] = {
        PURCHASE(.customer = "3", .at = "2026-03-02T12:00", .order = "new"),
        PURCHASE(.customer = "1", .at = "2026-03-01", .order = "same"),
    };
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_REPLACE, file, 2), 1, 0, 1, 2);
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), "2026-02-28T23:59:00 before\n2026-03-01 same\n");
    EXPECT_TEXT(fixture_purchases(&fixture, "2"), "2026-03-04 after\n");
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_key"), 0);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_REPLACE, file, 2), 0, 0, 2, 0);
    fixture_done(&fixture);
}

/* What is gone goes at the end, for all days written; what the import itself wrote stays. */
TEST(replace_in_several_flushes)
{
    Fixture fixture = fixture_open();
    const Purchase before[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .order = "old"),
        PURCHASE(.customer = "1", .at = "2026-03-05", .order = "old"),
        PURCHASE(.customer = "1", .at = "2026-03-09", .order = "old"),
        PURCHASE(.customer = "2", .at = "2026-03-08", .order = "old"),
        PURCHASE(.customer = "2", .at = "2026-03-10", .order = "old"),
    };
    fixture_write(&fixture, EVENTS_UPSERT, before, COUNT(before));
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_REPLACE);
    static const char *const days[] = {"2026-03-05", "2026-03-01", "2026-03-06", "2026-03-09"};
    for (size_t i = 0; i < COUNT(days); i++) {
        Purchase purchase = PURCHASE(.customer = "1", .at = days[i], .order = "new");
        EXPECT_OK(fixture_add(&fixture, writer, &purchase, i), &fixture.err);
        EXPECT_COUNTS(fixture_flush(&fixture, writer), i + 1, 0, 0, 0);
    }
    EventWriteCounts counts;
    EXPECT_OK(event_writer_remove_rest(writer, NULL, &counts, &fixture.err), &fixture.err);
    EXPECT_COUNTS(counts, 4, 0, 0, 4);
    event_writer_close(writer);
    EXPECT_TEXT(fixture_purchases(&fixture, "2"), "2026-03-10 old\n");
    EXPECT_TEXT(fixture_purchases(&fixture, "1"),
                "2026-03-01 new\n2026-03-05 new\n2026-03-06 new\n2026-03-09 new\n");
    fixture_done(&fixture);
}

TEST(missing_amount_is_quantity_times_price)
{
    Fixture fixture = fixture_open();
    fixture_add_item(&fixture, "drill", "Супер дрель", 199950000);
    fixture_add_item(&fixture, "bit", "Сверло", 0);
    const Purchase file[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .item = "супер дрель", .quantity = 15000),
        PURCHASE(.customer = "1", .at = "2026-03-02", .item = "drill", .quantity = -10000,
                 .price = 3333),
        PURCHASE(.customer = "1", .at = "2026-03-03", .item = "drill", .quantity = 10000,
                 .amount = ZERO),
        PURCHASE(.customer = "1", .at = "2026-03-04", .item = "bit", .quantity = 10000),
        PURCHASE(.customer = "1", .at = "2026-03-05", .item = "drill"),
        PURCHASE(.customer = "1", .at = "2026-03-06", .quantity = 10000, .price = 20000),
    };
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, file, COUNT(file)), 6, 0, 0, 0);
    const char *expected = "2026-03-01 drill 1.5 29992.5\n"
                           "2026-03-02 drill -1 -0.3333\n"
                           "2026-03-03 drill 1 0\n"
                           "2026-03-04 bit 1\n"
                           "2026-03-05 drill\n"
                           "2026-03-06 1 2\n";
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), expected);
    /* a new price makes no new events of old ones, and does not rewrite history */
    fixture_add_item(&fixture, "drill", "Супер дрель", 10000);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, file, COUNT(file)), 0, 0, 6, 0);
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), expected);
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    Purchase large = PURCHASE(.customer = "1", .at = "2026-03-06", .quantity = DECIMAL_MANTISSA_MAX,
                              .price = DECIMAL_MANTISSA_MAX);
    EXPECT_STATUS(fixture_add(&fixture, writer, &large, 1), STATUS_INVALID, &fixture.err);
    event_writer_close(writer);
    fixture_done(&fixture);
}

TEST(unknown_items_are_made_once)
{
    Fixture fixture = fixture_open();
    fixture_add_item(&fixture, "d1", "Дрель", 0);
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    const Item *by_name, *unknown, *again;
    bool is_new;
    Error *err = &fixture.err;
    EXPECT_OK(event_writer_find_or_add_item(writer, TEXT("ДРЕЛЬ "), &by_name, &is_new, err), err);
    EXPECT(!is_new && by_name->id == 1);
    EXPECT_OK(event_writer_find_or_add_item(writer, TEXT(" x "), &unknown, &is_new, err), err);
    EXPECT(is_new && unknown->id == 2);
    EXPECT_OK(event_writer_find_or_add_item(writer, TEXT("x"), &again, &is_new, err), err);
    EXPECT(!is_new && again == unknown);
    EXPECT_STATUS(event_writer_find_or_add_item(writer, TEXT(" "), &again, &is_new, err),
                  STATUS_INVALID, err);
    event_writer_close(writer);
    /* never flushed: as if it had not been */
    EXPECT_STATUS(store_find_item(fixture.store, TEXT("x"), fixture.arena, &again, err),
                  STATUS_NOT_FOUND, err);
    const Purchase file[] = {PURCHASE(.customer = "1", .at = "2026-03-01", .item = "y")};
    fixture_write(&fixture, EVENTS_UPSERT, file, 1);
    EXPECT_OK(store_find_item(fixture.store, TEXT("y"), fixture.arena, &again, err), err);
    EXPECT_INT(again->id, 2);
    fixture_done(&fixture);
}

TEST(contact_persons_lead_to_their_customer)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fixture_add_customer(&fixture, "firm", "ООО");
    EventWriter *writer = fixture_writer(&fixture, "contact", EVENTS_UPSERT);
    CustomerId customer;
    EXPECT_OK(event_writer_find_customer(writer, TEXT("firm"), false, &customer, err), err);
    Value values[CONTACT_FIELDS_COUNT] = {[CONTACT_NAME] = value_text(TEXT("Петров"))};
    EventWrite event = {.customer = customer,
                        .at = moment_of(date_of(2026, 1, 1), 0, 0, 0),
                        .key = TEXT("petrov"),
                        .values = values};
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    fixture_flush(&fixture, writer);
    event_writer_close(writer);
    writer = fixture_writer(&fixture, "interaction", EVENTS_UPSERT);
    EXPECT_OK(event_writer_find_customer(writer, TEXT(" petrov"), true, &customer, err), err);
    EXPECT_INT(customer.value, 1);
    EXPECT_OK(event_writer_find_customer(writer, TEXT("firm"), true, &customer, err), err);
    EXPECT_INT(customer.value, 0);
    EXPECT_OK(event_writer_find_customer(writer, TEXT("petrov"), false, &customer, err), err);
    EXPECT_INT(customer.value, 0);
    event_writer_close(writer);
    fixture_done(&fixture);
}

TEST(bad_events_are_refused_and_leave_nothing)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    CustomerId customer;
    EXPECT_OK(event_writer_add_customer(writer, TEXT("1"), &customer, err), err);
    EXPECT_STATUS(event_writer_add_customer(writer, TEXT("1"), &customer, err), STATUS_CONFLICT,
                  err);
    Value values[PURCHASE_FIELDS_COUNT] = {0};
    EventWrite event = {.customer = customer, .values = values};
    struct {
        int slot;
        Value value;
        Status status;
    } bad[] = {{PURCHASE_AMOUNT, value_text(TEXT("1")), STATUS_INVALID},
               {PURCHASE_AMOUNT, value_decimal(INT64_MAX), STATUS_INVALID},
               {PURCHASE_ITEM, value_text(TEXT("drill")), STATUS_INVALID},
               {PURCHASE_CHANNEL, value_text(TEXT("\xff")), STATUS_INVALID},
               {PURCHASE_ORDER, value_bool(true), STATUS_INVALID}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        memset(values, 0, sizeof values);
        values[bad[i].slot] = bad[i].value;
        EXPECT_STATUS(event_writer_add(writer, &event, err), bad[i].status, err);
    }
    memset(values, 0, sizeof values);
    event.at = (Moment){INT64_MAX};
    EXPECT_STATUS(event_writer_add(writer, &event, err), STATUS_INVALID, err);
    char large[40000];
    memset(large, 'x', sizeof large);
    event.at = (Moment){0};
    values[PURCHASE_ORDER] = value_text((Text){large, sizeof large});
    values[PURCHASE_DOCUMENT] = values[PURCHASE_ORDER];
    EXPECT_STATUS(event_writer_add(writer, &event, err), STATUS_LIMIT, err);
    values[PURCHASE_DOCUMENT] = value_missing();
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    EXPECT_COUNTS(fixture_flush(&fixture, writer), 1, 0, 0, 0);
    event_writer_close(writer);
    fixture_done(&fixture);
}

TEST(large_customers_have_many_packs)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    enum { EVENTS = 12000, FLUSH_EVERY = 1700 };
    EventWriteCounts counts = {0};
    for (int i = 0; i < EVENTS; i++) {
        char order[16];
        snprintf(order, sizeof order, "%d", i);
        Purchase purchase =
            PURCHASE(.customer = "1", .at = i % 2 == 0 ? "2026-03-01" : "2026-03-02",
                     .order = order, .amount = i + 1);
        EXPECT_OK(fixture_add(&fixture, writer, &purchase, (uint64_t)i), err);
        if (i % FLUSH_EVERY == FLUSH_EVERY - 1 || i == EVENTS - 1)
            counts = fixture_flush(&fixture, writer);
    }
    EXPECT_COUNTS(counts, EVENTS, 0, 0, 0);
    event_writer_close(writer);
    int64_t packs = fixture_number(&fixture, "SELECT count(*) FROM event_pack_1");
    EXPECT(packs > 5 && packs < 15);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_pack_1 WHERE length(payload) > "
                                        "24576 OR length(payload) < 100"),
               0);
    CustomerRow row;
    EXPECT_OK(store_read_customer(fixture.store, TEXT("1"), fixture.arena, &row, err), err);
    REQUIRE(row.events[STREAM_PURCHASE].count == EVENTS);
    for (int i = 0; i < EVENTS; i++) {
        const EventRow *event = &row.events[STREAM_PURCHASE].items[i];
        int expected = i < EVENTS / 2 ? i * 2 : (i - EVENTS / 2) * 2 + 1;
        EXPECT(event->values[PURCHASE_AMOUNT].as.decimal == expected + 1);
        EXPECT(event->sequence == (uint64_t)expected);
    }
    fixture_done(&fixture);
}

TEST(rolled_back_batch_takes_events_back)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    const Purchase file[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .item = "i", .channel = "сайт")};
    EXPECT_OK(store_batch_begin(fixture.store, err), err);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, file, 1), 1, 0, 0, 0);
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    store_batch_rollback(fixture.store);
    CustomerId customer;
    EXPECT_STATUS(event_writer_find_customer(writer, TEXT("1"), false, &customer, err),
                  STATUS_CONFLICT, err);
    event_writer_close(writer);
    EXPECT_INT(fixture_number(&fixture, "SELECT (SELECT count(*) FROM customer) + (SELECT count(*) "
                                        "FROM item) + (SELECT count(*) FROM text_value) + (SELECT "
                                        "count(*) FROM event_pack_1)"),
               0);
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, file, 1), 1, 0, 0, 0);
    EXPECT_TEXT(fixture_purchases(&fixture, "1"), "2026-03-01 i\n");
    fixture_done(&fixture);
}
