/* customer_source.h -- customers with their events out of the packs. */
#pragma once

#include "store/store_internal.h"

/* Stop reading (the statements end), but keep what was prepared. */
void customer_source_close(Store *store);
void customer_source_free(Store *store);
