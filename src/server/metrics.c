/* metrics.c -- what the server counts about itself, as Prometheus reads it. */
#include "server/metrics.h"

static const double bounds_seconds[METRICS_BUCKETS - 1] = {0.001, 0.005, 0.02, 0.05,
                                                           0.15,  0.5,   2,    10};

void metrics_count_answer(Metrics *metrics, int http_code, uint64_t nanoseconds)
{
    int class = http_code / 100 - 1;
    if (class >= 0 && class < METRICS_CLASSES) atomic_fetch_add(&metrics->by_class[class], 1);
    size_t bucket = 0;
    while (bucket < METRICS_BUCKETS - 1 && (double)nanoseconds > bounds_seconds[bucket] * 1e9)
        bucket++;
    atomic_fetch_add(&metrics->buckets[bucket], 1);
    atomic_fetch_add(&metrics->nanoseconds, nanoseconds);
}

static void heading(Buffer *out, const char *name, const char *type, const char *help)
{
    buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void number(Buffer *out, const char *name, const char *type, const char *help,
                   uint64_t value)
{
    heading(out, name, type, help);
    buffer_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void print_durations(Metrics *metrics, Buffer *out)
{
    const char *name = "kohorta_request_seconds";
    heading(out, name, "histogram", "Time from the head of a request to its answer.");
    uint64_t sum = 0;
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        sum += atomic_load(&metrics->buckets[i]);
        if (i + 1 < METRICS_BUCKETS)
            buffer_printf(out, "%s_bucket{le=\"%g\"} %llu\n", name, bounds_seconds[i],
                          (unsigned long long)sum);
    }
    buffer_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n", name, (unsigned long long)sum);
    buffer_printf(out, "%s_sum %.6f\n", name, (double)atomic_load(&metrics->nanoseconds) / 1e9);
    buffer_printf(out, "%s_count %llu\n", name, (unsigned long long)sum);
}

void metrics_print(Metrics *metrics, const MetricsState *state, Buffer *out)
{
    heading(out, "kohorta_requests_total", "counter", "Answers by class of the HTTP code.");
    for (int i = 0; i < METRICS_CLASSES; i++)
        buffer_printf(out, "kohorta_requests_total{class=\"%dxx\"} %llu\n", i + 1,
                      (unsigned long long)atomic_load(&metrics->by_class[i]));
    print_durations(metrics, out);
    number(out, "kohorta_ready", "gauge", "Whether the data can be asked.", state->is_ready);
    number(out, "kohorta_connections", "gauge", "Open connections.", state->connections);
    number(out, "kohorta_heavy_waiting", "gauge", "Heavy questions that wait for a worker.",
           state->heavy_waiting);
    number(out, "kohorta_jobs_running", "gauge", "Jobs under way.", state->jobs_running);
    number(out, "kohorta_jobs_queued", "gauge", "Jobs that wait.", state->jobs_queued);
    number(out, "kohorta_generation", "gauge", "Generation of the data that is asked.",
           state->generation);
    number(out, "kohorta_customers", "gauge", "Customers in it.", state->customers);
    number(out, "kohorta_live_formings_total", "counter", "Live segments made true.",
           atomic_load(&metrics->live_formings));
    number(out, "kohorta_live_failures_total", "counter", "Failures of making them true.",
           atomic_load(&metrics->live_failures));
    number(out, "kohorta_checked_blocks_total", "counter",
           "Blocks of customers that were compared with the store at night.",
           atomic_load(&metrics->checked_blocks));
    number(out, "kohorta_image_problems_total", "counter",
           "Differences that were found; the image was made anew.",
           atomic_load(&metrics->image_problems));
}
