/* explain.c -- what a program does: its steps, inputs below those who use them, with what they were
 * expected to look at and what they did. */
#include "engine/sweep_group.h"

#include "lang/lang.h"

typedef struct {
    EngineStep *items;
    size_t count, capacity;
} EngineSteps;

typedef struct {
    const EngineProgram *program;
    Arena *arena;
    bool *is_told; /* by step: a shared one is told where it is used first */
    EngineSteps steps;
} Explainer;

static uint64_t positions_of(const EngineProgram *program, int domain)
{
    uint64_t count = 0;
    for (size_t b = 0; b < program->bindings_count; b++) {
        const Image *image = program->bindings[b].image;
        count += domain == DOMAIN_CUSTOMERS ? image_customers_count(image)
                                            : image_stream(image, (size_t)domain)->count;
    }
    return count;
}

/* How a condition is found out: from its column, or by computing. */
static const char *manner(const EngineProgram *program, const Step *step)
{
    const BoundStep *bound = &program->bindings[0].steps[step->index];
    if (program->bindings[0].sweeps->of_step[step->index] != NULL) return " (with others at once)";
    if (bound->test != NULL && bound->test->column != NULL) return " (on its column)";
    return bound->column != NULL ? " (column)" : "";
}

/* `reach`: the share of customers for whom it is guessed that the step is looked at. */
static void tell_step(Explainer *explainer, const Step *step, size_t depth, double reach)
{
    const EngineProgram *program = explainer->program;
    explainer->is_told[step->index] = true;
    Text source = expression_print(step->node, explainer->arena);
    EngineStep told = {
        .what =
            arena_printf(explainer->arena, "%.*s%s", TEXT_FORMAT(source), manner(program, step)),
        .depth = depth,
        .estimated_rows = (uint64_t)((double)positions_of(program, step->domain) * reach + 0.5)};
    for (size_t w = 0; w < program->workers_count; w++) {
        const StepMeasure *measures = program->workers[w]->measures;
        if (measures == NULL) continue;
        told.actual_rows += measures[step->index].rows;
        told.nanoseconds += measures[step->index].nanoseconds;
    }
    ARENA_PUSH(explainer->arena, &explainer->steps, told);
}

static void tell(Explainer *explainer, const Step *step, size_t depth, double reach);

static void tell_events(Explainer *explainer, const StepEvents *events, size_t depth, double reach)
{
    if (events->condition != NULL) tell(explainer, events->condition, depth, reach);
}

/* The next operand is looked at where those before it did not decide. */
static double reach_after(const Step *step, const Step *operand, double reach)
{
    if (step->node->kind == NODE_AND) return reach * operand->share;
    return step->node->kind == NODE_OR ? reach * (1 - operand->share) : reach;
}

/* A step and what it needs. Inputs of conditions on a column are never looked at. */
static void tell(Explainer *explainer, const Step *step, size_t depth, double reach)
{
    const BoundStep *bound = &explainer->program->bindings[0].steps[step->index];
    if (explainer->is_told[step->index] || step->node->kind == NODE_LITERAL) return;
    if (step->node->kind == NODE_RANK) reach = 1; /* everybody is ranked */
    tell_step(explainer, step, depth, reach);
    if (bound->test != NULL && bound->test->column != NULL) return;
    double of_input = reach;
    for (size_t i = 0; i < step->inputs_count; i++) {
        tell(explainer, step->inputs[i], depth + 1, of_input);
        of_input = reach_after(step, step->inputs[i], of_input);
    }
    if (step->node->kind == NODE_AGGREGATE) tell_events(explainer, &step->events, depth + 1, reach);
    if (step->field != NULL) tell(explainer, step->field, depth + 1, reach);
    for (size_t i = 0; step->sequence != NULL && i < step->node->as.sequence.steps_count; i++) {
        tell_events(explainer, &step->sequence[i], depth + 1, reach);
        tell_events(explainer, &step->without[i], depth + 1, reach);
    }
}

void engine_explain(const EngineProgram *program, Arena *arena, EngineStep **ret_steps,
                    size_t *ret_steps_count)
{
    Explainer explainer = {.program = program,
                           .arena = arena,
                           .is_told = ARENA_ARRAY(arena, bool, program->steps.count)};
    for (size_t i = 0; i < program->questions_count; i++)
        tell(&explainer, program->roots[i], 0, 1);
    *ret_steps = explainer.steps.items;
    *ret_steps_count = explainer.steps.count;
}
