/* test_customer_parts.c -- parts of customers against a table of yes and no. */
#include "base/random.h"
#include "harness/harness.h"
#include "model/customer_parts.h"

enum { IDS = 200, PARTS = 5, STEPS = 300 };

typedef struct {
    CustomerParts parts;
    bool is_in[PARTS][IDS];
} Both;

static void expect_same(const Both *both)
{
    CustomerSet everybody = customer_parts_everybody(&both->parts);
    for (uint32_t id = 1; id < IDS; id++) {
        bool is_in_any = false;
        for (uint32_t part = 0; part < PARTS; part++) {
            is_in_any |= both->is_in[part][id];
            EXPECT(customer_parts_has(&both->parts, part, (CustomerId){id}) ==
                   both->is_in[part][id]);
        }
        EXPECT(customer_set_has(&everybody, (CustomerId){id}) == is_in_any);
    }
    customer_set_free(&everybody);
}

static void widen(Both *both)
{
    customer_parts_widen(&both->parts);
    for (uint32_t id = 1; id < IDS; id++) {
        bool is_in_any = false;
        for (uint32_t part = 0; part < PARTS; part++)
            is_in_any |= both->is_in[part][id];
        for (uint32_t part = 0; part < PARTS; part++)
            both->is_in[part][id] = is_in_any;
    }
}

static void add(Both *both, Random *random)
{
    CustomerId id = {1 + (uint32_t)random_below(random, IDS - 1)};
    uint32_t chosen = (uint32_t)random_below(random, PARTS + 1);
    if (chosen < PARTS)
        customer_set_add(customer_parts_of(&both->parts, chosen), id);
    else
        customer_set_add(&both->parts.whole, id);
    for (uint32_t part = 0; part < PARTS; part++)
        both->is_in[part][id.value] |= chosen == PARTS || chosen == part;
}

TEST(parts_are_sets_beside_the_whole)
{
    Random random = random_seeded(harness_seed());
    Both both = {0};
    expect_same(&both);
    for (int step = 0; step < STEPS; step++) {
        if (random_below(&random, 60) == 0)
            widen(&both);
        else
            add(&both, &random);
        if (step % 20 == 0) expect_same(&both);
    }
    widen(&both);
    expect_same(&both);
    customer_parts_free(&both.parts);
    EXPECT(!customer_parts_has(&both.parts, 0, (CustomerId){1}));
}
