/* due.c -- everything that has to happen by itself now. */
#include "app/due.h"

#include "app/customers.h"
#include "app/sets.h"

Status app_run_due(AppWork *work, Arena *arena, AppDue *ret_due, Error *err)
{
    DueRun *runs;
    Text *names;
    *ret_due = (AppDue){0};
    TRY(customers_check_left_over(work, err));
    TRY(app_classifications_run_due(work, arena, &runs, &ret_due->runs_count, err));
    ret_due->runs = runs;
    TRY(sets_drop_expired(work, arena, &names, &ret_due->dropped_sets_count, err));
    ret_due->dropped_sets = names;
    return segments_run_due(&work->forming, arena, &ret_due->segments, err);
}
