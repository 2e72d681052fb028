/* forming.c -- one run of forming: in the order of dependencies, published at once. */
#include "segment/forming.h"

#include "engine/standing.h"
#include "lang/lang.h"
#include "lang/tree.h"
#include "segment/live.h"
#include "segment/meanwhile.h"
#include "segment/refresh.h"
#include "segment/sql_rule.h"

#include <stdlib.h>

JoinedLookups *forming_lookups(const FormingContext *context)
{
    JoinedLookups *lookups = joined_lookups_new(context->store, context->lookup_providers);
    joined_lookups_add(lookups, compositions_provide(context->store));
    return lookups;
}

/* Refused: others changed it while its members were looked for; that is no failure of it. */
typedef enum { MEMBER_WAITING, MEMBER_READY, MEMBER_FAILED, MEMBER_REFUSED } MemberState;

/* One segment of the run. */
typedef struct {
    const Segment *segment;
    const Expression *rule; /* NULL: its members are named by SQL */
    const size_t *needs;    /* members of the run that its rule reads */
    size_t needs_count;
    bool is_read; /* by rules of the run, as of whatever day */
    RefreshScope scope;
    MemberState state;
    Text failure;
    CustomerSet found;  /* by the rule or by SQL */
    CustomerSet before; /* what is stored, when only those were asked whom a change concerns */
    SqlFinding finding;
    Publication publication;
    Footing footing; /* of it, when the lock is lent */
} Member;

typedef struct {
    const FormingContext *context;
    const FormingRequest *request;
    Arena *arena;
    Compositions *compositions; /* one of the lookups */
    JoinedLookups *lookups;
    Refresh refresh;      /* of live segments */
    uint64_t asked_count; /* by it */
    bool is_lent;         /* others write while members are looked for */
    Member *members;
    size_t count;
} Run;

/* The segment keeps what it has; `sentence` says why. */
static void fail(Run *run, Member *member, const char *sentence)
{
    member->state = MEMBER_FAILED;
    member->failure = arena_text(run->arena, text_of(error_phrase(sentence)));
}

/* ---- what is asked for ---- */

static Status check_member(const Segment *segment, Error *err)
{
    const SegmentCard *card = &segment->card;
    TRY(mode_check(card->mode, ACT_FORM, card->name, err));
    if (card->is_marked_for_deletion)
        return error_set(err, STATUS_CONFLICT,
                         "the segment '%.*s' is marked for deletion; unmark it to form it",
                         TEXT_FORMAT(card->name));
    if (card->rule.size > 0 || card->sql.size > 0) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "the segment '%.*s' has no rule; add customers by hand, or give it a rule",
                     TEXT_FORMAT(card->name));
}

static Status make_members(Run *run, Error *err)
{
    run->count = run->request->count;
    run->members = ARENA_ARRAY(run->arena, Member, run->count);
    for (size_t i = 0; i < run->count; i++) {
        uint32_t id = run->request->segment_ids[i];
        const Segment *segment = registry_find(run->context->registry, id);
        if (segment == NULL)
            return error_set(err, STATUS_NOT_FOUND, "there is no segment number %u", id);
        TRY(check_member(segment, err));
        run->members[i].segment = segment;
    }
    return STATUS_OK;
}

/* ---- rules and what they read ---- */

typedef struct {
    const Run *run;
    size_t *items;
    size_t count, capacity;
} NeedList;

static void note_need(void *context, const Node *node)
{
    NeedList *needs = context;
    const Run *run = needs->run;
    if (node->kind != NODE_CALL || node->as.call.definition != NULL) return;
    FunctionKind function = node->as.call.function;
    bool is_present = function == FUNCTION_MEMBER;
    if (!is_present && function != FUNCTION_WAS_MEMBER) return;
    for (size_t i = 0; i < run->count; i++) {
        if (run->members[i].segment->id != node->as.call.set_id) continue;
        run->members[i].is_read = true;
        if (is_present) ARENA_PUSH(run->arena, needs, i);
    }
}

/* NULL when it does not fit the data any more. */
static const Expression *compile(const Run *run, Text rule)
{
    const FormingContext *context = run->context;
    Expression *expression = NULL;
    if (context->kept != NULL)
        return kept_expressions_get(context->kept, rule, context->catalog, EXPECT_RULE);
    Diagnostics diagnostics = diagnostics_new(run->arena);
    Status status = expression_compile(rule, context->catalog, EXPECT_RULE, run->arena, &expression,
                                       &diagnostics);
    return status == STATUS_OK ? expression : NULL;
}

static Status compile_member(Run *run, Member *member, Error *err)
{
    const SegmentCard *card = &member->segment->card;
    if (card->sql.size > 0) return STATUS_OK;
    member->rule = compile(run, card->rule);
    if (member->rule == NULL) {
        fail(run, member, "the rule does not fit the data any more; open it and mend it");
        return STATUS_OK;
    }
    NeedList needs = {.run = run};
    node_walk(member->rule->root, note_need, &needs);
    member->needs = needs.items;
    member->needs_count = needs.count;
    member->scope = REFRESH_EVERYBODY;
    if (run->request->reason == FORMING_LIVE)
        TRY(refresh_scope(&run->refresh, member->segment, member->rule, &member->scope, err));
    if (member->scope == REFRESH_NOBODY) member->state = MEMBER_READY;
    return joined_lookups_prepare(run->lookups, member->rule, run->context->today, err);
}

/* Ready are those that wait for nobody. One that needs a failed segment reads its last good
 * composition, like any rule that reads a segment outside of the run. */
static bool may_go(const Run *run, const Member *member)
{
    for (size_t i = 0; i < member->needs_count; i++)
        if (run->members[member->needs[i]].state == MEMBER_WAITING) return false;
    return member->state == MEMBER_WAITING;
}

/* ---- evaluating ---- */

/* What was found for a segment before, unless everybody has to be asked anyway. */
static Status read_known(const Run *run, Member *member, Error *err)
{
    customer_set_free(&member->found);
    customer_set_free(&member->before);
    if (member->scope != REFRESH_CHANGED) return STATUS_OK;
    TRY(store_read_composition(run->context->store, member->segment->id, UINT64_MAX, &member->found,
                               err));
    member->before = customer_set_copy(&member->found);
    return STATUS_OK;
}

static Status evaluate(Run *run, Member *const *level, size_t count, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(standing_answers_done) StandingAnswers *answers = NULL;
    StandingRule *rules = ARENA_ARRAY(arena, StandingRule, count);
    for (size_t i = 0; i < count; i++)
        rules[i] = (StandingRule){.rule = level[i]->rule,
                                  .is_known = level[i]->scope == REFRESH_CHANGED,
                                  .as_of = level[i]->segment->asked.as_of};
    StandingState state = {
        .data = run->context->data, .changed = &run->refresh.asked, .as_of = run->context->today};
    EngineOptions options = {.lookups = joined_lookups_get(run->lookups),
                             .progress = run->context->progress};
    TRY(standing_ask(&state, rules, count, &options, &answers, err));
    for (size_t i = 0; i < count; i++) {
        TRY(read_known(run, level[i], err));
        standing_take(answers, i, &level[i]->found);
    }
    return STATUS_OK;
}

/* Failures of a rule concern its segment; anything else ends the run. */
static bool is_of_rule(Status status)
{
    return status == STATUS_LIMIT || status == STATUS_INVALID || status == STATUS_DENIED;
}

static Status run_sql(Run *run, Member *member, Error *err)
{
    Status status = sql_rule_run(run->context, member->segment->card.sql, run->arena,
                                 &member->found, &member->finding, err);
    if (status == STATUS_OK || !is_of_rule(status)) return status;
    fail(run, member, err->message);
    return STATUS_OK;
}

static Status evaluate_rules(Run *run, Member *const *level, size_t count, Error *err)
{
    if (count == 0) return STATUS_OK;
    Status status = evaluate(run, level, count, err);
    if (status == STATUS_OK || !is_of_rule(status)) return status;
    for (size_t i = 0; i < count; i++) {
        status = evaluate(run, &level[i], 1, err);
        if (status != STATUS_OK && !is_of_rule(status)) return status;
        if (status != STATUS_OK) fail(run, level[i], err->message);
    }
    return STATUS_OK;
}

static Status evaluate_level(Run *run, Member *const *level, size_t count, Error *err)
{
    Member **with_rules = ARENA_ARRAY(run->arena, Member *, count);
    size_t with_rules_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (level[i]->rule == NULL)
            TRY(run_sql(run, level[i], err));
        else
            with_rules[with_rules_count++] = level[i];
    }
    return evaluate_rules(run, with_rules, with_rules_count, err);
}

/* ---- the run ---- */

static Status settle_member(Run *run, Member *member, Error *err)
{
    Text complaint;
    const PublicationInput input = {.segment = member->segment,
                                    .found = &member->found,
                                    .before =
                                        member->scope == REFRESH_CHANGED ? &member->before : NULL};
    TRY(publication_prepare(run->context, &input, &member->publication, err));
    if (run->is_lent)
        TRY(footing_read(run->context->store, member->segment->id, &member->footing, err));
    TRY(publication_test(run->context, &member->publication, TESTS_OF_ALL, run->arena, &complaint,
                         err));
    if (complaint.size > 0) {
        fail(run, member, complaint.data);
        return STATUS_OK;
    }
    member->state = MEMBER_READY;
    if (member->is_read)
        compositions_override(run->compositions, member->segment->id, run->context->today,
                              &member->publication.after);
    return STATUS_OK;
}

static Status settle_level(Run *run, Member *const *level, size_t count, Error *err)
{
    RulePublication *ready = ARENA_ARRAY(run->arena, RulePublication, count);
    size_t ready_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (level[i]->state == MEMBER_WAITING) TRY(settle_member(run, level[i], err));
        bool moves =
            level[i]->state == MEMBER_READY && !publication_is_quiet(&level[i]->publication);
        if (moves && level[i]->rule == NULL)
            TRY(publication_divide_sql(run->context, &level[i]->publication, err));
        else if (moves)
            ready[ready_count++] = (RulePublication){
                .publication = &level[i]->publication,
                .rule = level[i]->rule,
                .changed = level[i]->scope == REFRESH_CHANGED ? &run->refresh.asked : NULL};
    }
    return publications_divide(run->context, run->lookups, ready, ready_count, err);
}

static Status run_levels(Run *run, Error *err)
{
    Member **level = ARENA_ARRAY(run->arena, Member *, run->count);
    for (;;) {
        size_t count = 0;
        for (size_t i = 0; i < run->count; i++)
            if (may_go(run, &run->members[i])) level[count++] = &run->members[i];
        if (count == 0) break;
        TRY(evaluate_level(run, level, count, err));
        TRY(settle_level(run, level, count, err));
    }
    for (size_t i = 0; i < run->count; i++)
        if (run->members[i].state == MEMBER_WAITING)
            fail(run, &run->members[i],
                 "its rule reads itself by way of other segments; "
                 "take one of them out of the circle");
    return STATUS_OK;
}

static Status note_asked(const Run *run, const Member *member, Error *err)
{
    SegmentAsked asked = refresh_asked(run->context, member->rule);
    return store_note_asked(run->context->store, member->segment->id, &asked, err);
}

/* Of a live segment that a change did not move nothing is kept, unless too many would have to be
 * asked about again the next time: so a purchase does not write a row of every live segment. */
static bool is_worth_noting(const Run *run, const Member *member)
{
    enum { ASKED_AGAIN_MAX = 1000 };
    const Segment *segment = member->segment;
    const Publication *publication = &member->publication;
    if (member->scope != REFRESH_CHANGED || member->state != MEMBER_READY) return true;
    if (!publication_is_quiet(publication) || publication->has_passing_marks) return true;
    if (!segment->was_attempted || segment->failure.size > 0) return true;
    return segment->asked.as_of.day != run->context->today.day ||
           run->asked_count > ASKED_AGAIN_MAX;
}

static Status publish(Run *run, Error *err)
{
    Store *store = run->context->store;
    const FormingRequest *request = run->request;
    for (size_t i = 0; i < run->count; i++) {
        Member *member = &run->members[i];
        bool is_ready = member->state == MEMBER_READY;
        if (member->state == MEMBER_REFUSED) continue;
        if (is_ready && member->scope == REFRESH_NOBODY) continue;
        if (!is_worth_noting(run, member)) continue;
        if (is_ready)
            TRY(publication_write(run->context, &member->publication, request->reason,
                                  request->note, err));
        if (is_ready && member->rule != NULL) TRY(note_asked(run, member, err));
        TRY(store_note_attempt(store, member->segment->id, run->context->now, member->failure,
                               err));
    }
    return STATUS_OK;
}

static Status publish_at_once(Run *run, Error *err)
{
    Store *store = run->context->store;
    if (run->request->is_in_batch) return publish(run, err);
    TRY(store_batch_begin(store, err));
    Status status = publish(run, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

static FormingOutcome outcome_of(const Member *member)
{
    if (member->state == MEMBER_READY && member->scope == REFRESH_NOBODY)
        return (FormingOutcome){.segment = member->segment, .is_formed = true};
    if (member->state != MEMBER_READY)
        return (FormingOutcome){.segment = member->segment, .failure = member->failure};
    FormingOutcome outcome = publication_outcome(&member->publication);
    outcome.unknown_count = member->finding.unknown_count;
    outcome.unknown_example = member->finding.unknown_example;
    return outcome;
}

static Status find_members(Run *run, Error *err)
{
    TRY(make_members(run, err));
    for (size_t i = 0; i < run->count; i++)
        TRY(compile_member(run, &run->members[i], err));
    run->asked_count = customer_set_count(&run->refresh.asked);
    return run_levels(run, err);
}

/* In one snapshot: thousands of small reads would each take the locks of the database anew. Looking
 * for members may take long, so others may write meanwhile; live segments are asked about little,
 * and remember what they were asked. */
static Status find_members_at_once(Run *run, Error *err)
{
    Store *store = run->context->store;
    bool may_lend = run->request->reason != FORMING_LIVE && store_can_lend(store);
    TRY(store_read_begin(store, err));
    Status status = may_lend ? store_lend_lock(store, err) : STATUS_OK;
    run->is_lent = may_lend && status == STATUS_OK;
    if (status == STATUS_OK) status = refresh_begin(run->context, run->arena, &run->refresh, err);
    if (status == STATUS_OK) status = find_members(run, err);
    store_read_end(store);
    return status;
}

/* ---- what others did meanwhile ---- */

/* Whoever reads a refused one knows what is not published. */
static void refuse_readers(Run *run)
{
    for (bool is_more = true; is_more;) {
        is_more = false;
        for (size_t i = 0; i < run->count; i++) {
            Member *member = &run->members[i];
            for (size_t j = 0; j < member->needs_count && member->state == MEMBER_READY; j++) {
                if (run->members[member->needs[j]].state != MEMBER_REFUSED) continue;
                member->state = MEMBER_REFUSED;
                is_more = true;
            }
        }
    }
}

static Status refuse_changed(Run *run, Error *err)
{
    AUTO(meanwhile_done) Meanwhile meanwhile = {0};
    TRY(meanwhile_read(run->context, run->arena, &meanwhile, err));
    for (size_t i = 0; i < run->count; i++) {
        Member *member = &run->members[i];
        bool stands = meanwhile_has_card(&meanwhile, member->segment);
        if (member->state == MEMBER_READY)
            TRY(meanwhile_stands(&meanwhile, &member->publication, &member->footing, &stands, err));
        if (!stands) member->state = MEMBER_REFUSED;
    }
    refuse_readers(run);
    for (size_t i = 0; i < run->count; i++)
        if (run->members[i].state == MEMBER_REFUSED)
            run->members[i].failure = text_of(
                error_phrase("it, what it reads, or customers of it were changed while its members "
                             "were looked for; form it again"));
    return STATUS_OK;
}

/* The lock is there again whatever came of it. */
static Status find_beside_others(Run *run, Error *err)
{
    Error of_lock;
    bool has_changed;
    const FormingContext *context = run->context;
    Status status = find_members_at_once(run, err);
    if (!run->is_lent) return status;
    Status lock = store_take_lock_back(context->store, context->progress, &has_changed,
                                       status == STATUS_OK ? err : &of_lock);
    if (status == STATUS_OK) status = lock;
    return status == STATUS_OK ? refuse_changed(run, err) : status;
}

/* Nobody formed between live_leave_out and this: the store is locked for writing. */
static Status remember(const Run *run, Error *err)
{
    if (run->request->reason != FORMING_LIVE) return STATUS_OK;
    for (size_t i = 0; i < run->count; i++) {
        const Member *member = &run->members[i];
        const Publication *publication = &member->publication;
        if (member->state != MEMBER_READY || member->scope == REFRESH_NOBODY) continue;
        live_learn(run->context, member->segment->id, &publication->after,
                   !publication_is_quiet(publication));
    }
    return live_catch_up(run->context, err);
}

static Status form_all(Run *run, FormingOutcome **ret_outcomes, Error *err)
{
    TRY(find_beside_others(run, err));
    TRY(publish_at_once(run, err));
    TRY(remember(run, err));
    *ret_outcomes = ARENA_ARRAY(run->arena, FormingOutcome, run->count);
    for (size_t i = 0; i < run->count; i++)
        (*ret_outcomes)[i] = outcome_of(&run->members[i]);
    return STATUS_OK;
}

Status segments_form(const FormingContext *context, const FormingRequest *request, Arena *arena,
                     FormingOutcome **ret_outcomes, Error *err)
{
    AUTO(joined_lookups_done)
    JoinedLookups *lookups = joined_lookups_new(context->store, context->lookup_providers);
    Compositions *compositions = compositions_new(context->store);
    joined_lookups_add(lookups, compositions_source(compositions));
    Run run = {.context = context,
               .request = request,
               .arena = arena,
               .compositions = compositions,
               .lookups = lookups};
    Status status = form_all(&run, ret_outcomes, err);
    for (size_t i = 0; i < run.count; i++) {
        customer_set_free(&run.members[i].found);
        customer_set_free(&run.members[i].before);
        publication_free(&run.members[i].publication);
    }
    refresh_done(&run.refresh);
    return status;
}
