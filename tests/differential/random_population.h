/* random_population.h -- a random data set with everything that has bitten somebody: missing
 * values, duplicates, events of one second, returns, spellings that fold alike, leap days, year
 * ends, equal names of levels, numbers near the limit of digits. */
#pragma once

#include "base/random.h"
#include "eval/population.h"

/* Words that conditions and data share, so that they meet. */
extern const Text random_words[];
extern const size_t random_words_count;
extern const Text random_paths[];
extern const size_t random_paths_count;

Text random_word(Random *random);
Text random_path(Random *random);
Date random_day(Random *random); /* where events lie, with a liking for ends of months and years */
Date random_as_of(Random *random);
Date random_birth(Random *random);
/* A mantissa: mostly small, often zero or negative; near 18 digits when `is_huge_allowed`. */
int64_t random_mantissa(Random *random, bool is_huge_allowed);

Population *random_population(Random *random, Arena *arena);
