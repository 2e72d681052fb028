/* subjects.h -- inside of the reports: the groups a report is about, as sets of customers.
 *
 * Groups are numbered: the subjects 0 .. count-1, then the total (who is in any of them), then the
 * base (everybody). A mask has a bit per group. */
#pragma once

#include "report/table.h"

typedef struct {
    size_t count;        /* subjects */
    size_t groups_count; /* count + 2 */
    ReportGroup *groups;
    CustomerSet *sets; /* of subjects, as of the report's day */
    CustomerSet total;
    bool is_bounded;
    CustomerSet base; /* when is_bounded: nobody else is there */
} Subjects;

static inline size_t subjects_total(const Subjects *subjects)
{
    return subjects->count;
}
static inline size_t subjects_base(const Subjects *subjects)
{
    return subjects->count + 1;
}
/* Whom a group holds; not for the base, which may be everybody. */
static inline const CustomerSet *subjects_set(const Subjects *subjects, size_t group)
{
    return group == subjects_total(subjects) ? &subjects->total : &subjects->sets[group];
}
/* Groups with a line of their own: the total has one when there are two subjects or more. */
static inline size_t subjects_lines(const Subjects *subjects)
{
    return subjects->count > 1 ? subjects->count + 1 : subjects->count;
}

/* Everything a report works with. */
typedef struct {
    const ReportContext *context;
    const ReportPlan *plan;
    Voice voice;
    Arena *arena; /* of the report */
    Subjects subjects;
    Report *report;
} Reporting;

/* Compile the rules and see who is meant. INVALID names the rule that is wrong. */
MUST_CHECK Status subjects_open(Reporting *reporting, Error *err);
void subjects_close(Subjects *subjects);

/* Groups of a customer who exists; the base bit is set of all who are in the base. */
uint64_t subjects_mask(const Subjects *subjects, CustomerId id);

/* Compile an expression of a report. INVALID with the first thing wrong in it. */
MUST_CHECK Status reporting_compile(const Reporting *reporting, Text source,
                                    ExpectedResult expected, Expression **ret_expression,
                                    Error *err);
/* Evaluate questions in one run; `only` NULL: everybody of the base. Values live in `arena`. */
typedef struct {
    const EngineQuestion *items;
    size_t count;
    const CustomerSet *only;
} ReportQuestions;
MUST_CHECK Status reporting_ask(const Reporting *reporting, ReportQuestions questions, Arena *arena,
                                EngineAnswer *answers, Error *err);

/* One report each; they fill reporting->report. */
#define REPORT_KIND(name, code, en, ru, uk, function) \
    MUST_CHECK Status function(Reporting *reporting, Error *err);
#include "report/report_kind.def"
#undef REPORT_KIND
