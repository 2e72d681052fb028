/* shop.c -- an open data directory with a few customers. */
#include "app/shop.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "segment/definition.h"

#include <stdlib.h>

static void open_app(Shop *shop)
{
    Fixture *fixture = &shop->fixture;
    AppClock clock = {
        .has_today = true, .has_time = true, .today = shop->today, .second_of_day = 12 * 3600};
    EXPECT_OK(app_open(fixture->path, STORE_WRITE, clock, &shop->app, &fixture->err),
              &fixture->err);
    fixture->store = app_store(shop->app);
    EXPECT_OK(app_work_begin(shop->app, TEXT("anna"), NULL, &shop->work, &fixture->err),
              &fixture->err);
}

static void close_app(Shop *shop)
{
    app_work_done(&shop->work);
    app_close(shop->app);
    shop->fixture.store = NULL;
}

Shop *shop_open(unsigned customers_count)
{
    Shop *shop = MEMORY_NEW(Shop);
    shop->fixture = fixture_open();
    shop->today = date_of(2026, 3, 31);
    for (unsigned i = 1; i <= customers_count; i++)
        fixture_add_customer(&shop->fixture, arena_printf(shop->fixture.arena, "C%u", i).data,
                             "name");
    store_done(&shop->fixture.store);
    open_app(shop);
    return shop;
}

void shop_done(Shop **shop)
{
    close_app(*shop);
    fixture_done(&(*shop)->fixture);
    free(*shop);
    *shop = NULL;
}

void shop_restart(Shop *shop, Date today)
{
    close_app(shop);
    shop->today = today;
    open_app(shop);
}

void shop_renew(Shop *shop)
{
    EXPECT_OK(app_work_renew(&shop->work, &shop->fixture.err), &shop->fixture.err);
}

void shop_add_segment(Shop *shop, SegmentCard card)
{
    CardFindings findings;
    uint32_t id;
    Fixture *fixture = &shop->fixture;
    EXPECT_OK(definition_understand(&shop->work.forming, NULL, &card, fixture->arena, &findings,
                                    &fixture->err),
              &fixture->err);
    EXPECT_OK(definition_add(&shop->work.forming, &card, TEXT(""), &id, &fixture->err),
              &fixture->err);
    EXPECT_OK(app_refresh(shop->app, &fixture->err), &fixture->err);
}

const Segment *shop_segment(Shop *shop, const char *name)
{
    const Segment *segment = NULL;
    EXPECT_OK(registry_get(app_registry(shop->app), text_of(name), &segment, &shop->fixture.err),
              &shop->fixture.err);
    return segment;
}

Text shop_members(Shop *shop, const char *segment)
{
    AUTO(customer_set_free) CustomerSet members = {0};
    AUTO(buffer_done) Buffer codes = {0};
    Fixture *fixture = &shop->fixture;
    EXPECT_OK(store_read_composition(fixture->store, shop_segment(shop, segment)->id, UINT64_MAX,
                                     &members, &fixture->err),
              &fixture->err);
    FOR_EACH_CUSTOMER (id, &members)
        buffer_printf(&codes, "%sC%u", codes.size > 0 ? " " : "", id.value);
    return arena_text(fixture->arena, buffer_view(&codes));
}
