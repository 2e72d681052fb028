/* breakdown.h -- how many customers each condition of a rule lets through, and how many it decides
 * only because a value is missing: reference_breakdown in one run of the engine. */
#pragma once

#include "engine/engine.h"
#include "eval/why.h"

enum { BREAKDOWN_BYTES_MAX = 1 << 30 };

typedef struct {
    BreakdownNode root;
    uint64_t customers_count;
} Breakdown;

/* errors  as engine_run; LIMIT when the sets of all conditions would need BREAKDOWN_BYTES_MAX
 * memory  two bits per customer and condition, one more per operand that may be missing */
MUST_CHECK Status engine_breakdown(const EngineData *data, const EngineQuestion *question,
                                   const EngineOptions *options, Arena *arena,
                                   Breakdown *ret_breakdown, Error *err);
