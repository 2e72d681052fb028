/* outdated.c -- whether a stored composition stands for an older rule than that of the card. */
#include "segment/outdated.h"

#include "segment/definition.h"

static bool has_rule(const SegmentCard *card)
{
    return card->rule.size > 0 || card->sql.size > 0;
}

/* The version of the card by whose rule the composition was found; 0: by none. What was undone does
 * not count. */
static Status read_version(Store *store, uint32_t segment_id, uint32_t *ret_version, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow forming = {.id = UINT64_MAX};
    size_t undone_count = 0;
    *ret_version = 0;
    for (;;) {
        TRY(store_last_rule_forming(store, segment_id, forming.id, arena, &forming, err));
        if (forming.id == 0 || forming.reason == FORMING_CLEAR) return STATUS_OK;
        if (forming.reason == FORMING_UNDO)
            undone_count++;
        else if (undone_count > 0)
            undone_count--;
        else
            break;
    }
    *ret_version = forming.version;
    return STATUS_OK;
}

static bool is_same_rule(const SegmentCard *a, const SegmentCard *b)
{
    return text_equal(a->rule, b->rule) && text_equal(a->sql, b->sql);
}

/* The newest first. */
static void look_at(const DefinitionVersion *versions, size_t count, uint32_t formed_by,
                    Outdated *outdated)
{
    for (size_t i = 0; i + 1 < count && versions[i].version.number > formed_by; i++) {
        if (is_same_rule(&versions[i].card, &versions[i + 1].card)) continue;
        if (definition_was_rewritten(&versions[i].version)) continue;
        if (!outdated->is_outdated) *outdated = (Outdated){true, versions[i].version.at};
    }
    /* changed and changed back */
    for (size_t i = 0; i < count && outdated->is_outdated; i++)
        if (versions[i].version.number == formed_by &&
            is_same_rule(&versions[i].card, &versions[0].card))
            *outdated = (Outdated){0};
}

Status segment_is_outdated(Store *store, const Segment *segment, Outdated *ret_outdated, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const SegmentCard *card = &segment->card;
    DefinitionVersion *versions = NULL;
    size_t count = 0;
    uint32_t formed_by;
    *ret_outdated = (Outdated){0};
    if (card->mode == MODE_DYNAMIC || card->is_live || !has_rule(card)) return STATUS_OK;
    if (segment->version == 1) return STATUS_OK;
    TRY(read_version(store, segment->id, &formed_by, err));
    if (formed_by == 0 || formed_by == segment->version) return STATUS_OK;
    TRY(definition_history(store, segment->id, arena, &versions, &count, err));
    look_at(versions, count, formed_by, ret_outdated);
    return STATUS_OK;
}
