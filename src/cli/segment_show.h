/* segment_show.h -- one segment on the screen. */
#pragma once

#include "app/segments.h"
#include "cli/command.h"
#include "segment/due.h"

/* The card with what is known of it; with --json as the server sends it. */
MUST_CHECK Status segment_show(Invocation *invocation, App *app, const Segment *segment,
                               Error *err);

/* "segment 'X': 120 members, 5 joined, 3 left", or why it was not formed. */
void segment_tell_outcome(Invocation *invocation, const FormingOutcome *outcome);
