/* saved_lookups.h -- saved sets as the language asks for them: saved("..."). */
#pragma once

#include "eval/lookups.h"

/* A provider: everything that an expression asks is read when it is prepared. */
LookupSource saved_sets_provide(Store *store);
