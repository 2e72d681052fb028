/* compile.c -- the questions' trees as steps, each distinct one once.
 *
 * Steps are made from the leaves up, so two nodes are one step when they say the same themselves
 * and their operands are the same steps. What depends on the as-of day carries it; windows count as
 * the days that they are. A metric is its definition. */
#include "engine/program.h"

#include "base/hash.h"
#include "base/memory.h"
#include "engine/same.h"
#include "lang/tree.h"

#include <stdlib.h>

typedef struct {
    EngineProgram *program;
    Arena *arena;
    Date as_of;
    int domain;
    uint32_t *slots; /* hash table of step index + 1; 0 is free */
    size_t slots_count;
} Compiler;

/* ---- the table of steps ---- */

static void put(Compiler *compiler, uint64_t hash, uint32_t index)
{
    size_t slot = (size_t)hash & (compiler->slots_count - 1);
    while (compiler->slots[slot] != 0)
        slot = (slot + 1) & (compiler->slots_count - 1);
    compiler->slots[slot] = index + 1;
}

static void grow_table(Compiler *compiler)
{
    enum { SLOTS_FIRST = 1024 };
    const StepList *steps = &compiler->program->steps;
    if (compiler->slots_count > 2 * (steps->count + 1)) return;
    free(compiler->slots);
    compiler->slots_count = compiler->slots_count == 0 ? SLOTS_FIRST : compiler->slots_count * 2;
    compiler->slots = memory_alloc(memory_product(compiler->slots_count, sizeof(uint32_t)));
    for (size_t i = 0; i < steps->count; i++)
        put(compiler, step_hash(steps->items[i]), (uint32_t)i);
}

static Step *find(const Compiler *compiler, const Step *wanted, uint64_t hash)
{
    size_t slot = (size_t)hash & (compiler->slots_count - 1);
    for (; compiler->slots[slot] != 0; slot = (slot + 1) & (compiler->slots_count - 1)) {
        Step *step = compiler->program->steps.items[compiler->slots[slot] - 1];
        if (step_same(step, wanted)) return step;
    }
    return NULL;
}

static void note_ranking(Compiler *compiler, const Step *step);

static const Step *add_or_find(Compiler *compiler, const Step *wanted)
{
    grow_table(compiler);
    uint64_t hash = step_hash(wanted);
    Step *found = find(compiler, wanted, hash);
    if (found != NULL) return found;
    Step *step = ARENA_NEW(compiler->arena, Step);
    *step = *wanted;
    step->index = (uint32_t)compiler->program->steps.count;
    ARENA_PUSH(compiler->arena, &compiler->program->steps, step);
    put(compiler, hash, step->index);
    if (step->node->kind == NODE_RANK) note_ranking(compiler, step);
    return step;
}

/* ---- rankings ---- */

/* The stage after which everything that the step needs of rankings is known. */
static unsigned stage_of(const EngineProgram *program, const Step *step)
{
    unsigned stage = 0;
    for (size_t i = 0; i < program->rankings.count; i++)
        if (program->rankings.items[i].step == step) return program->rankings.items[i].stage + 1;
    for (size_t i = 0; i < step->inputs_count; i++) {
        unsigned of_input = stage_of(program, step->inputs[i]);
        if (of_input > stage) stage = of_input;
    }
    return stage;
}

static void note_ranking(Compiler *compiler, const Step *step)
{
    RankingList *rankings = &compiler->program->rankings;
    Ranking ranking = {.step = step, .stage = stage_of(compiler->program, step)};
    ARENA_PUSH(compiler->arena, rankings, ranking);
    if (ranking.stage + 1 > rankings->stages_count) rankings->stages_count = ranking.stage + 1;
}

/* ---- nodes ---- */

static const Step *compile_node(Compiler *compiler, const Node *node);

static size_t stream_index_of(const Compiler *compiler, const Stream *stream)
{
    const Schema *schema = compiler->program->data.schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        if (schema->streams[i].id == stream->id) return i;
    ASSERT(false && "the expressions were checked against this schema");
    return 0;
}

/* A step about the events of a stream: a field or a condition. */
static const Step *compile_of_events(Compiler *compiler, size_t stream_index, const Node *node)
{
    if (node == NULL) return NULL;
    int outer = compiler->domain;
    compiler->domain = (int)stream_index;
    const Step *step = compile_node(compiler, node);
    compiler->domain = outer;
    return step;
}

static StepEvents compile_events(Compiler *compiler, const Stream *stream, const Node *condition,
                                 DaySpan span)
{
    size_t index = stream_index_of(compiler, stream);
    return (StepEvents){.stream_index = index,
                        .span = span,
                        .condition = compile_of_events(compiler, index, condition)};
}

static void compile_aggregate(Compiler *compiler, const Node *node, Step *step)
{
    DaySpan span = window_days(&node->as.aggregate.window, compiler->as_of);
    step->events =
        compile_events(compiler, node->as.aggregate.stream, node->as.aggregate.condition, span);
    step->field = compile_of_events(compiler, step->events.stream_index, node->as.aggregate.field);
    AggregateKind kind = node->as.aggregate.kind;
    if (kind == AGGREGATE_DAYS_SINCE_FIRST || kind == AGGREGATE_DAYS_SINCE_LAST)
        step->as_of = compiler->as_of;
}

static void compile_sequence(Compiler *compiler, const Node *node, Step *step)
{
    size_t count = node->as.sequence.steps_count;
    DaySpan span = window_days(&node->as.sequence.window, compiler->as_of);
    StepEvents *sequence = ARENA_ARRAY(compiler->arena, StepEvents, count);
    StepEvents *without = ARENA_ARRAY(compiler->arena, StepEvents, count);
    for (size_t i = 0; i < count; i++) {
        const SequenceStep *item = &node->as.sequence.steps[i];
        sequence[i] = compile_events(compiler, item->event.stream, item->event.condition, span);
        if (item->has_without)
            without[i] =
                compile_events(compiler, item->without.stream, item->without.condition, span);
    }
    step->sequence = sequence;
    step->without = without;
}

static bool is_of_the_day(const Node *call)
{
    switch (call->as.call.function) {
    case FUNCTION_TODAY:
    case FUNCTION_AGE:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_CLASS:
    case FUNCTION_SCORE:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS: return true;
    case FUNCTION_MEMBER: return call->as.call.definition == NULL;
    case FUNCTION_ANNIVERSARY: /* by its window */
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
    case FUNCTION_CLASS_CHANGED:
    case FUNCTION_DEBT: /* by the days of its events */
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
    case FUNCTION_BUCKET:
    case FUNCTION_SAVED:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_CLASS_ON:
    case FUNCTION_COUNT_OF_KINDS: break;
    }
    return false;
}

static void compile_call(Compiler *compiler, const Node *node, Step *step)
{
    if (node->as.call.stream != NULL)
        step->events = compile_events(compiler, node->as.call.stream, NULL,
                                      (DaySpan){.last = compiler->as_of});
    if (node->as.call.has_window) {
        const Window *window = &node->as.call.window;
        step->events.span = window->kind == WINDOW_NEXT ? window_next_days(window, compiler->as_of)
                                                        : window_days(window, compiler->as_of);
    }
    if (is_of_the_day(node)) step->as_of = compiler->as_of;
}

/* Operands of the same domain; those about events are not among them. */
static void compile_inputs(Compiler *compiler, const Node *node, Step *step)
{
    size_t count = 0;
    while (node_child(node, count) != NULL)
        count++;
    const Step **inputs = ARENA_ARRAY(compiler->arena, const Step *, count);
    for (size_t i = 0; i < count; i++)
        inputs[i] = compile_node(compiler, node_child(node, i));
    step->inputs = inputs;
    step->inputs_count = count;
}

static const Step *compile_node(Compiler *compiler, const Node *node)
{
    if (node->kind == NODE_METRIC) return compile_node(compiler, node->as.metric.definition);
    Step step = {.node = node, .domain = compiler->domain};
    if (node->kind == NODE_AGGREGATE)
        compile_aggregate(compiler, node, &step);
    else if (node->kind == NODE_SEQUENCE)
        compile_sequence(compiler, node, &step);
    else
        compile_inputs(compiler, node, &step);
    if (node->kind == NODE_CALL) compile_call(compiler, node, &step);
    return add_or_find(compiler, &step);
}

void program_compile(EngineProgram *program)
{
    Compiler compiler = {.program = program, .arena = program->arena, .domain = DOMAIN_CUSTOMERS};
    program->roots = ARENA_ARRAY(program->arena, const Step *, program->questions_count);
    for (size_t i = 0; i < program->questions_count; i++) {
        compiler.as_of = program->questions[i].as_of;
        program->roots[i] = compile_node(&compiler, program->questions[i].expression->root);
    }
    free(compiler.slots);
}
