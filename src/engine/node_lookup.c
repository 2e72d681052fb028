/* node_lookup.c -- what is known of a customer outside of the data: stored sets, classes, scores;
 * and the bucket of his code. */
#include "engine/nodes.h"

#include "base/fold.h"
#include "base/hash.h"

#include <math.h>

static const Lookups NO_LOOKUPS;

static const Lookups *lookups_of(const Scope *scope)
{
    const Lookups *lookups = scope->worker->program->options.lookups;
    return lookups == NULL ? &NO_LOOKUPS : lookups;
}

static const uint64_t *needed(const Scope *scope, const uint64_t *need)
{
    return need == NULL ? scope_all_bits(scope) : need;
}

static CustomerId id_at(const Scope *scope, size_t position)
{
    return image_customer_ids(scope->image)[scope->begin + position];
}

static Date written_date(const Step *step, size_t argument)
{
    return step->node->as.call.arguments.items[argument]->as.literal.value.as.date;
}

static Text written_text(const Step *step, size_t argument)
{
    return step->node->as.call.arguments.items[argument]->as.literal.value.as.text;
}

/* ---- membership ---- */

static bool changed_class(const Lookups *lookups, const Step *step, CustomerId id)
{
    DaySpan span = step->events.span;
    uint32_t set_id = step->node->as.call.set_id;
    Text before, after;
    if (lookups->class_on == NULL || !span.has_begin || day_span_is_empty(span)) return false;
    Date eve = date_add(span.first, -1, UNIT_DAY);
    return lookups->class_on(lookups->context, set_id, id, eve, &before) &&
           lookups->class_on(lookups->context, set_id, id, span.last, &after) &&
           !value_is_missing(value_text(before)) && !value_is_missing(value_text(after)) &&
           text_equal_folded(before, written_text(step, 1)) &&
           text_equal_folded(after, written_text(step, 2));
}

static bool is_in(const Lookups *lookups, const Step *step, CustomerId id)
{
    uint32_t set_id = step->node->as.call.set_id;
    FunctionKind function = step->node->as.call.function;
    void *context = lookups->context;
    if (function == FUNCTION_CLASS_CHANGED) return changed_class(lookups, step, id);
    if (function == FUNCTION_SAVED)
        return lookups->in_saved_set != NULL && lookups->in_saved_set(context, set_id, id);
    if (function == FUNCTION_ENTERED)
        return lookups->entered != NULL && lookups->entered(context, set_id, id, step->events.span);
    if (function == FUNCTION_LEFT)
        return lookups->left != NULL && lookups->left(context, set_id, id, step->events.span);
    Date day = function == FUNCTION_MEMBER ? step->as_of : written_date(step, 1);
    return lookups->was_member != NULL && lookups->was_member(context, set_id, id, day);
}

static Vector memberships(const Scope *scope, const Step *step, const uint64_t *need)
{
    const Lookups *lookups = lookups_of(scope);
    const uint64_t *those = needed(scope, need);
    uint64_t *bits = scope_bits(scope);
    FOR_EACH_BIT (i, those, scope_words(scope))
        bits[i / 64] |= (uint64_t)is_in(lookups, step, id_at(scope, i)) << (i % 64);
    return (Vector){.kind = LANE_BITS, .as.bits = bits};
}

/* ---- classes, scores, buckets ---- */

static Vector classes(const Scope *scope, const Step *step, const uint64_t *need)
{
    const Lookups *lookups = lookups_of(scope);
    const uint64_t *those = needed(scope, need);
    bool is_on = step->node->as.call.function == FUNCTION_CLASS_ON;
    Date day = is_on ? written_date(step, 1) : step->as_of;
    uint64_t *present = scope_bits(scope);
    Text *texts = ARENA_ARRAY(scope->arena, Text, scope->count);
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        bool is_found = lookups->class_on != NULL &&
                        lookups->class_on(lookups->context, step->node->as.call.set_id,
                                          id_at(scope, i), day, &texts[i]);
        if (is_found && !value_is_missing(value_text(texts[i])))
            present[i / 64] |= UINT64_C(1) << (i % 64);
    }
    return (Vector){.kind = LANE_TEXTS, .present = present, .as.texts = texts};
}

static Vector scores(const Scope *scope, const Step *step, const uint64_t *need)
{
    const Lookups *lookups = lookups_of(scope);
    const uint64_t *those = needed(scope, need);
    uint64_t *present = scope_bits(scope);
    double *ratios = ARENA_ARRAY(scope->arena, double, scope->count);
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        bool is_found =
            lookups->score != NULL && lookups->score(lookups->context, step->node->as.call.set_id,
                                                     id_at(scope, i), step->as_of, &ratios[i]);
        present[i / 64] |= (uint64_t)(is_found && isfinite(ratios[i])) << (i % 64);
    }
    return (Vector){.kind = LANE_RATIOS, .present = present, .as.ratios = ratios};
}

static Vector buckets(const Scope *scope, const Step *step, const uint64_t *need)
{
    enum { BUCKETS = 10000 };
    const uint64_t *those = needed(scope, need);
    int64_t *numbers = scope_integers(scope);
    HashKey key = hash_key_of_salt(written_text(step, 0));
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        Text text = image_customer_code(scope->image, (uint32_t)(scope->begin + i), scope->arena);
        numbers[i] = (int64_t)(hash_siphash_keyed(&key, text) % BUCKETS);
    }
    return (Vector){.kind = LANE_INTEGERS, .as.integers = numbers};
}

Vector lookup_value(const Scope *scope, const Step *step, const uint64_t *need)
{
    FunctionKind function = step->node->as.call.function;
    if (function == FUNCTION_BUCKET) return buckets(scope, step, need);
    if (function == FUNCTION_SCORE) return scores(scope, step, need);
    if (function == FUNCTION_CLASS || function == FUNCTION_CLASS_ON)
        return classes(scope, step, need);
    return memberships(scope, step, need);
}
