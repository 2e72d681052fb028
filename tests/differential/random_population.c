/* random_population.c -- random data sets. */
#include "differential/random_population.h"

#include "base/fold.h"
#include "model/built_in.h"

#define WORD(literal)                \
    {                                \
        literal, sizeof(literal) - 1 \
    }

const Text random_words[] = {
    WORD("Москва"),
    WORD("МОСКВА"),
    WORD(" москва "),
    WORD("Орёл"),
    WORD("Орел"),
    WORD("ОРЁЛ"),
    WORD("Київ"),
    WORD("Йошкар-Ола"),
    WORD("йошкар-ола"),
    WORD("a b"),
    WORD("A  B"),
    WORD("a\xc2\xa0"
         "b"),
    WORD("a\tb"),
    WORD("Stra\xc3\x9f"
         "e"),
    WORD("STRASSE"),
    WORD("007"),
    WORD("7"),
    WORD("O'Neil"),
    WORD("\"в\" кавычках"),
    WORD("100%"),
    WORD("e\xcc\x81t\xc3\xa9"),
    WORD("\xc3\xa9te\xcc\x81"),
    WORD("charge"),
    WORD("payment"),
    WORD("Ярославль"),
    WORD("a"),
    WORD("aa"),
    WORD("б\\а"),
};
const size_t random_words_count = sizeof random_words / sizeof random_words[0];

const Text random_paths[] = {
    WORD("Центр"),
    WORD("Центр / Москва"),
    WORD("центр / МОСКВА"),
    WORD("Центр / Москва / Юг"),
    WORD("Юг"),
    WORD("Юг / Москва"),
    WORD("Юг / Центр"),
    WORD("Центр / Центр"),
    WORD("Север/Юг"),
    WORD("Орёл / Орел"),
    WORD("Инструмент / Дрели"),
    WORD("Инструмент / свёрла"),
    WORD("Инструмент / Свёрла"),
};
const size_t random_paths_count = sizeof random_paths / sizeof random_paths[0];

Text random_word(Random *random)
{
    return random_words[random_below(random, random_words_count)];
}

Text random_path(Random *random)
{
    return random_paths[random_below(random, random_paths_count)];
}

/* ---- days ---- */

static Date special_day(Random *random)
{
    static const int days[][3] = {{2024, 2, 29},  {2024, 2, 28},  {2024, 3, 1},   {2025, 2, 28},
                                  {2025, 3, 1},   {2024, 12, 31}, {2025, 1, 1},   {2025, 12, 29},
                                  {2025, 3, 30},  {2025, 10, 26}, {2025, 3, 31},  {2025, 4, 30},
                                  {2025, 5, 31},  {2025, 6, 30},  {2024, 12, 30}, {2026, 1, 1},
                                  {2025, 12, 31}, {2025, 8, 31},  {2025, 9, 29},  {2024, 9, 30}};
    const int *day = days[random_below(random, sizeof days / sizeof days[0])];
    return date_of(day[0], day[1], day[2]);
}

Date random_day(Random *random)
{
    if (random_chance(random, 0.35)) return special_day(random);
    return (Date){
        (int32_t)random_between(random, date_of(2024, 1, 1).day, date_of(2026, 1, 31).day)};
}

Date random_as_of(Random *random)
{
    if (random_chance(random, 0.05)) return date_of(2023, 1, 15); /* before everything */
    if (random_chance(random, 0.3)) return date_of(2026, 3, 31);
    return random_day(random);
}

Date random_birth(Random *random)
{
    if (random_chance(random, 0.2)) return date_of(random_chance(random, 0.5) ? 1996 : 1968, 2, 29);
    if (random_chance(random, 0.1)) return random_day(random); /* perhaps in the future */
    int year = (int)random_between(random, 1901, 2015), month = (int)random_between(random, 1, 12);
    return date_of(year, month, (int)random_between(random, 1, date_days_in_month(year, month)));
}

/* ---- values ---- */

int64_t random_mantissa(Random *random, bool is_huge_allowed)
{
    if (random_chance(random, 0.1)) return 0;
    if (is_huge_allowed && random_chance(random, 0.05)) {
        int64_t huge = DECIMAL_MANTISSA_MAX - (int64_t)random_below(random, 3);
        return random_chance(random, 0.5) ? huge : -huge;
    }
    int64_t limits[] = {5, 100, 100000, 2000000000, 5000000000000};
    int64_t limit = limits[random_below(random, sizeof limits / sizeof limits[0])];
    return random_between(random, random_chance(random, 0.3) ? -limit : 0, limit);
}

typedef struct {
    Random *random;
    Population *population;
    bool is_huge_allowed;
    double missing; /* chance of a missing value */
} Maker;

static Value random_set(Maker *maker, bool is_of_paths)
{
    Text members[3];
    size_t count = 1 + random_below(maker->random, 3);
    for (size_t i = 0; i < count; i++)
        members[i] = is_of_paths ? random_path(maker->random) : random_word(maker->random);
    return value_set(maker->population->arena, members, count);
}

static Value random_value(Maker *maker, PropertyType type)
{
    Random *random = maker->random;
    if (random_chance(random, maker->missing)) return value_missing();
    switch (type) {
    case PROPERTY_BOOL: return value_bool(random_chance(random, 0.5));
    case PROPERTY_NUMBER:
    case PROPERTY_MONEY: return value_decimal(random_mantissa(random, maker->is_huge_allowed));
    case PROPERTY_DATE:
        return value_date(random_chance(random, 0.5) ? random_birth(random) : random_day(random));
    case PROPERTY_TEXT:
    case PROPERTY_ENUM: return value_text(random_word(random));
    case PROPERTY_HIERARCHY: return value_text(random_path(random));
    case PROPERTY_SET: return random_set(maker, false);
    case PROPERTY_HIERARCHY_SET: return random_set(maker, true);
    case PROPERTY_TYPE_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

static Value random_property_value(Maker *maker, const Property *property)
{
    if (property->allowed_count == 0) return random_value(maker, property->type);
    if (random_chance(maker->random, maker->missing)) return value_missing();
    return value_text(property->allowed[random_below(maker->random, property->allowed_count)]);
}

/* ---- the schema ---- */

static void add_properties(Maker *maker)
{
    Population *population = maker->population;
    Random *random = maker->random;
    population_add_property(population, TEXT("Площадь магазина"), PROPERTY_NUMBER, 2);
    population_add_property(population, TEXT("точность"), PROPERTY_NUMBER, 9);
    population_add_property(population, TEXT("p_n"), PROPERTY_NUMBER,
                            (uint8_t)random_below(random, 10));
    population_add_property(population, TEXT("tags"), PROPERTY_SET, 0);
    population_add_property(population, TEXT("территории"), PROPERTY_HIERARCHY_SET, 0);
    population_add_property(population, TEXT("since \"x\""), PROPERTY_DATE, 0);
}

static void add_stream(Maker *maker)
{
    uint8_t scale = (uint8_t)random_below(maker->random, 10);
    const Field fields[] = {
        {.name = TEXT("size"), .type = PROPERTY_NUMBER, .scale = scale},
        {.name = TEXT("price"), .type = PROPERTY_MONEY},
        {.name = TEXT("note"), .type = PROPERTY_TEXT},
        {.name = TEXT("place"), .type = PROPERTY_HIERARCHY},
        {.name = TEXT("flag"), .type = PROPERTY_BOOL},
        {.name = TEXT("due on"), .type = PROPERTY_DATE},
        {.name = TEXT("thing"), .type = PROPERTY_TEXT, .role = FIELD_ITEM},
        {.name = TEXT("tiny"), .type = PROPERTY_NUMBER, .scale = 9},
    };
    population_add_stream(maker->population, TEXT("визит"), fields,
                          sizeof fields / sizeof fields[0]);
}

static void add_names(Maker *maker)
{
    Population *population = maker->population;
    population_add_metric(population, TEXT("revenue"), TEXT("sum(purchase.amount)"));
    population_add_metric(population, TEXT("средний чек"),
                          TEXT("sum(purchase.amount) / distinct(purchase.order)"));
    population_add_metric(population, TEXT("is_new"), TEXT("days_since_first(purchase) <= 90"));
    population_add_metric(population, TEXT("best"), TEXT("most_common(purchase.item)"));
    population_add_metric(population, TEXT("top_region"),
                          TEXT("if(top 3 by revenue, region, missing)"));
    population_add_segment(population, TEXT("Стоп-лист"), false, TEXT(""));
    population_add_segment(population, TEXT("Активные"), true,
                           TEXT("any(purchase, last 90 days) or is_new"));
    population_add_saved(population, TEXT("Акция"));
    population_add_classification(population, TEXT("ABC"));
    population_add_score(population, TEXT("churn"));
    population_use_lookups(population, random_next(maker->random));
}

/* ---- items, customers, events ---- */

static void add_items(Maker *maker)
{
    Random *random = maker->random;
    Arena *arena = maker->population->arena;
    size_t count = 3 + random_below(random, 8);
    for (size_t i = 0; i < count; i++) {
        /* codes that fold alike and codes that are another item's name */
        Text code = random_chance(random, 0.5)
                        ? arena_printf(arena, "%s%zu", random_chance(random, 0.5) ? "к" : "К", i)
                        : arena_printf(arena, "%.*s/%zu", TEXT_FORMAT(random_word(random)), i);
        /* the store keeps codes composed and trimmed */
        Item *item = population_add_item(maker->population, text_trim(text_nfc(code, arena)));
        if (random_chance(random, 0.8)) item->name = random_word(random);
        if (random_chance(random, 0.1)) item->name = TEXT("к1");
        if (random_chance(random, 0.8)) item->group = random_path(random);
        if (random_chance(random, 0.6)) item->brand = random_word(random);
        item->price = random_value(maker, PROPERTY_MONEY);
        item->cost = random_value(maker, PROPERTY_MONEY);
    }
}

static Moment random_moment(Random *random)
{
    static const int hours[] = {0, 0, 9, 12, 18, 23};
    int hour = hours[random_below(random, sizeof hours / sizeof hours[0])];
    bool is_last_second = hour == 23 && random_chance(random, 0.5);
    return moment_of(random_day(random), hour, is_last_second ? 59 : 0, is_last_second ? 59 : 0);
}

static Value random_field_value(Maker *maker, const Stream *stream, const Field *field)
{
    if (field->role == FIELD_ITEM) {
        if (random_chance(maker->random, maker->missing)) return value_missing();
        const ItemRows *items = &maker->population->items;
        return value_item(items->items[random_below(maker->random, items->count)]);
    }
    bool is_kind = stream_is(stream, STREAM_SETTLEMENT) && field->slot == SETTLEMENT_KIND;
    if (is_kind && random_chance(maker->random, 0.9))
        return value_text(random_chance(maker->random, 0.6) ? TEXT("charge") : TEXT("Payment"));
    return random_value(maker, field->type);
}

/* Now and then in the second of the event before, or as its copy. */
static void add_events(Maker *maker, Person *person, size_t stream_index, size_t count)
{
    const Stream *stream = &maker->population->schema->streams[stream_index];
    Moment at = random_moment(maker->random);
    const Value *before = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!random_chance(maker->random, 0.25)) at = random_moment(maker->random);
        Value *values = population_add_event(maker->population, person, stream_index, at);
        bool is_copy = before != NULL && random_chance(maker->random, 0.1);
        for (size_t f = 0; f < stream->fields_count; f++)
            values[f] = is_copy ? before[f] : random_field_value(maker, stream, &stream->fields[f]);
        /* the store makes a missing amount of quantity and price */
        if (stream_is(stream, STREAM_PURCHASE) && value_is_missing(values[PURCHASE_AMOUNT]))
            values[PURCHASE_QUANTITY] = value_missing();
        before = values;
    }
}

static void add_person(Maker *maker, size_t number)
{
    static const char *const prefixes[] = {"C", "c", "К-", "", "Ё"};
    Population *population = maker->population;
    Random *random = maker->random;
    const Schema *schema = population->schema;
    const char *prefix = prefixes[random_below(random, sizeof prefixes / sizeof prefixes[0])];
    Person *person =
        population_add_person(population, arena_printf(population->arena, "%s%zu", prefix, number));
    for (size_t i = 1; i < schema->properties_count; i++)
        person->values[i] = random_property_value(maker, &schema->properties[i]);
    person->values[BUILT_IN_KIND] =
        value_text(random_chance(random, 0.5) ? TEXT("person") : TEXT("company"));
    person->values[BUILT_IN_BIRTH_DATE] =
        random_chance(random, 0.2) ? value_missing() : value_date(random_birth(random));
    for (size_t s = 0; s < schema->streams_count; s++) {
        size_t most = s == STREAM_CONTACT ? 2 : random_chance(random, 0.1) ? 40 : 9;
        if (!random_chance(random, 0.2)) add_events(maker, person, s, random_below(random, most));
    }
}

Population *random_population(Random *random, Arena *arena)
{
    Maker maker = {.random = random,
                   .population = population_new(arena),
                   .is_huge_allowed = random_chance(random, 0.1),
                   .missing = random_chance(random, 0.3) ? 0.5 : 0.15};
    add_properties(&maker);
    add_stream(&maker);
    add_names(&maker);
    add_items(&maker);
    size_t count = 4 + random_below(random, 24);
    for (size_t i = 0; i < count; i++)
        add_person(&maker, i);
    population_finish(maker.population);
    return maker.population;
}
