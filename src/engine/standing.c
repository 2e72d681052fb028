/* standing.c -- keeping the answers of many rules true by asking about few customers. */
#include "engine/standing.h"

#include "base/memory.h"
#include "engine/moves.h"

#include <stdlib.h>

struct Standing {
    const Expression *const *rules;
    size_t count;
    CustomerSet *sets;
    bool is_known;
    Date as_of;
    StandingWork work;
};

Standing *standing_new(const Expression *const *rules, size_t rules_count)
{
    Standing *standing = MEMORY_NEW(Standing);
    standing->rules = rules;
    standing->count = rules_count;
    standing->sets = memory_alloc(memory_product(rules_count, sizeof *standing->sets));
    return standing;
}

void standing_replace_rules(Standing *standing, const Expression *const *rules)
{
    standing->rules = rules;
}

void standing_free(Standing *standing)
{
    if (standing == NULL) return;
    for (size_t i = 0; i < standing->count; i++)
        customer_set_free(&standing->sets[i]);
    free(standing->sets);
    free(standing);
}

void standing_done(Standing **standing)
{
    standing_free(*standing);
    *standing = NULL;
}

const CustomerSet *standing_set(const Standing *standing, size_t rule)
{
    ASSERT(rule < standing->count);
    return &standing->sets[rule];
}

StandingWork standing_work(const Standing *standing)
{
    return standing->work;
}

/* ---- one refresh ---- */

/* Rules asked about the same customers, in one run. */
typedef struct {
    bool is_everybody;
    const RuleMoves *moves; /* of the first rule; equal for all */
    size_t *rules;
    size_t rules_count;
    CustomerSet only; /* unless is_everybody */
} Group;

/* A question who has an event on the days of a range. */
typedef struct {
    DayRange range;
    CustomerSet who;
} RangeAnswer;

typedef struct {
    Standing *standing;
    const StandingState *state;
    const EngineOptions *options;
    Arena *arena;
    RuleMoves *moves; /* by rule */
    Group *groups;
    size_t groups_count;
    RangeAnswer *ranges;
    size_t ranges_count;
    EngineAnswer *found; /* by rule: the new answers, about those asked */
} Refresh;

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
    if (!refresh->standing->is_known || state->changed == NULL) return true;
    if (refresh->moves[rule].is_everybody) return true;
    return rule_depends_on_others(refresh->standing->rules[rule]);
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
                     .rules = ARENA_ARRAY(refresh->arena, size_t, refresh->standing->count)};
    return group;
}

static void divide_rules(Refresh *refresh)
{
    refresh->groups_count = 0;
    for (size_t i = 0; i < refresh->standing->count; i++) {
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

/* Where windows of many kinds move, one scan for all their rules is cheaper than one for each kind:
 * a scan asks a customer in a nanosecond or two, single customers cost a hundred. */
static void make_groups(Refresh *refresh)
{
    enum { MOVING_GROUPS_MAX = 4 };
    const Standing *standing = refresh->standing;
    refresh->moves = ARENA_ARRAY(refresh->arena, RuleMoves, standing->count);
    refresh->groups = ARENA_ARRAY(refresh->arena, Group, standing->count);
    for (size_t i = 0; i < standing->count && standing->is_known; i++)
        refresh->moves[i] =
            rule_moves(standing->rules[i], standing->as_of, refresh->state->as_of, refresh->arena);
    divide_rules(refresh);
    if (moving_groups(refresh) <= MOVING_GROUPS_MAX) return;
    for (size_t i = 0; i < standing->count; i++)
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

static Date later(Date a, Date b)
{
    return a.day > b.day ? a : b;
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
    Date as_of = later(refresh->standing->as_of, refresh->state->as_of);
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
    size_t count = group->rules_count;
    EngineQuestion *questions = ARENA_ARRAY(refresh->arena, EngineQuestion, count);
    EngineAnswer *answers = ARENA_ARRAY(refresh->arena, EngineAnswer, count);
    for (size_t i = 0; i < count; i++)
        questions[i] = (EngineQuestion){
            .expression = refresh->standing->rules[group->rules[i]],
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

/* Those asked about who are not there any more: erased. */
static CustomerSet gone_of(const Group *group, const EngineValues *values)
{
    CustomerSet gone = customer_set_copy(&group->only);
    for (size_t i = 0; i < values->count; i++)
        customer_set_remove(&gone, values->customers[i]);
    return gone;
}

/* Cost follows the customers asked about, not the base. */
static void publish_few(Standing *standing, const Group *group, const EngineAnswer *found)
{
    CustomerSet gone = gone_of(group, &found[group->rules[0]].values);
    bool is_somebody_gone = customer_set_next(&gone, (CustomerId){1}).value != 0;
    for (size_t k = 0; k < group->rules_count; k++) {
        CustomerSet *set = &standing->sets[group->rules[k]];
        const EngineValues *values = &found[group->rules[k]].values;
        customer_set_assign(set, values->customers, values->count, values->as.bits);
        if (is_somebody_gone) customer_set_subtract(set, &gone);
    }
    standing->work.asked_customers += customer_set_count(&group->only) * group->rules_count;
    customer_set_free(&gone);
}

static void publish_full(Standing *standing, const Group *group, EngineAnswer *found)
{
    for (size_t k = 0; k < group->rules_count; k++) {
        CustomerSet *set = &standing->sets[group->rules[k]];
        customer_set_free(set);
        *set = found[group->rules[k]].set;
        found[group->rules[k]].set = (CustomerSet){0};
    }
    standing->work.full_rules += group->rules_count;
}

/* Nothing fails from here on. */
static void publish(Refresh *refresh)
{
    Standing *standing = refresh->standing;
    standing->work = (StandingWork){0};
    for (size_t i = 0; i < refresh->groups_count; i++) {
        if (refresh->groups[i].is_everybody)
            publish_full(standing, &refresh->groups[i], refresh->found);
        else
            publish_few(standing, &refresh->groups[i], refresh->found);
    }
    standing->as_of = refresh->state->as_of;
    standing->is_known = true;
}

Status standing_refresh(Standing *standing, const StandingState *state,
                        const EngineOptions *options, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Refresh refresh = {.standing = standing,
                       .state = state,
                       .options = options,
                       .arena = arena,
                       .found = ARENA_ARRAY(arena, EngineAnswer, standing->count)};
    Status status = ask_all(&refresh, err);
    if (status == STATUS_OK) publish(&refresh);
    for (size_t i = 0; i < standing->count; i++)
        customer_set_free(&refresh.found[i].set);
    for (size_t i = 0; i < refresh.ranges_count; i++)
        customer_set_free(&refresh.ranges[i].who);
    for (size_t i = 0; i < refresh.groups_count; i++)
        customer_set_free(&refresh.groups[i].only);
    return status;
}
