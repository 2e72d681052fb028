/* sample_catalog.h -- a catalog for tests of meaning: the built-in schema, a few properties of the
 * user's own, metrics, segments, classifications, a score. */
#pragma once

#include "lang/catalog.h"

/* Properties: `Площадь магазина` (number, 2 decimals, м²), tags (set), regions_served (set of
 * hierarchies), old_code (retired), opt_in (yes/no, consents).
 * Stream: visit (length number, note text, old retired).
 * Metrics: revenue_12m, orders, region_name, broken, circle_a and circle_b through each other,
 * diamond with revenue_12m twice, and doubled_0 .. doubled_30, each twice the one before.
 * Segments: "Чёрный список" (stored, 7), "Активные" (dynamic), "Круг" (dynamic, through itself).
 * Saved set "Акция" (3); classifications "ABC revenue" (A, B, C; 1), "XYZ revenue" (2); score
 * "churn" (4). */
Catalog *sample_catalog(Arena *arena);
