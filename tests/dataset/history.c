/* history.c -- a company to which random things happen. */
#include "dataset/history.h"

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

static void change_schema(History *history)
{
    Property property = {.name =
                             text_of(text_number(history, "extra", history->properties_count++)),
                         .type = PROPERTY_TEXT};
    EXPECT_OK(store_add_property(history->fixture.store, &property, &history->fixture.err),
              &history->fixture.err);
}

void history_small_step(History *history)
{
    switch (below(history, 4)) {
    case 0: set_property(history); break;
    case 1: set_activity(history); break;
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
    case 5: change_item(history); break;
    case 6:
        if (below(history, 4) == 0) change_schema(history);
        break;
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
