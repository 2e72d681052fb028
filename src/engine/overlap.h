/* overlap.h -- how many customers every two of many sets have in common, exactly. */
#pragma once

#include "base/error.h"
#include "model/customer_set.h"

/* counts[i * sets_count + j] = customers in both sets i and j; with i = j, those of the set.
 * threads_count 0: one per processor.
 * cost  few sets: about an instruction per word and pair; many: grows with their sizes (of more
 *       than half of the customers: with what is left) times their number / 256; memory of about 8
 *       * sets_count^2 bytes per thread
 * errors  IO when the system has no thread to give */
MUST_CHECK Status overlap_count(const CustomerSet *const *sets, size_t sets_count,
                                unsigned threads_count, uint64_t *ret_counts, Error *err);
