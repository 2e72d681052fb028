/* segments.h -- the segments that the demo company works with, as texts. Plain data: rules are of
 * the language, which this floor does not know. */
#pragma once

#include "base/text.h"

#include <stddef.h>

typedef struct {
    const char *name, *folder, *mode, *kind;
    const char *rule;     /* NULL: none */
    const char *columns;  /* NULL: none */
    const char *schedule; /* cron; NULL: none */
    const char *description, *goal, *label;
    bool is_target, is_live, checks_on_creation;
    int clearing_days; /* after the last day; 0: no clearing date */
} DemoSegment;

extern const DemoSegment demo_segments[];
extern const size_t demo_segments_count;

/* What people did by hand on the last day. */
typedef struct {
    const char *segment, *act, *customer, *reason; /* act: "add", "pin", "exclude" */
} DemoHandEdit;

extern const DemoHandEdit demo_hand_edits[];
extern const size_t demo_hand_edits_count;
