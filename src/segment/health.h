/* health.h -- what is wrong with segments, with numbers and advice: stale, formed by an older rule,
 * too general, too small, without goal or use, alike, resting on incomplete data.
 *
 * The thresholds are settings. Bans are not measured by size, goal or results: a ban that hits
 * nobody is a good sign. */
#pragma once

#include "model/voice.h"
#include "segment/overlap.h"

typedef enum {
#define HEALTH(name, ...) HEALTH_##name,
#include "segment/health.def"
#undef HEALTH
    HEALTH_KIND_COUNT
} HealthKind;

typedef struct {
    HealthKind kind;
    const Segment *segment; /* NULL: of all segments together */
    const Segment *other;   /* of a near-duplicate, else NULL */
    /* What the sentence tells, in its order; places without a number are 0. */
    uint64_t numbers[3];
    Text failure; /* of a failing one; of a circle its way */
} HealthFinding;

const char *health_code(HealthKind kind); /* "too_small" */
/* "nearly the same as «X»: 120 customers in common, 96 %" */
Text health_sentence(const HealthFinding *finding, Voice voice);
Text health_advice(HealthKind kind, Language language);

/* Segments side by side with the base. */
typedef struct {
    uint64_t segments_count, general_count, ban_count;
    uint64_t base_count, in_none, in_one, in_several; /* customers, of general segments */
    uint64_t smallest, largest;                       /* of general segments; 0: there is none */
    uint64_t stale_count, used_count, healthy_count;  /* healthy: without a finding */
} HealthSummary;

typedef struct {
    HealthSummary summary;
    const HealthFinding *findings; /* by segment, then kind */
    size_t findings_count;
} HealthReport;

/* errors  as segment_sets_read */
MUST_CHECK Status segments_health(const FormingContext *context, Arena *arena,
                                  HealthReport *ret_report, Error *err);
