/* running.h -- running a classification as of any days: values of all customers through the engine,
 * classes into the store.
 *
 * Days that need the same values share them, and as many days as fit into memory are answered in
 * one scan: 24 months back are hardly dearer than one. Everything is published at once or not at
 * all. */
#pragma once

#include "classification/catalogue.h"
#include "classification/plan.h"
#include "classification/run_table.h"
#include "engine/engine.h"
#include "eval/lookups.h"

typedef struct {
    Store *store;           /* open for writing where runs are added */
    const EngineData *data; /* as new as what `store` holds */
    const Catalog *catalog;
    LookupProviders lookup_providers; /* of all kinds of stored sets and classes */
    Date today;
    Moment now;
    Text author;
    Language language;
    const Progress *progress;   /* may be NULL */
    const CustomerSet *visible; /* a preview tells of these alone; NULL: of everybody */
} ClassificationContext;

enum { RUN_DAYS_MAX = 10000 };

/* errors  INVALID for a day after today, or when an expression does not fit the data any more;
 *         LIMIT, CANCELLED: nothing is added. memory  9 bytes per value and customer, a gibibyte at
 * most unless one day needs more */
typedef struct {
    const Date *days;
    size_t count;
} RunDays;
MUST_CHECK Status classification_run(const ClassificationContext *context,
                                     const Classification *classification, RunDays days,
                                     Arena *arena, RunSummary **ret_summaries, Error *err);
/* What a run as of a day would come to; nothing is kept, and the store may be open for reading. The
 * classification need not be kept either: then its id is 0. errors  as classification_run */
MUST_CHECK Status classification_preview(const ClassificationContext *context,
                                         const Classification *classification, Date day,
                                         Arena *arena, RunSummary *ret_summary, Error *err);
