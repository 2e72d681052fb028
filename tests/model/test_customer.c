/* test_customer.c -- events up to a day are a prefix of the ordered list. */
#include "harness/harness.h"
#include "model/customer.h"

TEST(events_until_keeps_the_whole_as_of_day)
{
    EventRow rows[] = {
        {.at = moment_of(date_of(2026, 3, 30), 12, 0, 0)},
        {.at = moment_of(date_of(2026, 3, 31), 0, 0, 0)},
        {.at = moment_of(date_of(2026, 3, 31), 23, 59, 59), .sequence = 1},
        {.at = moment_of(date_of(2026, 3, 31), 23, 59, 59), .sequence = 2},
        {.at = moment_of(date_of(2026, 4, 1), 0, 0, 0)},
    };
    EventList all = {rows, 5};
    EXPECT_INT(events_until(all, date_of(2026, 3, 29)).count, 0);
    EXPECT_INT(events_until(all, date_of(2026, 3, 30)).count, 1);
    EXPECT_INT(events_until(all, date_of(2026, 3, 31)).count, 4);
    EXPECT_INT(events_until(all, date_of(2026, 4, 1)).count, 5);
    EXPECT_INT(events_until((EventList){0}, date_of(2026, 4, 1)).count, 0);
    EXPECT(events_until(all, date_of(2026, 3, 31)).items == rows);
}

TEST(events_before_1970_are_ordered_by_day_too)
{
    EventRow rows[] = {{.at = moment_of(date_of(1969, 12, 31), 23, 0, 0)},
                       {.at = moment_of(date_of(1970, 1, 1), 1, 0, 0)}};
    EXPECT_INT(events_until((EventList){rows, 2}, date_of(1969, 12, 31)).count, 1);
}
