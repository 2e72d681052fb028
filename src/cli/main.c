/* main.c -- the door of the program: the only file that knows the clock, the terminal and signals.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t is_interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    is_interrupted = 1;
}

/* The first Ctrl-C asks the work to stop at a safe place; a second one ends the program at once. */
static void listen_for_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* a file that may not grow is a full disk, which is told in a sentence */
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    sigaction(SIGXFSZ, &action, NULL);
}

static int64_t utc_second(void)
{
    return (int64_t)time(NULL);
}

static uint64_t now_nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int64_t elapsed_milliseconds(void)
{
    return (int64_t)(now_nanoseconds() / 1000000);
}

static bool wants_colour(int descriptor)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    bool is_dumb = terminal != NULL && strcmp(terminal, "dumb") == 0;
    return isatty(descriptor) && !is_dumb && (no_colour == NULL || no_colour[0] == '\0');
}

/* A name given for this product goes before the one of the system. */
static const char *author(void)
{
    const char *own = getenv("KOHORTA_AUTHOR");
    return own != NULL && own[0] != '\0' ? own : getenv("USER");
}

static const char *variable(const char *name)
{
    return getenv(name);
}

int main(int argc, char **argv)
{
    listen_for_interrupts();
    Environment environment = {
        .utc_second = utc_second,
        .elapsed_milliseconds = elapsed_milliseconds,
        .now_nanoseconds = now_nanoseconds,
        .is_interrupted = &is_interrupted,
        .out = stdout,
        .error = stderr,
        .error_is_terminal = isatty(STDERR_FILENO) != 0,
        .out_has_colour = wants_colour(STDOUT_FILENO),
        .error_has_colour = wants_colour(STDERR_FILENO),
        .data_directory = getenv("KOHORTA_DATA"),
        .today = getenv("KOHORTA_TODAY"),
        .variable = variable,
        .author = author(),
    };
    size_t words_count = argc > 1 ? (size_t)argc - 1 : 0;
    return cli_run((const char *const *)argv + 1, words_count, &environment);
}
