/* causes.c -- through what customers joined and left since the last forming.
 *
 * Of those who changed: whom the rule of the last forming would not have changed today, changed
 * because of the rule. Of the others: whom the present rule had chosen already as of the day of the
 * last forming, on today's data, changed because of the data; the rest because days passed. Of whom
 * the data are as they were, that day's answer is what is stored: he need not be asked. */
#include "segment/publishing.h"

#include "lang/lang.h"
#include "segment/definition.h"

/* What must be asked about one publication. */
typedef struct {
    const RulePublication *item;
    Expression *old_rule; /* NULL: the rule did not change */
    bool is_first;        /* never formed before, or by a rule that does not fit any more */
    Date last_as_of;
    bool is_later;                  /* days passed since */
    const CustomerSet *changed;     /* of whom alone the data may differ; NULL: of anybody */
    size_t old_answer, past_answer; /* places among the questions; SIZE_MAX: not asked */
} Inquiry;

typedef struct {
    const FormingContext *context;
    Arena *arena;
    Inquiry *inquiries;
    size_t count;
    EngineQuestion *questions;
    size_t questions_count;
    EngineAnswer *answers;
    CustomerSet changed; /* all whom any publication changes */
} Division;

/* ---- what to ask ---- */

/* The card as it was; an empty one when there is no such version. */
static Status card_of_version(Store *store, uint32_t segment_id, uint32_t number, Arena *arena,
                              SegmentCard *ret_card, Error *err)
{
    SegmentVersion *versions = NULL;
    size_t count = 0;
    *ret_card = (SegmentCard){0};
    TRY(store_list_segment_versions(store, segment_id, arena, &versions, &count, err));
    if (number == 0 || number > count) return STATUS_OK;
    /* versions that only write a name anew say the same */
    while (number < count && definition_was_rewritten(&versions[number]))
        number++;
    return card_from_json(versions[number - 1].card, arena, ret_card, err);
}

static Status inquire_rule(Division *division, Inquiry *inquiry, uint32_t version, Error *err)
{
    const Segment *segment = inquiry->item->publication->segment;
    SegmentCard old;
    if (version == segment->version) return STATUS_OK;
    TRY(card_of_version(division->context->store, segment->id, version, division->arena, &old,
                        err));
    Text old_text = old.rule;
    if (text_equal(old_text, segment->card.rule)) return STATUS_OK;
    Diagnostics diagnostics = diagnostics_new(division->arena);
    Status status = old_text.size == 0
                        ? STATUS_INVALID
                        : expression_compile(old_text, division->context->catalog, EXPECT_RULE,
                                             division->arena, &inquiry->old_rule, &diagnostics);
    inquiry->is_first = status != STATUS_OK;
    return STATUS_OK;
}

static Status begin_inquiry(Division *division, Inquiry *inquiry, Error *err)
{
    FormingRow last;
    const Segment *segment = inquiry->item->publication->segment;
    TRY(store_last_forming(division->context->store, segment->id, division->arena, &last, err));
    inquiry->old_answer = inquiry->past_answer = SIZE_MAX;
    inquiry->is_first = last.id == 0;
    inquiry->last_as_of = segment_last_asked(segment, &last);
    bool is_of_that_day = segment->asked.as_of.day == inquiry->last_as_of.day;
    inquiry->changed = is_of_that_day ? inquiry->item->changed : NULL;
    if (inquiry->is_first) return STATUS_OK;
    return inquire_rule(division, inquiry, last.version, err);
}

/* One more question, about those who moved: all, or those among `changed`. */
static size_t ask(Division *division, const Publication *publication, const CustomerSet *changed,
                  EngineQuestion question)
{
    AUTO(customer_set_free) CustomerSet moved = customer_set_copy(&publication->joined[CAUSE_RULE]);
    customer_set_unite(&moved, &publication->left[CAUSE_RULE]);
    if (changed != NULL) customer_set_intersect(&moved, changed);
    if (customer_set_is_empty(&moved)) return SIZE_MAX;
    customer_set_unite(&division->changed, &moved);
    division->questions[division->questions_count] = question;
    return division->questions_count++;
}

static Status add_questions(Division *division, JoinedLookups *lookups, Inquiry *inquiry,
                            Error *err)
{
    const Publication *publication = inquiry->item->publication;
    const Expression *rule = inquiry->item->rule;
    Date today = division->context->today;
    if (inquiry->is_first) return STATUS_OK;
    if (inquiry->old_rule != NULL) {
        TRY(joined_lookups_prepare(lookups, inquiry->old_rule, today, err));
        inquiry->old_answer =
            ask(division, publication, NULL,
                (EngineQuestion){inquiry->old_rule, .as_of = today, .kind = ANSWER_SET});
    }
    inquiry->is_later = inquiry->last_as_of.day != today.day;
    if (!inquiry->is_later) return STATUS_OK;
    TRY(joined_lookups_prepare(lookups, rule, inquiry->last_as_of, err));
    inquiry->past_answer =
        ask(division, publication, inquiry->changed,
            (EngineQuestion){rule, .as_of = inquiry->last_as_of, .kind = ANSWER_SET});
    return STATUS_OK;
}

/* ---- dividing ---- */

/* Those of `changed` who are in the answer, or are not, moved to another cause; of `asked` alone
 * there is an answer, NULL: of all. */
static void move(CustomerSet *changed, CustomerSet *to, const CustomerSet *asked,
                 const CustomerSet *answer, bool is_in)
{
    *to = customer_set_copy(changed);
    if (asked != NULL) customer_set_intersect(to, asked);
    if (is_in)
        customer_set_intersect(to, answer);
    else
        customer_set_subtract(to, answer);
    customer_set_subtract(changed, to);
}

/* `changes` holds everybody under CAUSE_RULE; those who joined are in now, those who left not. */
static void divide(const Division *division, const Inquiry *inquiry, CustomerSet *changes,
                   bool is_joining)
{
    const EngineAnswer *answers = division->answers;
    if (inquiry->is_first) return;
    CustomerSet *not_by_rule = &changes[CAUSE_TIME];
    if (inquiry->old_answer != SIZE_MAX) {
        move(&changes[CAUSE_RULE], not_by_rule, NULL, &answers[inquiry->old_answer].set,
             is_joining);
    } else {
        *not_by_rule = changes[CAUSE_RULE];
        changes[CAUSE_RULE] = (CustomerSet){0};
    }
    if (inquiry->past_answer != SIZE_MAX)
        move(not_by_rule, &changes[CAUSE_DATA], inquiry->changed,
             &answers[inquiry->past_answer].set, is_joining);
    if (inquiry->is_later) return;
    changes[CAUSE_DATA] = *not_by_rule;
    *not_by_rule = (CustomerSet){0};
}

/* A scan of everybody is cheaper than many single customers. */
static const CustomerSet *whom_to_ask(const Division *division)
{
    enum { SINGLE_TIMES = 32 }; /* a single customer costs so many times one of a scan */
    uint64_t everybody = image_customers_count(division->context->data->layers[0].image);
    bool are_many = customer_set_count(&division->changed) > everybody / SINGLE_TIMES;
    return are_many ? NULL : &division->changed;
}

static Status evaluate(Division *division, JoinedLookups *lookups, Error *err)
{
    AUTO(engine_done) EngineProgram *program = NULL;
    const FormingContext *context = division->context;
    if (division->questions_count == 0) return STATUS_OK;
    EngineOptions options = {.lookups = joined_lookups_get(lookups),
                             .only = whom_to_ask(division),
                             .progress = context->progress};
    Status status = engine_prepare(context->data, division->questions, division->questions_count,
                                   &options, &program, err);
    if (status == STATUS_OK) status = engine_run(program, division->arena, division->answers, err);
    return status;
}

static Status divide_all(Division *division, JoinedLookups *lookups, Error *err)
{
    for (size_t i = 0; i < division->count; i++) {
        TRY(begin_inquiry(division, &division->inquiries[i], err));
        TRY(add_questions(division, lookups, &division->inquiries[i], err));
    }
    Status status = evaluate(division, lookups, err);
    /* an old rule may fail on today's data: then the change of the rule is the cause */
    if (status == STATUS_LIMIT || status == STATUS_INVALID) return STATUS_OK;
    if (status != STATUS_OK) return status;
    for (size_t i = 0; i < division->count; i++) {
        const Inquiry *inquiry = &division->inquiries[i];
        divide(division, inquiry, inquiry->item->publication->joined, true);
        divide(division, inquiry, inquiry->item->publication->left, false);
    }
    return STATUS_OK;
}

Status publications_divide(const FormingContext *context, JoinedLookups *lookups,
                           const RulePublication *items, size_t count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Division division = {.context = context,
                         .arena = arena,
                         .inquiries = ARENA_ARRAY(arena, Inquiry, count),
                         .count = count,
                         .questions = ARENA_ARRAY(arena, EngineQuestion, 2 * count),
                         .answers = ARENA_ARRAY(arena, EngineAnswer, 2 * count)};
    for (size_t i = 0; i < count; i++)
        division.inquiries[i].item = &items[i];
    Status status = divide_all(&division, lookups, err);
    for (size_t i = 0; i < division.questions_count; i++)
        customer_set_free(&division.answers[i].set);
    customer_set_free(&division.changed);
    return status;
}

/* ---- SQL ---- */

static void move_to_data(CustomerSet *changes)
{
    changes[CAUSE_DATA] = changes[CAUSE_RULE];
    changes[CAUSE_RULE] = (CustomerSet){0};
}

Status publication_divide_sql(const FormingContext *context, Publication *publication, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow last;
    SegmentCard old;
    const Segment *segment = publication->segment;
    TRY(store_last_forming(context->store, segment->id, arena, &last, err));
    TRY(card_of_version(context->store, segment->id, last.version, arena, &old, err));
    if (last.id == 0 || !text_equal(old.sql, segment->card.sql)) return STATUS_OK;
    move_to_data(publication->joined);
    move_to_data(publication->left);
    return STATUS_OK;
}
