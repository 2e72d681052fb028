/* keys.h -- Idempotency-Key: a request that is sent twice is done once. For a day, in memory: what
 * a restart forgets may be done again. From any thread. */
#pragma once

#include "server/response.h"

typedef struct Keys Keys;

typedef enum {
    KEY_NEW,     /* do it, then keys_end */
    KEY_WORKING, /* the first one is still at work */
    KEY_REUSED,  /* the key was of another request */
    KEY_REPEATED /* the response is that of the first one */
} KeyState;

/* Who sends which request with which key. */
typedef struct {
    uint32_t user_id;
    Text key;
    Text method, path;
    Text body;
} KeyedRequest;

Keys *keys_new(void);
void keys_free(Keys *keys); /* accepts NULL */
KeyState keys_begin(Keys *keys, const KeyedRequest *request, int64_t now_utc, Response *response);
/* The answer is kept when it says that something was done or refused, not that the server failed.
 */
void keys_end(Keys *keys, const KeyedRequest *request, const Response *response);
