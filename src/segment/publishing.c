/* publishing.c -- from what a rule found to a forming in the journal. */
#include "segment/publishing.h"

#include "base/buffer.h"
#include "segment/marks.h"

void publication_free(Publication *publication)
{
    customer_set_free(&publication->before);
    customer_set_free(&publication->after);
    for (size_t cause = 0; cause < CHANGE_CAUSE_COUNT; cause++) {
        customer_set_free(&publication->joined[cause]);
        customer_set_free(&publication->left[cause]);
    }
}

FormingOutcome publication_outcome(const Publication *publication)
{
    return (FormingOutcome){.segment = publication->segment,
                            .is_formed = true,
                            .before_count = publication->before_count,
                            .after_count = publication->before_count + publication->joined_count -
                                           publication->left_count,
                            .joined_count = publication->joined_count,
                            .left_count = publication->left_count};
}

/* ---- who joins, who leaves ---- */

/* Everybody who changed, under one cause. */
static void note_changes(Publication *publication, ChangeCause cause)
{
    const CustomerSet *before = &publication->before, *after = &publication->after;
    publication->before_count = customer_set_count(before);
    publication->joined[cause] = customer_set_difference(after, before, &publication->joined_count);
    publication->left[cause] = customer_set_difference(before, after, &publication->left_count);
}

/* Whom pins and exclusions decide: those that hold, those that ended or were taken back since the
 * last forming; and whom people added and removed, which forming goes over. */
typedef struct {
    CustomerSet by_hand, unpinned, readmitted, released, added, removed;
    bool has_passing_marks;
} Decided;

static void decided_free(Decided *decided)
{
    customer_set_free(&decided->by_hand);
    customer_set_free(&decided->unpinned);
    customer_set_free(&decided->readmitted);
    customer_set_free(&decided->released);
    customer_set_free(&decided->added);
    customer_set_free(&decided->removed);
}

static void decide(const SegmentMark *mark, Date today, Date last_asked, CustomerSet *after,
                   Decided *decided)
{
    bool is_pin = mark->kind == MARK_PINNED;
    if (mark->kind == MARK_ADDED) customer_set_add(&decided->added, mark->customer);
    if (mark->kind == MARK_REMOVED) customer_set_add(&decided->removed, mark->customer);
    if (mark->kind == MARK_RELEASED) customer_set_add(&decided->released, mark->customer);
    if (!mark_outlives_forming(mark)) decided->has_passing_marks = true;
    if (!mark_outlives_forming(mark)) return;
    if (mark_holds(mark, today)) {
        if (mark_apply(mark, after)) customer_set_add(&decided->by_hand, mark->customer);
    } else if (mark_holds(mark, last_asked)) {
        customer_set_add(is_pin ? &decided->unpinned : &decided->readmitted, mark->customer);
    }
}

static Status apply_marks(const FormingContext *context, const Segment *segment, CustomerSet *after,
                          Decided *decided, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow last;
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_last_forming(context->store, segment->id, arena, &last, err));
    Date last_asked = segment_last_asked(segment, &last);
    TRY(store_list_marks(context->store, segment->id, arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++)
        decide(&marks[i], context->today, last_asked, after, decided);
    return STATUS_OK;
}

/* Those of `customers` move from the changes of one cause to those of another. */
static void move_changes(CustomerSet *from, CustomerSet *to, const CustomerSet *customers)
{
    if (customer_set_is_empty(customers)) return;
    *to = customer_set_copy(from);
    customer_set_intersect(to, customers);
    customer_set_subtract(from, customers);
}

static void divide_decided(Publication *publication, const Decided *decided)
{
    CustomerSet *joined = publication->joined, *left = publication->left;
    move_changes(&joined[CAUSE_RULE], &joined[CAUSE_HAND], &decided->by_hand);
    move_changes(&left[CAUSE_RULE], &left[CAUSE_HAND], &decided->by_hand);
    move_changes(&joined[CAUSE_RULE], &joined[CAUSE_EXPIRED], &decided->readmitted);
    move_changes(&left[CAUSE_RULE], &left[CAUSE_EXPIRED], &decided->unpinned);
    move_changes(&joined[CAUSE_RULE], &joined[CAUSE_RELEASED], &decided->released);
    move_changes(&left[CAUSE_RULE], &left[CAUSE_RELEASED], &decided->released);
    move_changes(&joined[CAUSE_RULE], &joined[CAUSE_DROPPED], &decided->removed);
    move_changes(&left[CAUSE_RULE], &left[CAUSE_DROPPED], &decided->added);
}

static CustomerSet take(CustomerSet *set)
{
    CustomerSet taken = *set;
    *set = (CustomerSet){0};
    return taken;
}

static Status read_before(const FormingContext *context, const PublicationInput *input,
                          CustomerSet *ret_before, Error *err)
{
    if (input->before == NULL)
        return store_read_composition(context->store, input->segment->id, UINT64_MAX, ret_before,
                                      err);
    *ret_before = take(input->before);
    return STATUS_OK;
}

static Status prepare(const FormingContext *context, const PublicationInput *input,
                      Publication *publication, Decided *decided, Error *err)
{
    const Segment *segment = publication->segment;
    TRY(read_before(context, input, &publication->before, err));
    publication->after = take(input->found);
    TRY(apply_marks(context, segment, &publication->after, decided, err));
    publication->has_passing_marks = decided->has_passing_marks;
    note_changes(publication, CAUSE_RULE);
    if (!publication_is_quiet(publication)) divide_decided(publication, decided);
    return STATUS_OK;
}

Status publication_prepare(const FormingContext *context, const PublicationInput *input,
                           Publication *ret_publication, Error *err)
{
    Decided decided = {0};
    Publication publication = {.segment = input->segment};
    Status status = prepare(context, input, &publication, &decided, err);
    decided_free(&decided);
    *ret_publication = publication;
    if (status == STATUS_OK) return STATUS_OK;
    publication_free(ret_publication);
    *ret_publication = (Publication){0};
    return status;
}

Status publication_replace(const FormingContext *context, const Segment *segment,
                           const CustomerSet *after, ChangeCause cause,
                           Publication *ret_publication, Error *err)
{
    Publication publication = {.segment = segment};
    TRY(store_read_composition(context->store, segment->id, UINT64_MAX, &publication.before, err));
    publication.after = customer_set_copy(after);
    note_changes(&publication, cause);
    *ret_publication = publication;
    return STATUS_OK;
}

/* ---- tests ---- */

static bool is_moved(const Publication *publication, CustomerId id)
{
    return customer_set_has(&publication->before, id) != customer_set_has(&publication->after, id);
}

Status publication_test(const FormingContext *context, const Publication *publication,
                        TestScope scope, Arena *arena, Text *ret_complaint, Error *err)
{
    const SegmentCard *card = &publication->segment->card;
    AUTO(buffer_done) Buffer complaint = {0};
    for (size_t i = 0; i < card->tests_count; i++) {
        const CardTest *test = &card->tests[i];
        CustomerId id;
        TRY(store_find_customer(context->store, test->customer, &id, err));
        if (scope == TESTS_OF_MOVED && (id.value == 0 || !is_moved(publication, id))) continue;
        if (id.value != 0 && customer_set_has(&publication->after, id) == test->must_be_in)
            continue;
        const char *found = id.value == 0      ? "is no customer"
                            : test->must_be_in ? "must be in and is not"
                                               : "must not be in and is";
        buffer_cstr(&complaint,
                    complaint.size == 0 ? error_phrase("a test does not hold: ") : "; ");
        buffer_printf(&complaint, "'%.*s' %s", TEXT_FORMAT(test->customer), error_phrase(found));
    }
    *ret_complaint = arena_text(arena, buffer_view(&complaint));
    return STATUS_OK;
}

Status publication_guard(const FormingContext *context, const Publication *publication, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text complaint;
    if (publication->segment->card.tests_count == 0) return STATUS_OK;
    TRY(publication_test(context, publication, TESTS_OF_MOVED, arena, &complaint, err));
    if (complaint.size == 0) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the segment '%.*s' stays as it is: %.*s",
                     TEXT_FORMAT(publication->segment->card.name), TEXT_FORMAT(complaint));
}

/* ---- writing ---- */

/* What holds until the next forming only. */
static Status forget_edits(Store *store, uint32_t segment_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_list_marks(store, segment_id, arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++)
        if (!mark_outlives_forming(&marks[i]))
            TRY(store_remove_mark(store, segment_id, marks[i].customer, err));
    return STATUS_OK;
}

static bool is_by_rule(FormingReason reason)
{
    return reason == FORMING_FORM || reason == FORMING_SCHEDULE || reason == FORMING_LIVE;
}

Status publication_write(const FormingContext *context, const Publication *publication,
                         FormingReason reason, Text note, Error *err)
{
    const Segment *segment = publication->segment;
    if (reason == FORMING_LIVE && publication_is_quiet(publication) && segment->was_attempted)
        return forget_edits(context->store, segment->id, err);
    FormingChange changes[2 * CHANGE_CAUSE_COUNT];
    size_t count = 0;
    for (size_t cause = 0; cause < CHANGE_CAUSE_COUNT; cause++) {
        changes[count++] = (FormingChange){true, (ChangeCause)cause, &publication->joined[cause]};
        changes[count++] = (FormingChange){false, (ChangeCause)cause, &publication->left[cause]};
    }
    FormingWrite forming = {.row = {.segment_id = segment->id,
                                    .at = context->now,
                                    .as_of = context->today,
                                    .reason = reason,
                                    .author = context->author,
                                    .note = note,
                                    .version = segment->version},
                            .changes = changes,
                            .changes_count = count,
                            .composition = &publication->after};
    uint64_t forming_id;
    TRY(store_add_forming(context->store, &forming, &forming_id, err));
    if (is_by_rule(reason)) return forget_edits(context->store, segment->id, err);
    const SegmentAsked unknown = {.is_known = false};
    return store_note_asked(context->store, segment->id, &unknown, err);
}
