/* plan.h -- the steps of an answer: what is looked at, how much of it, how long. */
#pragma once

#include "app/ask.h"
#include "cli/command.h"

MUST_CHECK Status plan_tell(Invocation *invocation, const Answer *answer, Language language,
                            Error *err);
