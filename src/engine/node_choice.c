/* node_choice.c -- if() and coalesce(): every branch is converted to the type of the call, then one
 * is taken. A branch that cannot fail is asked only about those who take it. */
#include "engine/nodes.h"

/* Where the answer is gathered; kind and lanes of the call's type. */
typedef struct {
    LaneKind kind;
    uint64_t *present, *bits;
    int64_t *integers;
    double *ratios;
    Text *texts;
    TextSet *sets;
    uint32_t *items;
} Gathered;

static Gathered new_gathered(const Scope *scope, LaneKind kind)
{
    Gathered gathered = {.kind = kind, .present = scope_bits(scope)};
    switch (kind) {
    case LANE_BITS: gathered.bits = scope_bits(scope); break;
    case LANE_INTEGERS: gathered.integers = scope_integers(scope); break;
    case LANE_RATIOS: gathered.ratios = ARENA_ARRAY(scope->arena, double, scope->count); break;
    case LANE_TEXTS: gathered.texts = ARENA_ARRAY(scope->arena, Text, scope->count); break;
    case LANE_SETS: gathered.sets = ARENA_ARRAY(scope->arena, TextSet, scope->count); break;
    case LANE_ITEMS: gathered.items = ARENA_ARRAY(scope->arena, uint32_t, scope->count); break;
    }
    return gathered;
}

static Vector gathered_vector(const Gathered *gathered)
{
    Vector vector = {.kind = gathered->kind, .present = gathered->present};
    switch (gathered->kind) {
    case LANE_BITS: vector.as.bits = gathered->bits; break;
    case LANE_INTEGERS: vector.as.integers = gathered->integers; break;
    case LANE_RATIOS: vector.as.ratios = gathered->ratios; break;
    case LANE_TEXTS: vector.as.texts = gathered->texts; break;
    case LANE_SETS: vector.as.sets = gathered->sets; break;
    case LANE_ITEMS: vector.as.items = gathered->items; break;
    }
    return vector;
}

static void gather_lane(Gathered *gathered, const Vector *from, const uint64_t *those, size_t words)
{
    switch (gathered->kind) {
    case LANE_BITS:
        for (size_t w = 0; w < words; w++)
            gathered->bits[w] |= from->as.bits[w] & those[w];
        break;
    case LANE_INTEGERS:
        FOR_EACH_BIT (i, those, words)
            gathered->integers[i] = from->as.integers[i];
        break;
    case LANE_RATIOS:
        FOR_EACH_BIT (i, those, words)
            gathered->ratios[i] = from->as.ratios[i];
        break;
    case LANE_TEXTS:
        FOR_EACH_BIT (i, those, words)
            gathered->texts[i] = from->as.texts[i];
        break;
    case LANE_SETS:
        FOR_EACH_BIT (i, those, words)
            gathered->sets[i] = from->as.sets[i];
        break;
    case LANE_ITEMS:
        FOR_EACH_BIT (i, those, words)
            gathered->items[i] = from->as.items[i];
        break;
    }
}

/* Take over the values at the positions `those` that have one. */
static void gather(const Scope *scope, Gathered *gathered, const Vector *from,
                   const uint64_t *those)
{
    size_t words = scope_words(scope);
    const uint64_t *taken = scope_both(scope, from->present, those);
    gather_lane(gathered, from, taken, words);
    for (size_t w = 0; w < words; w++)
        gathered->present[w] |= taken[w];
}

static LaneKind lane_of_call(const Node *node)
{
    switch (node->type.kind) {
    case TYPE_BOOL: return LANE_BITS;
    case TYPE_RATIO: return LANE_RATIOS;
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return LANE_TEXTS;
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return LANE_SETS;
    case TYPE_ITEM: return LANE_ITEMS;
    case TYPE_DECIMAL:
    case TYPE_DATE:
    case TYPE_MOMENT:
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    return LANE_INTEGERS;
}

/* What a call asks of its branches. */
typedef struct {
    const Step *step;
    const uint64_t *need;
    Gathered gathered;
} Choice;

/* Evaluate a branch for those who may take it (or for all, when something may fail, be it only the
 * conversion) and take it for them. */
static Status take_branch(Scope *scope, Choice *choice, size_t index, const uint64_t *takers,
                          Error *err)
{
    const Step *step = choice->step, *branch = step->inputs[index];
    if (!step->can_fail && scope_is_none(scope, takers)) return STATUS_OK;
    const uint64_t *asked = step->can_fail ? choice->need : takers;
    TypedVector value = {.type = branch->node->type};
    Vector converted;
    TRY(scope_value(scope, branch, asked, &value.vector, err));
    TRY(vector_convert(scope, &value, step->node->type, asked, &converted, err));
    gather(scope, &choice->gathered, &converted, takers);
    return STATUS_OK;
}

Status choice_if(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                 Error *err)
{
    const uint64_t *holds;
    Choice choice = {step, need, new_gathered(scope, lane_of_call(step->node))};
    TRY(scope_condition(scope, step->inputs[0], need, &holds, err));
    TRY(take_branch(scope, &choice, 1, holds, err));
    TRY(take_branch(scope, &choice, 2, scope_without(scope, need, holds), err));
    *ret_vector = gathered_vector(&choice.gathered);
    return STATUS_OK;
}

Status choice_coalesce(Scope *scope, const Step *step, const uint64_t *need, Vector *ret_vector,
                       Error *err)
{
    Choice choice = {step, need, new_gathered(scope, lane_of_call(step->node))};
    for (size_t i = 0; i < step->inputs_count; i++) {
        const uint64_t *without_value = scope_without(scope, need, choice.gathered.present);
        TRY(take_branch(scope, &choice, i, without_value, err));
    }
    *ret_vector = gathered_vector(&choice.gathered);
    return STATUS_OK;
}
