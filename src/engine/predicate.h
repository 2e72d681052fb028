/* predicate.h -- a condition on one operand with everything else written as literals, in the form
 * in which it is tested: ranges of integers or ratios, a test of a folded text.
 *
 * It is the same for all images. The positive form: `negated` is applied by whoever runs it. */
#pragma once

#include "base/regex.h"
#include "engine/step.h"

typedef enum {
    PREDICATE_NEVER,   /* what it compares with is missing */
    PREDICATE_MISSING, /* `is missing` */
    PREDICATE_NUMBERS, /* yes/no as 0 and 1, mantissas, days, seconds: in one of the ranges */
    PREDICATE_RATIOS,  /* in one of the intervals */
    PREDICATE_TEXTS    /* texts, hierarchies, sets of them, items */
} PredicateKind;

/* Integers of the operand's own type, both ends included. */
typedef struct {
    int64_t low, high;
} NumberRange;

typedef struct {
    double low, high;
    bool low_included, high_included;
} RatioRange;

typedef enum {
    TEXT_IS_ONE_OF, /* equals one of the wanted texts */
    TEXT_LIES_IN,   /* between the bounds */
    TEXT_HOLDS,     /* contains the wanted text */
    TEXT_BEGINS,
    TEXT_ENDS,
    TEXT_FITS,     /* the regular expression */
    TEXT_IS_UNDER, /* a path under the wanted text, which is not folded */
    TEXT_HAS_ALL   /* of a set: has every wanted text; TEXT_IS_ONE_OF: has one of them */
} TextTestKind;

typedef struct {
    Text text; /* folded */
    bool is_set, is_included;
} TextBound;

typedef struct {
    TextTestKind kind;
    bool is_own_name;   /* a path is tested by the name of its own level */
    const Text *wanted; /* folded, ascending, different */
    size_t wanted_count;
    TextBound low, high;
    Regex *regex; /* owned by the program */
} TextTest;

typedef struct Predicate {
    PredicateKind kind;
    const Step *operand;
    const NumberRange *numbers; /* ascending, apart from each other */
    size_t numbers_count;
    const RatioRange *ratios;
    size_t ratios_count;
    TextTest text;
} Predicate;

/* Those who own regular expressions that a program closes. */
typedef struct {
    Regex **items;
    size_t count, capacity;
} RegexList;

/* The predicate of a condition; NULL when it compares operands that are not literals.
 * errors  INVALID for a pattern that does not compile */
MUST_CHECK Status predicate_make(const Step *step, Arena *arena, RegexList *regexes,
                                 const Predicate **ret_predicate, Error *err);

/* Whether a text meets it; blank texts are missing and meet nothing. A path comes whole, a set by
 * its members, an item by its code, name or group.
 * errors  LIMIT when a pattern needs too many steps */
MUST_CHECK Status text_test_meets(const TextTest *test, Text text, Arena *scratch, bool *ret_meets,
                                  Error *err);
bool numbers_meet(const Predicate *predicate, int64_t number);
bool ratio_meets(const Predicate *predicate, double ratio);
