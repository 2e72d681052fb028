/* test_recent_packs.c -- small writes go to the end of the table and are moved later: everybody
 * reads the same events in the same order all the while. */
#include "store/fixture_events.h"
#include "store/merges.h"
#include "store/removals.h"

#include "base/buffer.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array)      (sizeof(array) / sizeof((array)[0]))
#define IS_RECENT         "id >= 1 << 62"
#define RECENT_OF_2       "id = (1 << 62) + (2 << 24)"
#define COUNT_RECENT_SQL  "SELECT recent_count FROM stream WHERE id = 1"
#define COUNT_PACKED_SQL  "SELECT ifnull(sum(events_count), 0) FROM event_pack_1 WHERE " IS_RECENT
#define COUNT_STREAM_SQL  "SELECT events_count FROM stream WHERE id = 1"
#define PACKS_RECENT_SQL  "SELECT count(*) FROM event_pack_1 WHERE " IS_RECENT
#define PACKS_OF_2_SQL    "SELECT count(*) FROM event_pack_1 WHERE id >> 24 & 0xffffffff = 2"
#define MOVED_UP_TO_SQL   "SELECT moved_up_to FROM stream WHERE id = 1"
#define DAMAGE_OWNER_SQL  "UPDATE event_pack_1 SET id = id + (7 << 24) WHERE " RECENT_OF_2
#define DAMAGE_NUMBER_SQL "UPDATE event_pack_1 SET id = id + 1 WHERE " RECENT_OF_2

/* 64 purchases of the customers a (number 1) and b in turn, which two writes of one go beside. */
static void fill(Fixture *fixture)
{
    enum { FIRST_ONES = 64 };
    Purchase purchases[FIRST_ONES];
    for (int i = 0; i < FIRST_ONES; i++) {
        Text order = arena_printf(fixture->arena, "%d", i);
        purchases[i] = PURCHASE(.customer = i % 2 == 0 ? "a" : "b", .at = "2026-03-01",
                                .order = order.data, .key = i == 5 ? "main" : NULL);
    }
    fixture_write(fixture, EVENTS_UPSERT, purchases, FIRST_ONES);
    EXPECT_INT(fixture_number(fixture, PACKS_RECENT_SQL), 0);
    const Purchase first = PURCHASE(.customer = "b", .at = "2026-03-01", .order = "x", .key = "k");
    const Purchase second = PURCHASE(.customer = "b", .at = "2026-03-01", .order = "y");
    fixture_write(fixture, EVENTS_UPSERT, &first, 1);
    fixture_write(fixture, EVENTS_UPSERT, &second, 1);
    EXPECT_INT(fixture_number(fixture, PACKS_RECENT_SQL), 1);
    EXPECT_INT(fixture_number(fixture, COUNT_RECENT_SQL), 2);
    fixture_expect_sound(fixture);
}

/* What follows b's 32 first purchases, one after the other. */
static Text last_of_b(Fixture *fixture)
{
    AUTO(buffer_done) Buffer out = {0};
    CustomerRow row = {0};
    EXPECT_OK(store_read_customer(fixture->store, TEXT("b"), fixture->arena, &row, &fixture->err),
              &fixture->err);
    const EventList *list = &row.events[STREAM_PURCHASE];
    for (size_t i = list->count < 32 ? 0 : 31; i < list->count; i++)
        buffer_text(&out, list->items[i].values[PURCHASE_ORDER].as.text);
    return arena_text(fixture->arena, buffer_view(&out));
}

TEST(small_writes_lie_at_the_end_and_come_last)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    EXPECT_TEXT(last_of_b(&fixture), "63xy");
    /* what was met is not written again, wherever it lies */
    const Purchase again[] = {PURCHASE(.customer = "b", .at = "2026-03-01", .order = "y")};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, again, 1), 0, 0, 1, 0);
    const Purchase changed[] = {
        PURCHASE(.customer = "b", .at = "2026-03-01", .order = "z", .key = "k")};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, changed, 1), 0, 1, 0, 0);
    EXPECT_TEXT(last_of_b(&fixture), "63zy");
    EXPECT_INT(fixture_number(&fixture, COUNT_RECENT_SQL), 2);
    fixture_expect_sound(&fixture);
}

TEST(who_writes_main_packs_takes_recent_ones_along)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    const Purchase changed[] = {
        PURCHASE(.customer = "b", .at = "2026-03-01", .order = "w", .key = "main")};
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, changed, 1), 0, 1, 0, 0);
    EXPECT_TEXT(last_of_b(&fixture), "63xy");
    EXPECT_INT(fixture_number(&fixture, PACKS_RECENT_SQL), 0);
    EXPECT_INT(fixture_number(&fixture, COUNT_RECENT_SQL), 0);
    fixture_expect_sound(&fixture);
}

TEST(a_large_write_takes_recent_ones_of_its_customers_along)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    const Purchase many[] = {
        PURCHASE(.customer = "a", .at = "2026-03-01", .order = "a1"),
        PURCHASE(.customer = "b", .at = "2026-03-01", .order = "n1"),
        PURCHASE(.customer = "b", .at = "2026-03-01", .order = "n2"),
        PURCHASE(.customer = "b", .at = "2026-03-01", .order = "n3"),
    };
    EXPECT_COUNTS(fixture_write(&fixture, EVENTS_UPSERT, many, COUNT(many)), 4, 0, 0, 0);
    EXPECT_TEXT(last_of_b(&fixture), "63xyn1n2n3");
    EXPECT_INT(fixture_number(&fixture, COUNT_RECENT_SQL), 0);
    EXPECT_INT(fixture_number(&fixture, PACKS_OF_2_SQL), 1);
    fixture_expect_sound(&fixture);
}

/* Moving is no change of the data: nobody has to look at the customers again. */
TEST(moving_notes_no_change)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    uint64_t version;
    for (int i = 0; fixture_number(&fixture, COUNT_RECENT_SQL) > 0; i++) {
        REQUIRE(i < 20);
        EXPECT_OK(store_data_version(fixture.store, &version, err), err);
        Text order = arena_printf(fixture.arena, "more%d", i);
        const Purchase one = PURCHASE(.customer = "a", .at = "2026-03-02", .order = order.data);
        fixture_write(&fixture, EVENTS_UPSERT, &one, 1);
    }
    EXPECT_TEXT(last_of_b(&fixture), "63xy");
    StoreChanges changes = {0};
    EXPECT_OK(store_changes_since(fixture.store, version, &changes, err), err);
    EXPECT(!changes.is_everything);
    EXPECT_INT(customer_set_count(&changes.customers), 1);
    EXPECT(customer_set_has(&changes.customers, (CustomerId){1}));
    customer_set_free(&changes.customers);
    fixture_expect_sound(&fixture);
}

static Status print_number(void *context, const Value *values, size_t count, Error *err)
{
    (void)count, (void)err;
    *(int64_t *)context = values[0].as.decimal;
    return STATUS_OK;
}

static int64_t query(Fixture *fixture, const char *sql)
{
    int64_t number = -1;
    SqlReceiver receiver = {.context = &number, .row = print_number};
    EXPECT_OK(store_query(fixture->store, text_of(sql), NULL, 0, &receiver, &fixture->err),
              &fixture->err);
    return number;
}

TEST(sql_sees_both_regions_as_one)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    const Purchase one[] = {PURCHASE(.customer = "a", .at = "2026-03-01", .order = "last")};
    fixture_write(&fixture, EVENTS_UPSERT, one, 1);
    EXPECT_INT(query(&fixture, "SELECT count(*) FROM purchase"), 67);
    EXPECT_INT(query(&fixture, "SELECT count(*) FROM purchase WHERE customer_id = 2"), 34);
    EXPECT_INT(query(&fixture, "SELECT count(*) FROM purchase WHERE customer_id = 3"), 0);
    /* rows come in the order of customers, numbered without a gap */
    EXPECT_INT(query(&fixture, "SELECT count(*) FROM (SELECT customer_id, seq, row_number() OVER "
                               "(PARTITION BY customer_id) - 1 AS place FROM purchase) "
                               "WHERE seq = place"),
               67);
    EXPECT_INT(query(&fixture, "SELECT seq FROM purchase WHERE \"order\" = 'last'"), 32);
    EXPECT_INT(query(&fixture, "SELECT max(seq) FROM purchase WHERE customer_id = 2"), 33);
}

TEST(erasing_removes_recent_packs)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    fill(&fixture);
    EraseAct act;
    EXPECT_OK(store_erase_customer(fixture.store, TEXT("b"), erasure_at((Moment){0}), fixture.arena,
                                   &act, &fixture.err),
              &fixture.err);
    EXPECT_INT(act.events[STREAM_PURCHASE], 34);
    EXPECT_INT(fixture_number(&fixture, PACKS_OF_2_SQL), 0);
    EXPECT_INT(fixture_number(&fixture, COUNT_RECENT_SQL), 0);
    fixture_expect_sound(&fixture);
}

/* ---- check ---- */

static void expect_problem(const char *damage, const char *part_of_sentence)
{
    Fixture fixture = fixture_open();
    Error *err = &fixture.err;
    fill(&fixture);
    store_done(&fixture.store);
    fixture_damage(&fixture, damage);
    EXPECT_OK(store_open(fixture.path, STORE_READ, &fixture.store, err), err);
    Text *problems;
    size_t count = 0;
    bool is_found = false;
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, err), err);
    for (size_t i = 0; i < count; i++)
        is_found |= text_contains(problems[i], text_of(part_of_sentence));
    if (!is_found) harness_fail(__FILE__, __LINE__, "%s: %zu problems", damage, count);
    fixture_done(&fixture);
}

TEST(check_finds_damage_of_recent_packs)
{
    expect_problem(DAMAGE_NUMBER_SQL, "pack of events is missing");
    expect_problem(DAMAGE_OWNER_SQL, "no such customer");
    expect_problem("UPDATE event_pack_1 SET id = id - (1 << 61) WHERE " IS_RECENT,
                   "belong to nobody");
    expect_problem("UPDATE event_pack_1 SET id = id + (1 << 56) WHERE " IS_RECENT,
                   "belong to nobody");
    expect_problem("UPDATE event_pack_1 SET id = -id WHERE " IS_RECENT, "belong to nobody");
    expect_problem("DELETE FROM event_pack_1 WHERE " IS_RECENT, "totals of stream");
    expect_problem("UPDATE stream SET recent_count = 3 WHERE id = 1", "totals of stream");
    expect_problem("UPDATE event_pack_1 SET payload = x'02' WHERE " IS_RECENT, "is damaged");
    expect_problem("DELETE FROM event_key WHERE key = 'k'", "not in the index");
}

/* ---- moving ---- */

enum { PEOPLE = 100, EACH_AT_FIRST = 100, BATCHES = 40, ONES_A_BATCH = 200 };

/* Every customer's purchases are 100 first ones, then one for each batch that meant him. */
static void write_of_everybody(Fixture *fixture, int batch, int events)
{
    AUTO(event_writer_done)
    EventWriter *writer = fixture_writer(fixture, "purchase", EVENTS_UPSERT);
    for (int i = 0; i < events; i++) {
        char code[16], order[24];
        snprintf(code, sizeof code, "c%d", (i + batch) % PEOPLE);
        snprintf(order, sizeof order, "%04d-%05d", batch, i);
        Purchase purchase = PURCHASE(.customer = code, .at = "2026-03-01", .order = order);
        EXPECT_OK(fixture_add(fixture, writer, &purchase, 0), &fixture->err);
    }
    fixture_flush(fixture, writer);
}

TEST(recent_packs_never_outgrow_their_room)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    bool is_moved_in_parts = false;
    int64_t recent = 0, moves = 0;
    write_of_everybody(&fixture, 0, PEOPLE * EACH_AT_FIRST);
    for (int batch = 1; batch <= BATCHES; batch++) {
        write_of_everybody(&fixture, batch, ONES_A_BATCH);
        int64_t before = recent;
        recent = fixture_number(&fixture, COUNT_RECENT_SQL);
        moves += recent < before + ONES_A_BATCH;
        int64_t moved_up_to = fixture_number(&fixture, MOVED_UP_TO_SQL);
        is_moved_in_parts |= moved_up_to > 0 && moved_up_to < PEOPLE && recent > 0;
        EXPECT(recent <= fixture_number(&fixture, COUNT_STREAM_SQL) / 8);
        EXPECT_INT(recent, fixture_number(&fixture, COUNT_PACKED_SQL));
    }
    EXPECT(moves > 3 && moves < BATCHES / 2);
    EXPECT(is_moved_in_parts);
    fixture_expect_sound(&fixture);
    /* texts of orders rise with arrival */
    EXPECT_INT(query(&fixture, "SELECT count(*) FROM (SELECT \"order\", lag(\"order\") OVER "
                               "(PARTITION BY customer_id ORDER BY seq) AS before FROM purchase) "
                               "WHERE before >= \"order\""),
               0);
    EXPECT_INT(query(&fixture, "SELECT count(*) FROM purchase"),
               PEOPLE * EACH_AT_FIRST + BATCHES * ONES_A_BATCH);
}

/* ---- random histories ---- */

enum { CUSTOMERS = 5, DAYS = 6, ROWS_MAX = 3000, STEPS = 300, NOBODY = -1 };

/* Events in the order of arrival; no two say the same. */
typedef struct {
    int customer, day, number, key; /* key 0: none */
    int merged_from;                /* whose it was, and would be again; else NOBODY */
} Row;

typedef struct {
    Row rows[ROWS_MAX];
    size_t count;
    int next_number, next_key;
    int generations[CUSTOMERS]; /* of codes: an erased one's successor has another */
    int into[CUSTOMERS];        /* into whom he is merged, else NOBODY */
} Model;

typedef struct {
    Fixture *fixture;
    Model *model;
    Random random;
} History;

static int any(History *history, int bound)
{
    return (int)random_below(&history->random, (uint64_t)bound);
}

static const char *code_of(const History *history, int customer)
{
    return arena_printf(history->fixture->arena, "c%d-%d", customer,
                        history->model->generations[customer])
        .data;
}

static Purchase purchase_of(const History *history, const Row *row)
{
    Arena *arena = history->fixture->arena;
    return PURCHASE(.customer = code_of(history, row->customer),
                    .at = arena_printf(arena, "2026-03-%02d", row->day + 1).data,
                    .order = arena_printf(arena, "o%d", row->number).data,
                    .key = row->key == 0 ? NULL : arena_printf(arena, "key%d", row->key).data);
}

static int somebody(History *history)
{
    int customer = any(history, CUSTOMERS);
    while (history->model->into[customer] != NOBODY)
        customer = (customer + 1) % CUSTOMERS;
    return customer;
}

static Row new_row(History *history, int day)
{
    Model *model = history->model;
    Row row = {somebody(history), day, model->next_number++, 0, NOBODY};
    if (any(history, 3) == 0) row.key = ++model->next_key;
    return row;
}

static void append(Model *model, Row row)
{
    ASSERT(model->count < ROWS_MAX);
    model->rows[model->count++] = row;
}

/* Those for whom `goes` is set go. */
static void drop_rows(Model *model, const bool *goes)
{
    size_t left = 0;
    for (size_t i = 0; i < model->count; i++)
        if (!goes[i]) model->rows[left++] = model->rows[i];
    model->count = left;
}

/* New events, and perhaps one that is stored. */
static void write_some(History *history, int new_ones)
{
    Purchase purchases[64];
    Model *model = history->model;
    size_t count = 0, old_ones = model->count;
    for (int i = 0; i < new_ones; i++) {
        Row row = new_row(history, any(history, DAYS));
        purchases[count++] = purchase_of(history, &row);
        append(model, row);
    }
    if (any(history, 2) == 0 && old_ones > 0)
        purchases[count++] =
            purchase_of(history, &model->rows[random_below(&history->random, old_ones)]);
    fixture_write(history->fixture, EVENTS_UPSERT, purchases, count);
}

static Row *row_with_key(History *history)
{
    Model *model = history->model;
    for (int tries = 0; tries < 20 && model->count > 0; tries++) {
        Row *row = &model->rows[random_below(&history->random, model->count)];
        if (row->key != 0) return row;
    }
    return NULL;
}

static void change_one(History *history)
{
    Row *row = row_with_key(history);
    if (row == NULL) return;
    row->number = history->model->next_number++;
    row->merged_from = NOBODY; /* who changes an event of a merged customer keeps it where it is */
    Purchase purchase = purchase_of(history, row);
    EXPECT_COUNTS(fixture_write(history->fixture, EVENTS_UPSERT, &purchase, 1), 0, 1, 0, 0);
}

static void remove_one(History *history)
{
    bool goes[ROWS_MAX] = {false};
    RemovedEvent removed;
    Row *row = row_with_key(history);
    if (row == NULL) return;
    char key[16];
    snprintf(key, sizeof key, "key%d", row->key);
    EXPECT_OK(store_remove_event(history->fixture->store, TEXT("purchase"), text_of(key), &removed,
                                 &history->fixture->err),
              &history->fixture->err);
    goes[row - history->model->rows] = true;
    drop_rows(history->model, goes);
}

/* A day comes anew: some of its events again, one more, nothing else. */
static void replace_day(History *history)
{
    bool goes[ROWS_MAX] = {false};
    Purchase purchases[64];
    size_t count = 0;
    Model *model = history->model;
    int day = any(history, DAYS);
    for (size_t i = 0; i < model->count; i++) {
        if (model->rows[i].day != day) continue;
        goes[i] = count == COUNT(purchases) - 1 || any(history, 4) == 0;
        if (!goes[i]) purchases[count++] = purchase_of(history, &model->rows[i]);
    }
    Row row = new_row(history, day);
    purchases[count++] = purchase_of(history, &row);
    drop_rows(model, goes);
    append(model, row);
    fixture_write(history->fixture, EVENTS_REPLACE, purchases, count);
}

static void merge_two(History *history)
{
    bool goes[ROWS_MAX] = {false};
    Row moved[ROWS_MAX];
    size_t moved_count = 0;
    Fixture *fixture = history->fixture;
    Model *model = history->model;
    MergeOutcome outcome;
    int from = somebody(history), into = somebody(history);
    for (int i = 0; i < CUSTOMERS; i++)
        if (from == into || model->into[i] != NOBODY) return; /* one merge at a time */
    MergeOrder order = {.from = text_of(code_of(history, from)),
                        .into = text_of(code_of(history, into)),
                        .at = {1000},
                        .author = TEXT("anna"),
                        .reason = TEXT("")};
    EXPECT_OK(
        store_merge_customers(fixture->store, &order, fixture->arena, &outcome, &fixture->err),
        &fixture->err);
    model->into[from] = into;
    for (size_t i = 0; i < model->count; i++) {
        goes[i] = model->rows[i].customer == from;
        if (goes[i]) moved[moved_count++] = model->rows[i];
    }
    drop_rows(model, goes);
    for (size_t i = 0; i < moved_count; i++) {
        moved[i].customer = into;
        moved[i].merged_from = from;
        append(model, moved[i]);
    }
}

static void unmerge_two(History *history)
{
    Fixture *fixture = history->fixture;
    Model *model = history->model;
    MergeOutcome outcome;
    for (int from = 0; from < CUSTOMERS; from++) {
        if (model->into[from] == NOBODY) continue;
        UnmergeOrder order = {text_of(code_of(history, from)), {2000}, TEXT("anna")};
        EXPECT_OK(store_unmerge_customers(fixture->store, &order, fixture->arena, &outcome,
                                          &fixture->err),
                  &fixture->err);
        model->into[from] = NOBODY;
        for (size_t i = 0; i < model->count; i++) {
            if (model->rows[i].merged_from != from) continue;
            model->rows[i].customer = from;
            model->rows[i].merged_from = NOBODY;
        }
    }
}

static void erase_one(History *history)
{
    bool goes[ROWS_MAX] = {false};
    EraseAct act;
    Fixture *fixture = history->fixture;
    Model *model = history->model;
    int customer = somebody(history);
    unmerge_two(history);
    EXPECT_OK(store_erase_customer(fixture->store, text_of(code_of(history, customer)),
                                   erasure_at((Moment){0}), fixture->arena, &act, &fixture->err),
              &fixture->err);
    for (size_t i = 0; i < model->count; i++)
        goes[i] = model->rows[i].customer == customer;
    drop_rows(model, goes);
    model->generations[customer]++;
    fixture_add_customer(fixture, code_of(history, customer), "x");
}

static void step(History *history)
{
    switch (any(history, 24)) {
    case 0: write_some(history, 40); break;
    case 1: replace_day(history); break;
    case 2: merge_two(history); break;
    case 3: unmerge_two(history); break;
    case 4: remove_one(history); break;
    case 5: fixture_reopen(history->fixture, STORE_WRITE); break;
    case 6:
        if (any(history, 4) == 0) erase_one(history);
        break;
    case 7:
    case 8:
    case 9: change_one(history); break;
    default: write_some(history, any(history, 4)); break;
    }
}

/* "day number" of a customer's events as they must come. */
static Text print_model(const History *history, int customer)
{
    AUTO(buffer_done) Buffer out = {0};
    const Model *model = history->model;
    for (int day = 0; day < DAYS; day++)
        for (size_t i = 0; i < model->count; i++)
            if (model->rows[i].customer == customer && model->rows[i].day == day)
                buffer_printf(&out, "2026-03-%02d o%d\n", day + 1, model->rows[i].number);
    return arena_text(history->fixture->arena, buffer_view(&out));
}

/* The same of everybody, in one pass over the store. */
static void count_in_one_pass(Fixture *fixture, size_t *count)
{
    CustomerSource *source;
    Error *err = &fixture->err;
    EXPECT_OK(store_read_begin(fixture->store, err), err);
    EXPECT_OK(store_customer_source(fixture->store, &source, err), err);
    for (CustomerRow row = {.id = {1}}; row.id.value != 0;) {
        EXPECT_OK(source->next(source, fixture->arena, &row, err), err);
        if (row.id.value == 0) break;
        CustomerRow alone;
        const EventList *list = &row.events[STREAM_PURCHASE];
        EXPECT_OK(store_read_customer(fixture->store, row.code, fixture->arena, &alone, err), err);
        REQUIRE(alone.events[STREAM_PURCHASE].count == list->count);
        for (size_t i = 0; i < list->count; i++)
            EXPECT(value_equal(list->items[i].values[PURCHASE_ORDER],
                               alone.events[STREAM_PURCHASE].items[i].values[PURCHASE_ORDER]));
        *count += list->count;
    }
    store_read_end(fixture->store);
}

static void compare(History *history, int at_step)
{
    Fixture *fixture = history->fixture;
    for (int i = 0; i < CUSTOMERS; i++) {
        if (history->model->into[i] != NOBODY) continue;
        Text expected = print_model(history, i);
        Text actual = fixture_purchases(fixture, code_of(history, i));
        if (!text_equal(actual, expected))
            harness_fail(__FILE__, __LINE__, "step %d, customer %d:\n%.*sinstead of\n%.*s", at_step,
                         i, TEXT_FORMAT(actual), TEXT_FORMAT(expected));
    }
    if (at_step % 10 != 0) return;
    size_t count = 0;
    count_in_one_pass(fixture, &count);
    EXPECT_INT(count, history->model->count);
    fixture_expect_sound(fixture);
}

TEST(random_histories_with_moves_in_between)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    static Model model;
    model = (Model){.next_number = 1};
    History history = {&fixture, &model, random_seeded(harness_seed())};
    int64_t recent = 0;
    int grown = 0, shrunk = 0;
    for (int i = 0; i < CUSTOMERS; i++) {
        model.into[i] = NOBODY;
        fixture_add_customer(&fixture, code_of(&history, i), "x");
    }
    write_some(&history, 60);
    write_some(&history, 60);
    for (int i = 1; i <= STEPS; i++) {
        step(&history);
        compare(&history, i);
        int64_t before = recent;
        recent = fixture_number(&fixture, COUNT_RECENT_SQL);
        grown += recent > before;
        shrunk += recent < before;
    }
    /* both happened all the while */
    EXPECT(grown > STEPS / 10 && shrunk > STEPS / 30);
}
