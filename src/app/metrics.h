/* metrics.h -- expressions with a name: found, added. */
#pragma once

#include "app/reason.h"

typedef struct {
    StoredMetric stored;
    const Expression *expression; /* NULL when it does not fit the data any more */
    Diagnostics diagnostics;      /* why */
} NamedMetric;

/* By name, folded. NOT_FOUND names a near one. */
MUST_CHECK Status app_find_metric(App *app, Text name, Arena *arena, NamedMetric *ret_metric,
                                  Error *err);
/* Kept in its canonical form, so that what is shown is what was understood. The names of the app
 * are read again; what looks wrong stands in the diagnostics, as the mode allows.
 * errors  INVALID with errors in the diagnostics, or for a name that cannot be one; CONFLICT */
MUST_CHECK Status app_add_metric(App *app, const StoredMetric *metric, const BreakdownMode *mode,
                                 Arena *arena, Diagnostics *diagnostics, Error *err);
