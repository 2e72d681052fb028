/* definition.h -- what a person says of a classification: its kind and all parameters, as one
 * versioned document.
 *
 * A definition is plain data in an arena. definition_check is the one place that knows which make
 * sense; whether the expressions fit the data is plan.h's business. */
#pragma once

#include "analysis/abc.h"
#include "analysis/rfm.h"
#include "analysis/xyz.h"
#include "base/date.h"

typedef enum {
#define CLASSIFICATION_KIND(name, code, en, ru, uk) KIND_##name,
#include "classification/classification_kind.def"
#undef CLASSIFICATION_KIND
    CLASSIFICATION_KIND_COUNT
} ClassificationKind;

const char *classification_kind_code(ClassificationKind kind);
bool classification_kind_parse(Text code, ClassificationKind *ret_kind);
Text classification_kind_label(ClassificationKind kind, Language language);

/* A written decimal: 297.4 is 2974 at scale 1. */
typedef struct {
    int64_t mantissa;
    int scale;
} Number;

typedef struct {
    const Number *items;
    size_t count;
} NumberList;

/* One expression that is classified by. */
typedef struct {
    Text expression;
    int64_t weight;     /* ABC of several; 0 is 1 */
    uint8_t grid;       /* RFM: scores 1 .. grid; 0 is 5 */
    NumberList borders; /* RFM: between the scores; none: quantiles */
} Metric;

/* A class that has a name of its own. */
typedef struct {
    Text name;
    Text rule;                                  /* of a kind that has rules */
    uint8_t from[RFM_METRICS], to[RFM_METRICS]; /* RFM: a box of the grid */
} ClassDefinition;

typedef struct {
    ClassificationKind kind;
    Text description;
    Text schedule; /* cron; empty: none */
    bool is_schedule_off;

    const Metric *metrics; /* ABC 1 or more, XYZ and BANDS 1, RFM 3 (R, F, M), CROSS 2 or more */
    size_t metrics_count;
    const ClassDefinition *classes; /* RFM, BANDS (from the lowest), kinds with rules */
    size_t classes_count;
    Text rest;          /* rules: who fits no rule; empty: not classified */
    Text amount;        /* what classes are summed up by; empty: the kind's own, or nothing */
    NumberList borders; /* ABC and XYZ: percent, or values; BANDS. None: the method's own */

    AbcMethod abc_method;
    bool is_strict, splits_ties;
    AbcRest abc_rest;

    XyzMethod xyz_method;
    XyzZeros zeros;
    bool is_sample, is_seasonal;
    Unit step;              /* of the sub-periods */
    uint32_t periods_count; /* whole ones before the as-of day */
    uint32_t periods_min;
    Text
        first; /* expression: the date from which on sub-periods count; empty: from the first sum */
} Definition;

enum {
    CLASSIFICATION_METRICS_MAX = ABC_METRICS_MAX,
    CLASSIFICATION_CLASSES_MAX = 1000,
    CLASSIFICATION_NAME_BYTES_MAX = 400
};

/* Whether its classes are rules in order. */
bool definition_has_rules(const Definition *definition);

/* What a kind begins with, names in a language; BANDS, CROSS and RULES have to be given more. */
Definition definition_customary(ClassificationKind kind, Language language, Arena *arena);

/* INVALID for what no classification can be: a wrong number of expressions, borders out of order, a
 * map with holes, a wrong schedule. */
MUST_CHECK Status definition_check(const Definition *definition, Error *err);
/* The options of the method. ABC's thresholds and all borders of values are at `scale`. */
AbcOptions definition_abc_options(const Definition *definition, int scale);
XyzOptions definition_xyz_options(const Definition *definition);
RfmScale definition_rfm_scale(const Definition *definition, size_t metric, int scale);
/* The least mantissa at a scale that is not below the number; clipped to 64 bits. */
int64_t number_at(Number number, int scale);
MUST_CHECK Status number_parse(Text text, Number *ret_number, Error *err);

/* {"kind":"abc","description":"","schedule":null,"parameters":{...}}: keys in a fixed order. */
Text definition_to_json(const Definition *definition, Arena *arena);
/* The parameters alone. */
Text definition_parameters_to_json(const Definition *definition, Arena *arena);
/* INVALID names the key that is wrong. `base` gives what the text leaves out. */
MUST_CHECK Status definition_from_json(Text json, const Definition *base, Arena *arena,
                                       Definition *ret_definition, Error *err);
/* Parameters alone, over those of `base`. */
MUST_CHECK Status definition_parameters_from_json(Text json, const Definition *base, Arena *arena,
                                                  Definition *ret_definition, Error *err);
