/* erase.c -- removing a person everywhere, and saying so without saying whom.
 *
 * 1. One transaction removes the customer, his packs, the keys of his events and the texts of the
 *    dictionary that nobody else uses, and writes the log: erasure.is_clean is 0.
 * 2. Images of the data and the backup beside them, which hold him too, are removed. The whole file
 * is written anew (VACUUM), so that free space and what page splits left behind holds nothing of
 * him, and the write-ahead log is emptied.
 * 3. erasure.is_clean becomes 1. When 2 fails, erasing the same code again goes on from there. */
#include "base/buffer.h"
#include "model/built_in.h"
#include "store/change_log.h"
#include "store/classification_runs.h"
#include "store/customers.h"
#include "store/directory.h"
#include "store/dismissals.h"
#include "store/event_codec.h"
#include "store/event_totals.h"
#include "store/forming_journal.h"
#include "store/job_rows.h"
#include "store/merge_parts.h"
#include "store/pack_rows.h"
#include "store/quotes.h"
#include "store/saved_erase.h"
#include "store/saved_sets.h"
#include "store/sql_tables.h"
#include "store/value_days.h"

#include <inttypes.h>
#include <string.h>

static const char delete_customer[] = "DELETE FROM main.customer WHERE id = ?1";
static const char delete_keys[] = "DELETE FROM main.event_key WHERE customer_id = ?1";
static const char delete_agreements[] = "DELETE FROM main.agreement WHERE customer_id = ?1";
static const char delete_overrides[] = "DELETE FROM main.shipping_override WHERE customer_id = ?1";
/* Who belongs into a segment is a person's word of him, by any of his codes: it goes out of every
 * version of the card. ?1 the customer. */
#define IS_HE     "json_extract(t.value, '$.customer') IN " CODES_OF_CUSTOMER
#define TESTS     "json_each(v.card, '$.tests') t"
#define NAMES_HIM "EXISTS (SELECT 1 FROM " TESTS " WHERE " IS_HE ")"
static const char insert_untested[] =
    "INSERT INTO main.segment_version (segment_id, number, at, author, note, card) "
    "SELECT v.segment_id, v.number + 1, ?2, '', ?3, v.card "
    "FROM main.segment s JOIN main.segment_version v ON v.segment_id = s.id "
    "AND v.number = s.version WHERE " NAMES_HIM;
static const char update_untested[] =
    "UPDATE main.segment SET version = (SELECT MAX(v.number) FROM main.segment_version v "
    "WHERE v.segment_id = segment.id) WHERE removed_code IS NULL";
static const char update_cards[] =
    "UPDATE main.segment_version AS v SET card = CASE WHEN json_array_length(v.card, '$.tests') = "
    "(SELECT count(*) FROM " TESTS " WHERE " IS_HE ") THEN json_remove(v.card, '$.tests') "
    "ELSE json_set(v.card, '$.tests', json((SELECT json_group_array(json(t.value)) "
    "FROM " TESTS " WHERE NOT (" IS_HE ")))) END WHERE " NAMES_HIM;
#undef NAMES_HIM
#undef TESTS
#undef IS_HE
static const char select_codes[] = "SELECT code FROM " CODES_OF_CUSTOMER;
static const char count_marks[] = "SELECT count(*) FROM main.segment_mark WHERE customer_id = ?1";
static const char count_left[] =
    "SELECT count(*) FROM main.forming WHERE id > ?1 AND reason = 'erasure'";
static const char delete_text[] = "DELETE FROM main.text_value WHERE id = ?1";
static const char insert_erasure[] =
    "INSERT INTO main.erasure (at, code_hash, act_digest, properties, is_clean) "
    "VALUES (?1, ?2, ?3, ?4, 0)";
static const char insert_events[] =
    "INSERT INTO main.erasure_events (erasure_id, stream_id, events_count) VALUES (?1, ?2, ?3)";
static const char select_unclean[] =
    "SELECT id, at, act_digest, properties FROM main.erasure "
    "WHERE code_hash = ?1 AND is_clean = 0 ORDER BY id DESC LIMIT 1";
static const char select_events[] =
    "SELECT events_count FROM main.erasure_events WHERE erasure_id = ?1 AND stream_id = ?2";
static const char count_erasures[] = "SELECT count(*) FROM main.erasure";
static const char update_clean[] = "UPDATE main.erasure SET is_clean = 1 WHERE code_hash = ?1";

/* ---- the act ---- */

static Status hash_code(Store *store, Text code, Arena *arena, Text *ret_hash, Error *err)
{
    Text salt;
    TRY(setting_read(store, SETTING_ERASURE_SALT, arena, &salt, err));
    Text salted = arena_printf(arena, "%.*s\n%.*s", TEXT_FORMAT(salt), TEXT_FORMAT(code));
    char hash[65];
    hash_hex(hash_blake2b(salted.data, salted.size), hash);
    *ret_hash = arena_text(arena, text_of(hash));
    return STATUS_OK;
}

/* What the digest stands for; with the hash instead of the code, which could be guessed. */
static Digest digest_of(const Store *store, const EraseAct *act, Text code_hash)
{
    AUTO(buffer_done) Buffer content = {0};
    buffer_printf(&content, "erasure\ncustomer %.*s\nat %" PRId64 "\nproperties %" PRIu64 "\n",
                  TEXT_FORMAT(code_hash), act->at.second, act->properties);
    for (size_t i = 0; i < store->schema->streams_count; i++)
        buffer_printf(&content, "stream %u %" PRIu64 "\n", store->schema->streams[i].id,
                      act->events[i]);
    return hash_blake2b(content.data, content.size);
}

static Status write_log(Store *store, const EraseAct *act, Text code_hash, Error *err)
{
    char digest[65];
    hash_hex(act->act_digest, digest);
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_erasure, &statement, err));
    statement_bind_integer(statement, 1, act->at.second);
    statement_bind_text(statement, 2, code_hash);
    statement_bind_text(statement, 3, text_of(digest));
    statement_bind_integer(statement, 4, (int64_t)act->properties);
    TRY(statement_run(statement, err));
    int64_t id = sqlite3_last_insert_rowid(store->database);
    for (size_t i = 0; i < store->schema->streams_count; i++) {
        if (act->events[i] == 0) continue;
        AUTO(statement_release) sqlite3_stmt *events = NULL;
        TRY(store_statement(store, insert_events, &events, err));
        statement_bind_integer(events, 1, id);
        statement_bind_integer(events, 2, store->schema->streams[i].id);
        statement_bind_integer(events, 3, (int64_t)act->events[i]);
        TRY(statement_run(events, err));
    }
    return STATUS_OK;
}

/* ---- texts of the dictionary ---- */

/* Texts by id: used by the person, used by others. */
typedef struct {
    bool *is_his, *is_others;
    size_t count;    /* ids below this */
    size_t his_left; /* his texts that nobody else was found to use */
} TextUse;

static void note_text(TextUse *use, uint64_t id, bool is_his)
{
    if (id >= use->count) return;
    if (is_his && !use->is_his[id]) use->his_left++;
    if (!is_his && use->is_his[id] && !use->is_others[id]) use->his_left--;
    if (is_his)
        use->is_his[id] = true;
    else
        use->is_others[id] = true;
}

/* The texts of a pack. A damaged one ends the erasure before it begins. */
static Status note_texts(EventCodec *codec, Text payload, bool is_his, TextUse *use, Error *err)
{
    PackReader reader;
    PackedEvent event;
    PackStep step = PACK_DAMAGED;
    if (pack_open(&reader, payload)) {
        while ((step = pack_next(&reader, &event)) == PACK_EVENT) {
            if (!event_codec_decode(codec, event.content)) break;
            for (size_t i = 0; i < codec->shape.fields_count; i++)
                if (codec->content.values[i].is_present &&
                    field_is_in_dictionary(&codec->stream->fields[i]))
                    note_text(use, (uint64_t)codec->content.values[i].number, is_his);
        }
    }
    if (step == PACK_END) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "events of stream '%.*s' are damaged; run a check",
                     TEXT_FORMAT(codec->stream->name));
}

/* His texts, or those of the others, until it is known of each of his whether it is theirs too. */
static Status scan_stream(Store *store, const Stream *stream, CustomerId customer, bool is_his,
                          TextUse *use, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(pack_rows_done) PackRows packs = {0};
    EventCodec *codec = event_codec_new(stream, arena);
    CustomerId first = is_his ? customer : (CustomerId){0};
    CustomerId last = is_his ? customer : (CustomerId){UINT32_MAX};
    TRY(pack_rows_open(store, stream->id, &packs, err));
    TRY(pack_rows_seek(&packs, first, last, err));
    while (packs.has_row && (is_his || use->his_left > 0)) {
        if ((pack_customer(packs.row.id).value == customer.value) == is_his)
            TRY(note_texts(codec, packs.row.payload, is_his, use, err));
        TRY(pack_rows_step(&packs, err));
    }
    return STATUS_OK;
}

static Status delete_texts(Store *store, const TextUse *use, Error *err)
{
    int64_t highest = 0;
    for (size_t id = 0; id < use->count; id++) {
        if (!use->is_his[id] || use->is_others[id]) continue;
        highest = (int64_t)id;
        TRY(store_run_with_id(store, delete_text, highest, err));
    }
    return setting_raise_number(store, SETTING_TEXT_ID_TAKEN, highest, err);
}

static Status remove_texts(Store *store, CustomerId customer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    if (store->texts == NULL) TRY(texts_load(store, &store->texts, err));
    size_t count = (size_t)texts_id_max(store->texts) + 1;
    TextUse use = {ARENA_ARRAY(arena, bool, count), ARENA_ARRAY(arena, bool, count), count, 0};
    const Schema *schema = store->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(scan_stream(store, &schema->streams[i], customer, true, &use, err));
    for (size_t i = 0; i < schema->streams_count && use.his_left > 0; i++)
        TRY(scan_stream(store, &schema->streams[i], customer, false, &use, err));
    return delete_texts(store, &use, err);
}

/* ---- removing ---- */

/* Delete his packs; the number of events in them. */
static Status remove_packs(Store *store, const Stream *stream, CustomerId customer,
                           uint64_t *ret_events, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *statement = NULL;
    Text sql = arena_printf(arena,
                            "DELETE FROM main.event_pack_%u WHERE id BETWEEN ?1 AND ?2 "
                            "RETURNING events_count",
                            stream->id);
    TRY(statement_prepare(store->database, sql, &statement, err));
    *ret_events = 0;
    for (PackRegion region = PACKS_MAIN; region < PACK_REGIONS_COUNT; region++) {
        statement_bind_integer(statement, 1, pack_id(region, customer, 0));
        statement_bind_integer(statement, 2, pack_id_last(region, customer));
        for (bool has_row = true; has_row;) {
            TRY(statement_step(statement, &has_row, err));
            if (has_row) *ret_events += (uint64_t)statement_integer(statement, 0);
        }
        sqlite3_reset(statement);
    }
    if (*ret_events == 0) return STATUS_OK;
    EventTotals totals;
    TRY(event_totals_count(store, stream->id, &totals, err));
    return event_totals_write(store, stream->id, &totals, err);
}

static Status count_properties(Store *store, CustomerId customer, Arena *arena, uint64_t *ret_count,
                               Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    Text columns = customer_columns(store->schema, arena);
    Text sql =
        arena_printf(arena, "SELECT %.*s FROM main.customer WHERE id = ?1", TEXT_FORMAT(columns));
    TRY(statement_prepare(store->database, sql, &row, err));
    statement_bind_integer(row, 1, customer.value);
    bool has_row;
    TRY(statement_step(row, &has_row, err));
    *ret_count = 0;
    for (size_t i = 0; i < store->schema->properties_count; i++)
        *ret_count += !statement_is_null(row, (int)i + 1);
    return STATUS_OK;
}

/* What the past holds of a person under one of his ids. */
static Status forget_id(Store *store, CustomerId customer, Moment at, Error *err)
{
    TRY(journal_forget_customer(store, customer, at, err));
    TRY(saved_forget_customer(store, customer, err));
    TRY(value_days_forget_customer(store, customer, err));
    TRY(dismissals_forget_customer(store, customer, err));
    return runs_forget_customer(store, customer, err);
}

/* Those who were merged into him were he: the past, and the record of the merges. */
static Status forget_former(Store *store, CustomerId customer, Moment at, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CustomerId *former = NULL;
    size_t count = 0;
    TRY(merge_list_former(store, customer, arena, &former, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(forget_id(store, former[i], at, err));
    return merges_forget_customer(store, customer, err);
}

/* A test that names nobody would keep its segment from being formed. While his codes are known. */
static Status remove_tests(Store *store, CustomerId customer, EraseAct *act, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *versions = NULL;
    TRY(store_statement(store, insert_untested, &versions, err));
    statement_bind_integer(versions, 1, customer.value);
    statement_bind_integer(versions, 2, act->noted_at.second);
    statement_bind_text(versions, 3, text_of(error_phrase("a test named an erased person")));
    TRY(statement_run(versions, err));
    act->tests = (uint64_t)sqlite3_changes(store->database);
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_untested, &statement, err));
    TRY(statement_run(statement, err));
    return store_run_for_customer(store, update_cards, customer, err);
}

static Status count_with(Store *store, const char *sql, int64_t id, uint64_t *ret_count, Error *err)
{
    bool has_row;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_integer(statement, 1, id);
    TRY(statement_step(statement, &has_row, err));
    *ret_count = has_row ? (uint64_t)statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

/* What the past holds of him, counted as it goes. */
static Status forget_past(Store *store, CustomerId customer, EraseAct *act, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t *sets = NULL;
    uint64_t newest;
    size_t sets_count;
    TRY(store_newest_forming(store, &newest, err));
    TRY(store_saved_sets_of(store, customer, arena, &sets, &sets_count, err));
    act->sets = sets_count;
    TRY(count_with(store, count_marks, customer.value, &act->marks, err));
    TRY(forget_id(store, customer, act->noted_at, err));
    TRY(count_with(store, count_left, (int64_t)newest, &act->segments, err));
    return forget_former(store, customer, act->noted_at, err);
}

static Status remove_customer(Store *store, CustomerId customer, Text code_hash, Arena *arena,
                              EraseAct *act, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    const Schema *schema = store->schema;
    uint64_t *events = ARENA_ARRAY(arena, uint64_t, schema->streams_count);
    act->events = events;
    change_log_note(store, customer);
    TRY(count_properties(store, customer, arena, &act->properties, err));
    TRY(remove_texts(store, customer, err));
    for (size_t i = 0; i < schema->streams_count; i++)
        TRY(remove_packs(store, &schema->streams[i], customer, &events[i], err));
    TRY(store_run_for_customer(store, delete_keys, customer, err));
    TRY(remove_tests(store, customer, act, err));
    TRY(forget_past(store, customer, act, err));
    TRY(store_run_for_customer(store, delete_agreements, customer, err));
    TRY(store_run_for_customer(store, delete_overrides, customer, err));
    act->overrides = (uint64_t)sqlite3_changes(store->database);
    TRY(jobs_forget_customers(store, err));
    TRY(store_run_for_customer(store, delete_customer, customer, err));
    TRY(setting_raise_number(store, SETTING_CUSTOMER_ID_TAKEN, customer.value, err));
    act->act_digest = digest_of(store, act, code_hash);
    TRY(write_log(store, act, code_hash, err));
    TRY(change_commit(&change, err));
    store_drop_mirrors(store);
    return STATUS_OK;
}

/* ---- cleaning ---- */

/* Everything into the database file, nothing left in the log; fails while somebody reads. */
static Status empty_log(Store *store, Error *err)
{
    int code =
        sqlite3_wal_checkpoint_v2(store->database, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (code == SQLITE_OK) return STATUS_OK;
    if ((code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_LOCKED)
        return database_error(store->database, code, err);
    return error_set(err, STATUS_CONFLICT,
                     "the customer is erased, but traces are kept for another process that still "
                     "reads the directory; erase him again when it has ended");
}

static Status clean(Store *store, Text code_hash, Error *err)
{
    TRY(directory_remove_images(store->path, err));
    TRY(directory_remove_backup(store->path, err));
    store_remove_trials(store);
    sql_tables_forget(store);
    TRY(database_run(store->database, "VACUUM main", err));
    TRY(empty_log(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_clean, &statement, err));
    statement_bind_text(statement, 1, code_hash);
    return statement_run(statement, err);
}

/* The log of an erasure whose cleaning did not finish; false when there is none. */
static Status find_unclean(Store *store, Text code_hash, Arena *arena, EraseAct *act,
                           bool *ret_is_found, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_unclean, &statement, err));
    statement_bind_text(statement, 1, code_hash);
    TRY(statement_step(statement, ret_is_found, err));
    if (!*ret_is_found) return STATUS_OK;
    int64_t id = statement_integer(statement, 0);
    act->at = (Moment){statement_integer(statement, 1)};
    act->properties = (uint64_t)statement_integer(statement, 3);
    uint64_t *events = ARENA_ARRAY(arena, uint64_t, store->schema->streams_count);
    for (size_t i = 0; i < store->schema->streams_count; i++) {
        AUTO(statement_release) sqlite3_stmt *counts = NULL;
        TRY(store_statement(store, select_events, &counts, err));
        statement_bind_integer(counts, 1, id);
        statement_bind_integer(counts, 2, store->schema->streams[i].id);
        bool has_row;
        TRY(statement_step(counts, &has_row, err));
        events[i] = has_row ? (uint64_t)statement_integer(counts, 0) : 0;
    }
    act->events = events;
    act->act_digest = digest_of(store, act, code_hash);
    return STATUS_OK;
}

/* All that lead to him: people may have written any of them. */
static Status list_codes(Store *store, CustomerId customer, Arena *arena, CodesOfOne *ret_codes,
                         Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_codes, &row, err));
    statement_bind_integer(row, 1, customer.value);
    *ret_codes = (CodesOfOne){0};
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        ARENA_PUSH(arena, ret_codes, arena_text(arena, statement_text(row, 0)));
    }
}

Status store_erase_customer(Store *store, Text code, ErasureMoments moments, Arena *arena,
                            EraseAct *ret_act, Error *err)
{
    TRY(store_check_writable(store, err));
    if (store->is_in_batch || store->is_reading)
        return error_set(err, STATUS_CONFLICT,
                         "an erasure cannot be part of a batch or a snapshot");
    EraseAct act = {.at = moments.at, .noted_at = moments.noted_at};
    Text code_hash;
    CustomerId customer;
    TRY(code_of_text("customer", code, arena, &act.code, err));
    act.code = arena_text(arena, act.code);
    TRY(hash_code(store, act.code, arena, &code_hash, err));
    bool is_unclean = false;
    CodesOfOne codes = {0};
    ARENA_PUSH(arena, &codes, act.code);
    TRY(customer_find(store, act.code, &customer, err));
    if (customer.value == 0) TRY(find_unclean(store, code_hash, arena, &act, &is_unclean, err));
    if (!is_unclean) {
        TRY(customer_get(store, act.code, &customer, err));
        TRY(list_codes(store, customer, arena, &codes, err));
        TRY(remove_customer(store, customer, code_hash, arena, &act, err));
    }
    TRY(clean(store, code_hash, err));
    CodeQuote *quotes = NULL;
    TRY(store_find_quotes(store, &codes, arena, &quotes, &act.quotes_count, err));
    act.quotes = quotes;
    act.codes = codes.items;
    act.codes_count = codes.count;
    *ret_act = act;
    return STATUS_OK;
}

Status store_count_erasures(Store *store, uint64_t *ret_count, Error *err)
{
    int64_t count;
    TRY(database_number(store->database, count_erasures, &count, err));
    *ret_count = (uint64_t)count;
    return STATUS_OK;
}
