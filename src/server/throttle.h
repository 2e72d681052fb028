/* throttle.h -- attempts that failed, so that passwords cannot be tried one after another. From any
 * thread; forgotten with the process. */
#pragma once

#include "base/text.h"

#include <pthread.h>

enum { THROTTLE_SLOTS = 4096, THROTTLE_SECONDS = 900 };

typedef struct {
    uint64_t key; /* 0: free */
    int64_t begin_utc;
    unsigned failures;
} ThrottleSlot;

typedef struct {
    pthread_mutex_t mutex; /* guards the slots */
    ThrottleSlot slots[THROTTLE_SLOTS];
} Throttle;

/* One who tries: from an address, for a login. */
typedef struct {
    Text address, login; /* the login folded */
} Attempt;

void throttle_init(Throttle *throttle);
void throttle_done(Throttle *throttle);
/* Seconds to wait until another attempt is looked at; 0: now. */
int64_t throttle_wait(Throttle *throttle, Attempt attempt, int64_t now_utc);
void throttle_note_failure(Throttle *throttle, Attempt attempt, int64_t now_utc);
void throttle_forget(Throttle *throttle, Attempt attempt); /* it succeeded */
