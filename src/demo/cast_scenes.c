/* cast_scenes.c -- the scenes of the cast: who stands just inside and just outside of each
 * question.
 */
#include "demo/cast.h"

#define DRILL       "Супер дрель" /* 10 000.00 a piece */
#define OTHER_DRILL "Дрель ударная ДУ-850"
#define BIT         "Сверло по металлу 6 мм" /* in the group Свёрла */

enum { ROUBLE = 100 };

/* ---- Москва, Иванов, «Супер дрель» over 40 000 in the quarter; who bought it at all ---- */

static uint32_t drill_buyer(Cast *cast, const char *name)
{
    return cast_firm(cast, name, "Москва", "Иванов", "Торговля");
}

static void play_drills_inside(Cast *cast)
{
    Date middle = {cast->quarter_begin.day + 40};
    uint32_t more = drill_buyer(cast, "ООО «На копейку больше»");
    CastPurchase purchase = {.customer = more,
                             .at = cast_noon(middle),
                             .item = DRILL,
                             .quantity = 5,
                             .amount_kopecks = 40000 * ROUBLE + 1};
    cast_buy(cast, &purchase);

    uint32_t edges = drill_buyer(cast, "ООО «По краям квартала»");
    purchase = (CastPurchase){.customer = edges,
                              .at = moment_of(cast->quarter_begin, 0, 0, 0),
                              .item = DRILL,
                              .quantity = 3};
    cast_buy(cast, &purchase);
    purchase.at = moment_of(cast->quarter_end, 23, 59, 59);
    cast_buy(cast, &purchase);

    uint32_t always = drill_buyer(cast, "ООО «Каждый квартал»");
    Date quarter = date_period_begin(cast->company->since, UNIT_QUARTER);
    for (; quarter.day + 45 <= cast->until.day; quarter = date_add(quarter, 1, UNIT_QUARTER))
        if (quarter.day + 45 >= cast->company->since.day)
            cast_buy_at_noon(cast, always, (Date){quarter.day + 45}, DRILL, 5);
}

static void play_drills_outside(Cast *cast)
{
    Date middle = {cast->quarter_begin.day + 40};
    cast_buy_at_noon(cast, drill_buyer(cast, "ООО «Ровно сорок тысяч»"), middle, DRILL, 4);
    uint32_t other_manager =
        cast_firm(cast, "ООО «Другой менеджер»", "Москва", "Петров", "Торговля");
    cast_buy_at_noon(cast, other_manager, middle, DRILL, 5);
    uint32_t other_town = cast_firm(cast, "ООО «Другой город»", "Тула", "Иванов", "Торговля");
    cast_buy_at_noon(cast, other_town, middle, DRILL, 5);
    cast_buy_at_noon(cast, drill_buyer(cast, "ООО «Другая дрель»"), middle, OTHER_DRILL, 10);

    uint32_t returned = drill_buyer(cast, "ООО «Вернули две»");
    CastPurchase purchase = {.customer = returned,
                             .at = cast_noon(middle),
                             .item = DRILL,
                             .quantity = 5,
                             .order = company_order_number(cast->company)};
    cast_buy(cast, &purchase);
    purchase.at = cast_noon((Date){middle.day + 3});
    purchase.quantity = -2;
    cast_buy(cast, &purchase);

    uint32_t early = drill_buyer(cast, "ООО «Секундой раньше»");
    purchase = (CastPurchase){.customer = early,
                              .at = moment_of((Date){cast->quarter_begin.day - 1}, 23, 59, 59),
                              .item = DRILL,
                              .quantity = 5};
    cast_buy(cast, &purchase);

    uint32_t all_back = drill_buyer(cast, "ООО «Вернули всё»");
    cast_buy_at_noon(cast, all_back, middle, DRILL, 1);
    cast_buy_at_noon(cast, all_back, (Date){middle.day + 5}, DRILL, -1);
}

/* ---- manufacturers with the drill and a claim of the last month ---- */

static uint32_t factory(Cast *cast, const char *name, bool has_drill)
{
    uint32_t index = cast_firm(cast, name, "Екатеринбург", "Сидорова", "Производство");
    cast_buy_at_noon(cast, index, cast_days_ago(cast, 400), has_drill ? DRILL : BIT, 1);
    return index;
}

static void claim(Cast *cast, uint32_t customer, Moment at)
{
    cast_talk(cast, customer, at, "claim", TEXT(""));
}

static void play_claims(Cast *cast)
{
    Date window_begin = {date_add(cast->until, -1, UNIT_MONTH).day + 1};
    Moment lately = cast_noon(cast_days_ago(cast, 10));
    claim(cast, factory(cast, "АО «Завод с претензией»", true), lately);
    claim(cast, factory(cast, "АО «Претензия сорок дней назад»", true),
          cast_noon(cast_days_ago(cast, 40)));
    claim(cast, factory(cast, "АО «Завод без дрели»", false), lately);
    claim(cast, factory(cast, "АО «Претензия в первый день»", true),
          moment_of(window_begin, 0, 0, 0));
    claim(cast, factory(cast, "АО «Претензия накануне»", true),
          moment_of((Date){window_begin.day - 1}, 23, 59, 59));
    cast_talk(cast, factory(cast, "АО «Звонок, а не претензия»", true), lately, "call", TEXT(""));

    uint32_t trader =
        cast_firm(cast, "ООО «Торговля с претензией»", "Пермь", "Сидорова", "Торговля");
    cast_buy_at_noon(cast, trader, cast_days_ago(cast, 200), DRILL, 1);
    claim(cast, trader, lately);

    uint32_t both = factory(cast, "АО «Претензия от технолога»", true);
    cast_set_texts(cast, both, BUILT_IN_ACTIVITY, "Торговля", "Производство");
    Text contact = cast_contact(cast, both, "Зуева Инна Павловна", "Главный инженер");
    cast_talk(cast, both, lately, "claim", contact);
}

/* ---- shops of Table 1: area and purchases of the three whole months before this one ---- */

typedef struct {
    int64_t area; /* tenths of a square metre; 0: unknown */
    int64_t months_roubles[3];
} ShopRow;

#define EACH_MONTH(roubles)       \
    {                             \
        roubles, roubles, roubles \
    }

static const ShopRow shop_rows[] = {
    {1990, EACH_MONTH(600000)},     /* too small */
    {2000, EACH_MONTH(500000)},     /* convenience store, both borders */
    {4999, EACH_MONTH(499999)},     /* a rouble short */
    {4999, EACH_MONTH(500000)},     /* convenience store, the largest */
    {5000, EACH_MONTH(800000)},     /* supermarket, both borders */
    {15000, EACH_MONTH(800000)},    /* supermarket, the largest */
    {15001, EACH_MONTH(900000)},    /* the gap begins */
    {17000, EACH_MONTH(5000000)},   /* the gap */
    {20000, EACH_MONTH(3000000)},   /* chain, both borders */
    {1000000, EACH_MONTH(3000000)}, /* chain, the largest */
    {1000010, EACH_MONTH(4000000)}, /* too large */
    {3000, EACH_MONTH(500000)},     /* convenience store */
    {3000, EACH_MONTH(499999)},     /* a rouble short */
    {10000, EACH_MONTH(800000)},    /* supermarket */
    {3500, {0, 0, 1500000}},        /* convenience store: the mean of the months counts */
    {3500, {0, 0, 1499999}},        /* a rouble short in all */
    {0, EACH_MONTH(700000)},        /* of unknown area: nowhere */
    {2500, EACH_MONTH(520000)},     /* convenience stores: six more make ten */
    {2800, EACH_MONTH(560000)},
    {3300, EACH_MONTH(610000)},
    {3900, EACH_MONTH(640000)},
    {4200, EACH_MONTH(700000)},
    {4600, EACH_MONTH(780000)},
    {7500, EACH_MONTH(850000)}, /* supermarkets: two more make five */
    {12000, EACH_MONTH(1400000)},
};

static void play_shop(Cast *cast, const ShopRow *row)
{
    Arena *arena = cast->company->arena;
    char digits[DECIMAL_TEXT_MAX];
    Text area = decimal_print(row->area, SHOP_AREA_SCALE, digits);
    Text name = row->area == 0 ? TEXT("Магазин неизвестной площади")
                               : arena_printf(arena, "Магазин, %.*s кв. м", TEXT_FORMAT(area));
    uint32_t index = cast_firm(cast, name.data, "Казань", "Кузнецов", "Торговля");
    if (row->area != 0) cast->company->customers[index].shop_area = value_decimal(row->area);
    Date this_month = date_period_begin(cast->until, UNIT_MONTH);
    for (int i = 0; i < 3; i++) {
        Date month = date_add(this_month, i - 3, UNIT_MONTH);
        if (row->months_roubles[i] > 0)
            cast_pay_for(cast, index, month, row->months_roubles[i] * ROUBLE);
    }
}

static void play_shops(Cast *cast)
{
    for (size_t i = 0; i < sizeof shop_rows / sizeof shop_rows[0]; i++)
        play_shop(cast, &shop_rows[i]);
    uint32_t late = cast_firm(cast, "Магазин, купивший сегодня", "Казань", "Кузнецов", "Торговля");
    cast->company->customers[late].shop_area = value_decimal(3000);
    cast_pay_for(cast, late, cast->until, 2000000 * ROUBLE);
}

/* ---- women of 25 to 34 from Moscow ---- */

static void play_woman(Cast *cast, const char *name, int years, int days_younger)
{
    uint32_t index = cast_person(cast, name, "Москва", true);
    Date birthday = date_add(cast->until, -years, UNIT_YEAR);
    cast_set(cast, index, BUILT_IN_BIRTH_DATE, value_date((Date){birthday.day + days_younger}));
}

static void play_women(Cast *cast)
{
    play_woman(cast, "Зимина Вера Олеговна", 25, 0);   /* 25 today: in */
    play_woman(cast, "Котова Дарья Романовна", 25, 1); /* 25 tomorrow: out */
    play_woman(cast, "Юдина Марина Юрьевна", 35, 1);   /* 35 tomorrow: in */
    play_woman(cast, "Рябова Ольга Сергеевна", 35, 0); /* 35 today: out */
    uint32_t far = cast_person(cast, "Исаева Яна Петровна", "Мытищи", true);
    uint32_t man = cast_person(cast, "Ершов Павел Ильич", "Москва", false);
    Value thirty = value_date(date_add(cast->until, -30, UNIT_YEAR));
    cast_set(cast, far, BUILT_IN_BIRTH_DATE, thirty);
    cast_set(cast, man, BUILT_IN_BIRTH_DATE, thirty);
    cast_person(cast, "Орехова Нина Борисовна", "Москва", true); /* of unknown age: out */
}

/* ---- regular buyers with an average order over 5 000; trial purchases ---- */

static void play_orders(Cast *cast, const char *name, const int64_t *kopecks, size_t count)
{
    uint32_t index = cast_person(cast, name, "Самара", false);
    for (size_t i = 0; i < count; i++)
        cast_pay_for(cast, index, cast_days_ago(cast, 100 + 60 * (int)i), kopecks[i]);
}

static void play_averages(Cast *cast)
{
    play_orders(cast, "Мухин Егор Андреевич", (int64_t[]){500000, 500000, 500000}, 3); /* out */
    play_orders(cast, "Зуев Антон Олегович", (int64_t[]){500000, 500000, 500003}, 3);  /* in */
    play_orders(cast, "Бобров Илья Фёдорович", (int64_t[]){900000, 900000}, 2); /* two: out */
}

static void play_trials(Cast *cast)
{
    uint32_t first = cast_person(cast, "Князев Олег Игоревич", "Омск", false);
    cast_buy_at_noon(cast, first, cast_days_ago(cast, 90), "Рулетка 5 м", 1); /* in */
    uint32_t late = cast_person(cast, "Логинов Юрий Иванович", "Омск", false);
    cast_buy_at_noon(cast, late, cast_days_ago(cast, 91), "Рулетка 5 м", 1); /* out */
    uint32_t twice = cast_person(cast, "Шилов Борис Павлович", "Омск", false);
    cast_buy_at_noon(cast, twice, cast_days_ago(cast, 20), "Рулетка 5 м", 1);
    cast_buy_at_noon(cast, twice, cast_days_ago(cast, 10), "Рулетка 10 м", 1); /* out */
    uint32_t lines = cast_person(cast, "Титов Вадим Семёнович", "Омск", false);
    CastPurchase line = {.customer = lines,
                         .at = cast_noon(cast_days_ago(cast, 15)),
                         .item = "Молоток слесарный 500 г",
                         .quantity = 1,
                         .order = company_order_number(cast->company)};
    cast_buy(cast, &line);
    line.item = "Рулетка 10 м"; /* two lines, one order: in */
    cast_buy(cast, &line);
}

/* ---- evening and card, sport, drills and then drill bits ---- */

static void evening_purchase(Cast *cast, const char *name, int hour, int minute, const char *method)
{
    uint32_t index = cast_person(cast, name, "Тверь", true);
    CastPurchase purchase = {.customer = index,
                             .at = moment_of(cast_days_ago(cast, 50), hour, minute, 0),
                             .item = "Уровень 1000 мм",
                             .quantity = 1,
                             .payment_method = method};
    cast_buy(cast, &purchase);
}

static void play_evenings(Cast *cast)
{
    evening_purchase(cast, "Белова Лидия Ивановна", 18, 0, "card");   /* in */
    evening_purchase(cast, "Чернова Раиса Петровна", 17, 59, "card"); /* out */
    evening_purchase(cast, "Фролова Инна Павловна", 19, 30, "cash");  /* out */
    uint32_t sport = cast_person(cast, "Быков Глеб Юрьевич", "Тверь", false);
    cast_set_texts(cast, sport, BUILT_IN_INTERESTS, "Спорт", "рыбалка"); /* in: folded */
    cast_set(cast, sport, BUILT_IN_PREFERRED_CHANNEL, value_text(TEXT("email")));
}

static void bits_after_drill(Cast *cast, const char *name, int days_after, int seconds_after)
{
    uint32_t index = cast_firm(cast, name, "Уфа", "Попов", "Строительство");
    Date drill_day = cast_days_ago(cast, 120);
    cast_buy_at_noon(cast, index, drill_day, OTHER_DRILL, 1);
    Moment at = cast_noon((Date){drill_day.day + days_after});
    at.second += seconds_after;
    CastPurchase bits = {.customer = index, .at = at, .item = BIT, .quantity = 10};
    cast_buy(cast, &bits);
}

static void play_sequences(Cast *cast)
{
    bits_after_drill(cast, "ООО «Свёрла на тридцатый день»", 30, 0); /* in */
    bits_after_drill(cast, "ООО «Свёрла на тридцать первый»", 31, 0);
    bits_after_drill(cast, "ООО «Свёрла в ту же секунду»", 0, 0);
    bits_after_drill(cast, "ООО «Свёрла секундой позже»", 0, 1); /* in */
    bits_after_drill(cast, "ООО «Сначала свёрла»", -5, 0);
}

/* ---- debts: oldest charges are closed first ---- */

static uint32_t debtor(Cast *cast, const char *name)
{
    return cast_firm(cast, name, "Самара", "Смирнова", "Строительство");
}

static void play_debts(Cast *cast)
{
    Date month_ago = cast_days_ago(cast, 30);
    cast_charge(cast, debtor(cast, "ООО «Долг ровно пятьдесят»"), month_ago, 50000 * ROUBLE);
    cast_charge(cast, debtor(cast, "ООО «Долг с копейкой»"), month_ago, 50000 * ROUBLE + 1);
    cast_charge(cast, debtor(cast, "ООО «Тридцать один день»"), cast_days_ago(cast, 31),
                1000 * ROUBLE);
    cast_charge(cast, debtor(cast, "ООО «Срок сегодня»"), cast->until, 90000 * ROUBLE);
    uint32_t oldest = debtor(cast, "ООО «Оплачено старое»");
    cast_charge(cast, oldest, cast_days_ago(cast, 60), 40000 * ROUBLE);
    cast_charge(cast, oldest, cast_days_ago(cast, 10), 40000 * ROUBLE);
    cast_payment(cast, oldest, cast_days_ago(cast, 5), 40000 * ROUBLE);
    uint32_t prepaid = debtor(cast, "ООО «Предоплата»");
    cast_payment(cast, prepaid, cast_days_ago(cast, 90), 100000 * ROUBLE);
    cast_charge(cast, prepaid, cast_days_ago(cast, 40), 60000 * ROUBLE);
}

/* ---- falling and steady sales, calls of this month ---- */

/* 100 000.00 in the three months before the last three, `lately` in these. */
static void play_fall(Cast *cast, const char *name, int64_t lately_kopecks)
{
    uint32_t index = cast_firm(cast, name, "Пермь", "Морозова", "Услуги");
    Date window_begin = {date_add(cast->until, -3, UNIT_MONTH).day + 1};
    cast_pay_for(cast, index, (Date){window_begin.day - 1}, 100000 * ROUBLE);
    cast_pay_for(cast, index, window_begin, lately_kopecks);
}

static void play_trends(Cast *cast)
{
    play_fall(cast, "ООО «Упали на тридцать»", 70000 * ROUBLE);
    play_fall(cast, "ООО «Упали сильнее»", 70000 * ROUBLE - 1); /* in */
    uint32_t steady = cast_firm(cast, "ООО «Каждый месяц»", "Воронеж", "Морозова", "Услуги");
    Date month = date_period_begin(cast->until, UNIT_MONTH);
    for (int i = 1; i <= 24; i++)
        cast_pay_for(cast, steady, date_add(month, -i, UNIT_MONTH), 100000 * ROUBLE);
    cast_talk(cast, steady, moment_of(month, 10, 0, 0), "call", TEXT(""));
    uint32_t called = cast_firm(cast, "ООО «Два звонка»", "Воронеж", "Морозова", "Услуги");
    cast_talk(cast, called, moment_of(month, 10, 0, 0), "call", TEXT(""));
    cast_talk(cast, called, moment_of(month, 11, 0, 0), "call", TEXT(""));
}

/* ---- shopkeepers of a tenth of the base whose birthday is near ---- */

/* Codes are chosen for their bucket("spring-2026"): 198, 481, 662, and 126 is not below 1000. */
static void play_shopkeeper(Cast *cast, const char *code, const char *name, int days_ahead)
{
    uint32_t index = cast_firm(cast, name, "Коломна", "Петров", "Торговля");
    DemoCustomer *customer = &cast->company->customers[index];
    Date day = {cast->until.day + days_ahead};
    customer->code = text_of(code);
    customer->shop_area = value_decimal(12000);
    cast_set(cast, index, BUILT_IN_BIRTH_DATE, value_date(date_add(day, -40, UNIT_YEAR)));
}

static void play_birthdays(Cast *cast)
{
    play_shopkeeper(cast, "000125", "ИП Громов Пётр Ильич", 0);     /* today: in */
    play_shopkeeper(cast, "000143", "ИП Карпова Анна Олеговна", 6); /* in six days: in */
    play_shopkeeper(cast, "000144", "ИП Гусев Иван Павлович", 7);   /* in seven: out */
    play_shopkeeper(cast, "000126", "ИП Котов Яков Юрьевич", 0);    /* not of the tenth: out */
}

void cast_play(Cast *cast)
{
    play_drills_inside(cast);
    play_drills_outside(cast);
    play_claims(cast);
    play_shops(cast);
    play_women(cast);
    play_averages(cast);
    play_trials(cast);
    play_evenings(cast);
    play_sequences(cast);
    play_debts(cast);
    play_trends(cast);
    play_birthdays(cast);
}
