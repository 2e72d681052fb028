/* program.h -- inside of a program: its steps, rankings, bindings and workers. */
#pragma once

#include "engine/bind.h"
#include "engine/worker.h"

enum { BINDINGS_MAX = ENGINE_LAYERS_MAX };

/* A ranking, made before whatever uses it: those of a stage in one pass over the data. */
typedef struct {
    const Step *step; /* NODE_RANK: inputs are `by` and, when there is one, `within` */
    unsigned stage;
    uint64_t *chosen[BINDINGS_MAX]; /* a bit per row of the image */
} Ranking;

typedef struct {
    Ranking *items; /* inner before outer */
    size_t count, capacity;
    unsigned stages_count;
} RankingList;

typedef struct {
    Step **items; /* inputs before those who use them */
    size_t count, capacity;
} StepList;

/* Rows of an image that are evaluated at a time: within a block, with not too many events. */
typedef struct {
    uint32_t binding;
    uint32_t row_begin;
    uint32_t rows_count;
} Chunk;

typedef struct {
    Chunk *items; /* the base's, then those of the changed customers; ascending rows */
    size_t count, capacity;
} ChunkList;

struct EngineProgram {
    Arena *arena;
    EngineData data;
    EngineOptions options;
    EngineQuestion *questions;
    const Step **roots; /* one per question */
    size_t questions_count;
    StepList steps;
    const Predicate **predicates; /* by Step.index; NULL: none */
    RegexList regexes;
    RankingList rankings;
    Binding bindings[BINDINGS_MAX]; /* the layers that are asked, in their order */
    size_t bindings_count;
    /* Rows that a run sees, by binding, a bit per row; NULL: all. `visible`: not hidden. `asked`:
     * among them those of options.only. */
    const uint64_t *visible[BINDINGS_MAX], *asked[BINDINGS_MAX];
    ChunkList chunks;
    Worker **workers;
    size_t workers_count;
};

typedef struct {
    const EngineOptions *engine; /* may be NULL */
    bool has_sweeps;             /* else steps are answered one by one */
} ProgramOptions;
/* As engine_prepare. */
MUST_CHECK Status program_open(const EngineData *data, const EngineQuestion *questions,
                               size_t questions_count, const ProgramOptions *options,
                               EngineProgram **ret_program, Error *err);

/* The steps of all questions; compile.c. */
void program_compile(EngineProgram *program);
/* can_fail of every step, after the bindings were made; prove.c. */
void program_prove(EngineProgram *program);
/* What steps cost, and the operands of `and` and `or` with the cheap ones first; cost.c. */
void program_order(EngineProgram *program);
/* Chunks and visible rows; chunks.c. */
void program_plan_chunks(EngineProgram *program);
/* Make the rankings; rank.c. errors  LIMIT, CANCELLED */
MUST_CHECK Status program_rank(EngineProgram *program, Error *err);
