/* purchases.h -- purchases made up and written while others are asked about them. */
#pragma once

#include "bench/data.h"

#include "base/random.h"
#include "store/event_writer.h"

typedef struct {
    const BenchData *data;
    EventWriter *writer;
    Random random;
    uint64_t added; /* so far */
} BenchPurchases;

/* Purchases are made up from their present number on, so that a second run makes up others. */
MUST_CHECK Status bench_purchases_open(Store *store, const BenchData *data,
                                       BenchPurchases *ret_purchases, Error *err);
void bench_purchases_done(BenchPurchases *purchases); /* for AUTO; accepts a zeroed one */

/* `each` purchases of the last month of `count` customers spread over the base; durable when it
 * returns. */
MUST_CHECK Status bench_purchases_write(BenchPurchases *purchases, uint32_t count, uint32_t each,
                                        Error *err);
