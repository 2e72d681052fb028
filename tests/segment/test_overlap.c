/* test_overlap.c -- overlaps, combinations and coverage against counting one customer at a time. */
#include "base/random.h"
#include "segment/company.h"
#include "segment/overlap.h"

enum { CUSTOMERS = 150, SETS = 6 };

typedef struct {
    CustomerSet sets[SETS], base;
    uint64_t counts[SETS];
    SegmentSets all;
} Sample;

/* Random sets of random sizes, one of them empty; some customers are in the base alone. */
static void sample_make(Sample *sample, uint64_t seed)
{
    Random random = random_seeded(seed);
    *sample = (Sample){0};
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        customer_set_add(&sample->base, (CustomerId){id});
    for (size_t i = 1; i < SETS; i++) {
        double share = random_unit(&random);
        for (uint32_t id = 1; id <= CUSTOMERS; id++)
            if (random_chance(&random, share)) customer_set_add(&sample->sets[i], (CustomerId){id});
        sample->counts[i] = customer_set_count(&sample->sets[i]);
    }
    sample->all = (SegmentSets){.sets = sample->sets,
                                .counts = sample->counts,
                                .count = SETS,
                                .base = sample->base,
                                .base_count = CUSTOMERS};
}

static void sample_free(Sample *sample)
{
    for (size_t i = 0; i < SETS; i++)
        customer_set_free(&sample->sets[i]);
    customer_set_free(&sample->base);
}

static uint64_t count_common(const Sample *sample, size_t first, size_t second)
{
    uint64_t count = 0;
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        count += customer_set_has(&sample->sets[first], (CustomerId){id}) &&
                 customer_set_has(&sample->sets[second], (CustomerId){id});
    return count;
}

static void expect_pairs(const Sample *sample, size_t against, Arena *arena)
{
    SegmentOverlap *overlaps = NULL;
    size_t count = 0, expected = 0;
    Error err;
    EXPECT_OK(segment_overlaps(&sample->all, against, arena, &overlaps, &count, &err), &err);
    for (size_t i = 0; i < SETS; i++)
        for (size_t j = i + 1; j < SETS; j++)
            expected += (against == SIZE_MAX || against == i || against == j) &&
                        count_common(sample, i, j) > 0;
    EXPECT_INT(count, expected);
    for (size_t i = 0; i < count; i++) {
        EXPECT_INT(overlaps[i].common_count,
                   count_common(sample, overlaps[i].first, overlaps[i].second));
        EXPECT(i == 0 || overlaps[i].common_count <= overlaps[i - 1].common_count);
        EXPECT(against == SIZE_MAX || overlaps[i].first == against);
    }
}

static uint32_t sets_of(const Sample *sample, uint32_t id)
{
    uint32_t members = 0;
    for (size_t i = 0; i < SETS; i++)
        members |= (uint32_t)customer_set_has(&sample->sets[i], (CustomerId){id}) << i;
    return members;
}

static void expect_regions(const Sample *sample, Arena *arena)
{
    SegmentRegion *regions = NULL;
    size_t count = 0;
    Error err;
    EXPECT_OK(segment_regions(&sample->all, arena, &regions, &count, &err), &err);
    uint64_t exact_sum = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t exact = 0, all = 0;
        for (uint32_t id = 1; id <= CUSTOMERS; id++) {
            uint32_t members = sets_of(sample, id);
            exact += members == regions[i].members;
            all += (members & regions[i].members) == regions[i].members;
        }
        EXPECT_INT(regions[i].exact_count, exact);
        EXPECT_INT(regions[i].count, all);
        exact_sum += exact;
    }
    SegmentCoverage coverage;
    EXPECT_OK(segment_coverage(&sample->all, arena, &coverage, &err), &err);
    EXPECT_INT(exact_sum + coverage.counts[0], CUSTOMERS);
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        EXPECT(customer_set_has(&coverage.in_none, (CustomerId){id}) == (sets_of(sample, id) == 0));
    uint64_t sum = 0;
    for (size_t k = 0; k <= SETS; k++) {
        uint64_t exact = 0;
        for (uint32_t id = 1; id <= CUSTOMERS; id++)
            exact += (size_t)__builtin_popcount(sets_of(sample, id)) == k;
        EXPECT_INT(coverage.counts[k], exact);
        EXPECT(exact == 0 || k <= coverage.most);
        sum += exact;
    }
    EXPECT_INT(sum, CUSTOMERS);
    customer_set_free(&coverage.in_none);
}

TEST(overlaps_are_what_counting_one_by_one_gives)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        AUTO(arena_done) Arena *arena = arena_new();
        Sample sample;
        sample_make(&sample, seed);
        expect_pairs(&sample, SIZE_MAX, arena);
        expect_pairs(&sample, 2, arena);
        expect_regions(&sample, arena);
        sample_free(&sample);
    }
}

TEST(jaccard_of_nothing_is_nothing)
{
    SegmentOverlap none = {0}, half = {.first_count = 3, .second_count = 3, .common_count = 2};
    EXPECT(segment_overlap_jaccard(&none) == 0);
    EXPECT(segment_overlap_jaccard(&half) == 0.5);
}

TEST(dynamic_ones_are_evaluated_and_broken_ones_told)
{
    AUTO(company_done) Company *company = company_open(5);
    Fixture *fixture = &company->fixture;
    company_set_city(company, 1, "Москва");
    company_set_city(company, 2, "Киев");
    SegmentCard stored = {.name = TEXT("stored"), .mode = MODE_PERIODIC, .rule = TEXT("true")};
    SegmentCard slice = {
        .name = TEXT("slice"), .mode = MODE_DYNAMIC, .rule = TEXT("city = \"Москва\"")};
    SegmentCard broken = {.name = TEXT("broken"), .mode = MODE_DYNAMIC, .rule = TEXT("nothing")};
    SegmentCard gone = {.name = TEXT("gone"),
                        .mode = MODE_DYNAMIC,
                        .rule = TEXT("true"),
                        .is_marked_for_deletion = true};
    uint32_t id = company_add(company, &stored);
    (void)company_add(company, &slice);
    (void)company_add(company, &broken);
    (void)company_add(company, &gone);
    (void)company_form(company, &id, 1);
    company_set_city(company, 3, "Москва");
    company_refresh(company);
    const Segment **segments = NULL;
    size_t count = segments_in_use(&company->registry, fixture->arena, &segments);
    REQUIRE(count == 3);
    AUTO(segment_sets_done) SegmentSets sets = {0};
    SegmentSetsQuery now = {.segments = segments, .count = count};
    EXPECT_OK(segment_sets_read(&company->context, &now, fixture->arena, &sets, &fixture->err),
              &fixture->err);
    EXPECT_INT(sets.base_count, 5);
    EXPECT(sets.failures[0].size > 0 && sets.counts[0] == 0); /* broken */
    EXPECT_INT(sets.counts[1], 2);                            /* slice */
    EXPECT_INT(sets.counts[2], 5);                            /* stored */
}
