/* keep_live.h -- after a command changed something: live segments are made true. */
#pragma once

#include "cli/command.h"

/* Does nothing when there is no live segment; says on stderr what changed. */
MUST_CHECK Status keep_live(Invocation *invocation, Error *err);
