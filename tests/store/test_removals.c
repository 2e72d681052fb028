/* test_removals.c -- events, contact persons and items taken out again; items met by name. */
#include "store/fixture_events.h"
#include "store/removals.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static StoreCounts counts_of(Fixture *fixture)
{
    StoreCounts counts = {0};
    EXPECT_OK(store_read_begin(fixture->store, &fixture->err), &fixture->err);
    EXPECT_OK(store_count(fixture->store, fixture->arena, &counts, &fixture->err), &fixture->err);
    store_read_end(fixture->store);
    return counts;
}

/* ---- events ---- */

static void fill_purchases(Fixture *fixture)
{
    const Purchase purchases[] = {
        PURCHASE(.customer = "C", .at = "2026-03-01", .key = "a", .order = "1", .amount = 10000),
        PURCHASE(.customer = "C", .at = "2026-03-02", .order = "2", .amount = 20000),
        PURCHASE(.customer = "C", .at = "2026-03-03", .key = "b", .order = "3", .quantity = 20000,
                 .price = 30000),
        PURCHASE(.customer = "D", .at = "2026-03-02", .key = "c", .order = "4", .amount = 5),
    };
    fixture_write(fixture, EVENTS_UPSERT, purchases, COUNT(purchases));
}

TEST(an_event_goes_by_its_key)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    RemovedEvent removed;
    fill_purchases(&fixture);
    EXPECT_OK(store_remove_event(fixture.store, TEXT("purchase"), TEXT(" a "), &removed, err), err);
    char at[DATE_TEXT_MAX];
    EXPECT_TEXT(moment_print_iso(removed.at, at), "2026-03-01T00:00:00");
    EXPECT_TEXT(fixture_purchases(&fixture, "C"), "2026-03-02 2 2\n2026-03-03 3 2 6\n");
    StoreCounts counts = counts_of(&fixture);
    EXPECT_INT(counts.events_all, 3);
    char first[DATE_TEXT_MAX];
    EXPECT_TEXT(date_print_iso(counts.first_event, first), "2026-03-02");
    EXPECT_STATUS(store_remove_event(fixture.store, TEXT("purchase"), TEXT("a"), &removed, err),
                  STATUS_NOT_FOUND, err);
    EXPECT_STATUS(store_remove_event(fixture.store, TEXT("buys"), TEXT("a"), &removed, err),
                  STATUS_NOT_FOUND, err);
    EXPECT_STATUS(store_remove_event(fixture.store, TEXT("contact"), TEXT("a"), &removed, err),
                  STATUS_INVALID, err);
    fixture_expect_sound(&fixture);
    /* the file comes again: what was removed is new, the rest is known, the derived amount too */
    fill_purchases(&fixture);
    EXPECT_INT(counts_of(&fixture).events_all, 4);
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

TEST(the_last_event_leaves_no_pack)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    RemovedEvent removed;
    fill_purchases(&fixture);
    EXPECT_OK(store_remove_event(fixture.store, TEXT("purchase"), TEXT("c"), &removed, err), err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_pack_1"), 1);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_key"), 2);
    EXPECT_TEXT(fixture_purchases(&fixture, "D"), "");
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

TEST(a_removal_changes_one_customer)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    RemovedEvent removed;
    uint64_t version;
    StoreChanges changes = {0};
    fill_purchases(&fixture);
    EXPECT_OK(store_data_version(fixture.store, &version, err), err);
    EXPECT_OK(store_remove_event(fixture.store, TEXT("purchase"), TEXT("b"), &removed, err), err);
    EXPECT_OK(store_changes_since(fixture.store, version, &changes, err), err);
    EXPECT(!changes.is_everything && customer_set_count(&changes.customers) == 1);
    EXPECT(customer_set_has(&changes.customers, removed.customer));
    customer_set_free(&changes.customers);
    fixture_done(&fixture);
}

/* ---- contact persons ---- */

static void add_person(Fixture *fixture, const char *code, const char *key, const char *name)
{
    AUTO(event_writer_done) EventWriter *writer = fixture_writer(fixture, "contact", EVENTS_UPSERT);
    CustomerId customer;
    Error *err = &fixture->err;
    EXPECT_OK(event_writer_find_customer(writer, text_of(code), false, &customer, err), err);
    Value values[CONTACT_FIELDS_COUNT] = {[CONTACT_NAME] = value_text(text_of(name))};
    EventWrite event = {.customer = customer, .key = text_of(key), .values = values};
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    fixture_flush(fixture, writer);
}

static void add_call(Fixture *fixture, const char *code, const char *contact, const char *subject)
{
    AUTO(event_writer_done)
    EventWriter *writer = fixture_writer(fixture, "interaction", EVENTS_UPSERT);
    CustomerId customer;
    Error *err = &fixture->err;
    EXPECT_OK(event_writer_find_customer(writer, text_of(code), false, &customer, err), err);
    Value values[INTERACTION_FIELDS_COUNT] = {[INTERACTION_KIND] = value_text(TEXT("call")),
                                              [INTERACTION_SUBJECT] = value_text(text_of(subject)),
                                              [INTERACTION_CONTACT] = value_text(text_of(contact))};
    EventWrite event = {.customer = customer, .at = {1000000000}, .values = values};
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    fixture_flush(fixture, writer);
}

static void fill_persons(Fixture *fixture)
{
    fixture_add_customer(fixture, "C", "Ромашка");
    fixture_add_customer(fixture, "D", "Лютик");
    add_person(fixture, "C", "p1", "Иван Петров");
    add_person(fixture, "C", "p2", "Анна Орлова");
    add_person(fixture, "D", "p3", "Иван Петров");
    add_call(fixture, "C", "p1", "счёт");
    add_call(fixture, "C", "p2", "отгрузка");
    add_call(fixture, "C", "p1", "возврат");
}

static size_t calls_with_contact(Fixture *fixture, const char *code)
{
    CustomerRow row = {0};
    size_t found = 0;
    EXPECT_OK(
        store_read_customer(fixture->store, text_of(code), fixture->arena, &row, &fixture->err),
        &fixture->err);
    EventList calls = row.events[STREAM_INTERACTION];
    EXPECT_INT(calls.count, 3);
    for (size_t i = 0; i < calls.count; i++)
        found += !value_is_missing(calls.items[i].values[INTERACTION_CONTACT]);
    return found;
}

static Status remove_person(Fixture *fixture, const char *customer, const char *contact,
                            bool is_look, RemovedContact *ret_removed)
{
    ContactRemoval removal = {text_of(customer), text_of(contact), is_look};
    return store_remove_contact(fixture->store, &removal, fixture->arena, ret_removed,
                                &fixture->err);
}

TEST(a_contact_person_goes_and_events_stay)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    RemovedContact removed;
    fill_persons(&fixture);
    fixture_reopen(&fixture, STORE_READ);
    EXPECT_OK(remove_person(&fixture, "C", "p1", true, &removed), err);
    EXPECT_INT(removed.events, 2);
    fixture_reopen(&fixture, STORE_WRITE);
    EXPECT_INT(calls_with_contact(&fixture, "C"), 3);
    EXPECT_OK(remove_person(&fixture, "C", "иван  ПЕТРОВ", false, &removed), err);
    EXPECT_TEXT(removed.code, "p1");
    EXPECT_INT(removed.events, 2);
    EXPECT_INT(calls_with_contact(&fixture, "C"), 1);
    EXPECT_INT(counts_of(&fixture).events[STREAM_CONTACT], 2);
    fixture_expect_sound(&fixture);
    EXPECT_STATUS(remove_person(&fixture, "C", "p1", false, &removed), STATUS_NOT_FOUND, err);
    EXPECT_STATUS(remove_person(&fixture, "C", "p3", false, &removed), STATUS_NOT_FOUND, err);
    EXPECT_STATUS(remove_person(&fixture, "E", "p3", false, &removed), STATUS_NOT_FOUND, err);
    fixture_done(&fixture);
}

TEST(persons_of_one_name_are_told_apart_by_code)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    RemovedContact removed;
    fill_persons(&fixture);
    add_person(&fixture, "C", "p4", "Иван Петров");
    EXPECT_STATUS(remove_person(&fixture, "C", "Иван Петров", false, &removed), STATUS_CONFLICT,
                  err);
    EXPECT(strstr(err->message, "2 contact persons") != NULL);
    EXPECT_OK(remove_person(&fixture, "C", "p4", false, &removed), err);
    EXPECT_INT(removed.events, 0);
    EXPECT_INT(calls_with_contact(&fixture, "C"), 3);
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

/* ---- items ---- */

TEST(an_item_goes_when_no_event_names_it)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    Text code;
    const Purchase sale = PURCHASE(.customer = "C", .at = "2026-03-01", .item = "drill");
    fixture_add_item(&fixture, "saw", "Пила", 100);
    fixture_write(&fixture, EVENTS_UPSERT, &sale, 1);
    EXPECT_STATUS(store_remove_item(fixture.store, TEXT("drill"), fixture.arena, &code, err),
                  STATUS_CONFLICT, err);
    EXPECT(strstr(err->message, ": 1") != NULL);
    EXPECT_OK(store_remove_item(fixture.store, TEXT("пила"), fixture.arena, &code, err), err);
    EXPECT_TEXT(code, "saw");
    EXPECT_STATUS(store_remove_item(fixture.store, TEXT("saw"), fixture.arena, &code, err),
                  STATUS_NOT_FOUND, err);
    EXPECT_INT(counts_of(&fixture).items, 1);
    fixture_expect_sound(&fixture);
    EXPECT_TEXT(fixture_purchases(&fixture, "C"), "2026-03-01 drill\n");
    /* the place stays empty, also for who opens the directory later, and others come behind it */
    fixture_reopen(&fixture, STORE_WRITE);
    const Purchase later = PURCHASE(.customer = "C", .at = "2026-03-02", .item = "saw");
    fixture_write(&fixture, EVENTS_UPSERT, &later, 1);
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM item WHERE code = 'saw'"), 3);
    EXPECT_TEXT(fixture_purchases(&fixture, "C"), "2026-03-01 drill\n2026-03-02 saw\n");
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

TEST(an_item_met_by_name_becomes_the_one_that_is_imported)
{
    Fixture fixture = fixture_open();
    const Purchase sales[] = {
        PURCHASE(.customer = "C", .at = "2026-03-01", .item = "Пила", .quantity = 10000),
        PURCHASE(.customer = "C", .at = "2026-03-02", .item = "drill", .quantity = 20000),
    };
    fixture_write(&fixture, EVENTS_UPSERT, sales, COUNT(sales));
    fixture_add_item(&fixture, "0001", "Пила", 100000);
    EXPECT_INT(counts_of(&fixture).items, 2);
    EXPECT_TEXT(fixture_purchases(&fixture, "C"), "2026-03-01 0001 1\n2026-03-02 drill 2\n");
    /* by its name, by its code, the same sales again: one item, and what was sold is known */
    const Purchase more[] = {
        sales[0],
        PURCHASE(.customer = "C", .at = "2026-03-03", .item = "пила", .quantity = 30000),
        PURCHASE(.customer = "C", .at = "2026-03-04", .item = "0001", .quantity = 40000),
    };
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, more, COUNT(more)), 2, 1, 0, 0);
    EXPECT_INT(counts_of(&fixture).items, 2);
    /* another one of this name is another item, and what is known by more than a code stays */
    fixture_add_item(&fixture, "0002", "Пила", 1);
    fixture_add_item(&fixture, "0003", "0002", 1);
    EXPECT_INT(counts_of(&fixture).items, 4);
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}
