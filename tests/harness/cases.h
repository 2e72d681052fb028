/* cases.h -- text cases: what goes in and what must come out, in files a person reads and edits.
 *
 *   # Comments, only before the first case.
 *   === name of the case
 *   the input, any number of lines
 *   ---
 *   the expected output, any number of lines
 *
 * Line breaks at both ends of an input and an output do not count. Files lie in tests/cases/. The
 * option --accept of the executable writes the actual outputs into the file instead of comparing;
 * read the difference before you commit it. */
#pragma once

#include "base/arena.h"

/* The output of one case; in memory of `arena`. */
typedef Text CaseFunction(Text input, Arena *arena);

/* Run all cases of tests/cases/`file_name`; a case that differs fails the test that is running,
 * with file and line. */
void cases_run(const char *file_name, CaseFunction *run);
