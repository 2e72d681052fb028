/* losing.c -- what forming a manual segment would undo of what was done by hand. */
#include "segment/finding.h"
#include "segment/marks.h"

/* Whose marks have made them members, or kept them from being some. */
typedef struct {
    CustomerSet added, removed, all;
} Edited;

static void edited_free(Edited *edited)
{
    customer_set_free(&edited->added);
    customer_set_free(&edited->removed);
    customer_set_free(&edited->all);
}

static Status read_edited(Store *store, uint32_t segment_id, Edited *edited, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet present = {0};
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_list_marks(store, segment_id, arena, &marks, &count, err));
    TRY(store_read_composition(store, segment_id, UINT64_MAX, &present, err));
    for (size_t i = 0; i < count; i++) {
        bool is_in = customer_set_has(&present, marks[i].customer);
        if (marks[i].kind == MARK_ADDED && is_in)
            customer_set_add(&edited->added, marks[i].customer);
        if (marks[i].kind == MARK_REMOVED && !is_in)
            customer_set_add(&edited->removed, marks[i].customer);
    }
    customer_set_unite(&edited->all, &edited->added);
    customer_set_unite(&edited->all, &edited->removed);
    return STATUS_OK;
}

static Status count_lost(const FormingContext *context, const SegmentCard *card, Edited *edited,
                         HandEdits *ret_edits, Error *err)
{
    AUTO(customer_set_free) CustomerSet found = {0};
    Status status = card_find(context, card, &edited->all, &found, err);
    if (status == STATUS_LIMIT || status == STATUS_INVALID || status == STATUS_DENIED)
        return STATUS_OK;
    if (status != STATUS_OK) return status;
    customer_set_subtract(&edited->added, &found);
    customer_set_intersect(&edited->removed, &found);
    *ret_edits =
        (HandEdits){customer_set_count(&edited->added), customer_set_count(&edited->removed)};
    return STATUS_OK;
}

/* While SQL was run others could write: what they did by hand was not counted. */
static Status check_unchanged(const FormingContext *context, const Segment *segment,
                              const Edited *before, Error *err)
{
    AUTO(edited_free) Edited now = {0};
    if (segment->card.sql.size == 0) return STATUS_OK;
    TRY(read_edited(context->store, segment->id, &now, err));
    if (customer_set_equal(&before->all, &now.all)) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "'%.*s' was changed by hand while its query was run; try again",
                     TEXT_FORMAT(segment->card.name));
}

Status segment_forming_loses(const FormingContext *context, const Segment *segment,
                             HandEdits *ret_edits, Error *err)
{
    AUTO(edited_free) Edited edited = {0};
    const SegmentCard *card = &segment->card;
    *ret_edits = (HandEdits){0};
    if (card->mode != MODE_MANUAL || (card->rule.size == 0 && card->sql.size == 0))
        return STATUS_OK;
    TRY(read_edited(context->store, segment->id, &edited, err));
    if (customer_set_is_empty(&edited.all)) return STATUS_OK;
    ASSERT(context->data != NULL || card->sql.size > 0);
    TRY(count_lost(context, card, &edited, ret_edits, err));
    return check_unchanged(context, segment, &edited, err);
}
