/* test_merges.c -- two customers who were one: merged, taken back, erased, broken off. */
#include "store/duplicates.h"
#include "store/faulty_vfs.h"
#include "store/fixture_events.h"
#include "store/merges.h"
#include "store/saved_sets.h"
#include "store/segments.h"

#include "base/random.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPERATIONS_MAX = 3000 };

static Status merge(Fixture *fixture, const char *from, const char *into, MergeOutcome *outcome)
{
    MergeOrder order = {.from = text_of(from),
                        .into = text_of(into),
                        .at = {1000},
                        .author = TEXT("anna"),
                        .reason = TEXT("")};
    return store_merge_customers(fixture->store, &order, fixture->arena, outcome, &fixture->err);
}

static Status unmerge(Fixture *fixture, const char *from, MergeOutcome *outcome)
{
    UnmergeOrder order = {text_of(from), {2000}, TEXT("anna")};
    return store_unmerge_customers(fixture->store, &order, fixture->arena, outcome, &fixture->err);
}

static void fill(Fixture *fixture)
{
    const Purchase purchases[] = {
        PURCHASE(.customer = "a", .at = "2026-01-01", .key = "k1", .amount = 10000),
        PURCHASE(.customer = "a", .at = "2026-01-02", .order = "o", .amount = 20000),
        PURCHASE(.customer = "a", .at = "2026-01-03", .channel = "сайт"),
        PURCHASE(.customer = "b", .at = "2026-01-02", .order = "o", .amount = 20000),
        PURCHASE(.customer = "b", .at = "2026-01-04", .key = "k2", .amount = 30000),
    };
    fixture_add_customer(fixture, "a", "Анна");
    fixture_add_customer(fixture, "b", "Борис");
    fixture_add_customer(fixture, "c", "Вера");
    fixture_write(fixture, EVENTS_UPSERT, purchases, 5);
}

static int64_t events_count(Fixture *fixture)
{
    return fixture_number(fixture, "SELECT events_count FROM stream WHERE id = 1");
}

/* All that must be again as it was, as one text. */
static Text state_of(Fixture *fixture)
{
    Text a = fixture_purchases(fixture, "a"), b = fixture_purchases(fixture, "b");
    return arena_printf(fixture->arena, "%.*s|%.*s|%lld", TEXT_FORMAT(a), TEXT_FORMAT(b),
                        (long long)events_count(fixture));
}

TEST(the_same_event_of_both_is_one_and_comes_back)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    Text before = state_of(&fixture);
    MergeOutcome outcome;
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    REQUIRE(outcome.events_count == 1);
    EXPECT_INT(outcome.events[0].moved, 2);
    EXPECT_INT(outcome.events[0].identical, 1);
    EXPECT_INT(events_count(&fixture), 4);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_key WHERE customer_id = 2"), 2);
    fixture_expect_sound(&fixture);
    EXPECT_OK(unmerge(&fixture, "a", &outcome), &fixture.err);
    EXPECT_INT(outcome.events[0].moved, 2);
    EXPECT_INT(outcome.events[0].identical, 1);
    EXPECT_INT(outcome.events[0].left, 0);
    EXPECT_TEXT(state_of(&fixture), before.data);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM event_key WHERE customer_id = 2"), 1);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer_merge_pack"), 0);
    fixture_expect_sound(&fixture);
}

/* An event that an import changed or removed since is not given back; all others are. */
TEST(what_was_changed_since_stays)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    MergeOutcome outcome;
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    const Purchase newer[] = {
        PURCHASE(.customer = "a", .at = "2026-01-01", .key = "k1", .amount = 77)};
    EventWriteCounts counts = fixture_write(&fixture, EVENTS_UPSERT, newer, 1);
    EXPECT_COUNTS(counts, 0, 1, 0, 0);
    const Purchase same[] = {PURCHASE(.customer = "a", .at = "2026-01-03", .channel = "сайт")};
    counts = fixture_write(&fixture, EVENTS_UPSERT, same, 1);
    EXPECT_COUNTS(counts, 0, 0, 1, 0);
    EXPECT_OK(unmerge(&fixture, "a", &outcome), &fixture.err);
    EXPECT_INT(outcome.events[0].moved, 1);
    EXPECT_INT(outcome.events[0].left, 1);
    EXPECT_INT(fixture_number(&fixture, "SELECT customer_id FROM event_key WHERE key = 'k1'"), 2);
    fixture_expect_sound(&fixture);
}

TEST(both_hear_of_it_and_ids_are_not_given_again)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    MergeOutcome outcome;
    StoreChanges changes;
    uint64_t version = 0;
    EXPECT_OK(store_data_version(fixture.store, &version, &fixture.err), &fixture.err);
    EXPECT_OK(merge(&fixture, "c", "b", &outcome), &fixture.err);
    EXPECT_OK(store_changes_since(fixture.store, version, &changes, &fixture.err), &fixture.err);
    EXPECT_INT(customer_set_count(&changes.customers), 2);
    customer_set_free(&changes.customers);
    fixture_reopen(&fixture, STORE_WRITE);
    fixture_add_customer(&fixture, "d", "Дарья");
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM customer WHERE code = 'd'"), 4);
    EXPECT_OK(unmerge(&fixture, "c", &outcome), &fixture.err);
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM customer WHERE code = 'c'"), 3);
    fixture_expect_sound(&fixture);
}

TEST(a_former_code_fills_only_what_is_missing)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    MergeOutcome outcome;
    WriteResult result;
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    EXPECT_OK(fixture_set(&fixture, "a", "city", value_text(TEXT("Тула")), WRITE_UPSERT, &result),
              &fixture.err);
    EXPECT(result == WRITE_UPDATED);
    EXPECT_OK(fixture_set(&fixture, "a", "city", value_text(TEXT("Орёл")), WRITE_REPLACE, &result),
              &fixture.err);
    EXPECT(result == WRITE_UNCHANGED);
    EXPECT_STATUS(fixture_set(&fixture, "a", "city", value_missing(), WRITE_INSERT, &result),
                  STATUS_CONFLICT, &fixture.err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer"), 2);
    CustomerRow row;
    EXPECT_OK(store_read_customer(fixture.store, TEXT("a"), fixture.arena, &row, &fixture.err),
              &fixture.err);
    EXPECT_TEXT(row.code, "b");
    EXPECT_TEXT(row.values[BUILT_IN_CITY].as.text, "Тула");
    EXPECT_TEXT(row.values[BUILT_IN_NAME].as.text, "Борис");
}

static void set_city(Fixture *fixture, const char *code, const char *city)
{
    WriteResult result;
    Status status =
        fixture_set(fixture, code, "city", value_text(text_of(city)), WRITE_UPSERT, &result);
    EXPECT_OK(status, &fixture->err);
}

/* Whether anybody is merged is asked once in a batch, and a merge in its midst counts. */
TEST(a_former_code_is_known_within_batches)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    MergeOutcome outcome;
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    set_city(&fixture, "d", "Тула");
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    set_city(&fixture, "a", "Орёл");
    EXPECT_OK(store_batch_commit(fixture.store, &fixture.err), &fixture.err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer"), 3);
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    set_city(&fixture, "e", "Тверь");
    set_city(&fixture, "a", "Псков");
    EXPECT_OK(store_batch_commit(fixture.store, &fixture.err), &fixture.err);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM customer"), 4);
    CustomerRow row;
    EXPECT_OK(store_read_customer(fixture.store, TEXT("b"), fixture.arena, &row, &fixture.err),
              &fixture.err);
    EXPECT_TEXT(row.values[BUILT_IN_CITY].as.text, "Орёл");
    fixture_expect_sound(&fixture);
}

TEST(merges_of_merges_are_taken_back_in_turn)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    Text before = state_of(&fixture);
    MergeOutcome outcome;
    MergeRow *merges = NULL;
    size_t count = 0;
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    EXPECT_OK(merge(&fixture, "b", "c", &outcome), &fixture.err);
    EXPECT_STATUS(merge(&fixture, "a", "c", &outcome), STATUS_CONFLICT, &fixture.err);
    EXPECT_OK(store_list_merges(fixture.store, (CustomerId){3}, fixture.arena, &merges, &count,
                                &fixture.err),
              &fixture.err);
    EXPECT_INT(count, 2);
    EXPECT_STATUS(unmerge(&fixture, "a", &outcome), STATUS_CONFLICT, &fixture.err);
    EXPECT_OK(unmerge(&fixture, "b", &outcome), &fixture.err);
    EXPECT_OK(unmerge(&fixture, "a", &outcome), &fixture.err);
    EXPECT_STATUS(unmerge(&fixture, "a", &outcome), STATUS_NOT_FOUND, &fixture.err);
    EXPECT_TEXT(state_of(&fixture), before.data);
    fixture_expect_sound(&fixture);
}

TEST(an_erasure_takes_the_record_and_the_former_codes)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    MergeOutcome outcome;
    EraseAct act;
    uint32_t segment_id;
    fixture_add_customer(&fixture, "d", "Глеб");
    SegmentWrite segment = {
        .code = TEXT("s"),
        .name = TEXT("S"),
        .card = TEXT("{\"tests\":[{\"customer\":\"a\"},{\"customer\":\"b\"},{\"customer\":\"c\"},"
                     "{\"customer\":\"d\"}]}")};
    EXPECT_OK(store_add_segment(fixture.store, &segment, &segment_id, &fixture.err), &fixture.err);
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    EXPECT_OK(merge(&fixture, "b", "c", &outcome), &fixture.err);
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("a"), erasure_at((Moment){0}), fixture.arena,
                                   &act, &fixture.err),
              &fixture.err);
    EXPECT_INT(act.events[STREAM_PURCHASE], 4);
    EXPECT_INT(act.tests, 1);
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM segment_version, "
                                        "json_each(card, '$.tests') t WHERE "
                                        "json_extract(t.value, '$.customer') <> 'd'"),
               0);
    static const char *const tables[] = {"customer",
                                         "customer_merge",
                                         "customer_merge_value",
                                         "customer_merge_pack",
                                         "customer_merge_stream",
                                         "customer_merge_row",
                                         "event_key"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        EXPECT_INT(
            fixture_number(&fixture,
                           arena_printf(fixture.arena, "SELECT count(*) FROM %s", tables[i]).data),
            i == 0);
    fixture_expect_sound(&fixture);
}

TEST(damaged_records_are_told)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    MergeOutcome outcome;
    EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
    store_close(fixture.store);
    fixture_damage(&fixture, "UPDATE customer_merge SET into_id = 9, from_code = 'b'");
    EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, &fixture.err), &fixture.err);
    Text *problems;
    size_t count = 0;
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 2);
    EXPECT_TEXT(problems[0], "merge number 1, of 'b': who is gone is there all the same");
    EXPECT_TEXT(problems[1], "merge number 1, of 'b': it leads to nobody");
    fixture_done(&fixture);
}

/* ---- broken off ---- */

/* At whatever operation on files a merge fails, nothing of it is there, and it can be done. */
TEST(failing_merges)
{
    faulty_vfs_install();
    for (long n = 1; n < OPERATIONS_MAX; n++) {
        AUTO(fixture_done) Fixture fixture = fixture_open();
        MergeOutcome outcome;
        fill(&fixture);
        Text before = state_of(&fixture);
        faulty_vfs_arm(FAULT_IO, n);
        Status status = merge(&fixture, "a", "b", &outcome);
        bool is_unhurt = faulty_vfs_disarm() > 0;
        if (status != STATUS_OK) {
            EXPECT_TEXT(state_of(&fixture), before.data);
            fixture_expect_sound(&fixture);
            EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
        }
        EXPECT_INT(events_count(&fixture), 4);
        fixture_expect_sound(&fixture);
        if (is_unhurt) return;
    }
    harness_fail(__FILE__, __LINE__, "there is no end of operations");
}

/* Merge and take back for ever. */
static void merge_for_ever(const char *path)
{
    Fixture fixture = {.arena = arena_new(), .path = path};
    MergeOutcome outcome;
    if (store_open(path, STORE_WRITE, &fixture.store, &fixture.err) != STATUS_OK) _exit(1);
    for (bool is_merged = false;; is_merged = !is_merged) {
        Status status =
            is_merged ? unmerge(&fixture, "a", &outcome) : merge(&fixture, "a", "b", &outcome);
        if (status != STATUS_OK) _exit(1);
        arena_reset(fixture.arena);
    }
}

TEST(killed_in_the_middle_of_a_merge)
{
    enum { ROUNDS = 8 };
    AUTO(fixture_done) Fixture fixture = fixture_open();
    MergeOutcome outcome;
    Random random = random_seeded(11);
    fill(&fixture);
    Text before = state_of(&fixture);
    for (int i = 0; i < ROUNDS; i++) {
        store_close(fixture.store);
        fixture.store = NULL;
        pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) merge_for_ever(fixture.path);
        usleep((useconds_t)(20000 + random_below(&random, 60000)));
        int ended;
        REQUIRE(waitpid(child, &ended, WNOHANG) == 0);
        kill(child, SIGKILL);
        waitpid(child, &ended, 0);
        EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &fixture.err),
                  &fixture.err);
        fixture_expect_sound(&fixture);
        if (fixture_number(&fixture, "SELECT count(*) FROM customer_merge") > 0)
            EXPECT_OK(unmerge(&fixture, "a", &outcome), &fixture.err);
        EXPECT_TEXT(state_of(&fixture), before.data);
    }
}

/* ---- random histories ---- */

/* Any events, any of both: merging keeps their sum but for identical ones, taking it back gives
 * both what they had. */
TEST(random_customers_are_merged_and_parted)
{
    Random random = random_seeded(5);
    for (int round = 0; round < 40; round++) {
        AUTO(fixture_done) Fixture fixture = fixture_open();
        MergeOutcome outcome;
        fixture_add_customer(&fixture, "a", "A");
        fixture_add_customer(&fixture, "b", "B");
        Purchase purchases[40];
        size_t count = random_below(&random, 40);
        for (size_t i = 0; i < count; i++) {
            static const char *const days[] = {"2026-01-01", "2026-01-02", "2026-01-03"};
            purchases[i] = PURCHASE(.customer = random_below(&random, 2) == 0 ? "a" : "b",
                                    .at = days[random_below(&random, 3)],
                                    .key = random_below(&random, 4) == 0
                                               ? arena_printf(fixture.arena, "k%zu", i).data
                                               : NULL,
                                    .amount = (int64_t)random_below(&random, 3) * 10000);
        }
        fixture_write(&fixture, EVENTS_UPSERT, purchases, count);
        Text before = state_of(&fixture);
        int64_t all = events_count(&fixture);
        EXPECT_OK(merge(&fixture, "a", "b", &outcome), &fixture.err);
        uint64_t same = outcome.events_count > 0 ? outcome.events[0].identical : 0;
        EXPECT_INT(events_count(&fixture), all - (int64_t)same);
        fixture_expect_sound(&fixture);
        EXPECT_OK(unmerge(&fixture, "a", &outcome), &fixture.err);
        EXPECT_TEXT(state_of(&fixture), before.data);
        fixture_expect_sound(&fixture);
    }
}
