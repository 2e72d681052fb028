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

static Status rank_customer(const Reference *reference, const Node *rank, const CustomerRow *row,
                            Arena *row_arena, Ranked *ret_ranked, Error *err)
{
    Scope scope = {.reference = reference, .customer = row, .arena = row_arena};
    bool is_within = true;
    *ret_ranked = (Ranked){.id = row->id, .code = row->code, .is_top = rank->as.rank.is_top};
    TRY(reference_typed(&scope, rank->as.rank.by, &ret_ranked->by, err));
    if (rank->as.rank.within != NULL)
        TRY(reference_condition(&scope, rank->as.rank.within, &is_within, err));
    if (!is_within) ret_ranked->by.value = value_missing();
    return STATUS_OK;
}

static Status collect(const Reference *reference, const EvalInput *input, const Node *rank,
                      Arena *arena, RankedList *list, CustomerId *ret_last, Error *err)
{
    AUTO(arena_done) Arena *row_arena = arena_new();
    TRY(input->source->rewind(input->source, err));
    for (;;) {
        CustomerRow row;
        arena_reset(row_arena);
        TRY(input->source->next(input->source, row_arena, &row, err));
        if (row.id.value == 0) return STATUS_OK;
        Ranked ranked;
        if (rank_customer(reference, rank, &row, row_arena, &ranked, err) != STATUS_OK)
            return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(row.code));
        *ret_last = row.id;
        if (value_is_missing(ranked.by.value)) continue;
        ranked.code = arena_text(arena, row.code);
        ARENA_PUSH(arena, list, ranked);
    }
}

static Status rank_one(const Reference *reference, const EvalInput *input, const Node *rank,
                       Arena *arena, RankChoice *ret_choice, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    RankedList list = {0};
    CustomerId last = {0};
    TRY(collect(reference, input, rank, scratch, &list, &last, err));
    if (list.count > 0) qsort(list.items, list.count, sizeof *list.items, compare_ranked);
    bool *is_chosen = ARENA_ARRAY(arena, bool, (size_t)last.value + 1);
    for (size_t i = 0; i < chosen_count(rank, list.count); i++)
        is_chosen[list.items[i].id.value] = true;
    *ret_choice = (RankChoice){.is_chosen = is_chosen, .size = (size_t)last.value + 1};
    return STATUS_OK;
}

Status reference_rank_all(Reference *reference, const EvalInput *input, Error *err)
{
    const Expression *expression = reference->expression;
    Arena *arena = reference->arena;
    RankChoice *choices = ARENA_ARRAY(arena, RankChoice, expression->ranks_count);
    reference->ranks = choices;
    for (size_t i = 0; i < expression->ranks_count; i++) {
        const Node *rank = expression->ranks[i];
        ASSERT(rank->as.rank.index == i);
        TRY(rank_one(reference, input, rank, arena, &choices[i], err));
        reference->ranks_ready = i + 1;
    }
    return STATUS_OK;
}
