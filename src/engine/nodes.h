/* nodes.h -- inside of the evaluation of scopes: the value of one kind of node for many positions,
 * a family of nodes per file. `need` as in scope.h.
 *
 * A condition fills words that are zeroed and have a bit for every position of the scope; what it
 * writes beyond `need` does not matter, and its caller applies `negated`. */
#pragma once

#include "engine/program.h"

/* ---- positions ---- */

uint64_t *scope_bits(const Scope *scope);     /* zeroed */
uint64_t *scope_all_bits(const Scope *scope); /* a bit for every position */
int64_t *scope_integers(const Scope *scope);  /* not zeroed */
size_t scope_words(const Scope *scope);
/* a & b, either of which may be NULL for everything; NULL when both are. */
const uint64_t *scope_both(const Scope *scope, const uint64_t *a, const uint64_t *b);
/* What of `need` is not in `bits`. */
const uint64_t *scope_without(const Scope *scope, const uint64_t *need, const uint64_t *bits);
bool scope_is_none(const Scope *scope, const uint64_t *need);
/* Whether so few positions are needed that each is better looked at by itself. */
bool scope_are_few(const Scope *scope, const uint64_t *need);

/* For every position of `bits`: FOR_EACH_BIT(i, bits, words) { .. i .. } */
typedef struct {
    uint64_t rest;
    size_t word;
} BitCursor;

static inline bool bit_next(BitCursor *cursor, const uint64_t *bits, size_t words_count,
                            size_t *ret_position)
{
    while (cursor->rest == 0) {
        if (++cursor->word >= words_count) return false;
        cursor->rest = bits[cursor->word];
    }
    *ret_position = cursor->word * 64 + (size_t)__builtin_ctzll(cursor->rest);
    cursor->rest &= cursor->rest - 1;
    return true;
}

#define FOR_EACH_BIT(position, bits, words_count)                                         \
    for (BitCursor cursor_ = bit_cursor((bits), (words_count)); cursor_.word != SIZE_MAX; \
         cursor_.word = SIZE_MAX)                                                         \
        for (size_t position; bit_next(&cursor_, (bits), (words_count), &position);)

/* The next positions of `bits`, at most POSITIONS_AT_ONCE, 0 at the end. Whoever reads far-apart
 * memory at each takes them in handfuls: the reads of a short loop wait together, those between
 * the jumps from bit to bit one after another.
 *   for (BitCursor at = bit_cursor(bits, words); (count = bit_take(&at, bits, words, few)) > 0;) */
enum { POSITIONS_AT_ONCE = 256 };

static inline BitCursor bit_cursor(const uint64_t *bits, size_t words_count)
{
    return (BitCursor){.rest = words_count == 0 ? 0 : bits[0]};
}
static inline size_t bit_take(BitCursor *cursor, const uint64_t *bits, size_t words_count,
                              uint32_t ret_positions[static POSITIONS_AT_ONCE])
{
    size_t count = 0, position;
    while (count < POSITIONS_AT_ONCE && bit_next(cursor, bits, words_count, &position))
        ret_positions[count++] = (uint32_t)position;
    return count;
}

/* The bit of the position; everything has it when there are no bits. */
static inline bool bit_needed(const uint64_t *need, size_t position)
{
    return need == NULL || bit_at(need, position);
}

/* `bits` of an image's bitmap from `begin` on, so that position 0 is the first bit. */
void bits_copy(const uint64_t *bits, uint64_t begin, size_t count, uint64_t *ret_bits);

/* `err` holds what is wrong with the position: say whose it is. */
MUST_CHECK Status scope_fail(const Scope *scope, size_t position, Error *err);

/* The outside key of a customer; in the arena when it is not the image's. */
Text image_customer_code(const Image *image, uint32_t row, Arena *arena);

/* ---- node_leaf.c: literals, properties, fields ---- */
Vector leaf_literal(const Scope *scope, const Step *step);
Vector leaf_property(const Scope *scope, const Step *step, const uint64_t *need);
Vector leaf_field(const Scope *scope, const Step *step, const uint64_t *need);

/* ---- node_logic.c: and, or, not, at least ---- */
MUST_CHECK Status logic_and(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                            Error *err);
MUST_CHECK Status logic_or(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                           Error *err);
MUST_CHECK Status logic_not(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                            Error *err);
MUST_CHECK Status logic_at_least(Scope *scope, const Step *step, const uint64_t *need,
                                 uint64_t *bits, Error *err);
void logic_rank(const Scope *scope, const Step *step, uint64_t *bits);

/* ---- node_compare.c: two operands that are computed ---- */
MUST_CHECK Status compare_pair(Scope *scope, const Step *step, const uint64_t *need, uint64_t *bits,
                               Error *err);
MUST_CHECK Status compare_between(Scope *scope, const Step *step, const uint64_t *need,
                                  uint64_t *bits, Error *err);
MUST_CHECK Status compare_interval(Scope *scope, const Step *step, const uint64_t *need,
                                   uint64_t *bits, Error *err);

/* ---- node_predicate.c: one operand and literals ---- */
MUST_CHECK Status predicate_bits(Scope *scope, const Step *step, const uint64_t *need,
                                 uint64_t *bits, Error *err);

/* ---- node_arithmetic.c ---- */
MUST_CHECK Status arithmetic_value(Scope *scope, const Step *step, const uint64_t *need,
                                   Vector *ret_vector, Error *err);
MUST_CHECK Status negate_value(Scope *scope, const Step *step, const uint64_t *need,
                               Vector *ret_vector, Error *err);
/* A vector at another type of its family: a larger scale, a ratio, a day. */
typedef struct {
    Type type;
    Vector vector;
} TypedVector;
MUST_CHECK Status vector_convert(const Scope *scope, const TypedVector *from, Type to,
                                 const uint64_t *need, Vector *ret_vector, Error *err);
/* The numbers of a vector as doubles; anything where missing. */
const double *vector_ratios(const Scope *scope, const Vector *vector, Type type);

/* ---- node_call.c, node_choice.c and node_lookup.c ---- */
MUST_CHECK Status call_value(Scope *scope, const Step *step, const uint64_t *need,
                             Vector *ret_vector, Error *err);
MUST_CHECK Status choice_if(Scope *scope, const Step *step, const uint64_t *need,
                            Vector *ret_vector, Error *err);
MUST_CHECK Status choice_coalesce(Scope *scope, const Step *step, const uint64_t *need,
                                  Vector *ret_vector, Error *err);
Vector lookup_value(const Scope *scope, const Step *step, const uint64_t *need);
