/* formula.h -- conditions as and, or, not over tests of one subject each: what the linter reasons
 * about. A subject is anything that has a value: a property, a metric, a sum with its window; two
 * are the same when they are written the same. */
#pragma once

#include "base/map.h"
#include "lang/lang.h"
#include "lang/possible.h"

typedef enum {
    FORMULA_AND,
    FORMULA_OR,
    FORMULA_TEST,  /* one subject against written values */
    FORMULA_OPAQUE /* anything else */
} FormulaKind;

typedef struct Formula Formula;
struct Formula {
    FormulaKind kind;
    bool is_negated;
    const Node *node;    /* whose formula this is; NULL for a conjunction made here */
    const Formula *base; /* without the `not` around it; NULL when there is none */
    const Formula *const *parts;
    size_t parts_count;
    /* FORMULA_TEST: values for which it holds, before is_negated; possibly more when not exact. */
    size_t subject;
    Possible holds;
    bool is_exact;
};

typedef struct {
    const Node *node;
    Text written; /* canonical text */
    Grid grid;
    Possible domain; /* what it can be at all */
} Subject;

/* Subjects of one or several expressions, numbered as they are met. */
typedef struct {
    Arena *arena;
    const Catalog *catalog; /* may be NULL: classes are not known then */
    Map *index;             /* written text -> number */
    Subject *items;
    size_t count, capacity;
} Subjects;

Subjects subjects_new(const Catalog *catalog, Arena *arena);
void subjects_done(Subjects *subjects);

/* The classification whose class this is; NULL for anything else, or when it is not known. */
const NamedClassification *subject_classification(const Subjects *subjects, const Node *node);

/* The formula of a yes/no node. */
const Formula *formula_of(Subjects *subjects, const Node *node);
/* The conjunction of formulas. */
const Formula *formula_conjunction(Subjects *subjects, const Formula *const *parts, size_t count);
const Formula *formula_negation(Subjects *subjects, const Formula *formula);

/* The subjects that occur in tests of the formula, each once. */
size_t formula_subjects(const Subjects *subjects, const Formula *formula, size_t **ret_subjects);

/* Values of the subject, within its domain, with which the formula (or its opposite) may hold; with
 * others it does not. */
Possible formula_allows(const Subjects *subjects, const Formula *formula, size_t subject,
                        bool is_opposite);
/* Whether it can never hold; *ret_subject is the one whose values it excludes. */
bool formula_is_never(const Subjects *subjects, const Formula *formula, bool is_opposite,
                      size_t *ret_subject);
