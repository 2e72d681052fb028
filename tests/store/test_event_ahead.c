/* test_event_ahead.c -- events encoded ahead are those that the writer encodes itself. */
#include "model/built_in.h"
#include "store/fixture_events.h"

typedef struct {
    const char *customer, *item, *channel;
    int64_t quantity;
} Sale;

static void set_values(const Sale *sale, const Item *item, Value *values)
{
    values[PURCHASE_ORDER] = value_text(TEXT("З-1"));
    values[PURCHASE_ITEM] = value_item(item);
    values[PURCHASE_QUANTITY] = value_decimal(sale->quantity);
    values[PURCHASE_CHANNEL] = value_text(text_of(sale->channel));
}

/* Write it the writer's own way, which makes what is new. */
static void add_by_writer(Fixture *fixture, EventWriter *writer, const Sale *sale)
{
    Value values[PURCHASE_FIELDS_COUNT] = {0};
    CustomerId customer;
    const Item *item;
    bool is_new;
    Error *err = &fixture->err;
    EXPECT_OK(event_writer_find_customer(writer, text_of(sale->customer), false, &customer, err),
              err);
    if (customer.value == 0)
        EXPECT_OK(event_writer_add_customer(writer, text_of(sale->customer), &customer, err), err);
    EXPECT_OK(event_writer_find_or_add_item(writer, text_of(sale->item), &item, &is_new, err), err);
    set_values(sale, item, values);
    EventWrite event = {
        .customer = customer, .at = moment_of(date_of(2026, 3, 1), 0, 0, 0), .values = values};
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    event_writer_rest(writer);
}

/* Write it ahead; false when it has to be left to the writer. */
static bool add_ahead(Fixture *fixture, EventWriter *writer, EventAhead *ahead, const Sale *sale)
{
    AUTO(buffer_done) Buffer encoded = {0};
    Value values[PURCHASE_FIELDS_COUNT] = {0};
    EventWrite event = {.at = moment_of(date_of(2026, 3, 1), 0, 0, 0), .values = values};
    const Item *item;
    bool is_usable = event_ahead_begin(ahead);
    EXPECT(is_usable);
    if (!is_usable) return false;
    event_ahead_expect(ahead, text_of(sale->customer), text_of(sale->item));
    bool is_known = event_ahead_find_customer(ahead, text_of(sale->customer), &event.customer) &&
                    event_ahead_find_item(ahead, text_of(sale->item), &item);
    if (is_known) set_values(sale, item, values);
    bool is_encoded = is_known && event_ahead_encode(ahead, &event, &encoded);
    event_ahead_end(ahead);
    EXPECT(is_encoded || encoded.size == 0);
    if (is_encoded)
        EXPECT_OK(event_writer_add_encoded(writer, &event, buffer_view(&encoded), &fixture->err),
                  &fixture->err);
    return is_encoded;
}

TEST(only_what_is_known_is_encoded_ahead)
{
    Fixture fixture = fixture_open();
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    EventAhead *ahead = event_ahead_new(writer);
    const Sale first = {"1", "drill", "shop", 10000};
    const Sale news[] = {
        {"2", "drill", "shop", 10000}, {"1", "bit", "shop", 10000}, {"1", "drill", "web", 10000}};
    EXPECT(!add_ahead(&fixture, writer, ahead, &first));
    add_by_writer(&fixture, writer, &first);
    EXPECT(add_ahead(&fixture, writer, ahead, &first));
    for (size_t i = 0; i < 3; i++) {
        EXPECT(!add_ahead(&fixture, writer, ahead, &news[i]));
        add_by_writer(&fixture, writer, &news[i]);
        EXPECT(add_ahead(&fixture, writer, ahead, &news[i]));
    }
    EXPECT_COUNTS(fixture_flush(&fixture, writer), 8, 0, 0, 0);
    event_ahead_free(ahead);
    event_writer_close(writer);
    EXPECT_TEXT(fixture_purchases(&fixture, "2"),
                "2026-03-01 З-1 drill 1\n2026-03-01 З-1 drill 1\n");
    fixture_done(&fixture);
}

/* Of few events codes are asked for one by one, of many all are read beforehand: an event of a
 * known customer is then encoded ahead before the writer has met him. */
TEST(customers_of_many_events_are_known_beforehand)
{
    Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "К-1", "Ромашка");
    for (uint64_t events = 1; events <= 1000000; events += 999999) {
        EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
        EXPECT_OK(event_writer_expect_events(writer, events, &fixture.err), &fixture.err);
        EventAhead *ahead = event_ahead_new(writer);
        CustomerId customer;
        EXPECT(event_ahead_begin(ahead));
        EXPECT(event_ahead_find_customer(ahead, TEXT("К-1"), &customer) == (events > 1));
        EXPECT(!event_ahead_find_customer(ahead, TEXT("К-2"), &customer));
        event_ahead_end(ahead);
        event_ahead_free(ahead);
        event_writer_close(writer);
    }
    fixture_done(&fixture);
}

/* Encoded by the one or the other, an event is the same event. */
TEST(encoded_ahead_or_not_is_the_same)
{
    Fixture fixture = fixture_open();
    const Sale sale = {"1", "drill", "shop", 25000};
    EventWriter *writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    add_by_writer(&fixture, writer, &sale);
    EXPECT_COUNTS(fixture_flush(&fixture, writer), 1, 0, 0, 0);
    event_writer_close(writer);
    writer = fixture_writer(&fixture, "purchase", EVENTS_UPSERT);
    EventAhead *ahead = event_ahead_new(writer);
    /* what only a query can tell is left to the writer, which remembers it */
    EXPECT(!add_ahead(&fixture, writer, ahead, &sale));
    add_by_writer(&fixture, writer, &sale);
    EXPECT(add_ahead(&fixture, writer, ahead, &sale));
    EXPECT_COUNTS(fixture_flush(&fixture, writer), 1, 0, 1, 0);
    event_ahead_free(ahead);
    event_writer_close(writer);
    fixture_done(&fixture);
}
