/* report.h -- reports on segments over the data set of a directory. */
#pragma once

#include "app/app.h"
#include "report/report.h"

/* Make a report over the newest generation. Everything lives in the arena.
 * errors  as report_run */
MUST_CHECK Status app_report(App *app, const ReportPlan *plan, Language language,
                             const Progress *progress, Arena *arena, Report *ret_report,
                             Error *err);
