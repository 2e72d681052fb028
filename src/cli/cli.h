/* cli.h -- the command line as a function: words in, output and exit code out. */
#pragma once

#include "cli/environment.h"

#include <stddef.h>

enum { EXIT_CODE_PARTIAL = 5, EXIT_CODE_INTERRUPTED = 130 };

/* Run what was typed (without the name of the program). Returns the exit code: 0 done, 1 failure,
 * 2 not understood, 3 not found, 4 conflict, 5 import with rejected rows, 130 interrupted. */
int cli_run(const char *const *words, size_t words_count, const Environment *environment);
