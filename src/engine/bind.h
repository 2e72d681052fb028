/* bind.h -- the steps of a program against one image: which column holds what, and conditions on a
 * single column as tests of its stored numbers and codes. */
#pragma once

#include "engine/column_test.h"
#include "engine/scope.h"

typedef struct {
    const Column *column;   /* of a property, or of a plain field of an event; else NULL */
    const ColumnTest *test; /* of a condition on one column; NULL: it is computed otherwise */
    const uint64_t *chosen; /* of a ranking: a bit per row; NULL until it was made */
    const struct EventFacts *events; /* events.h: of a step that looks at events; else NULL */
} BoundStep;

struct Binding {
    const EngineProgram *program;
    const Image *image;
    BoundStep *steps;                 /* by Step.index */
    const struct SweepGroups *sweeps; /* steps answered many at once; NULL: none */
};

/* errors  CANCELLED, once the patience is over */
MUST_CHECK Status binding_make(const EngineProgram *program, const Image *image, Patience *patience,
                               Arena *arena, Binding *ret_binding, Error *err);

/* The column that holds the values of a property or of a plain field: neither an attribute of its
 * item nor date, time, weekday, hour. NULL for every other step. */
const Column *binding_column(const Binding *binding, const Step *step);
