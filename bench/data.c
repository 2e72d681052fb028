/* data.c -- the made-up company that every engine is measured on. */
#include "bench/data.h"

#include "base/random.h"

#include <math.h>
#include <stdlib.h>

static const char *const size_names[DATA_SIZES] = {"микро", "малый", "средний", "крупный"};
static const char *const interest_names[DATA_INTERESTS] = {
    "Рыбалка", "Охота",      "Дача",    "Ремонт", "Мебель",    "Сад",     "Авто", "Туризм",
    "Спорт",   "Футбол",     "Хоккей",  "Лыжи",   "Велосипед", "Музыка",  "Кино", "Театр",
    "Книги",   "Фотография", "Техника", "Роботы", "Кулинария", "Красота", "Дети", "Животные",
};
enum { DAY_TEXTS = DATA_DAYS + 400 };

/* ---- what is the same for everybody ---- */

static Text *numbered_texts(const char *prefix, size_t count, Arena *arena)
{
    Text *texts = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        texts[i] = arena_printf(arena, "%s %zu", prefix, i + 1);
    return texts;
}

static Text *listed_texts(const char *const *names, size_t count, Arena *arena)
{
    Text *texts = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++)
        texts[i] = text_of(names[i]);
    return texts;
}

static Text *day_texts(Arena *arena)
{
    Text *texts = ARENA_ARRAY(arena, Text, DAY_TEXTS);
    for (int32_t i = 0; i < DAY_TEXTS; i++) {
        char iso[DATE_TEXT_MAX];
        texts[i] = arena_text(arena, date_print_iso((Date){DATA_FIRST_DAY + i}, iso));
    }
    return texts;
}

static void make_items(BenchData *data, Arena *arena)
{
    Text *groups = numbered_texts("Группа", DATA_GROUPS, arena);
    Item *items = ARENA_ARRAY(arena, Item, DATA_ITEMS);
    const Item **pointers = ARENA_ARRAY(arena, const Item *, DATA_ITEMS);
    for (uint32_t i = 0; i < DATA_ITEMS; i++) {
        items[i] = (Item){.id = i + 1,
                          .code = arena_printf(arena, "%u", DATA_ITEM_CODE_BASE + i + 1),
                          .name = arena_printf(arena, "Товар %u", i + 1),
                          .group = groups[i % DATA_GROUPS]};
        pointers[i] = &items[i];
    }
    data->items = items;
    data->item_pointers = pointers;
}

static uint32_t customers_of_scale(Text scale)
{
    if (text_equal(scale, TEXT("D10"))) return 10000000;
    if (text_equal(scale, TEXT("D1"))) return 1000000;
    if (text_equal(scale, TEXT("D0.1"))) return 100000;
    if (text_equal(scale, TEXT("D0.01"))) return 10000;
    return 0;
}

Status bench_data_new(Text scale, uint64_t seed, Arena *arena, const BenchData **ret_data,
                      Error *err)
{
    uint32_t customers = customers_of_scale(scale);
    if (customers == 0) {
        return error_set(err, STATUS_INVALID, "no scale '%.*s': D10, D1, D0.1 or D0.01",
                         TEXT_FORMAT(scale));
    }
    Settings settings = {TEXT("Europe/Moscow"), TEXT("RUB"), LANGUAGE_RU};
    BenchData *data = ARENA_NEW(arena, BenchData);
    data->customers = customers;
    data->purchases = 10.0 * customers;
    data->interactions = 3.0 * customers;
    data->settlements = 2.0 * customers;
    data->seed = seed;
    data->schema = schema_built_in(settings, arena);
    data->regions = numbered_texts("Область", DATA_REGIONS, arena);
    data->managers = numbered_texts("Менеджер", DATA_MANAGERS, arena);
    data->sizes = listed_texts(size_names, DATA_SIZES, arena);
    data->interests = listed_texts(interest_names, DATA_INTERESTS, arena);
    data->days = day_texts(arena);
    make_items(data, arena);
    *ret_data = data;
    return STATUS_OK;
}

/* ---- one customer ---- */

/* Of customer ~ u^1.5 the first k of n customers have the share (k/n)^(2/3). */
static double share_before(const BenchData *data, uint32_t id)
{
    return pow((double)(id - 1) / (double)data->customers, 2.0 / 3.0);
}

uint32_t bench_data_part_begin(const BenchData *data, unsigned part, unsigned parts)
{
    return 1 + (uint32_t)(data->customers * pow((double)part / (double)parts, 1.5));
}

/* How many of many independent draws fall on one customer. */
static size_t random_number_of(Random *random, double mean)
{
    if (mean > 30) return (size_t)fmax(0, round(mean + sqrt(mean) * random_normal(random)));
    double limit = exp(-mean), product = random_unit(random);
    size_t count = 0;
    for (; product > limit; count++)
        product *= random_unit(random);
    return count;
}

static int compare_days(const void *left, const void *right)
{
    const int32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* `count` days in order. */
static int32_t *random_days(Random *random, size_t count, Arena *arena)
{
    int32_t *days = ARENA_ARRAY(arena, int32_t, count);
    for (size_t i = 0; i < count; i++)
        days[i] = DATA_FIRST_DAY + (int32_t)random_below(random, DATA_DAYS);
    qsort(days, count, sizeof *days, compare_days);
    return days;
}

static Moment midnight_of(int32_t day)
{
    return moment_of((Date){day}, 0, 0, 0);
}

static Value random_money(Random *random)
{
    return value_decimal(100 * random_between(random, 0, 500000)); /* 0 .. 5000.00 at scale 4 */
}

/* Orders of one to four lines, each order on one day. */
static EventList make_purchases(const BenchData *data, Random *random, size_t count,
                                uint64_t first_order, Arena *arena)
{
    uint8_t *lines = ARENA_ARRAY(arena, uint8_t, count);
    size_t orders_count = 0;
    for (size_t left = count; left > 0; left -= lines[orders_count++]) {
        size_t wanted = 1 + (size_t)random_below(random, 4);
        lines[orders_count] = (uint8_t)(wanted < left ? wanted : left);
    }
    const int32_t *days = random_days(random, orders_count, arena);
    EventRow *events = ARENA_ARRAY(arena, EventRow, count);
    Value *values = ARENA_ARRAY(arena, Value, count * PURCHASE_FIELDS_COUNT);
    size_t i = 0;
    for (size_t order = 0; order < orders_count; order++) {
        Value number =
            value_text(arena_printf(arena, "%llu", (unsigned long long)(first_order + order)));
        for (size_t end = i + lines[order]; i < end; i++, values += PURCHASE_FIELDS_COUNT) {
            double u = random_unit(random);
            values[PURCHASE_ORDER] = number;
            values[PURCHASE_ITEM] = value_item(&data->items[(size_t)(u * u * u * DATA_ITEMS)]);
            values[PURCHASE_QUANTITY] = value_decimal(10000 * random_between(random, 1, 5));
            values[PURCHASE_AMOUNT] = random_money(random);
            events[i] = (EventRow){.at = midnight_of(days[order]), .sequence = i, .values = values};
        }
    }
    return (EventList){events, count};
}

static Text random_interaction_kind(Random *random)
{
    uint64_t percent = random_below(random, 100);
    if (percent < 50) return TEXT("call");
    if (percent < 75) return TEXT("email");
    if (percent < 87) return TEXT("meeting");
    return percent < 97 ? TEXT("visit") : TEXT("claim");
}

static EventList make_interactions(Random *random, size_t count, Arena *arena)
{
    const int32_t *days = random_days(random, count, arena);
    EventRow *events = ARENA_ARRAY(arena, EventRow, count);
    Value *values = ARENA_ARRAY(arena, Value, count * INTERACTION_FIELDS_COUNT);
    for (size_t i = 0; i < count; i++, values += INTERACTION_FIELDS_COUNT) {
        values[INTERACTION_KIND] = value_text(random_interaction_kind(random));
        values[INTERACTION_DIRECTION] =
            value_text(random_chance(random, 0.4) ? TEXT("in") : TEXT("out"));
        events[i] = (EventRow){.at = midnight_of(days[i]), .sequence = i, .values = values};
    }
    return (EventList){events, count};
}

static EventList make_settlements(Random *random, size_t count, Arena *arena)
{
    const int32_t *days = random_days(random, count, arena);
    EventRow *events = ARENA_ARRAY(arena, EventRow, count);
    Value *values = ARENA_ARRAY(arena, Value, count * SETTLEMENT_FIELDS_COUNT);
    for (size_t i = 0; i < count; i++, values += SETTLEMENT_FIELDS_COUNT) {
        bool is_charge = random_chance(random, 0.5);
        values[SETTLEMENT_KIND] =
            value_text(is_charge ? TEXT(SETTLEMENT_KIND_CHARGE) : TEXT(SETTLEMENT_KIND_PAYMENT));
        values[SETTLEMENT_AMOUNT] = random_money(random);
        if (is_charge) values[SETTLEMENT_DUE_DATE] = value_date((Date){days[i] + 14});
        events[i] = (EventRow){.at = midnight_of(days[i]), .sequence = i, .values = values};
    }
    return (EventList){events, count};
}

/* None of one customer in four, otherwise one to six. */
static Value random_interests(const BenchData *data, Random *random, Arena *arena)
{
    size_t count = random_chance(random, 0.25) ? 0 : 1 + (size_t)random_below(random, 6);
    Text *chosen = ARENA_ARRAY(arena, Text, count);
    size_t first = (size_t)random_below(random, DATA_INTERESTS), chosen_count = 0;
    for (size_t i = 0; i < count; i++) /* 7 and 24 have no common divisor: all different */
        chosen[chosen_count++] = data->interests[(first + 7 * i) % DATA_INTERESTS];
    return value_set(arena, chosen, chosen_count);
}

static const Value *make_values(const BenchData *data, Random *random, Text code, Arena *arena)
{
    Value *values = ARENA_ARRAY(arena, Value, data->schema->properties_count);
    values[BUILT_IN_CODE] = value_text(code);
    values[BUILT_IN_REGION] = value_text(data->regions[random_below(random, DATA_REGIONS)]);
    values[BUILT_IN_MANAGER] = value_text(data->managers[random_below(random, DATA_MANAGERS)]);
    values[BUILT_IN_BUSINESS_SCALE] = value_text(data->sizes[random_below(random, DATA_SIZES)]);
    if (random_chance(random, 0.8)) {
        int32_t day = DATA_FIRST_DAY - (int32_t)random_below(random, 60 * 365);
        values[BUILT_IN_BIRTH_DATE] = value_date((Date){day});
    }
    int32_t signed_up_day = DATA_AS_OF_DAY - (int32_t)random_below(random, 10 * 365);
    values[BUILT_IN_IN_USE_SINCE] = value_date((Date){signed_up_day});
    values[BUILT_IN_INTERESTS] = random_interests(data, random, arena);
    return values;
}

CustomerRow bench_data_customer(const BenchData *data, uint32_t id, Arena *arena)
{
    Random random = random_seeded(data->seed * 0x9E3779B97F4A7C15u + id);
    double before = share_before(data, id), share = share_before(data, id + 1) - before;
    Text code = arena_printf(arena, "%u", DATA_CUSTOMER_CODE_BASE + id);
    EventList *lists = ARENA_ARRAY(arena, EventList, data->schema->streams_count);
    CustomerRow row = {.id = {id}, .code = code, .events = lists};
    row.values = make_values(data, &random, code, arena);
    size_t count = random_number_of(&random, share * data->purchases);
    lists[STREAM_PURCHASE] =
        make_purchases(data, &random, count, 1 + (uint64_t)(before * data->purchases), arena);
    count = random_number_of(&random, share * data->interactions);
    lists[STREAM_INTERACTION] = make_interactions(&random, count, arena);
    count = random_number_of(&random, share * data->settlements);
    lists[STREAM_SETTLEMENT] = make_settlements(&random, count, arena);
    return row;
}

/* ---- all of them, one after another ---- */

typedef struct {
    CustomerSource base;
    const BenchData *data;
    uint32_t begin, end, at; /* ids at .. end-1 are still to come */
} DataSource;

static Status data_source_rewind(CustomerSource *source, Error *err)
{
    DataSource *own = (DataSource *)source;
    (void)err;
    own->at = own->begin;
    return STATUS_OK;
}

static Status data_source_next(CustomerSource *source, Arena *arena, CustomerRow *ret_row,
                               Error *err)
{
    DataSource *own = (DataSource *)source;
    (void)err;
    *ret_row = (CustomerRow){0};
    if (own->at < own->end) *ret_row = bench_data_customer(own->data, own->at++, arena);
    return STATUS_OK;
}

CustomerSource *bench_data_source(const BenchData *data, uint32_t begin, uint32_t end, Arena *arena)
{
    DataSource *source = ARENA_NEW(arena, DataSource);
    *source = (DataSource){.base = {data_source_rewind, data_source_next, data->schema},
                           .data = data,
                           .begin = begin,
                           .end = end,
                           .at = begin};
    return &source->base;
}
