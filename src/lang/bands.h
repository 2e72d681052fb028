/* bands.h -- rules that divide the base into bands of one expression: where two overlap and what
 * none covers. */
#pragma once

#include "lang/lang.h"

/* Values between two ends, one alone when both are the same. */
typedef struct {
    Text low, high; /* as the language writes them; empty: no such end */
    bool is_low_open, is_high_open;
} ValueRange;

typedef struct {
    const ValueRange *items;
    size_t count;
    bool is_of_days; /* or of moments: they are later, not more */
} ValueRanges;

/* "[200, 500), 600" with signs for what has one end: "< 100", ">= 26". */
Text ranges_print(ValueRanges ranges, Arena *arena);
/* The same with words for it: "up to 100", "26 and more". */
Text ranges_say(ValueRanges ranges, Language language, Arena *arena);

typedef struct {
    size_t rule; /* place among the rules */
    ValueRanges values;
} Band;

typedef struct {
    size_t first, second; /* places among the rules */
    ValueRanges values;   /* that both hold */
} BandOverlap;

typedef struct {
    Text low, high; /* nothing holds what lies between */
} BandGap;

/* One expression that has an end below as well as an end above in the rules. */
typedef struct {
    Text expression;   /* canonical text */
    const Band *bands; /* in the order of the rules; of those that narrow it */
    size_t bands_count;
    const BandOverlap *overlaps; /* that can happen: the rules may hold together */
    size_t overlaps_count;
    const BandGap *gaps;
    size_t gaps_count;
    Text lowest, highest; /* nothing is covered below and above; empty: there is no such end */
} BandedSubject;

/* Every numeric expression, date or moment that two or more of the rules divide. */
void expression_bands(const BandedRule *rules, size_t rules_count, Arena *arena,
                      BandedSubject **ret_subjects, size_t *ret_count);
