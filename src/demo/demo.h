/* demo.h -- a trading company that does not exist: customers, items and three years of events.
 *
 * The same seed and last day give the same data, byte for byte. Some customers are placed by hand
 * on the borders of the questions that the manual asks; docs/manual/demo.md lists them. */
#pragma once

#include "base/progress.h"
#include "store/store.h"

enum { DEMO_CUSTOMERS_COUNT = 5000, DEMO_YEARS = 3 };
#define DEMO_SEED UINT64_C(20260331)

typedef struct {
    uint64_t seed;
    Date until; /* the last day that has events */
} DemoOptions;

/* Settings of the demo's data directory: Europe/Moscow, RUB, ru. */
Settings demo_settings(void);

/* Fill a store made with demo_settings. errors  those of the store; CANCELLED leaves it partly
 * filled. cost  about 200 000 purchases, a few seconds */
MUST_CHECK Status demo_write(Store *store, const DemoOptions *options, const Progress *progress,
                             Error *err);

/* The same data as files to try the import with, into an existing folder: customers.csv
 * (Windows-1251, semicolons, decimal comma, dd.mm.yyyy, Russian headings), items.csv (UTF-8 with
 * BOM), purchases.csv (semicolons, Russian headings), interactions.csv, settlements.csv (tabs),
 * contacts.csv. */
MUST_CHECK Status demo_write_files(const char *folder, const DemoOptions *options, Error *err);
