/* creation.c -- new customers and segments: those chosen for them, those whose rule they meet. */
#include "segment/creation.h"

#include "lang/lang.h"
#include "lang/tree.h"
#include "segment/compositions.h"
#include "segment/marks.h"
#include "segment/publishing.h"
#include "segment/settings.h"
#include "segment/sql_rule.h"
#include "store/bulk_acts.h"
#include "store/options.h"

/* ---- chosen ---- */

Status creation_check_chosen(const Segment *segment, Error *err)
{
    const SegmentCard *card = &segment->card;
    if (card->is_marked_for_deletion)
        return error_set(err, STATUS_CONFLICT, "the segment '%.*s' is marked for deletion",
                         TEXT_FORMAT(card->name));
    return mode_check(card->mode, ACT_CHOOSE_FOR_NEW, card->name, err);
}

/* All of `joining` come in through their creation. */
static Status publish(const FormingContext *context, const Segment *segment,
                      const CustomerSet *joining, Text note, Error *err)
{
    AUTO(customer_set_free) CustomerSet after = {0};
    Publication publication;
    TRY(store_read_composition(context->store, segment->id, UINT64_MAX, &after, err));
    customer_set_unite(&after, joining);
    TRY(publication_replace(context, segment, &after, CAUSE_CREATION, &publication, err));
    Status status = publication_guard(context, &publication, err);
    if (status == STATUS_OK)
        status = publication_write(context, &publication, FORMING_CREATION, note, err);
    publication_free(&publication);
    return status;
}

Status creation_choose(const FormingContext *context, const Segment *segment,
                       const CustomerSet *created, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Text note = text_of(error_phrase("chosen when he was added"));
    FormingOutcome ended;
    TRY(creation_check_chosen(segment, err));
    TRY(marks_end(context, segment, TESTS_COME_LATER, arena, &ended, err));
    /* somebody put him there: forming asks before it takes him out */
    const SegmentMark mark = {
        .kind = MARK_ADDED, .at = context->now, .author = context->author, .reason = note};
    TRY(marks_set(context, segment->id, created, mark, err));
    return publish(context, segment, created, note, err);
}

/* ---- checked ---- */

static bool looks_at_new(const SegmentCard *card)
{
    return card->mode == MODE_PERIODIC && card->checks_on_creation &&
           !card->is_marked_for_deletion && (card->rule.size > 0 || card->sql.size > 0);
}

bool creation_is_checked(const Registry *registry)
{
    for (size_t i = 0; i < registry->count; i++)
        if (looks_at_new(&registry->items[i].card)) return true;
    return false;
}

/* ---- up to whom it was looked ---- */

static const char checked_option[] = "creation.checked_through";

static Status note_checked(Store *store, CustomerId last, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    return store_write_option(store, checked_option, arena_printf(arena, "%u", last.value), err);
}

Status creation_checked_through(Store *store, CustomerId otherwise, CustomerId *ret_last,
                                Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text text;
    int64_t number;
    int scale;
    TRY(store_read_option(store, checked_option, arena, &text, err));
    *ret_last = otherwise;
    if (text.size == 0) return STATUS_OK;
    if (!decimal_parse(text, &number, &scale) || scale != 0 || number < 0 || number > UINT32_MAX)
        return error_set(err, STATUS_CORRUPT,
                         "up to whom new customers were checked is unreadable");
    ret_last->value = (uint32_t)number;
    return STATUS_OK;
}

Status creation_begin(const FormingContext *context, const SegmentCard *card, Error *err)
{
    CustomerId last;
    if (!looks_at_new(card) || creation_is_checked(context->registry)) return STATUS_OK;
    TRY(store_last_customer(context->store, &last, err));
    return note_checked(context->store, last, err);
}

/* ---- one check ---- */

typedef struct {
    CreationOutcome outcome;
    bool is_done;
    CustomerSet joining;
} Check;

typedef struct {
    const FormingContext *context;
    const CustomerSet *created;
    Arena *arena;
    Compositions *compositions; /* of `lookups` */
    JoinedLookups *lookups;
    Check *checks;
    size_t count;
} Checking;

static void fail(Checking *checking, Check *check, const char *sentence)
{
    check->outcome.failure = arena_text(checking->arena, text_of(sentence));
}

static Status compile(Checking *checking, Check *check, Error *err)
{
    Expression *rule = NULL;
    Diagnostics diagnostics = diagnostics_new(checking->arena);
    const SegmentCard *card = &check->outcome.segment->card;
    if (card->sql.size > 0) return STATUS_OK;
    if (expression_compile(card->rule, checking->context->catalog, EXPECT_RULE, checking->arena,
                           &rule, &diagnostics) != STATUS_OK) {
        fail(checking, check, "the rule does not fit the data any more; open it and mend it");
        check->is_done = true;
        return STATUS_OK;
    }
    check->outcome.rule = rule;
    return joined_lookups_prepare(checking->lookups, rule, checking->context->today, err);
}

typedef struct {
    const Checking *checking;
    const Check *own;
    bool waits;
} Wait;

static void note_wait(void *context, const Node *node)
{
    Wait *wait = context;
    if (node->kind != NODE_CALL || node->as.call.function != FUNCTION_MEMBER) return;
    if (node->as.call.definition != NULL) return;
    for (size_t i = 0; i < wait->checking->count; i++) {
        const Check *other = &wait->checking->checks[i];
        if (other != wait->own && !other->is_done &&
            other->outcome.segment->id == node->as.call.set_id)
            wait->waits = true;
    }
}

/* A segment whose rule reads another is asked after that one. */
static bool may_go(const Checking *checking, const Check *check)
{
    Wait wait = {.checking = checking, .own = check};
    if (check->outcome.rule != NULL) node_walk(check->outcome.rule->root, note_wait, &wait);
    return !wait.waits;
}

static Status ask_rule(const Checking *checking, Check *check, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineQuestion question = {
        .expression = check->outcome.rule, .as_of = checking->context->today, .kind = ANSWER_SET};
    EngineOptions options = {.lookups = joined_lookups_get(checking->lookups),
                             .only = checking->created,
                             .progress = checking->context->progress};
    EngineAnswer answer;
    TRY(engine_prepare(checking->context->data, &question, 1, &options, &program, err));
    TRY(engine_run(program, arena, &answer, err));
    check->joining = answer.set;
    return STATUS_OK;
}

static Status ask_sql(const Checking *checking, Check *check, Error *err)
{
    SqlFinding ignored;
    TRY(sql_rule_run(checking->context, check->outcome.segment->card.sql, checking->arena,
                     &check->joining, &ignored, err));
    customer_set_intersect(&check->joining, checking->created);
    return STATUS_OK;
}

/* Failures of a rule concern its segment; anything else ends the check. */
static bool is_of_rule(Status status)
{
    return status == STATUS_LIMIT || status == STATUS_INVALID || status == STATUS_DENIED;
}

/* Nobody joins when a test of the card would not hold. */
static Status test_joining(Checking *checking, Check *check, const CustomerSet *after, Error *err)
{
    Publication publication;
    Text complaint;
    const FormingContext *context = checking->context;
    const Segment *segment = check->outcome.segment;
    if (segment->card.tests_count == 0) return STATUS_OK;
    TRY(publication_replace(context, segment, after, CAUSE_CREATION, &publication, err));
    Status status =
        publication_test(context, &publication, TESTS_OF_MOVED, checking->arena, &complaint, err);
    publication_free(&publication);
    TRY(status);
    if (complaint.size > 0) fail(checking, check, complaint.data);
    return STATUS_OK;
}

static Status run_check(Checking *checking, Check *check, Error *err)
{
    const FormingContext *context = checking->context;
    Error found = {0};
    Status status = check->outcome.rule != NULL ? ask_rule(checking, check, &found)
                                                : ask_sql(checking, check, &found);
    check->is_done = true;
    if (is_of_rule(status)) {
        fail(checking, check, found.message);
        return STATUS_OK;
    }
    if (status != STATUS_OK) return error_set(err, status, "%s", found.message);
    AUTO(customer_set_free) CustomerSet after = {0};
    uint32_t id = check->outcome.segment->id;
    TRY(store_read_composition(context->store, id, UINT64_MAX, &after, err));
    customer_set_subtract(&check->joining, &after);
    customer_set_unite(&after, &check->joining);
    TRY(test_joining(checking, check, &after, err));
    if (check->outcome.failure.size > 0) return STATUS_OK;
    compositions_override(checking->compositions, id, context->today, &after);
    check->outcome.joined_count = customer_set_count(&check->joining);
    return STATUS_OK;
}

/* Those that wait for nobody, until none is left: a circle cannot be, the cards forbid it. */
static Status run_all(Checking *checking, Error *err)
{
    for (size_t i = 0; i < checking->count; i++)
        TRY(compile(checking, &checking->checks[i], err));
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        for (size_t i = 0; i < checking->count; i++) {
            Check *check = &checking->checks[i];
            if (check->is_done || !may_go(checking, check)) continue;
            TRY(run_check(checking, check, err));
            goes_on = true;
        }
    }
    return STATUS_OK;
}

static CustomerId last_of(const CustomerSet *customers)
{
    CustomerId last = {0};
    for (CustomerId id = customer_set_next(customers, last); id.value != 0;
         id = customer_set_next(customers, (CustomerId){id.value + 1}))
        last = id;
    return last;
}

static Status publish_all(const Checking *checking, Error *err)
{
    for (size_t i = 0; i < checking->count; i++) {
        const Check *check = &checking->checks[i];
        if (check->outcome.joined_count > 0)
            TRY(publish(checking->context, check->outcome.segment, &check->joining,
                        text_of(error_phrase("fits the rule when he was added")), err));
    }
    return note_checked(checking->context->store, last_of(checking->created), err);
}

static Status publish_at_once(const Checking *checking, Error *err)
{
    Store *store = checking->context->store;
    TRY(store_batch_begin(store, err));
    Status status = publish_all(checking, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

/* Switched off, no segment takes anybody in: who comes now is known as looked at. */
static Status choose_checks(Checking *checking, Error *err)
{
    const Registry *registry = checking->context->registry;
    SegmentSettings settings;
    TRY(segment_settings_read(checking->context->store, &settings, err));
    if (settings.values[SETTING_SEGMENTATION] == 0) return STATUS_OK;
    checking->checks = ARENA_ARRAY(checking->arena, Check, registry->count);
    for (size_t i = 0; i < registry->count; i++)
        if (looks_at_new(&registry->items[i].card))
            checking->checks[checking->count++].outcome.segment = &registry->items[i];
    return STATUS_OK;
}

Status segments_check_new_customers(const FormingContext *context, const CustomerSet *created,
                                    Arena *arena, CreationOutcome **ret_outcomes, size_t *ret_count,
                                    Error *err)
{
    AUTO(joined_lookups_done)
    JoinedLookups *lookups = joined_lookups_new(context->store, context->lookup_providers);
    Checking checking = {.context = context,
                         .created = created,
                         .arena = arena,
                         .compositions = compositions_new(context->store),
                         .lookups = lookups};
    joined_lookups_add(lookups, compositions_source(checking.compositions));
    Status status = choose_checks(&checking, err);
    if (status == STATUS_OK) status = run_all(&checking, err);
    if (status == STATUS_OK) status = publish_at_once(&checking, err);
    *ret_outcomes = ARENA_ARRAY(arena, CreationOutcome, checking.count);
    *ret_count = checking.count;
    for (size_t i = 0; i < checking.count; i++) {
        (*ret_outcomes)[i] = checking.checks[i].outcome;
        customer_set_free(&checking.checks[i].joining);
    }
    return status;
}

/* ---- rules that everybody meets ---- */

static Status ask_about_nobody(const FormingContext *context, const Expression *rule,
                               const EvalInput *input, bool *ret_meets, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(reference_done) Reference *reference = NULL;
    const Schema *schema = context->catalog->schema;
    CustomerRow unknown = {.id = {UINT32_MAX},
                           .code = TEXT(""),
                           .values = ARENA_ARRAY(arena, Value, schema->properties_count),
                           .events = ARENA_ARRAY(arena, EventList, schema->streams_count)};
    Value value;
    TRY(reference_open(input, rule, &reference, err));
    TRY(reference_eval_customer(reference, &unknown, rule->root, arena, &value, err));
    *ret_meets = value.kind == VALUE_BOOL && value.as.boolean;
    return STATUS_OK;
}

Status creation_meets_everybody(const FormingContext *context, const Expression *rule,
                                bool *ret_meets, Error *err)
{
    CustomerSource nobody = customer_source_of_nobody(context->catalog->schema);
    AUTO(joined_lookups_done) JoinedLookups *lookups = forming_lookups(context);
    *ret_meets = false;
    if (rule->uses_ranks) return STATUS_OK;
    TRY(joined_lookups_prepare(lookups, rule, context->today, err));
    EvalInput input = {
        .source = &nobody, .lookups = joined_lookups_get(lookups), .as_of = context->today};
    return ask_about_nobody(context, rule, &input, ret_meets, err);
}

Status creation_takes_everybody(const FormingContext *context, const SegmentCard *card,
                                bool *ret_takes, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Expression *rule = NULL;
    Diagnostics diagnostics = diagnostics_new(arena);
    *ret_takes = false;
    if (!card->checks_on_creation || card->rule.size == 0) return STATUS_OK;
    if (expression_compile(card->rule, context->catalog, EXPECT_RULE, arena, &rule, &diagnostics) !=
        STATUS_OK)
        return STATUS_OK;
    return creation_meets_everybody(context, rule, ret_takes, err);
}
