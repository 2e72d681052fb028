/* lookups.h -- stored sets, classes and scores from several floors as one Lookups.
 *
 * Each kind of stored thing has a provider. A source reads ahead everything an expression will ask
 * as of a day, so that its functions only look and may be called from any number of threads. */
#pragma once

#include "eval/eval.h"
#include "store/store.h"

typedef struct {
    /* The functions of its kinds, the others NULL; `context` is its own. */
    Lookups lookups;
    /* Not while the functions are in use. NULL: there is nothing to read ahead. */
    Status (*prepare)(void *context, const Expression *expression, Date as_of, Error *err);
    void (*close)(void *context); /* NULL: nothing to free */
} LookupSource;

/* Opens a source that reads through the store, in its snapshot or batch if one is open. */
typedef LookupSource (*LookupProvider)(Store *store);

typedef struct {
    const LookupProvider *items;
    size_t count;
} LookupProviders;

typedef struct JoinedLookups JoinedLookups;

/* Opens one source of each provider. */
JoinedLookups *joined_lookups_new(Store *store, LookupProviders providers);
/* One more, which answers instead of an earlier source of its kinds; closed with the others. */
void joined_lookups_add(JoinedLookups *joined, LookupSource source);
void joined_lookups_free(JoinedLookups *joined); /* accepts NULL */
void joined_lookups_done(JoinedLookups **joined);

/* Let every source read what the expression will ask as of the day. */
MUST_CHECK Status joined_lookups_prepare(JoinedLookups *joined, const Expression *expression,
                                         Date as_of, Error *err);
/* Valid as long as the sources are joined; may be called from several threads. */
const Lookups *joined_lookups_get(JoinedLookups *joined);
