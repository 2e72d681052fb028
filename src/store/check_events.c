/* check_events.c -- verifying packs, given keys and totals of every stream. */
#include "store/check_parts.h"
#include "store/event_codec.h"
#include "store/event_totals.h"
#include "store/pack_rows.h"

static const char select_owner[] =
    "SELECT customer_id FROM main.event_key WHERE stream_id = ?1 AND key = ?2";
static const char count_keys[] = "SELECT count(*) FROM main.event_key WHERE stream_id = ?1";
static const char select_ids[] = "SELECT id FROM main.customer ORDER BY id";

/* One stream being checked. */
typedef struct {
    Problems *problems;
    const Stream *stream;
    EventCodec *codec;
    sqlite3_stmt *customers;                  /* their ids, side by side with the packs */
    int64_t customer;                         /* the id it stands on; INT64_MAX at the end */
    int64_t packs_before[PACK_REGIONS_COUNT]; /* ids of the last of each region, -1 for none */
    EventTotals totals;
    int64_t keys_count;
} StreamCheck;

static void tell(StreamCheck *check, int64_t id, const char *what)
{
    problem_add(check->problems, "stream '%.*s', customer number %u: %s",
                TEXT_FORMAT(check->stream->name), pack_customer(id).value, what);
}

/* Bring the customers up to the pack's. */
static Status check_owner(StreamCheck *check, int64_t id, Error *err)
{
    int64_t owner = pack_customer(id).value;
    int64_t *before = &check->packs_before[pack_region(id)];
    while (check->customer < owner) {
        bool has_row;
        TRY(statement_step(check->customers, &has_row, err));
        check->customer = has_row ? statement_integer(check->customers, 0) : INT64_MAX;
    }
    if (check->customer != owner) tell(check, id, "there is no such customer");
    bool is_first = *before < 0 || pack_customer(*before).value != owner;
    uint32_t expected = is_first ? 0 : pack_number(*before) + 1;
    if (pack_number(id) != expected) tell(check, id, "a pack of events is missing");
    *before = id;
    return STATUS_OK;
}

static Status check_key(StreamCheck *check, int64_t id, Error *err)
{
    if (!check->codec->content.has_key) return STATUS_OK;
    check->keys_count++;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(check->problems->store, select_owner, &statement, err));
    statement_bind_integer(statement, 1, check->stream->id);
    statement_bind_text(statement, 2, check->codec->content.key);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row || statement_integer(statement, 0) != pack_customer(id).value)
        tell(check, id, "an event's given key is not in the index");
    return STATUS_OK;
}

static Status check_event(StreamCheck *check, int64_t id, const PackedEvent *event, Error *err)
{
    const Store *store = check->problems->store;
    if (!event_codec_decode(check->codec, event->content)) {
        tell(check, id, "an event is damaged");
        return STATUS_OK;
    }
    for (size_t i = 0; i < check->codec->shape.fields_count; i++) {
        Value value;
        if (!event_codec_value(check->codec, i, store->items, store->texts, &value))
            problem_add(check->problems,
                        "stream '%.*s', customer number %u: a value of '%.*s' is out of range or "
                        "refers to nothing",
                        TEXT_FORMAT(check->stream->name), pack_customer(id).value,
                        TEXT_FORMAT(check->stream->fields[i].name));
        else if (value.kind == VALUE_TEXT && !utf8_is_valid(value.as.text))
            tell(check, id, "a text is not valid UTF-8");
    }
    return check_key(check, id, err);
}

static Status check_pack(StreamCheck *check, const PackRow *row, Error *err)
{
    int64_t id = row->id, count = 0;
    SecondSpan span = span_empty();
    PackReader reader;
    PackedEvent event;
    PackStep step = PACK_DAMAGED;
    TRY(check_owner(check, id, err));
    if (pack_open(&reader, row->payload)) {
        while ((step = pack_next(&reader, &event)) == PACK_EVENT) {
            TRY(check_event(check, id, &event, err));
            span_include(&span, event.at.second, event.at.second);
            count++;
        }
    }
    if (step == PACK_DAMAGED)
        tell(check, id, "a pack of events is damaged");
    else if (count == 0 || count != row->events_count)
        tell(check, id, "a pack does not hold as many events as it says");
    else if (span.first != row->first_at || span.last != row->last_at)
        tell(check, id, "a pack does not reach from and to when it says");
    check->totals.events_count += count;
    check->totals.recent_count += pack_region(id) == PACKS_RECENT ? count : 0;
    if (count > 0) span_include(&check->totals.span, span.first, span.last);
    return STATUS_OK;
}

static Status check_totals(const StreamCheck *check, Error *err)
{
    Store *store = check->problems->store;
    EventTotals stored;
    TRY(event_totals_read(store, check->stream->id, &stored, err));
    if (stored.events_count != check->totals.events_count ||
        stored.recent_count != check->totals.recent_count ||
        stored.span.first != check->totals.span.first ||
        stored.span.last != check->totals.span.last)
        problem_add(check->problems, "the totals of stream '%.*s' are not in step with its events",
                    TEXT_FORMAT(check->stream->name));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, count_keys, &statement, err));
    statement_bind_integer(statement, 1, check->stream->id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (statement_integer(statement, 0) != check->keys_count)
        problem_add(check->problems,
                    "stream '%.*s' has %lld events with given keys, the index has %lld",
                    TEXT_FORMAT(check->stream->name), (long long)check->keys_count,
                    (long long)statement_integer(statement, 0));
    return STATUS_OK;
}

/* Packs that lie in no region are read by nobody. */
static Status check_regions(Problems *problems, const Stream *stream, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    bool has_row;
    Text sql =
        arena_printf(arena,
                     "SELECT (SELECT count(*) FROM main.event_pack_%u WHERE id < 0) + "
                     "(SELECT count(*) FROM main.event_pack_%u WHERE id >= ?1 AND id < ?2) + "
                     "(SELECT count(*) FROM main.event_pack_%u WHERE id >= ?2 + ?1)",
                     stream->id, stream->id, stream->id);
    TRY(statement_prepare(problems->store->database, sql, &statement, err));
    statement_bind_integer(statement, 1, PACK_IDS_MAIN_END);
    statement_bind_integer(statement, 2, PACK_IDS_RECENT_BEGIN);
    TRY(statement_step(statement, &has_row, err));
    if (statement_integer(statement, 0) > 0)
        problem_add(problems, "stream '%.*s': %lld packs of events belong to nobody",
                    TEXT_FORMAT(stream->name), (long long)statement_integer(statement, 0));
    return STATUS_OK;
}

static Status check_stream(Problems *problems, const Stream *stream, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(pack_rows_done) PackRows packs = {0};
    AUTO(statement_done) sqlite3_stmt *customers = NULL;
    CustomerId first = {0}, last = {UINT32_MAX};
    TRY(check_regions(problems, stream, err));
    TRY(pack_rows_open(problems->store, stream->id, &packs, err));
    TRY(statement_prepare(problems->store->database, text_of(select_ids), &customers, err));
    StreamCheck check = {.problems = problems,
                         .stream = stream,
                         .codec = event_codec_new(stream, arena),
                         .customers = customers,
                         .customer = -1,
                         .packs_before = {-1, -1},
                         .totals = {0, 0, span_empty()}};
    TRY(pack_rows_seek(&packs, first, last, err));
    for (uint64_t done = 0; packs.has_row; done++) {
        TRY(check_pack(&check, &packs.row, err));
        if (done % CHECK_PROGRESS_EVERY == 0)
            TRY(progress_report(problems->progress, "checking events",
                                (uint64_t)check.totals.events_count, 0, err));
        TRY(pack_rows_step(&packs, err));
    }
    return check_totals(&check, err);
}

Status check_events(Problems *problems, Error *err)
{
    const Schema *schema = problems->store->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(check_stream(problems, &schema->streams[i], err));
    return STATUS_OK;
}
