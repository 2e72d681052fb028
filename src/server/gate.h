/* gate.h -- who sends a request and whether he may. */
#pragma once

#include "server/exchange.h"

/* Find the principal of a request and compare with what its route wants. The HTTP code of a
 * refusal is left in the request. */
MUST_CHECK Status gate_admit(Request *request, Response *response, Error *err);
