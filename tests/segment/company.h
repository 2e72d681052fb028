/* company.h -- a data directory with a few customers and segments, for tests of forming. */
#pragma once

#include "segment/forming.h"
#include "store/fixture.h"

typedef struct {
    Fixture fixture;
    Dataset *dataset;
    const DatasetView *view;
    Registry registry;
    Catalog catalog;
    MetricDefinition home; /* a metric that rules may use; empty name: there is none */
    FormingContext context;
} Company;

/* Customers C1 .. C<count> with a name; today is 2026-03-31. */
Company *company_open(unsigned customers_count);
void company_done(Company **company);

void company_set_city(Company *company, unsigned customer, const char *city);
void company_pass_days(Company *company, int days);
uint32_t company_add(Company *company, const SegmentCard *card);
void company_change(Company *company, uint32_t id, const SegmentCard *card);
/* Read again what was committed: segments and data. */
void company_refresh(Company *company);
const Segment *company_segment(Company *company, uint32_t id);

/* Form some segments; the outcome of the first one. */
FormingOutcome company_form(Company *company, const uint32_t *ids, size_t count);
/* Numbers of the members in order: "1 2 5". */
Text company_members(Company *company, uint32_t id);
/* What the last forming says: "data +1 2 -3; hand +4". */
Text company_last_changes(Company *company, uint32_t id);
