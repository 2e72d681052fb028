/* standing.c -- keeping the answers of many rules true by asking about few customers. */
#include "engine/standing.h"

#include "base/memory.h"
#include "engine/moves.h"
#include "engine/turning.h"

#include <stdlib.h>

/* Rules asked about the same customers, in one run. */
typedef struct {
    bool is_everybody;
    const RuleMoves *moves; /* of the first rule; equal for all */
    size_t *rules;
    size_t rules_count;
    CustomerSet only; /* unless is_everybody */
    CustomerSet gone; /* of those asked about: erased, so that nobody answers for them */
    bool is_somebody_gone;
} Group;

/* A question who has an event on the days of a range. */
typedef struct {
    DayRange range;
    CustomerSet who;
} RangeAnswer;

typedef struct {
    const StandingState *state;
    const StandingRule *rules;
    size_t count;
    const EngineOptions *options;
    Arena *arena;
    RuleMoves *moves; /* by rule; of those that turn nothing else moves */
    Turning *turning; /* NULL: no rule turns */
    size_t *turns;    /* by rule: its place in `turning` from 1; 0: it does not turn */
    Group *groups;
    size_t groups_count;
    const Group **group_of_rule;
    RangeAnswer *ranges;
    size_t ranges_count;
    EngineAnswer *found; /* by rule: the new answers, about those asked */
} Refresh;

struct StandingAnswers {
    Arena *arena;
    Refresh refresh;
};

static bool same_moves(const RuleMoves *a, const RuleMoves *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->items[i].stream->id != b->items[i].stream->id ||
            a->items[i].first.day != b->items[i].first.day ||
            a->items[i].last.day != b->items[i].last.day)
            return false;
    return true;
}

static bool is_for_everybody(const Refresh *refresh, size_t rule)
{
    const StandingState *state = refresh->state;
    if (!refresh->rules[rule].is_known || state->changed == NULL) return true;
    if (refresh->moves[rule].is_everybody) return true;
    return rule_depends_on_others(refresh->rules[rule].rule);
}

static Group *group_of(Refresh *refresh, size_t rule)
{
    bool is_everybody = is_for_everybody(refresh, rule);
    for (size_t i = 0; i < refresh->groups_count; i++) {
        Group *group = &refresh->groups[i];
        if (group->is_everybody != is_everybody) continue;
        if (is_everybody || same_moves(group->moves, &refresh->moves[rule])) return group;
    }
    Group *group = &refresh->groups[refresh->groups_count++];
    *group = (Group){.is_everybody = is_everybody,
                     .moves = &refresh->moves[rule],
                     .rules = ARENA_ARRAY(refresh->arena, size_t, refresh->count)};
    return group;
}

static void divide_rules(Refresh *refresh)
{
    refresh->groups_count = 0;
    for (size_t i = 0; i < refresh->count; i++) {
        Group *group = group_of(refresh, i);
        group->rules[group->rules_count++] = i;
    }
}

static size_t moving_groups(const Refresh *refresh)
{
    size_t count = 0;
    for (size_t i = 0; i < refresh->groups_count; i++)
        count += !refresh->groups[i].is_everybody && refresh->groups[i].moves->count > 0;
    return count;
}

static void find_moves(Refresh *refresh)
{
    refresh->moves = ARENA_ARRAY(refresh->arena, RuleMoves, refresh->count);
    for (size_t i = 0; i < refresh->count; i++)
        if (refresh->rules[i].is_known)
            refresh->moves[i] = rule_moves(refresh->rules[i].rule, refresh->rules[i].as_of,
                                           refresh->state->as_of, refresh->arena);
}

/* Rules that the day moves and that can tell whom are asked only about those who changed. */
static Status turn_rules(Refresh *refresh, Error *err)
{
    size_t count = 0;
    TurningRule *rules = ARENA_ARRAY(refresh->arena, TurningRule, refresh->count);
    refresh->turns = ARENA_ARRAY(refresh->arena, size_t, refresh->count);
    for (size_t i = 0; i < refresh->count && refresh->state->changed != NULL; i++) {
        const StandingRule *rule = &refresh->rules[i];
        if (refresh->moves[i].count == 0 && !refresh->moves[i].is_everybody) continue;
        if (rule_depends_on_others(rule->rule)) continue;
        rules[count++] = (TurningRule){rule->rule, rule->as_of, refresh->state->as_of};
        refresh->turns[i] = count;
    }
    if (count == 0) return STATUS_OK;
    TRY(turning_ask(refresh->state->data, rules, count, refresh->options, &refresh->turning, err));
    for (size_t i = 0; i < refresh->count; i++) {
        if (refresh->turns[i] == 0) continue;
        if (turning_knows(refresh->turning, refresh->turns[i] - 1))
            refresh->moves[i] = (RuleMoves){0};
        else
            refresh->turns[i] = 0;
    }
    return STATUS_OK;
}

/* Where windows of many kinds move, one scan for all their rules is cheaper than one for each kind:
 * a scan asks a customer in a nanosecond or two, single customers cost a hundred. */
static void make_groups(Refresh *refresh)
{
    enum { MOVING_GROUPS_MAX = 4 };
    size_t count = refresh->count;
    refresh->groups = ARENA_ARRAY(refresh->arena, Group, count);
    divide_rules(refresh);
    if (moving_groups(refresh) <= MOVING_GROUPS_MAX) return;
    for (size_t i = 0; i < count; i++)
        if (refresh->moves[i].count > 0) refresh->moves[i].is_everybody = true;
    divide_rules(refresh);
}

/* ---- who has events on the days that enter or leave windows ---- */

static RangeAnswer *find_range(Refresh *refresh, const DayRange *range)
{
    for (size_t i = 0; i < refresh->ranges_count; i++) {
        RangeAnswer *known = &refresh->ranges[i];
        if (known->range.stream->id == range->stream->id &&
            known->range.first.day == range->first.day && known->range.last.day == range->last.day)
            return known;
    }
    return NULL;
}

static void list_ranges(Refresh *refresh)
{
    size_t count_max = 0;
    for (size_t i = 0; i < refresh->groups_count; i++)
        count_max += refresh->groups[i].is_everybody ? 0 : refresh->groups[i].moves->count;
    refresh->ranges = ARENA_ARRAY(refresh->arena, RangeAnswer, count_max);
    for (size_t i = 0; i < refresh->groups_count; i++) {
        const Group *group = &refresh->groups[i];
        for (size_t k = 0; !group->is_everybody && k < group->moves->count; k++)
            if (find_range(refresh, &group->moves->items[k]) == NULL)
                refresh->ranges[refresh->ranges_count++].range = group->moves->items[k];
    }
}

/* any(stream, from first to last), as the checker would have made it. */
static const Expression *has_event(const DayRange *range, Arena *arena)
{
    Node *node = ARENA_NEW(arena, Node);
    node->kind = NODE_AGGREGATE;
    node->type = (Type){.kind = TYPE_BOOL};
    node->as.aggregate.kind = AGGREGATE_ANY;
    node->as.aggregate.stream_name = range->stream->name;
    node->as.aggregate.stream = range->stream;
    node->as.aggregate.window =
        (Window){.kind = WINDOW_FROM_TO, .from = range->first, .to = range->last};
    Expression *expression = ARENA_NEW(arena, Expression);
    *expression = (Expression){.root = node, .uses_events = true};
    return expression;
}

/* The last of the days between which anything moves. */
static Date last_day(const Refresh *refresh)
{
    Date last = refresh->state->as_of;
    for (size_t i = 0; i < refresh->count; i++)
        if (refresh->rules[i].is_known && refresh->rules[i].as_of.day > last.day)
            last = refresh->rules[i].as_of;
    return last;
}

static Status run(Refresh *refresh, const EngineQuestion *questions, size_t count,
                  const CustomerSet *only, EngineAnswer *answers, Error *err)
{
    AUTO(engine_done) EngineProgram *program = NULL;
    EngineOptions options = *refresh->options;
    options.only = only;
    TRY(engine_prepare(refresh->state->data, questions, count, &options, &program, err));
    return engine_run(program, refresh->arena, answers, err);
}

static Status find_moved(Refresh *refresh, Error *err)
{
    size_t count = refresh->ranges_count;
    if (count == 0) return STATUS_OK;
    EngineQuestion *questions = ARENA_ARRAY(refresh->arena, EngineQuestion, count);
    EngineAnswer *answers = ARENA_ARRAY(refresh->arena, EngineAnswer, count);
    Date as_of = last_day(refresh);
    for (size_t i = 0; i < count; i++)
        questions[i] =
            (EngineQuestion){.expression = has_event(&refresh->ranges[i].range, refresh->arena),
                             .as_of = as_of,
                             .kind = ANSWER_SET};
    TRY(run(refresh, questions, count, NULL, answers, err));
    for (size_t i = 0; i < count; i++)
        refresh->ranges[i].who = answers[i].set;
    return STATUS_OK;
}

/* ---- asking again ---- */

static Status ask_group(Refresh *refresh, Group *group, Error *err)
{
    if (!group->is_everybody && customer_set_is_empty(&group->only)) return STATUS_OK;
    size_t count = group->rules_count;
    EngineQuestion *questions = ARENA_ARRAY(refresh->arena, EngineQuestion, count);
    EngineAnswer *answers = ARENA_ARRAY(refresh->arena, EngineAnswer, count);
    for (size_t i = 0; i < count; i++)
        questions[i] = (EngineQuestion){
            .expression = refresh->rules[group->rules[i]].rule,
            .as_of = refresh->state->as_of,
            /* a set is as long as the base, values only as those who are asked about */
            .kind = group->is_everybody ? ANSWER_SET : ANSWER_VALUES,
        };
    TRY(run(refresh, questions, count, group->is_everybody ? NULL : &group->only, answers, err));
    for (size_t i = 0; i < count; i++)
        refresh->found[group->rules[i]] = answers[i];
    return STATUS_OK;
}

static void choose_customers(Refresh *refresh, Group *group)
{
    if (group->is_everybody) return;
    group->only = customer_set_copy(refresh->state->changed);
    for (size_t i = 0; i < group->moves->count; i++)
        customer_set_unite(&group->only, &find_range(refresh, &group->moves->items[i])->who);
}

static Status ask_all(Refresh *refresh, Error *err)
{
    find_moves(refresh);
    TRY(turn_rules(refresh, err));
    make_groups(refresh);
    list_ranges(refresh);
    TRY(find_moved(refresh, err));
    for (size_t i = 0; i < refresh->groups_count; i++) {
        Group *group = &refresh->groups[i];
        choose_customers(refresh, group);
        TRY(ask_group(refresh, group, err));
    }
    return STATUS_OK;
}

/* ---- the answers ---- */

static void find_gone(const Refresh *refresh, Group *group)
{
    const EngineValues *values = &refresh->found[group->rules[0]].values;
    if (group->is_everybody) return;
    group->gone = customer_set_copy(&group->only);
    for (size_t i = 0; i < values->count; i++)
        customer_set_remove(&group->gone, values->customers[i]);
    group->is_somebody_gone = !customer_set_is_empty(&group->gone);
}

static void note_groups(Refresh *refresh)
{
    refresh->group_of_rule = ARENA_ARRAY(refresh->arena, const Group *, refresh->count);
    for (size_t i = 0; i < refresh->groups_count; i++) {
        find_gone(refresh, &refresh->groups[i]);
        for (size_t k = 0; k < refresh->groups[i].rules_count; k++)
            refresh->group_of_rule[refresh->groups[i].rules[k]] = &refresh->groups[i];
    }
}

Status standing_ask(const StandingState *state, const StandingRule *rules, size_t rules_count,
                    const EngineOptions *options, StandingAnswers **ret_answers, Error *err)
{
    AUTO(standing_answers_done) StandingAnswers *answers = MEMORY_NEW(StandingAnswers);
    answers->arena = arena_new();
    Refresh *refresh = &answers->refresh;
    *refresh = (Refresh){.state = state,
                         .rules = rules,
                         .count = rules_count,
                         .options = options,
                         .arena = answers->arena,
                         .found = ARENA_ARRAY(answers->arena, EngineAnswer, rules_count)};
    TRY(ask_all(refresh, err));
    note_groups(refresh);
    *ret_answers = answers;
    answers = NULL;
    return STATUS_OK;
}

/* Cost follows the customers asked about, not the base. */
static void take_few(const Group *group, const EngineValues *values, CustomerSet *set)
{
    customer_set_assign(set, values->customers, values->count, values->as.bits);
    if (group->is_somebody_gone) customer_set_subtract(set, &group->gone);
}

static void take_turned(const Turning *turning, size_t place, CustomerSet *set)
{
    for (size_t part = 0; part < turning_parts(turning); part++) {
        Turned turned = turning_of(turning, place, part);
        for (size_t i = 0; i < turned.joined_count; i++)
            customer_set_add(set, turned.joined[i]);
        for (size_t i = 0; i < turned.left_count; i++)
            customer_set_remove(set, turned.left[i]);
    }
}

void standing_take(StandingAnswers *answers, size_t rule, CustomerSet *set)
{
    Refresh *refresh = &answers->refresh;
    ASSERT(rule < refresh->count);
    const Group *group = refresh->group_of_rule[rule];
    if (!group->is_everybody) {
        take_few(group, &refresh->found[rule].values, set);
        if (refresh->turns[rule] > 0) take_turned(refresh->turning, refresh->turns[rule] - 1, set);
        return;
    }
    customer_set_free(set);
    *set = refresh->found[rule].set;
    refresh->found[rule].set = (CustomerSet){0};
}

StandingWork standing_work(const StandingAnswers *answers)
{
    StandingWork work = {0};
    for (size_t i = 0; i < answers->refresh.count; i++)
        work.turning_rules += answers->refresh.turns[i] > 0;
    for (size_t i = 0; i < answers->refresh.groups_count; i++) {
        const Group *group = &answers->refresh.groups[i];
        if (group->is_everybody)
            work.full_rules += group->rules_count;
        else
            work.asked_customers += customer_set_count(&group->only) * group->rules_count;
    }
    return work;
}

static void group_free(Group *group)
{
    customer_set_free(&group->only);
    customer_set_free(&group->gone);
}

void standing_answers_free(StandingAnswers *answers)
{
    if (answers == NULL) return;
    Refresh *refresh = &answers->refresh;
    for (size_t i = 0; i < refresh->count; i++)
        customer_set_free(&refresh->found[i].set);
    for (size_t i = 0; i < refresh->ranges_count; i++)
        customer_set_free(&refresh->ranges[i].who);
    for (size_t i = 0; i < refresh->groups_count; i++)
        group_free(&refresh->groups[i]);
    turning_free(refresh->turning);
    arena_free(answers->arena);
    free(answers);
}

void standing_answers_done(StandingAnswers **answers)
{
    standing_answers_free(*answers);
    *answers = NULL;
}
