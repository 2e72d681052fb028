/* progress.h -- how long work tells how far it is, and learns that it was cancelled. */
#pragma once

#include "base/error.h"

#include <stdint.h>

typedef struct Progress {
    /* Called now and then with units done of a total (0 when unknown). Returns false to cancel. */
    bool (*report)(void *context, const char *step, uint64_t done, uint64_t total);
    void *context;
} Progress;

/* CANCELLED when the receiver said stop; a NULL progress never cancels. */
MUST_CHECK Status progress_report(const Progress *progress, const char *step, uint64_t done,
                                  uint64_t total, Error *err);
