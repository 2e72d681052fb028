/* removals.c -- taking single things out again: an event, a contact person, an item. */
#include "store/removals.h"

#include "base/fold.h"
#include "model/built_in.h"
#include "store/cell.h"
#include "store/change_log.h"
#include "store/directory.h"
#include "store/event_edit.h"
#include "store/pack_rows.h"
#include "store/saved_erase.h"

static const char count_removed_items[] = "SELECT max(id) - count(*) FROM main.item";
static const char delete_item[] = "DELETE FROM main.item WHERE id = ?1";

/* ---- events ---- */

static Status find_owner(Store *store, const Stream *stream, Text key, CustomerId *ret_owner,
                         Error *err)
{
    TRY(event_find_owner(store, stream, key, ret_owner, err));
    if (ret_owner->value != 0) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND,
                     "stream '%.*s' has no event with the key '%.*s'; only events that came with a "
                     "key of their own can be removed one by one",
                     TEXT_FORMAT(stream->name), TEXT_FORMAT(key));
}

typedef struct {
    Text key;
    Moment at; /* of the event that has it */
} KeySearch;

static EventFate judge_key(void *context, Moment at, EventContent *content)
{
    KeySearch *search = context;
    if (!content->has_key || !text_equal(content->key, search->key)) return EVENT_STAYS;
    search->at = at;
    return EVENT_GOES;
}

static Status remove_keyed(Store *store, const Stream *stream, CustomerId owner, KeySearch *search,
                           Error *err)
{
    EventEditCounts counts;
    const EventEdit edit = {stream, owner, judge_key, search};
    TRY(events_edit(store, &edit, &counts, err));
    if (counts.gone == 1) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT,
                     "the keys of stream '%.*s' are not in step with the events of "
                     "customer number %u; restore a backup",
                     TEXT_FORMAT(stream->name), owner.value);
}

static Status find_stream(const Store *store, Text name, const Stream **ret_stream, Error *err)
{
    *ret_stream = schema_find_stream(store->schema, name);
    if (*ret_stream == NULL)
        return error_set(err, STATUS_NOT_FOUND, "there is no stream '%.*s'", TEXT_FORMAT(name));
    if (!stream_is(*ret_stream, STREAM_CONTACT)) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "a contact person is removed with 'kohorta contact remove', so that other "
                     "events forget the person, too");
}

Status store_remove_event(Store *store, Text stream_name, Text key, RemovedEvent *ret_removed,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(change_abandon) Change change = {0};
    const Stream *stream;
    CustomerId owner = {0};
    KeySearch search = {0};
    TRY(change_begin(store, &change, err));
    TRY(find_stream(store, stream_name, &stream, err));
    if (text_trim(key).size == 0)
        return error_set(err, STATUS_INVALID,
                         "say the key of the event: what stood in the column that went to 'key'");
    TRY(code_of_text("event", key, arena, &search.key, err));
    TRY(find_owner(store, stream, search.key, &owner, err));
    TRY(remove_keyed(store, stream, owner, &search, err));
    TRY(change_commit(&change, err));
    *ret_removed = (RemovedEvent){owner, search.at};
    return STATUS_OK;
}

/* ---- contact persons ---- */

/* A code goes before a name: it is one person's alone. */
typedef struct {
    Text wanted, wanted_folded;
    Arena *arena;
    Text code;       /* of the person found last */
    bool is_by_code; /* he has the wanted code */
    uint64_t named_count;
} PersonSearch;

static EventFate find_person(void *context, Moment at, EventContent *content)
{
    PersonSearch *search = context;
    (void)at;
    const PackedValue *name = &content->values[CONTACT_NAME];
    if (search->is_by_code || !content->has_key) return EVENT_STAYS;
    search->is_by_code = text_equal(content->key, search->wanted);
    bool is_named = name->is_present && text_equal_folded(name->text, search->wanted_folded);
    search->named_count += is_named;
    if (search->is_by_code || is_named) search->code = arena_text(search->arena, content->key);
    return EVENT_STAYS;
}

/* Taking the code of a person out of one field of events. */
typedef struct {
    Text code;
    size_t slot;
    bool is_look;
    uint64_t found_count;
} PersonInField;

static EventFate forget_person(void *context, Moment at, EventContent *content)
{
    PersonInField *search = context;
    (void)at;
    PackedValue *value = &content->values[search->slot];
    if (!value->is_present || !text_equal(value->text, search->code)) return EVENT_STAYS;
    search->found_count++;
    if (search->is_look) return EVENT_STAYS;
    *value = (PackedValue){0};
    return EVENT_CHANGES;
}

static Status get_person(Store *store, CustomerId customer, const ContactRemoval *removal,
                         Arena *arena, Text *ret_code, Error *err)
{
    EventEditCounts ignored;
    Text wanted = text_nfc(text_trim(removal->contact), arena);
    PersonSearch search = {
        .wanted = wanted, .wanted_folded = text_fold(wanted, arena), .arena = arena};
    const EventEdit edit = {&store->schema->streams[STREAM_CONTACT], customer, find_person,
                            &search};
    TRY(events_edit(store, &edit, &ignored, err));
    *ret_code = search.code;
    if (search.is_by_code || search.named_count == 1) return STATUS_OK;
    if (search.named_count == 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "customer '%.*s' has no contact person '%.*s'; give the person's code or "
                         "the whole name",
                         TEXT_FORMAT(removal->customer), TEXT_FORMAT(removal->contact));
    return error_set(err, STATUS_CONFLICT,
                     "customer '%.*s' has %llu contact persons '%.*s'; give the person's code",
                     TEXT_FORMAT(removal->customer), (unsigned long long)search.named_count,
                     TEXT_FORMAT(removal->contact));
}

/* Out of all events of the customer that name the person. */
static Status forget_in_events(Store *store, CustomerId customer, PersonInField *search, Error *err)
{
    const Schema *schema = store->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        for (size_t f = 0; f < schema->streams[i].fields_count; f++) {
            EventEditCounts ignored;
            const EventEdit edit = {&schema->streams[i], customer, forget_person, search};
            if (schema->streams[i].fields[f].role != FIELD_CONTACT) continue;
            search->slot = f;
            TRY(events_edit(store, &edit, &ignored, err));
        }
    return STATUS_OK;
}

/* The log holds pages as they were; while others read it stays, and goes when they are done. */
static void fold_log(Store *store)
{
    sqlite3_wal_checkpoint_v2(store->database, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

static Status remove_person(Store *store, CustomerId customer, PersonInField *search, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    KeySearch key = {.key = search->code};
    TRY(change_begin(store, &change, err));
    TRY(remove_keyed(store, &store->schema->streams[STREAM_CONTACT], customer, &key, err));
    TRY(forget_in_events(store, customer, search, err));
    TRY(saved_forget_contact(store, customer, search->code, err));
    TRY(change_commit(&change, err));
    fold_log(store);
    return directory_remove_images(store->path, err); /* which hold the person, too */
}

Status store_remove_contact(Store *store, const ContactRemoval *removal, Arena *arena,
                            RemovedContact *ret_removed, Error *err)
{
    CustomerId customer;
    PersonInField search = {.is_look = removal->is_look};
    TRY(store_get_customer(store, removal->customer, &customer, err));
    TRY(get_person(store, customer, removal, arena, &search.code, err));
    TRY(removal->is_look ? forget_in_events(store, customer, &search, err)
                         : remove_person(store, customer, &search, err));
    *ret_removed = (RemovedContact){.customer = arena_text(arena, text_trim(removal->customer)),
                                    .code = search.code,
                                    .events = search.found_count};
    return STATUS_OK;
}

/* ---- items ---- */

typedef struct {
    EventCodec *codec;
    uint32_t item_id;
    uint64_t found_count;
} ItemSearch;

static bool names_item(const ItemSearch *search)
{
    const EventCodec *codec = search->codec;
    for (size_t i = 0; i < codec->shape.fields_count; i++) {
        const PackedValue *value = &codec->content.values[i];
        bool is_item = codec->stream->fields[i].role == FIELD_ITEM;
        if (is_item && value->is_present && value->number == search->item_id) return true;
    }
    return false;
}

static Status count_in_pack(ItemSearch *search, Text payload, Error *err)
{
    PackReader reader;
    PackedEvent event;
    PackStep step = PACK_DAMAGED;
    EventCodec *codec = search->codec;
    if (pack_open(&reader, payload))
        while ((step = pack_next(&reader, &event)) == PACK_EVENT) {
            if (!content_decode(&codec->shape, event.content, &codec->content)) break;
            search->found_count += names_item(search);
        }
    if (step == PACK_END) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "events of stream '%.*s' are damaged; run a check",
                     TEXT_FORMAT(codec->stream->name));
}

static Status count_in_stream(Store *store, const Stream *stream, ItemSearch *search, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(pack_rows_done) PackRows packs = {0};
    CustomerId first = {0}, last = {UINT32_MAX};
    TRY(pack_rows_open(store, stream->id, &packs, err));
    TRY(pack_rows_seek(&packs, first, last, err));
    search->codec = event_codec_new(stream, arena);
    while (packs.has_row) {
        TRY(count_in_pack(search, packs.row.payload, err));
        TRY(pack_rows_step(&packs, err));
    }
    return STATUS_OK;
}

static bool has_items(const Stream *stream)
{
    for (size_t i = 0; i < stream->fields_count; i++)
        if (stream->fields[i].role == FIELD_ITEM) return true;
    return false;
}

static Status check_unnamed(Store *store, const Item *item, Error *err)
{
    ItemSearch search = {.item_id = item->id};
    for (size_t i = 0; i < store->schema->streams_count; i++)
        if (has_items(&store->schema->streams[i]))
            TRY(count_in_stream(store, &store->schema->streams[i], &search, err));
    if (search.found_count == 0) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "item '%.*s' cannot be removed: events that name it: %llu",
                     TEXT_FORMAT(item->code), (unsigned long long)search.found_count);
}

static Status check_room(Store *store, Error *err)
{
    int64_t removed;
    TRY(database_number(store->database, count_removed_items, &removed, err));
    if (removed < ITEMS_REMOVED_MAX) return STATUS_OK;
    return error_set(err, STATUS_LIMIT, "%d items were removed already, no more can be",
                     ITEMS_REMOVED_MAX);
}

Status store_remove_item(Store *store, Text code_or_name, Arena *arena, Text *ret_code, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    const Item *item;
    TRY(change_begin(store, &change, err));
    TRY(store_find_item(store, code_or_name, arena, &item, err));
    TRY(check_room(store, err));
    TRY(check_unnamed(store, item, err));
    change_log_note_everything(store);
    TRY(store_statement(store, delete_item, &statement, err));
    statement_bind_integer(statement, 1, item->id);
    TRY(statement_run(statement, err));
    TRY(change_commit(&change, err));
    store_drop_mirrors(store);
    *ret_code = item->code;
    return STATUS_OK;
}
