/* divisor.c -- common factors of the numbers of a column, and dividing by them. */
#include "columns/build.h"

uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

Divisor divisor_of(uint64_t number)
{
    if (number == 0) return (Divisor){0};
    uint8_t shift = (uint8_t)__builtin_ctzll(number);
    uint64_t odd = number >> shift, inverse = odd;
    /* Newton: 3 right bits at first (odd * odd is 1 modulo 8), twice as many each time. */
    for (int bits = 3; bits < 64; bits *= 2)
        inverse *= 2 - odd * inverse;
    return (Divisor){number, inverse, UINT64_MAX / number, shift};
}
