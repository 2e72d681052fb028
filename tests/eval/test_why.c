/* test_why.c -- why a customer is in: values, verdicts, events, and the day on which time alone
 * changes the answer. */
#include "eval/why.h"

#include "eval/answers.h"
#include "harness/harness.h"

typedef struct {
    Arena *arena;
    Population *population;
    Date as_of;
} Setting;

static Setting setting_of(const char *data, const char *as_of)
{
    Error err;
    Setting setting = {.arena = arena_new()};
    setting.population = population_new(setting.arena);
    EXPECT_OK(population_read(setting.population, text_of(data), &err), &err);
    EXPECT(date_parse_iso(text_of(as_of), &setting.as_of));
    return setting;
}

static void setting_done(Setting *setting)
{
    arena_free(setting->arena);
}

static const Expression *compile(const Setting *setting, const char *source)
{
    Text problem;
    const Expression *expression =
        population_compile(setting->population, text_of(source), setting->arena, &problem);
    if (expression == NULL) harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(problem));
    ASSERT(expression != NULL);
    return expression;
}

static EvalInput input_of(const Setting *setting)
{
    return (EvalInput){.source = population_source(setting->population, setting->arena),
                       .lookups = population_lookups(setting->population),
                       .as_of = setting->as_of};
}

/* Of the first customer. */
static WhyNode why(const Setting *setting, const char *source)
{
    Error err;
    WhyNode root = {0};
    EvalInput input = input_of(setting);
    CustomerRow row = population_row(setting->population, 0, setting->arena);
    EXPECT_OK(why_customer(&input, compile(setting, source), &row, setting->arena, &root, &err),
              &err);
    return root;
}

static void expect_date(Date actual, const char *expected)
{
    char out[DATE_TEXT_MAX];
    EXPECT_TEXT(date_print_iso(actual, out), expected);
}

static const char shop[] = "customer C1 region=Москва vip=true birth_date=1991-04-02\n"
                           "event purchase C1 2026-01-10T10:00 amount=100\n"
                           "event purchase C1 2026-03-02T12:00 amount=50\n"
                           "event purchase C1 2026-03-05T12:00\n"
                           "event purchase C1 2026-04-20T12:00 amount=7\n"
                           "event settlement C1 2026-03-01 kind=charge amount=10 "
                           "due_date=2026-04-03\n";

TEST(every_node_has_its_value_and_text)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "region = \"Москва\" and count(purchase) + 1 > 2");
    EXPECT(root.is_condition && root.value.as.boolean);
    EXPECT_INT(root.children_count, 2);
    EXPECT_TEXT(root.children[0].text, "region = \"Москва\"");
    EXPECT_INT(root.children[0].children_count, 1); /* the literal is left out */
    EXPECT_TEXT(root.children[0].children[0].value.as.text, "Москва");
    const WhyNode *sum = &root.children[1].children[0];
    EXPECT_TEXT(sum->text, "count(purchase) + 1");
    EXPECT_INT(sum->value.as.decimal, 4);
    EXPECT_INT(sum->children[0].value.as.decimal, 3);
}

TEST(an_aggregate_tells_its_window_and_events)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "sum(purchase.amount, last 3 months)");
    EXPECT(root.has_window && root.has_events);
    expect_date(root.window.first, "2026-01-01");
    expect_date(root.window.last, "2026-03-31");
    EXPECT_INT(root.events_count, 2); /* the one without an amount is not summed */
    expect_date(moment_date(root.first_event), "2026-01-10");
    expect_date(moment_date(root.last_event), "2026-03-02");
}

TEST(an_event_that_leaves_the_window_is_the_next_change)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "sum(purchase.amount, last 90 days) > 100");
    EXPECT(root.value.as.boolean && root.has_change);
    expect_date(root.change_day, "2026-04-10"); /* 90 days after 10 January */
    EXPECT(!root.changed_value.as.boolean);
}

TEST(an_event_after_the_day_is_not_counted_on)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "any(purchase, last 30 days)");
    EXPECT(root.value.as.boolean && root.has_change);
    expect_date(root.change_day, "2026-04-04"); /* the purchase of 20 April is not known yet */
}

TEST(birthdays_and_due_dates_are_changes)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode older = why(&setting, "age(birth_date) < 35");
    EXPECT(older.has_change);
    expect_date(older.change_day, "2026-04-02");
    WhyNode overdue = why(&setting, "overdue(settlement) > 0");
    EXPECT(!overdue.value.as.boolean && overdue.has_change);
    expect_date(overdue.change_day, "2026-04-04");
}

TEST(what_time_does_not_touch_has_no_change)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "vip and sum(purchase.amount) > 100");
    EXPECT(!root.has_change && !root.is_change_unknown);
}

TEST(what_others_decide_has_an_unknown_change)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "(top 1 by count(purchase, last 30 days)) and vip");
    EXPECT(root.value.as.boolean && root.is_change_unknown && !root.has_change);
    EXPECT(root.children[0].is_change_unknown);
    EXPECT(!root.children[1].is_change_unknown);
    EXPECT(root.children[0].children[0].has_change); /* his own count is known */
}

TEST(a_sequence_tells_where_its_chain_begins_and_ends)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "sequence(purchase where amount > 90, then purchase where amount "
                                 "< 90)");
    EXPECT_INT(root.events_count, 2);
    expect_date(moment_date(root.first_event), "2026-01-10");
    expect_date(moment_date(root.last_event), "2026-03-02");
    WhyNode none = why(&setting, "sequence(purchase, then interaction)");
    EXPECT_INT(none.events_count, 0);
}

TEST(what_only_a_missing_value_decides_is_said)
{
    AUTO(setting_done) Setting setting = setting_of("customer C1 region=Москва\n", "2026-03-31");
    EXPECT(why(&setting, "employees > 5").is_only_missing);
    EXPECT(why(&setting, "employees != 5").is_only_missing);
    EXPECT(why(&setting, "not vip").is_only_missing);
    EXPECT(!why(&setting, "employees is missing").is_only_missing);
    EXPECT(!why(&setting, "region = \"Тула\" and employees > 5").is_only_missing);
    EXPECT(why(&setting, "region = \"Москва\" and employees > 5").is_only_missing);
    EXPECT(!why(&setting, "region = \"Москва\" or employees > 5").is_only_missing);
    EXPECT(
        why(&setting, "at least 2 of (region = \"Москва\", vip, employees > 5)").is_only_missing);
    EXPECT(!why(&setting, "at least 3 of (region = \"Тула\", vip, employees > 5)").is_only_missing);
    EXPECT(why(&setting, "if(vip, true, false)").is_only_missing);
    EXPECT(!why(&setting, "if(vip, region = \"Тула\", false)").is_only_missing);
    EXPECT(!why(&setting, "coalesce(vip, false)").is_only_missing);
    EXPECT(why(&setting, "top 1 by employees").is_only_missing);
    EXPECT(!why(&setting, "top 1 by employees within (region = \"Тула\")").is_only_missing);
    EXPECT(!why(&setting, "avg(purchase.amount) is missing or any(purchase)").is_only_missing);
}

static const char base[] = "metric is_big employees >= 10\n"
                           "customer C1 employees=10 region=Москва\n"
                           "customer C2 employees=20\n"
                           "customer C3 region=Москва\n"
                           "customer C4 employees=1 region=Тула\n";

TEST(a_breakdown_counts_every_condition)
{
    AUTO(setting_done) Setting setting = setting_of(base, "2026-03-31");
    Error err;
    BreakdownNode root;
    uint64_t customers;
    EvalInput input = input_of(&setting);
    EXPECT_OK(reference_breakdown(&input, compile(&setting, "is_big and region != \"Тула\""),
                                  setting.arena, &root, &customers, &err),
              &err);
    EXPECT_INT(customers, 4);
    EXPECT_INT(root.holds, 2);
    EXPECT_INT(root.only_missing, 2); /* C2 by the region, C3 by the number */
    EXPECT_INT(root.children_count, 2);
    const BreakdownNode *metric = &root.children[0], *region = &root.children[1];
    EXPECT_INT(metric->holds, 2);
    EXPECT_INT(metric->only_missing, 1);
    EXPECT_TEXT(metric->children[0].text, "employees >= 10");
    EXPECT_INT(region->holds, 3);
    EXPECT_INT(region->only_missing, 1);
}

TEST(a_breakdown_of_a_metric_counts_values)
{
    AUTO(setting_done) Setting setting = setting_of(base, "2026-03-31");
    Error err;
    BreakdownNode root;
    uint64_t customers;
    EvalInput input = input_of(&setting);
    EXPECT_OK(reference_breakdown(&input, compile(&setting, "if(is_big, employees, 0) / 2"),
                                  setting.arena, &root, &customers, &err),
              &err);
    EXPECT_INT(root.holds, 4);
    EXPECT_INT(root.only_missing, 0);
    EXPECT_INT(root.children_count, 1);
    EXPECT_TEXT(root.children[0].text, "is_big");
}

TEST(a_limit_names_the_customer)
{
    AUTO(setting_done)
    Setting setting =
        setting_of("customer C1\ncustomer C2 income=99999999999999.9999\n", "2026-03-31");
    Error err;
    EvalResult result;
    EvalInput input = input_of(&setting);
    const Expression *expression = compile(&setting, "income + income");
    EXPECT_STATUS(reference_eval(&input, &expression, 1, setting.arena, &result, &err),
                  STATUS_LIMIT, &err);
    EXPECT(text_contains(text_of(err.message), TEXT("customer 'C2'")));
    expression = compile(&setting, "top 1 by income + income");
    EXPECT_STATUS(reference_eval(&input, &expression, 1, setting.arena, &result, &err),
                  STATUS_LIMIT, &err);
    EXPECT(text_contains(text_of(err.message), TEXT("customer 'C2'")));
}

static bool stop(void *context, const char *step, uint64_t done, uint64_t total)
{
    (void)context, (void)step, (void)done, (void)total;
    return false;
}

TEST(evaluation_can_be_cancelled)
{
    AUTO(setting_done) Setting setting = setting_of("customer C0\n", "2026-03-31");
    for (int i = 1; i < 1100; i++)
        population_add_person(setting.population, arena_printf(setting.arena, "C%d", i));
    Error err;
    EvalResult result;
    Progress progress = {.report = stop};
    EvalInput input = input_of(&setting);
    input.progress = &progress;
    const Expression *expression = compile(&setting, "vip");
    EXPECT_STATUS(reference_eval(&input, &expression, 1, setting.arena, &result, &err),
                  STATUS_CANCELLED, &err);
}

TEST(several_expressions_share_a_pass)
{
    AUTO(setting_done) Setting setting = setting_of(base, "2026-03-31");
    Error err;
    EvalResult result;
    EvalInput input = input_of(&setting);
    const Expression *expressions[] = {compile(&setting, "is_big"), compile(&setting, "employees"),
                                       compile(&setting, "top 1 by employees")};
    EXPECT_OK(reference_eval(&input, expressions, 3, setting.arena, &result, &err), &err);
    EXPECT_INT(result.customers_count, 4);
    EXPECT_TEXT(result.codes[3], "C4");
    EXPECT_INT(result.values[1][1].as.decimal, 20);
    EXPECT(result.values[0][0].as.boolean && !result.values[2][0].as.boolean);
    EXPECT(result.values[2][1].as.boolean);
}

/* ---- the further event ---- */

/* What the answer is as of a day with these lines added to the shop. */
static bool answer_with(const char *lines, const char *day, const char *source)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const char *data = arena_printf(arena, "%s%s", shop, lines).data;
    AUTO(setting_done) Setting setting = setting_of(data, day);
    return why(&setting, source).value.as.boolean;
}

static WhyNode why_shop(Setting *setting, const char *source)
{
    *setting = setting_of(shop, "2026-03-31");
    return why(setting, source);
}

TEST(a_further_purchase_that_would_do_is_named_exactly)
{
    static const char rule[] = "sum(purchase.amount, last 30 days) >= 1300";
    AUTO(setting_done) Setting setting = {0};
    WhyNode root = why_shop(&setting, rule);
    EXPECT(!root.value.as.boolean && root.further != NULL && root.has_further_amount);
    EXPECT_INT(root.further_count, 1);
    EXPECT_INT(root.further_amount.as.decimal, 12500000); /* 50 of 1300 are there */
    EXPECT(root.has_further_until);
    expect_date(root.further_until, "2026-03-31"); /* from April on the 50 are out of the window */
    EXPECT(answer_with("event purchase C1 2026-03-31 amount=1250\n", "2026-03-31", rule));
    EXPECT(!answer_with("event purchase C1 2026-03-31 amount=1249.9999\n", "2026-03-31", rule));
    EXPECT(!answer_with("event purchase C1 2026-04-01 amount=1250\n", "2026-04-01", rule));
}

TEST(further_events_are_counted)
{
    static const char rule[] = "count(purchase, this month) > 3";
    AUTO(setting_done) Setting setting = {0};
    WhyNode root = why_shop(&setting, rule);
    EXPECT(root.further != NULL && !root.has_further_amount);
    EXPECT_INT(root.further_count, 2);
    EXPECT(root.has_further_until);
    expect_date(root.further_until, "2026-03-31");
    static const char one[] = "event purchase C1 2026-03-31 amount=1\n";
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT(!answer_with(one, "2026-03-31", rule));
    EXPECT(answer_with(arena_printf(arena, "%s%s", one, one).data, "2026-03-31", rule));
}

TEST(a_further_event_may_end_what_holds)
{
    AUTO(setting_done) Setting setting = {0};
    WhyNode root = why_shop(&setting, "none(interaction)");
    EXPECT(root.value.as.boolean && root.further != NULL);
    EXPECT_INT(root.further_count, 1);
    EXPECT(!root.has_further_until);
    EXPECT(!answer_with("event interaction C1 2026-03-31\n", "2026-03-31", "none(interaction)"));
    setting_done(&setting);
    root = why_shop(&setting, "days_since_last(purchase) > 20");
    EXPECT(root.value.as.boolean && root.further != NULL);
    EXPECT(!answer_with("event purchase C1 2026-03-31\n", "2026-03-31",
                        "days_since_last(purchase) > 20"));
}

TEST(what_a_further_event_would_do_is_not_guessed)
{
    static const char *const rules[] = {
        "sum(purchase.amount, previous month) >= 1300",   /* today is not in it */
        "count(purchase where date < 2026-01-01) > 5",    /* not of a day to come */
        "sum(purchase.amount where amount < 100) > 1000", /* not of any amount */
        "count(purchase) > count(interaction)",           /* two aggregates */
        "avg(purchase.amount) > 1000",
        "sum(purchase.amount) >= 10", /* only a return could */
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        AUTO(setting_done) Setting setting = {0};
        WhyNode root = why_shop(&setting, rules[i]);
        if (root.further != NULL) harness_fail(__FILE__, __LINE__, "%s", rules[i]);
    }
}

TEST(further_events_have_to_bring_new_values)
{
    static const char rule[] = "distinct(purchase.order) >= 2";
    static const char same[] = "event purchase C1 2026-03-31 order=a\n";
    AUTO(setting_done) Setting setting = {0};
    AUTO(arena_done) Arena *arena = arena_new();
    WhyNode root = why_shop(&setting, rule);
    EXPECT(root.further != NULL);
    EXPECT_INT(root.further_count, 2);
    EXPECT_TEXT(root.new_values_of, "order");
    EXPECT(!answer_with(arena_printf(arena, "%s%s", same, same).data, "2026-03-31", rule));
    EXPECT(answer_with(arena_printf(arena, "%sevent purchase C1 2026-03-31 order=b\n", same).data,
                       "2026-03-31", rule));
    static const char *const unknown[] = {"distinct(purchase.date) >= 9",
                                          "distinct(purchase.order where order != \"a\") >= 9"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        AUTO(setting_done) Setting other = {0};
        EXPECT(why_shop(&other, unknown[i]).further == NULL);
    }
}

/* ---- what decides inside of a node ---- */

TEST(a_sequence_tells_where_it_breaks)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "sequence(purchase where amount > 90, then interaction within 5 "
                                 "days, then purchase where amount < 90)");
    EXPECT(!root.value.as.boolean);
    REQUIRE(root.steps_count == 3);
    EXPECT(root.steps[0].is_reached && !root.steps[1].is_reached && !root.steps[2].is_reached);
    EXPECT_INT(root.steps[0].events_count, 1);
    EXPECT_INT(root.steps[1].events_count, 0);
    EXPECT_INT(root.steps[2].events_count, 1);
    EXPECT_TEXT(root.steps[1].text, "interaction within 5 days");
    expect_date(moment_date(root.steps[2].last_event), "2026-03-02");
}

/* The last event that goes on with the steps before, though a later one is there. */
TEST(a_step_tells_the_event_of_its_chain)
{
    AUTO(setting_done) Setting setting = setting_of(shop, "2026-03-31");
    WhyNode root = why(&setting, "sequence(purchase where amount > 90, then purchase within 2 "
                                 "months, then interaction)");
    REQUIRE(root.steps_count == 3);
    EXPECT(root.steps[1].is_reached);
    EXPECT_INT(root.steps[1].events_count, 3);
    expect_date(moment_date(root.steps[1].last_event), "2026-03-05");
    root = why(&setting, "sequence(purchase where amount > 90, then purchase within 2 days, then "
                         "interaction)");
    EXPECT(root.steps_count == 3 && !root.steps[1].is_reached);
}

TEST(a_debt_tells_its_open_charges)
{
    static const char data[] =
        "customer C1\n"
        "event settlement C1 2026-01-01 kind=charge amount=20 due_date=2026-01-10\n"
        "event settlement C1 2026-01-02 kind=charge amount=100 due_date=2026-02-01 document=A\n"
        "event settlement C1 2026-02-01 kind=charge amount=50 due_date=2026-05-01 document=B\n"
        "event settlement C1 2026-02-02 kind=payment amount=50\n"
        "event settlement C1 2026-02-03 kind=charge amount=5\n";
    AUTO(setting_done) Setting setting = setting_of(data, "2026-03-31");
    WhyNode debt = why(&setting, "debt(settlement)");
    EXPECT_INT(debt.value.as.decimal, 1250000);
    REQUIRE(debt.charges_shown == 3);
    EXPECT_INT(debt.charges_count, 3);
    EXPECT_TEXT(debt.charges[0].document, "A");
    EXPECT_INT(debt.charges[0].rest.as.decimal, 700000);
    expect_date(debt.charges[0].due, "2026-02-01");
    EXPECT_INT(debt.charges[1].rest.as.decimal, 500000);
    EXPECT(!debt.charges[2].has_due && debt.charges[2].document.size == 0);
    WhyNode overdue = why(&setting, "overdue(settlement) > 10");
    REQUIRE(overdue.children_count == 1);
    REQUIRE(overdue.children[0].charges_shown == 1);
    EXPECT_TEXT(overdue.children[0].charges[0].document, "A");
}

TEST(at_most_ten_charges_are_told)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text data = TEXT("customer C1\n");
    for (int day = 1; day <= 12; day++)
        data = arena_printf(arena,
                            "%.*sevent settlement C1 2026-01-%02d kind=charge amount=1 "
                            "due_date=2026-02-01\n",
                            TEXT_FORMAT(data), day);
    AUTO(setting_done) Setting setting = setting_of(data.data, "2026-03-31");
    WhyNode root = why(&setting, "overdue_days(settlement)");
    EXPECT_INT(root.charges_shown, WHY_CHARGES_MAX);
    EXPECT_INT(root.charges_count, 12);
    expect_date(root.charges[0].date, "2026-01-01");
}

TEST(a_ranking_tells_the_place_and_the_border)
{
    static const char data[] = "customer C1 income=10\ncustomer C2 income=20\n"
                               "customer C3 income=30\ncustomer C4\n";
    AUTO(setting_done) Setting setting = setting_of(data, "2026-03-31");
    WhyNode root = why(&setting, "top 2 by income");
    EXPECT(!root.value.as.boolean && root.has_rank);
    EXPECT_INT(root.rank.place, 3);
    EXPECT_INT(root.rank.chosen, 2);
    EXPECT_INT(root.rank.ranked, 3);
    EXPECT_INT(root.rank.border.as.decimal, 200000);
    root = why(&setting, "bottom 1 by income");
    EXPECT(root.value.as.boolean);
    EXPECT_INT(root.rank.place, 1);
    root = why(&setting, "top 2 by income within (income > 10)");
    EXPECT_INT(root.rank.place, 0);
    EXPECT_INT(root.rank.ranked, 2);
    root = why(&setting, "top 2 by sum(purchase.amount) within (income > 100)");
    EXPECT(value_is_missing(root.rank.border));
}
