/* undoing.c -- taking the last forming back: what it threw away returns, what was done by hand
 * since goes; pins, checks of new customers and erasures since stay. */
#include "segment/marks.h"
#include "segment/publishing.h"

typedef struct {
    const FormingContext *context;
    const Segment *segment;
    Arena *arena;
    FormingRow forming;                  /* that is taken back */
    CustomerSet earlier, present, after; /* compositions: before it, now, when it is taken back */
    HandMarks returning;                 /* whom it had gone over */
    HandMarks lost;                      /* whom people added and removed since */
} Undoing;

static void undoing_free(Undoing *undoing)
{
    customer_set_free(&undoing->earlier);
    customer_set_free(&undoing->present);
    customer_set_free(&undoing->after);
    hand_marks_free(&undoing->returning);
    hand_marks_free(&undoing->lost);
}

/* ---- which forming ---- */

/* By its rule, or emptied: what puts a whole composition in place of another. */
static bool is_forming(FormingReason reason)
{
    return reason == FORMING_FORM || reason == FORMING_SCHEDULE || reason == FORMING_LIVE ||
           reason == FORMING_CLEAR || reason == FORMING_UNDO;
}

static Status find_forming(Undoing *undoing, Error *err)
{
    FormingRow *formings = NULL;
    size_t count = 0;
    Text name = undoing->segment->card.name;
    FormingQuery all = {undoing->segment->id, SIZE_MAX};
    TRY(store_list_formings(undoing->context->store, all, undoing->arena, &formings, &count, err));
    while (count > 0 && !is_forming(formings[count - 1].reason))
        count--;
    if (count == 0)
        return error_set(err, STATUS_CONFLICT, "the segment '%.*s' was never formed",
                         TEXT_FORMAT(name));
    undoing->forming = formings[count - 1];
    if (undoing->forming.reason == FORMING_UNDO)
        return error_set(err, STATUS_CONFLICT,
                         "the last forming of '%.*s' was undone already; form it again instead",
                         TEXT_FORMAT(name));
    return STATUS_OK;
}

/* ---- what comes out ---- */

static void take_back(Undoing *undoing, const StoredChange *change)
{
    if (change->is_joining)
        customer_set_subtract(&undoing->after, &change->customers);
    else
        customer_set_unite(&undoing->after, &change->customers);
    if (change->cause != CAUSE_DROPPED) return;
    customer_set_unite(change->is_joining ? &undoing->returning.removed : &undoing->returning.added,
                       &change->customers);
}

static Status take_back_changes(Undoing *undoing, Error *err)
{
    StoredChange *changes = NULL;
    size_t count = 0;
    TRY(store_read_changes(undoing->context->store, undoing->forming.id, undoing->arena, &changes,
                           &count, err));
    for (size_t i = 0; i < count; i++) {
        take_back(undoing, &changes[i]);
        customer_set_free(&changes[i].customers);
    }
    return STATUS_OK;
}

/* As it was before the forming, whatever was done by hand since. */
static void take_edit_back(Undoing *undoing, const SegmentMark *mark)
{
    CustomerId id = mark->customer;
    if (mark->kind == MARK_ADDED && !customer_set_has(&undoing->earlier, id)) {
        customer_set_remove(&undoing->after, id);
        if (customer_set_has(&undoing->present, id)) customer_set_add(&undoing->lost.added, id);
    }
    if (mark->kind == MARK_REMOVED && customer_set_has(&undoing->earlier, id)) {
        customer_set_add(&undoing->after, id);
        if (!customer_set_has(&undoing->present, id)) customer_set_add(&undoing->lost.removed, id);
    }
}

static Status apply_marks(Undoing *undoing, Error *err)
{
    SegmentMark *marks = NULL;
    size_t count = 0;
    const FormingContext *context = undoing->context;
    TRY(store_list_marks(context->store, undoing->segment->id, undoing->arena, &marks, &count,
                         err));
    for (size_t i = 0; i < count; i++) {
        if (!mark_outlives_forming(&marks[i])) {
            take_edit_back(undoing, &marks[i]);
            continue;
        }
        if (mark_holds(&marks[i], context->today)) (void)mark_apply(&marks[i], &undoing->after);
        /* one mark for each: it stays */
        customer_set_remove(&undoing->returning.added, marks[i].customer);
        customer_set_remove(&undoing->returning.removed, marks[i].customer);
    }
    return STATUS_OK;
}

static Status prepare(Undoing *undoing, Error *err)
{
    Store *store = undoing->context->store;
    const Segment *segment = undoing->segment;
    TRY(mode_check(segment->card.mode, ACT_FORM, segment->card.name, err));
    TRY(find_forming(undoing, err));
    TRY(store_read_composition(store, segment->id, undoing->forming.id - 1, &undoing->earlier,
                               err));
    TRY(store_read_composition(store, segment->id, UINT64_MAX, &undoing->present, err));
    undoing->after = customer_set_copy(&undoing->present);
    TRY(take_back_changes(undoing, err));
    return apply_marks(undoing, err);
}

static HandEdits lost_edits(const Undoing *undoing)
{
    return (HandEdits){customer_set_count(&undoing->lost.added),
                       customer_set_count(&undoing->lost.removed)};
}

/* ---- writing ---- */

static Status forget(Undoing *undoing, const CustomerSet *customers, Error *err)
{
    FOR_EACH_CUSTOMER (id, customers)
        TRY(store_remove_mark(undoing->context->store, undoing->segment->id, id, err));
    return STATUS_OK;
}

static Status publish(Undoing *undoing, FormingOutcome *ret_outcome, Error *err)
{
    Publication publication;
    const FormingContext *context = undoing->context;
    TRY(publication_replace(context, undoing->segment, &undoing->after, CAUSE_UNDO, &publication,
                            err));
    Status status = publication_guard(context, &publication, err);
    if (status == STATUS_OK)
        status = publication_write(context, &publication, FORMING_UNDO, TEXT(""), err);
    *ret_outcome = publication_outcome(&publication);
    publication_free(&publication);
    return status;
}

static Status write(Undoing *undoing, FormingOutcome *ret_outcome, Error *err)
{
    const FormingContext *context = undoing->context;
    const MarksQuery earlier = {.before = undoing->forming.id, .marks_all = true};
    TRY(forget(undoing, &undoing->lost.added, err));
    TRY(forget(undoing, &undoing->lost.removed, err));
    TRY(hand_marks_restore(context, undoing->segment, earlier, &undoing->returning, err));
    return publish(undoing, ret_outcome, err);
}

/* ---- the verbs ---- */

static UndoLook look_of(const Undoing *undoing)
{
    return (UndoLook){.before = customer_set_count(&undoing->present),
                      .after = customer_set_count(&undoing->after),
                      .lost = lost_edits(undoing)};
}

static Status refuse(const Undoing *undoing, Error *err)
{
    UndoLook look = look_of(undoing);
    HandEdits lost = look.lost;
    if (lost.added + lost.removed == 0)
        return error_ask(err,
                         "undoing the last forming of '%.*s' makes %llu members of the present "
                         "%llu; confirm it",
                         TEXT_FORMAT(undoing->segment->card.name), (unsigned long long)look.after,
                         (unsigned long long)look.before);
    CustomerSummary one;
    CustomerId id = customer_set_next(&undoing->lost.added, (CustomerId){0});
    if (id.value == 0) id = customer_set_next(&undoing->lost.removed, (CustomerId){0});
    TRY(store_describe_customers(undoing->context->store, &id, 1, undoing->arena, &one, err));
    return error_ask(err,
                     "undoing the last forming of '%.*s' would lose what was done by hand since: "
                     "%llu added, %llu removed, such as '%.*s'; confirm it",
                     TEXT_FORMAT(undoing->segment->card.name), (unsigned long long)lost.added,
                     (unsigned long long)lost.removed, TEXT_FORMAT(one.code));
}

static Status undo(Undoing *undoing, bool is_confirmed, FormingOutcome *ret_outcome, Error *err)
{
    FormingOutcome ended;
    TRY(marks_end(undoing->context, undoing->segment, TESTS_COME_LATER, undoing->arena, &ended,
                  err));
    TRY(prepare(undoing, err));
    if (!is_confirmed) return refuse(undoing, err);
    return write(undoing, ret_outcome, err);
}

Status segment_undo(const FormingContext *context, const Segment *segment, bool is_confirmed,
                    FormingOutcome *ret_outcome, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(undoing_free) Undoing undoing = {.context = context, .segment = segment, .arena = arena};
    TRY(store_batch_begin(context->store, err));
    Status status = undo(&undoing, is_confirmed, ret_outcome, err);
    if (status == STATUS_OK) status = store_batch_commit(context->store, err);
    store_batch_rollback(context->store);
    return status;
}

Status segment_undo_look(const FormingContext *context, const Segment *segment, UndoLook *ret_look,
                         Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(undoing_free) Undoing undoing = {.context = context, .segment = segment, .arena = arena};
    TRY(prepare(&undoing, err));
    *ret_look = look_of(&undoing);
    return STATUS_OK;
}
