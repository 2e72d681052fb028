/* segment_show.h -- one segment on the screen. */
#pragma once

#include "app/segments.h"
#include "cli/command.h"
#include "segment/due.h"

enum { NEXT_RUNS_SHOWN = 3 }; /* unless somebody wants more */

/* The card with what is known of it and at most so many next runs; with --json as the server sends
 * it. */
MUST_CHECK Status segment_show(Invocation *invocation, App *app, const Segment *segment,
                               size_t next_runs, Error *err);

/* Words of the journal: in a table those of the language, in other formats the codes. */
Text segment_reason_word(FormingReason reason, OutputOptions format);
Text segment_cause_word(ChangeCause cause, OutputOptions format);
/* What was said when it was done; that nothing was said, where a person changed it by hand. */
Text segment_note(FormingReason reason, Text note, OutputOptions format);
Text segment_movement_word(bool is_joining, OutputOptions format);
Text segment_mark_word(SegmentMarkKind kind, OutputOptions format);
Text segment_mode_word(FormingMode mode, OutputOptions format);
Text segment_kind_word(SegmentKind kind, OutputOptions format);
Text segment_nature_word(DataNature nature, OutputOptions format);

/* "segment 'X': 120 members, 5 joined, 3 left", or why it was not formed. */
void segment_tell_outcome(Invocation *invocation, const FormingOutcome *outcome);
