/* event_edit.c -- single stored events changed or taken away where they lie. */
#include "store/event_edit.h"

#include "store/change_log.h"
#include "store/event_totals.h"
#include "store/pack_rows.h"
#include "store/pack_writer.h"

static const char select_owner[] =
    "SELECT customer_id FROM main.event_key WHERE stream_id = ?1 AND key = ?2";
static const char delete_key[] = "DELETE FROM main.event_key WHERE stream_id = ?1 AND key = ?2";

typedef struct {
    PackedEvent *items;
    size_t count, capacity;
} PackedEvents;

Status event_find_owner(Store *store, const Stream *stream, Text key, CustomerId *ret_owner,
                        Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_owner, &statement, err));
    statement_bind_integer(statement, 1, stream->id);
    statement_bind_text(statement, 2, key);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    ret_owner->value = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

/* One edit under way. */
typedef struct {
    Store *store;
    const EventEdit *edit;
    Arena *arena;
    EventCodec *codec;
    PackedEvents left; /* what the packs will hold */
    PackedEvents gone;
    int64_t recent_count; /* of the events as they are stored */
    EventEditCounts counts;
} Editing;

static Status damaged(const Editing *editing, Error *err)
{
    return error_set(err, STATUS_CORRUPT, "events of stream '%.*s' are damaged; run a check",
                     TEXT_FORMAT(editing->edit->stream->name));
}

/* ---- reading ---- */

static Text encode(Editing *editing)
{
    const EventCodec *codec = editing->codec;
    uint8_t *out =
        arena_alloc(editing->arena, content_size_max(&codec->shape, &codec->content) + 1);
    size_t size = content_encode(&codec->shape, &codec->content, out);
    return (Text){(const char *)out, size};
}

static Status judge_event(Editing *editing, PackedEvent event, Error *err)
{
    EventCodec *codec = editing->codec;
    const EventEdit *edit = editing->edit;
    if (!content_decode(&codec->shape, event.content, &codec->content))
        return damaged(editing, err);
    EventFate fate = edit->judge(edit->context, event.at, &codec->content);
    if (fate == EVENT_GOES) {
        editing->counts.gone++;
        ARENA_PUSH(editing->arena, &editing->gone, event);
        return STATUS_OK;
    }
    if (fate == EVENT_CHANGES) {
        editing->counts.changed++;
        event.content = encode(editing);
    }
    ARENA_PUSH(editing->arena, &editing->left, event);
    return STATUS_OK;
}

static Status judge_pack(Editing *editing, Text payload, Error *err)
{
    PackReader reader;
    PackedEvent event;
    PackStep step = PACK_DAMAGED;
    if (pack_open(&reader, arena_text(editing->arena, payload)))
        while ((step = pack_next(&reader, &event)) == PACK_EVENT)
            TRY(judge_event(editing, event, err));
    return step == PACK_END ? STATUS_OK : damaged(editing, err);
}

static Status judge_all(Editing *editing, Error *err)
{
    AUTO(pack_rows_done) PackRows rows = {0};
    CustomerId customer = editing->edit->customer;
    TRY(pack_rows_open(editing->store, editing->edit->stream->id, &rows, err));
    TRY(pack_rows_seek(&rows, customer, customer, err));
    while (rows.has_row) {
        bool is_recent = pack_region(rows.row.id) == PACKS_RECENT;
        editing->recent_count += is_recent ? rows.row.events_count : 0;
        TRY(judge_pack(editing, rows.row.payload, err));
        TRY(pack_rows_step(&rows, err));
    }
    return STATUS_OK;
}

/* ---- writing ---- */

static Status add_events(const Editing *editing, PackWriter *writer, uint32_t *ret_next_number,
                         Error *err)
{
    pack_writer_begin(writer, PACKS_MAIN, editing->edit->customer, 0);
    for (size_t i = 0; i < editing->left.count; i++)
        TRY(pack_writer_add(writer, &editing->left.items[i], err));
    return pack_writer_end(writer, ret_next_number, err);
}

/* All that was stored behind what is stored now, whose packs end before a number. */
static Status delete_rest(const Editing *editing, uint32_t next_number, Error *err)
{
    const EventEdit *edit = editing->edit;
    TRY(packs_delete(editing->store, edit->stream, PACKS_MAIN, edit->customer, next_number, err));
    return packs_delete(editing->store, edit->stream, PACKS_RECENT, edit->customer, 0, err);
}

/* Everything goes into the main region. */
static Status write_packs(const Editing *editing, Error *err)
{
    PackWriter *writer;
    uint32_t next_number = 0;
    TRY(pack_writer_open(editing->store, editing->edit->stream, &writer, err));
    Status status = add_events(editing, writer, &next_number, err);
    pack_writer_close(writer);
    TRY(status);
    return delete_rest(editing, next_number, err);
}

static Status forget_keys(const Editing *editing, Error *err)
{
    for (size_t i = 0; i < editing->gone.count; i++) {
        Text key;
        if (!content_key(editing->gone.items[i].content, &key)) continue;
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(editing->store, delete_key, &statement, err));
        statement_bind_integer(statement, 1, editing->edit->stream->id);
        statement_bind_text(statement, 2, key);
        TRY(statement_run(statement, err));
    }
    return STATUS_OK;
}

/* All packs are looked at only when an event went that stood at an end of the stream. */
static Status change_totals(const Editing *editing, Error *err)
{
    EventTotals totals;
    uint32_t stream_id = editing->edit->stream->id;
    bool has_lost_an_end = false;
    if (editing->gone.count == 0 && editing->recent_count == 0) return STATUS_OK;
    TRY(event_totals_read(editing->store, stream_id, &totals, err));
    for (size_t i = 0; i < editing->gone.count; i++) {
        int64_t second = editing->gone.items[i].at.second;
        has_lost_an_end |= second <= totals.span.first || second >= totals.span.last;
    }
    totals.events_count -= (int64_t)editing->gone.count;
    totals.recent_count -= editing->recent_count;
    if (has_lost_an_end) TRY(event_totals_count(editing->store, stream_id, &totals, err));
    return event_totals_write(editing->store, stream_id, &totals, err);
}

static Status edit_all(Editing *editing, Error *err)
{
    TRY(judge_all(editing, err));
    if (editing->counts.changed + editing->counts.gone == 0) return STATUS_OK;
    change_log_note_part(editing->store, editing->edit->stream->id, editing->edit->customer);
    TRY(write_packs(editing, err));
    TRY(forget_keys(editing, err));
    return change_totals(editing, err);
}

Status events_edit(Store *store, const EventEdit *edit, EventEditCounts *ret_counts, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Editing editing = {.store = store,
                       .edit = edit,
                       .arena = arena,
                       .codec = event_codec_new(edit->stream, arena)};
    TRY(edit_all(&editing, err));
    *ret_counts = editing.counts;
    return STATUS_OK;
}
