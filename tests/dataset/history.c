/* history.c -- a company to which random things happen. */
#include "dataset/history.h"

#include "store/merges.h"
#include "store/removals.h"

#include <stdio.h>

enum { EVENTS_MAX = 6, ITEMS_COUNT = 12, DAYS_COUNT = 40, ROOM = 24 };

static unsigned below(History *history, unsigned bound)
{
    return (unsigned)random_below(&history->random, bound);
}

static const char *text_number(History *history, const char *prefix, unsigned number)
{
    return arena_printf(history->fixture.arena, "%s%u", prefix, number).data;
}

static const char *any_customer(History *history)
{
    /* now and then a new one */
    unsigned number = below(history, history->customers_count + 1);
    if (number == history->customers_count) history->customers_count++;
    return text_number(history, "C", number);
}

static void set_property(History *history)
{
    static const char *const names[] = {"name", "phone", "city", "region"};
    static const char *const values[] = {"Ёлка", "елка", "", "Тула", "Иван  Иванович"};
    WriteResult result;
    const char *value = values[below(history, 5)];
    EXPECT_OK(fixture_set(&history->fixture, any_customer(history), names[below(history, 4)],
                          value_text(text_of(value)), WRITE_UPSERT, &result),
              &history->fixture.err);
}

static void set_activity(History *history)
{
    static const char *const values[] = {"Лов|Скупка", "Лов", "лов|Аренда|Скупка"};
    WriteResult result;
    Value set = set_of(history->fixture.arena, values[below(history, 3)]);
    EXPECT_OK(fixture_set(&history->fixture, any_customer(history), "activity", set, WRITE_REPLACE,
                          &result),
              &history->fixture.err);
}

static Purchase random_purchase(History *history)
{
    const char *at = arena_printf(history->fixture.arena, "2026-%02u-%02uT%02u:00",
                                  1 + below(history, 2), 1 + below(history, 28), below(history, 24))
                         .data;
    Purchase purchase = {.customer = any_customer(history),
                         .at = at,
                         .item = below(history, 4) == 0
                                     ? NULL
                                     : text_number(history, "I", below(history, ITEMS_COUNT)),
                         .order = text_number(history, "ORDER-", below(history, 50)),
                         .channel = below(history, 2) == 0 ? "сайт" : NULL,
                         .quantity = 10000 * (1 + below(history, 3)),
                         .amount = below(history, 100000)};
    bool has_key = below(history, 3) == 0;
    if (!has_key) return purchase;
    unsigned key = below(history, history->events_count + 1);
    if (key == history->events_count) history->events_count++;
    purchase.key = text_number(history, "K", key);
    return purchase;
}

/* New, late, corrected and moved purchases; with replacing, whole days anew. */
static void write_purchases(History *history)
{
    Purchase purchases[EVENTS_MAX];
    size_t count = 1 + below(history, EVENTS_MAX);
    for (size_t i = 0; i < count; i++)
        purchases[i] = random_purchase(history);
    EventWriteMode mode = below(history, 5) == 0 ? EVENTS_REPLACE : EVENTS_UPSERT;
    fixture_write(&history->fixture, mode, purchases, count);
}

static Value random_value(History *history, const Field *field)
{
    static const char *const texts[] = {"call", "звонок", "Ёлка", "К1", "ORDER-7"};
    TypeKind kind = field_value_type(field).kind;
    if (below(history, 3) == 0) return value_missing();
    if (kind == TYPE_BOOL) return value_bool(below(history, 2) == 0);
    if (kind == TYPE_DECIMAL) return value_decimal((int64_t)below(history, 100000));
    if (kind == TYPE_DATE) return value_date((Date){20000 + (int32_t)below(history, DAYS_COUNT)});
    if (kind == TYPE_TEXT) return value_text(text_of(texts[below(history, 5)]));
    return value_missing();
}

/* Events of any stream but purchases; some have keys, also those of contact persons. */
static void write_others(History *history)
{
    Error *err = &history->fixture.err;
    const Schema *schema = store_schema(history->fixture.store);
    const Stream *stream =
        &schema->streams[1 + below(history, (unsigned)schema->streams_count - 1)];
    AUTO(event_writer_done)
    EventWriter *writer = fixture_writer(
        &history->fixture, arena_cstr(history->fixture.arena, stream->name), EVENTS_UPSERT);
    for (unsigned left = 1 + below(history, EVENTS_MAX); left > 0; left--) {
        Value values[ROOM] = {0};
        ASSERT(stream->fields_count <= ROOM);
        for (size_t i = 0; i < stream->fields_count; i++)
            values[i] = random_value(history, &stream->fields[i]);
        EventWrite event = {.at = {86400 * (20000 + (int64_t)below(history, DAYS_COUNT))},
                            .values = values};
        if (below(history, 2) == 0)
            event.key = text_of(text_number(history, "P", below(history, 9)));
        Text code = text_of(any_customer(history));
        EXPECT_OK(event_writer_find_customer(writer, code, false, &event.customer, err), err);
        if (event.customer.value == 0)
            EXPECT_OK(event_writer_add_customer(writer, code, &event.customer, err), err);
        EXPECT_OK(event_writer_add(writer, &event, err), err);
    }
    (void)fixture_flush(&history->fixture, writer);
}

/* Whether an act was possible or not, it is no failure. */
static void expect_possible(Status status, const Error *err)
{
    bool is_answer = status == STATUS_OK || status == STATUS_NOT_FOUND ||
                     status == STATUS_CONFLICT || status == STATUS_INVALID;
    if (!is_answer) harness_fail(__FILE__, __LINE__, "%s", err->message);
}

static void remove_event(History *history)
{
    RemovedEvent removed;
    Error *err = &history->fixture.err;
    Text key = text_of(text_number(history, "K", below(history, history->events_count + 1)));
    expect_possible(
        store_remove_event(history->fixture.store, TEXT("purchase"), key, &removed, err), err);
}

static void remove_contact(History *history)
{
    RemovedContact removed;
    Error *err = &history->fixture.err;
    ContactRemoval removal = {.customer = text_of(any_customer(history)),
                              .contact = text_of(text_number(history, "P", below(history, 9)))};
    expect_possible(store_remove_contact(history->fixture.store, &removal, history->fixture.arena,
                                         &removed, err),
                    err);
}

static void merge(History *history)
{
    MergeOutcome outcome;
    Error *err = &history->fixture.err;
    MergeOrder order = {.from = text_of(any_customer(history)),
                        .into = text_of(any_customer(history)),
                        .keeps_identical = below(history, 2) == 0,
                        .author = TEXT("me")};
    if (below(history, 3) > 0) {
        expect_possible(store_merge_customers(history->fixture.store, &order,
                                              history->fixture.arena, &outcome, err),
                        err);
        return;
    }
    UnmergeOrder back = {.from = order.from, .author = TEXT("me")};
    expect_possible(store_unmerge_customers(history->fixture.store, &back, history->fixture.arena,
                                            &outcome, err),
                    err);
}

static void undo_something(History *history)
{
    Error *err = &history->fixture.err;
    EXPECT_OK(store_batch_begin(history->fixture.store, err), err);
    set_property(history);
    write_purchases(history);
    store_batch_rollback(history->fixture.store);
}

static void do_several(History *history)
{
    Error *err = &history->fixture.err;
    EXPECT_OK(store_batch_begin(history->fixture.store, err), err);
    set_property(history);
    write_purchases(history);
    write_others(history);
    set_activity(history);
    EXPECT_OK(store_batch_commit(history->fixture.store, err), err);
}

static void erase(History *history)
{
    EraseAct act;
    Error *err = &history->fixture.err;
    Text code = text_of(text_number(history, "C", below(history, history->customers_count)));
    Status status = store_erase_customer(history->fixture.store, code, erasure_at((Moment){0}),
                                         history->fixture.arena, &act, err);
    /* he may have been erased before; a reader may keep traces of him */
    EXPECT(status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_CONFLICT);
}

static void change_item(History *history)
{
    const char *code = text_number(history, "I", below(history, ITEMS_COUNT + 4));
    fixture_add_item(&history->fixture, code, below(history, 2) == 0 ? "Дрель" : "Пила",
                     below(history, 3) * 1000);
}

static void remove_item(History *history)
{
    Text code, given = text_of(text_number(history, "I", below(history, ITEMS_COUNT + 4)));
    Error *err = &history->fixture.err;
    expect_possible(
        store_remove_item(history->fixture.store, given, history->fixture.arena, &code, err), err);
}

static void add_stream(History *history)
{
    Field fields[] = {{.name = TEXT("page"), .type = PROPERTY_TEXT, .role = FIELD_IDENTIFIER},
                      {.name = TEXT("seconds"), .type = PROPERTY_NUMBER, .scale = 3}};
    Stream stream = {.name = text_of(text_number(history, "own", history->properties_count++)),
                     .fields = fields,
                     .fields_count = 2};
    EXPECT_OK(store_add_stream(history->fixture.store, &stream, &history->fixture.err),
              &history->fixture.err);
}

static void change_schema(History *history)
{
    if (below(history, 2) == 0) {
        add_stream(history);
        return;
    }
    Property property = {.name =
                             text_of(text_number(history, "extra", history->properties_count++)),
                         .type = PROPERTY_TEXT};
    EXPECT_OK(store_add_property(history->fixture.store, &property, &history->fixture.err),
              &history->fixture.err);
}

void history_small_step(History *history)
{
    switch (below(history, 6)) {
    case 0: set_property(history); break;
    case 1: set_activity(history); break;
    case 2:
    case 3: write_others(history); break;
    default: write_purchases(history); break;
    }
}

void history_step(History *history)
{
    switch (below(history, 20)) {
    case 0: undo_something(history); break;
    case 1:
    case 2: do_several(history); break;
    case 3:
    case 4: erase(history); break;
    case 5:
        if (below(history, 2) == 0)
            change_item(history);
        else
            remove_item(history);
        break;
    case 6:
        if (below(history, 4) == 0) change_schema(history);
        break;
    case 7: remove_event(history); break;
    case 8: remove_contact(history); break;
    case 9:
    case 10: merge(history); break;
    default: history_small_step(history); break;
    }
}

History history_open(uint64_t seed)
{
    History history = {.fixture = fixture_open_foreign(), .random = random_seeded(seed)};
    fixture_add_customer(&history.fixture, "C0", "Анна");
    history.customers_count = 1;
    return history;
}

void history_done(History *history)
{
    fixture_done(&history->fixture);
}
