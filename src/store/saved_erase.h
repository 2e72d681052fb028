/* saved_erase.h -- taking an erased person out of saved sets and of acts that changed many. */
#pragma once

#include "store/store_internal.h"

/* His rows, and what acts kept of his values. Inside of the caller's change. */
MUST_CHECK Status saved_forget_customer(Store *store, CustomerId customer, Error *err);
