/* office.h -- a data directory with the ten customers of the reference vectors, for tests of
 * classifications. */
#pragma once

#include "classification/class_lookups.h"
#include "classification/running.h"
#include "dataset/dataset.h"
#include "store/fixture_events.h"

typedef struct {
    Fixture fixture;
    Dataset *dataset;
    const DatasetView *view;
    Classifications all;
    Catalog catalog;
    ClassificationContext context;
} Office;

/* C01 .. C10 with purchases from January to June 2026; today is 2026-06-30. */
Office *office_open(void);
/* Nobody; whoever fills it calls office_refresh. */
Office *office_open_empty(void);
void office_done(Office **office);
/* Read again what was committed: names and data. */
void office_refresh(Office *office);

/* XYZ by months with the borders 10 and 25 of the reference vectors. */
Definition office_xyz(Office *office);
/* Keep a definition, checked; its id. */
uint32_t office_add(Office *office, const char *name, const Definition *definition);
const Classification *office_get(Office *office, const char *name);
/* Run as of days; the last summary. */
RunSummary office_run(Office *office, const char *name, const char *const *days, size_t count);
/* Classes of C01 .. C10 in the run that counts on a day, joined by spaces; "-" for none. */
Text office_classes(Office *office, const char *name, const char *day);
Date office_day(const char *iso);
/* How many customers a rule means as of a day: all evaluators must agree. */
uint64_t office_count(Office *office, const char *rule, const char *as_of);
