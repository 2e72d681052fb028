/* progress_line.h -- how far long work is, told on stderr: on a terminal one line that renews
 * itself with what is done, its rate and the time left, otherwise a line per tenth. */
#pragma once

#include "base/progress.h"
#include "cli/environment.h"

typedef struct {
    const Environment *environment;
    bool is_quiet;
    char step[64];              /* what the work calls its present step */
    char told[256];             /* the step in the words of the data */
    int64_t begun_milliseconds; /* when the present step began */
    int64_t shown_milliseconds;
    uint64_t shown_tenths;
    const char *things; /* what is counted besides the units of the report; NULL: nothing */
    uint64_t count;     /* of them, so far */
    bool is_line_open;  /* the terminal's line has text that must be ended */
} ProgressLine;

ProgressLine progress_line_new(const Environment *environment, bool is_quiet);
/* The receiver to hand to long work; it also stops the work when Ctrl-C was pressed. */
Progress progress_line_receiver(ProgressLine *line);
/* What people count where the work tells something else: rows of a file that is told in bytes. To
 * be said before each report; the constant text is kept. */
void progress_line_count(ProgressLine *line, const char *things, uint64_t count);
/* Remove what stands on the terminal's line. */
void progress_line_done(ProgressLine *line);
