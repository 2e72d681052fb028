/* node_logic.c -- and, or, not, at least, rankings.
 *
 * Operands come with the cheap ones first. One that cannot fail is asked only about those whose
 * answer still depends on it; one that can fail is asked about everybody, for the reference
 * evaluator evaluates every operand and no order may hide an error. */
#include "engine/nodes.h"

/* The positions of a condition, for reading and changing. */
static uint64_t *copy_of(const Scope *scope, const uint64_t *need)
{
    uint64_t *bits = need == NULL ? scope_all_bits(scope) : scope_bits(scope);
    for (size_t i = 0; need != NULL && i < scope_words(scope); i++)
        bits[i] = need[i];
    return bits;
}

/* `open`: those whose answer is still open. Nobody is: NULL for a step that cannot fail. */
static Status ask(Scope *scope, const Step *operand, const uint64_t *need, const uint64_t *open,
                  const uint64_t **ret_bits, Error *err)
{
    *ret_bits = NULL;
    if (operand->can_fail) return scope_condition(scope, operand, need, ret_bits, err);
    if (scope_is_none(scope, open)) return STATUS_OK;
    return scope_condition(scope, operand, open, ret_bits, err);
}

Status logic_and(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits, Error *err)
{
    uint64_t *open = copy_of(scope, need);
    for (size_t i = 0; i < step->inputs_count; i++) {
        const uint64_t *holds;
        TRY(ask(scope, step->inputs[i], need, i == 0 ? need : open, &holds, err));
        for (size_t w = 0; holds != NULL && w < scope_words(scope); w++)
            open[w] &= holds[w];
    }
    for (size_t w = 0; w < scope_words(scope); w++)
        bits[w] = open[w];
    return STATUS_OK;
}

Status logic_or(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits, Error *err)
{
    uint64_t *open = copy_of(scope, need);
    for (size_t i = 0; i < step->inputs_count; i++) {
        const uint64_t *holds;
        TRY(ask(scope, step->inputs[i], need, i == 0 ? need : open, &holds, err));
        for (size_t w = 0; holds != NULL && w < scope_words(scope); w++) {
            bits[w] |= holds[w];
            open[w] &= ~holds[w];
        }
    }
    return STATUS_OK;
}

Status logic_not(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits, Error *err)
{
    const uint64_t *holds;
    TRY(scope_condition(scope, step->inputs[0], need, &holds, err));
    const uint64_t *others = scope_without(scope, need, holds);
    for (size_t w = 0; w < scope_words(scope); w++)
        bits[w] = others[w];
    return STATUS_OK;
}

Status logic_at_least(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                      Error *err)
{
    int64_t *counts = scope_integers(scope);
    for (size_t i = 0; i < step->inputs_count; i++) {
        const uint64_t *holds;
        TRY(scope_condition(scope, step->inputs[i], need, &holds, err));
        FOR_EACH_BIT (position, holds, scope_words(scope))
            counts[position]++;
    }
    scope->worker->kernels->test_numbers(counts, scope->count, step->node->as.at_least.needed,
                                         INT64_MAX, bits);
    return STATUS_OK;
}

void logic_rank(const Scope *scope, const Step *step, uint64_t *bits)
{
    const uint64_t *chosen = scope->binding->steps[step->index].chosen;
    ASSERT(chosen != NULL && "rankings are made before what uses them");
    bits_copy(chosen, scope->begin, scope->count, bits);
}
