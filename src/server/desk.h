/* desk.h -- where requests are answered: an App, and who was let in lately. */
#pragma once

#include "app/app.h"
#include "server/admissions.h"

typedef struct Server Server;

typedef struct {
    App *app;
    Admissions *admissions;
} Desk;

/* Over the data set of the server. desk_close also accepts one that was never opened. */
MUST_CHECK Status desk_open(Server *server, Desk *desk, Error *err);
void desk_close(Desk *desk);

/* ---- quick desks ----
 *
 * For routes that are answered in the threads of the HTTP library because they take less than
 * handing them to a worker. Nothing is read anew there: a desk that is not in step with what was
 * committed is left alone until the watcher has brought it there, and workers answer meanwhile. */

typedef struct QuickDesks QuickDesks;

MUST_CHECK Status quick_desks_open(Server *server, size_t count, QuickDesks **ret_desks,
                                   Error *err);
void quick_desks_close(QuickDesks *desks); /* accepts NULL; none is taken */
/* A desk in step that nobody has; NULL when there is none. */
Desk *quick_desk_take(QuickDesks *desks);
void quick_desk_give(QuickDesks *desks, Desk *desk);
/* Bring all in step, and the compositions in memory with them. From one thread at a time; cheap
 * when nothing was committed. */
MUST_CHECK Status quick_desks_follow(QuickDesks *desks, Error *err);
