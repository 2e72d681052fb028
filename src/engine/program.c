/* program.c -- questions made ready, and asked. */
#include "engine/program.h"

#include "base/memory.h"
#include "engine/answers.h"
#include "engine/nodes.h"
#include "engine/parallel.h"
#include "engine/sweep_group.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- making ready ---- */

static size_t threads_count(const EngineOptions *options)
{
    enum { THREADS_MAX = 64 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = options->threads_count;
    if (count == 0) count = processors < 1 ? 1 : (size_t)processors;
    return count > THREADS_MAX ? THREADS_MAX : count;
}

static void make_workers(EngineProgram *program)
{
    program->workers_count = threads_count(&program->options);
    program->workers = ARENA_ARRAY(program->arena, Worker *, program->workers_count);
    for (size_t i = 0; i < program->workers_count; i++)
        program->workers[i] = worker_new(program, i);
}

static Status make_predicates(EngineProgram *program, Error *err)
{
    size_t count = program->steps.count;
    program->predicates = ARENA_ARRAY(program->arena, const Predicate *, count);
    for (size_t i = 0; i < count; i++)
        TRY(predicate_make(program->steps.items[i], program->arena, &program->regexes,
                           &program->predicates[i], err));
    return STATUS_OK;
}

/* Whether anybody asked about is seen in the layer. */
static bool layer_is_asked(const EngineProgram *program, const EngineLayer *layer)
{
    const CustomerSet *only = program->options.only;
    if (only == NULL || program->rankings.count > 0) return true;
    FOR_EACH_CUSTOMER (id, only) {
        uint32_t row;
        if (image_find_row(layer->image, id, &row) && bit_needed(layer->visible, row)) return true;
    }
    return false;
}

/* Literals are looked up in the dictionaries of each image, which for many questions about few
 * customers costs more than the answers: layers where nobody is asked about are left out, but for
 * one that guesses of costs rest on. */
static Status make_bindings(EngineProgram *program, Error *err)
{
    atomic_bool is_over = false;
    Patience patience = {
        .progress = program->options.progress, .what = "evaluating", .is_over = &is_over};
    const EngineData *data = &program->data;
    for (size_t i = 0; i < data->layers_count; i++) {
        bool is_only_one = i + 1 == data->layers_count && program->bindings_count == 0;
        if (!is_only_one && !layer_is_asked(program, &data->layers[i])) continue;
        program->visible[program->bindings_count] = data->layers[i].visible;
        Binding *binding = &program->bindings[program->bindings_count++];
        TRY(binding_make(program, data->layers[i].image, &patience, program->arena, binding, err));
    }
    return STATUS_OK;
}

static Status make_ready(EngineProgram *program, bool has_sweeps, Error *err)
{
    program_compile(program);
    TRY(make_predicates(program, err));
    TRY(make_bindings(program, err));
    program_prove(program);
    if (has_sweeps) program_group(program);
    program_order(program);
    program_plan_chunks(program);
    make_workers(program);
    return STATUS_OK;
}

Status program_open(const EngineData *data, const EngineQuestion *questions, size_t questions_count,
                    const ProgramOptions *options, EngineProgram **ret_program, Error *err)
{
    static const EngineOptions DEFAULTS;
    AUTO(engine_done) EngineProgram *program = MEMORY_NEW(EngineProgram);
    Arena *arena = arena_new();
    EngineQuestion *kept = ARENA_ARRAY(arena, EngineQuestion, questions_count);
    for (size_t i = 0; i < questions_count; i++)
        kept[i] = questions[i];
    *program = (EngineProgram){
        .arena = arena,
        .data = *data,
        .options = options->engine == NULL ? DEFAULTS : *options->engine,
        .questions = kept,
        .questions_count = questions_count,
    };
    TRY(make_ready(program, options->has_sweeps, err));
    *ret_program = program;
    program = NULL; /* now the caller's */
    return STATUS_OK;
}

Status engine_prepare(const EngineData *data, const EngineQuestion *questions,
                      size_t questions_count, const EngineOptions *options,
                      EngineProgram **ret_program, Error *err)
{
    const ProgramOptions with_sweeps = {.engine = options, .has_sweeps = true};
    return program_open(data, questions, questions_count, &with_sweeps, ret_program, err);
}

void engine_close(EngineProgram *program)
{
    if (program == NULL) return;
    for (size_t i = 0; i < program->workers_count; i++)
        worker_free(program->workers[i]);
    for (size_t i = 0; i < program->regexes.count; i++)
        regex_close(program->regexes.items[i]);
    arena_free(program->arena);
    free(program);
}

void engine_done(EngineProgram **program)
{
    engine_close(*program);
    *program = NULL;
}

/* ---- asking ---- */

static Status ask_chunk(void *context, Worker *worker, const Chunk *chunk, const uint64_t *need,
                        Error *err)
{
    Answers *answers = context;
    const EngineProgram *program = worker->program;
    for (size_t i = 0; i < program->questions_count; i++) {
        Vector vector;
        TRY(scope_value(&worker->customers, program->roots[i], need, &vector, err));
        answers_add(answers, i, worker, chunk, &vector, need);
    }
    return STATUS_OK;
}

static void forget_measures(EngineProgram *program)
{
    for (size_t w = 0; w < program->workers_count; w++)
        for (size_t i = 0; program->workers[w]->measures != NULL && i < program->steps.count; i++)
            program->workers[w]->measures[i] = (StepMeasure){0};
}

Status engine_run(EngineProgram *program, Arena *arena, EngineAnswer *ret_answers, Error *err)
{
    forget_measures(program);
    TRY(program_rank(program, err));
    AUTO(answers_done) Answers *answers = answers_new(program, arena);
    ParallelJob job = {
        .work = ask_chunk, .context = answers, .rows = program->asked, .what = "evaluating"};
    TRY(parallel_run(program, &job, err));
    answers_take(answers, ret_answers);
    return STATUS_OK;
}
