/* check_aggregate.c -- functions over events: their streams, fields, conditions and windows. */
#include "lang/check.h"
#include "lang/window.h"
#include "lang/words.h"

static const Text NOTHING = {0};

enum { FIELD_NONE, FIELD_NUMBER, FIELD_ORDERED, FIELD_ANY };
enum { PERIOD_NONE, PERIOD_REQUIRED };

typedef struct {
    int field, period;
} AggregateRow;

static const AggregateRow rows[AGGREGATE_COUNT_OF_KINDS] = {
#define AGGREGATE(name, word, field, period, empty) [AGGREGATE_##name] = {field, period},
#include "lang/aggregates.def"
#undef AGGREGATE
};

static Text aggregate_text(AggregateKind kind)
{
    return text_of(aggregate_word(kind));
}

/* ---- windows ---- */

bool check_count(Checker *checker, int64_t count, Span span)
{
    if (count >= 0) return true;
    check_error(checker, DIAGNOSTIC_COUNT_NEGATIVE, span,
                arena_printf(checker->shared->arena, "%lld", (long long)count), NOTHING, NOTHING);
    return false;
}

static void check_not_reversed(Checker *checker, Span span, bool is_reversed, Text from, Text to)
{
    if (is_reversed) check_error(checker, DIAGNOSTIC_WINDOW_REVERSED, span, from, to, NOTHING);
}

static Text date_text(Checker *checker, Date date)
{
    char out[DATE_TEXT_MAX];
    return arena_text(checker->shared->arena, date_print_iso(date, out));
}

static void check_days_ago(Checker *checker, const Window *window)
{
    bool is_fit = check_count(checker, window->count, window->span) &&
                  check_count(checker, window->count_far, window->span);
    if (!is_fit || window->count <= window->count_far) return;
    Arena *arena = checker->shared->arena;
    check_not_reversed(checker, window->span, true,
                       arena_printf(arena, "%lld", (long long)window->count),
                       arena_printf(arena, "%lld", (long long)window->count_far));
}

static void check_units(Checker *checker, const Window *window)
{
    if (check_count(checker, window->count, window->span) && window->count == 0)
        check_error(checker, DIAGNOSTIC_WINDOW_EMPTY, window->span, NOTHING, NOTHING, NOTHING);
}

bool check_window(Checker *checker, const Window *window)
{
    size_t errors_count = checker->diagnostics->errors_count;
    switch (window->kind) {
    case WINDOW_LAST:
    case WINDOW_PREVIOUS:
    case WINDOW_NEXT: check_units(checker, window); break;
    case WINDOW_BETWEEN_AGO: check_days_ago(checker, window); break;
    case WINDOW_FROM_TO:
        check_not_reversed(checker, window->span, window->from.day > window->to.day,
                           date_text(checker, window->from), date_text(checker, window->to));
        break;
    case WINDOW_ALL:
    case WINDOW_THIS:
    case WINDOW_SINCE:
    case WINDOW_BEFORE:
    case WINDOW_ON: break;
    }
    if (window->is_shifted) check_count(checker, window->shift_count, window->span);
    return checker->diagnostics->errors_count == errors_count;
}

/* ---- streams and conditions ---- */

/* A condition on one event of `stream`; NULL stays NULL, as does one on an unknown stream. */
static const Node *check_event_condition(Checker *checker, const Node *condition,
                                         const Stream *stream)
{
    if (condition == NULL || stream == NULL) return NULL;
    const Stream *outer = checker->events_of;
    checker->events_of = stream;
    const Node *checked = check_condition(checker, condition, "where");
    checker->events_of = outer;
    return checked;
}

/* ---- aggregates ---- */

static void check_aggregate_field(Checker *checker, const Node *node, Node *copy)
{
    AggregateKind kind = node->as.aggregate.kind;
    const AggregateRow *row = &rows[kind];
    const Stream *stream = copy->as.aggregate.stream;
    const Node *field = node->as.aggregate.field;
    if (row->field == FIELD_NONE && field != NULL) {
        check_error(checker, DIAGNOSTIC_FIELD_REFUSED, field->span, aggregate_text(kind),
                    stream->name, NOTHING);
        return;
    }
    if (row->field != FIELD_NONE && field == NULL) {
        check_error(checker, DIAGNOSTIC_FIELD_NEEDED, node->span, aggregate_text(kind),
                    stream->name, NOTHING);
        return;
    }
    if (field == NULL) {
        copy->type = type_aggregate(kind, (Type){0});
        return;
    }
    const Node *checked = check_field(checker, field, stream);
    copy->as.aggregate.field = checked;
    if (checked->type.kind == TYPE_NONE) return;
    copy->type = type_aggregate(kind, checked->type);
    if (copy->type.kind == TYPE_NONE)
        check_error(checker, DIAGNOSTIC_FIELD_TYPE, field->span, aggregate_text(kind),
                    field->as.name.name, text_of(type_name(checked->type)));
}

static void check_period(Checker *checker, const Node *node)
{
    AggregateKind kind = node->as.aggregate.kind;
    bool has_period = node->as.aggregate.has_period;
    if (rows[kind].period == PERIOD_REQUIRED && !has_period)
        check_error(checker, DIAGNOSTIC_PERIOD_NEEDED, node->span, aggregate_text(kind), NOTHING,
                    NOTHING);
    if (rows[kind].period == PERIOD_NONE && has_period)
        check_error(checker, DIAGNOSTIC_PART_REFUSED, node->span, aggregate_text(kind), TEXT("by"),
                    NOTHING);
}

/* A window over what happened; `next` looks ahead, where nothing has. */
static bool check_past_window(Checker *checker, const Window *window, Text what)
{
    if (!check_window(checker, window)) return false;
    if (window->kind != WINDOW_NEXT) return true;
    check_error(checker, DIAGNOSTIC_PART_REFUSED, window->span, what, TEXT("next"), NOTHING);
    return false;
}

static void check_aggregate_window(Checker *checker, const Node *node)
{
    const Window *window = &node->as.aggregate.window;
    AggregateKind kind = node->as.aggregate.kind;
    if (!check_past_window(checker, window, aggregate_text(kind))) return;
    bool needs_begin = kind == AGGREGATE_CV || kind == AGGREGATE_SLOPE;
    if (needs_begin && !window_has_begin(window))
        check_error(checker, DIAGNOSTIC_WINDOW_WITHOUT_BEGIN, node->span, aggregate_text(kind),
                    NOTHING, NOTHING);
}

const Node *check_aggregate(Checker *checker, const Node *node)
{
    Text word = aggregate_text(node->as.aggregate.kind);
    if (check_is_refused_in_events(checker, node, word)) return check_not_a_value(checker, node);
    Node *copy = check_copy(checker, node);
    const Stream *stream =
        check_stream(checker, node->as.aggregate.stream_name, node->as.aggregate.stream_span);
    copy->as.aggregate.stream = stream;
    checker->shared->uses_events = true;
    check_period(checker, node);
    check_aggregate_window(checker, node);
    if (stream == NULL) return copy;
    check_aggregate_field(checker, node, copy);
    copy->as.aggregate.condition =
        check_event_condition(checker, node->as.aggregate.condition, stream);
    return copy;
}

/* ---- sequences ---- */

static EventPattern check_pattern(Checker *checker, const EventPattern *pattern)
{
    EventPattern copy = *pattern;
    copy.stream = check_stream(checker, pattern->stream_name, pattern->stream_span);
    copy.condition = check_event_condition(checker, pattern->condition, copy.stream);
    return copy;
}

static SequenceStep check_step(Checker *checker, const SequenceStep *step)
{
    SequenceStep copy = *step;
    copy.event = check_pattern(checker, &step->event);
    if (step->has_within) check_count(checker, step->within_count, step->event.stream_span);
    if (step->has_without) copy.without = check_pattern(checker, &step->without);
    return copy;
}

const Node *check_sequence(Checker *checker, const Node *node)
{
    if (check_is_refused_in_events(checker, node, TEXT("sequence")))
        return check_not_a_value(checker, node);
    Node *copy = check_copy(checker, node);
    size_t count = node->as.sequence.steps_count;
    SequenceStep *steps = ARENA_ARRAY(checker->shared->arena, SequenceStep, count);
    for (size_t i = 0; i < count; i++)
        steps[i] = check_step(checker, &node->as.sequence.steps[i]);
    copy->as.sequence.steps = steps;
    copy->type = type_of_kind(TYPE_BOOL);
    checker->shared->uses_events = true;
    check_past_window(checker, &node->as.sequence.window, TEXT("sequence"));
    return copy;
}
