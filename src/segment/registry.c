/* registry.c -- all segments of a data set: loading and finding. */
#include "segment/registry.h"

#include "base/fold.h"
#include "lang/lang.h"

Status registry_load(Store *store, CardMemo *memo, Arena *arena, Registry *ret_registry, Error *err)
{
    SegmentRow *rows = NULL;
    size_t count = 0;
    TRY(store_list_segments(store, arena, &rows, &count, err));
    Segment *items = ARENA_ARRAY(arena, Segment, count);
    if (memo != NULL) card_memo_trim(memo, count);
    for (size_t i = 0; i < count; i++) {
        items[i] = (Segment){.id = rows[i].id,
                             .version = rows[i].version,
                             .scheduled_at = rows[i].scheduled_at,
                             .was_attempted = rows[i].was_attempted,
                             .attempted_at = rows[i].attempted_at,
                             .was_formed = rows[i].was_formed,
                             .asked = rows[i].asked,
                             .failure = rows[i].failure};
        TRY(memo != NULL ? card_memo_read(memo, rows[i].card, &items[i].card, err)
                         : card_from_json(rows[i].card, arena, &items[i].card, err));
    }
    *ret_registry = (Registry){items, count};
    return STATUS_OK;
}

Date segment_last_asked(const Segment *segment, const FormingRow *last)
{
    /* a live segment was asked later than it last changed */
    bool is_later = segment->asked.is_known && segment->asked.as_of.day > last->as_of.day;
    return is_later ? segment->asked.as_of : last->as_of;
}

const Segment *registry_find(const Registry *registry, uint32_t id)
{
    for (size_t i = 0; i < registry->count; i++)
        if (registry->items[i].id == id) return &registry->items[i];
    return NULL;
}

static Status not_found(const Registry *registry, Text wanted, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text *names = ARENA_ARRAY(arena, Text, registry->count);
    for (size_t i = 0; i < registry->count; i++)
        names[i] = registry->items[i].card.name;
    Text near = suggest_name(wanted, names, registry->count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no segment '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(wanted), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no segment '%.*s'", TEXT_FORMAT(wanted));
}

Status registry_get(const Registry *registry, Text name_or_code, const Segment **ret_segment,
                    Error *err)
{
    for (size_t i = 0; i < registry->count; i++) {
        if (!text_equal_folded(registry->items[i].card.name, name_or_code)) continue;
        *ret_segment = &registry->items[i];
        return STATUS_OK;
    }
    for (size_t i = 0; i < registry->count; i++) {
        if (!text_equal(registry->items[i].card.code, name_or_code)) continue;
        *ret_segment = &registry->items[i];
        return STATUS_OK;
    }
    return not_found(registry, name_or_code, err);
}

static NamedSetState state_of(const Segment *segment)
{
    if (!segment->was_formed) return NAMED_SET_NEVER_FORMED;
    return segment->failure.size > 0 ? NAMED_SET_FAILING : NAMED_SET_FORMED;
}

NamedSet *registry_names(const Registry *registry, Arena *arena, size_t *ret_count)
{
    NamedSet *names = ARENA_ARRAY(arena, NamedSet, registry->count);
    size_t count = 0;
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        if (segment->card.is_marked_for_deletion) continue;
        names[count++] = (NamedSet){.id = segment->id,
                                    .name = segment->card.name,
                                    .state = state_of(segment),
                                    .is_dynamic = segment->card.mode == MODE_DYNAMIC,
                                    .rule = segment->card.rule};
    }
    *ret_count = count;
    return names;
}

bool segment_ids_have(const uint32_t *ids, size_t count, uint32_t id)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ids[low] == id;
}
