/* progress_line.c -- how far long work is, told on stderr. */
#include "cli/progress_line.h"

#include <string.h>

enum {
    QUIET_MILLISECONDS = 400, /* work that ends sooner needs no line */
    RENEW_MILLISECONDS = 200,
    TENTHS = 10
};

ProgressLine progress_line_new(const Environment *environment, bool is_quiet)
{
    return (ProgressLine){.environment = environment, .is_quiet = is_quiet};
}

static void begin_step(ProgressLine *line, const char *step, int64_t now)
{
    progress_line_done(line);
    snprintf(line->step, sizeof line->step, "%s", step);
    line->begun_milliseconds = now;
    line->shown_milliseconds = now;
    line->shown_tenths = 0;
}

static void print_duration(FILE *file, int64_t seconds)
{
    if (seconds >= 3600) {
        fprintf(file, "%lld h %02lld min", (long long)(seconds / 3600),
                (long long)(seconds / 60 % 60));
    } else if (seconds >= 60) {
        fprintf(file, "%lld min %02lld s", (long long)(seconds / 60), (long long)(seconds % 60));
    } else {
        fprintf(file, "%lld s", (long long)seconds);
    }
}

static void print_amount(FILE *file, double amount)
{
    if (amount >= 1e9) {
        fprintf(file, "%.1f G", amount / 1e9);
    } else if (amount >= 1e6) {
        fprintf(file, "%.1f M", amount / 1e6);
    } else if (amount >= 1e4) {
        fprintf(file, "%.0f k", amount / 1e3);
    } else {
        fprintf(file, "%.0f", amount);
    }
}

/* "1.2 M rows, 25 %, 300 k rows/s": what people count, if the work tells it, else its units. */
static void print_state(const ProgressLine *line, uint64_t done, uint64_t total, double seconds)
{
    FILE *file = line->environment->error;
    bool has_things = line->things[0] != '\0';
    double amount = (double)(has_things ? line->count : done);
    fprintf(file, "\r\033[K%s: ", line->step);
    print_amount(file, amount);
    if (has_things) fprintf(file, " %s", line->things);
    if (total > 0) fprintf(file, ", %.0f %%", 100.0 * (double)done / (double)total);
    fputs(", ", file);
    print_amount(file, amount / seconds);
    if (has_things) fprintf(file, " %s", line->things);
    fputs("/s", file);
}

static void show_on_terminal(ProgressLine *line, uint64_t done, uint64_t total, int64_t now)
{
    if (now - line->shown_milliseconds < RENEW_MILLISECONDS) return;
    if (now - line->begun_milliseconds < QUIET_MILLISECONDS) return;
    FILE *file = line->environment->error;
    double seconds = (double)(now - line->begun_milliseconds) / 1000.0;
    double rate = (double)done / seconds;
    print_state(line, done, total, seconds);
    if (total > done && rate > 0.0) {
        fputs(", ", file);
        print_duration(file, (int64_t)((double)(total - done) / rate + 0.5));
        fputs(" left", file);
    }
    fflush(file);
    line->shown_milliseconds = now;
    line->is_line_open = true;
}

static void show_tenths(ProgressLine *line, uint64_t done, uint64_t total, int64_t now)
{
    if (total == 0 || now - line->begun_milliseconds < QUIET_MILLISECONDS) return;
    uint64_t tenths = done >= total ? TENTHS : (uint64_t)((double)done / (double)total * TENTHS);
    if (tenths <= line->shown_tenths) return;
    line->shown_tenths = tenths;
    fprintf(line->environment->error, "%s: %llu %%\n", line->step,
            (unsigned long long)(tenths * (100 / TENTHS)));
}

void progress_line_count(ProgressLine *line, const char *things, uint64_t count)
{
    snprintf(line->things, sizeof line->things, "%s", things);
    line->count = count;
}

static bool report(void *context, const char *step, uint64_t done, uint64_t total)
{
    ProgressLine *line = context;
    const Environment *environment = line->environment;
    if (!line->is_quiet) {
        int64_t now = environment->elapsed_milliseconds();
        if (strncmp(step, line->step, sizeof line->step - 1) != 0) begin_step(line, step, now);
        if (environment->error_is_terminal) {
            show_on_terminal(line, done, total, now);
        } else {
            show_tenths(line, done, total, now);
        }
    }
    return !*environment->is_interrupted;
}

Progress progress_line_receiver(ProgressLine *line)
{
    return (Progress){.report = report, .context = line};
}

void progress_line_done(ProgressLine *line)
{
    if (!line->is_line_open) return;
    fputs("\r\033[K", line->environment->error);
    fflush(line->environment->error);
    line->is_line_open = false;
}
