/* test_bulk.c -- changing many customers in one act, and taking it back. */
#include "activation/bulk.h"

#include "activation/typed_text.h"
#include "base/buffer.h"
#include "base/random.h"
#include "segment/company.h"

#include <stdio.h>
#include <string.h>

static const char *const properties[] = {"city", "income", "birth_date", "interests", "vip"};
enum { PROPERTIES = 5, CUSTOMERS = 25 };

static const Property *property_named(Company *company, const char *name)
{
    return schema_find_property(store_schema(company->fixture.store), text_of(name));
}

/* Something that each of the properties can hold, or that it cannot. */
static const char *random_value(Random *random, size_t property)
{
    static const char *const values[][4] = {
        {"Тула", "тула", "", "Орёл"},
        {"1.5", "-3", "", "1 000"},
        {"2026-03-31", "01.02.1990", "", "29.02.2024"},
        {"a|b", "A", "", "в|a|c"},
        {"yes", "no", "", "да"},
    };
    return values[property][random_below(random, 4)];
}

static Assignment random_assignment(Company *company, Random *random)
{
    char written[100];
    size_t property = (size_t)random_below(random, PROPERTIES);
    const char *value = random_value(random, property);
    const char *sign = "=";
    if (strcmp(properties[property], "interests") == 0 && value[0] != '\0')
        sign = random_chance(random, 0.4) ? "+=" : random_chance(random, 0.4) ? "-=" : "=";
    snprintf(written, sizeof written, "%s%s%s", properties[property], sign, value);
    Assignment assignment = {0};
    EXPECT_OK(assignment_parse(&company->catalog, text_of(written), company->fixture.arena,
                               &assignment, &company->fixture.err),
              &company->fixture.err);
    return assignment;
}

static CustomerSet random_customers(Random *random)
{
    CustomerSet customers = {0};
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        if (random_chance(random, 0.6)) customer_set_add(&customers, (CustomerId){id});
    return customers;
}

/* Everything in the properties, as text. */
static Text state_of(Company *company)
{
    AUTO(buffer_done) Buffer state = {0};
    CustomerSet everybody = {0};
    for (uint32_t id = 1; id <= CUSTOMERS; id++)
        customer_set_add(&everybody, (CustomerId){id});
    for (size_t p = 0; p < PROPERTIES; p++) {
        const Property *property = property_named(company, properties[p]);
        CustomerValueList values = {0};
        EXPECT_OK(store_read_customer_values(company->fixture.store, &everybody, property,
                                             company->fixture.arena, &values,
                                             &company->fixture.err),
                  &company->fixture.err);
        for (size_t i = 0; i < values.count; i++) {
            buffer_text(&state,
                        value_print_exact(values.items[i].value, property_value_type(property),
                                          company->fixture.arena));
            buffer_char(&state, '\n');
        }
    }
    customer_set_free(&everybody);
    return arena_text(company->fixture.arena, buffer_view(&state));
}

static uint64_t apply(Company *company, const BulkPlan *plan, uint64_t undoes)
{
    uint64_t id = 0;
    BulkAct act = {.source_name = TEXT("true"), .change = TEXT("test"), .undoes = undoes};
    if (plan->content.changes_count == 0) return 0;
    EXPECT_OK(bulk_apply(&company->context, plan, &act, &id, &company->fixture.err),
              &company->fixture.err);
    return id;
}

static uint64_t change_randomly(Company *company, Random *random)
{
    Assignment assignments[3];
    size_t count = 1 + (size_t)random_below(random, 3);
    for (size_t i = 0; i < count; i++)
        assignments[i] = random_assignment(company, random);
    CustomerSet customers = random_customers(random);
    BulkRequest request = {
        .customers = &customers, .assignments = assignments, .assignments_count = count};
    BulkPlan plan = {0};
    EXPECT_OK(bulk_plan(company->fixture.store, &request, company->fixture.arena, &plan,
                        &company->fixture.err),
              &company->fixture.err);
    uint64_t id = apply(company, &plan, 0);
    customer_set_free(&customers);
    return id;
}

static BulkPlan plan_undo(Company *company, uint64_t id)
{
    BulkPlan plan = {0};
    EXPECT_OK(bulk_plan_undo(company->fixture.store, id, company->fixture.arena, &plan,
                             &company->fixture.err),
              &company->fixture.err);
    return plan;
}

TEST(acts_taken_back_in_turn_leave_everything_as_it_was)
{
    /* goal: undo restores exactly. method: random acts, undone from the last to the first */
    AUTO(company_done) Company *company = company_open(CUSTOMERS);
    Random random = random_seeded(harness_seed());
    enum { ACTS = 40 };
    uint64_t ids[ACTS];
    Text states[ACTS];
    for (size_t i = 0; i < ACTS; i++) {
        states[i] = state_of(company);
        ids[i] = change_randomly(company, &random);
    }
    for (size_t i = ACTS; i > 0; i--) {
        if (ids[i - 1] == 0) continue;
        BulkPlan plan = plan_undo(company, ids[i - 1]);
        EXPECT_INT(plan.content.skips_count, 0);
        apply(company, &plan, ids[i - 1]);
        EXPECT(text_equal(state_of(company), states[i - 1]));
    }
    Text *problems = NULL;
    size_t count = 0;
    EXPECT_OK(store_check(company->fixture.store, NULL, company->fixture.arena, &problems, &count,
                          &company->fixture.err),
              &company->fixture.err);
    EXPECT_INT(count, 0);
}

TEST(undo_leaves_what_was_changed_since)
{
    AUTO(company_done) Company *company = company_open(3);
    CustomerSet customers = {0};
    for (uint32_t id = 1; id <= 3; id++)
        customer_set_add(&customers, (CustomerId){id});
    Assignment assignment = {.property = property_named(company, "city"),
                             .value = value_text(TEXT("Тула"))};
    BulkRequest request = {
        .customers = &customers, .assignments = &assignment, .assignments_count = 1};
    BulkPlan plan;
    EXPECT_OK(bulk_plan(company->fixture.store, &request, company->fixture.arena, &plan,
                        &company->fixture.err),
              &company->fixture.err);
    uint64_t id = apply(company, &plan, 0);
    company_set_city(company, 2, "Омск");
    plan = plan_undo(company, id);
    EXPECT_INT(plan.content.changes_count, 2);
    REQUIRE(plan.content.skips_count == 1);
    EXPECT_INT(plan.content.skips[0].customer.value, 2);
    EXPECT(plan.content.skips[0].reason == SKIP_CHANGED);
    apply(company, &plan, id);
    BulkPlan ignored;
    EXPECT_STATUS(bulk_plan_undo(company->fixture.store, id, company->fixture.arena, &ignored,
                                 &company->fixture.err),
                  STATUS_CONFLICT, &company->fixture.err);
    customer_set_free(&customers);
}

TEST(a_plan_that_changes_nothing_is_no_act)
{
    AUTO(company_done) Company *company = company_open(1);
    BulkPlan plan = {.customers_count = 1};
    BulkAct act = {.source_name = TEXT("true"), .change = TEXT("test")};
    uint64_t id;
    EXPECT_STATUS(bulk_apply(&company->context, &plan, &act, &id, &company->fixture.err),
                  STATUS_CONFLICT, &company->fixture.err);
}

TEST(any_text_is_an_assignment_or_refused)
{
    /* goal: no text crashes the reader, and what it takes means itself when told again. method:
     * random pieces */
    AUTO(company_done) Company *company = company_open(1);
    static const char *const pieces[] = {
        "city", "=", "+=",  "-=", "@",   "@@", "interests", "income",     "|",          "1.5",
        " ",    "`", "код", "-",  "vip", "да", "\xFF",      "birth_date", "2026-02-30", "9e99"};
    Random random = random_seeded(harness_seed());
    unsigned taken = 0;
    for (unsigned round = 0; round < 5000; round++) {
        char written[200] = "";
        for (size_t i = random_below(&random, 6); i > 0; i--)
            strncat(written, pieces[random_below(&random, sizeof pieces / sizeof pieces[0])],
                    sizeof written - strlen(written) - 1);
        Assignment first, second;
        Arena *arena = company->fixture.arena;
        if (assignment_parse(&company->catalog, text_of(written), arena, &first,
                             &company->fixture.err) != STATUS_OK)
            continue;
        taken++;
        Text told = assignments_print(&first, 1, arena);
        if (first.property->is_personal) continue;
        REQUIRE(assignment_parse(&company->catalog, told, arena, &second, &company->fixture.err) ==
                STATUS_OK);
        EXPECT(text_equal(assignments_print(&second, 1, arena), told));
    }
    EXPECT(taken > 20);
}

static Status convert(Company *company, const char *property, Value value, Type type,
                      Value *ret_value)
{
    return typed_value_convert(property_named(company, property), value, type,
                               company->fixture.arena, ret_value, &company->fixture.err);
}

TEST(values_move_between_types_where_they_can)
{
    AUTO(company_done) Company *company = company_open(1);
    Value value;
    Error *err = &company->fixture.err;
    const Type tenths = {.kind = TYPE_DECIMAL, .scale = 1};
    EXPECT_OK(convert(company, "employees", value_decimal(20), tenths, &value), err);
    EXPECT_INT(value.as.decimal, 2);
    /* 2.5 employees are refused, as they are when they are typed */
    EXPECT_STATUS(convert(company, "employees", value_decimal(25), tenths, &value), STATUS_INVALID,
                  err);
    EXPECT_OK(convert(company, "income", value_ratio(1.0 / 3), (Type){.kind = TYPE_RATIO}, &value),
              err);
    EXPECT_INT(value.as.decimal, 3333);
    EXPECT_STATUS(
        convert(company, "income", value_ratio(1e300), (Type){.kind = TYPE_RATIO}, &value),
        STATUS_INVALID, err);
    EXPECT_OK(convert(company, "birth_date",
                      value_moment(moment_of(date_of(2026, 3, 31), 23, 59, 0)),
                      (Type){.kind = TYPE_MOMENT}, &value),
              err);
    EXPECT_INT(value.as.date.day, date_of(2026, 3, 31).day);
    EXPECT_OK(convert(company, "city", value_decimal(125), (Type){.kind = TYPE_DECIMAL, .scale = 2},
                      &value),
              err);
    EXPECT_TEXT(value.as.text, "1.25");
    EXPECT_STATUS(
        convert(company, "kind", value_text(TEXT("robot")), (Type){.kind = TYPE_TEXT}, &value),
        STATUS_INVALID, err);
    EXPECT_OK(convert(company, "vip", value_text(TEXT("да")), (Type){.kind = TYPE_TEXT}, &value),
              err);
    EXPECT(value.as.boolean);
}
