/* due.h -- what has to be formed by itself: schedules whose time has come, clearing dates, segments
 * that are kept true at every change, pins and exclusions whose last day is over. */
#pragma once

#include "segment/forming.h"

/* When its schedule forms the segment next; false when it has none, it is switched off, or no such
 * day comes. A time that is over and was not kept is due now: it is told as it stands. */
bool due_next_run(const Segment *segment, Moment now, Moment *ret_next);

/* That and those that follow, at most `max`; returns how many. One that is due is told first. */
size_t due_next_runs(const Segment *segment, Moment now, Moment *ret_runs, size_t max);

/* What was done; the outcomes of one segment may come twice when what it reads was formed after. */
typedef struct {
    const FormingOutcome *formed; /* by their schedule */
    size_t formed_count;
    /* Live ones whom a change concerned, manual ones whose pins and exclusions ended, and those of
     * both that failed. */
    const FormingOutcome *live;
    size_t live_count;
    const Segment *const *cleared;
    size_t cleared_count;
    /* Others wrote while scheduled ones were formed: live ones are to be kept true once more, by a
     * context that knows of it. */
    bool is_behind;
} DueReport;

/* Form segments whose time has come, each once however many times it was missed; empty those whose
 * clearing date has come, and take the date off their cards; make live segments true. */
MUST_CHECK Status segments_run_due(const FormingContext *context, Arena *arena,
                                   DueReport *ret_report, Error *err);

/* Make live segments true for the data as they are, and end pins and exclusions of manual ones: to
 * be called after every change of the data, of a definition and of the day. Whose members did not
 * change is not in the journal. */
MUST_CHECK Status segments_keep_live(const FormingContext *context, Arena *arena,
                                     DueReport *ret_report, Error *err);
