/* sweep_group.c -- which steps of a program are answered by sweeps, and their answers in a block.
 */
#include "engine/sweep_group.h"

#include "engine/nodes.h"

#include <string.h>

/* Codes of one column that a condition on events accepts. */
typedef struct {
    bool is_known, is_possible;
    const Column *column;
    const uint64_t *bits;
} Keys;

/* Groups under construction for one binding. */
typedef struct {
    const EngineProgram *program;
    const Binding *binding;
    Arena *arena;
    Keys *keys; /* by step: of conditions on events */
    /* By step: */
    const bool *is_ranked;    /* a ranking needs it, which is made in a pass of its own */
    const bool *needs_number; /* somebody does more with it than compare it with a number */
    SweepGroups *groups;
    size_t stream_index;
} Grouper;

/* ---- conditions as sets of keys ---- */

static size_t keys_size(const Binding *binding, const Column *column)
{
    return 1 + (size_t)(column->kind == COLUMN_ITEM ? image_items(binding->image)->count
                                                    : column->dictionary->count);
}

static void set_keys(uint64_t *bits, uint64_t first, uint64_t last)
{
    for (uint64_t key = first; key <= last; key++)
        bits[key / 64] |= UINT64_C(1) << key % 64;
}

static void flip_keys(uint64_t *bits, size_t size)
{
    for (size_t i = 0; i < bit_words(size); i++)
        bits[i] = ~bits[i];
    if (size % 64 != 0) bits[size / 64] &= (UINT64_C(1) << size % 64) - 1;
}

static bool is_key(const Column *column)
{
    return column != NULL && (column->kind == COLUMN_ITEM || column->kind == COLUMN_CODE);
}

static Keys keys_of_test(const Grouper *grouper, const Step *step, const ColumnTest *test)
{
    Keys keys = {.is_known = true};
    if (test == NULL || !is_key(test->column) || test->failing != NULL) return keys;
    if (test->kind == TEST_SETS) return keys;
    size_t size = keys_size(grouper->binding, test->column);
    uint64_t *bits = ARENA_ARRAY(grouper->arena, uint64_t, bit_words(size));
    if (test->kind == TEST_PRESENT && size > 1) set_keys(bits, 1, size - 1);
    if (test->kind == TEST_CODES)
        memcpy(bits, test->groups[0].bits, bit_words(size) * sizeof *bits);
    for (size_t i = 0; test->kind == TEST_RANGES && i < test->ranges_count; i++)
        set_keys(bits, test->ranges[i].low,
                 test->ranges[i].high < size ? test->ranges[i].high : size - 1);
    if (test->is_opposite != step->node->negated) flip_keys(bits, size);
    keys.is_possible = true;
    keys.column = test->column;
    keys.bits = bits;
    return keys;
}

static Keys keys_of(const Grouper *grouper, const Step *condition);

/* And, or, not of conditions on the same column. */
static Keys keys_of_logic(const Grouper *grouper, const Step *step)
{
    Keys first = keys_of(grouper, step->inputs[0]), none = {.is_known = true};
    if (!first.is_possible) return none;
    size_t size = keys_size(grouper->binding, first.column);
    uint64_t *bits = ARENA_ARRAY(grouper->arena, uint64_t, bit_words(size));
    memcpy(bits, first.bits, bit_words(size) * sizeof *bits);
    for (size_t i = 1; i < step->inputs_count; i++) {
        Keys other = keys_of(grouper, step->inputs[i]);
        if (!other.is_possible || other.column != first.column) return none;
        for (size_t word = 0; word < bit_words(size); word++)
            bits[word] = step->node->kind == NODE_AND ? bits[word] & other.bits[word]
                                                      : bits[word] | other.bits[word];
    }
    if ((step->node->kind == NODE_NOT) != step->node->negated) flip_keys(bits, size);
    first.bits = bits;
    return first;
}

static Keys keys_of(const Grouper *grouper, const Step *condition)
{
    Keys *keys = &grouper->keys[condition->index];
    if (keys->is_known) return *keys;
    NodeKind kind = condition->node->kind;
    if (kind == NODE_AND || kind == NODE_OR || kind == NODE_NOT)
        *keys = keys_of_logic(grouper, condition);
    else
        *keys = keys_of_test(grouper, condition, grouper->binding->steps[condition->index].test);
    return *keys;
}

/* ---- candidates ---- */

static bool is_counted(AggregateKind kind)
{
    return kind == AGGREGATE_COUNT || kind == AGGREGATE_ANY || kind == AGGREGATE_NONE;
}

/* The column that is summed; NULL when it is computed. */
static const Column *summed_column(const Grouper *grouper, const Step *step)
{
    const Column *column = binding_column(grouper->binding, step->field);
    return column != NULL && column->kind == COLUMN_INTEGER ? column : NULL;
}

/* Whether a sweep can give the number of an aggregate, except for its condition. */
static bool is_candidate(const Grouper *grouper, const Step *step)
{
    if (step->node->kind != NODE_AGGREGATE || step->can_fail) return false;
    if (grouper->is_ranked[step->index]) return false;
    AggregateKind kind = step->node->as.aggregate.kind;
    if (is_counted(kind)) return true;
    return kind == AGGREGATE_SUM && summed_column(grouper, step) != NULL;
}

static bool is_of_stream(const Grouper *grouper, const Step *step)
{
    return is_candidate(grouper, step) && step->events.stream_index == grouper->stream_index;
}

/* The column on which most conditions of the stream are; NULL: there are none. */
static const Column *choose_key(const Grouper *grouper)
{
    const StreamColumns *stream = image_stream(grouper->binding->image, grouper->stream_index);
    const StepList *steps = &grouper->program->steps;
    const Column *best = NULL;
    size_t best_count = 0;
    for (size_t field = 0; field < stream->fields_count; field++) {
        size_t count = 0;
        for (size_t i = 0; i < steps->count; i++) {
            const Step *step = steps->items[i];
            if (!is_of_stream(grouper, step) || step->events.condition == NULL) continue;
            Keys keys = keys_of(grouper, step->events.condition);
            count += keys.is_possible && keys.column == &stream->fields[field];
        }
        if (count <= best_count) continue;
        best = &stream->fields[field];
        best_count = count;
    }
    return best;
}

/* ---- members ---- */

typedef struct {
    SweepMember *items;
    size_t count, capacity;
} MemberList;

typedef struct {
    const Step **items;
    size_t count, capacity;
} MemberSteps;

typedef struct {
    MemberList members;
    MemberSteps steps;
} Members;

/* The one range that a comparison accepts of its operand; NULL when it is not that simple. */
static const NumberRange *range_of(const EngineProgram *program, const Step *step)
{
    const Predicate *predicate = program->predicates[step->index];
    bool is_simple = predicate != NULL && predicate->kind == PREDICATE_NUMBERS &&
                     predicate->numbers_count == 1 && step->domain == DOMAIN_CUSTOMERS;
    return is_simple ? &predicate->numbers[0] : NULL;
}

/* What is asked of the events for an aggregate, without a comparison; false: not by a sweep. */
static bool member_of(const Grouper *grouper, const Step *aggregate, const Column *key,
                      SweepMember *ret_member)
{
    SweepMember member = {.span = aggregate->events.span};
    if (aggregate->events.condition != NULL) {
        Keys keys = keys_of(grouper, aggregate->events.condition);
        if (!keys.is_possible || keys.column != key) return false;
        member.keys = keys.bits;
    }
    AggregateKind kind = aggregate->node->as.aggregate.kind;
    if (!is_counted(kind)) member.field = summed_column(grouper, aggregate);
    if (kind == AGGREGATE_ANY || kind == AGGREGATE_NONE) {
        member.is_test = true;
        member.is_opposite = (kind == AGGREGATE_NONE) != aggregate->node->negated;
        member.low = 1;
        member.high = INT64_MAX;
    }
    *ret_member = member;
    return true;
}

/* The comparison of an aggregate that is no condition itself. */
static bool comparison_of(const Grouper *grouper, const Step *step, const Column *key,
                          SweepMember *ret_member)
{
    const NumberRange *range = range_of(grouper->program, step);
    const Step *operand = grouper->program->predicates[step->index]->operand;
    if (operand->node->type.kind == TYPE_BOOL) return false;
    if (!member_of(grouper, operand, key, ret_member)) return false;
    ret_member->is_test = true;
    ret_member->is_opposite = step->node->negated;
    ret_member->low = range->low;
    ret_member->high = range->high;
    return true;
}

/* A step of the stream that a sweep can answer: an aggregate whose value is needed, or the
 * comparison of one that is only compared. */
static void add_step(const Grouper *grouper, Members *members, const Step *step, const Column *key)
{
    const EngineProgram *program = grouper->program;
    SweepMember member;
    if (range_of(program, step) == NULL) {
        if (!is_of_stream(grouper, step)) return;
        bool is_wanted = grouper->needs_number[step->index] || step->node->type.kind == TYPE_BOOL;
        if (!is_wanted || !member_of(grouper, step, key, &member)) return;
    } else {
        const Step *operand = program->predicates[step->index]->operand;
        if (!is_of_stream(grouper, operand)) return;
        if (grouper->needs_number[operand->index]) return;
        if (!comparison_of(grouper, step, key, &member)) return;
    }
    ARENA_PUSH(grouper->arena, &members->members, member);
    ARENA_PUSH(grouper->arena, &members->steps, step);
}

/* ---- groups ---- */

static void add_group(const Grouper *grouper, const SweepTask *task, const Step **steps)
{
    const SweepPlan *plan = sweep_plan(task, grouper->arena);
    if (plan == NULL) return;
    SweepGroup *group = ARENA_NEW(grouper->arena, SweepGroup);
    bool *are_tests = ARENA_ARRAY(grouper->arena, bool, task->members_count);
    for (size_t i = 0; i < task->members_count; i++) {
        are_tests[i] = task->members[i].is_test;
        grouper->groups->of_step[steps[i]->index] = group;
    }
    *group = (SweepGroup){
        .plan = plan, .steps = steps, .are_tests = are_tests, .count = task->members_count};
}

static void group_stream(const Grouper *grouper)
{
    const Column *key = choose_key(grouper);
    const StepList *steps = &grouper->program->steps;
    Members members = {0};
    for (size_t i = 0; i < steps->count; i++)
        add_step(grouper, &members, steps->items[i], key);
    for (size_t first = 0, left; (left = members.members.count - first) >= SWEEP_MEMBERS_MIN;) {
        size_t count = left < SWEEP_MEMBERS_MAX ? left : SWEEP_MEMBERS_MAX;
        SweepTask task = {.stream = image_stream(grouper->binding->image, grouper->stream_index),
                          .key = key,
                          .keys_count =
                              key == NULL ? 0 : (uint32_t)keys_size(grouper->binding, key) - 1,
                          .members = members.members.items + first,
                          .members_count = count};
        add_group(grouper, &task, members.steps.items + first);
        first += count;
    }
}

/* ---- who uses what ---- */

/* Steps that rankings are made of. */
static const bool *find_ranked(const EngineProgram *program)
{
    bool *is_ranked = ARENA_ARRAY(program->arena, bool, program->steps.count);
    for (size_t i = program->steps.count; i-- > 0;) {
        const Step *step = program->steps.items[i];
        if (!is_ranked[i] && step->node->kind != NODE_RANK) continue;
        for (size_t k = 0; k < step->inputs_count; k++)
            is_ranked[step->inputs[k]->index] = true;
    }
    return is_ranked;
}

static const bool *find_needed_numbers(const EngineProgram *program)
{
    bool *needs_number = ARENA_ARRAY(program->arena, bool, program->steps.count);
    for (size_t i = 0; i < program->questions_count; i++)
        needs_number[program->roots[i]->index] = true;
    for (size_t i = 0; i < program->steps.count; i++) {
        const Step *step = program->steps.items[i];
        bool is_test = range_of(program, step) != NULL;
        for (size_t k = 0; k < step->inputs_count; k++)
            if (!is_test || program->predicates[i]->operand != step->inputs[k])
                needs_number[step->inputs[k]->index] = true;
    }
    return needs_number;
}

void program_group(EngineProgram *program)
{
    size_t count = program->steps.count;
    const bool *is_ranked = find_ranked(program), *needs_number = find_needed_numbers(program);
    for (size_t i = 0; i < program->bindings_count; i++) {
        SweepGroups *groups = ARENA_NEW(program->arena, SweepGroups);
        groups->of_step = ARENA_ARRAY(program->arena, const SweepGroup *, count);
        Grouper grouper = {.program = program,
                           .binding = &program->bindings[i],
                           .arena = program->arena,
                           .keys = ARENA_ARRAY(program->arena, Keys, count),
                           .is_ranked = is_ranked,
                           .needs_number = needs_number,
                           .groups = groups};
        size_t streams_count = image_streams_count(program->bindings[i].image);
        for (; grouper.stream_index < streams_count; grouper.stream_index++)
            group_stream(&grouper);
        program->bindings[i].sweeps = groups;
    }
}

/* ---- single steps ---- */

static SweepAsked asked_of(const Grouper *grouper, const Step *step)
{
    SweepAsked asked = {0};
    bool is_comparison = range_of(grouper->program, step) != NULL;
    const Step *aggregate =
        is_comparison ? grouper->program->predicates[step->index]->operand : step;
    if (!is_candidate(grouper, aggregate)) return asked;
    const Step *condition = aggregate->events.condition;
    if (condition != NULL) asked.key = keys_of(grouper, condition).column;
    if (asked.key != NULL) asked.keys_size = keys_size(grouper->binding, asked.key);
    asked.stream_index = aggregate->events.stream_index;
    asked.is_known = is_comparison ? comparison_of(grouper, step, asked.key, &asked.member)
                                   : member_of(grouper, aggregate, asked.key, &asked.member) &&
                                         asked.member.is_test;
    return asked;
}

void sweep_ask(const EngineProgram *program, const Binding *binding, const Step *const *steps,
               size_t count, Arena *arena, SweepAsked *ret_asked)
{
    Grouper grouper = {.program = program,
                       .binding = binding,
                       .arena = arena,
                       .keys = ARENA_ARRAY(arena, Keys, program->steps.count),
                       .is_ranked = find_ranked(program)};
    for (size_t i = 0; i < count; i++)
        ret_asked[i] = asked_of(&grouper, steps[i]);
}

/* ---- in a block ---- */

/* A sweep computes for everybody: not worth it when few are asked about. */
static bool are_most_asked(const Scope *customers)
{
    enum { ASKED_PART_MIN = 16 };
    const EngineProgram *program = customers->worker->program;
    const uint64_t *asked = program->asked[customers->binding - program->bindings];
    if (asked == NULL) return true;
    size_t words = bit_words(customers->count);
    uint64_t count = customers->worker->kernels->count_bits(asked + customers->begin / 64, words);
    return count * ASKED_PART_MIN >= customers->count;
}

static SweepAnswer *new_answers(const Scope *customers, const SweepGroup *group)
{
    SweepAnswer *answers = ARENA_ARRAY(customers->arena, SweepAnswer, group->count);
    for (size_t i = 0; i < group->count; i++)
        if (group->are_tests[i])
            answers[i].bits = scope_bits(customers);
        else
            answers[i].numbers = scope_integers(customers);
    return answers;
}

static void remember(Scope *customers, const SweepGroup *group, const SweepAnswer *answers)
{
    for (size_t i = 0; i < group->count; i++) {
        Vector vector = {.kind = group->are_tests[i] ? LANE_BITS : LANE_INTEGERS};
        if (group->are_tests[i])
            vector.as.bits = answers[i].bits;
        else
            vector.as.integers = answers[i].numbers;
        customers->memo->entries[group->steps[i]->index] =
            (MemoEntry){.epoch = customers->memo->epoch, .vector = vector};
    }
}

/* Nobody can tell what one member took: each gets the same part. */
static void measure_members(Worker *worker, const SweepGroup *group, size_t rows_count,
                            uint64_t nanoseconds)
{
    for (size_t i = 0; i < group->count; i++) {
        StepMeasure *measure = &worker->measures[group->steps[i]->index];
        measure->rows += rows_count;
        measure->nanoseconds += nanoseconds / group->count;
    }
    worker->inner_nanoseconds += nanoseconds;
}

static bool fill(Scope *customers, const SweepGroup *group)
{
    Worker *worker = customers->worker;
    SweepAnswer *answers = new_answers(customers, group);
    SweepRows rows = {(uint32_t)customers->begin, customers->count};
    if (!sweep_run(group->plan, worker->sweep_memory, worker->kernels, rows, answers)) return false;
    remember(customers, group, answers);
    return true;
}

bool sweep_group_fill(Scope *customers, const Step *step)
{
    const SweepGroups *groups = customers->binding->sweeps;
    const SweepGroup *group = groups == NULL ? NULL : groups->of_step[step->index];
    if (group == NULL || !are_most_asked(customers)) return false;
    Worker *worker = customers->worker;
    if (worker->measures == NULL) return fill(customers, group);
    uint64_t (*now)(void) = worker->program->options.now_nanoseconds;
    uint64_t begin = now();
    if (!fill(customers, group)) return false;
    measure_members(worker, group, customers->count, now() - begin);
    return true;
}
