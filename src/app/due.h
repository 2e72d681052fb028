/* due.h -- everything that has to happen by itself now, in the order in which it is read. */
#pragma once

#include "app/classify.h"
#include "app/work.h"
#include "segment/due.h"

typedef struct {
    const DueRun *runs; /* of classifications */
    size_t runs_count;
    const Text *dropped_sets; /* saved sets whose last day is over: their names */
    size_t dropped_sets_count;
    DueReport segments;
} AppDue;

/* New customers whom a crash kept from being looked at are looked at. Classifications whose
 * schedule is due are run, then segments formed and made true: their rules may read the classes.
 * Saved sets whose last day is over are removed.
 *
 * errors  as app_classifications_run_due and segments_run_due */
MUST_CHECK Status app_run_due(AppWork *work, Arena *arena, AppDue *ret_due, Error *err);
