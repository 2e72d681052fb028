/* shrink.h -- making a failing example small: the rule, then the data, while it still fails. */
#pragma once

#include "base/arena.h"
#include "base/date.h"

/* A question about data, all as text, so that every piece can be left out. */
typedef struct {
    Text data;   /* lines of population.h */
    Text source; /* of the expression */
    Date as_of;
} Example;

/* Whether the example is readable and still fails. */
typedef bool StillFails(void *context, const Example *example);

Example shrink(Example example, StillFails *still_fails, void *context, Arena *arena);
