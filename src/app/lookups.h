/* lookups.h -- whom expressions may ask: every kind of stored set, class or score there is.
 *
 * Whoever evaluates expressions joins these, prepares each expression as of its day, and passes the
 * lookups on:
 *
 *   AUTO(joined_lookups_done) JoinedLookups *lookups = app_lookups_open(app);
 *   TRY(joined_lookups_prepare(lookups, expression, as_of, err)); */
#pragma once

#include "app/app.h"
#include "eval/lookups.h"

/* They read what is stored when they are prepared; not for longer than one question. */
JoinedLookups *app_lookups_open(App *app);

/* A stored composition as it was after one of its formings; forming 0: as the day asked about has
 * it. */
typedef struct {
    uint32_t segment_id;
    uint64_t forming_id;
} FormedComposition;
/* The same, with that composition standing for every day. */
MUST_CHECK Status app_lookups_open_formed(App *app, FormedComposition formed,
                                          JoinedLookups **ret_lookups, Error *err);

/* All of them, for whoever joins them itself. */
LookupProviders app_all_lookup_providers(void);
/* Those besides the compositions of segments, for a FormingContext. */
LookupProviders app_lookup_providers(void);
