/* work.h -- acting on segments: the data as they are now, who acts, and when.
 *
 *   app_work_begin ─> AppWork ─ segments_form(&work.forming, ...) ─ app_work_done
 *
 * The app is open for writing and outlives the work. Segments of the registry live until the next
 * app_refresh or app_work_renew: tell what came of them before. */
#pragma once

#include "app/app.h"
#include "segment/forming.h"

typedef struct {
    App *app;
    Dataset *dataset;        /* the app's */
    const DatasetView *view; /* held until the end */
    FormingContext forming;
} AppWork;

/* Acting without the data set: agreements, bans, single customers. The app may be open for reading;
 * what it is given is borrowed. */
FormingContext app_context(App *app, Text author, const Progress *progress);

/* `author` becomes the app's, too, and is borrowed by both; `progress` may be NULL. */
MUST_CHECK Status app_work_begin(App *app, Text author, const Progress *progress, AppWork *ret_work,
                                 Error *err);
/* Without the data: for definitions, changes by hand and undo, which evaluate nothing. */
void app_work_define(App *app, Text author, const Progress *progress, AppWork *ret_work);
/* See what was written since: names, segments, customers and events. */
MUST_CHECK Status app_work_renew(AppWork *work, Error *err);
void app_work_done(AppWork *work); /* for AUTO; accepts one that never began */
