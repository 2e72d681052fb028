/* schedule_since.h -- since when something is done by its schedule: the moment at which the version
 * was kept that brought the schedule in force, for versions that repeat it set nothing. */
#pragma once

/* Of a version's JSON: the schedule and whether it is off; NULL for a damaged one. */
#define SCHEDULE_OF(json, off) \
    "iif(json_valid(" json "), json_extract(" json ", '$.schedule', '$." off "'), NULL)"

/* A column of a query over an owner and its version v in force; versions have number and at. Only
 * what has a schedule pays for the look at its older versions. */
#define SCHEDULE_SINCE(versions, owner, own_id, json, off)                                 \
    "iif(json_valid(v." json ") AND json_extract(v." json ", '$.schedule') <> '', "        \
    "(SELECT MIN(w.at) FROM " versions " w WHERE w." owner " = " own_id " AND w.number > " \
    "COALESCE((SELECT MAX(o.number) FROM " versions " o WHERE o." owner " = " own_id       \
    " AND " SCHEDULE_OF("o." json, off) " IS NOT " SCHEDULE_OF("v." json, off) "), 0)), v.at)"
