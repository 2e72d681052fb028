/* reference_aggregate.c -- aggregates over a customer's events.
 *
 * Aggregates of a field see the events that have it. Values that compare equal are one value; where
 * such a value is returned (min, max, most_common), it is in the spelling of its earliest event. */
#include "base/fold.h"
#include "eval/reference.h"

#include <stdlib.h>

static Status read_field(const Scope *scope, const Node *node, EventSelection selection,
                         FieldValues *ret_values, Error *err)
{
    const Node *field = node->as.aggregate.field;
    Value *values = ARENA_ARRAY(scope->arena, Value, selection.count);
    const EventRow **events = ARENA_ARRAY(scope->arena, const EventRow *, selection.count);
    size_t count = 0;
    for (size_t i = 0; i < selection.count; i++) {
        Scope inside = *scope;
        inside.event = selection.items[i];
        TRY(reference_value(&inside, field, &values[count], err));
        events[count] = selection.items[i];
        count += !value_is_missing(values[count]);
    }
    *ret_values =
        (FieldValues){.items = values, .events = events, .count = count, .type = field->type};
    return STATUS_OK;
}

/* ---- values in order: smallest first, equal ones by event ---- */

typedef struct {
    TypedValue typed;
    Text folded; /* of a text, a hierarchy or the code of an item */
    size_t place;
} OrderedValue;

static Text folded_key(TypedValue typed, Arena *arena)
{
    if (typed.value.kind == VALUE_TEXT) return comparable_text(typed, arena);
    if (typed.value.kind == VALUE_ITEM) return text_fold(typed.value.as.item->code, arena);
    return TEXT("");
}

static int compare_ordered(const OrderedValue *a, const OrderedValue *b)
{
    int order = text_compare(a->folded, b->folded);
    if (order != 0 || a->typed.value.kind == VALUE_TEXT) return order;
    if (a->typed.value.kind == VALUE_ITEM)
        return text_compare(a->typed.value.as.item->code, b->typed.value.as.item->code);
    return typed_compare(a->typed, b->typed, NULL); /* neither folds nor allocates here */
}

static int compare_for_sort(const void *a, const void *b)
{
    const OrderedValue *left = a, *right = b;
    int order = compare_ordered(left, right);
    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

static OrderedValue *sorted_values(const FieldValues *values, Arena *arena)
{
    OrderedValue *sorted = ARENA_ARRAY(arena, OrderedValue, values->count);
    for (size_t i = 0; i < values->count; i++) {
        TypedValue typed = {.value = values->items[i], .type = values->type};
        sorted[i] = (OrderedValue){.typed = typed, .folded = folded_key(typed, arena), .place = i};
    }
    qsort(sorted, values->count, sizeof *sorted, compare_for_sort);
    return sorted;
}

/* How many values from `begin` on equal it. */
static size_t run_length(const OrderedValue *sorted, size_t count, size_t begin)
{
    size_t end = begin + 1;
    while (end < count && compare_ordered(&sorted[begin], &sorted[end]) == 0)
        end++;
    return end - begin;
}

static int64_t distinct_count(const FieldValues *values, Arena *arena)
{
    const OrderedValue *sorted = sorted_values(values, arena);
    int64_t distinct = 0;
    for (size_t i = 0; i < values->count; i += run_length(sorted, values->count, i))
        distinct++;
    return distinct;
}

static Value smallest(const FieldValues *values, Arena *arena)
{
    if (values->count == 0) return value_missing();
    return sorted_values(values, arena)[0].typed.value;
}

static Value largest(const FieldValues *values, Arena *arena)
{
    const OrderedValue *sorted = sorted_values(values, arena);
    Value found = value_missing();
    for (size_t i = 0; i < values->count; i += run_length(sorted, values->count, i))
        found = sorted[i].typed.value;
    return found;
}

/* Of equally common values the smallest, which comes first. */
static Value most_common(const FieldValues *values, Arena *arena)
{
    const OrderedValue *sorted = sorted_values(values, arena);
    Value found = value_missing();
    size_t most = 0;
    for (size_t i = 0; i < values->count;) {
        size_t length = run_length(sorted, values->count, i);
        if (length > most) found = sorted[i].typed.value;
        if (length > most) most = length;
        i += length;
    }
    return found;
}

/* ---- events without a field ---- */

static Value days_since(EventSelection selection, bool is_first, Date as_of)
{
    if (selection.count == 0) return value_missing();
    const EventRow *event = selection.items[is_first ? 0 : selection.count - 1];
    return value_decimal(as_of.day - moment_date(event->at).day);
}

/* Events come in the order of time, so a period that comes again comes at once. */
static int64_t periods_count(EventSelection selection, Unit unit)
{
    int64_t count = 0, before = 0;
    for (size_t i = 0; i < selection.count; i++) {
        int64_t period = date_period_index(moment_date(selection.items[i]->at), unit);
        count += i == 0 || period != before;
        before = period;
    }
    return count;
}

/* ---- the switch ---- */

static Status field_aggregate(const Scope *scope, const Node *node, const FieldValues *values,
                              Value *ret_value, Error *err)
{
    DaySpan span = window_days(&node->as.aggregate.window, scope->reference->as_of);
    size_t count = values->count;
    *ret_value = value_missing();
    switch (node->as.aggregate.kind) {
    case AGGREGATE_SUM: return statistics_sum(values, ret_value, err);
    case AGGREGATE_DISTINCT:
        *ret_value = value_decimal(distinct_count(values, scope->arena));
        return STATUS_OK;
    case AGGREGATE_AVG: return statistics_average(values, ret_value, err);
    case AGGREGATE_MEDIAN:
        return statistics_median(values, node->type, scope->arena, ret_value, err);
    case AGGREGATE_STDDEV: return statistics_deviation(values, ret_value, err);
    case AGGREGATE_MIN: *ret_value = smallest(values, scope->arena); return STATUS_OK;
    case AGGREGATE_MAX: *ret_value = largest(values, scope->arena); return STATUS_OK;
    case AGGREGATE_FIRST:
        if (count > 0) *ret_value = values->items[0];
        return STATUS_OK;
    case AGGREGATE_LAST:
        if (count > 0) *ret_value = values->items[count - 1];
        return STATUS_OK;
    case AGGREGATE_MOST_COMMON: *ret_value = most_common(values, scope->arena); return STATUS_OK;
    case AGGREGATE_CV:
    case AGGREGATE_SLOPE: return statistics_of_periods(values, node, span, ret_value, err);
    case AGGREGATE_COUNT:
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST:
    case AGGREGATE_PERIODS:
    case AGGREGATE_ANY:
    case AGGREGATE_NONE:
    case AGGREGATE_COUNT_OF_KINDS: break; /* see event_aggregate */
    }
    ASSERT(false);
    return STATUS_OK;
}

static Value event_aggregate(const Node *node, EventSelection selection, Date as_of)
{
    switch (node->as.aggregate.kind) {
    case AGGREGATE_COUNT: return value_decimal((int64_t)selection.count);
    case AGGREGATE_ANY: return value_bool(selection.count > 0);
    case AGGREGATE_NONE: return value_bool(selection.count == 0);
    case AGGREGATE_DAYS_SINCE_FIRST: return days_since(selection, true, as_of);
    case AGGREGATE_DAYS_SINCE_LAST: return days_since(selection, false, as_of);
    case AGGREGATE_PERIODS:
        return value_decimal(periods_count(selection, node->as.aggregate.period));
    case AGGREGATE_SUM:
    case AGGREGATE_DISTINCT:
    case AGGREGATE_AVG:
    case AGGREGATE_MEDIAN:
    case AGGREGATE_STDDEV:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
    case AGGREGATE_MOST_COMMON:
    case AGGREGATE_CV:
    case AGGREGATE_SLOPE:
    case AGGREGATE_COUNT_OF_KINDS: break; /* see field_aggregate */
    }
    ASSERT(false);
    return value_missing();
}

static Status selected(const Scope *scope, const Node *node, EventSelection *ret_selection,
                       Error *err)
{
    EventPattern pattern = {.stream = node->as.aggregate.stream,
                            .condition = node->as.aggregate.condition};
    DaySpan span = window_days(&node->as.aggregate.window, scope->reference->as_of);
    return select_events(scope, &pattern, span, ret_selection, err);
}

Status reference_aggregate_events(const Scope *scope, const Node *node,
                                  EventSelection *ret_selection, Error *err)
{
    EventSelection selection;
    FieldValues values;
    TRY(selected(scope, node, &selection, err));
    *ret_selection = selection;
    if (node->as.aggregate.field == NULL) return STATUS_OK;
    TRY(read_field(scope, node, selection, &values, err));
    *ret_selection = (EventSelection){.items = values.events, .count = values.count};
    return STATUS_OK;
}

Status reference_aggregate(const Scope *scope, const Node *node, Value *ret_value, Error *err)
{
    EventSelection selection;
    TRY(selected(scope, node, &selection, err));
    if (node->as.aggregate.field == NULL) {
        *ret_value = event_aggregate(node, selection, scope->reference->as_of);
        return STATUS_OK;
    }
    FieldValues values;
    TRY(read_field(scope, node, selection, &values, err));
    return field_aggregate(scope, node, &values, ret_value, err);
}
