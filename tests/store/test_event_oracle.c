/* test_event_oracle.c -- random imports against an obvious model of what must be stored.
 *
 * The model keeps events as plain rows. Before an import it notes which rows are old; each row of
 * the import then meets an old row not met before, or a given key, or is appended. */
#include "base/random.h"
#include "store/fixture_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 4000, CUSTOMERS = 4, DAYS = 6, KINDS = 3, KEYS = 12, IMPORTS = 25 };

typedef struct {
    int customer, day, kind, key; /* key 0: none */
    bool is_old, is_met;
    long order; /* of arrival at this customer */
} Row;

typedef struct {
    Row rows[ROWS_MAX];
    size_t count;
    long next_order;
    EventWriteCounts counts;
} Model;

static void add(Model *model, Row row)
{
    ASSERT(model->count < ROWS_MAX);
    row.is_old = row.is_met = false;
    row.order = model->next_order++;
    model->rows[model->count++] = row;
}

static Row *find(Model *model, const Row *wanted)
{
    for (size_t i = 0; i < model->count; i++) {
        Row *row = &model->rows[i];
        if (wanted->key != 0 ? row->key == wanted->key
                             : row->key == 0 && row->is_old && !row->is_met &&
                                   row->customer == wanted->customer && row->day == wanted->day &&
                                   row->kind == wanted->kind)
            return row;
    }
    return NULL;
}

/* One row of an import. `superseded` rows are those whose key comes again in the same flush. */
static void take(Model *model, const Row *row)
{
    Row *found = find(model, row);
    if (found == NULL) {
        model->counts.added++;
        add(model, *row);
        return;
    }
    found->is_met = true;
    bool is_same =
        found->customer == row->customer && found->day == row->day && found->kind == row->kind;
    if (is_same) {
        model->counts.unchanged++;
        return;
    }
    model->counts.updated++;
    /* at another customer it arrives anew */
    if (found->customer != row->customer) {
        found->order = model->next_order++;
        found->is_old = false;
    }
    found->customer = row->customer;
    found->day = row->day;
    found->kind = row->kind;
}

static int compare_rows(const void *a, const void *b)
{
    const Row *left = a, *right = b;
    if (left->day != right->day) return left->day - right->day;
    return left->order < right->order ? -1 : 1;
}

static Text print_model(const Model *model, int customer, Arena *arena)
{
    Row *rows = ARENA_ARRAY(arena, Row, model->count);
    size_t count = 0;
    for (size_t i = 0; i < model->count; i++)
        if (model->rows[i].customer == customer) rows[count++] = model->rows[i];
    qsort(rows, count, sizeof *rows, compare_rows);
    Text out = TEXT("");
    for (size_t i = 0; i < count; i++)
        out = arena_printf(arena, "%.*s2026-03-%02d order%d\n", TEXT_FORMAT(out), rows[i].day + 1,
                           rows[i].kind);
    return out;
}

static Purchase purchase_of(const Row *row, char texts[4][24])
{
    snprintf(texts[0], 24, "c%d", row->customer);
    snprintf(texts[1], 24, "2026-03-%02d", row->day + 1);
    snprintf(texts[2], 24, "order%d", row->kind);
    snprintf(texts[3], 24, "key%d", row->key);
    return PURCHASE(.customer = texts[0], .at = texts[1], .order = texts[2],
                    .key = row->key == 0 ? NULL : texts[3]);
}

/* Keys do not repeat within a flush here: what then counts is tested by itself. */
static Row random_row(Random *random, bool *key_is_used)
{
    Row row = {.customer = (int)random_below(random, CUSTOMERS),
               .day = (int)random_below(random, DAYS),
               .kind = (int)random_below(random, KINDS)};
    int key = (int)random_below(random, KEYS);
    if (random_chance(random, 0.3) && key != 0 && !key_is_used[key]) {
        row.key = key;
        key_is_used[key] = true;
    }
    return row;
}

static void run_import(Fixture *fixture, Model *model, Random *random)
{
    for (size_t i = 0; i < model->count; i++) {
        model->rows[i].is_old = true;
        model->rows[i].is_met = false;
    }
    model->counts = (EventWriteCounts){0};
    EventWriter *writer = fixture_writer(fixture, "purchase", EVENTS_UPSERT);
    event_writer_let_keys_move(writer);
    EventWriteCounts counts = {0};
    size_t flushes = 1 + random_below(random, 4);
    for (size_t flush = 0; flush < flushes; flush++) {
        bool key_is_used[KEYS] = {false};
        size_t rows = random_below(random, 25);
        for (size_t i = 0; i < rows; i++) {
            char texts[4][24];
            Row row = random_row(random, key_is_used);
            Purchase purchase = purchase_of(&row, texts);
            EXPECT_OK(fixture_add(fixture, writer, &purchase, i), &fixture->err);
            take(model, &row);
        }
        counts = fixture_flush(fixture, writer);
    }
    event_writer_close(writer);
    fixture_expect_counts(__FILE__, __LINE__, counts, model->counts);
}

TEST(random_imports_store_what_the_model_stores)
{
    Fixture fixture = fixture_open();
    Random random = random_seeded(harness_seed());
    static Model model;
    model = (Model){0};
    for (int i = 0; i < CUSTOMERS; i++) {
        char code[16];
        snprintf(code, sizeof code, "c%d", i);
        fixture_add_customer(&fixture, code, "x");
    }
    for (int import = 0; import < IMPORTS; import++) {
        run_import(&fixture, &model, &random);
        for (int i = 0; i < CUSTOMERS; i++) {
            char code[16];
            snprintf(code, sizeof code, "c%d", i);
            Text expected = print_model(&model, i, fixture.arena);
            Text actual = fixture_purchases(&fixture, code);
            if (!text_equal(actual, expected))
                harness_fail(__FILE__, __LINE__, "import %d, %s:\n%.*sinstead of\n%.*s", import,
                             code, TEXT_FORMAT(actual), TEXT_FORMAT(expected));
        }
        Text *problems;
        size_t problems_count = 0;
        EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &problems_count,
                              &fixture.err),
                  &fixture.err);
        EXPECT_INT(problems_count, 0);
    }
    fixture_done(&fixture);
}
