/* test_customers.c -- customers that come to be: nobody stays unchecked. */
#include "app/customers.h"

#include "app/due.h"
#include "app/segments.h"
#include "app/shop.h"

static void add_checker(Shop *shop)
{
    shop_add_segment(shop, (SegmentCard){.name = TEXT("named"),
                                         .mode = MODE_PERIODIC,
                                         .rule = TEXT("name = \"new\""),
                                         .checks_on_creation = true});
}

static CreationCheck add(Shop *shop, const char *code)
{
    CustomerAdded added = {0};
    CustomerOrder order = {.code = text_of(code), .name = TEXT("new")};
    EXPECT_OK(customer_add(&shop->work, &order, shop->fixture.arena, &added, &shop->fixture.err),
              &shop->fixture.err);
    return added.check;
}

static void run_due(Shop *shop)
{
    AppDue due;
    EXPECT_OK(app_run_due(&shop->work, shop->fixture.arena, &due, &shop->fixture.err),
              &shop->fixture.err);
}

TEST(a_new_customer_is_looked_at_and_nobody_else)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    fixture_add_customer(&shop->fixture, "C1", "new"); /* an old one who fits */
    add_checker(shop);
    CreationCheck check = add(shop, "C3");
    EXPECT_INT(check.created_count, 1);
    EXPECT_INT(check.outcomes_count, 1);
    EXPECT_INT(check.outcomes[0].joined_count, 1);
    EXPECT_TEXT(shop_members(shop, "named"), "C3");
}

/* He was written, and the program ended before anybody looked at him. */
TEST(a_crash_before_the_check_leaves_nobody_unchecked)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    add_checker(shop);
    fixture_add_customer(&shop->fixture, "C3", "new");
    shop_restart(shop, shop->today);
    EXPECT_TEXT(shop_members(shop, "named"), "");
    run_due(shop);
    EXPECT_TEXT(shop_members(shop, "named"), "C3");
}

TEST(the_next_customer_brings_those_left_over_and_is_told_alone)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    add_checker(shop);
    fixture_add_customer(&shop->fixture, "C3", "new");
    shop_restart(shop, shop->today);
    CreationCheck check = add(shop, "C4");
    EXPECT_INT(check.created_count, 1);
    EXPECT_INT(check.outcomes[0].joined_count, 1);
    EXPECT_TEXT(shop_members(shop, "named"), "C3 C4");
}

/* Who was there before the first segment looked is no new customer, whatever crashed. */
TEST(those_who_were_there_before_the_flag_stay_out)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    add_checker(shop);
    (void)add(shop, "C3");
    const Segment *segment = shop_segment(shop, "named");
    SegmentCard card = segment->card;
    card.checks_on_creation = false;
    DefinitionChange off = {.card = &card, .note = TEXT(""), .is_confirmed = true};
    EXPECT_OK(segment_change(&shop->work, segment, &off, &shop->fixture.err), &shop->fixture.err);
    (void)add(shop, "C4");
    segment = shop_segment(shop, "named");
    card = segment->card;
    card.checks_on_creation = true;
    DefinitionChange on = {.card = &card, .note = TEXT(""), .is_confirmed = true};
    EXPECT_OK(segment_change(&shop->work, segment, &on, &shop->fixture.err), &shop->fixture.err);
    run_due(shop);
    EXPECT_TEXT(shop_members(shop, "named"), "C3");
    (void)add(shop, "C5");
    EXPECT_TEXT(shop_members(shop, "named"), "C3 C5");
}

TEST(a_refused_customer_is_not_there)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    CustomerAdded added;
    CustomerId id;
    Error *err = &shop->fixture.err;
    shop_add_segment(shop, (SegmentCard){.name = TEXT("by hand"), .mode = MODE_MANUAL});
    shop_add_segment(shop, (SegmentCard){.name = TEXT("by rule"),
                                         .mode = MODE_PERIODIC,
                                         .rule = TEXT("name is missing")});
    Text segments[] = {TEXT("by hand"), TEXT("by rule")};
    CustomerOrder order = {.code = TEXT("N"), .segments = segments, .segments_count = 2};
    EXPECT_STATUS(customer_add(&shop->work, &order, shop->fixture.arena, &added, err),
                  STATUS_CONFLICT, err);
    EXPECT_OK(store_find_customer(shop->fixture.store, TEXT("N"), &id, err), err);
    EXPECT_INT(id.value, 0);
    EXPECT_TEXT(shop_members(shop, "by hand"), "");
    order.segments_count = 1;
    EXPECT_OK(customer_add(&shop->work, &order, shop->fixture.arena, &added, err), err);
    EXPECT_TEXT(shop_members(shop, "by hand"), "C3");
}
