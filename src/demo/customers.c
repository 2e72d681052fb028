/* customers.c -- the customers of the demo company that chance makes up: who they are. */
#include "demo/company.h"
#include "demo/world.h"

#include <string.h>

enum { PURPOSE = 1, CODE_FIRST_RANDOM = 201, SHOP_ORDERS_MAX = 12 };

static const Choice managers[] = {{"Иванов", 20},   {"Петров", 18},   {"Сидорова", 16},
                                  {"Кузнецов", 14}, {"Смирнова", 12}, {"Попов", 10},
                                  {"Морозова", 8}};
static const Choice sales_reps[] = {
    {"Орлов", 10}, {"Зайцева", 10}, {"Киселёв", 8}, {"Белова", 8}, {"Тихонов", 6}};
static const Choice education[] = {
    {"высшее", 45}, {"среднее специальное", 35}, {"среднее", 15}, {"учёная степень", 2}};
static const Choice marital_status[] = {
    {"женат / замужем", 55}, {"не в браке", 25}, {"в разводе", 14}, {"вдовец / вдова", 4}};
static const Choice interests[] = {{"спорт", 20},      {"ремонт", 24},    {"сад", 18},
                                   {"автомобили", 18}, {"рыбалка", 12},   {"путешествия", 14},
                                   {"музыка", 8},      {"кулинария", 10}, {"технологии", 10}};
static const Choice life_goals[] = {
    {"семья", 30}, {"карьера", 18}, {"здоровье", 18}, {"свой дом", 20}, {"самореализация", 10}};
static const Choice values[] = {{"надёжность", 26},      {"экономия", 24},      {"статус", 8},
                                {"забота о природе", 8}, {"независимость", 14}, {"традиции", 12}};
static const Choice work_preferences[] = {
    {"работа руками", 24}, {"работа в офисе", 24}, {"своё дело", 14}, {"удалённая работа", 14}};
static const Choice leisure_preferences[] = {{"дача", 26},
                                             {"туризм", 16},
                                             {"дом и семья", 24},
                                             {"активный спорт", 12},
                                             {"кино и театр", 14}};
static const Choice value_wanted[] = {{"низкая цена", 28},
                                      {"качество", 26},
                                      {"быстрая доставка", 18},
                                      {"совет продавца", 12},
                                      {"гарантия", 16}};
static const Choice person_channels[] = {
    {"email", 34}, {"sms", 18}, {"phone", 16}, {"messenger", 26}, {"post", 2}};
static const Choice firm_channels[] = {
    {"email", 50}, {"phone", 30}, {"visit", 12}, {"messenger", 8}};
static const Choice funnel_stages[] = {{"первый контакт", 8},
                                       {"предложение", 12},
                                       {"переговоры", 12},
                                       {"договор", 18},
                                       {"отгрузки", 50}};
static const Choice loyalty_stages[] = {
    {"потенциальный клиент", 6}, {"покупатель", 40}, {"клиент", 34},
    {"сторонник", 14},           {"адвокат", 5},     {"деловой партнёр", 1}};
static const Choice business_scales[] = {
    {"микро", 40}, {"малый", 34}, {"средний", 18}, {"крупный", 5}};
static const Choice products_in_use[] = {
    {"электроинструмент", 30},       {"ручной инструмент", 24},    {"садовая техника", 12},
    {"холодильное оборудование", 8}, {"кассовое оборудование", 8}, {"спецодежда", 16}};

/* What a trade says of its firms: lines of activity, specialisations, ends of names. */
typedef struct {
    Choice activities[4];
    Choice specialisations[5];
    const char *ends[8];
} TradeWords;

static const TradeWords trade_words[TRADE_COUNT] = {
    [TRADE_SHOP] = {{{"Торговля", 80}, {"Услуги", 8}, {"Общественное питание", 8}, {"Склад", 4}},
                    {{"продукты", 40},
                     {"хозяйственные товары", 20},
                     {"одежда", 16},
                     {"стройматериалы", 14},
                     {"зоотовары", 8}},
                    {"маркет", "торг", "продукт", "-магазин", "-универсам", "товары", "опт",
                     "-сеть"}},
    [TRADE_FACTORY] = {{{"Производство", 84}, {"Торговля", 8}, {"Ремонт", 6}, {"Склад", 2}},
                       {{"металлоконструкции", 30},
                        {"мебель", 22},
                        {"пищевое производство", 18},
                        {"станки", 14},
                        {"пластик", 14}},
                       {"завод", "маш", "металл", "пром", "мебель", "сталь", "пласт", "станко"}},
    [TRADE_BUILDER] = {{{"Строительство", 84}, {"Ремонт", 10}, {"Торговля", 4}, {"Услуги", 2}},
                       {{"жилые дома", 34},
                        {"отделка", 28},
                        {"дороги", 12},
                        {"электромонтаж", 16},
                        {"кровля", 10}},
                       {"строй", "монтаж", "дом", "ремонт", "-отделка", "строймонтаж", "кровля",
                        "электро"}},
    [TRADE_GARAGE] = {{{"Ремонт", 70}, {"Услуги", 20}, {"Торговля", 8}, {"Склад", 2}},
                      {{"автосервис", 60},
                       {"шиномонтаж", 20},
                       {"бытовая техника", 10},
                       {"грузовики", 8},
                       {"мойка", 2}},
                      {"авто", "-сервис", "моторс", "-гараж", "шина", "-ремонт", "авторемонт",
                       "техно"}},
    [TRADE_FARM] =
        {{{"Сельское хозяйство", 80}, {"Производство", 10}, {"Торговля", 8}, {"Услуги", 2}},
         {{"овощи", 30}, {"молоко", 24}, {"зерно", 24}, {"теплицы", 14}, {"птица", 8}},
         {"агро", "-ферма", "поле", "-хозяйство", "зерно", "молоко", "-сад", "теплица"}},
};

static const Choice trades[] = {{"person", 58},  {"shop", 8},   {"factory", 10},
                                {"builder", 12}, {"garage", 7}, {"farm", 5}};

static Trade pick_trade(Random *random)
{
    static const char *const words[TRADE_COUNT] = {"person",  "shop",   "factory",
                                                   "builder", "garage", "farm"};
    const char *word = WORLD_PICK(random, trades);
    Trade trade = TRADE_PERSON;
    while (strcmp(words[trade], word) != 0)
        trade++;
    return trade;
}

static void set_choice(DemoCustomer *customer, int slot, const char *text)
{
    customer->values[slot] = value_text(text_of(text));
}

static void set_several(Company *company, DemoCustomer *customer, int slot, Random *random,
                        const Choice *choices, size_t count)
{
    enum { SEVERAL_MAX = 3 };
    Text *texts = ARENA_ARRAY(company->arena, Text, SEVERAL_MAX);
    size_t found = world_pick_several(random, choices, count, SEVERAL_MAX, texts);
    customer->values[slot] = value_set(company->arena, texts, found);
}
#define SET_SEVERAL(company, customer, slot, random, choices)       \
    set_several((company), (customer), (slot), (random), (choices), \
                sizeof(choices) / sizeof((choices)[0]))

static int64_t money(double roubles)
{
    return (int64_t)roubles * DECIMAL_POW10[MONEY_SCALE];
}

static void set_bool(DemoCustomer *customer, int slot, bool boolean)
{
    customer->values[slot] = value_bool(boolean);
}

/* ---- people ---- */

static void set_family(Company *company, DemoCustomer *customer, Random *random)
{
    (void)company;
    if (random_chance(random, 0.62))
        set_choice(customer, BUILT_IN_EDUCATION, WORLD_PICK(random, education));
    if (random_chance(random, 0.55))
        set_choice(customer, BUILT_IN_MARITAL_STATUS, WORLD_PICK(random, marital_status));
    if (random_chance(random, 0.5))
        customer->values[BUILT_IN_CHILDREN] = value_decimal(world_poisson(random, 1.1));
    if (random_chance(random, 0.4)) {
        double income = 55000.0 * world_skewed(random, 0.5);
        customer->values[BUILT_IN_INCOME] = value_decimal(money(income / 1000.0) * 1000);
    }
    if (random_chance(random, 0.45))
        set_bool(customer, BUILT_IN_OWNS_HOME, random_chance(random, 0.7));
    if (random_chance(random, 0.6)) {
        int cars = world_poisson(random, 0.7);
        customer->values[BUILT_IN_CARS] = value_decimal(cars);
        set_bool(customer, BUILT_IN_OWNS_CAR, cars > 0);
    }
}

static void set_mind(Company *company, DemoCustomer *customer, Random *random)
{
    if (random_chance(random, 0.4))
        SET_SEVERAL(company, customer, BUILT_IN_INTERESTS, random, interests);
    if (random_chance(random, 0.15))
        SET_SEVERAL(company, customer, BUILT_IN_LIFE_GOALS, random, life_goals);
    if (random_chance(random, 0.15))
        SET_SEVERAL(company, customer, BUILT_IN_VALUES, random, values);
    if (random_chance(random, 0.12))
        SET_SEVERAL(company, customer, BUILT_IN_WORK_PREFERENCES, random, work_preferences);
    if (random_chance(random, 0.2))
        SET_SEVERAL(company, customer, BUILT_IN_LEISURE_PREFERENCES, random, leisure_preferences);
}

static void set_birth_date(Company *company, DemoCustomer *customer, Random *random)
{
    double age_years = 18.0 + 55.0 * (random_unit(random) + random_unit(random)) / 2.0;
    Date birth = {company->until.day - (int32_t)(age_years * 365.25)};
    customer->values[BUILT_IN_BIRTH_DATE] = value_date(birth);
}

static void make_person(Company *company, DemoCustomer *customer, Random *random)
{
    customer->is_woman = random_chance(random, 0.42);
    PersonName name = world_person(random, customer->is_woman);
    customer->values[BUILT_IN_NAME] = value_text(world_full_name(name, company->arena));
    if (random_chance(random, 0.93))
        set_choice(customer, BUILT_IN_GENDER, customer->is_woman ? "female" : "male");
    if (random_chance(random, 0.7)) set_birth_date(company, customer, random);
    set_family(company, customer, random);
    set_mind(company, customer, random);
    if (random_chance(random, 0.25)) {
        customer->values[BUILT_IN_USES_PER_MONTH] =
            value_decimal((int64_t)(400.0 * world_skewed(random, 0.8)) / 50 * 50);
    }
    if (random_chance(random, 0.72))
        set_choice(customer, BUILT_IN_PREFERRED_CHANNEL, WORLD_PICK(random, person_channels));
    customer->orders_per_year = 3.2 * world_skewed(random, 0.85);
}

/* ---- firms ---- */

static void name_firm(Company *company, DemoCustomer *customer, Random *random)
{
    if (random_chance(random, 0.22)) {
        bool is_woman = random_chance(random, 0.35);
        customer->is_woman = is_woman;
        PersonName name = world_person(random, is_woman);
        customer->values[BUILT_IN_NAME] = value_text(arena_printf(
            company->arena, "ИП %s %s %s", name.surname, name.first_name, name.patronymic));
        if (random_chance(random, 0.5)) set_birth_date(company, customer, random);
        if (random_chance(random, 0.6))
            set_choice(customer, BUILT_IN_GENDER, is_woman ? "female" : "male");
        return;
    }
    const char *form = random_chance(random, 0.9) ? "ООО" : "АО";
    const char *end = trade_words[customer->trade].ends[random_below(random, 8)];
    Text name = arena_printf(company->arena, "%s «%s%s»", form, world_firm_begin(random), end);
    customer->values[BUILT_IN_NAME] = value_text(name);
}

static void set_size(DemoCustomer *customer, Random *random)
{
    static const int employees_usual[] = {6, 40, 150, 700};
    if (random_chance(random, 0.8)) {
        const char *scale = WORLD_PICK(random, business_scales);
        set_choice(customer, BUILT_IN_BUSINESS_SCALE, scale);
        size_t rank = 0;
        while (strcmp(business_scales[rank].text, scale) != 0)
            rank++;
        if (random_chance(random, 0.7)) {
            double employees = employees_usual[rank] * world_skewed(random, 0.4);
            customer->values[BUILT_IN_EMPLOYEES] = value_decimal(1 + (int64_t)employees);
        }
    }
    /* Shops of chance buy far less than Table 1 asks for: its segments hold the cast only. */
    if (customer->trade == TRADE_SHOP && random_chance(random, 0.85)) {
        double area = 260.0 * world_skewed(random, 1.1);
        customer->shop_area = value_decimal((int64_t)(area * 10.0));
    }
}

static void set_terms(Company *company, DemoCustomer *customer, uint32_t index, Random *random)
{
    static const Choice terms[] = {{"предоплата", 24}, {"14", 26}, {"30", 40}, {"45", 10}};
    const char *term = WORLD_PICK(random, terms);
    bool is_prepaid = strcmp(term, "предоплата") == 0;
    customer->terms_days = is_prepaid ? -1 : (term[0] - '0') * 10 + (term[1] - '0');
    Text text = is_prepaid ? text_of(term) : arena_printf(company->arena, "отсрочка %s дней", term);
    customer->values[BUILT_IN_PAYMENT_TERMS] = value_text(text);
    customer->values[BUILT_IN_CONTRACT] =
        value_text(arena_printf(company->arena, "Д-%05u", (unsigned)index + 1));
    if (!is_prepaid) {
        double limit = 150000.0 * world_skewed(random, 0.9);
        customer->values[BUILT_IN_CREDIT_LIMIT] = value_decimal(money(limit / 10000.0) * 10000);
    }
}

static void make_firm(Company *company, DemoCustomer *customer, uint32_t index, Random *random)
{
    const TradeWords *words = &trade_words[customer->trade];
    name_firm(company, customer, random);
    SET_SEVERAL(company, customer, BUILT_IN_ACTIVITY, random, words->activities);
    if (random_chance(random, 0.75))
        SET_SEVERAL(company, customer, BUILT_IN_SPECIALISATION, random, words->specialisations);
    set_size(customer, random);
    set_terms(company, customer, index, random);
    if (random_chance(random, 0.3)) {
        double declared = 80000.0 * world_skewed(random, 1.0);
        customer->values[BUILT_IN_DECLARED_PURCHASES] =
            value_decimal(money(declared / 1000.0) * 1000);
    }
    if (random_chance(random, 0.6))
        set_choice(customer, BUILT_IN_PREFERRED_CHANNEL, WORLD_PICK(random, firm_channels));
    if (random_chance(random, 0.8))
        set_choice(customer, BUILT_IN_FUNNEL_STAGE, WORLD_PICK(random, funnel_stages));
    customer->orders_per_year = 7.5 * world_skewed(random, 0.8);
    if (customer->trade == TRADE_SHOP && customer->orders_per_year > SHOP_ORDERS_MAX)
        customer->orders_per_year = SHOP_ORDERS_MAX;
}

/* ---- both ---- */

static const char *town_mark(const Place *place)
{
    if (strcmp(place->settlement_type, "село") == 0) return "с.";
    return strcmp(place->settlement_type, "посёлок") == 0 ? "пос." : "г.";
}

static void set_place(Company *company, DemoCustomer *customer, Random *random)
{
    static const char *const streets[] = {"Лесная",   "Садовая", "Заводская", "Мира",     "Ленина",
                                          "Школьная", "Новая",   "Речная",    "Парковая", "Южная"};
    if (!random_chance(random, 0.96)) return; /* of some nothing is known */
    const Place *place = world_pick_place(random);
    customer->values[BUILT_IN_REGION] = value_text(world_region(place, company->arena));
    set_choice(customer, BUILT_IN_CITY, place->town);
    if (random_chance(random, 0.9)) {
        set_choice(customer, BUILT_IN_SETTLEMENT_TYPE, place->settlement_type);
        set_choice(customer, BUILT_IN_TERRAIN, place->terrain);
        customer->values[BUILT_IN_SETTLEMENT_SIZE] = value_decimal(place->population);
    }
    if (random_chance(random, 0.7))
        customer->values[BUILT_IN_ADDRESS] = value_text(
            arena_printf(company->arena, "%s %s, ул. %s, д. %d", town_mark(place), place->town,
                         streets[random_below(random, 10)], (int)random_between(random, 1, 120)));
}

/* The telephone code 000 belongs to nobody, and so does the domain .example. */
static void set_contacts(Company *company, DemoCustomer *customer, uint32_t index, Random *random)
{
    if (random_chance(random, 0.88))
        customer->values[BUILT_IN_PHONE] = value_text(
            arena_printf(company->arena, "+7 000 %03u-%02u-%02u", (unsigned)(index / 10 % 1000),
                         (unsigned)random_below(random, 100), (unsigned)(index % 100)));
    if (random_chance(random, 0.74))
        customer->values[BUILT_IN_EMAIL] =
            value_text(arena_printf(company->arena, "client%u@%s.example", (unsigned)index + 1,
                                    customer->trade == TRADE_PERSON ? "mail" : "firm"));
}

static void set_consents(DemoCustomer *customer, Random *random)
{
    if (random_chance(random, 0.9))
        set_bool(customer, BUILT_IN_CONSENT_DATA, random_chance(random, 0.97));
    if (random_chance(random, 0.8))
        set_bool(customer, BUILT_IN_CONSENT_ADVERTISING, random_chance(random, 0.72));
    if (random_chance(random, 0.06)) set_bool(customer, BUILT_IN_OPT_OUT_EMAIL, true);
    if (random_chance(random, 0.04)) set_bool(customer, BUILT_IN_OPT_OUT_SMS, true);
    if (random_chance(random, 0.05)) set_bool(customer, BUILT_IN_OPT_OUT_CALLS, true);
}

static void set_relation(Company *company, DemoCustomer *customer, Random *random)
{
    bool is_firm = customer->trade != TRADE_PERSON;
    if (random_chance(random, is_firm ? 0.97 : 0.35))
        set_choice(customer, BUILT_IN_MANAGER, WORLD_PICK(random, managers));
    if (random_chance(random, is_firm ? 0.55 : 0.05))
        set_choice(customer, BUILT_IN_SALES_REP, WORLD_PICK(random, sales_reps));
    if (random_chance(random, 0.9)) set_bool(customer, BUILT_IN_VIP, random_chance(random, 0.03));
    if (random_chance(random, 0.3))
        set_choice(customer, BUILT_IN_LOYALTY_STAGE, WORLD_PICK(random, loyalty_stages));
    if (random_chance(random, 0.18)) {
        int64_t score = 10 - world_poisson(random, 2.4);
        customer->values[BUILT_IN_NPS] = value_decimal(score < 0 ? 0 : score);
    }
    if (random_chance(random, 0.22))
        SET_SEVERAL(company, customer, BUILT_IN_VALUE_WANTED, random, value_wanted);
    if (random_chance(random, 0.35)) {
        SET_SEVERAL(company, customer, BUILT_IN_PRODUCTS_IN_USE, random, products_in_use);
        if (random_chance(random, 0.6))
            customer->values[BUILT_IN_IN_USE_SINCE] =
                value_date((Date){customer->since.day + (int32_t)random_below(random, 200)});
    }
}

/* When he comes and goes: most were there before the first year, some are new, some left. */
static void set_life(Company *company, DemoCustomer *customer, Random *random)
{
    int32_t days = company->until.day - company->since.day + 1;
    customer->since = company->since;
    customer->until = company->until;
    if (random_chance(random, 0.5))
        customer->since.day += (int32_t)random_below(random, (uint64_t)days);
    int32_t left = company->until.day - customer->since.day;
    if (random_chance(random, 0.22) && left > 120)
        customer->until.day = customer->since.day + (int32_t)random_between(random, 30, left);
    customer->trend = 0.15 * random_normal(random);
}

static void make_customer(Company *company, uint32_t index)
{
    DemoCustomer *customer = company_new_customer(company);
    Random random = company_random(company, index, PURPOSE);
    customer->code = arena_printf(company->arena, "%06u", (unsigned)(CODE_FIRST_RANDOM + index));
    customer->trade = pick_trade(&random);
    set_life(company, customer, &random);
    if (customer->trade == TRADE_PERSON) {
        make_person(company, customer, &random);
    } else {
        make_firm(company, customer, index, &random);
    }
    set_place(company, customer, &random);
    set_contacts(company, customer, index, &random);
    set_consents(customer, &random);
    set_relation(company, customer, &random);
}

void company_add_customers(Company *company)
{
    while (company->customers_count < DEMO_CUSTOMERS_COUNT)
        make_customer(company, (uint32_t)company->customers_count);
}
