/* overview.h -- all segments side by side as JSON: overlap, coverage, bands, health, settings. */
#pragma once

#include "app/organisation.h"
#include "app/overview.h"
#include "reply/json_writer.h"
#include "segment/health.h"
#include "segment/overlap.h"
#include "segment/settings.h"

typedef struct {
    const SegmentOverlap *pairs;
    size_t pairs_count;
    const SegmentRegion *regions; /* NULL: combinations were not asked for */
    size_t regions_count;
} OverlapReply;
void reply_overlap(JsonWriter *writer, const SegmentSets *sets, const OverlapReply *overlap);

void reply_coverage(JsonWriter *writer, const SegmentSets *sets, const SegmentCoverage *coverage);
void reply_bands(JsonWriter *writer, const SegmentBands *bands, Voice voice);
void reply_health(JsonWriter *writer, const HealthReport *report, Voice voice);
void reply_settings(JsonWriter *writer, const Settings *organisation,
                    const SegmentSettings *settings, Voice voice);
