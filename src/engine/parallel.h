/* parallel.h -- all chunks of a program, shared out among its workers. */
#pragma once

#include "engine/program.h"

/* What is done with the customers of a chunk: `need` are the rows looked at, a bit per row of the
 * block; NULL: all. Called from several threads, each with its own worker. */
typedef Status ChunkWork(void *context, Worker *worker, const Chunk *chunk, const uint64_t *need,
                         Error *err);

typedef struct {
    ChunkWork *work;
    void *context;
    const uint64_t *const *rows; /* by binding, a bit per row; NULL: all */
    const char *what;            /* for the progress */
} ParallelJob;

/* Each chunk that has a needed row, once. An error ends it: the one of the first chunk that has
 * one, whatever the number of threads.
 * errors  those of the work, CANCELLED */
MUST_CHECK Status parallel_run(EngineProgram *program, const ParallelJob *job, Error *err);
