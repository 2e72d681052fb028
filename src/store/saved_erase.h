/* saved_erase.h -- taking an erased person out of saved sets and of acts that changed many. */
#pragma once

#include "store/store_internal.h"

/* The customers of a set, and how many rows it has, as its rows say. */
MUST_CHECK Status saved_set_recount(Store *store, uint32_t set_id, Error *err);
/* His rows, and what acts kept of his values. Inside of the caller's change. */
MUST_CHECK Status saved_forget_customer(Store *store, CustomerId customer, Error *err);
/* The rows of one of his contact persons, and what acts kept of the person's values. */
MUST_CHECK Status saved_forget_contact(Store *store, CustomerId customer, Text contact, Error *err);
