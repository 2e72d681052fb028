/* gate.h -- who sends a request and whether he may. */
#pragma once

#include "server/exchange.h"

#define GATE_COOKIE "kohorta_session"

/* Find the principal of a request and compare with what its route wants. The HTTP code of a
 * refusal is left in the request. */
MUST_CHECK Status gate_admit(Request *request, Error *err);
/* The secret of the session that the request came with; empty without one. */
Text gate_cookie(const Request *request);
