/* fixture_events.c -- writing purchases and other events in tests, and reading them back. */
#include "store/fixture_events.h"

#include "base/buffer.h"

#include <inttypes.h>
#include <string.h>

EventWriter *fixture_writer(Fixture *fixture, const char *stream, EventWriteMode mode)
{
    EventWriter *writer = NULL;
    const Stream *found = schema_find_stream(store_schema(fixture->store), text_of(stream));
    EXPECT_OK(event_writer_open(fixture->store, found, mode, 0, &writer, &fixture->err),
              &fixture->err);
    return writer;
}

static Value decimal_or_missing(int64_t number)
{
    return number == 0 ? value_missing() : value_decimal(number == ZERO ? 0 : number);
}

static Moment moment_of_text(const char *text)
{
    Moment moment;
    Date date;
    if (moment_parse_iso(text_of(text), &moment)) return moment;
    ASSERT(date_parse_iso(text_of(text), &date));
    return moment_of(date, 0, 0, 0);
}

Status fixture_add(Fixture *fixture, EventWriter *writer, const Purchase *purchase, uint64_t line)
{
    Error *err = &fixture->err;
    CustomerId customer;
    const Item *item = NULL;
    bool is_new;
    Text code = text_of(purchase->customer);
    TRY(event_writer_find_customer(writer, code, false, &customer, err));
    if (customer.value == 0) TRY(event_writer_add_customer(writer, code, &customer, err));
    if (purchase->item != NULL)
        TRY(event_writer_find_or_add_item(writer, text_of(purchase->item), &item, &is_new, err));
    Value values[64] = {0};
    values[PURCHASE_ORDER] = value_text(text_of(purchase->order));
    values[PURCHASE_ITEM] = value_item(item);
    values[PURCHASE_QUANTITY] = decimal_or_missing(purchase->quantity);
    values[PURCHASE_PRICE] = decimal_or_missing(purchase->price);
    values[PURCHASE_AMOUNT] = decimal_or_missing(purchase->amount);
    values[PURCHASE_CHANNEL] = value_text(text_of(purchase->channel));
    EventWrite event = {.customer = customer,
                        .at = moment_of_text(purchase->at),
                        .key = text_of(purchase->key),
                        .values = values,
                        .line = line};
    return event_writer_add(writer, &event, err);
}

EventWriteCounts fixture_flush(Fixture *fixture, EventWriter *writer)
{
    EventWriteCounts counts = {0};
    EXPECT_OK(event_writer_flush(writer, NULL, &counts, &fixture->err), &fixture->err);
    return counts;
}

EventWriteCounts fixture_write(Fixture *fixture, EventWriteMode mode, const Purchase *purchases,
                               size_t count)
{
    AUTO(event_writer_done) EventWriter *writer = fixture_writer(fixture, "purchase", mode);
    for (size_t i = 0; i < count; i++)
        EXPECT_OK(fixture_add(fixture, writer, &purchases[i], i + 1), &fixture->err);
    if (mode != EVENTS_REPLACE) return fixture_flush(fixture, writer);
    EventWriteCounts counts = {0};
    EXPECT_OK(event_writer_remove_rest(writer, NULL, &counts, &fixture->err), &fixture->err);
    return counts;
}

EventWriteCounts fixture_write_moving(Fixture *fixture, const Purchase *purchases, size_t count)
{
    AUTO(event_writer_done)
    EventWriter *writer = fixture_writer(fixture, "purchase", EVENTS_UPSERT);
    event_writer_let_keys_move(writer);
    for (size_t i = 0; i < count; i++)
        EXPECT_OK(fixture_add(fixture, writer, &purchases[i], i + 1), &fixture->err);
    return fixture_flush(fixture, writer);
}

static void print_event(Buffer *out, const EventRow *event)
{
    char date[DATE_TEXT_MAX], quantity[DECIMAL_TEXT_MAX], amount[DECIMAL_TEXT_MAX];
    Text texts[] = {
        moment_print_iso(event->at, date), {0}, {0}, {0}, {0},
    };
    const Value *values = event->values;
    if (!value_is_missing(values[PURCHASE_ORDER])) texts[1] = values[PURCHASE_ORDER].as.text;
    if (!value_is_missing(values[PURCHASE_ITEM])) texts[2] = values[PURCHASE_ITEM].as.item->code;
    if (!value_is_missing(values[PURCHASE_QUANTITY]))
        texts[3] = decimal_print(values[PURCHASE_QUANTITY].as.decimal, 4, quantity);
    if (!value_is_missing(values[PURCHASE_AMOUNT]))
        texts[4] = decimal_print(values[PURCHASE_AMOUNT].as.decimal, MONEY_SCALE, amount);
    for (size_t i = 0; i < 5; i++) {
        if (texts[i].size == 0) continue;
        if (i > 0) buffer_char(out, ' ');
        buffer_text(out, i == 0 && text_ends_with(texts[0], TEXT("T00:00:00"))
                             ? text_slice(texts[0], 0, 10)
                             : texts[i]);
    }
    buffer_char(out, '\n');
}

Text fixture_purchases(Fixture *fixture, const char *code)
{
    AUTO(buffer_done) Buffer out = {0};
    CustomerRow row = {0};
    EXPECT_OK(
        store_read_customer(fixture->store, text_of(code), fixture->arena, &row, &fixture->err),
        &fixture->err);
    for (size_t i = 0; row.events != NULL && i < row.events[STREAM_PURCHASE].count; i++)
        print_event(&out, &row.events[STREAM_PURCHASE].items[i]);
    return arena_text(fixture->arena, buffer_view(&out));
}

void fixture_expect_counts(const char *file, int line, EventWriteCounts actual,
                           EventWriteCounts expected)
{
    if (memcmp(&actual, &expected, sizeof actual) != 0)
        harness_fail(file, line,
                     "counts are %" PRIu64 " added, %" PRIu64 " updated, %" PRIu64
                     " unchanged, %" PRIu64 " removed",
                     actual.added, actual.updated, actual.unchanged, actual.removed);
}
