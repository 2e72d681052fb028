/* patch_source.h -- customers of whom only some parts changed: these out of the store, the others
 * out of the images that hold them already. */
#pragma once

#include "dataset/image_source.h"
#include "engine/engine.h"
#include "model/customer_parts.h"

typedef struct {
    CustomerSource *changed;    /* of the store, with these parts alone */
    const CustomerParts *parts; /* what changed */
    const EngineData *before;   /* where everybody else's parts are: he is to be seen there */
    const Item *const *items;   /* of the store */
    size_t items_count;
} PatchInput;

/* All inputs are borrowed; the source lives in the arena and stands where `changed` does. */
CustomerSource *patch_source_new(const PatchInput *input, Arena *arena);

/* The layer and row where a customer is seen; false when he is in none: he must be read whole. */
bool patch_find(const EngineData *data, CustomerId id, size_t *ret_layer, uint32_t *ret_row);
