/* names.h -- changing names that definitions use, without breaking a definition.
 *
 * Definitions are whatever is kept as text of the language: metrics, the rules and columns of
 * segments, the expressions of classifications. A change of a name is written into all of them in
 * the same transaction; what some definition uses is not taken away. */
#pragma once

#include "app/app.h"

/* Give a property another name. */
MUST_CHECK Status app_rename_property(App *app, Text name, Text new_name, Error *err);
/* Take a property out of use. CONFLICT names a definition that uses it. */
MUST_CHECK Status app_retire_property(App *app, Text name, Error *err);
/* CONFLICT names a definition that uses it. */
MUST_CHECK Status app_remove_metric(App *app, Text name, Error *err);

/* A definition that uses something. */
typedef struct {
    const char *kind; /* "metric", "segment", "agreement" */
    Text name;
} Use;

/* What reads a segment, and agreements for its members, closed ones too: they are its history. */
MUST_CHECK Status app_uses_of_segment(App *app, uint32_t segment_id, Arena *arena, Use **ret_uses,
                                      size_t *ret_count, Error *err);
/* Inside of a batch: write the new name that the card of a segment has into what reads the segment,
 * and into the card itself, whose texts then live in the arena. */
MUST_CHECK Status app_write_segment_name(App *app, uint32_t segment_id, SegmentCard *card,
                                         Arena *arena, Error *err);
