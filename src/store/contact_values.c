/* contact_values.c -- values of contact persons read and changed. */
#include "store/contact_values.h"

#include "base/map.h"
#include "model/built_in.h"
#include "store/event_edit.h"
#include "store/event_encoder.h"

static const char select_code[] = "SELECT code FROM main.customer WHERE id = ?1";

static const Stream *contacts_of(const Store *store)
{
    return &store->schema->streams[STREAM_CONTACT];
}

/* Whose person the code is; nobody is added for one that is not there. */
static Status add_owner(Store *store, Text contact, CustomerSet *owners, Error *err)
{
    CustomerId owner;
    TRY(event_find_owner(store, contacts_of(store), contact, &owner, err));
    if (owner.value != 0) customer_set_add(owners, owner);
    return STATUS_OK;
}

/* ---- reading ---- */

typedef struct {
    Store *store;
    const Field *field;
    const Map *wanted; /* codes */
    EventCodec *codec;
    Arena *arena;
    CustomerId customer;
    Text code; /* of the customer */
    CustomerValueList list;
    bool is_damaged;
} Reading;

static EventFate read_person(void *context, Moment at, EventContent *content)
{
    (void)at;
    Reading *reading = context;
    uint64_t ignored;
    Value value;
    if (!content->has_key || !map_find(reading->wanted, content->key, &ignored)) return EVENT_STAYS;
    reading->codec->content = *content;
    if (!event_codec_value(reading->codec, reading->field->slot, reading->store->items,
                           reading->store->texts, &value)) {
        reading->is_damaged = true;
        return EVENT_STAYS;
    }
    if (value.kind == VALUE_TEXT) value.as.text = arena_text(reading->arena, value.as.text);
    reading->list.items[reading->list.count++] =
        (CustomerValue){.id = reading->customer,
                        .code = reading->code,
                        .contact = arena_text(reading->arena, content->key),
                        .value = value};
    return EVENT_STAYS;
}

static Status read_code(Store *store, CustomerId customer, Arena *arena, Text *ret_code, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    bool has_row;
    TRY(store_statement(store, select_code, &statement, err));
    statement_bind_integer(statement, 1, customer.value);
    TRY(statement_step(statement, &has_row, err));
    *ret_code = has_row ? arena_text(arena, statement_text(statement, 0)) : TEXT("");
    return STATUS_OK;
}

static Status read_of_owners(Reading *reading, const CustomerSet *owners, Error *err)
{
    FOR_EACH_CUSTOMER (owner, owners) {
        EventEditCounts ignored;
        const EventEdit look = {contacts_of(reading->store), owner, read_person, reading};
        reading->customer = owner;
        TRY(read_code(reading->store, owner, reading->arena, &reading->code, err));
        TRY(events_edit(reading->store, &look, &ignored, err));
    }
    if (!reading->is_damaged) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "events of stream '%.*s' are damaged; run a check",
                     TEXT_FORMAT(contacts_of(reading->store)->name));
}

Status store_read_contact_values(Store *store, ContactCodes contacts, const Field *field,
                                 Arena *arena, CustomerValueList *ret_values, Error *err)
{
    AUTO(map_done) Map *wanted = map_new(contacts.count);
    AUTO(customer_set_free) CustomerSet owners = {0};
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    Reading reading = {.store = store,
                       .field = field,
                       .wanted = wanted,
                       .codec = event_codec_new(contacts_of(store), arena),
                       .arena = arena,
                       .list = {ARENA_ARRAY(arena, CustomerValue, contacts.count), 0}};
    for (size_t i = 0; i < contacts.count; i++) {
        map_set(wanted, contacts.items[i], i);
        TRY(add_owner(store, contacts.items[i], &owners, err));
    }
    TRY(read_of_owners(&reading, &owners, err));
    *ret_values = reading.list;
    return STATUS_OK;
}

/* ---- writing ---- */

enum { NO_MORE = -1 };

typedef struct {
    const ContactValue *values;
    size_t count;
    int64_t *next;    /* the value before of the same person; NO_MORE */
    Map *last_values; /* the last one of each person */
    EventEncoder *encoder;
    PackShape shape;
    Arena *arena;  /* of the edits' texts */
    Status status; /* of what went wrong first */
    Error *err;
} Writing;

static Status put_value(const Writing *writing, const ContactValue *given, EventContent *content)
{
    PackedValue packed;
    TRY(event_encoder_pack_value(writing->encoder, given->slot, given->value, &packed,
                                 writing->err));
    packed.text = arena_text(writing->arena, packed.text);
    content->values[given->slot] = packed;
    return STATUS_OK;
}

static Status put_values(const Writing *writing, int64_t place, EventContent *content)
{
    for (; place != NO_MORE; place = writing->next[place])
        TRY(put_value(writing, &writing->values[place], content));
    if (content_size_max(&writing->shape, content) <= CONTENT_BYTES_MAX) return STATUS_OK;
    return error_set(writing->err, STATUS_LIMIT, "an event takes at most %d bytes",
                     CONTENT_BYTES_MAX);
}

static EventFate write_person(void *context, Moment at, EventContent *content)
{
    (void)at;
    Writing *writing = context;
    uint64_t place;
    if (writing->status != STATUS_OK || !content->has_key ||
        !map_find(writing->last_values, content->key, &place))
        return EVENT_STAYS;
    writing->status = put_values(writing, (int64_t)place, content);
    return writing->status == STATUS_OK ? EVENT_CHANGES : EVENT_STAYS;
}

static Status write_of_owners(Store *store, Writing *writing, const CustomerSet *owners, Error *err)
{
    FOR_EACH_CUSTOMER (owner, owners) {
        EventEditCounts ignored;
        const EventEdit edit = {contacts_of(store), owner, write_person, writing};
        TRY(events_edit(store, &edit, &ignored, err));
        if (writing->status != STATUS_OK) return writing->status;
    }
    return texts_save(store, store->texts, err);
}

/* Chains the values of each person. */
static Status collect(Store *store, const Writing *writing, CustomerSet *owners, Error *err)
{
    for (size_t i = 0; i < writing->count; i++) {
        uint64_t before;
        Text contact = writing->values[i].contact;
        bool is_known = map_find(writing->last_values, contact, &before);
        writing->next[i] = is_known ? (int64_t)before : NO_MORE;
        map_set(writing->last_values, contact, i);
        TRY(add_owner(store, contact, owners, err));
    }
    return STATUS_OK;
}

Status store_write_contact_values(Store *store, const ContactValue *values, size_t count,
                                  Error *err)
{
    AUTO(change_abandon) Change change = {0};
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(map_done) Map *last_values = map_new(count);
    AUTO(customer_set_free) CustomerSet owners = {0};
    TRY(change_begin(store, &change, err));
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    Writing writing = {.values = values,
                       .count = count,
                       .next = ARENA_ARRAY(arena, int64_t, count),
                       .last_values = last_values,
                       .shape = event_codec_new(contacts_of(store), arena)->shape,
                       .arena = arena,
                       .err = err};
    TRY(collect(store, &writing, &owners, err));
    writing.encoder = event_encoder_new(store, contacts_of(store), true);
    Status status = write_of_owners(store, &writing, &owners, err);
    event_encoder_free(writing.encoder);
    if (status != STATUS_OK) store_drop_mirrors(store); /* texts that were not stored */
    TRY(status);
    return change_commit(&change, err);
}
