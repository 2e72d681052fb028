/* spellings.c -- words of enumerations that were stored as people wrote them become their values.
 */
#include "store/spellings.h"

#include "base/buffer.h"
#include "store/change_log.h"
#include "store/event_codec.h"
#include "store/pack_rows.h"
#include "store/schema_rows.h"

static const char delete_setting[] =
    "DELETE FROM main.setting WHERE name = '" SETTING_SPELLINGS_DUE "'";

/* ---- properties ---- */

typedef struct {
    Text stored, value;
} Spelling;

typedef struct {
    Spelling *items;
    size_t count, capacity;
} SpellingList;

static Status list_spellings(Store *store, const Property *property, Arena *arena,
                             SpellingList *ret_list, Error *err)
{
    char column[COLUMN_NAME_MAX];
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    (void)property_column(property, column);
    Text sql = arena_printf(arena, "SELECT DISTINCT %s FROM main.customer WHERE %s IS NOT NULL",
                            column, column);
    *ret_list = (SpellingList){0};
    TRY(statement_prepare(store->database, sql, &row, err));
    for (bool has_row;;) {
        Spelling spelling;
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        spelling.stored = arena_text(arena, statement_text(row, 0));
        if (!enumeration_find(property->enumeration, spelling.stored, arena, &spelling.value) ||
            text_equal(spelling.stored, spelling.value))
            continue;
        ARENA_PUSH(arena, ret_list, spelling);
    }
}

static Status replace_spelling(Store *store, const Property *property, const Spelling *spelling,
                               Arena *arena, Error *err)
{
    char column[COLUMN_NAME_MAX];
    AUTO(statement_done) sqlite3_stmt *changed = NULL;
    (void)property_column(property, column);
    Text sql = arena_printf(arena, "UPDATE main.customer SET %s = ?2 WHERE %s = ?1 RETURNING id",
                            column, column);
    TRY(statement_prepare(store->database, sql, &changed, err));
    statement_bind_text(changed, 1, spelling->stored);
    statement_bind_text(changed, 2, spelling->value);
    for (bool has_row;;) {
        TRY(statement_step(changed, &has_row, err));
        if (!has_row) return STATUS_OK;
        change_log_note_row(store, (CustomerId){(uint32_t)statement_integer(changed, 0)});
    }
}

static Status mend_property(Store *store, const Property *property, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SpellingList list;
    TRY(list_spellings(store, property, arena, &list, err));
    for (size_t i = 0; i < list.count; i++)
        TRY(replace_spelling(store, property, &list.items[i], arena, err));
    return STATUS_OK;
}

/* ---- events ---- */

/* A stream whose packs are written anew. */
typedef struct {
    Store *store;
    EventCodec *codec;
    uint32_t **replacements; /* by slot, by text id: the id of the value, 0: it stays; NULL: none */
    uint32_t last_text;      /* the highest id among them */
    bool has_any;
    sqlite3_stmt *select, *update; /* the pack after ?1; pack ?1 becomes ?2 */
    Buffer pack, content;
} StreamMend;

/* The values that the words are to become are added to the dictionary; the words stay in it, for
 * other fields may mean something else by them. */
static void find_replacements(StreamMend *mend, size_t slot, Arena *arena)
{
    Texts *texts = mend->store->texts;
    const Field *field = &mend->codec->stream->fields[slot];
    uint32_t *replacements = NULL;
    for (uint32_t id = 1; id <= mend->last_text; id++) {
        Text value, text = texts_get(texts, id);
        if (text.data == NULL || !enumeration_find(field->enumeration, text, arena, &value) ||
            text_equal(text, value))
            continue;
        if (replacements == NULL)
            replacements = ARENA_ARRAY(arena, uint32_t, (size_t)mend->last_text + 1);
        replacements[id] = texts_add(texts, value);
    }
    mend->replacements[slot] = replacements;
    mend->has_any = mend->has_any || replacements != NULL;
}

static bool replace_in_event(StreamMend *mend)
{
    bool is_changed = false;
    PackedValue *values = mend->codec->content.values;
    for (size_t slot = 0; slot < mend->codec->shape.fields_count; slot++) {
        if (mend->replacements[slot] == NULL || !values[slot].is_present) continue;
        if (values[slot].number > mend->last_text) continue; /* refers to nothing */
        uint32_t value = mend->replacements[slot][values[slot].number];
        if (value != 0) values[slot].number = value;
        is_changed = is_changed || value != 0;
    }
    return is_changed;
}

/* A derived amount stands apart from the values when it is written. */
static void hide_derived(EventCodec *codec)
{
    if (codec->content.has_derived) codec->content.values[codec->amount_slot].is_present = false;
}

/* The event that was decoded last, at the end of a pack. */
static void append_event(StreamMend *mend, Moment previous, Moment at, Buffer *pack)
{
    const PackShape *shape = &mend->codec->shape;
    Buffer *content = &mend->content;
    hide_derived(mend->codec);
    buffer_clear(content);
    buffer_reserve(content, content_size_max(shape, &mend->codec->content));
    content->size = content_encode(shape, &mend->codec->content, (uint8_t *)content->data);
    buffer_reserve(pack, content->size + 2 * (size_t)VARINT_BYTES_MAX);
    const PackedEvent event = {at, buffer_view(content)};
    pack->size += pack_append((uint8_t *)pack->data + pack->size, previous, &event);
}

/* The pack with values for words; false when there is nothing to change in it, or when it is
 * damaged, which a check tells. */
static bool rewrite_pack(StreamMend *mend, Text payload)
{
    PackReader reader;
    PackedEvent event;
    PackStep step = PACK_DAMAGED;
    Moment previous = {0};
    bool is_changed = false;
    Buffer *pack = &mend->pack;
    if (!pack_open(&reader, payload)) return false;
    buffer_clear(pack);
    buffer_reserve(pack, PACK_HEADER_BYTES);
    pack_begin((uint8_t *)pack->data);
    pack->size = PACK_HEADER_BYTES;
    while ((step = pack_next(&reader, &event)) == PACK_EVENT) {
        if (!event_codec_decode(mend->codec, event.content)) return false;
        is_changed = replace_in_event(mend) || is_changed;
        append_event(mend, previous, event.at, pack);
        previous = event.at;
    }
    return is_changed && step == PACK_END;
}

static Status mend_pack(StreamMend *mend, int64_t id, Text payload, Error *err)
{
    if (!rewrite_pack(mend, payload)) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *update = mend->update;
    statement_bind_integer(update, 1, id);
    statement_bind_blob(update, 2, buffer_view(&mend->pack));
    TRY(statement_run(update, err));
    change_log_note_part(mend->store, mend->codec->stream->id, pack_customer(id));
    return STATUS_OK;
}

/* One after the other, each asked for by itself: they are changed on the way. */
static Status mend_packs(StreamMend *mend, Error *err)
{
    for (int64_t id = -1;;) {
        bool has_row;
        AUTO(statement_release) sqlite3_stmt *row = mend->select;
        statement_bind_integer(row, 1, id);
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        id = statement_integer(row, 0);
        TRY(mend_pack(mend, id, statement_blob(row, 1), err));
    }
}

static Status prepare_and_mend(StreamMend *mend, Arena *arena, Error *err)
{
    uint32_t id = mend->codec->stream->id;
    sqlite3 *database = mend->store->database;
    TRY(texts_save(mend->store, mend->store->texts, err));
    TRY(statement_prepare(database,
                          arena_printf(arena,
                                       "SELECT id, payload FROM main.event_pack_%u WHERE id > ?1 "
                                       "ORDER BY id LIMIT 1",
                                       id),
                          &mend->select, err));
    TRY(statement_prepare(
        database,
        arena_printf(arena, "UPDATE main.event_pack_%u SET payload = ?2 WHERE id = ?1", id),
        &mend->update, err));
    return mend_packs(mend, err);
}

static Status mend_stream(Store *store, const Stream *stream, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StreamMend mend = {.store = store,
                       .codec = event_codec_new(stream, arena),
                       .replacements = ARENA_ARRAY(arena, uint32_t *, stream->fields_count),
                       .last_text = texts_id_max(store->texts)};
    for (size_t slot = 0; slot < stream->fields_count; slot++)
        if (stream->fields[slot].enumeration != ENUMERATION_NONE)
            find_replacements(&mend, slot, arena);
    Status status = mend.has_any ? prepare_and_mend(&mend, arena, err) : STATUS_OK;
    statement_done(&mend.select);
    statement_done(&mend.update);
    buffer_done(&mend.pack);
    buffer_done(&mend.content);
    return status;
}

Status spellings_mend(Store *store, Error *err)
{
    int64_t is_due;
    const Schema *schema = store->schema;
    TRY(setting_read_number(store, SETTING_SPELLINGS_DUE, &is_due, err));
    if (is_due == 0) return STATUS_OK;
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    for (size_t i = 0; i < schema->properties_count; i++)
        if (schema->properties[i].enumeration != ENUMERATION_NONE)
            TRY(mend_property(store, &schema->properties[i], err));
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(mend_stream(store, &schema->streams[i], err));
    return database_run(store->database, delete_setting, err);
}
