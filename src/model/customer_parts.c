/* customer_parts.c -- which parts of which customers. */
#include "model/customer_parts.h"

#include "base/memory.h"

#include <stdlib.h>

static void free_items(CustomerParts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        customer_set_free(&parts->items[i].customers);
    free(parts->items);
    parts->items = NULL;
    parts->count = 0;
}

void customer_parts_free(CustomerParts *parts)
{
    free_items(parts);
    customer_set_free(&parts->whole);
}

static const PartCustomers *find_part(const CustomerParts *parts, uint32_t part)
{
    for (size_t i = 0; i < parts->count; i++)
        if (parts->items[i].part == part) return &parts->items[i];
    return NULL;
}

CustomerSet *customer_parts_of(CustomerParts *parts, uint32_t part)
{
    const PartCustomers *found = find_part(parts, part);
    if (found != NULL) return &parts->items[found - parts->items].customers;
    parts->items =
        memory_resize(parts->items, memory_product(parts->count + 1, sizeof *parts->items));
    parts->items[parts->count] = (PartCustomers){.part = part};
    return &parts->items[parts->count++].customers;
}

bool customer_parts_has(const CustomerParts *parts, uint32_t part, CustomerId id)
{
    if (customer_set_has(&parts->whole, id)) return true;
    const PartCustomers *found = find_part(parts, part);
    return found != NULL && customer_set_has(&found->customers, id);
}

static void unite_all(const CustomerParts *parts, CustomerSet *target)
{
    for (size_t i = 0; i < parts->count; i++)
        customer_set_unite(target, &parts->items[i].customers);
}

CustomerSet customer_parts_everybody(const CustomerParts *parts)
{
    bool has_whole = parts->whole.words_count > 0 || parts->count == 0;
    CustomerSet everybody =
        customer_set_copy(has_whole ? &parts->whole : &parts->items[0].customers);
    unite_all(parts, &everybody);
    return everybody;
}

void customer_parts_widen(CustomerParts *parts)
{
    unite_all(parts, &parts->whole);
    free_items(parts);
}
