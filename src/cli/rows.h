/* rows.h -- the rows of an answer as a list. */
#pragma once

#include "app/ask.h"
#include "cli/command.h"

/* Code and name (of other expressions than rules the value too), then the written columns; a note
 * when not all are shown. */
MUST_CHECK Status rows_tell(Invocation *invocation, const Question *question, const Answer *answer,
                            OutputOptions format, Error *err);
