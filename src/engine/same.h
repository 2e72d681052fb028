/* same.h -- whether two steps are one: the same node over the same operands, of one domain and day.
 */
#pragma once

#include "engine/step.h"

bool step_same(const Step *a, const Step *b);
uint64_t step_hash(const Step *step); /* equal for steps that are the same */
