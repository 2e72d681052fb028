/* shipping.c -- the compositions of ban segments in memory. */
#include "activation/shipping.h"

#include "base/memory.h"

#include <stdlib.h>

struct ShippingBans {
    Arena *arena; /* of names and authors of the present list */
    ShippingBan *items;
    size_t count;
};

ShippingBans *shipping_bans_new(void)
{
    ShippingBans *bans = MEMORY_NEW(ShippingBans);
    bans->arena = arena_new();
    return bans;
}

static void free_items(ShippingBan *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        customer_set_free(&items[i].members);
}

void shipping_bans_free(ShippingBans *bans)
{
    if (bans == NULL) return;
    free_items(bans->items, bans->count);
    arena_free(bans->arena);
    free(bans);
}

void shipping_bans_done(ShippingBans **bans)
{
    shipping_bans_free(*bans);
    *bans = NULL;
}

const ShippingBan *shipping_bans_list(const ShippingBans *bans, size_t *ret_count)
{
    *ret_count = bans->count;
    return bans->items;
}

bool shipping_ban_has(const ShippingBan *ban, CustomerId customer)
{
    return customer_set_has(&ban->members, customer);
}

bool shipping_check(const ShippingBans *bans, CustomerId customer)
{
    for (size_t i = 0; i < bans->count; i++)
        if (shipping_ban_has(&bans->items[i], customer)) return false;
    return true;
}

/* ---- refreshing ---- */

/* The one of before, when it was not formed since. */
static ShippingBan *unchanged(const ShippingBans *before, const ShippingBan *ban)
{
    for (size_t i = 0; i < before->count; i++) {
        ShippingBan *known = &before->items[i];
        if (known->segment_id == ban->segment_id && known->last.id == ban->last.id) return known;
    }
    return NULL;
}

static Status read_ban(const ShippingBans *before, Store *store, const Segment *segment,
                       Arena *arena, ShippingBan *ret_ban, Error *err)
{
    ShippingBan ban = {.segment_id = segment->id, .name = arena_text(arena, segment->card.name)};
    TRY(store_last_forming(store, segment->id, arena, &ban.last, err));
    if (unchanged(before, &ban) == NULL)
        TRY(store_read_composition(store, segment->id, ban.last.id, &ban.members, err));
    *ret_ban = ban;
    return STATUS_OK;
}

/* Once nothing can fail any more. */
static void take_unchanged(ShippingBans *before, ShippingBans *after)
{
    for (size_t i = 0; i < after->count; i++) {
        ShippingBan *known = unchanged(before, &after->items[i]);
        if (known == NULL) continue;
        after->items[i].members = known->members;
        known->members = (CustomerSet){0};
    }
}

static Status read_bans(const ShippingBans *before, Store *store, const Registry *registry,
                        ShippingBans *after, Error *err)
{
    after->items = ARENA_ARRAY(after->arena, ShippingBan, registry->count);
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        if (segment->card.kind != SEGMENT_BAN || segment->card.is_marked_for_deletion) continue;
        TRY(read_ban(before, store, segment, after->arena, &after->items[after->count], err));
        after->count++;
    }
    return STATUS_OK;
}

Status shipping_bans_refresh(ShippingBans *bans, Store *store, const Registry *registry, Error *err)
{
    ShippingBans after = {.arena = arena_new()};
    Status status = read_bans(bans, store, registry, &after, err);
    if (status == STATUS_OK) take_unchanged(bans, &after);
    ShippingBans unused = status == STATUS_OK ? *bans : after;
    if (status == STATUS_OK) *bans = after;
    free_items(unused.items, unused.count);
    arena_free(unused.arena);
    return status;
}
