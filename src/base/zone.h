/* zone.h -- time zones from the system's TZif files (/usr/share/zoneinfo). */
#pragma once

#include "base/date.h"
#include "base/error.h"

typedef struct Zone Zone;

/* Open "Europe/Moscow". NOT_FOUND when there is no such zone (the message suggests a near name),
 * CORRUPT when its file is damaged. Names with '..' or a leading '/' are refused. */
MUST_CHECK Status zone_open(Text name, Zone **ret_zone, Error *err);
/* The same from the bytes of a TZif file; needs version 2 or later. */
MUST_CHECK Status zone_read(Text tzif, Zone **ret_zone, Error *err);
void zone_close(Zone *zone); /* accepts NULL */
void zone_done(Zone **zone);
/* Local wall time of a UTC second. */
Moment zone_local(const Zone *zone, int64_t utc_second);
/* The earliest UTC second with this wall time; in a gap, the first second after it. */
int64_t zone_utc(const Zone *zone, Moment local);
