/* overlap.h -- how many customers every two of many sets have in common, exactly. */
#pragma once

#include "base/error.h"
#include "model/customer_set.h"

/* counts[i * sets_count + j] = customers in both sets i and j; with i = j, those of the set.
 * threads_count 0: one per processor.
 * cost  a pass over the words of each set per tile of sets, and about an instruction per word and
 *       pair where neither set is sparse
 * errors  IO when the system has no thread to give */
MUST_CHECK Status overlap_count(const CustomerSet *const *sets, size_t sets_count,
                                unsigned threads_count, uint64_t *ret_counts, Error *err);
