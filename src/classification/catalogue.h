/* catalogue.h -- all classifications of a data set as they are now, and the names of their classes
 * for rules.
 *
 * A catalogue is a snapshot in its arena; after one was added, changed or run, load it again. */
#pragma once

#include "classification/definition.h"
#include "lang/catalog.h"
#include "store/classifications.h"

typedef struct {
    uint32_t id;
    uint32_t version;
    Text name;
    Definition definition;
    bool was_attempted; /* by its schedule, last at: */
    Moment attempted_at;
    Text failure;        /* why that failed; empty when it did not */
    Moment scheduled_at; /* when its schedule was set */
} Classification;

typedef struct {
    Classification *items; /* by name */
    size_t count;
} Classifications;

/* A definition as it is stored. errors  CORRUPT */
MUST_CHECK Status classification_read_definition(Text json, Arena *arena,
                                                 Definition *ret_definition, Error *err);
/* errors  CORRUPT for a damaged definition */
MUST_CHECK Status classifications_load(Store *store, Arena *arena, Classifications *ret_all,
                                       Error *err);
/* By name, folded. NOT_FOUND names a near one. */
MUST_CHECK Status classifications_get(const Classifications *all, Text name,
                                      const Classification **ret_classification, Error *err);
/* The names for a Catalog, with the classes of the newest run of each. */
MUST_CHECK Status classifications_names(const Classifications *all, Store *store, Arena *arena,
                                        NamedClassification **ret_names, size_t *ret_count,
                                        Error *err);
