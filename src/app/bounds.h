/* bounds.h -- the customers whom somebody may see, as a set. */
#pragma once

#include "app/app.h"
#include "classification/run_source.h"

/* Whom a rule means today; the caller frees the set. */
typedef struct {
    bool is_bounded;
    CustomerSet customers;
} Bounds;
/* `only` NULL: everybody. */
MUST_CHECK Status app_bounds(App *app, const Expression *only, Bounds *ret_bounds, Error *err);
void bounds_done(Bounds *bounds); /* for AUTO */

static inline bool bounds_have(const Bounds *bounds, CustomerId customer)
{
    return !bounds->is_bounded || customer_set_has(&bounds->customers, customer);
}
/* Runs as these customers show them. */
static inline RunSource bounds_source(const Bounds *bounds, App *app)
{
    return (RunSource){app_store(app), bounds->is_bounded ? &bounds->customers : NULL};
}
