/* segments.c -- a thousand segments as a company might have them. */
#include "bench/segments.h"

#include "base/buffer.h"
#include "base/random.h"

static const char *const sizes[DATA_SIZES] = {"микро", "малый", "средний", "крупный"};
static const char *const interests[] = {"Рыбалка", "Дача", "Авто", "Спорт", "Книги", "Дети"};
static const int shared_windows_days[] = {7, 14, 30, 60, 90, 180, 365, 0}; /* 0: all time */

enum { PURCHASES_PER_CUSTOMER = 10, MEAN_AMOUNT = 2500 };

/* A segment being written: `rule` and the three conditions in SQL. */
typedef struct {
    const SegmentsWish *wish;
    Random *random;
    Buffer rule, attributes, filter;
    int days; /* of the window */
} Draft;

static void add_day(Buffer *out, int32_t day)
{
    char iso[DATE_TEXT_MAX];
    Text text = date_print_iso((Date){day}, iso);
    buffer_printf(out, "{d:%.*s}", TEXT_FORMAT(text));
}

/* ---- conditions on attributes ---- */

static void add_regions(Draft *draft, unsigned count)
{
    unsigned first = 1 + (unsigned)random_below(draft->random, DATA_REGIONS - count);
    buffer_cstr(&draft->rule, "region in (");
    buffer_cstr(&draft->attributes, "region IN (");
    for (unsigned i = 0; i < count; i++) {
        buffer_printf(&draft->rule, "%s\"Область %u\"", i > 0 ? ", " : "", first + i);
        buffer_printf(&draft->attributes, "%s'Область %u'", i > 0 ? ", " : "", first + i);
    }
    buffer_char(&draft->rule, ')');
    buffer_char(&draft->attributes, ')');
}

/* Full years, counted from an as-of day that is no 29 February. */
static void add_ages(Draft *draft)
{
    int low = 18 + (int)random_below(draft->random, 40),
        high = low + 4 + (int)random_below(draft->random, 15);
    Date as_of = draft->wish->as_of;
    buffer_printf(&draft->rule, "age(birth_date) between %d and %d", low, high);
    buffer_cstr(&draft->attributes, "birth_date BETWEEN ");
    add_day(&draft->attributes, date_add(as_of, -(high + 1), UNIT_YEAR).day + 1);
    buffer_cstr(&draft->attributes, " AND ");
    add_day(&draft->attributes, date_add(as_of, -low, UNIT_YEAR).day);
}

static void add_attribute(Draft *draft)
{
    uint64_t kind = random_below(draft->random, 6);
    if (kind == 0) add_regions(draft, 1);
    if (kind == 1) add_regions(draft, 5);
    if (kind == 2) {
        unsigned manager = 1 + (unsigned)random_below(draft->random, DATA_MANAGERS);
        buffer_printf(&draft->rule, "manager = \"Менеджер %u\"", manager);
        buffer_printf(&draft->attributes, "manager = 'Менеджер %u'", manager);
    }
    if (kind == 3) {
        const char *size = sizes[random_below(draft->random, DATA_SIZES)];
        buffer_printf(&draft->rule, "business_scale = \"%s\"", size);
        buffer_printf(&draft->attributes, "business_scale = '%s'", size);
    }
    if (kind == 4) add_ages(draft);
    if (kind == 5) {
        const char *interest = interests[random_below(draft->random, 6)];
        buffer_printf(&draft->rule, "interests has any (\"%s\")", interest);
        buffer_printf(&draft->attributes, "{has:%s}", interest);
    }
}

static void add_attributes(Draft *draft)
{
    if (!random_chance(draft->random, 0.7)) {
        buffer_cstr(&draft->attributes, "1=1");
        return;
    }
    add_attribute(draft);
    if (random_chance(draft->random, 0.4)) {
        buffer_cstr(&draft->rule, " and ");
        buffer_cstr(&draft->attributes, " AND ");
        add_attribute(draft);
    }
    buffer_cstr(&draft->rule, " and ");
}

/* ---- windows ---- */

static void add_last_days(Draft *draft, Buffer *window, int days)
{
    draft->days = days > 0 ? days : DATA_DAYS;
    if (days == 0) return;
    buffer_printf(window, ", last %d days", days);
    buffer_cstr(&draft->filter, " AND day >= ");
    add_day(&draft->filter, draft->wish->as_of.day - days + 1);
}

static void add_written_days(Draft *draft, Buffer *window)
{
    char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];
    int32_t begin = DATA_FIRST_DAY + (int32_t)random_below(draft->random, DATA_DAYS - 30);
    int32_t end = begin + 7 + (int32_t)random_below(draft->random, 200);
    if (end > DATA_AS_OF_DAY) end = DATA_AS_OF_DAY;
    draft->days = end - begin + 1;
    buffer_printf(window, ", from %.*s to %.*s", TEXT_FORMAT(date_print_iso((Date){begin}, from)),
                  TEXT_FORMAT(date_print_iso((Date){end}, to)));
    buffer_cstr(&draft->filter, " AND day BETWEEN ");
    add_day(&draft->filter, begin);
    buffer_cstr(&draft->filter, " AND ");
    add_day(&draft->filter, end);
}

/* The end of the aggregate, after its field and condition. */
static void add_window(Draft *draft, Buffer *window)
{
    const SegmentsWish *wish = draft->wish;
    bool is_arbitrary = !wish->has_shared_windows_only && random_chance(draft->random, 0.3);
    bool is_written = random_chance(draft->random, 0.5) && !wish->has_relative_windows_only;
    if (is_arbitrary && is_written) {
        add_written_days(draft, window);
    } else if (is_arbitrary) {
        add_last_days(draft, window, 5 + (int)random_below(draft->random, 900));
    } else {
        uint64_t among = wish->has_relative_windows_only ? 7 : 8;
        add_last_days(draft, window, shared_windows_days[random_below(draft->random, among)]);
    }
}

/* ---- the aggregate ---- */

/* What the events must be, in both languages; returns their share of all purchases. */
static double add_subject(Draft *draft, Buffer *condition, uint64_t percent)
{
    double u = random_unit(draft->random);
    unsigned item = 1 + (unsigned)(u * u * u * DATA_ITEMS);
    buffer_cstr(&draft->filter, "1=1");
    if (percent < 60) return 1;
    buffer_clear(&draft->filter);
    if (percent < 80) {
        buffer_printf(condition, " where item = \"Товар %u\"", item);
        buffer_printf(&draft->filter, "item = %u", DATA_ITEM_CODE_BASE + item);
        return 0.002;
    }
    unsigned group = (item - 1) % DATA_GROUPS + 1;
    buffer_printf(condition, " where item.group = \"Группа %u\"", group);
    buffer_printf(&draft->filter, "grp = %u", group);
    return 0.01;
}

/* A bound near what customers have in the window, so that segments are neither empty nor full. */
static void add_comparison(Draft *draft, bool is_sum, double share, Text *ret_sql, Arena *arena)
{
    static const char *const operators[] = {">=", ">", "<"};
    double mean = PURCHASES_PER_CUSTOMER * share * draft->days / DATA_DAYS;
    const char *word = operators[random_below(draft->random, share < 1 ? 2 : 3)];
    if (is_sum) {
        double wanted = MEAN_AMOUNT * mean * (0.2 + 2.3 * random_unit(draft->random));
        uint64_t bound = 100 + 10 * (uint64_t)(wanted / 10);
        buffer_printf(&draft->rule, " %s %llu", word, (unsigned long long)bound);
        *ret_sql = arena_printf(arena, "%s %llu", word, (unsigned long long)bound * 100);
        return;
    }
    uint64_t bound = 1 + random_below(draft->random, 1 + (uint64_t)(1.6 * mean));
    if (word[0] == '>') word = ">="; /* more than a few of an item is nobody */
    buffer_printf(&draft->rule, " %s %llu", word, (unsigned long long)bound);
    *ret_sql = arena_printf(arena, "%s %llu", word, (unsigned long long)bound);
}

static BenchSegment make_segment(const SegmentsWish *wish, Random *random, Arena *arena)
{
    Draft draft = {.wish = wish, .random = random};
    Buffer condition = {0}, window = {0};
    BenchSegment segment = {0};
    uint64_t percent = random_below(random, 100);
    bool is_sum = percent < 40 || (percent >= 60 && random_chance(random, 0.5));
    add_attributes(&draft);
    double share = add_subject(&draft, &condition, percent);
    add_window(&draft, &window);
    buffer_cstr(&draft.rule, is_sum ? "sum(purchase.amount" : "count(purchase");
    buffer_text(&draft.rule, buffer_view(&condition));
    buffer_text(&draft.rule, buffer_view(&window));
    buffer_char(&draft.rule, ')');
    add_comparison(&draft, is_sum, share, &segment.comparison, arena);
    segment.aggregate = is_sum ? TEXT("sum") : TEXT("count");
    segment.rule = arena_text(arena, buffer_view(&draft.rule));
    segment.attributes = arena_text(arena, buffer_view(&draft.attributes));
    segment.filter = arena_text(arena, buffer_view(&draft.filter));
    buffer_done(&draft.rule);
    buffer_done(&draft.attributes);
    buffer_done(&draft.filter);
    buffer_done(&condition);
    buffer_done(&window);
    return segment;
}

BenchSegment *bench_segments(const SegmentsWish *wish, size_t count, Arena *arena)
{
    Random random = random_seeded(wish->seed);
    BenchSegment *segments = ARENA_ARRAY(arena, BenchSegment, count);
    for (size_t i = 0; i < count; i++)
        segments[i] = make_segment(wish, &random, arena);
    return segments;
}
