/* test_directory.c -- making, opening and locking data directories; bad ones get a sentence. */
#include "base/thread.h"
#include "store/fixture.h"
#include "store/migrate.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *below(Arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s", harness_temporary_dir(), name).data;
}

static void write_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");
    REQUIRE(file != NULL);
    fputs(content, file);
    fclose(file);
}

TEST(fresh_directory_holds_what_is_built_in)
{
    Fixture fixture = fixture_open();
    const Schema *schema = store_schema(fixture.store);
    const Schema *built_in = schema_built_in(fixture_settings, fixture.arena);
    EXPECT_TEXT(schema->settings.time_zone, "Europe/Moscow");
    EXPECT_TEXT(schema->settings.currency, "RUB");
    EXPECT_INT(schema->settings.language, LANGUAGE_RU);
    REQUIRE(schema->properties_count == BUILT_IN_PROPERTIES_COUNT);
    for (size_t i = 0; i < schema->properties_count; i++) {
        const Property *a = &schema->properties[i], *b = &built_in->properties[i];
        EXPECT(text_equal(a->name, b->name) && a->id == b->id && a->type == b->type);
        EXPECT(a->scale == b->scale && a->group == b->group && a->is_personal == b->is_personal);
        EXPECT(a->is_dynamic == b->is_dynamic && a->is_built_in);
        EXPECT(text_equal(a->labels.in[LANGUAGE_UK], b->labels.in[LANGUAGE_UK]));
        EXPECT_INT(a->allowed_count, b->allowed_count);
    }
    REQUIRE(schema->streams_count == BUILT_IN_STREAMS_COUNT);
    for (size_t i = 0; i < schema->streams_count; i++) {
        EXPECT(stream_is(&schema->streams[i], (int)i));
        REQUIRE(schema->streams[i].fields_count == built_in->streams[i].fields_count);
        for (size_t j = 0; j < schema->streams[i].fields_count; j++) {
            const Field *a = &schema->streams[i].fields[j], *b = &built_in->streams[i].fields[j];
            EXPECT(text_equal(a->name, b->name) && a->type == b->type && a->role == b->role);
            EXPECT(a->scale == b->scale && a->slot == j);
        }
    }
    fixture_done(&fixture);
}

TEST(making_refuses_what_is_there)
{
    Fixture fixture = fixture_open();
    Error err;
    EXPECT_STATUS(store_init(fixture.path, fixture_settings, &err), STATUS_CONFLICT, &err);
    EXPECT(strstr(err.message, "data directory already") != NULL);
    /* a refused start leaves the directory as it was */
    fixture_reopen(&fixture, STORE_READ);

    const char *file = below(fixture.arena, "file"), *full = below(fixture.arena, "full");
    write_file(file, "x");
    EXPECT_STATUS(store_init(file, fixture_settings, &err), STATUS_CONFLICT, &err);
    mkdir(full, 0700);
    write_file(below(fixture.arena, "full/x"), "x");
    EXPECT_STATUS(store_init(full, fixture_settings, &err), STATUS_CONFLICT, &err);
    EXPECT(strstr(err.message, "not empty") != NULL);
    EXPECT_STATUS(store_init(below(fixture.arena, "no/such"), fixture_settings, &err), STATUS_IO,
                  &err);
    const char *empty = below(fixture.arena, "empty");
    mkdir(empty, 0700);
    EXPECT_OK(store_init(empty, fixture_settings, &err), &err);
    fixture_done(&fixture);
}

TEST(opening_what_is_no_data_directory)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Store *store;
    Error err;
    EXPECT_STATUS(store_open(below(arena, "none"), STORE_READ, &store, &err), STATUS_NOT_FOUND,
                  &err);
    EXPECT(strstr(err.message, "kohorta init") != NULL);
    const char *file = below(arena, "file");
    write_file(file, "x");
    EXPECT_STATUS(store_open(file, STORE_READ, &store, &err), STATUS_NOT_FOUND, &err);
    mkdir(below(arena, "d"), 0700);
    EXPECT_STATUS(store_open(below(arena, "d"), STORE_WRITE, &store, &err), STATUS_NOT_FOUND, &err);
    write_file(below(arena, "d/kohorta.db"), "this is not a database, whatever its name says, "
                                             "and it is longer than the header of one would be "
                                             "to make sure that it is looked at");
    EXPECT_STATUS(store_open(below(arena, "d"), STORE_READ, &store, &err), STATUS_CORRUPT, &err);
    EXPECT(strstr(err.message, "damaged") != NULL);
    /* what an interrupted start leaves */
    write_file(below(arena, "d/kohorta.db"), "");
    EXPECT_STATUS(store_open(below(arena, "d"), STORE_WRITE, &store, &err), STATUS_NOT_FOUND, &err);
    EXPECT(strstr(err.message, "interrupted") != NULL);
}

TEST(database_of_another_program)
{
    Fixture fixture = fixture_open();
    store_done(&fixture.store);
    fixture_damage(&fixture, "PRAGMA application_id = 7");
    Error err;
    EXPECT_STATUS(store_open(fixture.path, STORE_READ, &fixture.store, &err), STATUS_CORRUPT, &err);
    EXPECT(strstr(err.message, "another program") != NULL);
    fixture_done(&fixture);
}

TEST(newer_version_is_refused)
{
    Fixture fixture = fixture_open();
    store_done(&fixture.store);
    fixture_damage(&fixture, "PRAGMA user_version = 99");
    Error err;
    for (int mode = STORE_READ; mode <= STORE_WRITE; mode++) {
        EXPECT_STATUS(store_open(fixture.path, (StoreMode)mode, &fixture.store, &err),
                      STATUS_CORRUPT, &err);
        EXPECT(strstr(err.message, "newer version (99") != NULL);
    }
    fixture_done(&fixture);
}

TEST(changed_checksum_of_a_migration)
{
    Fixture fixture = fixture_open();
    store_done(&fixture.store);
    fixture_damage(&fixture, "UPDATE migration SET checksum = 'x' WHERE number = 1");
    Error err;
    EXPECT_STATUS(store_open(fixture.path, STORE_READ, &fixture.store, &err), STATUS_CORRUPT, &err);
    EXPECT(strstr(err.message, "0001_first.sql") != NULL);
    fixture_damage(&fixture, "DELETE FROM migration");
    EXPECT_STATUS(store_open(fixture.path, STORE_READ, &fixture.store, &err), STATUS_CORRUPT, &err);
    fixture_done(&fixture);
}

TEST(migrations_go_forward_only)
{
    static const char first[] = "CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT, "
                                "checksum TEXT); CREATE TABLE a (x);";
    static const char second[] = "CREATE TABLE b (x);";
    const Migration list[] = {{"1.sql", first, sizeof first - 1},
                              {"2.sql", second, sizeof second - 1}};
    Error err;
    AUTO(database_done) sqlite3 *database = NULL;
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_OK(database_open(below(arena, "x.db"), DATABASE_CREATE, &database, &err), &err);
    bool is_due;
    EXPECT_OK(migrate_run(database, list, 1, &err), &err);
    EXPECT_OK(migrate_is_due(database, 1, &is_due, &err), &err);
    EXPECT(!is_due);
    EXPECT_OK(migrate_is_due(database, 2, &is_due, &err), &err);
    EXPECT(is_due);
    EXPECT_OK(migrate_run(database, list, 2, &err), &err);
    EXPECT_OK(migrate_check(database, list, 2, &err), &err);
    EXPECT_OK(database_run(database, "INSERT INTO b VALUES (1)", &err), &err);
    EXPECT_STATUS(migrate_check(database, list, 1, &err), STATUS_CORRUPT, &err);
}

/* What was told of a metric in one language is told in that of the data. */
TEST(descriptions_of_metrics_get_a_language)
{
    enum { BEFORE = 10 };
    static const char old[] = "INSERT INTO setting VALUES ('language', 'uk');"
                              "INSERT INTO metric VALUES ('a', 'a', '1', 'як часто')";
    static const char told[] = "SELECT count(*) FROM metric WHERE description_uk = 'як часто' AND "
                               "description_ru = '' AND description_en = ''";
    Error err;
    AUTO(database_done) sqlite3 *database = NULL;
    AUTO(arena_done) Arena *arena = arena_new();
    int64_t count;
    EXPECT_OK(database_open(below(arena, "y.db"), DATABASE_CREATE, &database, &err), &err);
    EXPECT_OK(migrate_run(database, migrations, BEFORE, &err), &err);
    EXPECT_OK(database_run(database, old, &err), &err);
    EXPECT_OK(migrate_run(database, migrations, migrations_count, &err), &err);
    EXPECT_OK(database_number(database, told, &count, &err), &err);
    EXPECT_INT(count, 1);
}

/* What a row of the journal and of a run says stays when its set moves out of the key. */
TEST(sets_move_out_of_keys_whole)
{
    enum { BEFORE = 14 };
    static const char old[] =
        "INSERT INTO segment (id, code, name, name_folded, version) VALUES (1, 's', 's', 's', 1);"
        "INSERT INTO forming (id, segment_id, at, as_of, reason, author, note, version, "
        "members_count, joined_count, left_count) VALUES (7, 1, 0, 0, 'form', '', '', 1, 3, 3, 0);"
        "INSERT INTO forming_change VALUES (7, 1, 'rule', x'0102', 3, 11, x'03');"
        "INSERT INTO classification (id, name, name_folded, version) VALUES (2, 'c', 'c', 1);"
        "INSERT INTO classification_run VALUES (5, 2, 1, 0, 0, '', 4);"
        "INSERT INTO classification_class VALUES (5, 1, 'A', x'04', 4, 900);"
        "INSERT INTO classification_column VALUES (5, 1, 'value', 2, 1, 1, x'05', x'06')";
    static const char *const told[] = {
        "SELECT count(*) FROM forming_change WHERE forming_id = 7 AND is_joining = 1 AND "
        "cause = 'rule' AND customers = x'0102' AND customers_count = 3 AND sequence = 11 AND "
        "erased = x'03'",
        "SELECT count(*) FROM classification_class WHERE run_id = 5 AND number = 1 AND "
        "name = 'A' AND customers = x'04' AND customers_count = 4 AND amount = 900",
        "SELECT count(*) FROM classification_column WHERE run_id = 5 AND number = 1 AND "
        "name = 'value' AND scale = 2 AND is_money AND is_amount AND customers = x'05' AND "
        "numbers = x'06'"};
    Error err;
    AUTO(database_done) sqlite3 *database = NULL;
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_OK(database_open(below(arena, "z.db"), DATABASE_CREATE, &database, &err), &err);
    EXPECT_OK(migrate_run(database, migrations, BEFORE, &err), &err);
    EXPECT_OK(database_run(database, old, &err), &err);
    EXPECT_OK(migrate_run(database, migrations, migrations_count, &err), &err);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        int64_t count;
        EXPECT_OK(database_number(database, told[i], &count, &err), &err);
        EXPECT_INT(count, 1);
    }
}

/* A shipped migration never changes: when this fails, undo the change and write a new migration. */
TEST(shipped_migrations_are_as_shipped)
{
    static const char *const checksums[] = {
        "c61bbb4d6deff94e9be19113156fc6381a693c1747eeed9f927696934d61e30a",
        "132ea353243c55d55be390414aa16f09914a193a6902d1fe345069872354ffc8",
        "cb118b815b5f5b2ec4d21fadb5be1ef696d87d357a41cd0ea7400299239e1508",
        "0073182a7445a54150ffdf731ba155ea41903d1ba3dcec55a7e6a93d9666a0ab",
        "0ed6b3726eb69b9c4a6946f3c0218a3bc3042072390e42ed2ca173af3553d267",
        "4ffcbdec232eda94790df098e9a37b4a436d357db5fcb476320548c80997eae2",
        "a898dd189f0de6d5b55ad6e87d7921ad18878cd5b73afc5d947e7aa4058662ab",
        "e4df7c5bcec5c9f8761ca99b97bfa809b966168019742a255f3aa99d4ae029cd",
        "7b0902379d2951dd52559eb9f6717e0cfc0bb002251c78f829e4aab93ebc792d",
        "76d10e9d80dbe340455ca5820b78941345ee06c79a3a92711430af291ee72b54",
        "92e51adf9452f8f837c2b8f37115b04e81c2dfde45259fd24ec01fb6c96ac814",
        "eeb82e0e85c348cf136fd5f510692e72dacd943b880f89e1495775795bf17ec1",
        "d9240de8efef2ecda0d8e527bc08489bf944e709e04c4fd9883e115daa014bf6",
        "1e2fbe93fa1f4d2f54b8ce17caffddf18118666d693518ff4cf7313e02722101",
        "afd093fffa3415a3acc19b95b322712ef3903eb6e0ffe10f2b91b8d669a4a556",
        "3082da3bb79dfd3466a8e0c6389c13c45ee03cb28db5d994da93040569fe089e",
        "39f4bc03c3c6f931b10066740c8e4d5b8e232fd66ebf2e214d6e4ff17a9a6545",
        "f10099a59f0eee7308aec0faa0522a4662b4497ba6398f5cef2aa4f403848c26",
        "d2250505e5987efeaa16208a976bfca585e0b94dc543dbc7e1de86dbfda4f30d",
        "df4128914f7db2de3c76952b42bef878eb945819ebc061988a8f9bad24dcccfa",
        "ac7addadad0e66558db8d61ee219e18044247470c2b5e572f80ef6c52f25f608",
    };
    REQUIRE(migrations_count == sizeof checksums / sizeof checksums[0]);
    for (size_t i = 0; i < migrations_count; i++) {
        char checksum[65];
        hash_hex(hash_blake2b(migrations[i].sql, migrations[i].sql_size), checksum);
        EXPECT_TEXT(text_of(checksum), checksums[i]);
    }
}

TEST(second_writer_is_told_who_writes)
{
    Fixture fixture = fixture_open();
    Store *second;
    Error err;
    EXPECT_STATUS(store_open_waiting(fixture.path, STORE_WRITE, 40, &second, &err), STATUS_CONFLICT,
                  &err);
    char process[64];
    snprintf(process, sizeof process, "process %ld is writing", (long)getpid());
    EXPECT(strstr(err.message, process) != NULL);
    EXPECT_OK(store_open(fixture.path, STORE_READ, &second, &err), &err);
    store_close(second);
    store_done(&fixture.store);
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &err), &err);
    fixture_done(&fixture);
}

static void close_after_a_while(void *context)
{
    usleep(100000);
    store_close(context);
}

/* Who opens for writing gets the lock as soon as the one who has it ends. */
TEST(second_writer_waits_for_the_first)
{
    Fixture fixture = fixture_open();
    Thread thread;
    Error err;
    REQUIRE(thread_start(close_after_a_while, fixture.store, &thread, &err) == STATUS_OK);
    fixture.store = NULL;
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &err), &err);
    thread_join(thread);
    fixture_done(&fixture);
}

/* The kernel frees the lock of a process that was killed. */
TEST(killed_writer_leaves_no_lock)
{
    Fixture fixture = fixture_open();
    store_done(&fixture.store);
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    pid_t child = fork();
    if (child == 0) {
        Error err;
        Store *store;
        Status status = store_open(fixture.path, STORE_WRITE, &store, &err);
        char byte = status == STATUS_OK ? 'y' : 'n';
        if (write(ready[1], &byte, 1) == 1) pause();
        _exit(0);
    }
    char byte = 0;
    EXPECT(read(ready[0], &byte, 1) == 1 && byte == 'y');
    Error err;
    EXPECT_STATUS(store_open_waiting(fixture.path, STORE_WRITE, 0, &fixture.store, &err),
                  STATUS_CONFLICT, &err);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(ready[0]);
    close(ready[1]);
    EXPECT_OK(store_open(fixture.path, STORE_WRITE, &fixture.store, &err), &err);
    fixture_done(&fixture);
}

TEST(reader_changes_nothing)
{
    Fixture fixture = fixture_open();
    fixture_reopen(&fixture, STORE_READ);
    WriteResult result;
    EXPECT_STATUS(fixture_set(&fixture, "1", "name", value_text(TEXT("x")), WRITE_UPSERT, &result),
                  STATUS_DENIED, &fixture.err);
    EXPECT_STATUS(store_batch_begin(fixture.store, &fixture.err), STATUS_DENIED, &fixture.err);
    Property property = {.name = TEXT("x"), .type = PROPERTY_BOOL};
    EXPECT_STATUS(store_add_property(fixture.store, &property, &fixture.err), STATUS_DENIED,
                  &fixture.err);
    fixture_done(&fixture);
}

TEST(directory_that_cannot_be_read)
{
    Fixture fixture = fixture_open();
    store_done(&fixture.store);
    char file[1024];
    snprintf(file, sizeof file, "%s/kohorta.db", fixture.path);
    /* the header says there are pages that the file does not have */
    REQUIRE(truncate(file, 8192) == 0);
    Error err;
    EXPECT_STATUS(store_open(fixture.path, STORE_READ, &fixture.store, &err), STATUS_CORRUPT, &err);
    fixture_done(&fixture);
}
