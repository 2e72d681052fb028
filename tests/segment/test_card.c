/* test_card.c -- cards: there and back, what makes sense, what a new mode takes. */
#include "harness/harness.h"
#include "segment/card.h"

static const Text labels[] = {{"опт", 6}, {"a \"b\"\n", 6}};
static const Text rivals[] = {{"Rival", 5}};
static const CardTest tests[] = {{{"C1", 2}, true}, {{"C2", 2}, false}};

static SegmentCard full_card(void)
{
    return (SegmentCard){.code = TEXT("S1"),
                         .name = TEXT("Москва"),
                         .folder = TEXT("Опт / Регионы"),
                         .goal = TEXT("продать"),
                         .labels = {labels, 2},
                         .competitors = {rivals, 1},
                         .is_target = true,
                         .created = {20000},
                         .mode = MODE_PERIODIC,
                         .kind = SEGMENT_BAN,
                         .rule = TEXT("city = \"Москва\""),
                         .columns = TEXT("name, region"),
                         .checks_on_creation = true,
                         .is_live = true,
                         .schedule = TEXT("0 2 * * *"),
                         .tests = tests,
                         .tests_count = 2};
}

static void expect_same(const SegmentCard *a, const SegmentCard *b)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CardDifference *differences = NULL;
    size_t count = 0;
    card_compare(a, b, arena, &differences, &count);
    EXPECT_INT(count, 0);
}

TEST(cards_come_back_from_json)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    SegmentCard card = full_card(), again = {0}, least = {0};
    EXPECT_OK(card_from_json(card_to_json(&card, arena), arena, &again, &err), &err);
    expect_same(&card, &again);
    EXPECT_INT(again.created.day, 20000);
    EXPECT_TEXT(again.labels.items[1], "a \"b\"\n");
    least.name = TEXT("x");
    least.mode = MODE_MANUAL;
    least.has_clearing = true;
    EXPECT_OK(card_from_json(card_to_json(&least, arena), arena, &again, &err), &err);
    expect_same(&least, &again);
}

TEST(damaged_cards_are_refused)
{
    static const char *const damaged[] = {
        "",
        "[]",
        "{}",
        "{\"mode\":\"x\",\"kind\":\"general\",\"created\":\"2026-01-01\"}",
        "{\"mode\":\"manual\",\"kind\":\"general\",\"created\":\"2026-13-01\"}",
        "{\"mode\":\"manual\",\"kind\":\"general\",\"created\":\"2026-01-01\",\"name\":1}",
        "{\"mode\":\"manual\",\"kind\":\"general\",\"created\":\"2026-01-01\",\"labels\":[1]}"};
    AUTO(arena_done) Arena *arena = arena_new();
    Error err;
    SegmentCard card;
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++)
        EXPECT_STATUS(card_from_json(text_of(damaged[i]), arena, &card, &err), STATUS_CORRUPT,
                      &err);
}

TEST(what_a_mode_does_not_allow_is_refused)
{
    Error err;
    SegmentCard card = full_card();
    EXPECT_OK(card_check(&card, &err), &err);
    card.mode = MODE_DYNAMIC;
    EXPECT_STATUS(card_check(&card, &err), STATUS_CONFLICT, &err);
    card = full_card();
    card.rule = TEXT("");
    EXPECT_STATUS(card_check(&card, &err), STATUS_INVALID, &err);
    card.mode = MODE_MANUAL;
    card.checks_on_creation = card.is_live = false;
    card.schedule = TEXT("");
    EXPECT_OK(card_check(&card, &err), &err);
    card = full_card();
    card.sql = TEXT("SELECT code FROM customer");
    EXPECT_STATUS(card_check(&card, &err), STATUS_INVALID, &err);
    card = full_card();
    card.schedule = TEXT("0 0 31 4 *");
    EXPECT_STATUS(card_check(&card, &err), STATUS_INVALID, &err);
    card = full_card();
    card.name = TEXT(" \t");
    EXPECT_STATUS(card_check(&card, &err), STATUS_INVALID, &err);
}

TEST(a_new_mode_takes_what_it_does_not_allow)
{
    Error err;
    ModeLosses losses;
    SegmentCard card = full_card();
    SegmentCard dynamic = card_in_mode(&card, MODE_DYNAMIC, &losses);
    EXPECT(losses.composition && losses.schedule && losses.check_on_creation && losses.live);
    EXPECT(losses.ban && !losses.clearing);
    EXPECT_OK(card_check(&dynamic, &err), &err);
    SegmentCard manual = card_in_mode(&card, MODE_MANUAL, &losses);
    EXPECT(!losses.ban && manual.kind == SEGMENT_BAN);
    EXPECT_OK(card_check(&manual, &err), &err);
    (void)card_in_mode(&card, MODE_PERIODIC, &losses);
    EXPECT(!losses.composition && !losses.schedule);
    (void)card_in_mode(&dynamic, MODE_PERIODIC, &losses);
    EXPECT(!losses.composition);
}

TEST(differences_are_named)
{
    AUTO(arena_done) Arena *arena = arena_new();
    CardDifference *differences = NULL;
    size_t count = 0;
    SegmentCard before = full_card(), after = full_card();
    after.rule = TEXT("city = \"Киев\"");
    after.is_live = false;
    after.tests_count = 1;
    card_compare(&before, &after, arena, &differences, &count);
    REQUIRE(count == 3);
    EXPECT_TEXT(text_of(differences[0].field), "rule");
    EXPECT_TEXT(differences[0].after, "city = \"Киев\"");
    EXPECT_TEXT(differences[1].before, "yes");
    EXPECT_TEXT(differences[2].before, "C1 in, C2 out");
    EXPECT_TEXT(differences[2].after, "C1 in");
}
