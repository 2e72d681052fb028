/* prove.c -- which steps can fail: intervals of the numbers that they may give, from the ranges
 * that the images know of their columns.
 *
 * A number may leave 18 digits only where the interval of the exact result does. An interval that
 * leaves it is cut, for what comes after sees results that fitted. */
#include "engine/program.h"

#include "lang/types.h"

#include <stdlib.h>

typedef struct {
    Int128 low, high; /* low > high: no customer has a value */
} Interval;

typedef struct {
    EngineProgram *program;
    Interval *intervals; /* by step; of decimals, dates and moments */
    uint64_t *events_max;
} Prover;

static const Interval NOTHING = {1, 0};
static const Interval ANYTHING = {-DECIMAL_MANTISSA_MAX, DECIMAL_MANTISSA_MAX};

static bool is_nothing(Interval interval)
{
    return interval.low > interval.high;
}

static Interval united(Interval a, Interval b)
{
    if (is_nothing(a)) return b;
    if (is_nothing(b)) return a;
    return (Interval){a.low < b.low ? a.low : b.low, a.high > b.high ? a.high : b.high};
}

static Interval of_number(Int128 number)
{
    return (Interval){number, number};
}

static Interval cut(Interval interval)
{
    if (interval.low < ANYTHING.low) interval.low = ANYTHING.low;
    if (interval.high > ANYTHING.high) interval.high = ANYTHING.high;
    return interval;
}

/* 18 digits by at most 18 digits: 36 digits, which 128 bits hold. */
static Interval times(Interval a, Interval b)
{
    if (is_nothing(a) || is_nothing(b)) return NOTHING;
    Int128 corners[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
    Interval product = of_number(corners[0]);
    for (size_t i = 1; i < sizeof corners / sizeof corners[0]; i++)
        product = united(product, of_number(corners[i]));
    return product;
}

static Interval plus(Interval a, Interval b)
{
    if (is_nothing(a) || is_nothing(b)) return NOTHING;
    return (Interval){a.low + b.low, a.high + b.high};
}

static Interval opposite(Interval a)
{
    return is_nothing(a) ? a : (Interval){-a.high, -a.low};
}

static Interval scaled(Interval a, int from, int to)
{
    return from == to ? a : times(a, of_number(DECIMAL_POW10[to - from]));
}

static Interval interval_of(const Prover *prover, const Step *step)
{
    return prover->intervals[step->index];
}

/* Keep what a step may give; it can fail when that has more than 18 digits. */
static void give(Prover *prover, Step *step, Interval interval)
{
    if (!is_nothing(interval) && (!decimal_fits(interval.low) || !decimal_fits(interval.high)))
        step->can_fail = true;
    prover->intervals[step->index] = cut(interval);
}

/* ---- columns ---- */

static Interval of_column(const Column *column)
{
    if (column->is_empty) return NOTHING;
    return column->has_range ? (Interval){column->min, column->max} : ANYTHING;
}

static Interval of_built_in(EventBuiltIn built_in)
{
    if (built_in == EVENT_WEEKDAY) return (Interval){1, 7};
    if (built_in == EVENT_HOUR) return (Interval){0, 23};
    return ANYTHING; /* days and seconds never fail */
}

static Interval of_leaf(const Prover *prover, const Step *step)
{
    const Node *node = step->node;
    if (node->kind == NODE_FIELD && node->as.field.is_built_in)
        return of_built_in(node->as.field.built_in);
    Interval all = NOTHING;
    for (size_t i = 0; i < prover->program->bindings_count; i++) {
        const Binding *binding = &prover->program->bindings[i];
        const Column *column = binding_column(binding, step);
        if (column == NULL)
            column = item_column(image_items(binding->image), node->as.field.attribute);
        if (column->kind == COLUMN_INTEGER) all = united(all, of_column(column));
    }
    return all;
}

static Interval of_literal(const Literal *literal)
{
    if (literal->value.kind == VALUE_DECIMAL) return of_number(literal->value.as.decimal);
    return literal->value.kind == VALUE_MISSING ? NOTHING : ANYTHING;
}

/* ---- aggregates ---- */

static uint64_t largest_count(const uint32_t *offsets, uint32_t rows_count)
{
    uint64_t largest = 0;
    for (uint32_t row = 0; row < rows_count; row++) {
        uint64_t count = offsets[row + 1] - offsets[row];
        if (count > largest) largest = count;
    }
    return largest;
}

/* An upper bound of the events of one customer: those of all customers, unless a proof needs the
 * true one, which takes a pass over the offsets. */
static uint64_t events_bound(Prover *prover, size_t stream_index, bool is_exact)
{
    uint64_t *known = &prover->events_max[stream_index];
    if (is_exact && *known != 0) return *known;
    uint64_t bound = 1;
    for (size_t i = 0; i < prover->program->bindings_count; i++) {
        const Image *image = prover->program->bindings[i].image;
        const StreamColumns *stream = image_stream(image, stream_index);
        uint64_t count =
            is_exact ? largest_count(stream->offsets, image_customers_count(image)) : stream->count;
        if (count > bound) bound = count;
    }
    if (is_exact) *known = bound;
    return bound;
}

/* Sums of up to `count` numbers of the interval. */
static Interval sums_of(Interval field, uint64_t count)
{
    return united(of_number(0), times(field, (Interval){0, (Int128)count}));
}

static Int128 magnitude(Interval interval)
{
    if (is_nothing(interval)) return 0;
    Int128 low = interval.low < 0 ? -interval.low : interval.low;
    Int128 high = interval.high < 0 ? -interval.high : interval.high;
    return low > high ? low : high;
}

/* Whether count * (count * largest^2) stays within 128 bits. */
static bool squares_fit(Int128 largest, uint64_t count)
{
    Int128 product = 1;
    return !__builtin_mul_overflow(largest, largest, &product) &&
           !__builtin_mul_overflow(product, (Int128)count, &product) &&
           !__builtin_mul_overflow(product, (Int128)count, &product);
}

/* Whole periods of a window: never more than its days. */
static uint64_t periods_bound(DaySpan span)
{
    if (!span.has_begin || day_span_is_empty(span)) return 1;
    return (uint64_t)(span.last.day - span.first.day) + 1;
}

static bool series_fit(const Step *step, Interval field, uint64_t events)
{
    Interval sums = sums_of(field, events);
    if (!decimal_fits(sums.low) || !decimal_fits(sums.high)) return false;
    uint64_t periods = periods_bound(step->events.span);
    return squares_fit(magnitude(sums), periods) && squares_fit((Int128)periods, periods);
}

static Interval of_aggregate_over(const Step *step, Interval field, uint64_t events, bool *ret_fits)
{
    *ret_fits = true;
    switch (step->node->as.aggregate.kind) {
    case AGGREGATE_COUNT:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_PERIODS: return (Interval){0, (Int128)events};
    case AGGREGATE_SUM: return sums_of(field, events);
    case AGGREGATE_AVG: {
        Interval sums = sums_of(field, events);
        *ret_fits = decimal_fits(sums.low) && decimal_fits(sums.high);
        return NOTHING;
    }
    case AGGREGATE_STDDEV: *ret_fits = squares_fit(magnitude(field), events); return NOTHING;
    case AGGREGATE_CV:
    case AGGREGATE_SLOPE: *ret_fits = series_fit(step, field, events); return NOTHING;
    case AGGREGATE_MEDIAN: return times(field, of_number(10));
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
    case AGGREGATE_MOST_COMMON: return field;
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST:
        return (Interval){DATE_DAY_MIN - DATE_DAY_MAX, DATE_DAY_MAX - DATE_DAY_MIN};
    case AGGREGATE_ANY:
    case AGGREGATE_NONE: return NOTHING;
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
    return NOTHING;
}

static bool is_decimal(const Step *step)
{
    return step->node->type.kind == TYPE_DECIMAL;
}

static void prove_aggregate(Prover *prover, Step *step)
{
    Interval field = step->field == NULL ? NOTHING : interval_of(prover, step->field);
    Interval result = NOTHING;
    for (int is_exact = 0; is_exact <= 1; is_exact++) {
        uint64_t events = events_bound(prover, step->events.stream_index, is_exact != 0);
        bool fits;
        result = of_aggregate_over(step, field, events, &fits);
        if (is_decimal(step) && !is_nothing(result))
            fits = fits && decimal_fits(result.low) && decimal_fits(result.high);
        if (fits) break;
        if (is_exact) step->can_fail = true;
    }
    prover->intervals[step->index] = is_decimal(step) ? cut(result) : ANYTHING;
    if (step->field != NULL && step->field->can_fail) step->can_fail = true;
    if (step->events.condition != NULL && step->events.condition->can_fail) step->can_fail = true;
}

/* Charges and payments of all events, and one from the other. */
static void prove_debt(Prover *prover, Step *step)
{
    size_t stream_index = step->events.stream_index;
    Interval amounts = NOTHING;
    for (size_t i = 0; i < prover->program->bindings_count; i++) {
        const StreamColumns *stream =
            image_stream(prover->program->bindings[i].image, stream_index);
        for (size_t slot = 0; slot < stream->fields_count; slot++)
            if (stream->fields[slot].kind == COLUMN_INTEGER)
                amounts = united(amounts, of_column(&stream->fields[slot]));
    }
    Interval sums = sums_of(amounts, events_bound(prover, stream_index, true));
    Int128 largest = 2 * magnitude(sums);
    give(prover, step, (Interval){-largest, largest});
}

/* ---- arithmetic and functions ---- */

static Interval of_arithmetic(const Prover *prover, const Step *step)
{
    const Node *node = step->node;
    Type left_type = node->as.arithmetic.left->type, right_type = node->as.arithmetic.right->type;
    Interval left = interval_of(prover, step->inputs[0]);
    Interval right = interval_of(prover, step->inputs[1]);
    if (left_type.kind != TYPE_DECIMAL || right_type.kind != TYPE_DECIMAL)
        return (Interval){DATE_DAY_MIN - DATE_DAY_MAX, DATE_DAY_MAX - DATE_DAY_MIN};
    if (node->as.arithmetic.operator_ == MULTIPLY) return times(left, right);
    left = scaled(left, left_type.scale, node->type.scale);
    right = scaled(right, right_type.scale, node->type.scale);
    return plus(left, node->as.arithmetic.operator_ == SUBTRACT ? opposite(right) : right);
}

static Interval of_branches(const Prover *prover, const Step *step, size_t first)
{
    Interval all = NOTHING;
    for (size_t i = first; i < step->inputs_count; i++) {
        const Step *branch = step->inputs[i];
        if (!is_decimal(branch)) continue;
        all = united(all, scaled(interval_of(prover, branch), branch->node->type.scale,
                                 step->node->type.scale));
    }
    return all;
}

static Interval of_number_call(const Prover *prover, const Step *step)
{
    Interval operand = interval_of(prover, step->inputs[0]);
    if (step->node->as.call.function == FUNCTION_ABS) return united(operand, opposite(operand));
    Int128 unit = DECIMAL_POW10[step->inputs[0]->node->type.scale];
    if (is_nothing(operand)) return operand;
    return (Interval){operand.low / unit - 1, operand.high / unit + 1};
}

static void prove_call(Prover *prover, Step *step)
{
    FunctionKind function = step->node->as.call.function;
    if (function == FUNCTION_DEBT || function == FUNCTION_OVERDUE ||
        function == FUNCTION_OVERDUE_DAYS) {
        prove_debt(prover, step);
    } else if (!is_decimal(step)) {
        prover->intervals[step->index] = ANYTHING;
    } else if (function == FUNCTION_IF || function == FUNCTION_COALESCE) {
        give(prover, step, of_branches(prover, step, function == FUNCTION_IF));
    } else if (function == FUNCTION_ABS || function == FUNCTION_ROUND ||
               function == FUNCTION_FLOOR) {
        give(prover, step, cut(of_number_call(prover, step)));
    } else { /* days, years, buckets */
        give(prover, step, (Interval){DATE_DAY_MIN - DATE_DAY_MAX, DATE_DAY_MAX - DATE_DAY_MIN});
    }
}

/* ---- steps ---- */

/* Whether a pattern may be too dear for some text: those of dictionaries were tried. */
static bool pattern_can_fail(const EngineProgram *program, const Step *step)
{
    const Predicate *predicate = program->predicates[step->index];
    if (predicate == NULL || predicate->text.regex == NULL) return false;
    for (size_t i = 0; i < program->bindings_count; i++) {
        const ColumnTest *test = program->bindings[i].steps[step->index].test;
        if (test == NULL || test->failing != NULL) return true;
    }
    return false;
}

static bool any_events_can_fail(const Step *step)
{
    if (step->node->kind != NODE_SEQUENCE) return false;
    for (size_t i = 0; i < step->node->as.sequence.steps_count; i++) {
        const Step *event = step->sequence[i].condition, *without = step->without[i].condition;
        if ((event != NULL && event->can_fail) || (without != NULL && without->can_fail))
            return true;
    }
    return false;
}

/* A ranking is made before anything is asked, and its errors come then. */
static bool any_input_can_fail(const Step *step)
{
    for (size_t i = 0; step->node->kind != NODE_RANK && i < step->inputs_count; i++)
        if (step->inputs[i]->can_fail) return true;
    return false;
}

static void prove_number(Prover *prover, Step *step)
{
    const Node *node = step->node;
    if (node->kind == NODE_LITERAL)
        prover->intervals[step->index] = of_literal(&node->as.literal);
    else if (node->kind == NODE_PROPERTY || node->kind == NODE_FIELD)
        prover->intervals[step->index] = of_leaf(prover, step);
    else if (node->kind == NODE_ARITHMETIC && is_decimal(step))
        give(prover, step, of_arithmetic(prover, step));
    else if (node->kind == NODE_NEGATE && is_decimal(step))
        give(prover, step, opposite(interval_of(prover, step->inputs[0])));
    else if (node->kind == NODE_AGGREGATE)
        prove_aggregate(prover, step);
    else if (node->kind == NODE_CALL)
        prove_call(prover, step);
    else
        prover->intervals[step->index] = ANYTHING;
}

void program_prove(EngineProgram *program)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    Prover prover = {
        .program = program,
        .intervals = ARENA_ARRAY(scratch, Interval, program->steps.count),
        .events_max = ARENA_ARRAY(scratch, uint64_t, program->data.schema->streams_count),
    };
    for (size_t i = 0; i < program->steps.count; i++) {
        Step *step = program->steps.items[i];
        step->can_fail = any_input_can_fail(step) || any_events_can_fail(step) ||
                         pattern_can_fail(program, step);
        prove_number(&prover, step);
    }
}
