/* feature.h -- commands of segmentation, which a setting switches off: hidden then, and refused. */
#pragma once

#include "cli/command.h"

/* Whether the command is one of segments, agreements and bans. */
bool feature_is_of_segments(const Command *command);
/* Refuse it when segmentation is switched off. CONFLICT says how to switch it on. */
MUST_CHECK Status feature_check(const Command *command, App *app, Error *err);
/* For the help: whether commands of segments are to be hidden. False without a data directory. */
bool feature_hides_segments(Invocation *invocation);
