/* texts.c -- the dictionary of texts that events repeat: a small number for each, and back. */
#include "store/texts.h"

#include "base/map.h"
#include "base/memory.h"
#include "store/store_internal.h"

#include <stdlib.h>

static const char select_texts[] = "SELECT id, text FROM main.text_value ORDER BY id";
static const char insert_text[] = "INSERT INTO main.text_value (id, text) VALUES (?1, ?2)";

struct Texts {
    Arena *arena;
    Text *by_id; /* index is the id; data is NULL where there is none */
    size_t count, capacity;
    Map *ids;
    size_t saved_count; /* ids from here on are not stored yet */
};

void texts_free(Texts *texts)
{
    if (texts == NULL) return;
    arena_free(texts->arena);
    map_free(texts->ids);
    free(texts->by_id);
    free(texts);
}

static void texts_done(Texts **texts)
{
    texts_free(*texts);
}

/* Make the next id `id`, leaving gaps where ids are gone. */
static void skip_to(Texts *texts, size_t id)
{
    if (id >= texts->capacity) {
        texts->capacity = id < 512 ? 1024 : id * 2;
        texts->by_id =
            memory_resize(texts->by_id, memory_product(texts->capacity, sizeof *texts->by_id));
    }
    while (texts->count < id)
        texts->by_id[texts->count++] = (Text){0};
}

static void put(Texts *texts, size_t id, Text text)
{
    skip_to(texts, id);
    map_set(texts->ids, text, id);
    texts->by_id[texts->count++] = map_key(texts->ids, text);
}

static Status read_all(Store *store, Texts *texts, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_texts, &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t id = statement_integer(statement, 0);
        if (id < 1 || id >= INT32_MAX)
            return error_set(err, STATUS_CORRUPT, "the dictionary of texts holds the id %lld",
                             (long long)id);
        put(texts, (size_t)id, statement_text(statement, 1));
    }
}

Status texts_load(Store *store, Texts **ret_texts, Error *err)
{
    AUTO(texts_done) Texts *texts = MEMORY_NEW(Texts);
    texts->arena = arena_new();
    texts->ids = map_new(0);
    TRY(read_all(store, texts, err));
    int64_t taken;
    TRY(setting_read_number(store, SETTING_TEXT_ID_TAKEN, &taken, err));
    skip_to(texts, taken < 0 || taken >= INT32_MAX ? 1 : (size_t)taken + 1);
    texts->saved_count = texts->count;
    *ret_texts = texts;
    texts = NULL;
    return STATUS_OK;
}

Text texts_get(const Texts *texts, uint64_t id)
{
    return id < texts->count ? texts->by_id[id] : (Text){0};
}

bool texts_find(const Texts *texts, Text text, uint32_t *ret_id)
{
    uint64_t id;
    if (!map_find(texts->ids, text, &id)) return false;
    *ret_id = (uint32_t)id;
    return true;
}

uint32_t texts_add(Texts *texts, Text text)
{
    uint64_t id;
    if (map_find(texts->ids, text, &id)) return (uint32_t)id;
    id = texts->count;
    put(texts, id, text);
    return (uint32_t)id;
}

Status texts_save(Store *store, Texts *texts, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_text, &statement, err));
    for (size_t id = texts->saved_count; id < texts->count; id++) {
        statement_bind_integer(statement, 1, (int64_t)id);
        statement_bind_text(statement, 2, texts->by_id[id]);
        TRY(statement_run(statement, err));
    }
    texts->saved_count = texts->count;
    return STATUS_OK;
}

bool texts_has_new(const Texts *texts)
{
    return texts->saved_count < texts->count;
}

uint32_t texts_id_max(const Texts *texts)
{
    return texts->count == 0 ? 0 : (uint32_t)(texts->count - 1);
}
