/* catalogue.h -- inside of the reports: what is sold, as products of a chosen level.
 *
 * A product is an item, a brand, or a group of items with all that lies below it; what has none is
 * product 0. With groups an item belongs to several products: one per level. */
#pragma once

#include "report/subjects.h"

typedef struct {
    Text label;     /* of product 0: what is missing */
    Text condition; /* of an event, as the language writes it */
} Product;

typedef struct {
    const Product *items;
    size_t count;
    /* Products of item row i (0: no item): of_items from firsts[i] on, until UINT32_MAX. */
    const uint32_t *firsts;
    const uint32_t *of_items;
    uint64_t items_count;
} Catalogue;

/* errors  LIMIT when there are too many products */
MUST_CHECK Status catalogue_open(const Reporting *reporting, Catalogue *ret_catalogue, Error *err);
