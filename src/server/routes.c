/* routes.c -- all routes: one table per routes_*.c file. */
#include "server/routes.h"

const RouteTable *const route_tables[] = {
    &routes_customers, &routes_data,   &routes_rules, &routes_system,
    &routes_session,   &routes_access, &routes_jobs,
    &routes_customers,
    &routes_data,
    &routes_members,
    &routes_rules,
    &routes_segments,
    &routes_overview,
    &routes_reports,
    &routes_terms,
    &routes_system,
    &routes_session,
    &routes_access,
};
const size_t route_tables_count = sizeof route_tables / sizeof route_tables[0];
