/* editing.c -- changes of a composition by hand: adding, removing, pinning, excluding, clearing. */
#include "segment/marks.h"
#include "segment/publishing.h"

/* ---- clearing ---- */

Status segment_clear(const FormingContext *context, const Segment *segment, Text note, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const CustomerSet nobody = {0};
    FormingRow last;
    Publication publication;
    TRY(store_last_forming(context->store, segment->id, arena, &last, err));
    if (last.members_count == 0) return STATUS_OK;
    TRY(publication_replace(context, segment, &nobody, CAUSE_CLEAR, &publication, err));
    Status status = publication_write(context, &publication, FORMING_CLEAR, note, err);
    publication_free(&publication);
    return status;
}

/* ---- edits ---- */

static const struct {
    SegmentAct needs;
    SegmentMarkKind mark;
    FormingReason reason;
} hand_acts[] = {
    [HAND_ADD] = {ACT_EDIT_BY_HAND, MARK_ADDED, FORMING_HAND},
    [HAND_REMOVE] = {ACT_EDIT_BY_HAND, MARK_REMOVED, FORMING_HAND},
    [HAND_PIN] = {ACT_MARK, MARK_PINNED, FORMING_MARK},
    [HAND_EXCLUDE] = {ACT_MARK, MARK_EXCLUDED, FORMING_MARK},
    [HAND_RELEASE] = {ACT_MARK, MARK_RELEASED, FORMING_MARK},
};

static const ChangeCause hand_causes[] = {
    [HAND_TYPED] = CAUSE_HAND, [HAND_FROM_LIST] = CAUSE_IMPORT, [HAND_FROM_SET] = CAUSE_SET};

/* "reason (clients.csv)" */
static Text told_reason(const HandEdit *edit, Arena *arena)
{
    Text reason = text_trim(edit->reason);
    if (edit->source_name.size == 0) return reason;
    if (reason.size == 0) return edit->source_name;
    return arena_printf(arena, "%.*s (%.*s)", TEXT_FORMAT(reason), TEXT_FORMAT(edit->source_name));
}

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
    bool has_decided =
        mark_outlives_forming(&mark) && mark_holds(&mark, segment_last_asked(segment, &last));
    return has_decided || mark.kind == MARK_RELEASED
               ? store_set_mark(context->store, segment->id, released, err)
               : store_remove_mark(context->store, segment->id, mark.customer, err);
}

/* Who is pinned is in already, who is excluded is out: that goes on to be said of him. */
static Status is_said_already(const FormingContext *context, MarkQuery query, HandAct act,
                              Arena *arena, bool *ret_is, Error *err)
{
    SegmentMark mark;
    *ret_is = false;
    if (act != HAND_ADD && act != HAND_REMOVE) return STATUS_OK;
    TRY(store_find_mark(context->store, query, arena, ret_is, &mark, err));
    *ret_is = *ret_is && mark_outlives_forming(&mark) && mark_holds(&mark, context->today);
    return STATUS_OK;
}

static Status write_marks(const FormingContext *context, const Segment *segment,
                          const HandEdit *edit, Arena *arena, Error *err)
{
    Text reason = told_reason(edit, arena);
    for (size_t i = 0; i < edit->count; i++) {
        bool is_said;
        MarkQuery query = {segment->id, edit->customers[i]};
        SegmentMark mark = {.customer = edit->customers[i],
                            .kind = hand_acts[edit->act].mark,
                            .at = context->now,
                            .author = context->author,
                            .reason = reason,
                            .has_until = edit->has_until,
                            .until = edit->until};
        TRY(is_said_already(context, query, edit->act, arena, &is_said, err));
        if (is_said) continue;
        if (edit->act == HAND_RELEASE)
            TRY(release(context, segment, &mark, err));
        else
            TRY(store_set_mark(context->store, segment->id, &mark, err));
    }
    return STATUS_OK;
}

/* A rule has to be asked first: a composition of those pinned alone would pass for a formed one. */
static Status waits_for_forming(const FormingContext *context, const Segment *segment, Arena *arena,
                                bool *ret_waits, Error *err)
{
    FormingRow last;
    TRY(store_last_forming(context->store, segment->id, arena, &last, err));
    *ret_waits = last.id == 0 && segment->card.mode == MODE_PERIODIC;
    return STATUS_OK;
}

static Status publish_edit(const FormingContext *context, const Segment *segment,
                           const HandEdit *edit, const CustomerSet *after,
                           FormingOutcome *ret_outcome, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Publication publication;
    bool waits;
    TRY(waits_for_forming(context, segment, arena, &waits, err));
    TRY(publication_replace(context, segment, after, hand_causes[edit->source], &publication, err));
    Status status = publication_guard(context, &publication, err);
    if (status == STATUS_OK && !waits)
        status = publication_write(context, &publication, hand_acts[edit->act].reason,
                                   told_reason(edit, arena), err);
    *ret_outcome = waits ? (FormingOutcome){.segment = segment, .is_waiting = true}
                         : publication_outcome(&publication);
    publication_free(&publication);
    return status;
}

/* Removing concerns members, releasing those with a mark; the others of the list are passed over.
 */
static Status is_concerned(const FormingContext *context, MarkQuery query, HandAct act,
                           const CustomerSet *members, bool *ret_is, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentMark mark;
    bool has_mark;
    *ret_is = act != HAND_REMOVE || customer_set_has(members, query.customer);
    if (act != HAND_RELEASE) return STATUS_OK;
    TRY(store_find_mark(context->store, query, arena, &has_mark, &mark, err));
    *ret_is = has_mark && mark.kind != MARK_RELEASED;
    return STATUS_OK;
}

/* `edit` without those whom it does not concern. */
static Status choose_concerned(const FormingContext *context, const Segment *segment,
                               const CustomerSet *members, Arena *arena, HandEdit *edit, Error *err)
{
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, edit->count);
    size_t count = 0;
    for (size_t i = 0; i < edit->count; i++) {
        bool is;
        MarkQuery query = {segment->id, edit->customers[i]};
        TRY(is_concerned(context, query, edit->act, members, &is, err));
        if (is) customers[count++] = edit->customers[i];
    }
    if (count == 0 && edit->act == HAND_REMOVE)
        return error_set(err, STATUS_CONFLICT,
                         "none of these customers is in '%.*s': there is nobody to remove",
                         TEXT_FORMAT(segment->card.name));
    if (count == 0)
        return error_set(
            err, STATUS_CONFLICT,
            "none of these customers is pinned or excluded in '%.*s': there is no mark "
            "to take back",
            TEXT_FORMAT(segment->card.name));
    edit->customers = customers;
    edit->count = count;
    return STATUS_OK;
}

static Status write_edit(const FormingContext *context, const Segment *segment,
                         const HandEdit *wanted, FormingOutcome *ret_outcome, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet composition = {0};
    FormingOutcome ended;
    HandEdit edit = *wanted;
    TRY(marks_allow(context, segment, &edit, err));
    TRY(marks_end(context, segment, TESTS_COME_LATER, arena, &ended, err));
    TRY(store_read_composition(context->store, segment->id, UINT64_MAX, &composition, err));
    TRY(choose_concerned(context, segment, &composition, arena, &edit, err));
    TRY(write_marks(context, segment, &edit, arena, err));
    apply_edit(&edit, &composition);
    return publish_edit(context, segment, &edit, &composition, ret_outcome, err);
}

static Status check_until(const FormingContext *context, const HandEdit *edit, Error *err)
{
    if (!edit->has_until || edit->until.day >= context->today.day) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "the last day of a pin or an exclusion is over already; give a later one");
}

Status segment_edit(const FormingContext *context, const Segment *segment, const HandEdit *edit,
                    FormingOutcome *ret_outcome, Error *err)
{
    TRY(mode_check(segment->card.mode, hand_acts[edit->act].needs, segment->card.name, err));
    TRY(check_until(context, edit, err));
    TRY(store_batch_begin(context->store, err));
    Status status = write_edit(context, segment, edit, ret_outcome, err);
    if (status == STATUS_OK) status = store_batch_commit(context->store, err);
    store_batch_rollback(context->store);
    return status;
}
