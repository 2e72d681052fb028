/* check_journal.c -- verifying what is stored of segments: versions, the journal, marks,
 * agreements.
 *
 * 1. A composition is the sum of its formings: who joins is not in, who leaves is, and where the
 *    whole was kept it is that sum.
 * 2. Counts are of the day when it happened: with those erased since.
 * 3. Numbers of the feed are given once, in order.
 * 4. Members and marked customers exist. */
#include "base/bitmap.h"
#include "store/agreements.h"
#include "store/check_parts.h"
#include "store/forming_journal.h"

static const char select_broken_versions[] =
    "SELECT s.name, s.version FROM main.segment s WHERE s.version <> (SELECT COUNT(*) FROM "
    "main.segment_version v WHERE v.segment_id = s.id AND v.number BETWEEN 1 AND s.version) "
    "OR EXISTS (SELECT 1 FROM main.segment_version v WHERE v.segment_id = s.id "
    "AND (v.number > s.version OR NOT json_valid(v.card)))";
static const char select_segments[] =
    "SELECT id, COALESCE(removed_name, name) FROM main.segment ORDER BY id";
static const char select_formings[] =
    "SELECT " FORMING_COLUMNS ", f.composition FROM main.forming f WHERE f.segment_id = ?1 "
    "ORDER BY f.id";
static const char select_changes[] =
    "SELECT is_joining, cause, customers_count, customers, erased FROM main.forming_change "
    "WHERE forming_id = ?1";
static const char select_feed[] =
    "SELECT sequence, customers_count FROM main.forming_change ORDER BY sequence";
static const char select_marks[] =
    "SELECT s.name, m.customer_id FROM main.segment_mark m JOIN main.segment s "
    "ON s.id = m.segment_id WHERE m.kind NOT IN ("
#define SEGMENT_MARK(name, code) "'" code "', "
#include "store/forming.def"
#undef SEGMENT_MARK
    "'') OR NOT EXISTS (SELECT 1 FROM main.customer c WHERE c.id = m.customer_id)";
static const char select_agreements[] =
    "SELECT a.name, 'lacks a version' FROM main.agreement a WHERE a.version <> (SELECT COUNT(*) "
    "FROM main.agreement_version v WHERE v.agreement_id = a.id AND v.number BETWEEN 1 AND "
    "a.version) UNION ALL "
    "SELECT a.name, 'has an impossible version' FROM main.agreement a "
    "JOIN main.agreement_version v ON v.agreement_id = a.id WHERE v.number > a.version "
    "OR v.status NOT IN ('draft', 'active', 'closed') OR v.discount NOT BETWEEN 0 AND 10000 "
    "OR v.payment_days < 0 OR v.last_day < v.first_day UNION ALL "
    "SELECT a.name, 'is not based on a typical one' FROM main.agreement a "
    "JOIN main.agreement b ON b.id = a.based_on WHERE b.segment_id IS NULL";

/* ---- one segment ---- */

typedef struct {
    Problems *problems;
    uint32_t segment_id;
    Text name;
    CustomerSet members;    /* after the formings so far */
    uint64_t members_count; /* as the last forming says */
} SegmentCheck;

/* What one forming's changes add up to. */
typedef struct {
    uint64_t joined_count, left_count;
    CustomerSet changed; /* all met so far in this forming */
} FormingSum;

static void damaged(SegmentCheck *check, uint64_t forming_id, const char *what)
{
    problem_add(check->problems, "forming %llu of the segment '%.*s': %s",
                (unsigned long long)forming_id, TEXT_FORMAT(check->name), what);
}

static bool is_known_cause(sqlite3_stmt *row)
{
    ChangeCause cause;
    return journal_read_cause(row, 1, &cause, NULL) == STATUS_OK;
}

static Status count_erased(sqlite3_stmt *row, uint64_t *ret_count, Error *err)
{
    CustomerSet erased = {0};
    *ret_count = 0;
    if (statement_is_null(row, 4)) return STATUS_OK;
    TRY(journal_read_set(statement_blob(row, 4), &erased, err));
    *ret_count = customer_set_count(&erased);
    customer_set_free(&erased);
    return STATUS_OK;
}

/* keeps (1) and (2) */
static Status apply_change(SegmentCheck *check, uint64_t forming_id, sqlite3_stmt *row,
                           FormingSum *sum, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    bool is_joining = statement_integer(row, 0) != 0;
    uint64_t count = (uint64_t)statement_integer(row, 2), erased;
    TRY(journal_read_set(statement_blob(row, 3), &customers, err));
    TRY(count_erased(row, &erased, err));
    uint64_t present = customer_set_count(&customers);
    if (!is_known_cause(row)) damaged(check, forming_id, "a change has an unknown cause");
    if (present + erased != count) damaged(check, forming_id, "a change has another count");
    if (customer_set_count_common(&customers, &sum->changed) > 0)
        damaged(check, forming_id, "a customer changed twice");
    uint64_t already = customer_set_count_common(&customers, &check->members);
    if (is_joining && already > 0) damaged(check, forming_id, "a member joined");
    if (!is_joining && already < present) damaged(check, forming_id, "somebody left who was out");
    customer_set_unite(&sum->changed, &customers);
    if (is_joining) {
        sum->joined_count += count;
        customer_set_unite(&check->members, &customers);
    } else {
        sum->left_count += count;
        customer_set_subtract(&check->members, &customers);
    }
    return STATUS_OK;
}

static Status apply_changes(SegmentCheck *check, uint64_t forming_id, FormingSum *sum, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(check->problems->store, select_changes, &row, err));
    statement_bind_integer(row, 1, (int64_t)forming_id);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        TRY(apply_change(check, forming_id, row, sum, err));
    }
}

static Status check_whole(SegmentCheck *check, uint64_t forming_id, Text bytes, Error *err)
{
    CustomerSet whole = {0};
    TRY(journal_read_set(bytes, &whole, err));
    if (!customer_set_equal(&whole, &check->members))
        damaged(check, forming_id, "the composition kept whole is not the sum of the changes");
    customer_set_free(&whole);
    return STATUS_OK;
}

static Status check_forming(SegmentCheck *check, sqlite3_stmt *row, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow forming;
    TRY(journal_read_forming(row, arena, &forming, err));
    FormingSum sum = {0};
    Status status = apply_changes(check, forming.id, &sum, err);
    customer_set_free(&sum.changed);
    TRY(status);
    if (sum.joined_count != forming.joined_count || sum.left_count != forming.left_count)
        damaged(check, forming.id, "the changes are not as many as it says");
    if (check->members_count + forming.joined_count != forming.members_count + forming.left_count)
        damaged(check, forming.id, "the number of members does not follow from the one before");
    check->members_count = forming.members_count;
    if (statement_is_null(row, JOURNAL_COLUMNS_COUNT)) return STATUS_OK;
    return check_whole(check, forming.id, statement_blob(row, JOURNAL_COLUMNS_COUNT), err);
}

static Status check_formings(SegmentCheck *check, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(check->problems->store->database, text_of(select_formings), &row, err));
    statement_bind_integer(row, 1, check->segment_id);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        TRY(check_forming(check, row, err));
    }
    if (customer_set_count(&check->members) != check->members_count)
        problem_add(check->problems, "the segment '%.*s' has %llu members, its journal says %llu",
                    TEXT_FORMAT(check->name),
                    (unsigned long long)customer_set_count(&check->members),
                    (unsigned long long)check->members_count);
    return STATUS_OK;
}

/* keeps (4) */
static Status check_members(SegmentCheck *check, Error *err)
{
    AUTO(customer_set_free) CustomerSet existing = customer_set_copy(&check->members);
    TRY(store_keep_existing(check->problems->store, &existing, err));
    uint64_t missing = customer_set_count(&check->members) - customer_set_count(&existing);
    if (missing > 0)
        problem_add(check->problems, "%llu members of the segment '%.*s' do not exist",
                    (unsigned long long)missing, TEXT_FORMAT(check->name));
    return STATUS_OK;
}

static Status check_segments(Problems *problems, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_segments), &row, err));
    for (bool has_row;;) {
        TRY(progress_report(problems->progress, "checking segments", 0, 0, err));
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        SegmentCheck check = {.problems = problems,
                              .segment_id = (uint32_t)statement_integer(row, 0),
                              .name = statement_text(row, 1)};
        Status status = check_formings(&check, err);
        if (status == STATUS_OK) status = check_members(&check, err);
        customer_set_free(&check.members);
        TRY(status);
    }
}

/* ---- the feed, marks, agreements ---- */

/* keeps (3) */
static Status check_feed(Problems *problems, Error *err)
{
    int64_t taken, free_from = 1;
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(setting_read_number(problems->store, SETTING_FEED_NUMBER_TAKEN, &taken, err));
    TRY(statement_prepare(problems->store->database, text_of(select_feed), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        int64_t first = statement_integer(row, 0);
        if (first < free_from)
            problem_add(problems, "number %lld of the feed of changes was given twice",
                        (long long)first);
        free_from = first + statement_integer(row, 1);
    }
    if (free_from > taken + 1)
        problem_add(problems, "the feed of changes goes beyond its last number");
    return STATUS_OK;
}

/* A row is a problem: whose, and which. */
static Status check_rows(Problems *problems, const char *sql, const char *what, Error *err)
{
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(sql), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        problem_add(problems, "%s '%.*s': %.*s", what, TEXT_FORMAT(statement_text(row, 0)),
                    TEXT_FORMAT(statement_text(row, 1)));
    }
}

Status check_journal(Problems *problems, Error *err)
{
    TRY(check_rows(problems, select_broken_versions, "the versions of a segment are not complete",
                   err));
    TRY(check_segments(problems, err));
    TRY(check_feed(problems, err));
    TRY(check_rows(problems, select_marks, "a mark is of nobody, or of an unknown kind, in segment",
                   err));
    return check_rows(problems, select_agreements, "the agreement", err);
}
