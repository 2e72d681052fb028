/* test_care.c -- check finds every kind of damage, backup copies, erasure leaves no trace. */
#include "store/fixture_events.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void add_contact(Fixture *fixture, const char *code, const char *key, const char *name,
                        const char *phone)
{
    AUTO(event_writer_done) EventWriter *writer = fixture_writer(fixture, "contact", EVENTS_UPSERT);
    CustomerId customer;
    Error *err = &fixture->err;
    EXPECT_OK(event_writer_find_customer(writer, text_of(code), false, &customer, err), err);
    Value values[CONTACT_FIELDS_COUNT] = {[CONTACT_NAME] = value_text(text_of(name)),
                                          [CONTACT_PHONE] = value_text(text_of(phone)),
                                          [CONTACT_POSITION] = value_text(TEXT("директор"))};
    EventWrite event = {.customer = customer, .key = text_of(key), .values = values};
    EXPECT_OK(event_writer_add(writer, &event, err), err);
    fixture_flush(fixture, writer);
}

/* Two persons; the second is made of words that occur nowhere else. */
static void fill(Fixture *fixture)
{
    WriteResult result;
    Error *err = &fixture->err;
    fixture_add_customer(fixture, "C-1", "Обычный покупатель");
    fixture_add_customer(fixture, "QZX-7719", "Пржевальская Евфросинья");
    EXPECT_OK(fixture_set(fixture, "QZX-7719", "phone", value_text(TEXT("+7 999 123-45-67")),
                          WRITE_UPSERT, &result),
              err);
    EXPECT_OK(fixture_set(fixture, "QZX-7719", "activity", set_of(fixture->arena, "Лов|Скупка"),
                          WRITE_UPSERT, &result),
              err);
    const Purchase purchases[] = {
        PURCHASE(.customer = "C-1", .at = "2026-03-01", .item = "drill", .channel = "сайт"),
        PURCHASE(.customer = "QZX-7719", .at = "2026-03-05", .order = "ORDER-OF-QZX", .key = "k1",
                 .channel = "через Евфросинью"),
        PURCHASE(.customer = "QZX-7719", .at = "2026-03-02", .channel = "сайт", .amount = 5),
    };
    fixture_write(fixture, EVENTS_UPSERT, purchases, COUNT(purchases));
    add_contact(fixture, "QZX-7719", "qzx-contact", "Мелентий Ксенофонтов", "+7 888 765-43-21");
}

/* ---- check ---- */

static size_t check(Fixture *fixture, Text **ret_problems)
{
    size_t count = 0;
    EXPECT_OK(
        store_check(fixture->store, NULL, fixture->arena, ret_problems, &count, &fixture->err),
        &fixture->err);
    return count;
}

TEST(sound_directories_pass)
{
    Fixture fixture = fixture_open();
    fixture_expect_sound(&fixture);
    fill(&fixture);
    fixture_expect_sound(&fixture);
    fixture_reopen(&fixture, STORE_READ);
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

static void expect_problem(const char *damage, const char *part_of_sentence)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    store_done(&fixture.store);
    fixture_damage(&fixture, damage);
    Error err;
    EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, &err), &err);
    Text *problems;
    size_t count = check(&fixture, &problems);
    bool is_found = false;
    for (size_t i = 0; i < count; i++)
        is_found |= text_contains(problems[i], text_of(part_of_sentence));
    if (!is_found)
        harness_fail(__FILE__, __LINE__, "%s: %zu problems, the first '%.*s'", damage, count,
                     count > 0 ? (int)problems[0].size : 0, count > 0 ? problems[0].data : "");
    fixture_done(&fixture);
}

TEST(check_finds_damage_of_rows)
{
    expect_problem("UPDATE customer SET code = ' x' WHERE id = 1", "code of customer number 1");
    expect_problem("UPDATE customer SET search = 'x' WHERE id = 1", "search text of customer");
    expect_problem("UPDATE customer SET kind = 'robot' WHERE id = 1", "'kind'");
    expect_problem("UPDATE customer SET name = ' x ' WHERE id = 1", "canonical form");
    expect_problem("UPDATE customer SET p_6 = 2 WHERE id = 1", "neither yes nor no");
    expect_problem("UPDATE customer SET p_20 = 9999999 WHERE id = 1", "is no date");
    expect_problem("UPDATE customer SET p_24 = 1000000000000000000 WHERE id = 1", "out of range");
    expect_problem("UPDATE customer SET p_9 = 'a /  / b' WHERE id = 1", "canonical form");
    expect_problem("UPDATE customer SET p_15 = 'a|A' WHERE id = 1", "canonical form");
    expect_problem("UPDATE item SET name = 'x' WHERE id = 1", "search text of item");
    expect_problem("UPDATE item SET name_folded = 'x' WHERE id = 1", "folded name of item");
    expect_problem("UPDATE item SET price = 1000000000000000000 WHERE id = 1", "price of item");
    expect_problem("UPDATE item SET id = 5 WHERE id = 1", "refers to nothing");
    expect_problem("UPDATE item SET id = 5000000 WHERE id = 1", "gap");
    expect_problem("UPDATE text_value SET text = CAST(x'ff' AS TEXT) WHERE id = 1",
                   "text number 1");
    expect_problem("ALTER TABLE customer ADD COLUMN p_77 TEXT", "belongs to no property");
    expect_problem("ALTER TABLE customer DROP COLUMN p_9", "has no column");
    expect_problem("CREATE TABLE event_pack_99 (x)", "belong to no stream");
    expect_problem("DROP TABLE event_pack_2", "no table of events");
    expect_problem(
        "UPDATE property_allowed SET property_id = 999 WHERE position = 0 AND property_id = 3",
        "refers to nothing");
}

TEST(check_finds_damage_of_the_log_of_changes)
{
    static const char *const parts[] = {
        "x'000101'", /* without an end */
        "x'000180'", /* nor has the number */
        "x'7b0100'", /* no stream has this id */
        "x'00ffffffff7f00'",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char damage[100];
        snprintf(damage, sizeof damage, "UPDATE change_log SET parts = %s", parts[i]);
        expect_problem(damage, "in the log of changes are damaged");
    }
    expect_problem("UPDATE change_log SET customers = x'', parts = x''", "log of changes");
    expect_problem("UPDATE change_log SET customers = x'01ff'", "log of changes");
    expect_problem("UPDATE change_log SET customers = x'0100'", "log of changes");
}

TEST(check_finds_damage_of_events)
{
    expect_problem("UPDATE event_pack_1 SET payload = x'02' WHERE id >> 24 = 2", "is damaged");
    expect_problem("UPDATE event_pack_1 SET payload = x'01' WHERE id >> 24 = 2", "as many events");
    expect_problem("UPDATE event_pack_1 SET payload = CAST(substr(payload, 1, length(payload) - 1) "
                   "AS BLOB)",
                   "is damaged");
    expect_problem("UPDATE event_pack_1 SET events_count = 9", "as many events");
    expect_problem("UPDATE event_pack_1 SET first_at = first_at - 1", "from and to");
    expect_problem("UPDATE event_pack_1 SET id = id + 1", "pack of events is missing");
    expect_problem("UPDATE event_pack_1 SET id = id + (7 << 24) WHERE id >> 24 = 2",
                   "no such customer");
    expect_problem("DELETE FROM event_key WHERE key = 'k1'", "not in the index");
    expect_problem("UPDATE event_key SET customer_id = 1", "not in the index");
    expect_problem("INSERT INTO event_key VALUES (1, 'other', 1)", "the index has 2");
    expect_problem("DELETE FROM text_value WHERE id = 1", "refers to nothing");
    expect_problem("UPDATE stream SET events_count = events_count + 1", "totals of stream");
    expect_problem("UPDATE stream SET last_at = last_at - 1", "totals of stream");
    expect_problem("INSERT INTO erasure VALUES (1, 0, 'x', 'x', 1, 0)", "erase the same");
}

TEST(check_finds_damaged_pages)
{
    Fixture fixture = fixture_open();
    EXPECT_OK(store_batch_begin(fixture.store, &fixture.err), &fixture.err);
    for (int i = 0; i < 400; i++) {
        char code[16];
        snprintf(code, sizeof code, "customer %d", i);
        fixture_add_customer(&fixture, code, "somebody with a name that takes some room");
    }
    EXPECT_OK(store_batch_commit(fixture.store, &fixture.err), &fixture.err);
    store_done(&fixture.store);
    char file[1024];
    snprintf(file, sizeof file, "%s/kohorta.db", fixture.path);
    FILE *pages = fopen(file, "r+b");
    REQUIRE(pages != NULL);
    fseek(pages, -8192 * 3, SEEK_END);
    char noise[8192];
    memset(noise, 0x5a, sizeof noise);
    fwrite(noise, sizeof noise, 1, pages);
    fclose(pages);
    Error err;
    EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, &err), &err);
    Text *problems;
    EXPECT(check(&fixture, &problems) > 0);
    fixture_done(&fixture);
}

static bool say_stop(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    return --*(int *)context > 0;
}

TEST(check_and_backup_can_be_cancelled)
{
    Fixture fixture = fixture_open();
    fill(&fixture);
    Text *problems;
    size_t count;
    for (int questions = 1; questions <= 3; questions++) {
        int left = questions;
        Progress progress = {say_stop, &left};
        EXPECT_STATUS(
            store_check(fixture.store, &progress, fixture.arena, &problems, &count, &fixture.err),
            STATUS_CANCELLED, &fixture.err);
    }
    int left = 1;
    Progress progress = {say_stop, &left};
    const char *file = arena_printf(fixture.arena, "%s/copy", harness_temporary_dir()).data;
    EXPECT_STATUS(store_backup(fixture.store, file, &progress, &fixture.err), STATUS_CANCELLED,
                  &fixture.err);
    EXPECT(access(file, F_OK) != 0);
    fixture_done(&fixture);
}

/* ---- backup ---- */

TEST(backup_is_a_directory_again)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    fixture_reopen(&fixture, STORE_READ);
    const char *directory = arena_printf(fixture.arena, "%s/copy", harness_temporary_dir()).data;
    const char *file = arena_printf(fixture.arena, "%s/kohorta.db", directory).data;
    EXPECT_OK(store_init(directory, fixture_settings, err), err);
    EXPECT_STATUS(store_backup(fixture.store, file, NULL, err), STATUS_CONFLICT, err);
    unlink(file);
    EXPECT_OK(store_backup(fixture.store, file, NULL, err), err);
    Fixture copy = {.arena = fixture.arena, .path = directory};
    EXPECT_OK(store_open(directory, STORE_WRITE, &copy.store, err), err);
    fixture_expect_sound(&copy);
    EXPECT_TEXT(fixture_purchases(&copy, "C-1"), "2026-03-01 drill\n");
    fixture_add_customer(&copy, "more", "more");
    store_close(copy.store);
    EXPECT_STATUS(store_backup(fixture.store, "/no/such/file", NULL, err), STATUS_IO, err);
    fixture_done(&fixture);
}

static bool say_end(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)context, (void)step, (void)done, (void)total;
    _exit(1);
}

/* Who clears away must leave a copy alone that is being made. */
static bool say_whether_kept(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    EXPECT(store_remove(*(const char *const *)context, NULL) == STATUS_CONFLICT);
    return true;
}

TEST(directory_of_a_copy_that_was_not_finished_can_be_removed)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    const char *directory = arena_printf(fixture.arena, "%s/trial", harness_temporary_dir()).data;
    fixture_reopen(&fixture, STORE_READ);
    pid_t child = fork();
    if (child == 0) {
        Progress ending = {say_end, NULL};
        _exit(store_copy(fixture.store, directory, &ending, err) == STATUS_OK ? 0 : 2);
    }
    int code;
    waitpid(child, &code, 0);
    EXPECT(WIFEXITED(code) && WEXITSTATUS(code) == 1);
    EXPECT_OK(store_remove(directory, err), err);
    EXPECT(access(directory, F_OK) != 0);
    int left = 1;
    Progress stopping = {say_stop, &left};
    EXPECT_STATUS(store_copy(fixture.store, directory, &stopping, err), STATUS_CANCELLED, err);
    EXPECT(access(directory, F_OK) != 0);
    Progress asking = {say_whether_kept, &directory};
    EXPECT_OK(store_copy(fixture.store, directory, &asking, err), err);
    EXPECT_OK(store_remove(directory, err), err);
    EXPECT(access(directory, F_OK) != 0);
    fixture_done(&fixture);
}

/* A writer goes on while the copy is made; the copy is one moment of it. */
TEST(backup_while_others_write)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    store_done(&fixture.store);
    pid_t child = fork();
    if (child == 0) {
        Fixture writer = {.arena = arena_new(), .path = fixture.path};
        if (store_open(fixture.path, STORE_WRITE, &writer.store, err) != STATUS_OK) _exit(1);
        for (int i = 0; i < 100000; i++) {
            /* two customers at once: a copy that is no moment would have an odd number */
            char code[2][16];
            WriteResult result;
            Status status = store_batch_begin(writer.store, err);
            for (int j = 0; j < 2 && status == STATUS_OK; j++) {
                snprintf(code[j], sizeof code[j], "n%d", i * 2 + j);
                status = fixture_set(&writer, code[j], "name", value_text(TEXT("x")), WRITE_UPSERT,
                                     &result);
            }
            if (status != STATUS_OK || store_batch_commit(writer.store, err) != STATUS_OK) _exit(1);
        }
        _exit(0);
    }
    for (int i = 0; i < 5; i++) {
        usleep(20000);
        char file[64];
        snprintf(file, sizeof file, "%s/copy%d.db", harness_temporary_dir(), i);
        EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, err), err);
        EXPECT_OK(store_backup(fixture.store, file, NULL, err), err);
        store_done(&fixture.store);
        Fixture copy = {.path = file, .is_file = true};
        EXPECT(fixture_number(&copy, "SELECT count(*) FROM customer") % 2 == 0);
        EXPECT(fixture_number(&copy, "SELECT count(*) FROM event_pack_1") == 2);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    fixture_done(&fixture);
}

/* ---- erasure ---- */

static bool file_holds(const char *path, const char *word)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *content = malloc(size + 1);
    size = fread(content, 1, size, file);
    fclose(file);
    bool is_found = memmem(content, size, word, strlen(word)) != NULL;
    free(content);
    return is_found;
}

/* Whether any file of the directory holds the word, its -wal and -shm too. */
static bool directory_holds(const Fixture *fixture, const char *word)
{
    bool is_found = false;
    DIR *directory = opendir(fixture->path);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[1024];
        if (entry->d_type != DT_REG) continue;
        snprintf(path, sizeof path, "%s/%s", fixture->path, entry->d_name);
        is_found |= file_holds(path, word);
    }
    closedir(directory);
    return is_found;
}

static const char *const his_words[] = {
    "QZX-7719", "qzx-7719",     "Пржевальская", "пржевальская", "Евфросинь",   "123-45-67",
    "Скупка",   "ORDER-OF-QZX", "Мелентий",     "765-43-21",    "qzx-contact",
};

static EraseAct erase(Fixture *fixture, const char *code)
{
    EraseAct act = {0};
    EXPECT_OK(store_erase_customer(fixture->store, text_of(code),
                                   erasure_at(moment_of(date_of(2026, 5, 1), 12, 0, 0)),
                                   fixture->arena, &act, &fixture->err),
              &fixture->err);
    return act;
}

TEST(erased_person_cannot_be_found_in_any_file)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    /* a former name, and neighbours whose coming and going splits pages */
    fixture_add_customer(&fixture, "QZX-7719", "Пржевальская-Старая");
    fixture_add_customer(&fixture, "QZX-7719", "Пржевальская Евфросинья");
    EXPECT_OK(store_batch_begin(fixture.store, err), err);
    for (int i = 0; i < 2000; i++) {
        char code[16];
        snprintf(code, sizeof code, "N-%d", i * 7919 % 2000);
        fixture_add_customer(&fixture, code, "сосед по странице с длинным именем");
    }
    EXPECT_OK(store_batch_commit(fixture.store, err), err);
    for (size_t i = 0; i < COUNT(his_words); i++)
        if (!directory_holds(&fixture, his_words[i]))
            harness_fail(__FILE__, __LINE__, "'%s' is not there at all", his_words[i]);
    EraseAct act = erase(&fixture, " QZX-7719");
    EXPECT_TEXT(act.code, "QZX-7719");
    EXPECT_INT(act.properties, 4);
    EXPECT_INT(act.events[STREAM_PURCHASE], 2);
    EXPECT_INT(act.events[STREAM_CONTACT], 1);
    EXPECT_INT(act.events[STREAM_INTERACTION], 0);
    for (size_t i = 0; i < COUNT(his_words); i++)
        if (directory_holds(&fixture, his_words[i]))
            harness_fail(__FILE__, __LINE__, "'%s' is still there", his_words[i]);
    fixture_expect_sound(&fixture);
    /* what others use stays */
    EXPECT_TEXT(fixture_purchases(&fixture, "C-1"), "2026-03-01 drill\n");
    EXPECT(directory_holds(&fixture, "сайт"));
    EXPECT_INT(fixture_number(&fixture, "SELECT count(*) FROM erasure WHERE is_clean = 1"), 1);
    EXPECT_STATUS(store_erase_customer(fixture.store, TEXT("QZX-7719"), erasure_at((Moment){0}),
                                       fixture.arena, &act, err),
                  STATUS_NOT_FOUND, err);
    fixture_done(&fixture);
}

/* What a server that was killed amid a backup of its own has left holds him too. */
TEST(erasure_removes_backups_that_were_not_finished)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    const char *own = store_own_backup(fixture.store, fixture.arena);
    const char *part = arena_printf(fixture.arena, "%s.part-4711", own).data;
    EXPECT_OK(store_backup(fixture.store, part, NULL, err), err);
    EXPECT(directory_holds(&fixture, "Мелентий"));
    erase(&fixture, "QZX-7719");
    EXPECT(access(part, F_OK) != 0);
    fixture_done(&fixture);
}

TEST(ids_of_erased_ones_are_never_given_again)
{
    Fixture fixture = fixture_open();
    fixture_add_customer(&fixture, "a", "a");
    fixture_add_customer(&fixture, "b", "b");
    const Purchase his[] = {PURCHASE(.customer = "b", .at = "2026-03-01", .channel = "его канал")};
    fixture_write(&fixture, EVENTS_UPSERT, his, 1);
    erase(&fixture, "b");
    fixture_add_customer(&fixture, "c", "c");
    const Purchase others[] = {PURCHASE(.customer = "d", .at = "2026-03-02", .channel = "x")};
    fixture_write(&fixture, EVENTS_UPSERT, others, 1);
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM customer WHERE code = 'c'"), 3);
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM customer WHERE code = 'd'"), 4);
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM text_value"), 2);
    fixture_reopen(&fixture, STORE_WRITE);
    fixture_add_customer(&fixture, "e", "e");
    EXPECT_INT(fixture_number(&fixture, "SELECT id FROM customer WHERE code = 'e'"), 5);
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

/* While somebody reads, traces are kept for him; erasing again afterwards finishes the work. */
TEST(erasure_waits_for_readers_and_goes_on)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    Store *reader;
    EXPECT_OK(store_open(fixture.path, STORE_READ, &reader, err), err);
    EXPECT_OK(store_read_begin(reader, err), err);
    EraseAct act;
    EXPECT_STATUS(store_erase_customer(fixture.store, TEXT("QZX-7719"), erasure_at((Moment){0}),
                                       fixture.arena, &act, err),
                  STATUS_CONFLICT, err);
    EXPECT(strstr(err->message, "erase him again") != NULL);
    Text *problems;
    EXPECT_INT(check(&fixture, &problems), 1);
    store_close(reader);
    act = erase(&fixture, "QZX-7719");
    EXPECT(act.properties == 4 && act.events[STREAM_PURCHASE] == 2 && act.at.second == 0);
    for (size_t i = 0; i < COUNT(his_words); i++)
        EXPECT(!directory_holds(&fixture, his_words[i]));
    fixture_expect_sound(&fixture);
    fixture_done(&fixture);
}

TEST(erasure_is_no_part_of_a_batch)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    EraseAct act;
    EXPECT_OK(store_batch_begin(fixture.store, err), err);
    EXPECT_STATUS(store_erase_customer(fixture.store, TEXT("C-1"), erasure_at((Moment){0}),
                                       fixture.arena, &act, err),
                  STATUS_CONFLICT, err);
    fixture_done(&fixture);
}

/* ---- counts ---- */

TEST(counts_follow_every_change)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    StoreCounts counts;
    EXPECT_OK(store_count(fixture.store, fixture.arena, &counts, err), err);
    EXPECT(counts.customers == 0 && counts.events_all == 0 && !counts.has_event_dates);
    fill(&fixture);
    EXPECT_OK(store_count(fixture.store, fixture.arena, &counts, err), err);
    EXPECT(counts.customers == 2 && counts.items == 1 && counts.events_all == 4);
    EXPECT_INT(counts.events[STREAM_PURCHASE], 3);
    /* the contact's date, 1970, is no event */
    EXPECT_INT(counts.first_event.day, date_of(2026, 3, 1).day);
    EXPECT_INT(counts.last_event.day, date_of(2026, 3, 5).day);
    erase(&fixture, "QZX-7719");
    EXPECT_OK(store_count(fixture.store, fixture.arena, &counts, err), err);
    EXPECT(counts.customers == 1 && counts.events_all == 1);
    EXPECT_INT(counts.last_event.day, date_of(2026, 3, 1).day);
    fixture_done(&fixture);
}
