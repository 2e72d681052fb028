/* bulk.h -- changes of many customers written down. */
#pragma once

#include "app/bulk.h"
#include "reply/json_writer.h"

/* {"id", "is_preview", "at", "author", "source", "source_kind", "source_name", "change",
 * "undoes", "undone_by", "is_undone", "customers", "contacts" (0: the customers were meant),
 * "changed", "left"}: how many values were changed, and left as they were. "source" and "change"
 * are the reader's words, "source_kind" is a code. */
void reply_bulk_act(JsonWriter *writer, const BulkAct *act, Language language);
/* Which part of an act is written. */
typedef struct {
    size_t skip, limit;   /* of the changes */
    size_t groups_max;    /* most frequent first */
    size_t customers_max; /* named of those who were left for one reason */
} BulkRows;

/* Everything. */
#define BULK_ROWS_ALL ((BulkRows){0, SIZE_MAX, SIZE_MAX, SIZE_MAX})

/* The act, "groups" as of a proposal, "rows": [{"customer", "contact", "property", "before",
 * "after"}],
 * "not_changed": [{"property", "reason", "text", "count", "customers", "contacts"}], and "next":
 * how many changes were seen so far, as text; null after the last. */
void reply_bulk_view(JsonWriter *writer, const BulkView *view, BulkRows rows, Language language);
/* {"id" (null: a preview), "is_preview", "source", "source_kind", "source_name", "change",
 * "undoes", "customers", "contacts", "changed", "left", "groups": [{"property", "before", "after",
 * "count"}] (the most frequent ones), "groups_count" (of all), "not_changed": [{"property",
 * "reason", "text", "count"}]} */
void reply_bulk_proposal(JsonWriter *writer, const BulkProposal *proposal, uint64_t number,
                         size_t groups_max, Language language);
