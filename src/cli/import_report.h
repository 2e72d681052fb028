/* import_report.h -- what an import found out and what became of the rows, told to a person or as
 * JSON. */
#pragma once

#include "app/customers.h"
#include "cli/command.h"

/* The first rows as they would be stored are shown on a dry run only. */
void import_tell_plan(Invocation *invocation, const ImportPlan *plan, bool is_dry_run,
                      Language language);
/* `file` is the input as it was typed. */
void import_tell_report(Invocation *invocation, const ImportReport *report, const char *file,
                        Language language);
/* Everything together, and what segments made of new customers. */
typedef struct {
    App *app;
    const ImportPlan *plan;
    const ImportReport *report;
    const CreationCheck *check;
} ImportOutcome;
void import_tell_as_json(Invocation *invocation, const ImportOutcome *outcome, const char *file);
