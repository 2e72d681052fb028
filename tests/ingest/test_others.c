/* test_others.c -- imports beside others who write: between batches, whatever they change. */
#include "fixture.h"
#include "harness/harness.h"

#include "base/buffer.h"
#include "base/thread.h"
#include "model/built_in.h"

#include <stdatomic.h>
#include <time.h>

enum { CUSTOMERS_COUNT = 40, ROWS_COUNT = 200000 };

/* Somebody who writes as soon as the import is under way. */
typedef struct {
    const char *path;
    Status (*act)(Store *store, Error *err);
    atomic_bool may_begin;
    atomic_uint acts_count;
    bool repeats; /* until the import is over */
    atomic_bool is_over;
} Other;

static void rest(void)
{
    const struct timespec step = {.tv_nsec = 1000000};
    nanosleep(&step, NULL);
}

static void act_beside(void *context)
{
    Other *other = context;
    Error err = {0};
    while (!atomic_load(&other->may_begin))
        rest();
    do {
        AUTO(store_done) Store *store = NULL;
        EXPECT_OK(store_open_waiting(other->path, STORE_WRITE, 60000, &store, &err), &err);
        if (store == NULL) return;
        EXPECT_OK(other->act(store, &err), &err);
        atomic_fetch_add(&other->acts_count, 1);
    } while (other->repeats && !atomic_load(&other->is_over));
}

static bool let_begin(void *context, const char *step, uint64_t done, uint64_t total)
{
    Other *other = context;
    (void)step, (void)total;
    if (done > 0) atomic_store(&other->may_begin, true);
    return true;
}

static Status put_customer(Store *store, Text code, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    size_t count = store_schema(store)->properties_count;
    Value *values = ARENA_ARRAY(arena, Value, count);
    bool *given = ARENA_ARRAY(arena, bool, count);
    values[BUILT_IN_CODE] = value_text(code);
    given[BUILT_IN_CODE] = true;
    CustomerWrite customer = {code, values, given};
    WriteResult result;
    return store_write_customer(store, &customer, WRITE_UPSERT, &result, err);
}

static Status add_latecomer(Store *store, Error *err)
{
    return put_customer(store, TEXT("LATE"), err);
}

/* And with him the texts that only his events have. */
static Status erase_one(Store *store, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EraseAct act;
    return store_erase_customer(
        store, TEXT("C7"), erasure_at(moment_of(date_of(2026, 3, 31), 0, 0, 0)), arena, &act, err);
}

static Status add_property(Store *store, Error *err)
{
    Property property = {.name = TEXT("shoe_size"), .type = PROPERTY_NUMBER};
    return store_add_property(store, &property, err);
}

/* Interactions of C0 .. C39 and of LATE, over several pieces; every 50th row has a topic of its
 * customer alone. */
static const char *big_file(const Fixture *fixture)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_cstr(&out, "customer;date;topic\n");
    for (int i = 0; i < ROWS_COUNT; i++) {
        int customer = i % (CUSTOMERS_COUNT + 1);
        if (customer == CUSTOMERS_COUNT)
            buffer_cstr(&out, "LATE");
        else
            buffer_printf(&out, "C%d", customer);
        buffer_printf(&out, ";2026-%02d-%02d %02d:%02d:%02d;", i / 20000 % 12 + 1, i / 800 % 28 + 1,
                      i / 3600 % 24, i / 60 % 60, i % 60);
        if (i % 50 == 0)
            buffer_printf(&out, "only %d\n", customer);
        else
            buffer_cstr(&out, "delivery\n");
    }
    return fixture_file(fixture, "big.csv", buffer_view(&out));
}

static void add_customers(const Fixture *fixture)
{
    for (int i = 0; i < CUSTOMERS_COUNT; i++)
        EXPECT_OK(put_customer(fixture->store, arena_printf(fixture->arena, "C%d", i), NULL), NULL);
}

static ImportReport run_beside(const Fixture *fixture, const char *path, Other *other,
                               Status expected)
{
    ImportOptions options = {.target = IMPORT_EVENTS, .stream = TEXT("interaction")};
    Error err = {0};
    AUTO(import_done) Import *import = NULL;
    Thread thread;
    const Progress progress = {let_begin, other};
    other->path = store_path(fixture->store);
    EXPECT_OK(thread_start(act_beside, other, &thread, &err), &err);
    EXPECT_OK(import_open(fixture->store, path, &options, &import, &err), &err);
    EXPECT_INT(import_run(import, &progress, &err), expected);
    atomic_store(&other->is_over, true);
    ImportReport report = *import_report(import);
    EXPECT_INT(report.read, report.added + report.updated + report.unchanged + report.rejected);
    import_done(&import);
    if (expected == STATUS_OK) {
        /* whoever still waits gets the lock now */
        bool has_changed;
        EXPECT_OK(store_let_others_write(fixture->store, NULL, &has_changed, &err), &err);
    }
    thread_join(thread);
    return report;
}

static void expect_sound(const Fixture *fixture)
{
    Text *problems = NULL;
    size_t count = 0;
    Error err = {0};
    EXPECT_OK(store_check(fixture->store, NULL, fixture->arena, &problems, &count, &err), &err);
    for (size_t i = 0; i < count; i++)
        EXPECT_TEXT(problems[i], "");
}

static uint64_t events_count(const Fixture *fixture)
{
    StoreCounts counts;
    EXPECT_OK(store_count(fixture->store, fixture->arena, &counts, NULL), NULL);
    return counts.events_all;
}

/* Rows of LATE are refused until somebody adds him, and taken from then on; the import again adds
 * those that were refused and nothing else. */
TEST(a_customer_comes_meanwhile)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Other other = {.act = add_latecomer};
    add_customers(&fixture);
    const char *path = big_file(&fixture);
    ImportReport first = run_beside(&fixture, path, &other, STATUS_OK);
    uint64_t of_late = ROWS_COUNT / (CUSTOMERS_COUNT + 1);
    EXPECT_INT(other.acts_count, 1);
    EXPECT(first.rejected > 0 && first.rejected < of_late - 1);
    EXPECT_INT(first.added, ROWS_COUNT - first.rejected);
    Other nobody = {.act = add_latecomer};
    ImportReport again = run_beside(&fixture, path, &nobody, STATUS_OK);
    EXPECT_INT(again.rejected, 0);
    EXPECT_INT(again.unchanged, first.added);
    EXPECT_INT(events_count(&fixture), ROWS_COUNT);
    expect_sound(&fixture);
    fixture_close(&fixture);
}

/* Whoever is erased while his events come stays erased: what was made ready for him before is not
 * stored, and his rows are refused from then on. */
TEST(a_customer_is_erased_meanwhile)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Other other = {.act = erase_one};
    add_customers(&fixture);
    const char *path = big_file(&fixture);
    ImportReport report = run_beside(&fixture, path, &other, STATUS_OK);
    CustomerId gone;
    EXPECT_INT(other.acts_count, 1);
    EXPECT_OK(store_find_customer(fixture.store, TEXT("C7"), &gone, NULL), NULL);
    EXPECT_INT(gone.value, 0);
    EXPECT(report.rejected > ROWS_COUNT / (CUSTOMERS_COUNT + 1));
    EXPECT(events_count(&fixture) < report.added);
    expect_sound(&fixture);
    fixture_close(&fixture);
}

/* Many who write again and again all get their turn, and the import ends. */
TEST(others_write_all_the_time)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Other other = {.act = add_latecomer, .repeats = true};
    add_customers(&fixture);
    ImportReport report = run_beside(&fixture, big_file(&fixture), &other, STATUS_OK);
    EXPECT(other.acts_count > 1);
    EXPECT(report.is_finished);
    EXPECT_INT(events_count(&fixture), report.added);
    expect_sound(&fixture);
    fixture_close(&fixture);
}

/* Another schema: what stands in the plan is not true any more. What was committed stays. */
TEST(the_schema_changes_meanwhile)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Other other = {.act = add_property};
    add_customers(&fixture);
    ImportReport report = run_beside(&fixture, big_file(&fixture), &other, STATUS_CONFLICT);
    EXPECT(!report.is_finished);
    EXPECT(report.added > 0 && report.added < ROWS_COUNT);
    EXPECT_INT(events_count(&fixture), report.added);
    expect_sound(&fixture);
    fixture_close(&fixture);
}

/* ---- single rows ---- */

static Text print_rows(const Import *import, Arena *arena)
{
    static const char *const words[] = {"added", "updated", "unchanged", "rejected"};
    AUTO(buffer_done) Buffer out = {0};
    size_t count;
    const ImportRow *rows = import_rows(import, &count);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&out, "%llu %s%s%.*s%s%.*s\n", (unsigned long long)rows[i].line,
                      words[rows[i].outcome], rows[i].reason.size > 0 ? ": " : "",
                      TEXT_FORMAT(rows[i].reason), rows[i].column.size > 0 ? " in " : "",
                      TEXT_FORMAT(rows[i].column));
    return arena_text(arena, buffer_view(&out));
}

static Text import_lines(const Fixture *fixture, const char *lines, const ImportOptions *options)
{
    Error err = {0};
    AUTO(import_done) Import *import = NULL;
    if (import_open_text(fixture->store, text_of(lines), options, &import, &err) != STATUS_OK)
        return arena_text(fixture->arena, text_of(err.message));
    EXPECT_OK(import_run(import, NULL, &err), &err);
    EXPECT(import_report(import)->rejects_path == NULL);
    return print_rows(import, fixture->arena);
}

TEST(each_line_is_told)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    add_customers(&fixture);
    ImportOptions options = {.target = IMPORT_EVENTS,
                             .stream = TEXT("interaction"),
                             .format = IMPORT_NDJSON,
                             .tells_rows = true};
    EXPECT_TEXT(import_lines(&fixture,
                             "{\"customer\":\"C1\",\"date\":\"2026-03-01\",\"key\":\"a\"}\n"
                             "{\"customer\":\"C1\",\"date\":\"2026-03-01\",\"key\":\"a\","
                             "\"topic\":\"new\"}\n"
                             "{\"customer\":\"nobody\",\"date\":\"2026-03-01\"}\n"
                             "nonsense\n"
                             "{\"customer\":\"C2\",\"date\":\"2026-03-01\"}\n",
                             &options),
                "1 added\n2 updated\n"
                "3 rejected: no such customer: import customers first, or use --create-customers"
                " in customer\n"
                "4 rejected: not a JSON object on one line\n5 added\n");
    options.has_mode = true;
    options.mode = IMPORT_INSERT;
    EXPECT_TEXT(import_lines(&fixture,
                             "{\"customer\":\"C1\",\"date\":\"2026-03-01\",\"key\":\"a\"}\n"
                             "{\"customer\":\"C2\",\"date\":\"2026-03-01\"}\n",
                             &options),
                "1 rejected: exists already, and --mode insert only adds\n2 unchanged\n");
    options.is_dry_run = true;
    EXPECT_TEXT(import_lines(&fixture, "{\"customer\":\"C3\",\"date\":\"2026-03-01\"}\n", &options),
                "1 added\n");
    EXPECT_INT(events_count(&fixture), 2);
    EXPECT_TEXT(import_lines(&fixture, "", &options), "there is nothing to import");
    fixture_close(&fixture);
}

/* ---- looking ---- */

TEST(a_look_tells_what_is_lacking)
{
    Fixture fixture = fixture_open(LANGUAGE_EN);
    Error err = {0};
    AUTO(import_done) Import *import = NULL;
    ImportOptions options = {.target = IMPORT_CUSTOMERS, .is_look = true};
    const char *path =
        fixture_file(&fixture, "look.csv", TEXT("A;B;Phone\n1;2,5;x\n;3,5;y\n2;4,5;z\n3;;\n"));
    EXPECT_OK(import_open(fixture.store, path, &options, &import, &err), &err);
    const ImportPlan *plan = import_plan(import);
    EXPECT(text_starts_with(plan->lack, TEXT("no column is known to hold the code")));
    EXPECT_INT(plan->columns_count, 3);
    EXPECT_INT(plan->columns[0].samples_count, 3);
    EXPECT_TEXT(plan->columns[0].samples[1], "2");
    EXPECT_INT(plan->columns[1].type, PROPERTY_NUMBER);
    EXPECT(plan->targets_count > 10);
    EXPECT_INT(import_run(import, NULL, &err), STATUS_INVALID);
    fixture_close(&fixture);
}
