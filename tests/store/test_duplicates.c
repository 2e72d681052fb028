/* test_duplicates.c -- customers who may be one: what counts as the same, and who is like one. */
#include "store/duplicates.h"

#include "base/buffer.h"
#include "base/random.h"
#include "store/fixture.h"

enum { CUSTOMERS = 40 };

static void set(Fixture *fixture, const char *code, const char *property, const char *value)
{
    WriteResult result;
    EXPECT_OK(
        fixture_set(fixture, code, property, value_text(text_of(value)), WRITE_UPSERT, &result),
        &fixture->err);
}

/* "name: 1 2; phone: 1 3", in the order they are found. */
static Text groups_of(Fixture *fixture, CustomerId only)
{
    AUTO(buffer_done) Buffer text = {0};
    DuplicateGroup *groups = NULL;
    size_t count = 0;
    EXPECT_OK(
        store_find_duplicates(fixture->store, only, fixture->arena, &groups, &count, &fixture->err),
        &fixture->err);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_cstr(&text, "; ");
        for (DuplicateSign sign = 0; sign < DUPLICATE_SIGN_COUNT; sign++)
            if (groups[i].has_sign[sign]) buffer_printf(&text, "%s ", duplicate_sign_code(sign));
        buffer_cstr(&text, "of");
        for (size_t k = 0; k < groups[i].customers_count; k++)
            buffer_printf(&text, " %u", groups[i].customers[k].value);
    }
    return arena_text(fixture->arena, buffer_view(&text));
}

TEST(texts_are_compared_folded_and_phones_by_their_last_digits)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    set(&fixture, "a", "name", "Ёлка");
    set(&fixture, "b", "name", "ЕЛКА ");
    set(&fixture, "a", "phone", "+7 (921) 555-11-22");
    set(&fixture, "c", "phone", "8 921 5551122");
    set(&fixture, "a", "email", "me@example.org");
    set(&fixture, "b", "email", "ME@example.org");
    set(&fixture, "c", "email", "no mail");
    set(&fixture, "d", "email", "no mail");
    EXPECT_TEXT(groups_of(&fixture, (CustomerId){0}), "email name of 1 2; phone of 1 3");
    EXPECT_TEXT(groups_of(&fixture, (CustomerId){3}), "phone of 1 3");
    EXPECT_TEXT(groups_of(&fixture, (CustomerId){4}), "");
}

/* Who is like one customer: those of all groups that he is in. */
static Text groups_with(Fixture *fixture, CustomerId wanted)
{
    AUTO(buffer_done) Buffer text = {0};
    Text rest = groups_of(fixture, (CustomerId){0});
    Text number = arena_printf(fixture->arena, " %u ", wanted.value);
    while (rest.size > 0) {
        Text group = text_trim(text_split(rest, ';', &rest));
        if (!text_contains(arena_printf(fixture->arena, "%.*s ", TEXT_FORMAT(group)), number))
            continue;
        buffer_printf(&text, "%s%.*s", text.size > 0 ? "; " : "", TEXT_FORMAT(group));
    }
    return arena_text(fixture->arena, buffer_view(&text));
}

TEST(of_one_customer_are_found_the_groups_he_is_in)
{
    AUTO(fixture_done) Fixture fixture = fixture_open();
    Random random = random_seeded(7);
    Arena *arena = fixture.arena;
    for (unsigned i = 1; i <= CUSTOMERS; i++) {
        const char *code = arena_printf(arena, "C%u", i).data;
        unsigned name = (unsigned)random_below(&random, 60);
        unsigned phone = (unsigned)random_below(&random, 60);
        set(&fixture, code, "name", arena_printf(arena, "Имя %u", name).data);
        if (phone < 40) set(&fixture, code, "phone", arena_printf(arena, "495100%04u", phone).data);
    }
    size_t found = 0;
    for (uint32_t id = 1; id <= CUSTOMERS; id++) {
        Text groups = groups_of(&fixture, (CustomerId){id});
        EXPECT_TEXT(groups, groups_with(&fixture, (CustomerId){id}).data);
        found += groups.size > 0;
    }
    EXPECT(found > CUSTOMERS / 4 && found < CUSTOMERS);
}
