/* report.h -- reports on segments over the data set of a directory. */
#pragma once

#include "app/app.h"
#include "report/report.h"

/* What a group of customers is named by: "Опт", "Летний список", "ABC=A", or a rule itself. */
typedef enum { SUBJECT_SEGMENT, SUBJECT_SET, SUBJECT_CLASS, SUBJECT_RULE } SubjectKind;

/* errors  NOT_FOUND for a segment that does not exist, INVALID for a class without "=" */
MUST_CHECK Status app_report_subject(App *app, SubjectKind kind, Text name, Arena *arena,
                                     ReportSubject *ret_subject, Error *err);
/* Every class of a classification, and who has none. NOT_FOUND. */
MUST_CHECK Status app_report_classes(App *app, Text classification, Arena *arena,
                                     ReportSubject **ret_subjects, size_t *ret_count, Error *err);

/* Make a report over the newest generation. Everything lives in the arena.
 * errors  as report_run */
MUST_CHECK Status app_report(App *app, const ReportPlan *plan, const Progress *progress,
                             Arena *arena, Report *ret_report, Error *err);
