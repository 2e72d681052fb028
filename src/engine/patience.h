/* patience.h -- whether work may go on, looked at in the midst of it, cheaply: who works says what
 * it has spent, and now and then the progress of the calling thread is asked.
 *
 * What one thread learns stops all of a run: `is_over` is shared by them. */
#pragma once

#include "base/progress.h"

#include <stdatomic.h>

/* What is spent, in units of about a tenth of a microsecond. */
enum {
    PATIENCE_STEP = 50, /* a step of a block */
    PATIENCE_TEXT = 50, /* a text that is looked at; a pattern may take much longer */
    PATIENCE_UNITS = 4000
};

typedef struct {
    const Progress *progress; /* asked by the calling thread; NULL: another thread's */
    const char *what;
    const atomic_size_t *done; /* of `total` */
    size_t total;
    atomic_bool *is_over; /* the progress said stop */
    unsigned spent;
} Patience;

/* Look at once. CANCELLED when it is over. */
MUST_CHECK Status patience_look(Patience *patience, Error *err);
/* Look once so many units were spent. */
static inline MUST_CHECK Status patience_spend(Patience *patience, unsigned units, Error *err)
{
    patience->spent += units;
    if (patience->spent < PATIENCE_UNITS) return STATUS_OK;
    patience->spent = 0;
    return patience_look(patience, err);
}
