/* breakdown.h -- which conditions of a rule decide, told as a table or as JSON. */
#pragma once

#include "app/reason.h"
#include "cli/command.h"
#include "reply/rule.h"

/* In the language of the warnings, which stand in the JSON alone. */
MUST_CHECK Status breakdown_tell(Invocation *invocation, const Breakdown *breakdown, Date as_of,
                                 Warnings warnings, Error *err);
