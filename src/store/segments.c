/* segments.c -- the cards of segments in every version, and marks on single customers. */
#include "store/segments.h"

#include "base/fold.h"
#include "store/customers.h"
#include "store/schedule_since.h"
#include "store/store_internal.h"

static const char insert_segment[] =
    "INSERT INTO main.segment (code, name, name_folded, version) VALUES (?1, ?2, ?3, 1)";
static const char update_segment[] =
    "UPDATE main.segment SET code = ?2, name = ?3, name_folded = ?4, version = version + 1 "
    "WHERE id = ?1 AND removed_code IS NULL";
/* The row stays for the feed, with a code and a name that nobody can choose. */
static const char update_removed[] =
    "UPDATE main.segment SET removed_code = code, removed_name = name, code = char(1) || id, "
    "name = char(1) || id, name_folded = char(1) || id, version = 0, attempted_at = NULL, "
    "failure = '', asked_rule = NULL, asked_as_of = NULL, asked_data_version = NULL "
    "WHERE id = ?1 AND removed_code IS NULL";
static const char delete_versions[] = "DELETE FROM main.segment_version WHERE segment_id = ?1";
static const char delete_marks[] = "DELETE FROM main.segment_mark WHERE segment_id = ?1";
/* What the feed does not tell. */
static const char update_formings[] =
    "UPDATE main.forming SET note = '', composition = NULL WHERE segment_id = ?1";
/* Open ones for its members, and those that stand on one for its members. */
static const char select_agreement[] =
    "SELECT a.name, v.status = 'draft' FROM main.agreement a JOIN main.agreement_version v "
    "ON v.agreement_id = a.id AND v.number = a.version "
    "WHERE v.status <> 'closed' AND (a.segment_id = ?1 OR a.based_on IN "
    "(SELECT b.id FROM main.agreement b WHERE b.segment_id = ?1)) ORDER BY a.id";
static const char delete_based_agreements[] =
    "DELETE FROM main.agreement WHERE based_on IN "
    "(SELECT b.id FROM main.agreement b WHERE b.segment_id = ?1)";
static const char delete_agreements[] = "DELETE FROM main.agreement WHERE segment_id = ?1";
static const char select_taken[] =
    "SELECT name, code = ?1 FROM main.segment WHERE (code = ?1 OR name_folded = ?2) AND id <> ?3";
static const char insert_version[] =
    "INSERT INTO main.segment_version (segment_id, number, at, author, note, card) "
    "VALUES (?1, (SELECT version FROM main.segment WHERE id = ?1), ?2, ?3, ?4, ?5)";
static const char select_segments[] =
    "SELECT s.id, s.code, s.name, s.version, v.card, s.attempted_at, s.failure, " SCHEDULE_SINCE(
        "main.segment_version", "segment_id", "s.id", "card",
        "is_schedule_off") ", "
                           "s.asked_rule, s.asked_as_of, s.asked_data_version, "
                           "EXISTS (SELECT 1 FROM main.forming f WHERE f.segment_id = s.id) "
                           "FROM main.segment s JOIN main.segment_version v "
                           "ON v.segment_id = s.id AND v.number = s.version ORDER BY s.name_folded";
static const char update_asked[] =
    "UPDATE main.segment SET asked_rule = ?2, asked_as_of = ?3, asked_data_version = ?4 "
    "WHERE id = ?1";
static const char update_attempt[] =
    "UPDATE main.segment SET attempted_at = ?2, failure = ?3 WHERE id = ?1";
static const char select_versions[] =
    "SELECT number, at, author, note, card FROM main.segment_version WHERE segment_id = ?1 "
    "ORDER BY number";

/* ---- cards ---- */

static Status check_free(Store *store, uint32_t own_id, const SegmentWrite *segment, Text folded,
                         Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_taken, &statement, err));
    statement_bind_text(statement, 1, segment->code);
    statement_bind_text(statement, 2, folded);
    statement_bind_integer(statement, 3, own_id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    Text name = statement_text(statement, 0);
    if (statement_integer(statement, 1) != 0)
        return error_set(err, STATUS_CONFLICT,
                         "the segment '%.*s' has the code '%.*s' already; choose another code",
                         TEXT_FORMAT(name), TEXT_FORMAT(segment->code));
    return error_set(err, STATUS_CONFLICT, "there is a segment '%.*s' already; choose another name",
                     TEXT_FORMAT(name));
}

static Status add_version(Store *store, uint32_t id, const SegmentWrite *segment, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_version, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer(statement, 2, segment->at.second);
    statement_bind_text(statement, 3, segment->author);
    statement_bind_text(statement, 4, segment->note);
    statement_bind_text(statement, 5, segment->card);
    return statement_run(statement, err);
}

/* The row of a new segment, or of `id` in its new form. */
static Status write_row(Store *store, uint32_t id, const SegmentWrite *segment, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text folded = text_fold(segment->name, arena);
    TRY(check_free(store, id, segment, folded, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    bool is_new = id == 0;
    TRY(store_statement(store, is_new ? insert_segment : update_segment, &statement, err));
    int parameter = 1;
    if (!is_new) statement_bind_integer(statement, parameter++, id);
    statement_bind_text(statement, parameter++, segment->code);
    statement_bind_text(statement, parameter++, segment->name);
    statement_bind_text(statement, parameter, folded);
    return statement_run(statement, err);
}

Status store_add_segment(Store *store, const SegmentWrite *segment, uint32_t *ret_id, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(write_row(store, 0, segment, err));
    uint32_t id = (uint32_t)sqlite3_last_insert_rowid(store->database);
    TRY(add_version(store, id, segment, err));
    TRY(change_commit(&change, err));
    *ret_id = id;
    return STATUS_OK;
}

static Status no_segment(uint32_t id, Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no segment number %u", id);
}

Status store_change_segment(Store *store, uint32_t id, const SegmentWrite *segment, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(write_row(store, id, segment, err));
    if (sqlite3_changes(store->database) == 0) return no_segment(id, err);
    TRY(add_version(store, id, segment, err));
    return change_commit(&change, err);
}

static Status check_no_agreement(Store *store, uint32_t id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_agreement, &statement, err));
    statement_bind_integer(statement, 1, id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    if (statement_integer(statement, 1) != 0)
        return error_set(err, STATUS_CONFLICT,
                         "the draft agreement '%.*s' stands on its members; remove it first",
                         TEXT_FORMAT(statement_text(statement, 0)));
    return error_set(err, STATUS_CONFLICT,
                     "the agreement '%.*s' stands on its members; close it first",
                     TEXT_FORMAT(statement_text(statement, 0)));
}

/* Also when there are none: who keeps compositions in memory learns of it by the new forming. */
static Status add_leaving(Store *store, const SegmentRemoval *removal, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(customer_set_free) CustomerSet members = {0};
    const CustomerSet nobody = {0};
    const FormingChange leaves = {.cause = CAUSE_REMOVED, .customers = &members};
    FormingRow last;
    uint64_t ignored;
    TRY(store_last_forming(store, removal->id, arena, &last, err));
    if (last.id == 0) return STATUS_OK;
    TRY(store_read_composition(store, removal->id, UINT64_MAX, &members, err));
    FormingWrite forming = {.row = {.segment_id = removal->id,
                                    .at = removal->at,
                                    .as_of = moment_date(removal->at),
                                    .reason = FORMING_REMOVAL,
                                    .author = removal->author,
                                    .note = TEXT(""),
                                    .version = last.version},
                            .changes = &leaves,
                            .changes_count = 1,
                            .composition = &nobody};
    return store_add_forming(store, &forming, &ignored, err);
}

static Status remove_segment(Store *store, const SegmentRemoval *removal, Error *err)
{
    const uint32_t id = removal->id;
    TRY(check_no_agreement(store, id, err));
    TRY(store_run_with_id(store, delete_based_agreements, id, err));
    TRY(store_run_with_id(store, delete_agreements, id, err));
    TRY(store_run_with_id(store, update_removed, id, err));
    if (sqlite3_changes(store->database) == 0) return no_segment(id, err);
    TRY(add_leaving(store, removal, err));
    TRY(store_run_with_id(store, delete_marks, id, err));
    TRY(store_run_with_id(store, delete_versions, id, err));
    return store_run_with_id(store, update_formings, id, err);
}

Status store_remove_segment(Store *store, const SegmentRemoval *removal, Error *err)
{
    TRY(store_batch_begin(store, err));
    Status status = remove_segment(store, removal, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

Status store_list_segments(Store *store, Arena *arena, SegmentRow **ret_segments, size_t *ret_count,
                           Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_segments, &statement, err));
    struct {
        SegmentRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        SegmentRow row = {.id = (uint32_t)statement_integer(statement, 0),
                          .code = arena_text(arena, statement_text(statement, 1)),
                          .name = arena_text(arena, statement_text(statement, 2)),
                          .version = (uint32_t)statement_integer(statement, 3),
                          .card = arena_text(arena, statement_text(statement, 4)),
                          .was_attempted = !statement_is_null(statement, 5),
                          .attempted_at = {statement_integer(statement, 5)},
                          .failure = arena_text(arena, statement_text(statement, 6)),
                          .scheduled_at = {statement_integer(statement, 7)},
                          .was_formed = statement_integer(statement, 11) != 0,
                          .asked = {.is_known = !statement_is_null(statement, 8),
                                    .rule_digest = statement_integer(statement, 8),
                                    .as_of = {(int32_t)statement_integer(statement, 9)},
                                    .data_version = (uint64_t)statement_integer(statement, 10)}};
        ARENA_PUSH(arena, &list, row);
    }
    *ret_segments = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_note_attempt(Store *store, uint32_t id, Moment at, Text failure, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_attempt, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer(statement, 2, at.second);
    statement_bind_text(statement, 3, failure);
    return statement_run(statement, err);
}

Status store_note_asked(Store *store, uint32_t id, const SegmentAsked *asked, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_asked, &statement, err));
    statement_bind_integer(statement, 1, id);
    const int64_t numbers[] = {asked->rule_digest, asked->as_of.day, (int64_t)asked->data_version};
    for (int i = 0; i < 3; i++)
        statement_bind_integer_or_null(statement, 2 + i, asked->is_known, numbers[i]);
    return statement_run(statement, err);
}

Status store_list_segment_versions(Store *store, uint32_t id, Arena *arena,
                                   SegmentVersion **ret_versions, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_versions, &statement, err));
    statement_bind_integer(statement, 1, id);
    struct {
        SegmentVersion *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        SegmentVersion version = {.number = (uint32_t)statement_integer(statement, 0),
                                  .at = {statement_integer(statement, 1)},
                                  .author = arena_text(arena, statement_text(statement, 2)),
                                  .note = arena_text(arena, statement_text(statement, 3)),
                                  .card = arena_text(arena, statement_text(statement, 4))};
        ARENA_PUSH(arena, &list, version);
    }
    *ret_versions = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
