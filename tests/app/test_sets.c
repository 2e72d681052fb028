/* test_sets.c -- how long saved sets are kept. */
#include "app/sets.h"

#include "app/due.h"
#include "app/shop.h"

static Status save(Shop *shop, const char *name, const Date *until)
{
    Findings findings[SAVING_FINDINGS_COUNT];
    SetSaving saving = {.name = text_of(name),
                        .expression = TEXT("name = \"name\""),
                        .as_of = shop->today,
                        .has_until = until != NULL};
    if (until != NULL) saving.until = *until;
    return set_save(&shop->work, &saving, shop->fixture.arena, findings, &shop->fixture.err);
}

static Text run_due(Shop *shop)
{
    AppDue due;
    EXPECT_OK(app_run_due(&shop->work, shop->fixture.arena, &due, &shop->fixture.err),
              &shop->fixture.err);
    return due.dropped_sets_count > 0 ? due.dropped_sets[0] : TEXT("");
}

static size_t count_sets(Shop *shop)
{
    SavedSets sets;
    EXPECT_OK(saved_sets_load(shop->fixture.store, shop->fixture.arena, &sets, &shop->fixture.err),
              &shop->fixture.err);
    return sets.count;
}

TEST(a_set_is_kept_through_its_last_day)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    Date last = {shop->today.day + 1}, past = {shop->today.day - 1};
    Error *err = &shop->fixture.err;
    EXPECT_OK(save(shop, "short", &last), err);
    EXPECT_OK(save(shop, "long", NULL), err);
    EXPECT_STATUS(save(shop, "over", &past), STATUS_INVALID, err);
    shop_restart(shop, last);
    EXPECT_TEXT(run_due(shop), "");
    EXPECT_INT(count_sets(shop), 2);
    shop_restart(shop, (Date){last.day + 1});
    EXPECT_TEXT(run_due(shop), "short");
    EXPECT_INT(count_sets(shop), 1);
}

TEST(a_last_day_can_be_put_off)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    Date last = shop->today;
    Error *err = &shop->fixture.err;
    EXPECT_OK(save(shop, "short", &last), err);
    EXPECT_OK(set_keep(&shop->work, TEXT("short"), NULL, err), err);
    shop_restart(shop, (Date){last.day + 1});
    EXPECT_TEXT(run_due(shop), "");
    EXPECT_STATUS(set_keep(&shop->work, TEXT("short"), &last, err), STATUS_INVALID, err);
    EXPECT_OK(set_keep(&shop->work, TEXT("short"), &shop->today, err), err);
    shop_restart(shop, (Date){last.day + 2});
    EXPECT_TEXT(run_due(shop), "short");
}

TEST(a_set_that_a_rule_asks_stays)
{
    AUTO(shop_done) Shop *shop = shop_open(2);
    Date last = shop->today;
    EXPECT_OK(save(shop, "asked", &last), &shop->fixture.err);
    shop_add_segment(
        shop,
        (SegmentCard){.name = TEXT("S"), .mode = MODE_DYNAMIC, .rule = TEXT("saved(\"asked\")")});
    shop_restart(shop, (Date){last.day + 1});
    EXPECT_TEXT(run_due(shop), "");
    EXPECT_INT(count_sets(shop), 1);
}
