/* trial.h -- an import tried on a copy of the data: exact, and nobody who writes has to wait.
 *
 *   trial_open ─> Trial ─ import_open(trial_store(..)), import_run ─ trial_close */
#pragma once

#include "app/app.h"

typedef struct Trial Trial;

/* Copy the data, as they are now, into the directory `path`, which is made and removed again. Costs
 * what copying the file does. */
MUST_CHECK Status trial_open(App *app, const char *path, const Progress *progress,
                             Trial **ret_trial, Error *err);
Store *trial_store(const Trial *trial);
void trial_close(Trial *trial); /* accepts NULL */
void trial_done(Trial **trial);
