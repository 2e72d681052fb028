/* saved_lookups.c -- saved sets, read ahead for evaluation. */
#include "activation/saved_lookups.h"

#include "base/memory.h"
#include "lang/tree.h"
#include "store/saved_sets.h"

#include <stdlib.h>

typedef struct {
    uint32_t id;
    CustomerSet customers;
} KeptSet;

typedef struct {
    Store *store;
    KeptSet *items;
    size_t count, capacity;
} KeptSets;

static const KeptSet *find(const KeptSets *kept, uint32_t id)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->items[i].id == id) return &kept->items[i];
    return NULL;
}

static bool is_saved(void *context, uint32_t saved_set_id, CustomerId customer)
{
    const KeptSet *set = find(context, saved_set_id);
    ASSERT(set != NULL && "every expression is prepared before it is asked");
    return customer_set_has(&set->customers, customer);
}

static Status read_set(KeptSets *kept, uint32_t id, Error *err)
{
    if (find(kept, id) != NULL) return STATUS_OK;
    KeptSet set = {.id = id};
    TRY(store_read_saved_customers(kept->store, id, &set.customers, err));
    if (kept->count == kept->capacity) {
        kept->capacity = kept->capacity == 0 ? 8 : kept->capacity * 2;
        kept->items = memory_resize(kept->items, memory_product(kept->capacity, sizeof(KeptSet)));
    }
    kept->items[kept->count++] = set;
    return STATUS_OK;
}

typedef struct {
    KeptSets *kept;
    Status status;
    Error *err;
} Preparation;

static void prepare_node(void *context, const Node *node)
{
    Preparation *preparation = context;
    if (node->kind != NODE_CALL || node->as.call.function != FUNCTION_SAVED) return;
    if (preparation->status != STATUS_OK) return;
    preparation->status = read_set(preparation->kept, node->as.call.set_id, preparation->err);
}

static Status prepare(void *context, const Expression *expression, Date as_of, Error *err)
{
    (void)as_of; /* frozen: alike on every day */
    Preparation preparation = {.kept = context, .err = err};
    node_walk(expression->root, prepare_node, &preparation);
    return preparation.status;
}

static void close_sets(void *context)
{
    KeptSets *kept = context;
    for (size_t i = 0; i < kept->count; i++)
        customer_set_free(&kept->items[i].customers);
    free(kept->items);
    free(kept);
}

LookupSource saved_sets_provide(Store *store)
{
    KeptSets *kept = MEMORY_NEW(KeptSets);
    kept->store = store;
    return (LookupSource){.lookups = {.context = kept, .in_saved_set = is_saved},
                          .prepare = prepare,
                          .close = close_sets};
}
