/* possible.c -- sets of values that something can have. */
#include "lang/possible.h"

#include "base/error.h"
#include "base/fold.h"

#include <stdlib.h>

enum { RATIO_SCALE = 18, SECONDS_PER_DAY = 86400 };

bool grid_of_type(Type type, Grid *ret_grid)
{
    switch (type.kind) {
    case TYPE_BOOL: *ret_grid = (Grid){GRID_YES_NO, 0}; return true;
    case TYPE_DECIMAL: *ret_grid = (Grid){GRID_NUMBER, type.scale}; return true;
    case TYPE_RATIO: *ret_grid = (Grid){GRID_NUMBER, RATIO_SCALE}; return true;
    case TYPE_DATE: *ret_grid = (Grid){GRID_DAY, 0}; return true;
    case TYPE_MOMENT: *ret_grid = (Grid){GRID_SECOND, 0}; return true;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: *ret_grid = (Grid){GRID_TEXT, 0}; return true;
    case TYPE_NONE:
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET:
    case TYPE_ITEM:
    case TYPE_KIND_COUNT: break;
    }
    return false;
}

/* ---- simple sets ---- */

Possible possible_nothing(Grid grid)
{
    return (Possible){.is_text = grid.kind == GRID_TEXT};
}

Possible possible_missing(Grid grid)
{
    return (Possible){.is_text = grid.kind == GRID_TEXT, .has_missing = true};
}

Possible possible_all(Grid grid)
{
    static const Steps everything[] = {{STEP_MIN, STEP_MAX}}, yes_no[] = {{0, 1}};
    if (grid.kind == GRID_TEXT)
        return (Possible){.is_text = true, .is_all_but = true, .has_missing = true};
    return (Possible){.steps = grid.kind == GRID_YES_NO ? yes_no : everything,
                      .steps_count = 1,
                      .has_missing = true};
}

Possible possible_text(Text text, Arena *arena)
{
    Text *texts = ARENA_NEW(arena, Text);
    *texts = text_fold(text, arena);
    return (Possible){.is_text = true, .texts = texts, .texts_count = 1};
}

Possible possible_steps(Int128 low, Int128 high, Arena *arena)
{
    if (low > high) return (Possible){0};
    Steps *steps = ARENA_NEW(arena, Steps);
    *steps = (Steps){low, high};
    return (Possible){.steps = steps, .steps_count = 1};
}

/* ---- literals on a grid ---- */

static Int128 power_of_ten(int exponent)
{
    Int128 power = 1;
    for (; exponent > 0; exponent--)
        power *= 10;
    return power;
}

static Int128 floor_divide(Int128 value, Int128 divisor)
{
    return value / divisor - (value % divisor < 0);
}

/* The steps that equal the literal: one, a day of seconds, or none (then low is high + 1). */
static Steps steps_of_literal(Grid grid, const Literal *literal)
{
    Value value = literal->value;
    Int128 step = 0;
    switch (value.kind) {
    case VALUE_BOOL: step = value.as.boolean; break;
    case VALUE_DECIMAL: {
        int scale = literal->type.scale;
        if (scale <= grid.scale) {
            step = (Int128)value.as.decimal * power_of_ten(grid.scale - scale);
            break;
        }
        Int128 unit = power_of_ten(scale - grid.scale);
        Int128 below = floor_divide(value.as.decimal, unit);
        return (Steps){below + (value.as.decimal % unit != 0), below};
    }
    case VALUE_DATE:
        step = value.as.date.day;
        if (grid.kind == GRID_DAY) break;
        return (Steps){step * SECONDS_PER_DAY, (step + 1) * SECONDS_PER_DAY - 1};
    case VALUE_MOMENT:
        step = grid.kind == GRID_DAY ? moment_date(value.as.moment).day : value.as.moment.second;
        break;
    case VALUE_MISSING:
    case VALUE_RATIO:
    case VALUE_TEXT:
    case VALUE_SET:
    case VALUE_ITEM: ASSERT(false); break; /* never on a grid of steps */
    }
    return (Steps){step, step};
}

Possible possible_compared(Grid grid, CompareOperator comparison, const Literal *literal,
                           Arena *arena)
{
    if (grid.kind == GRID_TEXT) {
        ASSERT(comparison == COMPARE_EQ);
        return possible_text(literal->value.as.text, arena);
    }
    Steps equal = steps_of_literal(grid, literal);
    Int128 first = grid.kind == GRID_YES_NO ? 0 : STEP_MIN;
    Int128 last = grid.kind == GRID_YES_NO ? 1 : STEP_MAX;
    switch (comparison) {
    case COMPARE_EQ: return possible_steps(equal.low, equal.high, arena);
    case COMPARE_LT: return possible_steps(first, equal.low - 1, arena);
    case COMPARE_LE: return possible_steps(first, equal.high, arena);
    case COMPARE_GT: return possible_steps(equal.high + 1, last, arena);
    case COMPARE_GE: return possible_steps(equal.low, last, arena);
    }
    ASSERT(false);
    return (Possible){0};
}

/* ---- complement ---- */

/* Steps between the steps of a set, inside `whole`. */
static Possible complement_of_steps(const Possible *set, Steps whole, Arena *arena)
{
    Steps *steps = ARENA_ARRAY(arena, Steps, set->steps_count + 1);
    size_t count = 0;
    Int128 low = whole.low;
    for (size_t i = 0; i < set->steps_count; i++) {
        if (set->steps[i].low > low) steps[count++] = (Steps){low, set->steps[i].low - 1};
        low = set->steps[i].high + 1;
    }
    if (low <= whole.high) steps[count++] = (Steps){low, whole.high};
    return (Possible){.steps = steps, .steps_count = count, .has_missing = !set->has_missing};
}

Possible possible_complement(const Possible *set, Arena *arena)
{
    if (!set->is_text) return complement_of_steps(set, (Steps){STEP_MIN, STEP_MAX}, arena);
    Possible complement = *set;
    complement.is_all_but = !set->is_all_but;
    complement.has_missing = !set->has_missing;
    return complement;
}

/* ---- union ---- */

static int order_steps(const void *left, const void *right)
{
    const Steps *a = left, *b = right;
    return (a->low > b->low) - (a->low < b->low);
}

static Possible union_of_steps(const Possible *sets, size_t count, Arena *arena)
{
    size_t total = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        total += sets[i].steps_count;
    Steps *steps = ARENA_ARRAY(arena, Steps, total);
    Possible result = {.steps = steps};
    for (size_t i = 0; i < count; i++) {
        result.has_missing |= sets[i].has_missing;
        for (size_t j = 0; j < sets[i].steps_count; j++)
            steps[kept++] = sets[i].steps[j];
    }
    qsort(steps, total, sizeof *steps, order_steps);
    kept = 0;
    for (size_t i = 0; i < total; i++) {
        bool joins_last = kept > 0 && steps[i].low <= steps[kept - 1].high + 1;
        if (!joins_last)
            steps[kept++] = steps[i];
        else if (steps[i].high > steps[kept - 1].high)
            steps[kept - 1].high = steps[i].high;
    }
    result.steps_count = kept;
    return result;
}

static int order_texts(const void *left, const void *right)
{
    return text_compare(*(const Text *)left, *(const Text *)right);
}

static bool has_text(const Possible *set, Text text)
{
    size_t low = 0, high = set->texts_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(set->texts[middle], text);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* All texts listed by the sets of one kind, in order, different. */
static Possible listed_texts(const Possible *sets, size_t count, bool is_all_but, Arena *arena)
{
    size_t total = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        total += sets[i].is_all_but == is_all_but ? sets[i].texts_count : 0;
    Text *texts = ARENA_ARRAY(arena, Text, total);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; sets[i].is_all_but == is_all_but && j < sets[i].texts_count; j++)
            texts[kept++] = sets[i].texts[j];
    if (total > 1) qsort(texts, total, sizeof *texts, order_texts);
    kept = 0;
    for (size_t i = 0; i < total; i++)
        if (kept == 0 || !text_equal(texts[kept - 1], texts[i])) texts[kept++] = texts[i];
    return (Possible){.is_text = true, .texts = texts, .texts_count = kept};
}

/* All but (what every "all but" set leaves out and no listing set has). */
static Possible union_with_all_but(const Possible *sets, size_t count, const Possible *listed,
                                   Arena *arena)
{
    const Possible *first = NULL;
    for (size_t i = 0; i < count && first == NULL; i++)
        if (sets[i].is_all_but) first = &sets[i];
    ASSERT(first != NULL);
    Text *texts = ARENA_ARRAY(arena, Text, first->texts_count);
    size_t kept = 0;
    for (size_t i = 0; i < first->texts_count; i++) {
        bool is_out = !has_text(listed, first->texts[i]);
        for (size_t j = 0; j < count && is_out; j++)
            is_out = !sets[j].is_all_but || has_text(&sets[j], first->texts[i]);
        if (is_out) texts[kept++] = first->texts[i];
    }
    return (Possible){.is_text = true, .is_all_but = true, .texts = texts, .texts_count = kept};
}

static Possible union_of_texts(const Possible *sets, size_t count, Arena *arena)
{
    bool has_all_but = false, has_missing = false;
    for (size_t i = 0; i < count; i++) {
        has_all_but |= sets[i].is_all_but;
        has_missing |= sets[i].has_missing;
    }
    Possible result = listed_texts(sets, count, false, arena);
    if (has_all_but) result = union_with_all_but(sets, count, &result, arena);
    result.has_missing = has_missing;
    return result;
}

Possible possible_union(Grid grid, const Possible *sets, size_t count, Arena *arena)
{
    if (count == 0) return possible_nothing(grid);
    return grid.kind == GRID_TEXT ? union_of_texts(sets, count, arena)
                                  : union_of_steps(sets, count, arena);
}

Possible possible_intersection(Grid grid, const Possible *sets, size_t count, Arena *arena)
{
    Possible *complements = ARENA_ARRAY(arena, Possible, count);
    for (size_t i = 0; i < count; i++)
        complements[i] = possible_complement(&sets[i], arena);
    Possible outside = possible_union(grid, complements, count, arena);
    return possible_complement(&outside, arena);
}

bool possible_is_empty(const Possible *set)
{
    if (set->has_missing) return false;
    return set->is_text ? !set->is_all_but && set->texts_count == 0 : set->steps_count == 0;
}

bool possible_is_within(const Possible *inner, const Possible *outer, Arena *arena)
{
    Grid grid = {inner->is_text ? GRID_TEXT : GRID_NUMBER, 0};
    Possible pair[2] = {*inner, possible_complement(outer, arena)};
    Possible outside = possible_intersection(grid, pair, 2, arena);
    return possible_is_empty(&outside);
}

/* ---- printing ---- */

Text step_print(Grid grid, Int128 step, Arena *arena)
{
    char out[DECIMAL_TEXT_MAX > DATE_TEXT_MAX ? DECIMAL_TEXT_MAX : DATE_TEXT_MAX];
    switch (grid.kind) {
    case GRID_YES_NO: return step != 0 ? TEXT("true") : TEXT("false");
    case GRID_DAY: return arena_text(arena, date_print_iso((Date){(int32_t)step}, out));
    case GRID_SECOND: return arena_text(arena, moment_print_iso((Moment){(int64_t)step}, out));
    case GRID_NUMBER: {
        int scale = grid.scale;
        for (; scale > 0 && step % 10 == 0; scale--)
            step /= 10;
        if (scale > DECIMAL_SCALE_MAX || !decimal_fits(step)) return TEXT("…");
        return arena_text(arena, decimal_print((int64_t)step, scale, out));
    }
    case GRID_TEXT: break;
    }
    ASSERT(false);
    return (Text){0};
}

/* Digits that are not zeros at the end: 1500 has two, 1501 four. */
static size_t significant_digits(Int128 step)
{
    size_t digits = 0;
    for (; step != 0 && step % 10 == 0;)
        step /= 10;
    for (; step != 0; step /= 10)
        digits++;
    return digits;
}

Text step_print_round(Grid grid, Int128 step, int neighbour, Arena *arena)
{
    bool is_number = grid.kind == GRID_NUMBER;
    bool is_rounder = is_number && significant_digits(step + neighbour) < significant_digits(step);
    return step_print(grid, is_rounder ? step + neighbour : step, arena);
}
