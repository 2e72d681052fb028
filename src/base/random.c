/* random.c -- xoshiro256** seeded by splitmix64 (Blackman and Vigna, prng.di.unimi.it). */
#include "base/random.h"

#include "base/error.h"

static uint64_t splitmix64_next(uint64_t *state)
{
    uint64_t value = *state += UINT64_C(0x9E3779B97F4A7C15);
    value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
    return value ^ value >> 31;
}

Random random_seeded(uint64_t seed)
{
    Random random;
    for (int i = 0; i < 4; i++)
        random.state[i] = splitmix64_next(&seed);
    return random;
}

static uint64_t rotate_left(uint64_t value, int count)
{
    return value << count | value >> (64 - count);
}

uint64_t random_next(Random *random)
{
    uint64_t *state = random->state;
    uint64_t result = rotate_left(state[1] * 5, 7) * 9;
    uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate_left(state[3], 45);
    return result;
}

uint64_t random_below(Random *random, uint64_t bound)
{
    ASSERT(bound > 0);
    /* Numbers under this threshold would make small results likelier: 2^64 mod bound of them. */
    uint64_t threshold = (0 - bound) % bound;
    uint64_t value = random_next(random);
    while (value < threshold)
        value = random_next(random);
    return value % bound;
}

int64_t random_between(Random *random, int64_t low, int64_t high)
{
    ASSERT(low <= high);
    uint64_t span = (uint64_t)high - (uint64_t)low;
    uint64_t offset = span == UINT64_MAX ? random_next(random) : random_below(random, span + 1);
    return (int64_t)((uint64_t)low + offset);
}

double random_unit(Random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

bool random_chance(Random *random, double probability)
{
    return random_unit(random) < probability;
}

/* The sum of twelve uniform numbers: unlike a logarithm it is the same to the last bit with every
 * mathematical library. Its tails end at six deviations. */
double random_normal(Random *random)
{
    enum { TERMS = 12 };
    uint64_t sum = 0;
    for (int i = 0; i < TERMS; i++)
        sum += random_next(random) >> 32;
    return (double)sum * 0x1p-32 - TERMS / 2.0;
}
