/* sql_functions.h -- functions of the rule language inside SQL.
 *
 * A NULL text is missing. Truth is 0 or 1, never NULL: missing gives 0, as in rules.
 *
 *   fold(text)                     the folded form, NULL for NULL
 *   own_name(path)                 last level of a hierarchy path, as spelled, NULL for NULL
 *   under(path, target)            whether the path lies under the target (model/value.h)
 *   regex_match(pattern, text)     whether the folded text holds a match; an error for a bad
 * pattern set_has(set, folded)           whether a member of a set, folded, equals the folded text
 *   set_has_own(set, folded)       the same for the own names of a set of hierarchies
 *   set_under(set, target)         whether a member of a set of hierarchies lies under the target
 *
 * Days are day numbers from 1970-01-01, units 'day', 'week', 'month', 'quarter', 'year'; NULL in,
 * NULL out.
 *
 *   day_add(day, count, unit)      clipped to the length of the month
 *   day_period(day, unit)          number of the calendar unit that holds the day
 *   day_period_begin(day, unit)    first day of the calendar unit
 *   day_year(day), day_month(day), day_of_month(day), day_weekday(day)
 *   full_years(birth, on)          NULL when `birth` is after `on` */
#pragma once

#include "store/database.h"

MUST_CHECK Status sql_functions_register(sqlite3 *database, Error *err);
