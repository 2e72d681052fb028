/* node_predicate.c -- conditions on one operand with literals: on the column itself where there is
 * one, else on the operand's values. */
#include "engine/nodes.h"

/* ---- on the column ---- */

static Status test_column(const Scope *scope, const ColumnTest *test, const uint64_t *need,
                          uint64_t *bits, Error *err)
{
    size_t position;
    if (column_test_find_failing(test, scope->begin, scope->count, need, &position)) {
        *err = *test->failure;
        return scope_fail(scope, position, err);
    }
    if (column_test_is_slow(test) && scope_are_few(scope, need)) {
        column_test_run_few(test, scope->begin, scope->count, need, bits);
        return STATUS_OK;
    }
    column_test_run(test, scope->worker->kernels, scope->begin, scope->count, bits,
                    scope_bits(scope));
    return STATUS_OK;
}

/* ---- on values ---- */

/* Positions of `need` that have a value. */
static const uint64_t *looked_at(const Scope *scope, const Vector *vector, const uint64_t *need)
{
    const uint64_t *both = scope_both(scope, vector->present, need);
    return both == NULL ? scope_all_bits(scope) : both;
}

static void test_bools(const Scope *scope, const Predicate *predicate, const Vector *vector,
                       uint64_t *bits)
{
    uint64_t is_yes_met = numbers_meet(predicate, 1) ? ~UINT64_C(0) : 0;
    uint64_t is_no_met = numbers_meet(predicate, 0) ? ~UINT64_C(0) : 0;
    const uint64_t *present = vector->present;
    if (present == NULL) present = scope_all_bits(scope);
    for (size_t i = 0; i < scope_words(scope); i++) {
        uint64_t yes = vector->as.bits[i];
        bits[i] = ((yes & is_yes_met) | (~yes & is_no_met)) & present[i];
    }
}

static void test_integers(const Scope *scope, const Predicate *predicate, const Vector *vector,
                          const uint64_t *need, uint64_t *bits)
{
    if (predicate->numbers_count == 0) return;
    size_t words = scope_words(scope);
    if (predicate->numbers_count == 1) {
        NumberRange range = predicate->numbers[0];
        scope->worker->kernels->test_numbers(vector->as.integers, scope->count, range.low,
                                             range.high, bits);
        for (size_t i = 0; vector->present != NULL && i < words; i++)
            bits[i] &= vector->present[i];
        return;
    }
    const uint64_t *those = looked_at(scope, vector, need);
    FOR_EACH_BIT (i, those, words)
        bits[i / 64] |= (uint64_t)numbers_meet(predicate, vector->as.integers[i]) << (i % 64);
}

static void test_ratios(const Scope *scope, const Predicate *predicate, const Vector *vector,
                        const uint64_t *need, uint64_t *bits)
{
    const uint64_t *those = looked_at(scope, vector, need);
    FOR_EACH_BIT (i, those, scope_words(scope))
        bits[i / 64] |= (uint64_t)ratio_meets(predicate, vector->as.ratios[i]) << (i % 64);
}

static Status test_texts(const Scope *scope, const TextTest *test, const Vector *vector,
                         const uint64_t *need, uint64_t *bits, Error *err)
{
    const uint64_t *those = looked_at(scope, vector, need);
    Arena *scratch = scope->worker->scratch;
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        bool meets = false;
        TRY(patience_spend(&scope->worker->patience, PATIENCE_TEXT, err));
        arena_reset(scratch);
        if (text_test_meets(test, vector->as.texts[i], scratch, &meets, err) != STATUS_OK)
            return scope_fail(scope, i, err);
        bits[i / 64] |= (uint64_t)meets << (i % 64);
    }
    return STATUS_OK;
}

/* Whether a member of the set meets the test; tests of sets never fail. */
static bool has_member(const TextTest *test, TextSet set, Arena *scratch)
{
    for (size_t i = 0; i < set.count; i++) {
        bool meets = false;
        Error err;
        arena_reset(scratch);
        if (text_test_meets(test, set.items[i], scratch, &meets, &err) == STATUS_OK && meets)
            return true;
    }
    return false;
}

static bool set_meets(const TextTest *test, TextSet set, Arena *scratch)
{
    if (test->kind != TEXT_HAS_ALL) return has_member(test, set, scratch);
    TextTest one = *test;
    one.kind = TEXT_IS_ONE_OF;
    one.wanted_count = 1;
    for (size_t i = 0; i < test->wanted_count; i++) {
        one.wanted = &test->wanted[i];
        if (!has_member(&one, set, scratch)) return false;
    }
    return true;
}

static Status test_sets(const Scope *scope, const TextTest *test, const Vector *vector,
                        const uint64_t *need, uint64_t *bits, Error *err)
{
    const uint64_t *those = looked_at(scope, vector, need);
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        TRY(patience_spend(&scope->worker->patience, PATIENCE_TEXT, err));
        bool meets = set_meets(test, vector->as.sets[i], scope->worker->scratch);
        bits[i / 64] |= (uint64_t)meets << (i % 64);
    }
    return STATUS_OK;
}

/* Items that some step computed, by the bits of those that meet it. */
static Status test_items(const Scope *scope, const ColumnTest *test, const Vector *vector,
                         const uint64_t *need, uint64_t *bits, Error *err)
{
    const uint64_t *those = looked_at(scope, vector, need);
    if (test->kind == TEST_NOBODY) return STATUS_OK;
    FOR_EACH_BIT (i, those, scope_words(scope)) {
        uint32_t row = vector->as.items[i];
        if (test->failing != NULL && bit_at(test->failing, row)) {
            *err = *test->failure;
            return scope_fail(scope, i, err);
        }
        bits[i / 64] |= (uint64_t)bit_at(test->groups[0].bits, row) << (i % 64);
    }
    return STATUS_OK;
}

static void test_missing(const Scope *scope, const Vector *vector, uint64_t *bits)
{
    if (vector->present == NULL) return;
    const uint64_t *missing = scope_without(scope, NULL, vector->present);
    for (size_t i = 0; i < scope_words(scope); i++)
        bits[i] = missing[i];
}

Status predicate_bits(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                      Error *err)
{
    const Predicate *predicate = scope->worker->program->predicates[step->index];
    const ColumnTest *test = scope->binding->steps[step->index].test;
    if (test != NULL && test->column != NULL) return test_column(scope, test, need, bits, err);
    Vector vector;
    TRY(scope_value(scope, predicate->operand, need, &vector, err));
    if (predicate->kind == PREDICATE_NEVER) return STATUS_OK;
    if (predicate->kind == PREDICATE_MISSING) {
        test_missing(scope, &vector, bits);
        return STATUS_OK;
    }
    switch (vector.kind) {
    case LANE_BITS: test_bools(scope, predicate, &vector, bits); return STATUS_OK;
    case LANE_INTEGERS: test_integers(scope, predicate, &vector, need, bits); return STATUS_OK;
    case LANE_RATIOS: test_ratios(scope, predicate, &vector, need, bits); return STATUS_OK;
    case LANE_TEXTS: return test_texts(scope, &predicate->text, &vector, need, bits, err);
    case LANE_SETS: return test_sets(scope, &predicate->text, &vector, need, bits, err);
    case LANE_ITEMS: return test_items(scope, test, &vector, need, bits, err);
    }
    ASSERT(false);
    return STATUS_OK;
}
