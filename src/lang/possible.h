/* possible.h -- sets of values that something can have: what the linter and bands reason with.
 *
 * Numbers, dates and moments are whole steps of a grid: a number of s decimals is its mantissa, so
 * open and closed ends need no distinction; a ratio has a grid fine enough for every written
 * number. Texts are folded; a set of texts is a list, or everything but a list. Whether the value
 * may be missing is kept apart. Sets are constant and live in the arena. */
#pragma once

#include "lang/ast.h"

/* What kind of values a set is about. */
typedef enum { GRID_NUMBER, GRID_DAY, GRID_SECOND, GRID_YES_NO, GRID_TEXT } GridKind;

typedef struct {
    GridKind kind;
    int scale; /* GRID_NUMBER: decimals of a step */
} Grid;

/* False for types without one: sets of texts, items (which two texts can name). */
bool grid_of_type(Type type, Grid *ret_grid);

typedef struct {
    Int128 low, high; /* both included; STEP_MIN and STEP_MAX: no end */
} Steps;

#define STEP_MIN ((Int128)1 << 126) * -1
#define STEP_MAX ((Int128)1 << 126)

typedef struct {
    bool has_missing;
    bool is_text;
    bool is_all_but;   /* texts: every text that is not listed */
    const Text *texts; /* folded, in order, different */
    size_t texts_count;
    const Steps *steps; /* in order, with space between; not texts */
    size_t steps_count;
} Possible;

Possible possible_all(Grid grid);     /* every value, and missing */
Possible possible_nothing(Grid grid); /* not even missing */
Possible possible_missing(Grid grid); /* only missing */
Possible possible_text(Text text, Arena *arena);
/* Steps of the grid from `low` to `high`; empty when reversed. */
Possible possible_steps(Int128 low, Int128 high, Arena *arena);
/* The values for which `value operator literal` holds. */
Possible possible_compared(Grid grid, CompareOperator comparison, const Literal *literal,
                           Arena *arena);

Possible possible_complement(const Possible *set, Arena *arena);
/* `grid` is for no sets at all. cost: sorting */
Possible possible_union(Grid grid, const Possible *sets, size_t count, Arena *arena);
Possible possible_intersection(Grid grid, const Possible *sets, size_t count, Arena *arena);
bool possible_is_empty(const Possible *set);
bool possible_is_within(const Possible *inner, const Possible *outer, Arena *arena);

/* A step as the language writes it: "1500", "0.5", "2026-03-31". */
Text step_print(Grid grid, Int128 step, Arena *arena);
/* The same, or its neighbour below (-1) or above (1), whichever is written shorter: the end of
 * [200, 500) with two decimals is 499.99 and reads as 500. */
Text step_print_round(Grid grid, Int128 step, int neighbour, Arena *arena);
