/* groups.c -- numbers of which equal ones stand together within a row. */
#include "engine/groups.h"

#include "engine/vector.h"

void groups_mark_rows(const uint32_t *offsets, size_t rows_count, uint64_t *bits)
{
    for (size_t row = 0; row < rows_count; row++) {
        uint32_t end = offsets[row + 1] - offsets[0];
        if (end == 0) continue; /* of the first rows only */
        bits[(end - 1) / 64] |= UINT64_C(1) << (end - 1) % 64;
    }
}

/* A row has at least as many groups as different numbers. So all rows together have as many only
 * when each has. */
bool groups_find(const RowNumbers *rows, const Kernels *kernels, uint64_t *ret_ends,
                 uint64_t *ret_present)
{
    size_t count = rows->offsets[rows->rows_count] - rows->offsets[0];
    size_t words_count = bit_words(count);
    kernels->test_range(rows->numbers, 1, count, 1, UINT8_MAX, ret_present);
    kernels->test_changes(rows->numbers, count, ret_ends);
    groups_mark_rows(rows->offsets, rows->rows_count, ret_ends);
    for (size_t i = 0; i < words_count; i++)
        ret_ends[i] &= ret_present[i];
    return kernels->count_bits(ret_ends, words_count) == rows->different_count;
}

/* Added to a group's positions but its last, all of which are ones, a chosen one carries into the
 * last; there the carry stays, for the last is 0. */
void groups_keep_chosen(const uint64_t *chosen, const uint64_t *present, size_t words_count,
                        uint64_t *ends)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < words_count; i++) {
        uint64_t inner = ~ends[i], those = chosen[i] & present[i], sum;
        bool is_over = __builtin_add_overflow(those & inner, inner, &sum);
        carry = (uint64_t)__builtin_add_overflow(sum, carry, &sum) | is_over;
        ends[i] &= sum | those;
    }
}
