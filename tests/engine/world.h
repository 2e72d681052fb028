/* world.h -- a population as the engine sees it: an image of most customers, some of those who
 * changed, customers not to be seen because they changed or went away; and its answers in the form
 * of the other evaluators. */
#pragma once

#include "engine/engine.h"
#include "eval/answers.h"

enum { WORLD_LAYERS_MAX = 4 };

typedef struct {
    const Population *population;
    Image *images[WORLD_LAYERS_MAX]; /* of the layers; NULL: there are fewer */
    EngineData data;
} EngineWorld;

/* Customers are divided among layers by the seed; 0: all are in the base. */
EngineWorld engine_world(const Population *population, uint64_t seed, Arena *arena);
/* So many customers that they fill several blocks: each has the data of one of the population's,
 * who come again and again. Their codes are not unique, so nobody is to be ranked. */
EngineWorld engine_crowd(const Population *population, size_t customers_count, Arena *arena);
void engine_world_done(EngineWorld *world);

/* One question asked for values, members and their count at a time, which must agree. */
Answer answer_of_engine(const EngineWorld *world, const Expression *expression, Date as_of,
                        Arena *arena);

/* Questions that do not fail, all in one call, by `threads_count` threads: each must come out as
 * expected. Fails the running test with `source` otherwise. */
typedef struct {
    const Expression *expression;
    Date as_of;
    Answer expected;
} EngineCase;

/* What the crowd must answer when the population does so. */
Answer engine_crowd_answer(const Answer *answer, size_t customers_count, Arena *arena);

/* The index of the first case that comes out otherwise, and how; `count` when all are right. */
size_t engine_wrong_case(const EngineWorld *world, const EngineCase *cases, size_t count,
                         unsigned threads_count, const char **ret_how, Arena *arena);
