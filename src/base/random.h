/* random.h -- a seeded generator (xoshiro256**): the same seed gives the same numbers everywhere.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t state[4];
} Random;

Random random_seeded(uint64_t seed);
uint64_t random_next(Random *random);
uint64_t random_below(Random *random, uint64_t bound); /* 0 .. bound-1, unbiased; bound > 0 */
int64_t random_between(Random *random, int64_t low, int64_t high); /* both included */
double random_unit(Random *random);                                /* [0, 1) */
bool random_chance(Random *random, double probability);
double random_normal(Random *random); /* mean 0, deviation 1 */
