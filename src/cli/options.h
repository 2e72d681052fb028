/* options.h -- reads a command line against tables of options. */
#pragma once

#include "cli/command.h"

/* A table of options and the structure it fills. */
typedef struct {
    const Option *options;
    size_t count;
    void *target;
} OptionTable;

typedef struct {
    const char *const *words; /* what was typed, without the name of the program */
    size_t count;
    const OptionTable *tables; /* searched in order */
    size_t tables_count;
    bool stops_at_argument; /* leave everything from the first argument on */
} OptionInput;

/* Fill the structures and collect the arguments. `--` ends the options; `--name value` and
 * `--name=value`, `-d value` and `-dvalue` mean the same.
 * errors  INVALID an unknown option (with a near one), a missing or unreadable value */
MUST_CHECK Status options_parse(const OptionInput *input, Arena *arena, const char ***ret_arguments,
                                size_t *ret_arguments_count, Error *err);
