/* bulk.h -- changes of many customers written down. */
#pragma once

#include "app/bulk.h"
#include "reply/json_writer.h"

/* {"id", "is_preview", "at", "author", "source", "change", "undoes", "undone_by", "is_undone",
 * "customers", "changed", "left"}: how many values were changed, and left as they were */
void reply_bulk_act(JsonWriter *writer, const BulkAct *act);
/* The act, and "rows": [{"customer", "property", "before", "after"}],
 * "not_changed": [{"property", "reason", "text", "count", "customers"}]. */
void reply_bulk_view(JsonWriter *writer, const BulkView *view, Language language);
/* {"id" (null: a preview), "is_preview", "source", "change", "undoes", "customers", "changed",
 * "left", "groups": [{"property", "before", "after", "count"}],
 * "not_changed": [{"property", "reason", "text", "count"}]} */
void reply_bulk_proposal(JsonWriter *writer, const BulkProposal *proposal, uint64_t number,
                         Language language);
