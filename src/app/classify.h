/* classify.h -- classifications: adding, changing, running as of any days, by schedule.
 *
 * Whoever changes something begins an AppWork (work.h); reading needs an App alone. */
#pragma once

#include "app/work.h"
#include "classification/running.h"

ClassificationContext app_classification_context(const AppWork *work);

/* Keep a definition under a name, after it was checked against the data.
 * errors  as plan_compile; CONFLICT when the name is taken */
MUST_CHECK Status app_add_classification(AppWork *work, Text name, const Definition *definition,
                                         Error *err);
/* A new version; past runs stay as they are. An empty name: the old one; another one is written
 * into every rule that asks the classes. errors  CONFLICT when the name is taken */
MUST_CHECK Status app_change_classification(AppWork *work, const Classification *classification,
                                            Text name, const Definition *definition, Error *err);
/* With its runs. CONFLICT names what uses it, or how many runs would go while nobody has confirmed
 * that. */
typedef struct {
    bool is_confirmed;
    bool is_unconfirmed; /* came back for this alone */
} RemovalConsent;
MUST_CHECK Status app_remove_classification(App *app, const Classification *classification,
                                            RemovalConsent *consent, Error *err);
/* What a definition would come to as of a day; `own` is the kept one that it would change, or NULL.
 * errors  as plan_compile; CONFLICT */
typedef struct {
    const Classification *own;
    const Definition *definition;
    Date day;
    const Expression *visible; /* a rule: totals are of them; NULL: of all */
} ClassificationTrial;
MUST_CHECK Status app_preview_classification(AppWork *work, const ClassificationTrial *trial,
                                             Arena *arena, RunSummary *ret_summary, Error *err);

/* Days from .. to by steps, both included: the last one also where no step comes to it. From the
 * end of a month one steps to ends of months; else a month that is too short is cut at its end.
 * errors  INVALID when they are in the wrong order or too many */
typedef struct {
    Date from, to;
    Unit step;
} DaySteps;
MUST_CHECK Status app_days_of(const DaySteps *steps, Arena *arena, RunDays *ret_days, Error *err);

MUST_CHECK Status app_run_classification(AppWork *work, const Classification *classification,
                                         RunDays days, Arena *arena, RunSummary **ret_summaries,
                                         Error *err);

/* A class given to a customer by hand, with the names behind it. */
typedef struct {
    ClassPin pin;
    Text code, name; /* of the customer */
} ClassPinView;

typedef struct {
    Text code;       /* of the customer */
    Text class_name; /* as it is written or folded */
    Text reason;
    bool has_until;
    Date until; /* the last day that it holds of */
} ClassPinOrder;

/* Runs as of days from today on put the customer into the class, whatever the rules say.
 * errors  CONFLICT the kind has no rules, or a day that is over; NOT_FOUND no such class or
 * customer
 */
MUST_CHECK Status app_pin_class(AppWork *work, const Classification *classification,
                                const ClassPinOrder *order, Error *err);
/* CONFLICT when nobody gave him a class. */
MUST_CHECK Status app_release_class(AppWork *work, const Classification *classification, Text code,
                                    Error *err);
MUST_CHECK Status app_list_class_pins(App *app, const Classification *classification, Arena *arena,
                                      ClassPinView **ret_pins, size_t *ret_count, Error *err);

/* What came of a classification whose schedule was due. */
typedef struct {
    Text name;
    bool is_run;
    Text failure; /* why not; empty when it was */
    RunSummary summary;
} DueRun;

/* Run as of today all whose schedule is due: once, however often it was missed. */
MUST_CHECK Status app_classifications_run_due(AppWork *work, Arena *arena, DueRun **ret_runs,
                                              size_t *ret_count, Error *err);
/* The next time that a schedule runs; false when it has none or is switched off. */
bool classification_next_run(const Classification *classification, Moment now, Moment *ret_next);

/* The newest run not after today; its id is 0 when there is none. */
MUST_CHECK Status app_last_run(App *app, const Classification *classification, Arena *arena,
                               RunRow *ret_run, Error *err);
/* The run with a number, which is its id. NOT_FOUND. */
MUST_CHECK Status app_numbered_run(App *app, const Classification *classification, uint64_t id,
                                   Arena *arena, RunRow *ret_run, Error *err);
/* The newest run not after a day. NOT_FOUND when there is none. */
MUST_CHECK Status app_find_run(App *app, const Classification *classification, Date day,
                               Arena *arena, RunRow *ret_run, Error *err);
