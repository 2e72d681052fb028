/* editing.c -- changes of a composition by hand: adding, removing, pinning, excluding, undoing. */
#include "segment/publishing.h"

/* ---- what forming would lose ---- */

Status segment_hand_edits(Store *store, uint32_t segment_id, HandEdits *ret_edits, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_list_marks(store, segment_id, arena, &marks, &count, err));
    *ret_edits = (HandEdits){0};
    for (size_t i = 0; i < count; i++) {
        ret_edits->added += marks[i].kind == MARK_ADDED;
        ret_edits->removed += marks[i].kind == MARK_REMOVED;
    }
    return STATUS_OK;
}

/* ---- publishing a composition that was not found by a rule ---- */

typedef struct {
    const FormingContext *context;
    const Segment *segment;
    ChangeCause cause;
    FormingReason reason;
    Text note;
} Replacement;

static Status replace(const Replacement *replacement, const CustomerSet *after,
                      FormingOutcome *ret_outcome, Error *err)
{
    Publication publication;
    TRY(publication_replace(replacement->context, replacement->segment, after, replacement->cause,
                            &publication, err));
    Status status = publication_write(replacement->context, &publication, replacement->reason,
                                      replacement->note, err);
    if (status == STATUS_OK) *ret_outcome = publication_outcome(&publication);
    publication_free(&publication);
    return status;
}

/* ---- undo ---- */

static Status find_before_last(Store *store, const Segment *segment, uint64_t *ret_forming_id,
                               Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow *formings = NULL;
    size_t count = 0;
    TRY(store_list_formings(store, (FormingQuery){segment->id, 2}, arena, &formings, &count, err));
    if (count == 0)
        return error_set(err, STATUS_CONFLICT, "the segment '%.*s' was never formed",
                         TEXT_FORMAT(segment->card.name));
    if (formings[count - 1].reason == FORMING_UNDO)
        return error_set(err, STATUS_CONFLICT,
                         "the last forming of '%.*s' was undone already; form it again instead",
                         TEXT_FORMAT(segment->card.name));
    *ret_forming_id = count == 2 ? formings[0].id : 0;
    return STATUS_OK;
}

Status segment_undo(const FormingContext *context, const Segment *segment,
                    FormingOutcome *ret_outcome, Error *err)
{
    uint64_t forming_id = 0;
    CustomerSet before = {0};
    TRY(mode_check(segment->card.mode, ACT_FORM, segment->card.name, err));
    TRY(find_before_last(context->store, segment, &forming_id, err));
    TRY(store_read_composition(context->store, segment->id, forming_id, &before, err));
    Replacement replacement = {.context = context,
                               .segment = segment,
                               .cause = CAUSE_UNDO,
                               .reason = FORMING_UNDO,
                               .note = TEXT("")};
    Status status = replace(&replacement, &before, ret_outcome, err);
    customer_set_free(&before);
    return status;
}

/* ---- clearing ---- */

Status segment_clear(const FormingContext *context, const Segment *segment, Text note, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const CustomerSet nobody = {0};
    FormingRow last;
    FormingOutcome outcome;
    TRY(store_last_forming(context->store, segment->id, arena, &last, err));
    if (last.members_count == 0) return STATUS_OK;
    Replacement replacement = {.context = context,
                               .segment = segment,
                               .cause = CAUSE_CLEAR,
                               .reason = FORMING_CLEAR,
                               .note = note};
    return replace(&replacement, &nobody, &outcome, err);
}

/* ---- edits ---- */

static const struct {
    SegmentAct needs;
    SegmentMarkKind mark;
} hand_acts[] = {
    [HAND_ADD] = {ACT_EDIT_BY_HAND, MARK_ADDED}, [HAND_REMOVE] = {ACT_EDIT_BY_HAND, MARK_REMOVED},
    [HAND_PIN] = {ACT_MARK, MARK_PINNED},        [HAND_EXCLUDE] = {ACT_MARK, MARK_EXCLUDED},
    [HAND_RELEASE] = {ACT_MARK, MARK_RELEASED},
};

/* Releasing a mark changes nothing before the next forming. */
static void apply_edit(const HandEdit *edit, CustomerSet *composition)
{
    bool adds = edit->act == HAND_ADD || edit->act == HAND_PIN;
    bool removes = edit->act == HAND_REMOVE || edit->act == HAND_EXCLUDE;
    for (size_t i = 0; i < edit->count; i++) {
        if (adds) customer_set_add(composition, edit->customers[i]);
        if (removes) customer_set_remove(composition, edit->customers[i]);
    }
}

/* A pin or exclusion that decided at the last forming is told of by the next one; of any other
 * mark nothing is left. */
static Status release(const FormingContext *context, const Segment *segment,
                      const SegmentMark *released, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow last;
    SegmentMark mark;
    bool is_marked;
    MarkQuery query = {segment->id, released->customer};
    TRY(store_find_mark(context->store, query, arena, &is_marked, &mark, err));
    if (!is_marked) return STATUS_OK;
    TRY(store_last_forming(context->store, segment->id, arena, &last, err));
    bool has_decided = (mark.kind == MARK_PINNED || mark.kind == MARK_EXCLUDED) &&
                       mark_holds_on(&mark, publication_last_asked(segment, &last));
    return has_decided || mark.kind == MARK_RELEASED
               ? store_set_mark(context->store, segment->id, released, err)
               : store_remove_mark(context->store, segment->id, mark.customer, err);
}

static Status write_marks(const FormingContext *context, const Segment *segment,
                          const HandEdit *edit, Error *err)
{
    for (size_t i = 0; i < edit->count; i++) {
        SegmentMark mark = {.customer = edit->customers[i],
                            .kind = hand_acts[edit->act].mark,
                            .at = context->now,
                            .author = context->author,
                            .reason = edit->reason,
                            .has_until = edit->has_until,
                            .until = edit->until};
        if (edit->act == HAND_RELEASE)
            TRY(release(context, segment, &mark, err));
        else
            TRY(store_set_mark(context->store, segment->id, &mark, err));
    }
    return STATUS_OK;
}

static Status write_edit(const FormingContext *context, const Segment *segment,
                         const HandEdit *edit, FormingOutcome *ret_outcome, Error *err)
{
    CustomerSet composition = {0};
    TRY(write_marks(context, segment, edit, err));
    TRY(store_read_composition(context->store, segment->id, UINT64_MAX, &composition, err));
    apply_edit(edit, &composition);
    Replacement replacement = {.context = context,
                               .segment = segment,
                               .cause = CAUSE_HAND,
                               .reason = FORMING_HAND,
                               .note = edit->reason};
    Status status = replace(&replacement, &composition, ret_outcome, err);
    customer_set_free(&composition);
    return status;
}

Status segment_edit(const FormingContext *context, const Segment *segment, const HandEdit *edit,
                    FormingOutcome *ret_outcome, Error *err)
{
    TRY(mode_check(segment->card.mode, hand_acts[edit->act].needs, segment->card.name, err));
    TRY(store_batch_begin(context->store, err));
    Status status = write_edit(context, segment, edit, ret_outcome, err);
    if (status == STATUS_OK) status = store_batch_commit(context->store, err);
    store_batch_rollback(context->store);
    return status;
}
