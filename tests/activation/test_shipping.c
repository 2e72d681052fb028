/* test_shipping.c -- shipment bans in memory: true after each refresh, only for ban segments. */
#include "activation/shipping.h"
#include "segment/company.h"

#include <stdio.h>

static SegmentCard ban_of(const char *name, const char *city)
{
    static char rule[256];
    snprintf(rule, sizeof rule, "city = \"%s\"", city);
    return (SegmentCard){
        .name = text_of(name), .mode = MODE_PERIODIC, .kind = SEGMENT_BAN, .rule = text_of(rule)};
}

static void refresh(Company *company, ShippingBans *bans)
{
    EXPECT_OK(shipping_bans_refresh(bans, company->fixture.store, &company->registry,
                                    &company->fixture.err),
              &company->fixture.err);
}

TEST(members_of_any_ban_may_not_be_shipped_to)
{
    AUTO(company_done) Company *company = company_open(4);
    AUTO(shipping_bans_done) ShippingBans *bans = shipping_bans_new();
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Киев");
    SegmentCard first = ban_of("first", "Москва");
    uint32_t a = company_add(company, &first);
    SegmentCard second = ban_of("second", "Киев");
    uint32_t b = company_add(company, &second);
    SegmentCard general = ban_of("general", "Киев");
    general.kind = SEGMENT_GENERAL;
    uint32_t c = company_add(company, &general);
    refresh(company, bans);
    EXPECT(shipping_check(bans, (CustomerId){1})); /* nothing is formed yet */
    uint32_t ids[] = {a, b, c};
    (void)company_form(company, ids, 3);
    refresh(company, bans);
    EXPECT(!shipping_check(bans, (CustomerId){1}));
    EXPECT(!shipping_check(bans, (CustomerId){2}));
    EXPECT(shipping_check(bans, (CustomerId){3}));
    EXPECT(shipping_check(bans, (CustomerId){4000000000u}));
    size_t count = 0;
    const ShippingBan *list = shipping_bans_list(bans, &count);
    REQUIRE(count == 2);
    EXPECT(shipping_ban_has(&list[0], (CustomerId){1}));
    EXPECT(!shipping_ban_has(&list[1], (CustomerId){1}));

    company_set_city(company, 1, "Киев");
    refresh(company, bans);
    EXPECT(!shipping_check(bans, (CustomerId){1})); /* as of the last forming */
    (void)company_form(company, &a, 1);
    refresh(company, bans);
    EXPECT(shipping_check(bans, (CustomerId){1}));
    (void)company_form(company, &b, 1);
    refresh(company, bans);
    EXPECT(!shipping_check(bans, (CustomerId){1}));
    EXPECT_OK(store_remove_segment(company->fixture.store, b, &company->fixture.err),
              &company->fixture.err);
    company_refresh(company);
    refresh(company, bans);
    EXPECT(shipping_check(bans, (CustomerId){1}));
}
