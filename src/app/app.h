/* app.h -- the product's verbs, once: an open data directory that can be asked and changed.
 *
 * The command line and the server stand on this and hold no logic; neither does this folder: it
 * opens the store, builds the catalog of names, knows what day is today, and passes on. An App
 * belongs to one thread. */
#pragma once

#include "classification/catalogue.h"
#include "dataset/dataset.h"
#include "ingest/ingest.h"
#include "lang/kept.h"
#include "segment/live.h"
#include "segment/standing.h"

typedef struct App App;

/* The moment the caller's clock shows; a day to be taken for today instead of its own, and a time
 * of that day. */
typedef struct {
    int64_t utc_second;
    bool has_today, has_time;
    Date today;
    int second_of_day; /* when has_time */
    /* A steady clock, for what may only take so long; NULL: nothing is bounded by time. */
    uint64_t (*now_nanoseconds)(void);
} AppClock;

/* errors  as store_open; CORRUPT when the directory names a time zone that does not exist */
MUST_CHECK Status app_open(const char *directory, StoreMode mode, AppClock clock, App **ret_app,
                           Error *err);
void app_close(App *app); /* accepts NULL */
void app_done(App **app);

/* As app_open, for one of several threads that share a data set of the directory, which outlives
 * them. Who reads looks at one generation of it from one app_sync to the next; who writes sees it
 * as new as the store. */
MUST_CHECK Status app_open_shared(Dataset *dataset, StoreMode mode, AppClock clock, App **ret_app,
                                  Error *err);
/* Begin the next piece of work of a reader that shares: the clock goes on, names are read again
 * when others have changed them, the newest generation is held. Cheap when nothing has changed. */
MUST_CHECK Status app_sync(App *app, AppClock clock, Error *err);
/* End it: let the generation go. */
void app_rest(App *app);
/* Changes with whatever others commit; of the last app_sync. */
uint64_t app_commits_seen(const App *app);
/* Whether nothing was committed since, so that app_sync would have little to do. */
MUST_CHECK Status app_is_current(App *app, bool *ret_is_current, Error *err);
/* Who is in which stored segment, in memory, for questions about single customers; borrowed. NULL,
 * as at the begin: the store is asked. */
void app_set_standings(App *app, Standings *standings);
Standings *app_standings(App *app);
/* What is remembered of live segments from one change to the next; borrowed. A writer that shares
 * nothing has its own from the begin, others have none: NULL. */
void app_set_live_memory(App *app, LiveMemory *live);
LiveMemory *app_live_memory(App *app);

Store *app_store(App *app);
/* The data set of the directory, opened on the first call and refreshed on the others; owned by
 * the app unless it shares one, and refreshed by others when the app only reads a shared one. */
MUST_CHECK Status app_dataset(App *app, const Progress *progress, Dataset **ret_dataset,
                              Error *err);
/* The generation that questions are asked of: the held one of a reader that shares, else that of
 * now. To be released to the data set it is of.
 * errors  CONFLICT when properties or streams were changed meanwhile */
MUST_CHECK Status app_view(App *app, const Progress *progress, Dataset **ret_dataset,
                           const DatasetView **ret_view, Error *err);
const Schema *app_schema(const App *app);
Language app_language(const App *app);
/* Today in the business time zone: what as-of means when nobody says. */
Date app_today(const App *app);
/* The steady clock; NULL when there is none. */
uint64_t (*app_steady_clock(const App *app))(void);
/* The present moment on the wall of the business, on that day. */
Moment app_now(const App *app);
/* The same time where the wall ever shows it, else the first one after it: the clock skips an hour
 * in spring. */
Moment app_shown_time(const App *app, Moment time);
/* What the wall shows, whatever day is taken for today: for acts that are kept as evidence. */
Moment app_wall_now(const App *app);
/* Names that expressions may use; the pointer lives as long as the App, what it points to until the
 * next app_refresh. */
const Catalog *app_catalog(const App *app);
/* All segments, as long as the catalog. */
const Registry *app_registry(const App *app);
/* Stored rules compiled for the catalog; what they give lives as long as it. */
KeptExpressions *app_kept_expressions(App *app);
/* All classifications, as long as the catalog. */
const Classifications *app_classifications(const App *app);
/* CONFLICT when segmentation is switched off; costs nothing until others commit something. */
MUST_CHECK Status app_require_segments(App *app, Error *err);
/* Read names again after a change of schema, metrics, segments or whatever else has a name. */
MUST_CHECK Status app_refresh(App *app, Error *err);

/* Who makes changes; noted with them. Borrowed until the app is closed; empty when nobody said. */
void app_set_author(App *app, Text author);
Text app_author(const App *app);

/* Parse and check an expression. INVALID with everything wrong in `diagnostics`. */
MUST_CHECK Status app_compile(App *app, Text source, ExpectedResult expected, Arena *arena,
                              Expression **ret_expression, Diagnostics *diagnostics);
