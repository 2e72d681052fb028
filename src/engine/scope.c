/* scope.c -- the values of steps in a scope, each computed once; errors name the customer. */
#include "engine/nodes.h"
#include "engine/sweep_group.h"

#include "model/built_in.h"

/* ---- the memo ---- */

static bool covers(const Scope *scope, const uint64_t *known, const uint64_t *need)
{
    if (known == NULL) return true;
    if (need == NULL) return false;
    uint64_t missed = 0;
    for (size_t i = 0; i < scope_words(scope); i++)
        missed |= need[i] & ~known[i];
    return missed == 0;
}

/* Positions to compute a step for that was known for others only. A step that cannot fail is then
 * computed for all, so that it is computed twice at most; one that can fail is never computed for
 * anybody who was not asked about. */
static const uint64_t *widened_need(const Scope *scope, const Step *step, const uint64_t *known,
                                    const uint64_t *need)
{
    if (!step->can_fail || need == NULL) return NULL;
    uint64_t *both = scope_bits(scope);
    for (size_t i = 0; i < scope_words(scope); i++)
        both[i] = known[i] | need[i];
    return both;
}

static const uint64_t *kept_need(const Scope *scope, const uint64_t *need)
{
    if (need == NULL) return NULL;
    uint64_t *kept = scope_bits(scope);
    for (size_t i = 0; i < scope_words(scope); i++)
        kept[i] = need[i];
    return kept;
}

/* ---- conditions ---- */

/* NOLINT(function-size): dispatch */
static Status positive_bits(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                            Error *err)
{
    if (scope->worker->program->predicates[step->index] != NULL)
        return predicate_bits(scope, step, need, bits, err);
    switch (step->node->kind) {
    case NODE_AND: return logic_and(scope, step, need, bits, err);
    case NODE_OR: return logic_or(scope, step, need, bits, err);
    case NODE_NOT: return logic_not(scope, step, need, bits, err);
    case NODE_AT_LEAST: return logic_at_least(scope, step, need, bits, err);
    case NODE_RANK: logic_rank(scope, step, bits); return STATUS_OK;
    case NODE_COMPARE: return compare_pair(scope, step, need, bits, err);
    case NODE_BETWEEN: return compare_between(scope, step, need, bits, err);
    case NODE_IN_INTERVAL: return compare_interval(scope, step, need, bits, err);
    case NODE_IN_LIST:
    case NODE_IS_MISSING:
    case NODE_TEXT_MATCH:
    case NODE_HAS:
    case NODE_UNDER: /* always predicates */
    case NODE_SEQUENCE:
    case NODE_LITERAL:
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_ARITHMETIC:
    case NODE_NEGATE:
    case NODE_AGGREGATE:
    case NODE_CALL:
    case NODE_NAME:
    case NODE_KIND_COUNT: break;
    }
    ASSERT(false && "a condition of one of the kinds above");
    return STATUS_OK;
}

static Status condition_value(Scope *scope, const Step *step, const uint64_t *need,
                              Vector *ret_vector, Error *err)
{
    uint64_t *bits = scope_bits(scope);
    TRY(positive_bits(scope, step, need, bits, err));
    size_t words = scope_words(scope);
    uint64_t flip = step->node->negated ? ~UINT64_C(0) : 0;
    if (need != NULL) {
        for (size_t i = 0; i < words; i++)
            bits[i] = (bits[i] ^ flip) & need[i];
    } else if (flip != 0) {
        for (size_t i = 0; i < words; i++)
            bits[i] = ~bits[i];
        if (scope->count % 64 != 0) bits[words - 1] &= (UINT64_C(1) << (scope->count % 64)) - 1;
    }
    *ret_vector = (Vector){.kind = LANE_BITS, .as.bits = bits};
    return STATUS_OK;
}

static Status sequence_step(Scope *scope, const Step *step, const uint64_t *need,
                            Vector *ret_vector, Error *err)
{
    TRY(sequence_value(scope, step, need, ret_vector, err));
    if (!step->node->negated) return STATUS_OK;
    ret_vector->as.bits = scope_without(scope, need, ret_vector->as.bits);
    return STATUS_OK;
}

/* NOLINT(function-size): dispatch */
static Status compute(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                      Error *err)
{
    switch (step->node->kind) {
    case NODE_LITERAL: *ret_vector = leaf_literal(scope, step); return STATUS_OK;
    case NODE_PROPERTY: *ret_vector = leaf_property(scope, step, need); return STATUS_OK;
    case NODE_FIELD: *ret_vector = leaf_field(scope, step, need); return STATUS_OK;
    case NODE_ARITHMETIC: return arithmetic_value(scope, step, need, ret_vector, err);
    case NODE_NEGATE: return negate_value(scope, step, need, ret_vector, err);
    case NODE_AGGREGATE: return aggregate_value(scope, step, need, ret_vector, err);
    case NODE_SEQUENCE: return sequence_step(scope, step, need, ret_vector, err);
    case NODE_CALL: return call_value(scope, step, need, ret_vector, err);
    case NODE_METRIC: /* its definition is the step */
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_COMPARE:
    case NODE_BETWEEN:
    case NODE_IN_LIST:
    case NODE_IN_INTERVAL:
    case NODE_IS_MISSING:
    case NODE_TEXT_MATCH:
    case NODE_HAS:
    case NODE_UNDER:
    case NODE_AT_LEAST:
    case NODE_RANK: return condition_value(scope, step, need, ret_vector, err);
    case NODE_NAME:
    case NODE_KIND_COUNT: break; /* no checked tree holds one */
    }
    ASSERT(false);
    return STATUS_OK;
}

/* ---- measuring ---- */

static uint64_t positions_count(const Scope *scope, const uint64_t *need)
{
    if (need == NULL) return scope->count;
    return scope->worker->kernels->count_bits(need, scope_words(scope));
}

/* What the steps asked for meanwhile took is theirs. */
static Status compute_measured(Scope *scope, const Step *step, const uint64_t *need,
                               Vector *ret_vector, Error *err)
{
    Worker *worker = scope->worker;
    if (worker->measures == NULL) return compute(scope, step, need, ret_vector, err);
    uint64_t (*now)(void) = worker->program->options.now_nanoseconds;
    uint64_t outer_inner = worker->inner_nanoseconds, begin = now();
    worker->inner_nanoseconds = 0;
    Status status = compute(scope, step, need, ret_vector, err);
    uint64_t took = now() - begin;
    StepMeasure *measure = &worker->measures[step->index];
    measure->rows += positions_count(scope, need);
    measure->nanoseconds += took - worker->inner_nanoseconds;
    worker->inner_nanoseconds = outer_inner + took;
    return status;
}

/* ---- steps ---- */

/* Whether computing a step for all positions costs no more than for some. */
static bool is_computed_for_all(const Scope *scope, const Step *step, const uint64_t *need)
{
    const BoundStep *bound = &scope->binding->steps[step->index];
    if (step->can_fail) return false;
    if (bound->test != NULL && bound->test->column != NULL)
        return !column_test_is_slow(bound->test) || !scope_are_few(scope, need);
    return bound->column != NULL && bound->column->kind == COLUMN_INTEGER;
}

Status scope_value(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                   Error *err)
{
    ASSERT(step->domain == scope->domain);
    MemoEntry *entry = &scope->memo->entries[step->index];
    bool is_known = entry->epoch == scope->memo->epoch;
    if (is_known && covers(scope, entry->known, need)) {
        *ret_vector = entry->vector;
        return STATUS_OK;
    }
    if (scope->domain == DOMAIN_CUSTOMERS && sweep_group_fill(scope, step)) {
        *ret_vector = entry->vector;
        return STATUS_OK;
    }
    const uint64_t *known = NULL;
    if (is_known)
        known = widened_need(scope, step, entry->known, need);
    else if (!is_computed_for_all(scope, step, need))
        known = kept_need(scope, need);
    Vector vector;
    TRY(patience_spend(&scope->worker->patience, PATIENCE_STEP, err));
    TRY(compute_measured(scope, step, known, &vector, err));
    *entry = (MemoEntry){.epoch = scope->memo->epoch, .known = known, .vector = vector};
    *ret_vector = vector;
    return STATUS_OK;
}

Status scope_condition(Scope *scope, const Step *step, const uint64_t *need,
                       const uint64_t **ret_bits, Error *err)
{
    Vector vector;
    TRY(scope_value(scope, step, need, &vector, err));
    ASSERT(vector.kind == LANE_BITS);
    *ret_bits = need == NULL ? vector.as.bits : scope_both(scope, vector.as.bits, need);
    return STATUS_OK;
}

/* ---- errors ---- */

/* The row of the customer to whom an event belongs. */
static uint32_t row_of_event(const Scope *scope, uint64_t event)
{
    const uint32_t *offsets = image_stream(scope->image, (size_t)scope->domain)->offsets;
    uint32_t low = scope->row_begin, high = scope->row_end;
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (offsets[middle] <= event)
            low = middle;
        else
            high = middle;
    }
    return low;
}

Text image_customer_code(const Image *image, uint32_t row, Arena *arena)
{
    const Column *codes = image_property(image, BUILT_IN_CODE);
    uint32_t code = column_code(codes, row, row);
    return code == 0 ? TEXT("") : dictionary_text(codes->dictionary, code, arena);
}

static Status prefix_customer(const Scope *scope, uint32_t row, Error *err)
{
    Text text = image_customer_code(scope->image, row, scope->arena);
    return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(text));
}

Status scope_fail(const Scope *scope, size_t position, Error *err)
{
    bool is_customer = scope->domain == DOMAIN_CUSTOMERS;
    uint64_t place = scope->begin + position;
    return prefix_customer(scope, is_customer ? (uint32_t)place : row_of_event(scope, place), err);
}

Status scope_overflow(const Scope *scope, uint32_t row, Error *err)
{
    Status status = error_set(err, STATUS_LIMIT,
                              "a result has more than 18 digits; narrow the condition or the "
                              "window, or divide first");
    ASSERT(status == STATUS_LIMIT);
    return prefix_customer(scope, row, err);
}
