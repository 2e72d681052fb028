/* turning.c -- rules taken apart into conditions that stay and conditions that turn, and what was
 * found of them. */
#include "engine/turning_inside.h"

#include "base/memory.h"
#include "engine/moves.h"
#include "engine/parallel.h"
#include "lang/tree.h"

#include <stdlib.h>

enum { LEAVES_MAX = 4096 }; /* their bounds are buckets */

/* Rules being taken apart. */
typedef struct {
    Turning *turning;
    Arena *arena; /* until they are */
    const TurningRule *asked;
    /* The conditions of all rules, each asked as of the rule's two days. */
    struct {
        EngineQuestion *items;
        size_t count, capacity;
    } questions;
    size_t *firsts;   /* by rule: its first question; and the end of the last one's */
    IndexList *known; /* by index of the step before: leaves with it */
    struct {
        TurnLeaf *items;
        size_t count, capacity;
    } leaves;
    SweepAsked *answers[BINDINGS_MAX]; /* by question */
} Taker;

/* ---- conditions joined by `and` ---- */

static void add_questions(Taker *taker, const Node *node, const TurningRule *rule)
{
    while (node->kind == NODE_METRIC)
        node = node->as.metric.definition;
    if (node->kind == NODE_AND && !node->negated) {
        for (size_t i = 0; node_child(node, i) != NULL; i++)
            add_questions(taker, node_child(node, i), rule);
        return;
    }
    Expression *expression = ARENA_NEW(taker->arena, Expression);
    *expression = (Expression){.root = node};
    for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++) {
        EngineQuestion question = {.expression = expression,
                                   .as_of = side == TURN_BEFORE ? rule->before : rule->after,
                                   .kind = ANSWER_COUNT};
        ARENA_PUSH(taker->arena, &taker->questions, question);
    }
}

static void list_questions(Taker *taker)
{
    size_t count = taker->turning->rules_count;
    taker->firsts = ARENA_ARRAY(taker->arena, size_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        taker->firsts[i] = taker->questions.count;
        add_questions(taker, taker->asked[i].rule->root, &taker->asked[i]);
    }
    taker->firsts[count] = taker->questions.count;
}

/* ---- conditions of the customer and the day alone ---- */

static bool is_of_row(FunctionKind function)
{
    switch (function) {
    case FUNCTION_TODAY:
    case FUNCTION_AGE:
    case FUNCTION_ANNIVERSARY:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_DAYS_BETWEEN:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY:
    case FUNCTION_IF:
    case FUNCTION_COALESCE:
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR:
    case FUNCTION_BUCKET: return true;
    case FUNCTION_MEMBER:
    case FUNCTION_SAVED:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
    case FUNCTION_CLASS_CHANGED:
    case FUNCTION_SCORE:
    case FUNCTION_DEBT:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS:
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    return false;
}

static void note_others(void *context, const Node *node)
{
    bool *has_others = context;
    NodeKind kind = node->kind;
    if (kind == NODE_AGGREGATE || kind == NODE_SEQUENCE || kind == NODE_RANK) *has_others = true;
    if (kind == NODE_CALL && !is_of_row(node->as.call.function)) *has_others = true;
}

static bool is_of_customer_alone(const Node *node)
{
    bool has_others = false;
    node_walk(node, note_others, &has_others);
    return !has_others;
}

/* ---- leaves ---- */

/* Whether in every image the days differ in nothing but the window. */
static bool is_of_events(const Taker *taker, size_t question)
{
    for (size_t i = 0; i < taker->turning->program->bindings_count; i++) {
        const SweepAsked *before = &taker->answers[i][question], *after = before + 1;
        if (!before->is_known || !after->is_known || before->stream_index != after->stream_index ||
            before->key != after->key || before->member.keys != after->member.keys ||
            before->member.field != after->member.field)
            return false;
    }
    return true;
}

static bool find_leaf(const Taker *taker, const Step *before, const Step *after, uint32_t *ret_leaf)
{
    const IndexList *leaves = &taker->known[before->index];
    for (size_t i = 0; i < leaves->count; i++) {
        *ret_leaf = leaves->items[i];
        if (taker->leaves.items[*ret_leaf].steps[TURN_AFTER] == after) return true;
    }
    return false;
}

/* False when the condition turns in another way. */
static bool take_leaf(Taker *taker, size_t question, uint32_t *ret_leaf)
{
    const EngineProgram *program = taker->turning->program;
    const Step *before = program->roots[question], *after = program->roots[question + 1];
    if (find_leaf(taker, before, after, ret_leaf)) return true;
    TurnLeaf leaf = {.steps = {before, after}, .is_of_events = is_of_events(taker, question)};
    if (!leaf.is_of_events && !is_of_customer_alone(before->node)) return false;
    if (taker->leaves.count == LEAVES_MAX) return false;
    *ret_leaf = (uint32_t)taker->leaves.count;
    ARENA_PUSH(program->arena, &taker->leaves, leaf);
    ARENA_PUSH(taker->arena, &taker->known[before->index], *ret_leaf);
    return true;
}

/* Conditions that a look at one position of a column decides come first. */
static bool is_quick(const EngineProgram *program, const Step *step)
{
    for (size_t i = 0; i < program->bindings_count; i++) {
        const ColumnTest *test = program->bindings[i].steps[step->index].test;
        if (test == NULL || test->column == NULL) return false;
    }
    return true;
}

static void order_still(const EngineProgram *program, TurnRule *rule)
{
    size_t quick = 0;
    for (size_t i = 0; i < rule->still_count; i++) {
        if (!is_quick(program, rule->still[i])) continue;
        const Step *step = rule->still[i];
        rule->still[i] = rule->still[quick];
        rule->still[quick++] = step;
    }
}

static void take_rule(Taker *taker, size_t index)
{
    const EngineProgram *program = taker->turning->program;
    size_t first = taker->firsts[index], end = taker->firsts[index + 1];
    TurnRule rule = {.is_known = !rule_depends_on_others(taker->asked[index].rule)};
    rule.still = ARENA_ARRAY(program->arena, const Step *, end - first);
    rule.leaves = ARENA_ARRAY(program->arena, uint32_t, end - first);
    for (size_t i = first; i < end && rule.is_known; i += TURN_SIDES) {
        const Step *before = program->roots[i], *after = program->roots[i + 1];
        if (before->can_fail || after->can_fail)
            rule.is_known = false;
        else if (before == after)
            rule.still[rule.still_count++] = before;
        else
            rule.is_known = take_leaf(taker, i, &rule.leaves[rule.leaves_count++]);
    }
    if (rule.is_known) {
        order_still(program, &rule);
        for (size_t i = 0; i < rule.leaves_count; i++)
            ARENA_PUSH(program->arena, &taker->leaves.items[rule.leaves[i]].rules, (uint32_t)index);
    }
    taker->turning->rules[index] = rule;
}

static void ask_sweeps(Taker *taker)
{
    const EngineProgram *program = taker->turning->program;
    for (size_t i = 0; i < program->bindings_count; i++) {
        taker->answers[i] = ARENA_ARRAY(taker->arena, SweepAsked, program->questions_count);
        sweep_ask(program, &program->bindings[i], program->roots, program->questions_count,
                  program->arena, taker->answers[i]);
    }
}

/* What each side of each leaf asks of the events in one image. */
static const SweepAsked *asked_of_leaves(const Taker *taker, size_t binding)
{
    const EngineProgram *program = taker->turning->program;
    size_t count = taker->leaves.count;
    SweepAsked *by_step = ARENA_ARRAY(taker->arena, SweepAsked, program->steps.count);
    SweepAsked *asked = ARENA_ARRAY(taker->arena, SweepAsked, count * TURN_SIDES);
    for (size_t i = 0; i < program->questions_count; i++)
        by_step[program->roots[i]->index] = taker->answers[binding][i];
    for (size_t i = 0; i < count; i++)
        for (TurnSide side = TURN_BEFORE; side < TURN_SIDES; side++)
            asked[i * TURN_SIDES + side] = by_step[taker->leaves.items[i].steps[side]->index];
    return asked;
}

static void make_hands(Turning *turning)
{
    const EngineProgram *program = turning->program;
    turning->hands = ARENA_ARRAY(program->arena, TurnHand, program->workers_count);
    for (size_t i = 0; i < program->workers_count; i++) {
        turning->hands[i].of_rules = ARENA_ARRAY(program->arena, TurnedLists, turning->rules_count);
        turning->hands[i].last_customers =
            ARENA_ARRAY(program->arena, uint64_t, turning->leaves_count);
    }
}

static Status take_apart(Taker *taker, const EngineData *data, const EngineOptions *options,
                         Error *err)
{
    Turning *turning = taker->turning;
    const ProgramOptions one_by_one = {.engine = options};
    list_questions(taker);
    TRY(program_open(data, taker->questions.items, taker->questions.count, &one_by_one,
                     &turning->program, err));
    EngineProgram *program = turning->program;
    turning->rules = ARENA_ARRAY(program->arena, TurnRule, turning->rules_count);
    taker->known = ARENA_ARRAY(taker->arena, IndexList, program->steps.count);
    ask_sweeps(taker);
    for (size_t i = 0; i < turning->rules_count; i++)
        take_rule(taker, i);
    turning->leaves = taker->leaves.items;
    turning->leaves_count = taker->leaves.count;
    for (size_t i = 0; i < program->bindings_count; i++)
        turning->plans[i] = turn_plan(turning, i, asked_of_leaves(taker, i));
    make_hands(turning);
    return STATUS_OK;
}

/* Windows that move over many days, as after a month without a turn, hit so many events that
 * asking everybody costs less: a hit costs about as much as thirty customers of a scan. */
static bool is_dear(const Turning *turning)
{
    enum { CUSTOMERS_PER_HIT = 30 };
    double hits = 0, customers = 0;
    for (size_t i = 0; i < turning->program->bindings_count; i++) {
        customers += image_customers_count(turning->program->bindings[i].image);
        for (size_t k = 0; k < turning->plans[i].streams_count; k++) {
            const TurnStream *stream = &turning->plans[i].streams[k];
            if (stream->days_count > 0)
                hits += (double)stream->stream->count * (double)stream->moves_count /
                        (double)stream->days_count;
        }
    }
    return hits * CUSTOMERS_PER_HIT > customers * (double)turning->leaves_count;
}

static void know_nothing(Turning *turning)
{
    for (size_t i = 0; i < turning->rules_count; i++)
        turning->rules[i].is_known = false;
}

/* ---- asking ---- */

Status turning_ask(const EngineData *data, const TurningRule *rules, size_t rules_count,
                   const EngineOptions *options, Turning **ret_turning, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(turning_done) Turning *turning = MEMORY_NEW(Turning);
    turning->rules_count = rules_count;
    Taker taker = {.turning = turning, .arena = arena, .asked = rules};
    TRY(take_apart(&taker, data, options, err));
    ParallelJob job = {.work = turn_chunk,
                       .context = turning,
                       .rows = turning->program->asked,
                       .what = "evaluating"};
    if (is_dear(turning))
        know_nothing(turning);
    else if (turning->leaves_count > 0)
        TRY(parallel_run(turning->program, &job, err));
    *ret_turning = turning;
    turning = NULL; /* now the caller's */
    return STATUS_OK;
}

static void free_hand(const Turning *turning, TurnHand *hand)
{
    for (size_t i = 0; i < turning->rules_count; i++) {
        free(hand->of_rules[i].joined.items);
        free(hand->of_rules[i].left.items);
    }
    turn_hand_free(hand);
}

void turning_free(Turning *turning)
{
    if (turning == NULL) return;
    for (size_t i = 0; turning->hands != NULL && i < turning->program->workers_count; i++)
        free_hand(turning, &turning->hands[i]);
    engine_close(turning->program);
    free(turning);
}

void turning_done(Turning **turning)
{
    turning_free(*turning);
    *turning = NULL;
}

bool turning_knows(const Turning *turning, size_t rule)
{
    return turning->rules[rule].is_known;
}

size_t turning_parts(const Turning *turning)
{
    return turning->program->workers_count;
}

Turned turning_of(const Turning *turning, size_t rule, size_t part)
{
    const TurnedLists *lists = &turning->hands[part].of_rules[rule];
    return (Turned){.joined = lists->joined.items,
                    .left = lists->left.items,
                    .joined_count = lists->joined.count,
                    .left_count = lists->left.count};
}
