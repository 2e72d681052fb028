/* moves.c -- what a rule reads of the day. */
#include "engine/moves.h"

#include "lang/tree.h"

typedef struct {
    RuleMoves moves;
    Date before, after;
    Arena *arena;
} Walk;

/* ---- days that enter or leave a window ---- */

static int compare_ranges(const DayRange *a, const DayRange *b)
{
    if (a->stream->id != b->stream->id) return a->stream->id < b->stream->id ? -1 : 1;
    if (a->first.day != b->first.day) return a->first.day < b->first.day ? -1 : 1;
    return (a->last.day > b->last.day) - (a->last.day < b->last.day);
}

/* Kept in order, so that equal moves are equal lists. */
static void add_range(Walk *walk, const Stream *stream, int64_t first, int64_t last)
{
    if (first > last) return;
    DayRange range = {stream, {(int32_t)first}, {(int32_t)last}};
    size_t place = 0;
    while (place < walk->moves.count && compare_ranges(&walk->moves.items[place], &range) < 0)
        place++;
    bool is_known =
        place < walk->moves.count && compare_ranges(&walk->moves.items[place], &range) == 0;
    if (is_known) return;
    ARENA_PUSH(walk->arena, &walk->moves, range);
    for (size_t i = walk->moves.count - 1; i > place; i--)
        walk->moves.items[i] = walk->moves.items[i - 1];
    walk->moves.items[place] = range;
}

/* An empty window is the days from 1 to 0. */
typedef struct {
    int64_t first, last;
} Days;

static Days days_of(DaySpan span)
{
    if (day_span_is_empty(span)) return (Days){1, 0};
    return (Days){span.has_begin ? span.first.day : DATE_DAY_MIN, span.last.day};
}

/* The days of one that are not days of the other. */
static void add_difference(Walk *walk, const Stream *stream, Days of, Days without)
{
    if (of.first > of.last) return;
    bool meets =
        without.first <= without.last && without.first <= of.last && of.first <= without.last;
    if (!meets) {
        add_range(walk, stream, of.first, of.last);
        return;
    }
    add_range(walk, stream, of.first, without.first - 1);
    add_range(walk, stream, without.last + 1, of.last);
}

static void add_window(Walk *walk, const Stream *stream, const Window *window)
{
    Days before = days_of(window_days(window, walk->before));
    Days after = days_of(window_days(window, walk->after));
    add_difference(walk, stream, before, after);
    add_difference(walk, stream, after, before);
}

/* ---- nodes ---- */

static void visit_aggregate(Walk *walk, const Node *node)
{
    AggregateKind kind = node->as.aggregate.kind;
    if (kind == AGGREGATE_DAYS_SINCE_FIRST || kind == AGGREGATE_DAYS_SINCE_LAST ||
        kind == AGGREGATE_CV || kind == AGGREGATE_SLOPE)
        walk->moves.is_everybody = true;
    else
        add_window(walk, node->as.aggregate.stream, &node->as.aggregate.window);
}

static void visit_sequence(Walk *walk, const Node *node)
{
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        const SequenceStep *step = &node->as.sequence.steps[i];
        add_window(walk, step->event.stream, &node->as.sequence.window);
        if (step->has_without) add_window(walk, step->without.stream, &node->as.sequence.window);
    }
}

static void visit_call(Walk *walk, const Node *node)
{
    static const Window until_today = {.kind = WINDOW_ALL};
    switch (node->as.call.function) {
    case FUNCTION_DAYS_BETWEEN:
    case FUNCTION_YEAR:
    case FUNCTION_MONTH:
    case FUNCTION_DAY:
    case FUNCTION_WEEKDAY:
    case FUNCTION_IF:
    case FUNCTION_COALESCE:
    case FUNCTION_ABS:
    case FUNCTION_ROUND:
    case FUNCTION_FLOOR:
    case FUNCTION_BUCKET:
    case FUNCTION_COUNT_OF_KINDS: return;
    case FUNCTION_MEMBER:
        if (node->as.call.definition == NULL) walk->moves.is_everybody = true;
        return;
    case FUNCTION_DEBT: add_window(walk, node->as.call.stream, &until_today); return;
    case FUNCTION_TODAY:
    case FUNCTION_AGE:
    case FUNCTION_ANNIVERSARY:
    case FUNCTION_DAYS_SINCE:
    case FUNCTION_SAVED:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
    case FUNCTION_CLASS_CHANGED:
    case FUNCTION_SCORE:
    case FUNCTION_OVERDUE:
    case FUNCTION_OVERDUE_DAYS: walk->moves.is_everybody = true; return;
    }
}

static void visit(void *context, const Node *node)
{
    Walk *walk = context;
    if (node->kind == NODE_AGGREGATE) visit_aggregate(walk, node);
    if (node->kind == NODE_SEQUENCE) visit_sequence(walk, node);
    if (node->kind == NODE_CALL) visit_call(walk, node);
    if (node->kind == NODE_RANK) walk->moves.is_everybody = true;
}

RuleMoves rule_moves(const Expression *rule, Date before, Date after, Arena *arena)
{
    Walk walk = {.before = before, .after = after, .arena = arena};
    if (before.day != after.day) node_walk(rule->root, visit, &walk);
    if (walk.moves.is_everybody) return (RuleMoves){.is_everybody = true};
    return walk.moves;
}

bool rule_depends_on_others(const Expression *rule)
{
    return rule->uses_ranks || rule->uses_sets;
}
