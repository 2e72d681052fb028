/* distribution.h -- inside of the reports: how the values of one attribute are spread over groups
 * of customers, and how that differs from everybody else.
 *
 * Beside the groups of a report there is a slot for each subject's own customers: those who are in
 * no other subject. They are a division, so that subjects can be compared with each other. */
#pragma once

#include "analysis/statistics.h"
#include "report/attributes.h"

/* A value or an interval of values. */
typedef struct {
    Text label;
    Text condition;   /* of a customer, as the language writes it */
    uint64_t *counts; /* by slot */
} SpreadValue;

typedef struct {
    const Attribute *attribute;
    bool is_number;
    bool is_multiple; /* a customer can have several values: sets, levels of hierarchies */
    bool is_crowded;  /* there are too many values to tell them one by one */
    uint64_t *filled; /* by slot */
    /* Numbers: by slot those within, and by group all others. */
    Moments *within, *elsewhere;
    SpreadValue *values;
    size_t values_count;
} Spread;

/* Who is in which slot: groups as in Subjects, then each subject's own customers. */
typedef struct {
    const Subjects *subjects;
    size_t slots_count;
    const CustomerId *customers; /* everybody, ascending */
    const uint64_t *masks;       /* by customer: a bit per slot */
    size_t customers_count;
} Slots;

enum { SPREAD_SUBJECTS_MAX = 30 };

/* Everybody of the report in `arena`. */
MUST_CHECK Status slots_open(const Reporting *reporting, Arena *arena, Slots *ret_slots,
                             Error *err);

/* `values` are of all customers of the slots. Texts and arrays live in the report's arena. */
Spread spread_count(const Reporting *reporting, const Slots *slots, const Attribute *attribute,
                    const EngineValues *values);

/* A group against everybody else. */
Effect spread_effect(const Spread *spread, const Slots *slots, size_t group);
/* The subjects' own customers against each other. */
Effect spread_separation(const Spread *spread, const Slots *slots);
/* A value of numbers as a double; false when it is missing. */
bool spread_number(const EngineValues *values, size_t index, double *ret_number);
