/* reference_sequence.c -- whether a chain of events exists, one event per step.
 *
 * Steps are taken one after another: which events can end a chain of the steps so far, given those
 * that could end the chain before. "Later" and "between" mean the second of the event: two lines of
 * one receipt do not follow each other. */
#include "eval/reference.h"

/* Events of one step, and for each the first event of a chain that it ends; NULL: it ends none. */
typedef struct {
    EventSelection events;
    const EventRow **begins;
} StepEvents;

static bool lies_between(EventSelection events, Moment after, Moment before)
{
    for (size_t i = 0; i < events.count; i++) {
        int64_t second = events.items[i]->at.second;
        if (second > after.second && second < before.second) return true;
    }
    return false;
}

static bool follows(const SequenceStep *step, EventSelection forbidden, Moment before, Moment at)
{
    if (at.second <= before.second) return false;
    if (step->has_within) {
        Date latest = date_add(moment_date(before), step->within_count, step->within_unit);
        if (moment_date(at).day > latest.day) return false;
    }
    return !lies_between(forbidden, before, at);
}

/* Where the chain begins that an event at this time continues; of several the one ending last. */
static const EventRow *continued_chain(const StepEvents *before, const SequenceStep *step,
                                       EventSelection forbidden, Moment at)
{
    for (size_t i = before->events.count; i-- > 0;)
        if (before->begins[i] != NULL && follows(step, forbidden, before->events.items[i]->at, at))
            return before->begins[i];
    return NULL;
}

static Status take_step(const Scope *scope, const SequenceStep *step, DaySpan span,
                        const StepEvents *before, StepEvents *ret_now, Error *err)
{
    EventSelection forbidden = {0};
    TRY(select_events(scope, &step->event, span, &ret_now->events, err));
    if (step->has_without) TRY(select_events(scope, &step->without, span, &forbidden, err));
    ret_now->begins = ARENA_ARRAY(scope->arena, const EventRow *, ret_now->events.count);
    for (size_t i = 0; i < ret_now->events.count; i++) {
        const EventRow *event = ret_now->events.items[i];
        ret_now->begins[i] =
            before == NULL ? event : continued_chain(before, step, forbidden, event->at);
    }
    return STATUS_OK;
}

static StepFacts facts_of(const StepEvents *step)
{
    StepFacts facts = {.events_count = step->events.count};
    for (size_t i = 0; i < step->events.count; i++) {
        bool is_of_chain = step->begins[i] != NULL;
        if (is_of_chain || !facts.is_reached) facts.last = step->events.items[i];
        facts.is_reached |= is_of_chain;
    }
    return facts;
}

Status reference_sequence_chain(const Scope *scope, const Node *node, StepFacts *ret_steps,
                                const EventRow **ret_first, const EventRow **ret_last, Error *err)
{
    DaySpan span = window_days(&node->as.sequence.window, scope->reference->as_of);
    StepEvents before, now = {0};
    for (size_t i = 0; i < node->as.sequence.steps_count; i++) {
        before = now;
        TRY(take_step(scope, &node->as.sequence.steps[i], span, i > 0 ? &before : NULL, &now, err));
        if (ret_steps != NULL) ret_steps[i] = facts_of(&now);
    }
    *ret_first = *ret_last = NULL;
    for (size_t i = 0; i < now.events.count; i++) {
        if (now.begins[i] == NULL) continue;
        *ret_first = now.begins[i];
        *ret_last = now.events.items[i];
    }
    return STATUS_OK;
}

Status reference_sequence(const Scope *scope, const Node *node, bool *ret_exists, Error *err)
{
    const EventRow *first, *last;
    TRY(reference_sequence_chain(scope, node, NULL, &first, &last, err));
    *ret_exists = last != NULL;
    return STATUS_OK;
}
