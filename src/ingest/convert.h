/* convert.h -- the text of a cell into a number, date, moment or yes/no; exact or refused.
 *
 * Nothing is guessed here: how numbers and dates are written was decided for the whole column. The
 * text is trimmed already and not empty. */
#pragma once

#include "base/zone.h"
#include "ingest/ingest.h"
#include "ingest/record.h"

/* How numbers of a column are written. Groups of three digits may always be separated by spaces (of
 * any width) and apostrophes. */
typedef struct {
    char mark;  /* '.' or ',' before the decimals */
    char group; /* the other of the two where it separates thousands, else 0 */
} NumberStyle;

/* Exact up to `scale` decimals; more are rounded half to even, which *ret_is_rounded tells. With
 * scale 0 a fraction is refused instead. */
Fault convert_decimal(Text text, NumberStyle style, int scale, int64_t *ret_mantissa,
                      bool *ret_is_rounded);

/* Three numbers of a date as written. */
typedef struct {
    int first, second, third;
    char separator;
    bool is_year_first;
} DateParts;

/* Split a date off the beginning; false when it does not begin with one. Eight digits are year,
 * month and day. */
bool convert_date_parts(Text text, DateParts *ret_parts, Text *ret_rest);

typedef struct {
    DateOrder order;  /* DATE_ORDER_DMY or DATE_ORDER_MDY where the year is last */
    const Zone *zone; /* into which moments with an offset are moved; NULL: they are refused */
} DateStyle;

/* A date, alone or before a time of day: "31.03.2026", "2026-03-31T14:30:05+03:00", "3/31/2026 2:30
 * PM". *ret_has_time tells whether one was written. The first of January of the year 1, which
 * stands for no date in some programs, gives *ret_is_missing. */
typedef struct {
    Moment at;
    bool has_time;
    bool is_missing;
} WrittenMoment;
Fault convert_moment(Text text, DateStyle style, WrittenMoment *ret_moment);
Fault convert_time(Text text, int *ret_second_of_day);

Fault convert_bool(Text text, bool *ret_value);
