/* company.h -- a random company for tests of reports: who reads its rows one by one must come to
 * the same numbers as the reports. */
#pragma once

#include "base/random.h"
#include "engine/world.h"
#include "harness/harness.h"
#include "model/built_in.h"
#include "report/report.h"

typedef struct {
    Arena *arena;
    Population *population;
    EngineWorld world;
    ReportContext context;
    Error err;
} Company;

/* Customers in three cities with purchases and settlements from 2025-01-01 to 2026-04-30, some
 * values missing; the image is divided and shared out as the seed says. */
Company *company_new(uint64_t seed);
void company_done(Company **company);

/* Two overlapping groups and an empty one, as of 2026-03-31. */
ReportPlan company_plan(ReportKind kind);
enum { COMPANY_GROUPS = 3 };
/* Whether a customer is in a group of that plan; the fourth is the total. */
bool company_is_in(const Person *person, size_t group);

/* Run a report; it must succeed. Each row that counts customers must have a rule that means just so
 * many. */
const Report *company_report(Company *company, const ReportPlan *plan);
/* The row of a table with these values in its first columns, as text joined by '|'; a failure when
 * there is none. */
size_t company_row(Company *company, const ReportTable *table, const char *key);
void company_expect(const char *file, int line, Value actual, Int128 expected);
#define EXPECT_MONEY(actual, expected) company_expect(__FILE__, __LINE__, (actual), (expected))
