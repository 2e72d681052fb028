/* shipping.h -- whether a customer may be shipped to, answered from memory.
 *
 * The compositions of all ban segments are held as bits, so that an order waits for nothing: a
 * check looks at one bit per ban segment. Whoever is in any of them may not be shipped to. A
 * refresh reads only those segments that were formed since. Between refreshes it may be read by any
 * number of threads. */
#pragma once

#include "segment/registry.h"

typedef struct {
    uint32_t segment_id;
    Text name;
    FormingRow last; /* forming; id 0: never */
    CustomerSet members;
} ShippingBan;

typedef struct ShippingBans ShippingBans;

ShippingBans *shipping_bans_new(void);
void shipping_bans_free(ShippingBans *bans); /* accepts NULL */
void shipping_bans_done(ShippingBans **bans);

/* As the store has them now. cost: two look-ups per ban segment, and reading those formed since */
MUST_CHECK Status shipping_bans_refresh(ShippingBans *bans, Store *store, const Registry *registry,
                                        Error *err);

/* Borrowed until the next refresh. */
const ShippingBan *shipping_bans_list(const ShippingBans *bans, size_t *ret_count);
/* True when he is in none. cost: one bit per ban segment */
bool shipping_check(const ShippingBans *bans, CustomerId customer);
/* Whether he is in this one. */
bool shipping_ban_has(const ShippingBan *ban, CustomerId customer);
