/* test_profile.c -- profiles of segments: counts against the rows, effects against their formulas,
 * and segments by chance that nothing sets apart. The rules of all rows are checked as well. */
#include "report/company.h"

#include "analysis/statistics.h"

#include <math.h>

static size_t find_row(const ReportTable *table, const char *group, const char *label,
                       const char *value)
{
    for (size_t row = 0; row < report_rows_count(table); row++)
        if (text_equal(report_value(table, row, "group").as.text, text_of(group)) &&
            text_equal(report_value(table, row, "label").as.text, text_of(label)) &&
            (value == NULL ||
             text_equal(report_value(table, row, "value").as.text, text_of(value))))
            return row;
    harness_fail(__FILE__, __LINE__, "no row of %s, %s", group, label);
    return 0;
}

static bool is_near(Value value, double expected)
{
    return value.kind == VALUE_RATIO && fabs(value.as.ratio - expected) < 1e-12;
}

TEST(numbers_are_compared_with_everybody_else)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 1);
    ReportPlan plan = company_plan(REPORT_PROFILE);
    plan.rows_max = 100;
    const Report *report = company_report(company, &plan);
    const ReportTable *table = report_find_table(report, TEXT("profile"));
    Moments in = {0}, others = {0};
    int64_t members = 0;
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        Value value = person->values[BUILT_IN_EMPLOYEES];
        members += company_is_in(person, 1);
        if (!value_is_missing(value))
            moments_add(company_is_in(person, 1) ? &in : &others, (double)value.as.decimal);
    }
    size_t row = find_row(table, "VIP", "Number of employees", NULL);
    const Moments sides[] = {in, others};
    EXPECT_MONEY(report_value(table, row, "customers"), (Int128)in.count);
    EXPECT(is_near(report_value(table, row, "mean"), in.mean));
    EXPECT(is_near(report_value(table, row, "mean_of_others"), others.mean));
    EXPECT(is_near(report_value(table, row, "difference"), standardised_difference(&in, &others)));
    EXPECT(is_near(report_value(table, row, "distinction"), effect_of_groups(sides, 2).strength));
    EXPECT(is_near(report_value(table, row, "filled"), in.count / (double)members));
}

TEST(values_have_shares_and_indexes)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 2);
    ReportPlan plan = company_plan(REPORT_PROFILE);
    plan.rows_max = 100;
    const Report *report = company_report(company, &plan);
    const ReportTable *values = report_find_table(report, TEXT("values"));
    uint64_t counts[2][2] = {{0}}; /* VIP or anybody; in Kiev or anywhere */
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        Value city = person->values[BUILT_IN_CITY];
        if (value_is_missing(city)) continue;
        bool is_in_kiev = text_equal(city.as.text, TEXT("Киев"));
        bool is_vip = company_is_in(person, 1);
        counts[0][0] += is_vip && is_in_kiev;
        counts[0][1] += is_vip;
        counts[1][0] += is_in_kiev;
        counts[1][1]++;
    }
    size_t row = find_row(values, "VIP", "City", "Киев");
    EXPECT_MONEY(report_value(values, row, "customers"), (Int128)counts[0][0]);
    EXPECT(
        is_near(report_value(values, row, "share"), (double)counts[0][0] / (double)counts[0][1]));
    EXPECT(is_near(report_value(values, row, "share_of_base"),
                   (double)counts[1][0] / (double)counts[1][1]));
    EXPECT(is_near(report_value(values, row, "index"),
                   share_index(counts[0][0], counts[0][1], counts[1][0], counts[1][1])));
    EXPECT_TEXT(values->rules.items[row], "(vip) and city = \"Киев\"");
    /* The city of those in Moscow tells most of them. */
    const ReportTable *table = report_find_table(report, TEXT("profile"));
    EXPECT(report_value(table, find_row(table, "Москва", "City", NULL), "distinction").as.ratio >
           0.9);
    EXPECT_TEXT(report_value(table, find_row(table, "Москва", "City", NULL), "value").as.text,
                "Москва");
}

/* Each fifth of the numbers is in one interval, whatever is missing. */
TEST(intervals_divide_those_who_have_a_number)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 3);
    ReportPlan plan = company_plan(REPORT_PROFILE);
    plan.rows_max = 100;
    const Report *report = company_report(company, &plan);
    const ReportTable *table = report_find_table(report, TEXT("profile"));
    const ReportTable *values = report_find_table(report, TEXT("values"));
    static const char *const labels[] = {"Number of employees", "revenue, 12 months",
                                         "average ticket, 12 months",
                                         "Declared purchases per month"};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        int64_t sum = 0;
        for (size_t row = 0; row < report_rows_count(values); row++)
            if (text_equal(report_value(values, row, "group").as.text, TEXT("VIP")) &&
                text_equal(report_value(values, row, "label").as.text, text_of(labels[i])))
                sum += report_value(values, row, "customers").as.decimal;
        size_t row = find_row(table, "VIP", labels[i], NULL);
        EXPECT_MONEY(report_value(table, row, "customers"), sum);
    }
}

static bool has_note(const Report *report, const char *key)
{
    for (size_t i = 0; i < report->notes.count; i++)
        if (text_equal(text_of(report->notes.items[i].key), text_of(key))) return true;
    return false;
}

/* Segments cut by a number that has nothing to do with anything, and by something that has. */
TEST(segments_by_chance_are_not_distinguishable)
{
    unsigned warned = 0;
    for (uint64_t seed = 0; seed < 5; seed++) {
        AUTO(company_done) Company *company = company_new(harness_seed() + seed);
        const ReportSubject chance[] = {{TEXT("a"), TEXT("bucket(\"x\") < 5000")},
                                        {TEXT("b"), TEXT("bucket(\"x\") >= 5000")}};
        ReportPlan plan = {.kind = REPORT_PROFILE,
                           .subjects = chance,
                           .subjects_count = 2,
                           .as_of = date_of(2026, 3, 31)};
        const Report *report = company_report(company, &plan);
        warned += has_note(report, "segments-not-distinguishable") &&
                  has_note(report, "not-distinguishable");
        const ReportSubject bought[] = {{TEXT("a"), TEXT("any(purchase)")},
                                        {TEXT("b"), TEXT("none(purchase)")}};
        plan.subjects = bought;
        report = company_report(company, &plan);
        EXPECT(!has_note(report, "segments-not-distinguishable"));
        EXPECT(!has_note(report, "not-distinguishable"));
    }
    EXPECT(warned >= 4);
}

TEST(silhouettes_are_of_ones_own_customers)
{
    AUTO(company_done) Company *company = company_new(harness_seed() + 5);
    ReportPlan plan = company_plan(REPORT_PROFILE);
    const Report *report = company_report(company, &plan);
    const ReportTable *table = report_find_table(report, TEXT("homogeneity"));
    int64_t own[2] = {0};
    for (size_t i = 0; i < company->population->people.count; i++) {
        const Person *person = &company->population->people.items[i];
        bool is_moscow = company_is_in(person, 0), is_vip = company_is_in(person, 1);
        own[0] += is_moscow && !is_vip;
        own[1] += is_vip && !is_moscow;
    }
    REQUIRE(report_rows_count(table) == 3);
    for (size_t i = 0; i < 2; i++) {
        EXPECT_MONEY(report_value(table, i, "sampled"), own[i]);
        double silhouette = report_value(table, i, "silhouette").as.ratio;
        EXPECT(silhouette >= -1.0 && silhouette <= 1.0);
    }
    EXPECT(value_is_missing(report_value(table, 2, "silhouette")));
}
