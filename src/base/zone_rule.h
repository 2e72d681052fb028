/* zone_rule.h -- the yearly rule of a time zone, such as "EET-2EEST,M3.5.0/3,M10.5.0/4" (POSIX TZ
 * with the extensions of RFC 8536). For zone.c only. */
#pragma once

#include "base/text.h"

typedef enum { RULE_JULIAN_NO_LEAP, RULE_DAY_OF_YEAR, RULE_MONTH_WEEK } ZoneRuleKind;

/* A day of every year and the local second on it: J60, 59 or M3.5.0, with /time. */
typedef struct {
    ZoneRuleKind kind;
    int day;         /* 1..365 without 29 February, 0..365 with it, or 0 Sunday .. 6 Saturday */
    int month, week; /* 1..12; 1..5, 5 being the last */
    int32_t second;  /* of the local day; negative or over a day's length is allowed */
} ZoneRuleDay;

typedef struct {
    int32_t standard_offset_seconds, summer_offset_seconds; /* east of UTC is positive */
    bool has_summer;
    ZoneRuleDay summer_begin, summer_end;
} ZoneRule;

typedef struct {
    int32_t offset_seconds;
    int64_t end_second; /* UTC second of the next change, INT64_MAX when there is none */
} ZoneSegment;

bool zone_rule_parse(Text text, ZoneRule *ret_rule);
ZoneSegment zone_rule_segment(const ZoneRule *rule, int64_t utc_second);
