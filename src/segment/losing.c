/* losing.c -- what forming a manual segment would undo of what was done by hand. */
#include "lang/lang.h"
#include "segment/marks.h"
#include "segment/sql_rule.h"

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

static Status ask_rule(const FormingContext *context, const Expression *rule,
                       const CustomerSet *only, CustomerSet *ret_found, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_done) EngineProgram *program = NULL;
    AUTO(joined_lookups_done) JoinedLookups *lookups = forming_lookups(context);
    EngineAnswer answer;
    EngineQuestion question = {.expression = rule, .as_of = context->today, .kind = ANSWER_SET};
    TRY(joined_lookups_prepare(lookups, rule, context->today, err));
    EngineOptions options = {
        .lookups = joined_lookups_get(lookups), .only = only, .progress = context->progress};
    TRY(engine_prepare(context->data, &question, 1, &options, &program, err));
    TRY(engine_run(program, arena, &answer, err));
    *ret_found = answer.set;
    return STATUS_OK;
}

/* INVALID when the rule does not fit the data. */
static Status find(const FormingContext *context, const SegmentCard *card, const CustomerSet *only,
                   CustomerSet *ret_found, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *rule = NULL;
    SqlFinding ignored;
    if (card->sql.size > 0)
        return sql_rule_run(context, card->sql, arena, ret_found, &ignored, err);
    TRY(expression_compile(card->rule, context->catalog, EXPECT_RULE, arena, &rule, &diagnostics));
    return ask_rule(context, rule, only, ret_found, err);
}

static Status count_lost(const FormingContext *context, const SegmentCard *card, Edited *edited,
                         HandEdits *ret_edits, Error *err)
{
    AUTO(customer_set_free) CustomerSet found = {0};
    Status status = find(context, card, &edited->all, &found, err);
    if (status == STATUS_LIMIT || status == STATUS_INVALID || status == STATUS_DENIED)
        return STATUS_OK;
    if (status != STATUS_OK) return status;
    customer_set_subtract(&edited->added, &found);
    customer_set_intersect(&edited->removed, &found);
    *ret_edits =
        (HandEdits){customer_set_count(&edited->added), customer_set_count(&edited->removed)};
    return STATUS_OK;
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
    if (customer_set_next(&edited.all, (CustomerId){0}).value == 0) return STATUS_OK;
    ASSERT(context->data != NULL || card->sql.size > 0);
    return count_lost(context, card, &edited, ret_edits, err);
}
