/* test_progress_line.c -- how far long work is, with a clock of the test's own. */
#include "cli/progress_line.h"
#include "harness/harness.h"

#include <stdlib.h>

static int64_t now_milliseconds;
static volatile sig_atomic_t is_interrupted;

static int64_t elapsed(void)
{
    return now_milliseconds;
}

typedef struct {
    Environment environment;
    char *memory;
    size_t size;
} Screen;

static void screen_open(Screen *screen, bool is_terminal)
{
    *screen = (Screen){0};
    screen->environment = (Environment){.elapsed_milliseconds = elapsed,
                                        .is_interrupted = &is_interrupted,
                                        .error = open_memstream(&screen->memory, &screen->size),
                                        .error_is_terminal = is_terminal};
    now_milliseconds = 0;
    is_interrupted = 0;
}

static void screen_close(Screen *screen, const char *expected)
{
    fclose(screen->environment.error);
    EXPECT_TEXT(((Text){screen->memory, screen->size}), expected);
    free(screen->memory);
}

TEST(without_a_terminal_a_line_per_tenth)
{
    Screen screen;
    screen_open(&screen, false);
    ProgressLine line = progress_line_new(&screen.environment, false);
    Progress progress = progress_line_receiver(&line);
    for (uint64_t done = 0; done <= 1000; done += 10) {
        EXPECT(progress.report(progress.context, "rows", done, 1000));
        now_milliseconds += 60;
    }
    progress_line_done(&line);
    screen_close(&screen, "rows: 10 %\nrows: 20 %\nrows: 30 %\nrows: 40 %\nrows: 50 %\nrows: 60 %\n"
                          "rows: 70 %\nrows: 80 %\nrows: 90 %\nrows: 100 %\n");
}

TEST(short_work_says_nothing)
{
    Screen screen;
    screen_open(&screen, false);
    ProgressLine line = progress_line_new(&screen.environment, false);
    Progress progress = progress_line_receiver(&line);
    for (uint64_t done = 0; done <= 1000; done += 10)
        EXPECT(progress.report(progress.context, "rows", done, 1000));
    screen_close(&screen, "");
}

TEST(a_terminal_line_has_rate_and_time_left)
{
    Screen screen;
    screen_open(&screen, true);
    ProgressLine line = progress_line_new(&screen.environment, false);
    Progress progress = progress_line_receiver(&line);
    EXPECT(progress.report(progress.context, "rows", 0, 4000000));
    now_milliseconds = 1000;
    EXPECT(progress.report(progress.context, "rows", 1000000, 4000000));
    now_milliseconds = 1100; /* too early to renew */
    EXPECT(progress.report(progress.context, "rows", 1100000, 4000000));
    progress_line_done(&line);
    screen_close(&screen, "\r\033[Krows: 1.0 M, 25 %, 1.0 M/s, left: 3 s\r\033[K");
}

TEST(rows_are_told_where_the_work_counts_them)
{
    Screen screen;
    screen_open(&screen, true);
    ProgressLine line = progress_line_new(&screen.environment, false);
    Progress progress = progress_line_receiver(&line);
    progress_line_count(&line, "rows", 0);
    EXPECT(progress.report(progress.context, "importing", 0, 100000000));
    now_milliseconds = 2000;
    progress_line_count(&line, "rows", 600000);
    EXPECT(progress.report(progress.context, "importing", 40000000, 100000000));
    progress_line_done(&line);
    screen_close(&screen, "\r\033[Kimporting: 600 k rows, 40 %, 300 k rows/s, left: 3 s\r\033[K");
}

TEST(an_interrupt_stops_the_work)
{
    Screen screen;
    screen_open(&screen, false);
    ProgressLine line = progress_line_new(&screen.environment, true);
    Progress progress = progress_line_receiver(&line);
    EXPECT(progress.report(progress.context, "rows", 1, 2));
    is_interrupted = 1;
    EXPECT(!progress.report(progress.context, "rows", 2, 2));
    screen_close(&screen, "");
}
