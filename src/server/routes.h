/* routes.h -- the tables of the routes_*.c files, for routes.c. */
#pragma once

#include "server/route.h"

extern const RouteTable routes_access;
extern const RouteTable routes_care;
extern const RouteTable routes_customers;
extern const RouteTable routes_data;
extern const RouteTable routes_imports;
extern const RouteTable routes_jobs;
extern const RouteTable routes_members;
extern const RouteTable routes_merges;
extern const RouteTable routes_overview;
extern const RouteTable routes_reports;
extern const RouteTable routes_rules;
extern const RouteTable routes_segments;
extern const RouteTable routes_terms;
extern const RouteTable routes_sets;
extern const RouteTable routes_classifications;
extern const RouteTable routes_class_matrix;
extern const RouteTable routes_class_pins;
extern const RouteTable routes_system;
extern const RouteTable routes_session;
