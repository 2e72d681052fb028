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
    /* Products of the item with id i (0: no item): of_items from firsts[i] on, until UINT32_MAX. */
    const uint32_t *firsts;
    const uint32_t *of_items;
    uint64_t items_count; /* the highest id */
} Catalogue;

/* The id of an item row of an image: its own rows number the items of its own customers. */
static inline uint64_t item_row_id(const ItemColumns *columns, uint64_t row)
{
    return columns->ids == NULL || row == 0 ? row : columns->ids[row - 1];
}

/* errors  LIMIT when there are too many products */
MUST_CHECK Status catalogue_open(const Reporting *reporting, Catalogue *ret_catalogue, Error *err);
