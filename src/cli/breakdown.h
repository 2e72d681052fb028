/* breakdown.h -- which conditions of a rule decide, told as a table or as JSON. */
#pragma once

#include "app/reason.h"
#include "cli/command.h"

MUST_CHECK Status breakdown_tell(Invocation *invocation, const Breakdown *breakdown, Date as_of,
                                 Language language, Error *err);
