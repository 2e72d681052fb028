/* sessions.h -- who is signed in: in memory, and in a file beside the database, so that a restart
 * signs nobody out and a sign-in never waits for somebody who writes. From any thread. */
#pragma once

#include "base/arena.h"
#include "base/error.h"

typedef struct Sessions Sessions;

typedef struct {
    uint32_t user_id;
    uint32_t secrets_number; /* of the user when he signed in */
} SessionOf;

/* A file that is damaged or not there means that nobody is signed in. */
Sessions *sessions_open(const char *directory);
void sessions_close(Sessions *sessions); /* accepts NULL */

/* The secret for the cookie, in the arena. IO when the file cannot be written. */
MUST_CHECK Status sessions_begin(Sessions *sessions, SessionOf of, int64_t now_utc, Arena *arena,
                                 Text *ret_secret, Error *err);
/* False when it is unknown or over: after SESSION_IDLE_HOURS without a request, or
 * SESSION_DAYS_MAX. */
bool sessions_find(Sessions *sessions, Text secret, int64_t now_utc, SessionOf *ret_of);
/* It goes on though its user has other secrets now; all his others are over. */
void sessions_renew(Sessions *sessions, Text secret, uint32_t secrets_number);
void sessions_end(Sessions *sessions, Text secret, int64_t now_utc);

enum { SESSION_IDLE_HOURS = 12, SESSION_DAYS_MAX = 7 };

/* What a page must send with every change, made from the secret that only our cookie holds. */
Text session_csrf(Text secret, Arena *arena);
