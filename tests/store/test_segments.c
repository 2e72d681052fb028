/* test_segments.c -- cards, compositions and the journal against a model kept in arrays. */
#include "base/random.h"
#include "store/fixture.h"
#include "store/segments.h"

#include <string.h>

enum { SEGMENTS = 3, CUSTOMERS = 40, FORMINGS_MAX = 400, FEED_MAX = 20000 };

static SegmentWrite card(const char *code, const char *name, const char *json)
{
    return (SegmentWrite){.code = text_of(code),
                          .name = text_of(name),
                          .card = text_of(json),
                          .at = {1000},
                          .author = TEXT("anna")};
}

TEST(cards_have_versions_and_unique_names)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    uint32_t id = 0, other = 0;
    SegmentWrite first = card("S1", "Постоянные", "{\"v\":1}");
    SegmentWrite second = card("S1", "Новые имена", "{\"v\":2}");
    SegmentWrite same_code = card("S1", "Другие", "{}");
    SegmentWrite same_name = card("S2", " постоянные ", "{}");
    EXPECT_OK(store_add_segment(fixture.store, &first, &id, &fixture.err), &fixture.err);
    EXPECT_STATUS(store_add_segment(fixture.store, &same_code, &other, &fixture.err),
                  STATUS_CONFLICT, &fixture.err);
    EXPECT_STATUS(store_add_segment(fixture.store, &same_name, &other, &fixture.err),
                  STATUS_CONFLICT, &fixture.err);
    EXPECT_OK(store_change_segment(fixture.store, id, &second, &fixture.err), &fixture.err);
    EXPECT_STATUS(store_change_segment(fixture.store, id + 1, &same_name, &fixture.err),
                  STATUS_NOT_FOUND, &fixture.err);
    EXPECT_OK(store_note_attempt(fixture.store, id, (Moment){77}, TEXT("full disk"), &fixture.err),
              &fixture.err);
    fixture_reopen(&fixture, STORE_READ);
    SegmentRow *rows = NULL;
    SegmentVersion *versions = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_segments(fixture.store, fixture.arena, &rows, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 1);
    EXPECT_INT(rows[0].version, 2);
    EXPECT_TEXT(rows[0].card, "{\"v\":2}");
    EXPECT_TEXT(rows[0].name, "Новые имена");
    EXPECT_INT(rows[0].attempted_at.second, 77);
    EXPECT_TEXT(rows[0].failure, "full disk");
    EXPECT_OK(store_list_segment_versions(fixture.store, id, fixture.arena, &versions, &count,
                                          &fixture.err),
              &fixture.err);
    REQUIRE(count == 2);
    EXPECT_TEXT(versions[0].card, "{\"v\":1}");
    EXPECT_INT(versions[1].number, 2);
}

/* ---- formings ---- */

typedef struct {
    uint64_t id;
    uint32_t segment; /* index */
    bool is_in[CUSTOMERS + 1];
    uint64_t members_count;
} ModelForming;

typedef struct {
    uint64_t sequence;
    uint32_t segment_id, customer;
    bool is_joining;
} ModelFeed;

typedef struct {
    Fixture *fixture;
    Random random;
    uint32_t ids[SEGMENTS];
    bool is_in[SEGMENTS][CUSTOMERS + 1];
    bool is_erased[CUSTOMERS + 1];
    ModelForming formings[FORMINGS_MAX];
    size_t formings_count;
    ModelFeed feed[FEED_MAX];
    size_t feed_count;
    uint64_t sequence;
} Model;

static void model_feed(Model *model, uint32_t segment, uint32_t customer, bool is_joining)
{
    model->feed[model->feed_count++] =
        (ModelFeed){++model->sequence, model->ids[segment], customer, is_joining};
}

/* Turn some customers over; who joins is split between two causes, who leaves has one. */
static void form(Model *model, uint32_t segment)
{
    Fixture *fixture = model->fixture;
    CustomerSet by_data = {0}, by_time = {0}, left = {0}, after = {0};
    bool was_in[CUSTOMERS + 1];
    memcpy(was_in, model->is_in[segment], sizeof was_in);
    double share = random_unit(&model->random) * 0.4;
    for (uint32_t id = 1; id <= CUSTOMERS; id++) {
        bool *is_in = &model->is_in[segment][id];
        if (!model->is_erased[id] && random_chance(&model->random, share)) {
            CustomerSet *joined = random_chance(&model->random, 0.5) ? &by_data : &by_time;
            customer_set_add(*is_in ? &left : joined, (CustomerId){id});
            *is_in = !*is_in;
        }
        if (*is_in) customer_set_add(&after, (CustomerId){id});
    }
    const FormingChange changes[] = {
        {true, CAUSE_DATA, &by_data}, {true, CAUSE_TIME, &by_time}, {false, CAUSE_DATA, &left}};
    const CustomerSet *sets[] = {&by_data, &by_time, &left};
    for (size_t i = 0; i < 3; i++)
        FOR_EACH_CUSTOMER (id, sets[i])
            model_feed(model, segment, id.value, i < 2);
    FormingWrite write = {.row = {.segment_id = model->ids[segment],
                                  .at = {(int64_t)model->formings_count},
                                  .reason = FORMING_FORM,
                                  .author = TEXT("anna"),
                                  .version = 1},
                          .changes = changes,
                          .changes_count = 3,
                          .composition = &after};
    ModelForming *forming = &model->formings[model->formings_count++];
    EXPECT_OK(store_add_forming(fixture->store, &write, &forming->id, &fixture->err),
              &fixture->err);
    forming->segment = segment;
    forming->members_count = customer_set_count(&after);
    memcpy(forming->is_in, model->is_in[segment], sizeof forming->is_in);
    customer_set_free(&by_data);
    customer_set_free(&by_time);
    customer_set_free(&left);
    customer_set_free(&after);
}

static void erase(Model *model, uint32_t customer)
{
    EraseAct act;
    Text code = arena_printf(model->fixture->arena, "C%u", customer);
    EXPECT_OK(store_erase_customer(model->fixture->store, code, erasure_at((Moment){5}),
                                   model->fixture->arena, &act, &model->fixture->err),
              &model->fixture->err);
    model->is_erased[customer] = true;
    for (size_t i = 0; i < model->formings_count; i++)
        model->formings[i].is_in[customer] = false;
    for (uint32_t segment = 0; segment < SEGMENTS; segment++) {
        model->sequence += model->is_in[segment][customer];
        model->is_in[segment][customer] = false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < model->feed_count; i++)
        if (model->feed[i].customer != customer) model->feed[kept++] = model->feed[i];
    model->feed_count = kept;
}

static void expect_composition(Model *model, uint32_t segment_id, uint64_t forming_id,
                               const bool *is_in)
{
    CustomerSet set = {0};
    EXPECT_OK(store_read_composition(model->fixture->store, segment_id, forming_id, &set,
                                     &model->fixture->err),
              &model->fixture->err);
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        EXPECT(customer_set_has(&set, (CustomerId){id}) == is_in[id]);
    customer_set_free(&set);
}

static void expect_feed(Model *model, uint64_t after, size_t limit)
{
    FeedEntry *entries = NULL;
    size_t count = 0, at = 0;
    EXPECT_OK(store_read_feed(model->fixture->store, (FeedQuery){after, limit},
                              model->fixture->arena, &entries, &count, &model->fixture->err),
              &model->fixture->err);
    while (at < model->feed_count && model->feed[at].sequence <= after)
        at++;
    size_t expected = model->feed_count - at < limit ? model->feed_count - at : limit;
    EXPECT_INT(count, expected);
    for (size_t i = 0; i < count && i < expected; i++, at++) {
        EXPECT_INT(entries[i].sequence, model->feed[at].sequence);
        EXPECT_INT(entries[i].segment_id, model->feed[at].segment_id);
        EXPECT_INT(entries[i].customer.value, model->feed[at].customer);
        EXPECT_INT(entries[i].is_joining, model->feed[at].is_joining);
    }
}

static void expect_everything(Model *model)
{
    for (size_t i = 0; i < model->formings_count; i++)
        expect_composition(model, model->ids[model->formings[i].segment], model->formings[i].id,
                           model->formings[i].is_in);
    for (uint32_t segment = 0; segment < SEGMENTS; segment++)
        expect_composition(model, model->ids[segment], UINT64_MAX, model->is_in[segment]);
    expect_feed(model, 0, FEED_MAX);
    expect_feed(model, random_below(&model->random, model->sequence + 2), 7);
}

static void run_history(uint64_t seed)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    Model *model = ARENA_NEW(fixture.arena, Model);
    model->fixture = &fixture;
    model->random = random_seeded(seed);
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        fixture_add_customer(
            &fixture, arena_cstr(fixture.arena, arena_printf(fixture.arena, "C%u", id)), "name");
    for (uint32_t i = 0; i < SEGMENTS; i++) {
        const char *name = arena_cstr(fixture.arena, arena_printf(fixture.arena, "s%u", i));
        SegmentWrite segment = card(name, name, "{}");
        EXPECT_OK(store_add_segment(fixture.store, &segment, &model->ids[i], &fixture.err),
                  &fixture.err);
    }
    for (size_t step = 0; step < 60; step++) {
        uint32_t customer = (uint32_t)random_between(&model->random, 1, CUSTOMERS);
        if (random_chance(&model->random, 0.05) && !model->is_erased[customer])
            erase(model, customer);
        else
            form(model, (uint32_t)random_below(&model->random, SEGMENTS));
    }
    expect_everything(model);
}

TEST(any_moment_of_the_past_can_be_read)
{
    for (uint64_t seed = 1; seed <= 4; seed++)
        run_history(seed);
}

TEST(a_forming_on_an_old_composition_is_refused)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    uint32_t id = 0;
    uint64_t forming_id;
    SegmentWrite segment = card("S", "S", "{}");
    EXPECT_OK(store_add_segment(fixture.store, &segment, &id, &fixture.err), &fixture.err);
    CustomerSet one = {0};
    customer_set_add(&one, (CustomerId){1});
    const FormingChange joins = {true, CAUSE_HAND, &one};
    FormingWrite write = {.row = {.segment_id = id, .reason = FORMING_HAND, .version = 1},
                          .changes = &joins,
                          .changes_count = 1,
                          .composition = &one};
    EXPECT_OK(store_add_forming(fixture.store, &write, &forming_id, &fixture.err), &fixture.err);
    EXPECT_STATUS(store_add_forming(fixture.store, &write, &forming_id, &fixture.err),
                  STATUS_CONFLICT, &fixture.err);
    customer_set_free(&one);
}

TEST(numbers_of_the_feed_are_never_given_twice)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    CustomerSet one = {0};
    customer_set_add(&one, (CustomerId){1});
    const FormingChange joins = {true, CAUSE_HAND, &one};
    FeedEntry *entries = NULL;
    size_t count = 0;
    /* each time one joins, and leaves with the segment */
    for (uint32_t before = 0; before <= 2; before += 2) {
        uint32_t id = 0;
        uint64_t forming_id;
        SegmentWrite segment = card("S", "S", "{}");
        EXPECT_OK(store_add_segment(fixture.store, &segment, &id, &fixture.err), &fixture.err);
        FormingWrite write = {.row = {.segment_id = id, .reason = FORMING_HAND, .version = 1},
                              .changes = &joins,
                              .changes_count = 1,
                              .composition = &one};
        EXPECT_OK(store_add_forming(fixture.store, &write, &forming_id, &fixture.err),
                  &fixture.err);
        EXPECT_OK(store_read_feed(fixture.store, (FeedQuery){0, 10}, fixture.arena, &entries,
                                  &count, &fixture.err),
                  &fixture.err);
        REQUIRE(count == before + 1);
        EXPECT_INT(entries[before].sequence, before + 1);
        EXPECT_OK(store_remove_segment(fixture.store, &(SegmentRemoval){.id = id}, &fixture.err),
                  &fixture.err);
    }
    customer_set_free(&one);
}

TEST(one_mark_per_customer)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    uint32_t id = 0;
    SegmentWrite segment = card("S", "S", "{}");
    EXPECT_OK(store_add_segment(fixture.store, &segment, &id, &fixture.err), &fixture.err);
    SegmentMark mark = {.customer = {4},
                        .kind = MARK_PINNED,
                        .author = TEXT("anna"),
                        .reason = TEXT("важный"),
                        .has_until = true,
                        .until = {20000}};
    EXPECT_OK(store_set_mark(fixture.store, id, &mark, &fixture.err), &fixture.err);
    mark.kind = MARK_EXCLUDED;
    mark.has_until = false;
    EXPECT_OK(store_set_mark(fixture.store, id, &mark, &fixture.err), &fixture.err);
    SegmentMark *marks = NULL;
    size_t count = 0;
    EXPECT_OK(store_list_marks(fixture.store, id, fixture.arena, &marks, &count, &fixture.err),
              &fixture.err);
    REQUIRE(count == 1);
    EXPECT(marks[0].kind == MARK_EXCLUDED && !marks[0].has_until);
    EXPECT_TEXT(marks[0].reason, "важный");
    EXPECT_OK(store_remove_mark(fixture.store, id, (CustomerId){4}, &fixture.err), &fixture.err);
    EXPECT_OK(store_list_marks(fixture.store, id, fixture.arena, &marks, &count, &fixture.err),
              &fixture.err);
    EXPECT_INT(count, 0);
}
