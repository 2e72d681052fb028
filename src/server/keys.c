/* keys.c -- Idempotency-Key: a request that is sent twice is done once. */
#include "server/keys.h"

#include "base/hash.h"
#include "base/memory.h"
#include "server/exchange.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 4096, BODY_BYTES_MAX = 64 << 10, KEPT_SECONDS = 86400 };

static const char *const kept_headers[] = {"Location", "ETag", "Kohorta-Generation"};
enum { KEPT_HEADERS = sizeof kept_headers / sizeof kept_headers[0] };

typedef struct {
    Digest key, request;
    int64_t begin_utc;
    bool is_working;
    int code; /* 0: the slot is free */
    const char *content_type;
    Buffer headers[KEPT_HEADERS];
    Buffer body;
} Entry;

struct Keys {
    pthread_mutex_t mutex; /* guards the entries */
    Entry *items;
};

Keys *keys_new(void)
{
    Keys *keys = MEMORY_NEW(Keys);
    keys->items = memory_alloc(memory_product(KEYS_MAX, sizeof(Entry)));
    ASSERT(pthread_mutex_init(&keys->mutex, NULL) == 0);
    return keys;
}

static void forget(Entry *entry)
{
    buffer_done(&entry->body);
    for (size_t i = 0; i < KEPT_HEADERS; i++)
        buffer_done(&entry->headers[i]);
    *entry = (Entry){0};
}

void keys_free(Keys *keys)
{
    if (keys == NULL) return;
    for (size_t i = 0; i < KEYS_MAX; i++)
        forget(&keys->items[i]);
    pthread_mutex_destroy(&keys->mutex);
    free(keys->items);
    free(keys);
}

static Digest digest_of_key(const KeyedRequest *request)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_printf(&out, "%u\n", request->user_id);
    buffer_text(&out, request->key);
    return hash_blake2b(out.data, out.size);
}

static Digest digest_of_request(const KeyedRequest *request)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_printf(&out, "%.*s %.*s\n", TEXT_FORMAT(request->method), TEXT_FORMAT(request->path));
    buffer_text(&out, request->body);
    return hash_blake2b(out.data, out.size);
}

static bool same(Digest a, Digest b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

static Entry *find(Keys *keys, Digest key)
{
    for (size_t i = 0; i < KEYS_MAX; i++)
        if (keys->items[i].code != 0 && same(keys->items[i].key, key)) return &keys->items[i];
    return NULL;
}

/* A free slot, else that of the oldest answer. */
static Entry *take_slot(Keys *keys)
{
    Entry *oldest = &keys->items[0];
    for (size_t i = 0; i < KEYS_MAX; i++) {
        Entry *entry = &keys->items[i];
        if (entry->code == 0) return entry;
        if (!entry->is_working && entry->begin_utc < oldest->begin_utc) oldest = entry;
    }
    forget(oldest);
    return oldest;
}

static void repeat(const Entry *entry, Response *response)
{
    response_code(response, entry->code);
    for (size_t i = 0; i < KEPT_HEADERS; i++)
        if (entry->headers[i].size > 0)
            response_header(response, kept_headers[i], buffer_view(&entry->headers[i]));
    response_text(response, entry->content_type, buffer_view(&entry->body));
}

KeyState keys_begin(Keys *keys, const KeyedRequest *request, int64_t now_utc, Response *response)
{
    Digest key = digest_of_key(request), content = digest_of_request(request);
    pthread_mutex_lock(&keys->mutex);
    Entry *entry = find(keys, key);
    if (entry != NULL && !entry->is_working && now_utc - entry->begin_utc > KEPT_SECONDS) {
        forget(entry);
        entry = NULL;
    }
    KeyState state = entry == NULL                    ? KEY_NEW
                     : !same(entry->request, content) ? KEY_REUSED
                     : entry->is_working              ? KEY_WORKING
                                                      : KEY_REPEATED;
    if (state == KEY_REPEATED) repeat(entry, response);
    if (state == KEY_NEW)
        *take_slot(keys) = (Entry){
            .key = key, .request = content, .begin_utc = now_utc, .is_working = true, .code = 102};
    pthread_mutex_unlock(&keys->mutex);
    return state;
}

static void keep(Entry *entry, const Response *response)
{
    entry->is_working = false;
    entry->code = response->code != 0 ? response->code : 200;
    entry->content_type = response->content_type;
    buffer_text(&entry->body, buffer_view(&response->body));
    for (size_t i = 0; i < KEPT_HEADERS; i++) {
        const NamedText *header = named_find(&response->headers, kept_headers[i]);
        if (header != NULL) buffer_text(&entry->headers[i], header->value);
    }
}

void keys_end(Keys *keys, const KeyedRequest *request, const Response *response)
{
    bool is_kept = response->code < 500 && response->file == NULL && !response->has_stream &&
                   response->constant.data == NULL && response->body.size <= BODY_BYTES_MAX;
    pthread_mutex_lock(&keys->mutex);
    Entry *entry = find(keys, digest_of_key(request));
    if (entry != NULL && entry->is_working) {
        if (is_kept)
            keep(entry, response);
        else
            forget(entry);
    }
    pthread_mutex_unlock(&keys->mutex);
}
