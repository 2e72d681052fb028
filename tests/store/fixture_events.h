/* fixture_events.h -- writing purchases and other events in tests, and reading them back. */
#pragma once

#include "store/event_writer.h"
#include "store/fixture.h"

/* An event as a test says it; texts that are NULL and numbers that are 0 are missing. */
#define ZERO INT64_MIN
typedef struct {
    const char *customer; /* code; made when unknown */
    const char *at;       /* "2026-03-01" or "2026-03-01T10:00" */
    const char *key;
    const char *order, *item, *channel;
    int64_t quantity, price, amount; /* mantissas of four decimals */
} Purchase;

#define PURCHASE(...) ((Purchase){__VA_ARGS__})

EventWriter *fixture_writer(Fixture *fixture, const char *stream, EventWriteMode mode);
Status fixture_add(Fixture *fixture, EventWriter *writer, const Purchase *purchase, uint64_t line);
/* All in one flush, in a writer of their own. */
EventWriteCounts fixture_write(Fixture *fixture, EventWriteMode mode, const Purchase *purchases,
                               size_t count);
/* The same with EVENTS_UPSERT, and keys may go to other customers. */
EventWriteCounts fixture_write_moving(Fixture *fixture, const Purchase *purchases, size_t count);
EventWriteCounts fixture_flush(Fixture *fixture, EventWriter *writer);

/* The purchases of a customer in order, one line each: "date order item quantity amount". */
Text fixture_purchases(Fixture *fixture, const char *code);
void fixture_expect_counts(const char *file, int line, EventWriteCounts actual,
                           EventWriteCounts expected);
/* The counts are added, updated, unchanged, removed. */
#define EXPECT_COUNTS(actual, ...) \
    fixture_expect_counts(__FILE__, __LINE__, (actual), (EventWriteCounts){__VA_ARGS__})
