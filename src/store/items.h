/* items.h -- all items in memory: by id, by code, by folded name. Pointers stay valid, and follow
 * changes of the item, as long as the list. */
#pragma once

#include "base/error.h"
#include "model/value.h"

typedef struct Items Items;
typedef struct Store Store;

enum { ITEMS_REMOVED_MAX = 1 << 20 }; /* each leaves an empty place in the list */

MUST_CHECK Status items_load(Store *store, Items **ret_items, Error *err);
void items_free(Items *items); /* accepts NULL */
/* Take over those that another process has added, when it changed none. */
MUST_CHECK Status items_follow(Store *store, Items *items, Error *err);

/* NULL when there is none with this id (any more). */
const Item *items_get(const Items *items, uint64_t id);
/* The item with this code, else the first one with this name (folded); NULL when there is none. */
const Item *items_find(const Items *items, Text code_or_name);
/* A new item known by its code alone; items_save stores it. The code must be in its stored form. */
const Item *items_add_code(Items *items, Text code);
/* Take over what was stored for an item, new or changed. */
void items_put(Items *items, const Item *item);
/* Store those that items_add_code made, in the present transaction. */
MUST_CHECK Status items_save(Store *store, Items *items, Error *err);
bool items_has_new(const Items *items); /* some are not stored yet */
