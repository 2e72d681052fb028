/* test_faults.c -- the n-th operation on files fails, n = 1, 2, ... until success; and kill -9 at
 * any moment. Afterwards the directory is as before or holds the whole change, never half of it,
 * and every failure came with a sentence. */
#include "store/faulty_vfs.h"
#include "store/fixture_events.h"

#include "base/random.h"

#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPERATIONS_MAX = 3000 };

/* What is in the directory, as one number that every change changes. */
static int64_t state_of(const Fixture *fixture)
{
    return fixture_number(
        fixture, "SELECT (SELECT count(*) FROM customer) + 100 * (SELECT sum(events_count) FROM "
                 "stream) + 100000 * (SELECT ifnull(sum(events_count), 0) FROM event_pack_1) + "
                 "10000000 * (SELECT count(*) FROM event_key) + 100000000 * (SELECT count(*) FROM "
                 "item) + 1000000000 * (SELECT count(*) FROM property)");
}

/* ---- the changes that must be all or nothing ---- */

typedef Status Change(Fixture *fixture);

static Status write_events(Fixture *fixture)
{
    const Purchase purchases[] = {
        PURCHASE(.customer = "old", .at = "2026-03-01", .key = "k", .item = "new item"),
        PURCHASE(.customer = "new", .at = "2026-03-02", .channel = "новый"),
        PURCHASE(.customer = "old", .at = "2026-03-03", .key = "k2"),
    };
    const Stream *stream = &store_schema(fixture->store)->streams[STREAM_PURCHASE];
    AUTO(event_writer_done) EventWriter *writer = NULL;
    TRY(event_writer_open(fixture->store, stream, EVENTS_UPSERT, 0, &writer, &fixture->err));
    for (uint64_t i = 0; i < 3; i++)
        TRY(fixture_add(fixture, writer, &purchases[i], i));
    EventWriteCounts counts;
    return event_writer_flush(writer, NULL, &counts, &fixture->err);
}

static Status add_property(Fixture *fixture)
{
    Property property = {.name = TEXT("own"), .type = PROPERTY_MONEY};
    return store_add_property(fixture->store, &property, &fixture->err);
}

static Status write_batch(Fixture *fixture)
{
    WriteResult result;
    TRY(store_batch_begin(fixture->store, &fixture->err));
    Status status = STATUS_OK;
    for (int i = 0; i < 5 && status == STATUS_OK; i++) {
        char code[16];
        snprintf(code, sizeof code, "b%d", i);
        status = fixture_set(fixture, code, "name", value_text(TEXT("x")), WRITE_UPSERT, &result);
    }
    if (status != STATUS_OK) {
        store_batch_rollback(fixture->store);
        return status;
    }
    return store_batch_commit(fixture->store, &fixture->err);
}

static void fill(Fixture *fixture)
{
    const Purchase purchases[] = {PURCHASE(.customer = "old", .at = "2026-02-01", .key = "k"),
                                  PURCHASE(.customer = "old", .at = "2026-02-01")};
    fixture_write(fixture, EVENTS_UPSERT, purchases, 2);
}

/* Fail at operation n; true when the change came to its end without a failure. */
static bool try_once(Change *change, FaultKind kind, long n)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    int64_t before = state_of(&fixture);
    fixture.err.message[0] = '\0';
    faulty_vfs_arm(kind, n);
    Status status = change(&fixture);
    bool is_unhurt = faulty_vfs_disarm() > 0;
    if (status != STATUS_OK && fixture.err.message[0] == '\0')
        harness_fail(__FILE__, __LINE__, "failure at operation %ld has no sentence", n);
    if (status != STATUS_OK && kind == FAULT_DISK_FULL &&
        strstr(fixture.err.message, "disk is full") == NULL)
        harness_fail(__FILE__, __LINE__, "at operation %ld: %s", n, fixture.err.message);
    if (status != STATUS_OK && is_unhurt)
        harness_fail(__FILE__, __LINE__, "failed by itself: %s", fixture.err.message);
    if (status != STATUS_OK) EXPECT(state_of(&fixture) == before);
    if (status == STATUS_OK) EXPECT(state_of(&fixture) != before);
    /* the handle still works, and so does the directory when opened again */
    fixture_expect_sound(&fixture);
    fixture_reopen(&fixture, STORE_WRITE);
    fixture_expect_sound(&fixture);
    if (status != STATUS_OK) EXPECT(state_of(&fixture) == before);
    if (status != STATUS_OK) EXPECT_OK(change(&fixture), &fixture.err);
    fixture_done(&fixture);
    return is_unhurt;
}

static void try_all(Change *change, FaultKind kind)
{
    faulty_vfs_install();
    for (long n = 1; n < OPERATIONS_MAX; n++)
        if (try_once(change, kind, n)) return;
    harness_fail(__FILE__, __LINE__, "there is no end of operations");
}

TEST(failing_writes_of_events)
{
    try_all(write_events, FAULT_IO);
    try_all(write_events, FAULT_DISK_FULL);
}

TEST(failing_changes_of_the_schema)
{
    try_all(add_property, FAULT_IO);
    try_all(add_property, FAULT_DISK_FULL);
}

TEST(failing_batches_of_customers)
{
    try_all(write_batch, FAULT_IO);
    try_all(write_batch, FAULT_DISK_FULL);
}

/* A start that failed leaves nothing; the next one succeeds. */
TEST(failing_starts)
{
    faulty_vfs_install();
    AUTO(arena_done) Arena *arena = arena_new();
    const char *path = arena_printf(arena, "%s/new", harness_temporary_dir()).data;
    for (long n = 1; n < OPERATIONS_MAX; n += 7) {
        Error err = {0};
        faulty_vfs_arm(FAULT_IO, n);
        Status status = store_init(path, fixture_settings, &err);
        bool is_unhurt = faulty_vfs_disarm() > 0;
        if (status == STATUS_OK && is_unhurt) return;
        if (status == STATUS_OK) {
            /* only closing failed; everything was durable by then */
            Store *store;
            EXPECT_OK(store_open(path, STORE_WRITE, &store, &err), &err);
            store_close(store);
            return;
        }
        EXPECT(err.message[0] != '\0');
        EXPECT(access(path, F_OK) != 0);
    }
    harness_fail(__FILE__, __LINE__, "there is no end of operations");
}

/* Files whose names begin with that of the directory: copies, and what SQLite lays beside them. */
static int files_beside(const Fixture *fixture)
{
    glob_t found = {0};
    const char *pattern = arena_printf(fixture->arena, "%s.copy*", fixture->path).data;
    int count = glob(pattern, 0, NULL, &found) == 0 ? (int)found.gl_pathc : 0;
    globfree(&found);
    return count;
}

/* A backup that failed leaves no file, and the directory as it was. */
static void try_backups(FaultKind kind)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    const char *file = arena_printf(fixture.arena, "%s.copy", fixture.path).data;
    bool is_done = false;
    for (long n = 1; n < OPERATIONS_MAX && !is_done; n++) {
        faulty_vfs_arm(kind, n);
        Status status = store_backup(fixture.store, file, NULL, &fixture.err);
        bool is_unhurt = faulty_vfs_disarm() > 0;
        is_done = status == STATUS_OK;
        EXPECT((access(file, F_OK) == 0) == is_done);
        EXPECT_INT(files_beside(&fixture), is_done ? 1 : 0);
        EXPECT(is_done || !is_unhurt);
        fixture_expect_sound(&fixture);
    }
    EXPECT(is_done);
    fixture_done(&fixture);
}

TEST(failing_backups)
{
    faulty_vfs_install();
    try_backups(FAULT_IO);
    try_backups(FAULT_DISK_FULL);
}

/* An erasure that failed is either not begun or goes on when it is asked for again. */
TEST(failing_erasures)
{
    faulty_vfs_install();
    for (long n = 1; n < OPERATIONS_MAX; n++) {
        Fixture fixture = fixture_open();
        fill(&fixture);
        EraseAct act;
        faulty_vfs_arm(FAULT_IO, n);
        Status status = store_erase_customer(fixture.store, TEXT("old"), erasure_at((Moment){0}),
                                             fixture.arena, &act, &fixture.err);
        bool is_unhurt = faulty_vfs_disarm() > 0;
        if (status != STATUS_OK)
            EXPECT_OK(store_erase_customer(fixture.store, TEXT("old"), erasure_at((Moment){0}),
                                           fixture.arena, &act, &fixture.err),
                      &fixture.err);
        EXPECT(act.events[STREAM_PURCHASE] == 2);
        fixture_expect_sound(&fixture);
        fixture_done(&fixture);
        if (is_unhurt) return;
    }
    harness_fail(__FILE__, __LINE__, "there is no end of operations");
}

/* ---- kill -9 ---- */

enum { KILL_ROUNDS = 8, KILL_BATCH = 400, KILL_BEFORE = 40 * KILL_BATCH };

/* Write batches for ever, each of KILL_BATCH events with its number as amount; tell of each. */
static void write_for_ever(const char *path, int64_t first_batch, int told)
{
    Fixture fixture = {.arena = arena_new(), .path = path};
    if (store_open(path, STORE_WRITE, &fixture.store, &fixture.err) != STATUS_OK) _exit(1);
    const Stream *stream = &store_schema(fixture.store)->streams[STREAM_PURCHASE];
    for (int64_t batch = first_batch;; batch++) {
        EventWriter *writer;
        EventWriteCounts counts;
        if (event_writer_open(fixture.store, stream, EVENTS_UPSERT, 0, &writer, &fixture.err) !=
            STATUS_OK)
            _exit(1);
        for (int i = 0; i < KILL_BATCH; i++) {
            char code[16];
            snprintf(code, sizeof code, "c%d", i);
            Purchase purchase = PURCHASE(.customer = code, .at = "2026-03-01", .amount = batch);
            if (fixture_add(&fixture, writer, &purchase, 0) != STATUS_OK) _exit(1);
        }
        if (event_writer_flush(writer, NULL, &counts, &fixture.err) != STATUS_OK) _exit(1);
        event_writer_close(writer);
        arena_reset(fixture.arena);
        if (write(told, "x", 1) != 1) _exit(1);
    }
}

/* As many events that the batches are small beside them. */
static void write_before(Fixture *fixture)
{
    AUTO(event_writer_done)
    EventWriter *writer = fixture_writer(fixture, "purchase", EVENTS_UPSERT);
    for (int i = 0; i < KILL_BEFORE; i++) {
        char code[16];
        snprintf(code, sizeof code, "c%d", i % KILL_BATCH);
        Purchase purchase = PURCHASE(.customer = code, .at = "2026-02-01", .amount = i + 1);
        EXPECT_OK(fixture_add(fixture, writer, &purchase, 0), &fixture->err);
    }
    fixture_flush(fixture, writer);
}

static void kill_writers(bool is_much_stored)
{
    Fixture fixture = fixture_open();
    if (is_much_stored) write_before(&fixture);
    store_done(&fixture.store);
    Random random = random_seeded(harness_seed());
    int64_t before = is_much_stored ? KILL_BEFORE : 0;
    for (int round = 0; round < KILL_ROUNDS; round++) {
        int told[2];
        char byte;
        REQUIRE(pipe(told) == 0);
        pid_t child = fork();
        if (child == 0) write_for_ever(fixture.path, 1 + round * 100000, told[1]);
        close(told[1]);
        EXPECT(read(told[0], &byte, 1) == 1);
        usleep((useconds_t)random_below(&random, 60000));
        kill(child, SIGKILL);
        close(told[0]);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT(WIFSIGNALED(status));
        EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &fixture.err),
                  &fixture.err);
        fixture_expect_sound(&fixture);
        int64_t events = fixture_number(&fixture, "SELECT events_count FROM stream WHERE id = 1");
        EXPECT(events % KILL_BATCH == 0 && events > before);
        before = events;
        store_done(&fixture.store);
    }
    fixture_done(&fixture);
}

TEST(killed_in_the_middle_of_a_flush)
{
    kill_writers(false);
}

/* Batches go into recent packs, and every few of them move some. */
TEST(killed_while_recent_packs_are_written_and_moved)
{
    kill_writers(true);
}
