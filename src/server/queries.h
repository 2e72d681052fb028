/* queries.h -- what may stand in the query of an address; a misspelt parameter is told of. */
#pragma once

#include "server/request.h"

/* Names that the contract gives the route of the request, and its language.
 * errors  INVALID names one that it does not have, and those it has */
MUST_CHECK Status queries_check(const Request *request, Error *err);
