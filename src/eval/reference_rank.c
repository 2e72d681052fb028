/* reference_rank.c -- who is among the top or bottom of a ranking: a pass over the base for each.
 *
 * Ranked are those who meet `within` and have a value; ties go to the smaller code. A percentage
 * takes n * p / 100 of the n ranked, rounded up. */
#include "eval/reference.h"

#include <stdlib.h>

typedef struct {
    TypedValue by;
    CustomerId id;
    Text code;
    bool is_top;
} Ranked;

typedef struct {
    Ranked *items;
    size_t count, capacity;
} RankedList;

static int compare_ranked(const void *a, const void *b)
{
    const Ranked *left = a, *right = b;
    int order = typed_compare(left->by, right->by, NULL); /* numbers and dates never fold */
    if (order != 0) return left->is_top ? -order : order;
    return text_compare(left->code, right->code);
}

static size_t chosen_count(const Node *rank, size_t ranked_count)
{
    Int128 wanted = rank->as.rank.amount;
    Int128 unit = DECIMAL_POW10[rank->as.rank.amount_scale];
    if (rank->as.rank.is_percent) {
        wanted *= (Int128)ranked_count;
        unit *= 100;
    }
    Int128 rounded_up = wanted <= 0 ? 0 : (wanted + unit - 1) / unit;
    return rounded_up < (Int128)ranked_count ? (size_t)rounded_up : ranked_count;
}

/* One ranking over the base. */
typedef struct {
    const Reference *reference;
    const EvalInput *input;
    const Node *rank;
    Arena *arena; /* of the list */
    RankedList list;
    CustomerId last; /* the highest id seen */
} RankPass;

static Status rank_customer(const RankPass *pass, const CustomerRow *row, Arena *row_arena,
                            Ranked *ret_ranked, Error *err)
{
    Scope scope = {.reference = pass->reference, .customer = row, .arena = row_arena};
    bool is_within = true;
    *ret_ranked = (Ranked){.id = row->id, .is_top = pass->rank->as.rank.is_top};
    TRY(reference_typed(&scope, pass->rank->as.rank.by, &ret_ranked->by, err));
    if (pass->rank->as.rank.within != NULL)
        TRY(reference_condition(&scope, pass->rank->as.rank.within, &is_within, err));
    if (!is_within) ret_ranked->by.value = value_missing();
    return STATUS_OK;
}

static Status collect_ranked(RankPass *pass, Error *err)
{
    AUTO(arena_done) Arena *row_arena = arena_new();
    CustomerSource *source = pass->input->source;
    TRY(source->rewind(source, err));
    for (;;) {
        CustomerRow row;
        Ranked ranked;
        arena_reset(row_arena);
        TRY(source->next(source, row_arena, &row, err));
        if (row.id.value == 0) return STATUS_OK;
        if (rank_customer(pass, &row, row_arena, &ranked, err) != STATUS_OK)
            return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(row.code));
        pass->last = row.id;
        if (value_is_missing(ranked.by.value)) continue;
        ranked.code = arena_text(pass->arena, row.code);
        ARENA_PUSH(pass->arena, &pass->list, ranked);
    }
}

static Status rank_one(const Reference *reference, const EvalInput *input, const Node *rank,
                       RankChoice *ret_choice, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    RankPass pass = {.reference = reference, .input = input, .rank = rank, .arena = scratch};
    TRY(collect_ranked(&pass, err));
    RankedList list = pass.list;
    if (list.count > 0) qsort(list.items, list.count, sizeof *list.items, compare_ranked);
    uint32_t *places = ARENA_ARRAY(reference->arena, uint32_t, (size_t)pass.last.value + 1);
    for (size_t i = 0; i < list.count; i++)
        places[list.items[i].id.value] = (uint32_t)i + 1;
    size_t chosen = chosen_count(rank, list.count);
    *ret_choice = (RankChoice){.places = places,
                               .size = (size_t)pass.last.value + 1,
                               .chosen_count = chosen,
                               .ranked_count = list.count};
    if (chosen > 0) ret_choice->border = list.items[chosen - 1].by.value;
    return STATUS_OK;
}

Status reference_rank_all(Reference *reference, const EvalInput *input, Error *err)
{
    const Expression *expression = reference->expression;
    RankChoice *choices = ARENA_ARRAY(reference->arena, RankChoice, expression->ranks_count);
    reference->ranks = choices;
    for (size_t i = 0; i < expression->ranks_count; i++) {
        ASSERT(expression->ranks[i]->as.rank.index == i);
        TRY(rank_one(reference, input, expression->ranks[i], &choices[i], err));
        reference->ranks_ready = i + 1;
    }
    return STATUS_OK;
}
