/* tasks.h -- many independent pieces of one work, by as many threads as there are processors. */
#pragma once

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* Call work(context, i) for every i < count, in no order, from several threads at once; returns
 * when all are done. Pieces with more `weights` begin first; small works stay in this thread. */
void tasks_run(void (*work)(void *context, size_t index), void *context, const uint64_t *weights,
               size_t count);
