/* segments.h -- segments, formings and the journal as JSON; the shapes of api/openapi.yaml. */
#pragma once

#include "app/segments.h"
#include "reply/json_writer.h"
#include "segment/due.h"
#include "segment/history.h"

/* A line of the list: the card, size, last forming, next run. */
void reply_segment(JsonWriter *writer, const SegmentOverview *overview);
/* The same with what it means, marks, sizes and uses. */
void reply_segment_details(JsonWriter *writer, const SegmentDetails *details);

void reply_test_outcome(JsonWriter *writer, const TestOutcome *outcome);
/* Who was added, removed, pinned or excluded by hand; what reads it. */
void reply_marks(JsonWriter *writer, const SegmentDetails *details);
void reply_uses(JsonWriter *writer, const SegmentDetails *details);

void reply_forming_outcome(JsonWriter *writer, const FormingOutcome *outcome);
/* Of definition_preview. */
void reply_forming_preview(JsonWriter *writer, const FormingOutcome *outcome);
void reply_forming_outcomes(JsonWriter *writer, const FormingOutcome *outcomes, size_t count);
void reply_due(JsonWriter *writer, const DueReport *report);

void reply_journal_entry(JsonWriter *writer, const JournalEntry *entry);
void reply_movement(JsonWriter *writer, const Movement *movement);
void reply_customer_history(JsonWriter *writer, const Segment *segment,
                            const CustomerHistory *history);
void reply_comparison(JsonWriter *writer, const Comparison *comparison);
void reply_series(JsonWriter *writer, const SeriesPoint *points, size_t count);
void reply_feed_line(JsonWriter *writer, const FeedLine *line);
void reply_definition_version(JsonWriter *writer, const DefinitionVersion *version);
