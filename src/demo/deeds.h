/* deeds.h -- what the people of the demo company did besides segments: saved sets, a bulk change, a
 * shipment in spite of a ban. Plain data: expressions are of the language, which this floor does
 * not know. */
#pragma once

/* A saved set: the customers of an expression, or with a stream their events. */
typedef struct {
    const char *name;
    const char *expression;
    const char *stream;    /* NULL: customers */
    const char *condition; /* which events; NULL: all */
    int months;            /* only events of so many months up to the last day; 0: of all time */
    const char *columns;
} DemoSet;

enum { DEMO_SETS_COUNT = 3 };
extern const DemoSet demo_sets[DEMO_SETS_COUNT];

/* The rows of one set whose customers another one has not. */
typedef struct {
    const char *name, *of, *without;
} DemoDifference;

extern const DemoDifference demo_difference;

/* One property of everybody in a set, changed in one act. */
typedef struct {
    const char *set, *change;
} DemoBulkChange;

extern const DemoBulkChange demo_bulk_change;

/* A banned customer who was shipped to all the same. */
typedef struct {
    const char *customer, *order, *reason;
} DemoShipment;

extern const DemoShipment demo_shipment;
