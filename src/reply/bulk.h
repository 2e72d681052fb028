/* bulk.h -- changes of many customers written down. */
#pragma once

#include "app/bulk.h"
#include "reply/json_writer.h"

/* {"number", "at", "author", "source", "change", "undoes", "undone_by", "customers", "changed",
 * "not_changed"} */
void reply_bulk_act(JsonWriter *writer, const BulkAct *act);
/* The act, and "changes": [{"code", "property", "before", "after"}],
 * "left": [{"code", "property", "reason", "text"}]. */
void reply_bulk_view(JsonWriter *writer, const BulkView *view, Language language);
/* {"number" (null for a preview), "source", "change", "undoes", "customers", "changed",
 * "not_changed", "changes": [{"property", "before", "after", "count"}],
 * "left": [{"property", "reason", "text", "count"}]} */
void reply_bulk_proposal(JsonWriter *writer, const BulkProposal *proposal, uint64_t number,
                         Language language);
