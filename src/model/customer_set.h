/* customer_set.h -- a set of customers as plain bits, indexed by customer id.
 *
 * Ids are dense and never reused, so a set stays valid whatever is imported, compacted or erased
 * after it was made, and sets of different days can be compared. 10 million customers are 1.25 MB.
 * A set owns its words; it grows when a larger id is added and reads as empty beyond its end. */
#pragma once

#include "base/arena.h"
#include "model/customer.h"

typedef struct {
    uint64_t *words; /* customer id i: bit i % 64 of word i / 64; bit 0 of word 0 is never set */
    size_t words_count;
} CustomerSet;

/* An empty set with room for ids 0 .. largest.value. */
CustomerSet customer_set_new(CustomerId largest);
void customer_set_free(CustomerSet *set); /* leaves an empty set without memory */
CustomerSet customer_set_copy(const CustomerSet *set);

bool customer_set_has(const CustomerSet *set, CustomerId id);
void customer_set_add(CustomerSet *set, CustomerId id);
void customer_set_remove(CustomerSet *set, CustomerId id);
uint64_t customer_set_count(const CustomerSet *set);
bool customer_set_is_empty(const CustomerSet *set);
bool customer_set_equal(const CustomerSet *a, const CustomerSet *b);
/* How many are in both; cost: a pass over the shorter one's words. */
uint64_t customer_set_count_common(const CustomerSet *a, const CustomerSet *b);

/* target = target op other. */
void customer_set_unite(CustomerSet *target, const CustomerSet *other);
void customer_set_intersect(CustomerSet *target, const CustomerSet *other);
void customer_set_subtract(CustomerSet *target, const CustomerSet *other);

/* Who is in `a` and not in `b`, and how many; without memory when there is nobody. */
CustomerSet customer_set_difference(const CustomerSet *a, const CustomerSet *b,
                                    uint64_t *ret_count);

/* Each of the customers, in ascending order, is in the set if the bit at his place is 1, else not;
 * all others stay as they are. */
void customer_set_assign(CustomerSet *set, const CustomerId *customers, size_t count,
                         const uint64_t *bits);

/* The smallest member with an id of at least `from`; id 0 when there is none. */
CustomerId customer_set_next(const CustomerSet *set, CustomerId from);
#define FOR_EACH_CUSTOMER(id, set)                                                 \
    for (CustomerId id = customer_set_next((set), (CustomerId){0}); id.value != 0; \
         id = customer_set_next((set), (CustomerId){id.value + 1}))
/* All of them, in the arena; as many as customer_set_count. */
const CustomerId *customer_set_list(const CustomerSet *set, Arena *arena);
