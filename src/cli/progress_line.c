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

/* Steps, things and units are phrases of src/reply/errors/phrases.def. */
static void begin_step(ProgressLine *line, const char *step, int64_t now)
{
    progress_line_done(line);
    snprintf(line->step, sizeof line->step, "%s", step);
    snprintf(line->told, sizeof line->told, "%s", error_phrase(step));
    line->begun_milliseconds = now;
    line->shown_milliseconds = now;
    line->shown_tenths = 0;
}

static void print_units(FILE *file, int64_t number, const char *unit)
{
    fprintf(file, " %lld %s", (long long)number, error_phrase(unit));
}

static void print_duration(FILE *file, int64_t seconds)
{
    if (seconds >= 3600) {
        print_units(file, seconds / 3600, "h");
        print_units(file, seconds / 60 % 60, "min");
    } else if (seconds >= 60) {
        print_units(file, seconds / 60, "min");
        print_units(file, seconds % 60, "s");
    } else {
        print_units(file, seconds, "s");
    }
}

static void print_decimal(FILE *file, double amount, const char *unit)
{
    int64_t tenths = (int64_t)(amount * 10.0 + 0.5);
    fprintf(file, "%lld%s%d %s", (long long)(tenths / 10), error_phrase("."), (int)(tenths % 10),
            error_phrase(unit));
}

static void print_amount(FILE *file, double amount)
{
    if (amount >= 1e9) {
        print_decimal(file, amount / 1e9, "G");
    } else if (amount >= 1e6) {
        print_decimal(file, amount / 1e6, "M");
    } else if (amount >= 1e4) {
        fprintf(file, "%.0f %s", amount / 1e3, error_phrase("k"));
    } else {
        fprintf(file, "%.0f", amount);
    }
}

/* "1.2 M rows, 25 %, 300 k rows/s": what people count, if the work tells it, else its units. */
static void print_state(const ProgressLine *line, uint64_t done, uint64_t total, double seconds)
{
    FILE *file = line->environment->error;
    const char *things = line->things != NULL ? error_phrase(line->things) : NULL;
    double amount = (double)(things != NULL ? line->count : done);
    fprintf(file, "\r\033[K%s: ", line->told);
    print_amount(file, amount);
    if (things != NULL) fprintf(file, " %s", things);
    if (total > 0) fprintf(file, ", %.0f %%", 100.0 * (double)done / (double)total);
    fputs(", ", file);
    print_amount(file, amount / seconds);
    if (things != NULL) fprintf(file, " %s", things);
    fprintf(file, "/%s", error_phrase("s"));
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
        fprintf(file, ", %s", error_phrase("left:"));
        print_duration(file, (int64_t)((double)(total - done) / rate + 0.5));
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
    fprintf(line->environment->error, "%s: %llu %%\n", line->told,
            (unsigned long long)(tenths * (100 / TENTHS)));
}

void progress_line_count(ProgressLine *line, const char *things, uint64_t count)
{
    line->things = things;
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
