/* test_sql_rule.c -- segments whose members SQL names: what they find, and what they must not do.
 */
#include "segment/company.h"
#include "segment/settings.h"
#include "segment/sql_rule.h"

#include <string.h>

static SegmentCard by_sql(const char *sql)
{
    return (SegmentCard){.name = TEXT("by sql"), .mode = MODE_PERIODIC, .sql = text_of(sql)};
}

TEST(sql_names_the_members_and_unknown_codes_are_told)
{
    AUTO(company_done) Company *company = company_open(4);
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Москва");
    SegmentCard card = by_sql("SELECT code FROM customer WHERE city = 'Москва' "
                              "UNION ALL SELECT 'ZZ' UNION ALL SELECT NULL UNION ALL SELECT 'C1'");
    uint32_t id = company_add(company, &card);
    FormingOutcome outcome = company_form(company, &id, 1);
    EXPECT(outcome.is_formed);
    EXPECT_TEXT(company_members(company, id), "1 2");
    EXPECT_INT(outcome.unknown_count, 2);
    EXPECT_TEXT(outcome.unknown_example, "ZZ");
    EXPECT_TEXT(company_last_changes(company, id), "rule +1 2");

    company_set_city(company, 3, "Москва");
    company_set_city(company, 1, "Киев");
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1 2 3"); /* C1 is named by hand in the query */
    EXPECT_TEXT(company_last_changes(company, id), "data +3");
    card.sql = TEXT("SELECT name, code FROM customer WHERE city = 'Киев'");
    company_change(company, id, &card);
    (void)company_form(company, &id, 1);
    EXPECT_TEXT(company_members(company, id), "1");
    EXPECT_TEXT(company_last_changes(company, id), "rule -2 3");
}

TEST(sql_and_rules_are_formed_in_one_run)
{
    AUTO(company_done) Company *company = company_open(3);
    company_set_city(company, 2, "Москва");
    SegmentCard by_query = by_sql("SELECT code FROM customer WHERE city = 'Москва'");
    SegmentCard reader = {
        .name = TEXT("not them"), .mode = MODE_PERIODIC, .rule = TEXT("not member(\"by sql\")")};
    uint32_t ids[2];
    ids[1] = company_add(company, &by_query);
    ids[0] = company_add(company, &reader);
    (void)company_form(company, ids, 2);
    EXPECT_TEXT(company_members(company, ids[1]), "2");
    EXPECT_TEXT(company_members(company, ids[0]), "1 3");
}

/* ---- hostile ---- */

static void expect_failure(const char *sql, const char *sentence)
{
    AUTO(company_done) Company *company = company_open(2);
    SegmentCard card = by_sql("SELECT code FROM customer");
    uint32_t id = company_add(company, &card);
    (void)company_form(company, &id, 1);
    card.sql = text_of(sql);
    company_change(company, id, &card);
    FormingOutcome outcome = company_form(company, &id, 1);
    EXPECT(!outcome.is_formed);
    bool is_told = text_contains(outcome.failure, text_of(sentence));
    EXPECT(is_told);
    if (!is_told) EXPECT_TEXT(outcome.failure, sentence);
    EXPECT_TEXT(company_members(company, id), "1 2"); /* the last good one stands */
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM customer"), 2);
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM segment"), 1);
}

TEST(sql_that_does_more_than_read_is_refused)
{
    static const char *const queries[][2] = {
        {"DELETE FROM customer", "cannot modify customer"},
        {"DELETE FROM main.customer", "only reading with one SELECT"},
        {"SELECT code FROM customer; DELETE FROM customer", "only one statement"},
        {"SELECT code FROM main.segment", "only reading with one SELECT"},
        {"SELECT value AS code FROM setting", "only reading with one SELECT"},
        {"SELECT sql AS code FROM sqlite_schema", "only reading with one SELECT"},
        {"ATTACH '/etc/passwd' AS x", "only reading with one SELECT"},
        {"PRAGMA writable_schema = 1", "only reading with one SELECT"},
        {"SELECT load_extension('x')", "not authorized"},
        {"SELECT writefile('/tmp/x', 'y')", "no such function"},
        {"EXPLAIN SELECT code FROM customer", "only a SELECT"},
        {"SELECT code FROM no_table", "no such table"},
        {"SELECT", "incomplete input"},
        {"SELECT code, name FROM customer WHERE ?", "parameters"},
        {"SELECT id, name FROM customer", "call that column 'code'"},
        {"SELECT 1.5", "fractions"},
        {"SELECT zeroblob(2000000000)", "too big"},
        {"-- nothing", "empty"},
    };
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        expect_failure(queries[i][0], queries[i][1]);
}

static uint64_t ticks;

static uint64_t tick(void)
{
    return ticks += 100000000; /* a tenth of a second at each look */
}

static const char endless[] =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS code FROM n";

TEST(endless_sql_ends_by_its_time)
{
    AUTO(company_done) Company *company = company_open(1);
    SegmentSetting setting;
    EXPECT_OK(segment_settings_write(company->fixture.store, TEXT("sql_seconds_max"), TEXT("2"),
                                     &setting, &company->fixture.err),
              &company->fixture.err);
    SegmentCard card = by_sql(endless);
    uint32_t id = company_add(company, &card);
    company->context.now_nanoseconds = tick;
    FormingOutcome outcome = company_form(company, &id, 1);
    EXPECT(!outcome.is_formed);
    EXPECT(text_contains(outcome.failure, TEXT("longer than 2 seconds")));
}

static bool stop_soon(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    return ++*(int *)context < 3;
}

TEST(endless_sql_can_be_cancelled)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    SegmentCard card = by_sql(endless);
    uint32_t id = company_add(company, &card);
    int calls = 0;
    Progress progress = {stop_soon, &calls};
    company->context.progress = &progress;
    FormingOutcome *outcomes = NULL;
    FormingRequest request = {.segment_ids = &id, .count = 1, .reason = FORMING_FORM};
    EXPECT_STATUS(
        segments_form(&company->context, &request, company->fixture.arena, &outcomes, err),
        STATUS_CANCELLED, err);
    EXPECT_INT(fixture_number(&company->fixture, "SELECT count(*) FROM forming"), 0);
}

TEST(sql_is_checked_without_being_run)
{
    AUTO(company_done) Company *company = company_open(1);
    Error *err = &company->fixture.err;
    Store *store = company->fixture.store;
    EXPECT_OK(sql_rule_check(store, TEXT("SELECT code FROM customer"), err), err);
    EXPECT_OK(sql_rule_check(store, text_of(endless), err), err);
    EXPECT_STATUS(sql_rule_check(store, TEXT("DROP TABLE customer"), err), STATUS_DENIED, err);
    EXPECT_STATUS(sql_rule_check(store, TEXT("SELECT id, name FROM customer"), err), STATUS_INVALID,
                  err);
    SegmentCard card = by_sql("SELECT code FROM customer");
    card.mode = MODE_DYNAMIC;
    EXPECT_STATUS(card_check(&card, err), STATUS_CONFLICT, err);
}
