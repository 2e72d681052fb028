/* notes.c -- what is to be written into the audit log once the directory can be written. */
#include "server/notes.h"

#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_MAX = 10000, TEXT_BYTES_MAX = 200 };

typedef struct {
    Moment at;
    AuditKind kind;
    uint32_t signed_in_user; /* 0: nobody */
    char user[TEXT_BYTES_MAX + 1], object[TEXT_BYTES_MAX + 1], detail[TEXT_BYTES_MAX + 1];
} Note;

struct Notes {
    pthread_mutex_t mutex;   /* guards the ring */
    pthread_mutex_t writing; /* one writes at a time */
    Note *items;             /* a ring */
    size_t first, count, capacity;
};

Notes *notes_new(void)
{
    Notes *notes = MEMORY_NEW(Notes);
    notes->capacity = NOTES_MAX;
    notes->items = memory_alloc(memory_product(NOTES_MAX, sizeof(Note)));
    ASSERT(pthread_mutex_init(&notes->mutex, NULL) == 0);
    ASSERT(pthread_mutex_init(&notes->writing, NULL) == 0);
    return notes;
}

void notes_free(Notes *notes)
{
    if (notes == NULL) return;
    pthread_mutex_destroy(&notes->mutex);
    pthread_mutex_destroy(&notes->writing);
    free(notes->items);
    free(notes);
}

/* Cut at a code point. */
static void copy_text(char out[TEXT_BYTES_MAX + 1], Text text)
{
    size_t size = text.size < TEXT_BYTES_MAX ? text.size : TEXT_BYTES_MAX;
    while (size < text.size && size > 0 && ((unsigned char)text.data[size] & 0xc0) == 0x80)
        size--;
    if (size > 0) memcpy(out, text.data, size);
    out[size] = '\0';
}

void notes_add_sign_in(Notes *notes, const AuditEntry *entry, uint32_t user_id)
{
    pthread_mutex_lock(&notes->mutex);
    if (notes->count == notes->capacity) {
        notes->first = (notes->first + 1) % notes->capacity;
        notes->count--;
    }
    Note *note = &notes->items[(notes->first + notes->count++) % notes->capacity];
    *note = (Note){.at = entry->at, .kind = entry->kind, .signed_in_user = user_id};
    copy_text(note->user, entry->user);
    copy_text(note->object, entry->object);
    copy_text(note->detail, entry->detail);
    pthread_mutex_unlock(&notes->mutex);
}

void notes_add(Notes *notes, const AuditEntry *entry)
{
    notes_add_sign_in(notes, entry, 0);
}

size_t notes_count(Notes *notes)
{
    pthread_mutex_lock(&notes->mutex);
    size_t count = notes->count;
    pthread_mutex_unlock(&notes->mutex);
    return count;
}

static bool take(Notes *notes, Note *ret_note)
{
    pthread_mutex_lock(&notes->mutex);
    bool is_there = notes->count > 0;
    if (is_there) {
        *ret_note = notes->items[notes->first];
        notes->first = (notes->first + 1) % notes->capacity;
        notes->count--;
    }
    pthread_mutex_unlock(&notes->mutex);
    return is_there;
}

static Status write_note(const Note *note, Store *store, AccessClock clock, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const AuditEntry entry = {.at = note->at,
                              .user = text_of(note->user),
                              .kind = note->kind,
                              .object = text_of(note->object),
                              .detail = text_of(note->detail)};
    TRY(audit_add(store, &entry, err));
    if (note->signed_in_user == 0) return STATUS_OK;
    User user;
    TRY(user_find_by_id(store, note->signed_in_user, arena, &user, err));
    clock.now = note->at;
    return user.id == 0 ? STATUS_OK : user_note_sign_in(store, &user, clock, err);
}

static Status write_all(Notes *notes, Store *store, AccessClock clock, Error *err)
{
    Note note;
    TRY(store_batch_begin(store, err));
    while (take(notes, &note)) {
        Status status = write_note(&note, store, clock, err);
        if (status == STATUS_OK) continue;
        store_batch_rollback(store);
        return status;
    }
    return store_batch_commit(store, err);
}

Status notes_write(Notes *notes, Store *store, AccessClock clock, Error *err)
{
    pthread_mutex_lock(&notes->writing);
    Status status = write_all(notes, store, clock, err);
    pthread_mutex_unlock(&notes->writing);
    return status;
}
