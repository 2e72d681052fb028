/* shop.h -- an open data directory with a few customers, for tests of the product's verbs. */
#pragma once

#include "app/work.h"
#include "store/fixture.h"

typedef struct {
    Fixture fixture; /* its store is the app's */
    App *app;
    AppWork work; /* by 'anna', with the data */
    Date today;
} Shop;

/* Customers C1 .. C<count> with a name; today is 2026-03-31, noon. */
Shop *shop_open(unsigned customers_count);
void shop_done(Shop **shop);

/* Close the directory and open it again on that day, as after a crash. */
void shop_restart(Shop *shop, Date today);
/* What was committed is seen: names and data. */
void shop_renew(Shop *shop);

/* Add a segment as a person does; the card is completed. */
void shop_add_segment(Shop *shop, SegmentCard card);
const Segment *shop_segment(Shop *shop, const char *name);
/* Codes of the members: "C1 C3". */
Text shop_members(Shop *shop, const char *segment);
