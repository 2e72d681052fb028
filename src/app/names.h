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

/* What rules ask by a name of its own: member("..."), saved("..."), class("..."). */
typedef enum { STORED_SEGMENT, STORED_SET, STORED_CLASSIFICATION } StoredKind;

typedef struct {
    StoredKind kind;
    uint32_t id;
} StoredName;

/* A definition that uses something. */
typedef struct {
    const char *kind; /* "metric", "segment", "classification", "agreement" */
    Text name;
} Use;

/* What reads it; also agreements for the members of a segment that are not closed. */
MUST_CHECK Status app_uses_of(App *app, StoredName stored, Arena *arena, Use **ret_uses,
                              size_t *ret_count, Error *err);
/* CONFLICT names what uses it; `name` is what the sentence calls it. */
MUST_CHECK Status app_refuse_uses(App *app, StoredName stored, Text name, Error *err);
/* CONFLICT names what asks for the past of a segment, which has none once it is dynamic. */
MUST_CHECK Status app_refuse_past_uses(App *app, const Segment *segment, Error *err);

/* Inside of a batch: write the new name into what reads it. A segment and a classification may read
 * their own past: the name goes into the card or the definition that is about to be kept, too, and
 * the texts of it then live in the arena; the two others are NULL. */
typedef struct {
    StoredName stored;
    Text name; /* the new one */
    SegmentCard *card;
    Definition *definition;
} StoredRenaming;
MUST_CHECK Status app_write_stored_name(App *app, const StoredRenaming *renaming, Arena *arena,
                                        Error *err);
