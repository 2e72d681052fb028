/* segments.h -- the segments that the demo company works with, as texts. Plain data: rules are of
 * the language, which this floor does not know. */
#pragma once

#include "base/text.h"

#include <stddef.h>

typedef struct {
    const char *name, *folder, *mode, *kind;
    const char *rule;     /* NULL: none */
    const char *sql;      /* instead of a rule; NULL: none */
    const char *columns;  /* NULL: none */
    const char *schedule; /* cron; NULL: none */
    const char *description, *goal, *label, *value_statement;
    const char *competitors[2];             /* NULL: no more */
    const char *must_be_in, *must_stay_out; /* codes that its tests name; NULL: none */
    bool is_target, is_live, checks_on_creation;
    int clearing_days; /* after the last day; 0: no clearing date */
} DemoSegment;

extern const DemoSegment demo_segments[];
extern const size_t demo_segments_count;

/* What people did by hand on the last day. */
typedef struct {
    const char *segment, *act, *customer, *reason; /* act: "add", "pin", "exclude" */
} DemoHandEdit;

/* Terms of sale: typical ones for a segment, or for one customer based on a typical one. */
typedef struct {
    const char *name;
    const char *segment;             /* NULL: individual */
    const char *customer, *based_on; /* individual */
    const char *price_type;          /* NULL: not said */
    int discount;                    /* hundredths of a percent; 0: not said */
    int payment_days;                /* 0: not said */
    const char *payment_terms;       /* NULL: not said */
    int priority;                    /* less goes first */
    bool is_active;
} DemoAgreement;

extern const DemoAgreement demo_agreements[];
extern const size_t demo_agreements_count;

extern const DemoHandEdit demo_hand_edits[];
extern const size_t demo_hand_edits_count;
