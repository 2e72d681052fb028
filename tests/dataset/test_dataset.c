/* test_dataset.c -- after every step of a random history the view is the store, to the byte; images
 * that are damaged, old, foreign or half made are made again. */
#include "base/file.h"
#include "base/hash.h"
#include "dataset/dataset.h"
#include "dataset/history.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static Dataset *open_dataset(Fixture *fixture)
{
    Dataset *dataset = NULL;
    DatasetOptions options = {.threads_count = 2};
    EXPECT_OK(dataset_open(fixture->path, &options, &dataset, &fixture->err), &fixture->err);
    return dataset;
}

static void expect_true(Dataset *dataset, Fixture *fixture)
{
    Text *problems = NULL;
    size_t count = 0;
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_OK(dataset_check(dataset, NULL, arena, &problems, &count, &fixture->err), &fixture->err);
    for (size_t i = 0; i < count; i++)
        harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problems[i]));
    DatasetFindings findings;
    DatasetSample sample = {.percent = 100};
    EXPECT_OK(dataset_check_blocks(dataset, &sample, arena, &findings, &fixture->err),
              &fixture->err);
    for (size_t i = 0; i < findings.problems_count; i++)
        harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(findings.problems[i]));
    const DatasetView *view = dataset_acquire(dataset);
    EXPECT_INT(findings.customers_count, dataset_view_customers_count(view));
    dataset_release(dataset, view);
}

static DatasetFacts facts_of(Dataset *dataset)
{
    const DatasetView *view = dataset_acquire(dataset);
    DatasetFacts facts = dataset_view_facts(view);
    facts.made_because = TEXT("");
    dataset_release(dataset, view);
    return facts;
}

static Text made_because(Dataset *dataset, Arena *arena)
{
    const DatasetView *view = dataset_acquire(dataset);
    Text text = arena_text(arena, dataset_view_facts(view).made_because);
    dataset_release(dataset, view);
    return text;
}

static void refresh(Dataset *dataset, Fixture *fixture)
{
    EXPECT_OK(dataset_refresh(dataset, NULL, &fixture->err), &fixture->err);
}

/* ---- who changed ---- */

/* A digest of all a customer has, by id; 0: nobody. */
typedef struct {
    uint64_t items[1024];
} Digests;

static uint64_t mix(uint64_t digest, Text text)
{
    return digest * UINT64_C(0x9E3779B97F4A7C15) + hash_fast(text.data, text.size);
}

static uint64_t digest_row(const CustomerRow *row, const Schema *schema, Arena *arena)
{
    uint64_t digest = 1;
    for (size_t i = 0; i < schema->properties_count; i++)
        digest = mix(digest, value_print(row->values[i],
                                         property_value_type(&schema->properties[i]), arena));
    for (size_t s = 0; s < schema->streams_count; s++)
        for (size_t e = 0; e < row->events[s].count; e++) {
            const EventRow *event = &row->events[s].items[e];
            digest = digest * 31 + (uint64_t)event->at.second;
            for (size_t f = 0; f < schema->streams[s].fields_count; f++)
                digest = mix(digest,
                             value_print(event->values[f],
                                         field_value_type(&schema->streams[s].fields[f]), arena));
        }
    return digest;
}

static Digests digests_of(Fixture *fixture)
{
    Digests digests = {0};
    AUTO(arena_done) Arena *arena = arena_new();
    CustomerSource *source;
    Error *err = &fixture->err;
    EXPECT_OK(store_read_begin(fixture->store, err), err);
    EXPECT_OK(store_customer_source(fixture->store, &source, err), err);
    for (CustomerRow row;;) {
        EXPECT_OK(source->next(source, arena, &row, err), err);
        if (row.id.value == 0) break;
        ASSERT(row.id.value < sizeof digests.items / sizeof digests.items[0]);
        digests.items[row.id.value] = digest_row(&row, source->schema, arena);
    }
    store_read_end(fixture->store);
    return digests;
}

static void expect_reported(const Dataset *dataset, const Digests *before, const Digests *after)
{
    bool is_everything;
    const CustomerSet *changed = dataset_changed(dataset, &is_everything);
    for (uint32_t id = 1; id < sizeof before->items / sizeof before->items[0]; id++)
        if (before->items[id] != after->items[id])
            EXPECT(is_everything || customer_set_has(changed, (CustomerId){id}));
}

/* ---- random histories ---- */

static void follow(History *history, Dataset **dataset)
{
    Fixture *fixture = &history->fixture;
    switch (random_below(&history->random, 12)) {
    case 0: EXPECT_OK(dataset_compact(*dataset, NULL, &fixture->err), &fixture->err); break;
    case 1:
        dataset_close(*dataset);
        *dataset = open_dataset(fixture);
        break;
    default: break;
    }
    refresh(*dataset, fixture);
}

TEST(view_is_the_store_after_every_step)
{
    enum { HISTORIES_COUNT = 4, STEPS_COUNT = 60 };
    for (uint64_t run = 0; run < HISTORIES_COUNT; run++) {
        History history = history_open(harness_seed() + run);
        Dataset *dataset = open_dataset(&history.fixture);
        REQUIRE(dataset != NULL);
        Digests before = digests_of(&history.fixture);
        for (int step = 0; step < STEPS_COUNT; step++) {
            history_step(&history);
            refresh(dataset, &history.fixture);
            Digests after = digests_of(&history.fixture);
            expect_reported(dataset, &before, &after);
            expect_true(dataset, &history.fixture);
            follow(&history, &dataset);
            before = after;
        }
        expect_true(dataset, &history.fixture);
        dataset_close(dataset);
        history_done(&history);
    }
}

TEST(small_changes_stay_beside_the_image)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    for (int i = 0; i < 50; i++)
        history_small_step(&history);
    Dataset *dataset = open_dataset(fixture);
    DatasetFacts first = facts_of(dataset);
    EXPECT_INT(first.changed_customers, 0);
    fixture_add_customer(fixture, "C0", "Борис");
    fixture_add_customer(fixture, "NEW", "Вера");
    refresh(dataset, fixture);
    DatasetFacts second = facts_of(dataset);
    EXPECT_INT(second.changed_customers, 2);
    EXPECT_INT(second.hidden_customers, 1);
    EXPECT_INT(second.image_data_version, first.image_data_version);
    /* a second opening finds the same file, and the changes beside it */
    dataset_close(dataset);
    dataset = open_dataset(fixture);
    EXPECT_INT(facts_of(dataset).image_data_version, first.image_data_version);
    EXPECT_INT(facts_of(dataset).changed_customers, 2);
    EXPECT_TEXT(made_because(dataset, fixture->arena), "");
    EXPECT_OK(dataset_compact(dataset, NULL, &fixture->err), &fixture->err);
    EXPECT_INT(facts_of(dataset).changed_customers, 0);
    EXPECT(facts_of(dataset).image_data_version > first.image_data_version);
    expect_true(dataset, fixture);
    dataset_close(dataset);
    history_done(&history);
}

/* Each of the customers first .. last-1 buys something on a day; how much depends on his number. */
static void let_buy(Fixture *fixture, unsigned first, unsigned last, const char *at)
{
    Purchase *purchases = ARENA_ARRAY(fixture->arena, Purchase, last - first);
    for (unsigned i = first; i < last; i++)
        purchases[i - first] =
            PURCHASE(.customer = arena_printf(fixture->arena, "M%05u", i).data, .at = at,
                     .order = arena_printf(fixture->arena, "Z-%u", i).data,
                     .item = arena_printf(fixture->arena, "Item %u", i % 97).data,
                     .amount = 10000 + i);
    (void)fixture_write(fixture, EVENTS_UPSERT, purchases, last - first);
}

/* So many that more than one handle reads them, and each twice. */
TEST(many_changed_customers_are_read_side_by_side)
{
    enum { CUSTOMERS = 2800, CHANGED = 2500 };
    AUTO(fixture_done) Fixture fixture = fixture_open();
    let_buy(&fixture, 0, CUSTOMERS, "2026-03-01");
    Dataset *dataset = open_dataset(&fixture);
    let_buy(&fixture, CUSTOMERS - CHANGED, CUSTOMERS, "2026-02-01");
    refresh(dataset, &fixture);
    EXPECT_INT(facts_of(dataset).changed_customers, CHANGED);
    EXPECT_INT(facts_of(dataset).hidden_customers, CHANGED);
    expect_true(dataset, &fixture);
    /* the handles that helped see what comes later */
    let_buy(&fixture, 0, CUSTOMERS + CHANGED, "2026-03-02");
    refresh(dataset, &fixture);
    EXPECT_INT(facts_of(dataset).changed_customers, CUSTOMERS + CHANGED);
    expect_true(dataset, &fixture);
    dataset_close(dataset);
}

/* One purchase after another: the layers stay few, and each holds more than the one after it. */
TEST(single_changes_make_few_layers)
{
    enum { CUSTOMERS = 200, CHANGES = 150 };
    AUTO(fixture_done) Fixture fixture = fixture_open();
    let_buy(&fixture, 0, CUSTOMERS, "2026-03-01");
    Dataset *dataset = open_dataset(&fixture);
    for (unsigned i = 0; i < CHANGES; i++) {
        let_buy(&fixture, i, i + 1, "2026-03-02");
        refresh(dataset, &fixture);
        const DatasetView *view = dataset_acquire(dataset);
        const EngineData *data = dataset_view_data(view);
        EXPECT(data->layers_count <= ENGINE_LAYERS_MAX);
        for (size_t layer = 2; layer < data->layers_count; layer++)
            EXPECT(image_customers_count(data->layers[layer].image) <
                   image_customers_count(data->layers[layer - 1].image));
        dataset_release(dataset, view);
        EXPECT_INT(facts_of(dataset).changed_customers, i + 1);
    }
    expect_true(dataset, &fixture);
    dataset_close(dataset);
}

/* How far a look at several blocks is, as it was told. */
typedef struct {
    uint64_t done, total;
    unsigned reports;
    bool went_back;
} Looking;

static bool follow_looking(void *context, const char *step, uint64_t done, uint64_t total)
{
    Looking *looking = context;
    (void)step;
    looking->went_back |= done < looking->done || (looking->reports > 0 && total != looking->total);
    looking->done = done;
    looking->total = total;
    looking->reports++;
    return true;
}

TEST(progress_over_blocks_never_goes_back)
{
    enum { CUSTOMERS = 6000, SEEN_AT_LEAST = 4000 };
    AUTO(fixture_done) Fixture fixture = fixture_open();
    let_buy(&fixture, 0, CUSTOMERS, "2026-03-01");
    Dataset *dataset = open_dataset(&fixture);
    Looking looking = {0};
    Progress progress = {follow_looking, &looking};
    const DatasetSample sample = {.percent = 100, .seed = 1, .progress = &progress};
    DatasetFindings findings;
    EXPECT_OK(dataset_check_blocks(dataset, &sample, fixture.arena, &findings, &fixture.err),
              &fixture.err);
    EXPECT(findings.blocks_count > 1);
    EXPECT_INT(findings.customers_count, CUSTOMERS);
    EXPECT(!looking.went_back);
    EXPECT(looking.done > SEEN_AT_LEAST && looking.total == CUSTOMERS);
    dataset_close(dataset);
}

/* The erased person is hidden at once; the file that held him is gone. */
TEST(erased_customers_leave_with_the_file)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    fixture_add_customer(fixture, "QZX", "Пржевальская");
    Dataset *dataset = open_dataset(fixture);
    const char *image = arena_printf(fixture->arena, "%s/kohorta.image", fixture->path).data;
    EXPECT(file_exists(image));
    EraseAct act;
    EXPECT_OK(store_erase_customer(fixture->store, TEXT("QZX"), erasure_at((Moment){0}),
                                   fixture->arena, &act, &fixture->err),
              &fixture->err);
    EXPECT(!file_exists(image));
    EXPECT(!dataset_wants_compaction(dataset));
    refresh(dataset, fixture);
    expect_true(dataset, fixture);
    EXPECT(dataset_wants_compaction(dataset));
    EXPECT_OK(dataset_compact(dataset, NULL, &fixture->err), &fixture->err);
    EXPECT(!dataset_wants_compaction(dataset));
    Text content;
    EXPECT_OK(file_read(image, 1 << 24, fixture->arena, &content, &fixture->err), &fixture->err);
    EXPECT(!text_contains(content, TEXT("Пржевальская")));
    expect_true(dataset, fixture);
    dataset_close(dataset);
    history_done(&history);
}

/* ---- files that cannot be trusted ---- */

static const char *image_path(const Fixture *fixture)
{
    return arena_printf(fixture->arena, "%s/kohorta.image", fixture->path).data;
}

/* What was wrong with the image must be told, and the data be there all the same. */
static void expect_made_again(Fixture *fixture, const char *what)
{
    Dataset *dataset = open_dataset(fixture);
    Text reason = made_because(dataset, fixture->arena);
    if (!text_contains(reason, text_of(what)))
        harness_fail(__FILE__, __LINE__, "'%.*s' does not tell '%s'", TEXT_FORMAT(reason), what);
    expect_true(dataset, fixture);
    dataset_close(dataset);
    dataset = open_dataset(fixture);
    EXPECT_TEXT(made_because(dataset, fixture->arena), "");
    dataset_close(dataset);
}

static void flip(const char *path, long offset)
{
    FILE *file = fopen(path, "r+b");
    ASSERT(file != NULL);
    fseek(file, offset, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, offset, SEEK_SET);
    fputc(byte ^ 0x10, file);
    fclose(file);
}

TEST(damaged_images_are_made_again)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    for (int i = 0; i < 40; i++)
        history_small_step(&history);
    const char *path = image_path(fixture);
    expect_made_again(fixture, "there is no image");
    struct stat facts;
    for (int i = 0; i < 20; i++) {
        REQUIRE(stat(path, &facts) == 0);
        flip(path, (long)random_below(&history.random, (uint64_t)facts.st_size));
        expect_made_again(fixture, "image is");
    }
    EXPECT(truncate(path, facts.st_size / 2) == 0);
    expect_made_again(fixture, "image is");
    EXPECT(truncate(path, 0) == 0);
    expect_made_again(fixture, "image is");
    EXPECT(unlink(path) == 0);
    expect_made_again(fixture, "there is no image");
    history_done(&history);
}

static void copy_file(const char *from, const char *to, Arena *arena)
{
    Text content;
    Error err;
    EXPECT_OK(file_read(from, 1 << 26, arena, &content, &err), &err);
    EXPECT_OK(file_write_atomic(to, content, &err), &err);
}

/* A sound image of other data, of an earlier copy of the database, of a later one. */
TEST(foreign_images_are_made_again)
{
    History history = history_open(harness_seed()), other = history_open(harness_seed() + 1);
    Fixture *fixture = &history.fixture;
    dataset_close(open_dataset(fixture));
    dataset_close(open_dataset(&other.fixture));
    copy_file(image_path(&other.fixture), image_path(fixture), fixture->arena);
    expect_made_again(fixture, "too much has changed");
    store_done(&fixture->store);
    Text database = arena_printf(fixture->arena, "%s/kohorta.db", fixture->path);
    Text copy = arena_printf(fixture->arena, "%s/copy", harness_temporary_dir());
    copy_file(database.data, copy.data, fixture->arena);
    fixture_reopen(fixture, STORE_WRITE);
    for (int i = 0; i < 10; i++)
        history_small_step(&history);
    Dataset *dataset = open_dataset(fixture);
    EXPECT_OK(dataset_compact(dataset, NULL, &fixture->err), &fixture->err);
    dataset_close(dataset);
    store_done(&fixture->store);
    copy_file(copy.data, database.data, fixture->arena); /* back in time */
    fixture_reopen(fixture, STORE_WRITE);
    expect_made_again(fixture, "too much has changed");
    history_done(&other);
    history_done(&history);
}

/* ---- interruptions ---- */

typedef struct {
    int left; /* reports until the end */
    bool kills;
} Ending;

static bool end_some_time(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)step, (void)done, (void)total;
    Ending *ending = context;
    if (ending->left-- > 0) return true;
    if (ending->kills) raise(SIGKILL);
    return false;
}

/* Killed at any point of building: the next one finds no image, or a whole one. */
TEST(killed_builders_leave_nothing_wrong)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    for (int i = 0; i < 30; i++)
        history_small_step(&history);
    for (int reports = 0; reports < 8; reports++) {
        EXPECT_OK(dataset_drop(fixture->path, &fixture->err), &fixture->err);
        store_done(&fixture->store);
        pid_t child = fork();
        if (child == 0) {
            Ending ending = {.left = reports, .kills = true};
            Progress progress = {end_some_time, &ending};
            DatasetOptions options = {.progress = &progress, .threads_count = 2};
            Dataset *dataset;
            Error err;
            _exit(dataset_open(fixture->path, &options, &dataset, &err) == STATUS_OK ? 0 : 1);
        }
        int status;
        EXPECT(waitpid(child, &status, 0) == child);
        EXPECT(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        fixture_reopen(fixture, STORE_WRITE);
        Dataset *dataset = open_dataset(fixture);
        expect_true(dataset, fixture);
        dataset_close(dataset);
    }
    history_done(&history);
}

TEST(cancelled_work_leaves_what_was_there)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    Ending ending = {.left = 1};
    Progress progress = {end_some_time, &ending};
    DatasetOptions options = {.progress = &progress, .threads_count = 2};
    Dataset *dataset = NULL;
    EXPECT_STATUS(dataset_open(fixture->path, &options, &dataset, &fixture->err), STATUS_CANCELLED,
                  &fixture->err);
    dataset = open_dataset(fixture);
    uint64_t version = facts_of(dataset).image_data_version;
    fixture_add_customer(fixture, "C1", "Борис");
    ending.left = 1;
    EXPECT_STATUS(dataset_compact(dataset, &progress, &fixture->err), STATUS_CANCELLED,
                  &fixture->err);
    ending.left = 0;
    EXPECT_STATUS(dataset_refresh(dataset, &progress, &fixture->err), STATUS_CANCELLED,
                  &fixture->err);
    EXPECT_INT(facts_of(dataset).image_data_version, version);
    refresh(dataset, fixture);
    expect_true(dataset, fixture);
    dataset_close(dataset);
    history_done(&history);
}

/* Where the file cannot be written, the image is kept in memory and nothing else changes. */
TEST(images_are_kept_in_memory_when_there_is_no_place)
{
    History history = history_open(harness_seed());
    Fixture *fixture = &history.fixture;
    EXPECT(mkdir(image_path(fixture), 0700) == 0);
    Dataset *dataset = open_dataset(fixture);
    REQUIRE(dataset != NULL);
    EXPECT(facts_of(dataset).is_in_memory);
    for (int i = 0; i < 5; i++) {
        history_small_step(&history);
        refresh(dataset, fixture);
        expect_true(dataset, fixture);
    }
    EXPECT_OK(dataset_compact(dataset, NULL, &fixture->err), &fixture->err);
    expect_true(dataset, fixture);
    dataset_close(dataset);
    history_done(&history);
}
