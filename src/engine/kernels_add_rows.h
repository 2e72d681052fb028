/* kernels_add_rows.h -- adding up rows of bits in registers of four words, for the levels that have
 * them. Who includes this defines carry_of in its own best instructions. */
#pragma once

#include "engine/kernels_common.h"

#include <immintrin.h>

typedef struct {
    __m256i ones, twos, fours;
} Tree;

/* Three bits of one weight become one of it (returned in *sum) and one of twice the weight. */
static inline __m256i carry_of(__m256i *sum, __m256i b, __m256i c);

static inline __m256i row_at(const uint64_t *rows, size_t row_words, uint16_t place)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)(rows + place * row_words));
}

static inline __m256i add_eight_rows(Tree *tree, const uint64_t *rows, size_t row_words,
                                     const uint16_t *places)
{
    __m256i row[8];
    for (size_t i = 0; i < 8; i++)
        row[i] = row_at(rows, row_words, places[i]);
    __m256i twos_a = carry_of(&tree->ones, row[0], row[1]);
    __m256i twos_b = carry_of(&tree->ones, row[2], row[3]);
    __m256i fours_a = carry_of(&tree->twos, twos_a, twos_b);
    twos_a = carry_of(&tree->ones, row[4], row[5]);
    twos_b = carry_of(&tree->ones, row[6], row[7]);
    __m256i fours_b = carry_of(&tree->twos, twos_a, twos_b);
    return carry_of(&tree->fours, fours_a, fours_b);
}

/* Sixteen rows at a time: they become one register of sixteens. */
static void add_rows(const uint64_t *rows, size_t row_words, size_t groups_count,
                     const uint16_t *places, size_t places_count, uint64_t *slices)
{
    for (size_t group = 0; group < groups_count; group++, rows += 4) {
        __m256i *slice = (__m256i *)(void *)(slices + group * KERNEL_SLICES * 4);
        Tree tree = {_mm256_loadu_si256(slice), _mm256_loadu_si256(slice + 1),
                     _mm256_loadu_si256(slice + 2)};
        __m256i eights = _mm256_loadu_si256(slice + 3);
        for (size_t i = 0; i < places_count; i += 16) {
            __m256i eights_a = add_eight_rows(&tree, rows, row_words, places + i);
            __m256i eights_b = add_eight_rows(&tree, rows, row_words, places + i + 8);
            __m256i carry = carry_of(&eights, eights_a, eights_b);
            for (__m256i *at = slice + 4; !_mm256_testz_si256(carry, carry); at++) {
                __m256i old = _mm256_loadu_si256(at);
                _mm256_storeu_si256(at, _mm256_xor_si256(old, carry));
                carry = _mm256_and_si256(old, carry);
            }
        }
        _mm256_storeu_si256(slice, tree.ones);
        _mm256_storeu_si256(slice + 1, tree.twos);
        _mm256_storeu_si256(slice + 2, tree.fours);
        _mm256_storeu_si256(slice + 3, eights);
    }
}
