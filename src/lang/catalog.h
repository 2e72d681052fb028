/* catalog.h -- the names an expression may use: the schema plus metrics, segments and what else is
 * stored by name. A plain structure filled by whoever opens the data set; borrowed while checking.
 */
#pragma once

#include "lang/ast.h"

typedef struct {
    Text name;
    Text expression; /* its text in the language; parsed and checked on first use */
    Labels labels;   /* what sentences call it; empty: by its name */
} MetricDefinition;

/* Whether a stored composition can be relied upon. */
typedef enum { NAMED_SET_FORMED, NAMED_SET_NEVER_FORMED, NAMED_SET_FAILING } NamedSetState;

typedef struct {
    uint32_t id;
    Text name;
    NamedSetState state; /* of a segment whose members are stored */
    bool is_dynamic;     /* a segment computed at each view: its rule is evaluated in place */
    Text rule;           /* of a dynamic segment */
} NamedSet;

typedef struct {
    uint32_t id;
    Text name;
    const Text *classes; /* known class names, for the warning about a class that never occurs */
    size_t classes_count;
} NamedClassification;

typedef struct {
    uint32_t id;
    Text name;
} NamedScore;

typedef struct {
    const Schema *schema;
    const MetricDefinition *metrics;
    size_t metrics_count;
    const NamedSet *segments;
    size_t segments_count;
    const NamedSet *saved_sets;
    size_t saved_sets_count;
    const NamedClassification *classifications;
    size_t classifications_count;
    const NamedScore *scores;
    size_t scores_count;
} Catalog;
