/* environment.h -- what the program gets from outside: clock, terminal, variables. Made by main.c.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    int64_t (*utc_second)(void);
    int64_t (*elapsed_milliseconds)(void); /* monotonic */
    uint64_t (*now_nanoseconds)(void);     /* of the same clock */
    const volatile sig_atomic_t *is_interrupted;
    FILE *out, *error;
    bool error_is_terminal;
    bool out_has_colour, error_has_colour;     /* a terminal and no NO_COLOR */
    const char *data_directory;                /* $KOHORTA_DATA; NULL when unset */
    const char *today;                         /* $KOHORTA_TODAY; NULL when unset */
    const char *(*variable)(const char *name); /* any other; NULL when unset */
    const char *author;                        /* $KOHORTA_AUTHOR, else $USER; NULL when unset */
} Environment;
