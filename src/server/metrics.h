/* metrics.h -- what the server counts about itself, as Prometheus reads it. */
#pragma once

#include "base/buffer.h"

#include <stdatomic.h>

enum { METRICS_BUCKETS = 9, METRICS_CLASSES = 5 };

typedef struct {
    atomic_uint_fast64_t by_class[METRICS_CLASSES]; /* answers 1xx .. 5xx */
    atomic_uint_fast64_t buckets[METRICS_BUCKETS];  /* answers by duration, each once */
    atomic_uint_fast64_t nanoseconds;               /* of all answers */
    atomic_uint_fast64_t live_formings, live_failures;
    atomic_uint_fast64_t checked_blocks, image_problems;
} Metrics;

typedef struct {
    unsigned connections, heavy_waiting;
    uint64_t jobs_running, jobs_queued;
    uint64_t generation, customers;
    bool is_ready;
} MetricsState;

void metrics_count_answer(Metrics *metrics, int http_code, uint64_t nanoseconds);
void metrics_print(Metrics *metrics, const MetricsState *state, Buffer *out);
