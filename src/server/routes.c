/* routes.c -- all routes: one table per routes_*.c file. */
#include "server/routes.h"

/* clang-format off */
const RouteTable *const route_tables[] = {
    &routes_access,
    &routes_care,
    &routes_customers,
    &routes_data,
    &routes_imports,
    &routes_jobs,
    &routes_members,
    &routes_merges,
    &routes_overview,
    &routes_reports,
    &routes_rules,
    &routes_segments,
    &routes_terms,
    &routes_sets,
    &routes_classifications,
    &routes_class_matrix,
    &routes_class_pins,
    &routes_session,
    &routes_system,
};
/* clang-format on */
const size_t route_tables_count = sizeof route_tables / sizeof route_tables[0];
