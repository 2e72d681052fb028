/* options.h -- settings of the product that people may change, by name; what they mean and which
 * values they may have is others' business. */
#pragma once

#include "store/store.h"

/* Empty when it was never set. */
MUST_CHECK Status store_read_option(Store *store, const char *name, Arena *arena, Text *ret_value,
                                    Error *err);
MUST_CHECK Status store_write_option(Store *store, const char *name, Text value, Error *err);
