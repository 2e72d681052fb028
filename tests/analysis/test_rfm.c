/* test_rfm.c -- scores by quantiles with ties, by borders, and the map of segments. */
#include "analysis/rfm.h"
#include "base/random.h"
#include "harness/harness.h"

#include <string.h>

static const uint8_t fives[RFM_METRICS] = {5, 5, 5};

TEST(equal_values_have_equal_scores)
{
    /* ten customers: of 1 1 1 1 1 1 2 2 3 9 the share of those who are worse is 0, 0.6, 0.8, 0.9 */
    const int64_t values[10] = {1, 1, 1, 1, 1, 1, 2, 2, 3, 9};
    const uint64_t all = 0x3ff;
    const RfmScale scale = {.grid = 5};
    uint8_t scores[10];
    rfm_score(&(NumberColumn){values, NULL, 10}, &all, &scale, scores);
    EXPECT(memcmp(scores, "\1\1\1\1\1\1\4\4\5\5", 10) == 0);
    const RfmScale lower = {.grid = 5, .is_lower_better = true};
    rfm_score(&(NumberColumn){values, NULL, 10}, &all, &lower, scores);
    /* worse than 9: nobody; than 3: 0.1; than 2: 0.2; than 1: 0.4 */
    EXPECT(memcmp(scores, "\3\3\3\3\3\3\2\2\1\1", 10) == 0);
}

TEST(quintiles_of_different_values_are_equal)
{
    enum { MANY = 1000 };
    int64_t values[MANY];
    uint64_t all[MANY / 64 + 1];
    uint8_t scores[MANY];
    size_t counts[6] = {0};
    memset(all, 0xff, sizeof all);
    for (size_t i = 0; i < MANY; i++)
        values[i] = (int64_t)(i * 7919 % MANY);
    rfm_score(&(NumberColumn){values, NULL, MANY}, all, &(RfmScale){.grid = 5}, scores);
    for (size_t i = 0; i < MANY; i++) {
        counts[scores[i]]++;
        EXPECT_INT(scores[i], values[i] / 200 + 1);
    }
    for (size_t i = 1; i <= 5; i++)
        EXPECT_INT(counts[i], 200);
}

TEST(borders_and_who_is_left_out)
{
    const int64_t days[5] = {10, 115, 297, 600, 3};
    const uint64_t without_last = 0xf;
    const RfmScale scale = {
        .grid = 5, .is_lower_better = true, .has_borders = true, .borders = {115, 181, 297, 482}};
    uint8_t scores[5];
    rfm_score(&(NumberColumn){days, NULL, 5}, &without_last, &scale, scores);
    EXPECT(memcmp(scores, "\5\4\2\1\0", 5) == 0);
}

TEST(hostile_sizes)
{
    const int64_t values[2] = {-5, -5};
    const uint64_t both = 3, nobody = 0;
    uint8_t scores[2];
    rfm_score(&(NumberColumn){values, NULL, 0}, &both, &(RfmScale){.grid = 5}, scores);
    rfm_score(&(NumberColumn){values, NULL, 2}, &both, &(RfmScale){.grid = 5}, scores);
    EXPECT(scores[0] == 1 && scores[1] == 1);
    rfm_score(&(NumberColumn){values, NULL, 2}, &nobody, &(RfmScale){.grid = 5}, scores);
    EXPECT(scores[0] == 0 && scores[1] == 0);
    Error err;
    EXPECT_STATUS(rfm_scale_check(&(RfmScale){.grid = 1}, &err), STATUS_INVALID, &err);
    EXPECT_STATUS(rfm_scale_check(&(RfmScale){.grid = 3, .has_borders = true}, &err),
                  STATUS_INVALID, &err);
}

static RfmMap customary(RfmSegment items[10])
{
    for (size_t i = 0; i < rfm_customary_count; i++)
        items[i] = rfm_customary(i, LANGUAGE_EN);
    return (RfmMap){items, rfm_customary_count};
}

TEST(the_customary_map_is_a_full_partition)
{
    Error err;
    RfmSegment items[10];
    RfmMap map = customary(items);
    EXPECT_OK(rfm_map_check(&map, fives, &err), &err);
    const uint8_t champion[] = {5, 4, 1}, lost[] = {2, 2, 5};
    EXPECT_TEXT(items[rfm_map_find(&map, champion)].name, "Champions");
    EXPECT_TEXT(items[rfm_map_find(&map, lost)].name, "Hibernating");
    for (size_t i = 0; i < map.count; i++) /* no cell has two: the order does not matter */
        for (size_t k = 0; k < i; k++) {
            bool is_apart = false;
            for (size_t m = 0; m < 2; m++)
                is_apart |= items[i].to[m] < items[k].from[m] || items[k].to[m] < items[i].from[m];
            EXPECT(is_apart);
        }
}

TEST(a_map_with_a_hole_or_a_hidden_segment_is_refused)
{
    Error err;
    RfmSegment items[11];
    RfmMap map = customary(items);
    map.count--;
    EXPECT_STATUS(rfm_map_check(&map, fives, &err), STATUS_INVALID, &err);
    EXPECT_TEXT(text_of(err.message), "the map has no segment for R 2, F 2, M 5");
    map.count = 11;
    items[10] = (RfmSegment){.name = TEXT("hidden"), .from = {5, 5, 5}, .to = {5, 5, 5}};
    EXPECT_STATUS(rfm_map_check(&map, fives, &err), STATUS_INVALID, &err);
    items[10].to[0] = 6;
    EXPECT_STATUS(rfm_map_check(&map, fives, &err), STATUS_INVALID, &err);
}

/* Scores do not depend on the unit, the order, or on everybody being there twice. */
TEST(invariances)
{
    enum { MANY = 300 };
    Random random = random_seeded(harness_seed());
    for (int round = 0; round < 30; round++) {
        int64_t values[MANY], other[2 * MANY];
        uint8_t scores[MANY], others[2 * MANY];
        uint64_t all[2 * MANY / 64 + 1];
        memset(all, 0xff, sizeof all);
        RfmScale scale = {.grid = (uint8_t)(2 + random_below(&random, 8)),
                          .is_lower_better = random_below(&random, 2) == 0};
        for (size_t i = 0; i < MANY; i++) {
            values[i] = (int64_t)random_below(&random, 50) - 10;
            other[2 * MANY - 1 - i] = other[MANY - 1 - i] = values[i] * 977;
        }
        rfm_score(&(NumberColumn){values, NULL, MANY}, all, &scale, scores);
        rfm_score(&(NumberColumn){other, NULL, 2 * MANY}, all, &scale, others);
        for (size_t i = 0; i < MANY; i++) {
            EXPECT_INT(others[MANY - 1 - i], scores[i]);
            EXPECT_INT(others[2 * MANY - 1 - i], scores[i]);
        }
    }
}
