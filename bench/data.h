/* data.h -- the made-up company that every engine is measured on: the same seed, the same rows.
 *
 * D10: 10 million customers (80 regions, 300 managers, 4 sizes, birth date of four fifths, sign-up,
 * up to six interests), and of random number per customer 100 million purchases, 30 million
 * interactions, 20 million settlements; D1 is a tenth of it, D0.1 a hundredth. Customer k of n has
 * on average the share of u^1.5 of the events, item k that of u^3. Each customer is made from the
 * seed and his id alone, so any range of them can be made by any thread.
 *
 * Codes are digits and names are spelt in one way only, so that an engine that compares bytes or
 * integers gives the answers of one that compares folded texts. */
#pragma once

#include "model/built_in.h"
#include "model/customer.h"

enum {
    DATA_ITEMS = 20000,
    DATA_GROUPS = 200,
    DATA_REGIONS = 80,
    DATA_MANAGERS = 300,
    DATA_SIZES = 4,
    DATA_INTERESTS = 24,
    DATA_DAYS = 1095,
    DATA_FIRST_DAY = 19358, /* 2023-01-01 */
    DATA_AS_OF_DAY = DATA_FIRST_DAY + DATA_DAYS - 1,
    DATA_CUSTOMER_CODE_BASE = 10000000, /* codes are this plus the id: 8 digits, in order */
    DATA_ITEM_CODE_BASE = 10000         /* codes are this plus the number 1 .. DATA_ITEMS */
};

typedef struct {
    uint32_t customers;
    double purchases, interactions, settlements; /* expected numbers */
    uint64_t seed;
    const Schema *schema; /* of a fresh data directory */
    const Item *items;
    const Item *const *item_pointers;
    const Text *regions, *managers, *sizes, *interests;
    const Text *days; /* DATA_DAYS and some more: ISO texts of the days from DATA_FIRST_DAY */
} BenchData;

/* "D10", "D1", "D0.1", "D0.01"; INVALID for anything else. Everything lives in the arena. */
MUST_CHECK Status bench_data_new(Text scale, uint64_t seed, Arena *arena,
                                 const BenchData **ret_data, Error *err);

/* Customer `id` (1 .. customers) with his events, in memory of `arena`. */
CustomerRow bench_data_customer(const BenchData *data, uint32_t id, Arena *arena);

/* The first customer of part `part` of `parts` with about equal numbers of events; part == parts:
 * the one after the last. */
uint32_t bench_data_part_begin(const BenchData *data, unsigned part, unsigned parts);

/* Customers begin .. end-1. */
CustomerSource *bench_data_source(const BenchData *data, uint32_t begin, uint32_t end,
                                  Arena *arena);
