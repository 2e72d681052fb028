/* test_spellings.c -- words of enumerations are stored as values, those stored before become them.
 */
#include "store/fixture_events.h"

static void set_channel(Fixture *fixture, const char *code, const char *word)
{
    WriteResult result;
    EXPECT_OK(fixture_set(fixture, code, "preferred_channel", value_text(text_of(word)),
                          WRITE_UPSERT, &result),
              &fixture->err);
}

static CustomerRow read(Fixture *fixture, const char *code)
{
    CustomerRow row;
    Error *err = &fixture->err;
    EXPECT_OK(store_read_customer(fixture->store, text_of(code), fixture->arena, &row, err), err);
    return row;
}

static Text channel_of(Fixture *fixture, const char *code)
{
    return read(fixture, code).values[BUILT_IN_PREFERRED_CHANNEL].as.text;
}

static Text purchase_text(Fixture *fixture, const char *code, size_t event, size_t field)
{
    const EventList *purchases = &read(fixture, code).events[STREAM_PURCHASE];
    EXPECT(event < purchases->count);
    return event < purchases->count ? purchases->items[event].values[field].as.text : (Text){0};
}

TEST(words_of_an_open_list_are_stored_as_values)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "1", "a");
    set_channel(&fixture, "1", " Интернет");
    EXPECT_TEXT(channel_of(&fixture, "1"), "online");
    set_channel(&fixture, "1", "за чаем");
    EXPECT_TEXT(channel_of(&fixture, "1"), "за чаем");
    fixture_expect_sound(&fixture);
}

/* A directory as it was before: words in a column, and in the dictionary that events refer to. */
static Fixture old_directory(void)
{
    Fixture fixture = fixture_open();
    const Purchase purchases[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .channel = "store", .amount = 10000),
        PURCHASE(.customer = "1", .at = "2026-03-02", .channel = "fair", .quantity = 20000,
                 .price = 30000),
        PURCHASE(.customer = "1", .at = "2026-03-03", .channel = "online", .key = "k"),
        PURCHASE(.customer = "2", .at = "2026-03-04", .channel = "fair"),
    };
    fixture_write(&fixture, EVENTS_UPSERT, purchases, 4);
    set_channel(&fixture, "2", "a");
    set_channel(&fixture, "3", "online");
    set_channel(&fixture, "4", "b");
    store_done(&fixture.store);
    long long column =
        fixture_number(&fixture, "SELECT id FROM property WHERE name = 'preferred_channel'");
    fixture_damage(&fixture,
                   "UPDATE text_value SET text = 'Интернет-магазин' WHERE text = 'online';"
                   "UPDATE text_value SET text = 'магазин' WHERE text = 'store';"
                   "INSERT INTO setting VALUES ('spellings_due', '1')");
    fixture_damage(&fixture, arena_printf(fixture.arena,
                                          "UPDATE customer SET p_%lld = 'Телефон' "
                                          "WHERE p_%lld = 'a'",
                                          column, column)
                                 .data);
    return fixture;
}

TEST(words_stored_before_become_values)
{
    AUTO(fixture_done) Fixture fixture = old_directory();
    Error *err = &fixture.err;
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, err), err);
    EXPECT_TEXT(channel_of(&fixture, "2"), "phone");
    EXPECT_TEXT(channel_of(&fixture, "3"), "online");
    EXPECT_TEXT(channel_of(&fixture, "4"), "b");
    EXPECT_TEXT(purchase_text(&fixture, "1", 0, PURCHASE_CHANNEL), "store");
    EXPECT_TEXT(purchase_text(&fixture, "1", 1, PURCHASE_CHANNEL), "fair");
    EXPECT_TEXT(purchase_text(&fixture, "1", 2, PURCHASE_CHANNEL), "online");
    EXPECT_TEXT(purchase_text(&fixture, "2", 0, PURCHASE_CHANNEL), "fair");
    /* an amount that was derived stays derived */
    EXPECT_INT(
        read(&fixture, "1").events[STREAM_PURCHASE].items[1].values[PURCHASE_AMOUNT].as.decimal,
        60000);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM setting WHERE name LIKE 'spell%'"),
               0);
    fixture_expect_sound(&fixture);
}

TEST(who_had_a_word_is_among_the_changed)
{
    AUTO(fixture_done) Fixture fixture = old_directory();
    Error *err = &fixture.err;
    int64_t before = fixture_number(&fixture, "SELECT value FROM setting WHERE name = "
                                              "'data_version'");
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, err), err);
    StoreChanges changes = {0};
    EXPECT_OK(store_changes_since(fixture.store, (uint64_t)before, &changes, err), err);
    EXPECT(!changes.is_everything);
    EXPECT(customer_set_has(&changes.customers, (CustomerId){1}));
    EXPECT(customer_set_has(&changes.customers, (CustomerId){2}));
    EXPECT(!customer_set_has(&changes.customers, (CustomerId){3}));
    EXPECT(!customer_set_has(&changes.customers, (CustomerId){4}));
    customer_set_free(&changes.customers);
}

/* A file that was read before the words were understood brings nothing new when it comes again. */
TEST(the_same_file_again_brings_nothing_new)
{
    AUTO(fixture_done) Fixture fixture = old_directory();
    Error *err = &fixture.err;
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, err), err);
    const Purchase again[] = {
        PURCHASE(.customer = "1", .at = "2026-03-01", .channel = "store", .amount = 10000)};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, again, 1), 0, 0, 1, 0);
}
