/* throttle.c -- attempts that failed, so that passwords cannot be tried one after another.
 *
 * Counted for an address with a login, and for an address alone with a higher bound: nobody can
 * lock out somebody else from elsewhere. Two keys may share a slot; then the older count goes. */
#include "server/throttle.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"

enum { FAILURES_MAX = 5, FAILURES_OF_ADDRESS_MAX = 50 };

void throttle_init(Throttle *throttle)
{
    *throttle = (Throttle){0};
    ASSERT(pthread_mutex_init(&throttle->mutex, NULL) == 0);
}

void throttle_done(Throttle *throttle)
{
    pthread_mutex_destroy(&throttle->mutex);
}

static uint64_t key_of(Text address, Text login)
{
    AUTO(buffer_done) Buffer both = {0};
    buffer_text(&both, address);
    buffer_char(&both, '\n');
    buffer_text(&both, login);
    return hash_fast(both.data, both.size) | 1;
}

static ThrottleSlot *slot_of(Throttle *throttle, uint64_t key, int64_t now_utc)
{
    ThrottleSlot *slot = &throttle->slots[key / 2 % THROTTLE_SLOTS];
    if (slot->key != key || now_utc - slot->begin_utc >= THROTTLE_SECONDS)
        *slot = (ThrottleSlot){.key = key, .begin_utc = now_utc};
    return slot;
}

static int64_t wait_of(Throttle *throttle, uint64_t key, unsigned failures_max, int64_t now_utc)
{
    const ThrottleSlot *slot = slot_of(throttle, key, now_utc);
    return slot->failures < failures_max ? 0 : slot->begin_utc + THROTTLE_SECONDS - now_utc;
}

int64_t throttle_wait(Throttle *throttle, Attempt attempt, int64_t now_utc)
{
    uint64_t own = key_of(attempt.address, attempt.login);
    uint64_t all = key_of(attempt.address, TEXT(""));
    pthread_mutex_lock(&throttle->mutex);
    int64_t wait_own = wait_of(throttle, own, FAILURES_MAX, now_utc);
    int64_t wait_all = wait_of(throttle, all, FAILURES_OF_ADDRESS_MAX, now_utc);
    pthread_mutex_unlock(&throttle->mutex);
    return wait_own > wait_all ? wait_own : wait_all;
}

void throttle_note_failure(Throttle *throttle, Attempt attempt, int64_t now_utc)
{
    pthread_mutex_lock(&throttle->mutex);
    slot_of(throttle, key_of(attempt.address, attempt.login), now_utc)->failures++;
    slot_of(throttle, key_of(attempt.address, TEXT("")), now_utc)->failures++;
    pthread_mutex_unlock(&throttle->mutex);
}

void throttle_forget(Throttle *throttle, Attempt attempt)
{
    uint64_t key = key_of(attempt.address, attempt.login);
    pthread_mutex_lock(&throttle->mutex);
    ThrottleSlot *slot = &throttle->slots[key / 2 % THROTTLE_SLOTS];
    if (slot->key == key) *slot = (ThrottleSlot){0};
    pthread_mutex_unlock(&throttle->mutex);
}
