/* sessions.c -- who is signed in: in memory and in a file beside the database.
 *
 * A line of the file: digest of the secret, user, number of his secrets, begin, last request. */
#include "server/sessions.h"

#include "base/buffer.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/secret.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS_FILE "kohorta.sessions"

enum { SESSIONS_MAX = 5000, FILE_BYTES_MAX = 1 << 20, FIELDS = 5 };

typedef struct {
    char digest[65];
    SessionOf of;
    int64_t begin_utc, seen_utc;
} Session;

struct Sessions {
    pthread_mutex_t mutex; /* guards all below */
    Arena *arena;          /* of the path */
    const char *file;
    Session *items;
    size_t count;
};

static void digest_of(Text secret, char out[65])
{
    hash_hex(hash_blake2b(secret.data, secret.size), out);
}

static bool is_over(const Session *session, int64_t now_utc)
{
    return now_utc - session->seen_utc > (int64_t)SESSION_IDLE_HOURS * 3600 ||
           now_utc - session->begin_utc > (int64_t)SESSION_DAYS_MAX * 86400;
}

/* ---- the file ---- */

static bool parse_number(Text text, int64_t *ret_number)
{
    int scale;
    return decimal_parse(text, ret_number, &scale) && scale == 0 && *ret_number >= 0;
}

static bool parse_line(Text line, Session *session)
{
    int64_t numbers[FIELDS - 1];
    Text rest, digest = text_split(line, ' ', &rest);
    if (digest.size != sizeof session->digest - 1) return false;
    memcpy(session->digest, digest.data, digest.size);
    for (size_t i = 0; i < FIELDS - 1; i++) {
        Text field = text_split(rest, ' ', &rest);
        if (!parse_number(field, &numbers[i])) return false;
    }
    session->of = (SessionOf){(uint32_t)numbers[0], (uint32_t)numbers[1]};
    session->begin_utc = numbers[2];
    session->seen_utc = numbers[3];
    return true;
}

static void load(Sessions *sessions)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error ignored;
    Text rest;
    if (file_read(sessions->file, FILE_BYTES_MAX, arena, &rest, &ignored) != STATUS_OK) return;
    while (rest.size > 0 && sessions->count < SESSIONS_MAX) {
        Session session = {0};
        Text line = text_split(rest, '\n', &rest);
        if (parse_line(line, &session)) sessions->items[sessions->count++] = session;
    }
}

static Status save(const Sessions *sessions, Error *err)
{
    AUTO(buffer_done) Buffer out = {0};
    for (size_t i = 0; i < sessions->count; i++) {
        const Session *session = &sessions->items[i];
        buffer_printf(&out, "%s %u %u %lld %lld\n", session->digest, session->of.user_id,
                      session->of.secrets_number, (long long)session->begin_utc,
                      (long long)session->seen_utc);
    }
    return file_write_atomic(sessions->file, buffer_view(&out), err);
}

/* ---- life ---- */

Sessions *sessions_open(const char *directory)
{
    Sessions *sessions = MEMORY_NEW(Sessions);
    sessions->arena = arena_new();
    sessions->file = arena_printf(sessions->arena, "%s/" SESSIONS_FILE, directory).data;
    sessions->items = memory_alloc(memory_product(SESSIONS_MAX, sizeof(Session)));
    ASSERT(pthread_mutex_init(&sessions->mutex, NULL) == 0);
    load(sessions);
    return sessions;
}

void sessions_close(Sessions *sessions)
{
    if (sessions == NULL) return;
    Error ignored;
    /* the last requests of each; without them a session only ends a little early */
    if (sessions->count > 0 && save(sessions, &ignored) != STATUS_OK) sessions->count = 0;
    pthread_mutex_destroy(&sessions->mutex);
    arena_free(sessions->arena);
    free(sessions->items);
    free(sessions);
}

/* ---- sessions ---- */

static void drop_over(Sessions *sessions, int64_t now_utc)
{
    size_t kept = 0;
    for (size_t i = 0; i < sessions->count; i++)
        if (!is_over(&sessions->items[i], now_utc)) sessions->items[kept++] = sessions->items[i];
    sessions->count = kept;
}

/* Room for one more: the one that was silent for longest goes. */
static void make_room(Sessions *sessions)
{
    if (sessions->count < SESSIONS_MAX) return;
    size_t oldest = 0;
    for (size_t i = 1; i < sessions->count; i++)
        if (sessions->items[i].seen_utc < sessions->items[oldest].seen_utc) oldest = i;
    sessions->items[oldest] = sessions->items[--sessions->count];
}

Status sessions_begin(Sessions *sessions, SessionOf of, int64_t now_utc, Arena *arena,
                      Text *ret_secret, Error *err)
{
    char secret[SECRET_BYTES];
    secret_make(secret);
    Session session = {.of = of, .begin_utc = now_utc, .seen_utc = now_utc};
    digest_of(text_of(secret), session.digest);
    pthread_mutex_lock(&sessions->mutex);
    drop_over(sessions, now_utc);
    make_room(sessions);
    sessions->items[sessions->count++] = session;
    Status status = save(sessions, err);
    pthread_mutex_unlock(&sessions->mutex);
    *ret_secret = arena_text(arena, text_of(secret));
    return status;
}

static Session *find(Sessions *sessions, Text secret)
{
    char digest[65];
    digest_of(secret, digest);
    /* digests tell nothing of the secret, however long comparing them takes */
    for (size_t i = 0; i < sessions->count; i++)
        if (memcmp(sessions->items[i].digest, digest, sizeof digest) == 0)
            return &sessions->items[i];
    return NULL;
}

bool sessions_find(Sessions *sessions, Text secret, int64_t now_utc, SessionOf *ret_of)
{
    pthread_mutex_lock(&sessions->mutex);
    Session *session = find(sessions, secret);
    bool is_found = session != NULL && !is_over(session, now_utc);
    if (is_found) {
        session->seen_utc = now_utc;
        *ret_of = session->of;
    }
    pthread_mutex_unlock(&sessions->mutex);
    return is_found;
}

void sessions_renew(Sessions *sessions, Text secret, uint32_t secrets_number)
{
    Error ignored;
    pthread_mutex_lock(&sessions->mutex);
    Session *session = find(sessions, secret);
    if (session != NULL) session->of.secrets_number = secrets_number;
    /* when the file cannot be written the session is over after a restart, no worse */
    bool is_saved = save(sessions, &ignored) == STATUS_OK;
    (void)is_saved;
    pthread_mutex_unlock(&sessions->mutex);
}

void sessions_end(Sessions *sessions, Text secret, int64_t now_utc)
{
    Error ignored;
    pthread_mutex_lock(&sessions->mutex);
    Session *session = find(sessions, secret);
    if (session != NULL) *session = sessions->items[--sessions->count];
    drop_over(sessions, now_utc);
    /* when the file cannot be written the session is over all the same, until a restart */
    bool is_saved = save(sessions, &ignored) == STATUS_OK;
    (void)is_saved;
    pthread_mutex_unlock(&sessions->mutex);
}

Text session_csrf(Text secret, Arena *arena)
{
    char hex[65];
    Text salted = arena_printf(arena, "csrf %.*s", TEXT_FORMAT(secret));
    hash_hex(hash_blake2b(salted.data, salted.size), hex);
    return arena_text(arena, text_of(hex));
}
