/* merging.h -- merges of customers and their possible duplicates as JSON; the shapes of
 * api/openapi.yaml. */
#pragma once

#include "app/merging.h"
#include "reply/json_writer.h"

/* {"is_preview", "from", "into", "values": [{"property", "from", "before", "after", "fate"}],
 * "events": [{"stream", "moved", "identical", "left"}], "parts": [{"kind", "name", "fate"}]} */
void reply_merge(JsonWriter *writer, const MergeOutcome *outcome, bool is_preview);
/* [{"code", "at", "author", "reason"}]: codes that lead to a customer since he was merged. */
void reply_former_codes(JsonWriter *writer, const MergeRow *merges, size_t count);
/* {"total", "groups": [{"signs": [{"sign", "text", "value"}], "customers": [{"code", "name"}],
 * "dismissed_at", "dismissed_by"}]}; these are null unless somebody said that they are not one */
void reply_duplicates(JsonWriter *writer, const DuplicateList *list, Language language);
