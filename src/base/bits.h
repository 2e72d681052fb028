/* bits.h -- counting bits, on processors of any age. */
#pragma once

#include <stdint.h>

/* How many bits are set. The compiler's own goes through a table unless it may use newer
 * instructions; this it can do for several words at once. */
static inline uint32_t word_bits_count(uint64_t word)
{
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (uint32_t)(word * 0x0101010101010101u >> 56);
}
