/* marks.c -- what people said of single customers of a segment: when it holds, what it refuses. */
#include "segment/marks.h"

#include "segment/publishing.h"

bool mark_outlives_forming(const SegmentMark *mark)
{
    return mark->kind == MARK_PINNED || mark->kind == MARK_EXCLUDED;
}

bool mark_holds(const SegmentMark *mark, Date day)
{
    return !mark->has_until || mark->until.day >= day.day;
}

bool mark_apply(const SegmentMark *mark, CustomerSet *composition)
{
    bool is_pin = mark->kind == MARK_PINNED;
    if (customer_set_has(composition, mark->customer) == is_pin) return false;
    if (is_pin)
        customer_set_add(composition, mark->customer);
    else
        customer_set_remove(composition, mark->customer);
    return true;
}

/* ---- what they refuse ---- */

static bool is_against(HandAct act, SegmentMarkKind kind)
{
    if (kind == MARK_PINNED) return act == HAND_REMOVE || act == HAND_EXCLUDE;
    return kind == MARK_EXCLUDED && (act == HAND_ADD || act == HAND_PIN);
}

static Status refuse(const FormingContext *context, const Segment *segment, const SegmentMark *mark,
                     Arena *arena, Error *err)
{
    CustomerSummary customer;
    TRY(store_describe_customers(context->store, &mark->customer, 1, arena, &customer, err));
    if (mark->kind == MARK_PINNED)
        return error_set(err, STATUS_CONFLICT,
                         "'%.*s' is pinned in '%.*s'; take the pin back first (segment release)",
                         TEXT_FORMAT(customer.code), TEXT_FORMAT(segment->card.name));
    return error_set(err, STATUS_CONFLICT,
                     "'%.*s' is excluded from '%.*s'; take the exclusion back first (segment "
                     "release)",
                     TEXT_FORMAT(customer.code), TEXT_FORMAT(segment->card.name));
}

Status marks_allow(const FormingContext *context, const Segment *segment, const HandEdit *edit,
                   Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < edit->count; i++) {
        bool has_mark;
        SegmentMark mark;
        MarkQuery query = {segment->id, edit->customers[i]};
        TRY(store_find_mark(context->store, query, arena, &has_mark, &mark, err));
        if (has_mark && is_against(edit->act, mark.kind) && mark_holds(&mark, context->today))
            return refuse(context, segment, &mark, arena, err);
    }
    return STATUS_OK;
}

/* ---- marks that come back ---- */

void hand_marks_free(HandMarks *marks)
{
    customer_set_free(&marks->added);
    customer_set_free(&marks->removed);
}

static bool are_none(const HandMarks *marks)
{
    return customer_set_is_empty(&marks->added) && customer_set_is_empty(&marks->removed);
}

Status marks_set(const FormingContext *context, uint32_t segment_id, const CustomerSet *customers,
                 SegmentMark mark, Error *err)
{
    FOR_EACH_CUSTOMER (id, customers) {
        mark.customer = id;
        TRY(store_set_mark(context->store, segment_id, &mark, err));
    }
    return STATUS_OK;
}

/* Those of `wanted` whom a forming moved by hand. */
static Status restore_from(const FormingContext *context, const FormingRow *forming,
                           const StoredChange *change, CustomerSet *wanted, Error *err)
{
    CustomerSet found = customer_set_copy(&change->customers);
    customer_set_intersect(&found, wanted);
    customer_set_subtract(wanted, &found);
    SegmentMark mark = {.kind = change->is_joining ? MARK_ADDED : MARK_REMOVED,
                        .at = forming->at,
                        .author = forming->author,
                        .reason = forming->note};
    Status status = marks_set(context, forming->segment_id, &found, mark, err);
    customer_set_free(&found);
    return status;
}

static Status restore_at(const FormingContext *context, const FormingRow *forming, HandMarks *marks,
                         Arena *arena, Error *err)
{
    StoredChange *changes = NULL;
    size_t count = 0;
    if (forming->reason != FORMING_HAND && forming->reason != FORMING_CREATION) return STATUS_OK;
    TRY(store_read_changes(context->store, forming->id, arena, &changes, &count, err));
    Status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        CustomerSet *wanted = changes[i].is_joining ? &marks->added : &marks->removed;
        if (status == STATUS_OK) status = restore_from(context, forming, &changes[i], wanted, err);
        customer_set_free(&changes[i].customers);
    }
    return status;
}

static Status mark_rest(const FormingContext *context, uint32_t segment_id, const HandMarks *marks,
                        Error *err)
{
    SegmentMark mark = {
        .kind = MARK_ADDED, .at = context->now, .author = context->author, .reason = TEXT("")};
    TRY(marks_set(context, segment_id, &marks->added, mark, err));
    mark.kind = MARK_REMOVED;
    return marks_set(context, segment_id, &marks->removed, mark, err);
}

Status hand_marks_restore(const FormingContext *context, const Segment *segment, MarksQuery query,
                          HandMarks *marks, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow *formings = NULL;
    size_t count = 0;
    if (are_none(marks)) return STATUS_OK;
    TRY(store_list_formings(context->store, (FormingQuery){segment->id, SIZE_MAX}, arena, &formings,
                            &count, err));
    for (size_t i = count; i-- > 0;) {
        if (are_none(marks)) return STATUS_OK;
        if (formings[i].id < query.before)
            TRY(restore_at(context, &formings[i], marks, arena, err));
    }
    return query.marks_all ? mark_rest(context, segment->id, marks, err) : STATUS_OK;
}

/* ---- what is over, before anybody looked ---- */

static CustomerMove moved_back(const CustomerMove *move, Date day, FormingReason reason,
                               ChangeCause cause)
{
    CustomerMove back = *move;
    back.is_joining = !move->is_joining;
    back.cause = cause;
    back.forming.reason = reason;
    back.forming.at = moment_of(day, 0, 0, 0);
    back.forming.as_of = day;
    back.forming.author = back.forming.note = TEXT("");
    return back;
}

/* Up to which day the segment was looked at, by the end of `as_of`. */
static Status find_last_look(Store *store, const MarkEndQuery *query, Arena *arena, Date *ret_day,
                             Error *err)
{
    FormingRow last, *formings = NULL;
    size_t count = 0;
    FormingQuery all = {query->segment->id, SIZE_MAX};
    *ret_day = (Date){DATE_DAY_MIN};
    TRY(store_last_forming(store, query->segment->id, arena, &last, err));
    if (moment_date(last.at).day <= query->as_of.day) {
        *ret_day = segment_last_asked(query->segment, &last);
        return STATUS_OK;
    }
    TRY(store_list_formings(store, all, arena, &formings, &count, err));
    for (size_t i = 0; i < count; i++)
        if (moment_date(formings[i].at).day <= query->as_of.day) *ret_day = formings[i].as_of;
    return STATUS_OK;
}

void mark_explain_merge(const SegmentMark *mark, CustomerMove *move)
{
    bool keeps_in = mark->kind == MARK_ADDED || mark->kind == MARK_PINNED;
    bool keeps_out = mark->kind == MARK_REMOVED || mark->kind == MARK_EXCLUDED;
    if (move->cause != CAUSE_MERGE || (move->is_joining ? !keeps_in : !keeps_out)) return;
    move->cause = CAUSE_HAND;
    move->forming.reason = mark_outlives_forming(mark) ? FORMING_MARK : FORMING_HAND;
    move->forming.at = mark->at;
    move->forming.author = mark->author;
    move->forming.note = mark->reason;
}

static bool is_through_mark(const Segment *segment, const CustomerMove *move)
{
    bool is_by_forming = segment->card.mode == MODE_PERIODIC && move->cause == CAUSE_HAND;
    return move->forming.reason == FORMING_MARK || is_by_forming;
}

static bool is_cleared(const SegmentCard *card, const CustomerMove *move, Date as_of)
{
    return card->has_clearing && card->clearing.day <= as_of.day && move->is_joining &&
           moment_date(move->forming.at).day < card->clearing.day;
}

Status marks_pass_end(Store *store, const MarkEndQuery *query, Arena *arena, CustomerMove *move,
                      Error *err)
{
    bool has_mark;
    SegmentMark mark;
    Date last_look;
    const SegmentCard *card = &query->segment->card;
    MarkQuery his = {query->segment->id, query->customer};
    if (move->forming.id == 0) return STATUS_OK;
    if (is_cleared(card, move, query->as_of)) {
        *move = moved_back(move, card->clearing, FORMING_CLEAR, CAUSE_CLEAR);
        return STATUS_OK;
    }
    TRY(store_find_mark(store, his, arena, &has_mark, &mark, err));
    if (has_mark) mark_explain_merge(&mark, move);
    if (!has_mark || !mark_outlives_forming(&mark) || mark_holds(&mark, query->as_of))
        return STATUS_OK;
    bool is_pin = mark.kind == MARK_PINNED;
    if (is_pin != move->is_joining || !is_through_mark(query->segment, move)) return STATUS_OK;
    TRY(find_last_look(store, query, arena, &last_look, err));
    if (!mark_holds(&mark, last_look)) return STATUS_OK; /* who looked then has decided */
    *move = moved_back(move, (Date){mark.until.day + 1}, FORMING_EXPIRY, CAUSE_EXPIRED);
    return STATUS_OK;
}

/* ---- their end ---- */

typedef struct {
    const FormingContext *context;
    const Segment *segment;
    Arena *arena;
    CustomerSet before, after;
    HandMarks marks; /* that count again */
} Ending;

/* He is in, or out, through the mark itself and nothing that came later. */
static Status moved_by_mark(const Ending *ending, CustomerId customer, bool *ret_is, Error *err)
{
    CustomerMove move;
    CustomerMoveQuery query = {ending->segment->id, customer, {DATE_DAY_MAX}};
    TRY(store_find_last_move(ending->context->store, query, ending->arena, &move, err));
    *ret_is = move.forming.id != 0 && move.forming.reason == FORMING_MARK;
    return STATUS_OK;
}

static Status end_mark(Ending *ending, const SegmentMark *mark, Error *err)
{
    bool is_moved;
    bool is_pin = mark->kind == MARK_PINNED;
    if (customer_set_has(&ending->before, mark->customer) != is_pin) return STATUS_OK;
    TRY(moved_by_mark(ending, mark->customer, &is_moved, err));
    if (is_moved && is_pin) customer_set_remove(&ending->after, mark->customer);
    if (is_moved && !is_pin) customer_set_add(&ending->after, mark->customer);
    if (is_moved != is_pin) customer_set_add(&ending->marks.added, mark->customer);
    return STATUS_OK;
}

static Status end_all(Ending *ending, bool *ret_has_ended, Error *err)
{
    const FormingContext *context = ending->context;
    SegmentMark *marks = NULL;
    size_t count = 0;
    FormingRow last;
    uint32_t id = ending->segment->id;
    *ret_has_ended = false;
    TRY(store_last_forming(context->store, id, ending->arena, &last, err));
    TRY(store_list_marks(context->store, id, ending->arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (!mark_outlives_forming(&marks[i]) || mark_holds(&marks[i], context->today)) continue;
        if (!mark_holds(&marks[i], last.as_of)) continue; /* it was looked at since */
        *ret_has_ended = true;
        TRY(end_mark(ending, &marks[i], err));
    }
    return STATUS_OK;
}

/* Told once: it is tried again at every change of the data. */
static Status note_failure(const Ending *ending, Text complaint, FormingOutcome *outcome,
                           Error *err)
{
    const Segment *segment = ending->segment;
    *outcome = (FormingOutcome){.segment = segment, .failure = complaint};
    if (text_equal(segment->failure, complaint)) return STATUS_OK;
    return store_note_attempt(ending->context->store, segment->id, ending->context->now, complaint,
                              err);
}

static Status publish_end(Ending *ending, EndGuard guard, FormingOutcome *outcome, Error *err)
{
    Publication publication;
    const FormingContext *context = ending->context;
    Text complaint = TEXT("");
    TRY(publication_replace(context, ending->segment, &ending->after, CAUSE_EXPIRED, &publication,
                            err));
    *outcome = publication_outcome(&publication);
    Status status = STATUS_OK;
    if (guard == TESTS_GUARD)
        status =
            publication_test(context, &publication, TESTS_OF_MOVED, ending->arena, &complaint, err);
    if (status == STATUS_OK && complaint.size == 0)
        status = publication_write(context, &publication, FORMING_EXPIRY, TEXT(""), err);
    publication_free(&publication);
    TRY(status);
    if (complaint.size > 0) return note_failure(ending, complaint, outcome, err);
    const MarksQuery all = {.before = UINT64_MAX};
    return hand_marks_restore(context, ending->segment, all, &ending->marks, err);
}

static Status end_marks(Ending *ending, EndGuard guard, FormingOutcome *outcome, Error *err)
{
    bool has_ended;
    TRY(store_read_composition(ending->context->store, ending->segment->id, UINT64_MAX,
                               &ending->before, err));
    ending->after = customer_set_copy(&ending->before);
    TRY(end_all(ending, &has_ended, err));
    return has_ended ? publish_end(ending, guard, outcome, err) : STATUS_OK;
}

Status marks_end(const FormingContext *context, const Segment *segment, EndGuard guard,
                 Arena *arena, FormingOutcome *ret_outcome, Error *err)
{
    Ending ending = {.context = context, .segment = segment, .arena = arena};
    *ret_outcome = (FormingOutcome){.segment = segment, .is_formed = true};
    if (segment->card.mode != MODE_MANUAL) return STATUS_OK;
    Status status = end_marks(&ending, guard, ret_outcome, err);
    customer_set_free(&ending.before);
    customer_set_free(&ending.after);
    hand_marks_free(&ending.marks);
    return status;
}
