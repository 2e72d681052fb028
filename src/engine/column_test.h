/* column_test.h -- a condition on one column of an image as a test of its stored numbers: made once
 * per image, run on every block. */
#pragma once

#include "engine/kernels.h"
#include "engine/patience.h"
#include "engine/predicate.h"

typedef enum {
    TEST_NOBODY,  /* no position meets it */
    TEST_PRESENT, /* every position that has a value */
    TEST_RANGES,  /* the stored number lies in one of the ranges */
    TEST_CODES,   /* the bit of the stored code or item row is set */
    TEST_SETS     /* every group of codes has one of the row's set */
} ColumnTestKind;

/* Stored numbers, both ends included. */
typedef struct {
    uint64_t low, high;
} StoredRange;

/* Codes that the positions are compared with. */
typedef struct {
    const uint64_t *bits;    /* over codes 0 .. count; bit 0, for missing, is 0 */
    CodeSieve sieve;         /* of codes of two bytes */
    const uint32_t *members; /* the codes, for columns that have bitmaps per value; else NULL */
    size_t members_count;
} CodeGroup;

typedef struct {
    ColumnTestKind kind;
    const Column *column;      /* NULL: of items that some step computes */
    bool is_opposite;          /* `is missing`: those who do not meet it */
    const StoredRange *ranges; /* ascending, apart from each other */
    size_t ranges_count;
    bool has_zones;          /* of a property: blocks that cannot have one are left out, by */
    int64_t least, greatest; /* the least and greatest number looked for */
    const CodeGroup *groups; /* TEST_CODES: one; TEST_SETS: a set must meet every one */
    size_t groups_count;
    size_t value_words; /* of each of the column's bitmaps per value */
    /* TEST_CODES: codes whose text a pattern could not be searched in, and why; NULL: none. */
    const uint64_t *failing;
    const Error *failure;
} ColumnTest;

/* The test of a condition whose operand is a property, a field or an item; NULL when it is not one
 * of those or each text has to be looked at. Once the patience is over, it may be of any texts. */
const ColumnTest *column_test_make(const Image *image, const Predicate *predicate,
                                   Patience *patience, Arena *arena);

/* Positions begin .. begin+count-1 of the column, all of them; bits beyond are 0. `spare` has room
 * for as many bits. */
void column_test_run(const ColumnTest *test, const Kernels *kernels, uint64_t begin, size_t count,
                     uint64_t *ret_bits, uint64_t *spare);
/* Whether testing few positions one by one is better than testing all. */
bool column_test_is_slow(const ColumnTest *test);
/* Only the positions of `need`; a test that is slow. */
void column_test_run_few(const ColumnTest *test, uint64_t begin, size_t count, const uint64_t *need,
                         uint64_t *ret_bits);
/* One position; of a test that no text fails. */
bool column_test_meets(const ColumnTest *test, uint64_t position);
/* A position counted from some first one, and what the caller wants to remember of it. */
typedef struct {
    uint16_t place;
    bool mark;
} MarkedPlace;
/* Leaves those that meet the test, or do not, in their order; returns how many. As above. */
size_t column_test_keep(const ColumnTest *test, uint64_t begin, bool is_wanted, MarkedPlace *places,
                        size_t count);
/* Whether one of the positions begin .. end-1 meets it; a test that is slow. */
bool column_test_meets_one(const ColumnTest *test, uint64_t begin, uint64_t end);
/* The first of `need` (NULL: all) at which the pattern could not be searched; false: none. */
bool column_test_find_failing(const ColumnTest *test, uint64_t begin, size_t count,
                              const uint64_t *need, size_t *ret_position);

/* A bit for every position with a value. */
void column_present(const Column *column, const Kernels *kernels, uint64_t begin, size_t count,
                    uint64_t *ret_bits);
