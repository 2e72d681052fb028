/* answers.h -- what workers find of each question, put together: counts, sets, values. */
#pragma once

#include "engine/program.h"

/* The answers of one run under construction; shared by the workers. */
typedef struct Answers Answers;

Answers *answers_new(EngineProgram *program, Arena *arena);
void answers_free(Answers *answers); /* what was not taken of them, too */
void answers_done(Answers **answers);

/* What a question comes to for the customers `need` (NULL: all) of a chunk. From several threads,
 * for different chunks. */
void answers_add(Answers *answers, size_t question, Worker *worker, const Chunk *chunk,
                 const Vector *vector, const uint64_t *need);

void answers_take(Answers *answers, EngineAnswer *ret_answers);
