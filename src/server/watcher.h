/* watcher.h -- one thread that keeps the server in step: it notices what others commit, keeps live
 * segments true, runs schedules, writes the audit log, has the image folded and checked. */
#pragma once

#include "base/error.h"

typedef struct Server Server;
typedef struct Watcher Watcher;

MUST_CHECK Status watcher_start(Server *server, Watcher **ret_watcher, Error *err);
void watcher_stop(Watcher *watcher); /* accepts NULL; writes what waits for the audit log */
/* Whether it has looked around since the last call. */
bool watcher_is_alive(Watcher *watcher);
/* Something was committed by this process: look at once. */
void watcher_wake(Watcher *watcher); /* accepts NULL */
