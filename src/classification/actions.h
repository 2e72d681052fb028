/* actions.h -- recommended lines of work by cell of a matrix: ready-made sets, and what people
 * wrote over them or into sets of their own (per industry, per company). */
#pragma once

#include "store/classifications.h"

typedef struct {
    Text set, cell;
    Labels texts;
    bool is_changed; /* somebody wrote it; else it came with the program */
} MatrixAction;

typedef struct {
    const MatrixAction *items; /* by set, then cell */
    size_t count;
} MatrixActions;

MUST_CHECK Status actions_load(Store *store, Arena *arena, MatrixActions *ret_actions, Error *err);
/* The text for a cell; empty when the set has none. */
Text actions_find(const MatrixActions *actions, Text set, Text cell, Language language);
bool actions_has_set(const MatrixActions *actions, Text set);
