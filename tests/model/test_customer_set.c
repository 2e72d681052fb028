/* test_customer_set.c -- sets of customers against arrays of yes and no. */
#include "base/random.h"
#include "harness/harness.h"
#include "model/customer_set.h"

enum { IDS = 300 };

typedef struct {
    CustomerSet set;
    bool is_in[IDS];
} Both;

static Both random_both(Random *random, uint32_t largest)
{
    Both both = {.set = customer_set_new((CustomerId){0})};
    for (uint32_t id = 1; id < largest; id++) {
        if (random_below(random, 3) != 0) continue;
        customer_set_add(&both.set, (CustomerId){id});
        both.is_in[id] = true;
    }
    return both;
}

static bool holds(const Both *both)
{
    uint64_t count = 0;
    for (uint32_t id = 1; id < IDS; id++) {
        if (customer_set_has(&both->set, (CustomerId){id}) != both->is_in[id]) return false;
        count += both->is_in[id];
    }
    return count == customer_set_count(&both->set) &&
           customer_set_is_empty(&both->set) == (count == 0);
}

TEST(operations_are_those_of_sets)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        Random random = random_seeded(seed);
        for (int operation = 0; operation < 3; operation++) {
            Both a = random_both(&random, (uint32_t)random_below(&random, IDS));
            Both b = random_both(&random, (uint32_t)random_below(&random, IDS));
            uint64_t common = 0;
            for (size_t i = 0; i < IDS; i++)
                common += a.is_in[i] && b.is_in[i];
            EXPECT_INT(customer_set_count_common(&a.set, &b.set), common);
            uint64_t difference_count;
            CustomerSet difference = customer_set_difference(&a.set, &b.set, &difference_count);
            EXPECT_INT(difference_count, customer_set_count(&a.set) - common);
            for (uint32_t id = 1; id < IDS; id++)
                EXPECT(customer_set_has(&difference, (CustomerId){id}) ==
                       (a.is_in[id] && !b.is_in[id]));
            EXPECT((difference.words == NULL) == (difference_count == 0));
            customer_set_free(&difference);
            for (size_t i = 0; i < IDS; i++)
                a.is_in[i] = operation == 0   ? a.is_in[i] || b.is_in[i]
                             : operation == 1 ? a.is_in[i] && b.is_in[i]
                                              : a.is_in[i] && !b.is_in[i];
            if (operation == 0) customer_set_unite(&a.set, &b.set);
            if (operation == 1) customer_set_intersect(&a.set, &b.set);
            if (operation == 2) customer_set_subtract(&a.set, &b.set);
            EXPECT(holds(&a));
            customer_set_free(&a.set);
            customer_set_free(&b.set);
        }
    }
}

TEST(assigning_changes_those_named_and_nobody_else)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        Random random = random_seeded(seed);
        Both both = random_both(&random, (uint32_t)random_below(&random, IDS));
        CustomerId customers[IDS];
        uint64_t bits[IDS / 64 + 1] = {0};
        size_t count = 0;
        for (uint32_t id = 1; id < IDS; id++) {
            if (random_below(&random, 4) != 0) continue;
            bool is_in = random_below(&random, 2) != 0;
            if (is_in) bits[count / 64] |= UINT64_C(1) << (count % 64);
            both.is_in[id] = is_in;
            customers[count++] = (CustomerId){id};
        }
        customer_set_assign(&both.set, customers, count, bits);
        EXPECT(holds(&both));
        customer_set_free(&both.set);
    }
}

TEST(next_visits_every_member_in_order)
{
    Random random = random_seeded(7);
    Both both = random_both(&random, IDS);
    uint64_t seen = 0;
    FOR_EACH_CUSTOMER (id, &both.set) {
        EXPECT(both.is_in[id.value]);
        seen++;
    }
    EXPECT_INT(seen, customer_set_count(&both.set));
    EXPECT_INT(customer_set_next(&both.set, (CustomerId){UINT32_MAX}).value, 0);
    AUTO(arena_done) Arena *arena = arena_new();
    const CustomerId *list = customer_set_list(&both.set, arena);
    size_t place = 0;
    FOR_EACH_CUSTOMER (id, &both.set)
        EXPECT_INT(list[place++].value, id.value);
    EXPECT_INT(place, seen);
    customer_set_free(&both.set);
}

TEST(equal_sets_may_differ_in_room)
{
    CustomerSet small = customer_set_new((CustomerId){1});
    CustomerSet large = customer_set_new((CustomerId){1000});
    customer_set_add(&small, (CustomerId){1});
    customer_set_add(&large, (CustomerId){1});
    EXPECT(customer_set_equal(&small, &large) && customer_set_equal(&large, &small));
    customer_set_add(&large, (CustomerId){900});
    EXPECT(!customer_set_equal(&small, &large) && !customer_set_equal(&large, &small));
    CustomerSet copy = customer_set_copy(&large);
    EXPECT(customer_set_equal(&copy, &large));
    customer_set_remove(&copy, (CustomerId){900});
    EXPECT(customer_set_equal(&copy, &small));
    customer_set_free(&small);
    customer_set_free(&large);
    customer_set_free(&copy);
}
