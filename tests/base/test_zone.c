/* test_zone.c -- time zones: known changes, gaps and overlaps, yearly rules, damaged files. */
#include "base/buffer.h"
#include "base/file.h"
#include "base/random.h"
#include "base/zone.h"
#include "harness/harness.h"

#include <string.h>

static Zone *opened(const char *name)
{
    Zone *zone = NULL;
    Error err = {0};
    EXPECT_OK(zone_open(text_of(name), &zone, &err), &err);
    return zone;
}

static Moment moment(const char *iso)
{
    Moment parsed = {0};
    EXPECT(moment_parse_iso(text_of(iso), &parsed));
    return parsed;
}

/* The UTC second written as an ISO moment. */
static int64_t utc(const char *iso)
{
    return moment(iso).second;
}

typedef struct {
    const char *from, *to;
} Pair;

/* Each pair is a UTC second and its wall time (from Python's zoneinfo). */
static void expect_local(int line, const char *name, const Pair *pairs, size_t pairs_count)
{
    AUTO(zone_done) Zone *zone = opened(name);
    REQUIRE(zone != NULL);
    for (size_t i = 0; i < pairs_count; i++) {
        char out[DATE_TEXT_MAX];
        Text local = moment_print_iso(zone_local(zone, utc(pairs[i].from)), out);
        harness_expect_text(__FILE__, line, pairs[i].from, local, text_of(pairs[i].to));
    }
}

/* Each pair is a wall time and its earliest UTC second. */
static void expect_utc(int line, const char *name, const Pair *pairs, size_t pairs_count)
{
    AUTO(zone_done) Zone *zone = opened(name);
    REQUIRE(zone != NULL);
    for (size_t i = 0; i < pairs_count; i++) {
        char out[DATE_TEXT_MAX];
        Moment second = {zone_utc(zone, moment(pairs[i].from))};
        harness_expect_text(__FILE__, line, pairs[i].from, moment_print_iso(second, out),
                            text_of(pairs[i].to));
    }
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

TEST(zone_local_in_moscow)
{
    static const Pair pairs[] = {
        {"1800-01-01T00:00:00", "1800-01-01T02:30:17"},
        {"1917-06-01T00:00:00", "1917-06-01T02:31:19"},
        {"2010-12-31T21:00:00", "2011-01-01T00:00:00"},
        {"2012-06-01T00:00:00", "2012-06-01T04:00:00"},
        {"2014-10-25T21:59:59", "2014-10-26T01:59:59"},
        {"2014-10-25T22:00:00", "2014-10-26T01:00:00"},
        {"2026-07-01T20:59:59", "2026-07-01T23:59:59"},
        {"2099-07-01T21:00:00", "2099-07-02T00:00:00"},
    };
    expect_local(__LINE__, "Europe/Moscow", pairs, COUNT(pairs));
}

TEST(zone_local_in_kyiv)
{
    static const Pair pairs[] = {
        {"2026-03-29T00:59:59", "2026-03-29T02:59:59"},
        {"2026-03-29T01:00:00", "2026-03-29T04:00:00"},
        {"2026-10-25T00:59:59", "2026-10-25T03:59:59"},
        {"2026-10-25T01:00:00", "2026-10-25T03:00:00"},
        {"2060-03-28T00:59:59", "2060-03-28T02:59:59"},
        {"2060-03-28T01:00:00", "2060-03-28T04:00:00"},
    };
    expect_local(__LINE__, "Europe/Kyiv", pairs, COUNT(pairs));
    expect_local(__LINE__, "Europe/Kiev", pairs, COUNT(pairs));
}

TEST(zone_local_in_new_york)
{
    static const Pair pairs[] = {
        {"1883-11-18T16:59:59", "1883-11-18T12:03:57"},
        {"2026-03-08T07:00:00", "2026-03-08T03:00:00"},
        {"2026-11-01T05:59:59", "2026-11-01T01:59:59"},
        {"2026-11-01T06:00:00", "2026-11-01T01:00:00"},
        {"2050-07-01T12:00:00", "2050-07-01T08:00:00"},
        {"2051-01-01T04:59:59", "2050-12-31T23:59:59"},
    };
    expect_local(__LINE__, "America/New_York", pairs, COUNT(pairs));
}

TEST(zone_utc_takes_the_earlier_of_two)
{
    static const Pair moscow[] = {
        {"2014-10-26T01:30:00", "2014-10-25T21:30:00"},
        {"2014-10-26T00:59:59", "2014-10-25T20:59:59"},
        {"2014-10-26T02:00:00", "2014-10-25T23:00:00"},
    };
    static const Pair kyiv[] = {
        {"2026-10-25T03:30:00", "2026-10-25T00:30:00"},
        {"2026-10-25T04:00:00", "2026-10-25T02:00:00"},
        {"2060-10-31T03:30:00", "2060-10-31T00:30:00"},
    };
    static const Pair new_york[] = {{"2026-11-01T01:30:00", "2026-11-01T05:30:00"},
                                    {"2026-11-01T02:00:00", "2026-11-01T07:00:00"}};
    expect_utc(__LINE__, "Europe/Moscow", moscow, COUNT(moscow));
    expect_utc(__LINE__, "Europe/Kyiv", kyiv, COUNT(kyiv));
    expect_utc(__LINE__, "America/New_York", new_york, COUNT(new_york));
}

TEST(zone_utc_in_a_gap_is_the_first_second_after_it)
{
    static const Pair moscow[] = {
        {"2011-03-27T01:59:59", "2011-03-26T22:59:59"},
        {"2011-03-27T02:00:00", "2011-03-26T23:00:00"},
        {"2011-03-27T02:30:00", "2011-03-26T23:00:00"},
        {"2011-03-27T03:00:00", "2011-03-26T23:00:00"},
        {"2011-03-27T03:00:01", "2011-03-26T23:00:01"},
    };
    static const Pair kyiv[] = {{"2026-03-29T03:15:00", "2026-03-29T01:00:00"},
                                {"2060-03-28T03:59:59", "2060-03-28T01:00:00"}};
    static const Pair new_york[] = {{"2026-03-08T02:30:00", "2026-03-08T07:00:00"}};
    expect_utc(__LINE__, "Europe/Moscow", moscow, COUNT(moscow));
    expect_utc(__LINE__, "Europe/Kyiv", kyiv, COUNT(kyiv));
    expect_utc(__LINE__, "America/New_York", new_york, COUNT(new_york));
}

/* Goal: local and utc are inverse but for overlaps, where utc gives the earlier second. */
TEST(zone_utc_inverts_local)
{
    static const char *const names[] = {
        "Europe/Moscow", "Europe/Kyiv",       "America/New_York",    "Asia/Kathmandu",
        "Europe/Dublin", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia",
        "America/Nuuk",  "Asia/Gaza",         "Antarctica/Troll",    "UTC",
    };
    Random random = random_seeded(harness_seed());
    int64_t first = utc("1850-01-01T00:00"), last = utc("2400-01-01T00:00");
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(zone_done) Zone *zone = opened(names[i]);
        for (int j = 0; j < 5000; j++) {
            int64_t second = random_between(&random, first, last);
            Moment local = zone_local(zone, second);
            int64_t back = zone_utc(zone, local);
            EXPECT_INT(zone_local(zone, back).second, local.second);
            EXPECT(back <= second && second - back <= 86400);
        }
    }
}

TEST(zone_keeps_extreme_seconds)
{
    AUTO(zone_done) Zone *zone = opened("America/New_York");
    EXPECT(zone_local(zone, INT64_MAX).second > INT64_MAX / 2);
    EXPECT(zone_local(zone, INT64_MIN).second < INT64_MIN / 2);
    EXPECT(zone_utc(zone, (Moment){INT64_MAX}) > INT64_MAX / 2);
    EXPECT(zone_utc(zone, (Moment){INT64_MIN}) < INT64_MIN / 2);
}

static void expect_no_zone(int line, Text name, const char *part_of_message)
{
    Zone *zone = NULL;
    Error err = {0};
    Status status = zone_open(name, &zone, &err);
    harness_expect_status(__FILE__, line, name.data, status, STATUS_NOT_FOUND, &err);
    if (status == STATUS_NOT_FOUND && strstr(err.message, part_of_message) == NULL)
        harness_fail(__FILE__, line, "message is '%s'", err.message);
    zone_close(zone);
}

TEST(zone_open_suggests_a_near_name)
{
    expect_no_zone(__LINE__, TEXT("Europe/Moskow"), "did you mean 'Europe/Moscow'?");
    expect_no_zone(__LINE__, TEXT("europe/kyiv"), "did you mean 'Europe/Kyiv'?");
    expect_no_zone(__LINE__, TEXT("America/Argentina/Ushuaja"), "'America/Argentina/Ushuaia'");
    expect_no_zone(__LINE__, TEXT("Средне-Уральское время области"), "names look like");
}

TEST(zone_open_refuses_what_is_no_zone_name)
{
    expect_no_zone(__LINE__, TEXT(""), "no time zone");
    expect_no_zone(__LINE__, TEXT("Europe"), "no time zone");
    expect_no_zone(__LINE__, TEXT("/usr/share/zoneinfo/Europe/Moscow"), "no time zone");
    expect_no_zone(__LINE__, TEXT("../zoneinfo/Europe/Moscow"), "no time zone");
    expect_no_zone(__LINE__, TEXT("Europe/../Europe/Moscow"), "no time zone");
    expect_no_zone(__LINE__, TEXT("Europe/Moscow\0x"), "no time zone");
    expect_no_zone(__LINE__, TEXT("zone.tab"), "no time zone");
}

/* A TZif file with one type of the given offset, no changes, and a closing rule. */
static void build_tzif(Buffer *out, int32_t offset_seconds, const char *footer)
{
    static const char header[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4";
    char type[6] = {(char)(offset_seconds >> 24),
                    (char)(offset_seconds >> 16),
                    (char)(offset_seconds >> 8),
                    (char)offset_seconds,
                    0,
                    0};
    for (int block = 0; block < 2; block++) {
        buffer_add(out, header, 44);
        buffer_add(out, type, 6);
        buffer_add(out, "LMT\0", 4);
    }
    buffer_printf(out, "\n%s\n", footer);
}

static void expect_rule(int line, const char *rule, const Pair *pairs, size_t pairs_count)
{
    AUTO(buffer_done) Buffer file = {0};
    AUTO(zone_done) Zone *zone = NULL;
    Error err = {0};
    build_tzif(&file, 0, rule);
    harness_expect_status(__FILE__, line, rule, zone_read(buffer_view(&file), &zone, &err),
                          STATUS_OK, &err);
    for (size_t i = 0; zone != NULL && i < pairs_count; i++) {
        char out[DATE_TEXT_MAX];
        Text local = moment_print_iso(zone_local(zone, utc(pairs[i].from)), out);
        harness_expect_text(__FILE__, line, pairs[i].from, local, text_of(pairs[i].to));
    }
}

TEST(zone_yearly_rules)
{
    static const Pair fixed[] = {{"2026-06-01T00:00:00", "2026-06-01T05:45:00"}};
    expect_rule(__LINE__, "<+0545>-5:45", fixed, COUNT(fixed));
    static const Pair all_summer[] = {{"2026-01-01T04:59:59", "2026-01-01T00:59:59"},
                                      {"2026-01-01T05:00:00", "2026-01-01T01:00:00"},
                                      {"2026-07-01T00:00:00", "2026-06-30T20:00:00"}};
    expect_rule(__LINE__, "EST5EDT,0/0,J365/25", all_summer, COUNT(all_summer));
    /* South of the equator summer spans the new year. */
    static const Pair sydney[] = {{"2026-01-01T00:00:00", "2026-01-01T11:00:00"},
                                  {"2026-04-04T15:59:59", "2026-04-05T02:59:59"},
                                  {"2026-04-04T16:00:00", "2026-04-05T02:00:00"},
                                  {"2026-10-03T16:00:00", "2026-10-04T03:00:00"}};
    expect_rule(__LINE__, "AEST-10AEDT,M10.1.0,M4.1.0/3", sydney, COUNT(sydney));
    /* A change on the day before, written as a negative hour. */
    static const Pair nuuk[] = {{"2026-03-29T00:59:59", "2026-03-28T22:59:59"},
                                {"2026-03-29T01:00:00", "2026-03-29T00:00:00"}};
    expect_rule(__LINE__, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", nuuk, COUNT(nuuk));
    /* J60 is 1 March in every year; day 59 from zero is 29 February in leap years. */
    static const Pair julian[] = {{"2024-02-29T12:00:00", "2024-02-29T12:00:00"},
                                  {"2024-03-01T12:00:00", "2024-03-01T13:00:00"},
                                  {"2025-03-01T12:00:00", "2025-03-01T13:00:00"}};
    expect_rule(__LINE__, "AAA0BBB,J60,J300", julian, COUNT(julian));
    static const Pair from_zero[] = {{"2024-02-28T12:00:00", "2024-02-28T12:00:00"},
                                     {"2024-02-29T12:00:00", "2024-02-29T13:00:00"},
                                     {"2025-03-01T12:00:00", "2025-03-01T13:00:00"}};
    expect_rule(__LINE__, "AAA0BBB,59,300", from_zero, COUNT(from_zero));
}

static Status status_of_tzif(Text content)
{
    Zone *zone = NULL;
    Status status = zone_read(content, &zone, NULL);
    zone_close(zone);
    return status;
}

TEST(zone_refuses_bad_rules)
{
    static const char *const rules[] = {
        "x",
        "EST",
        "EST5EDT",
        "EST5EDT,M3.2.0",
        "EST5EDT,M13.2.0,M11.1.0",
        "EST5EDT,M3.6.0,M11.1.0",
        "EST5EDT,M3.2.7,M11.1.0",
        "EST26",
        "EST5:60",
        "<+03-3",
        "EST5EDT,M3.2.0,M11.1.0x",
        "EST5EDT,J0,J366",
        "EST5EDT,M3.2.0/168,M11.1.0",
        "EST5EDT,,",
    };
    for (size_t i = 0; i < COUNT(rules); i++) {
        AUTO(buffer_done) Buffer file = {0};
        build_tzif(&file, 0, rules[i]);
        if (status_of_tzif(buffer_view(&file)) != STATUS_CORRUPT)
            harness_fail(__FILE__, __LINE__, "took the rule '%s'", rules[i]);
    }
    AUTO(buffer_done) Buffer wide = {0};
    build_tzif(&wide, 26 * 3600, "");
    EXPECT_INT(status_of_tzif(buffer_view(&wide)), STATUS_CORRUPT);
    AUTO(buffer_done) Buffer no_rule = {0};
    build_tzif(&no_rule, 3600, "");
    EXPECT_INT(status_of_tzif(buffer_view(&no_rule)), STATUS_OK);
}

/* Goal: a file cut anywhere is CORRUPT; with any byte changed it never crashes or loops. */
TEST(zone_read_survives_damaged_files)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text content;
    Error err;
    REQUIRE(file_read("/usr/share/zoneinfo/Europe/Kyiv", 1 << 20, arena, &content, &err) ==
            STATUS_OK);
    for (size_t size = 0; size < content.size; size++) {
        /* A copy of that size, so that reading past its end is noticed. */
        Text cut = arena_text(arena, text_slice(content, 0, size));
        EXPECT_INT(status_of_tzif(cut), STATUS_CORRUPT);
    }
    char *bytes = arena_alloc(arena, content.size);
    memcpy(bytes, content.data, content.size);
    Random random = random_seeded(harness_seed());
    for (size_t i = 0; i < content.size; i++) {
        char before = bytes[i];
        bytes[i] = (char)random_next(&random);
        Zone *zone = NULL;
        if (zone_read((Text){bytes, content.size}, &zone, NULL) == STATUS_OK) {
            Moment local = zone_local(zone, utc("2026-06-01T00:00"));
            (void)zone_utc(zone, local);
        }
        zone_close(zone);
        bytes[i] = before;
    }
}

TEST(zone_refuses_leap_seconds)
{
    Zone *zone = NULL;
    Error err = {0};
    EXPECT_STATUS(zone_open(TEXT("right/Europe/Moscow"), &zone, &err), STATUS_INVALID, &err);
    EXPECT(strstr(err.message, "leap seconds") != NULL);
    zone_close(zone);
}
