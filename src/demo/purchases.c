/* purchases.c -- what customers of chance buy: orders of several lines, seasons, promotions,
 * returns.
 */
#include "demo/company.h"
#include "demo/world.h"

#include <math.h>
#include <string.h>

enum { PURPOSE = 2, LINES_MAX = 12 };

/* Orders by month: few in January, many in spring and before the New Year. */
static const double seasons[12] = {0.62, 0.80, 1.02, 1.22, 1.24, 1.08,
                                   0.96, 1.04, 1.06, 1.04, 1.10, 1.28};

/* What a trade buys: share of orders' lines by the top of the item's group. */
typedef struct {
    const char *group; /* beginning of the item's group path */
    int weights[TRADE_COUNT];
} Taste;

static const Taste tastes[] = {
    {"Инструмент / Электроинструмент", {24, 3, 14, 20, 10, 8}},
    {"Инструмент / Оснастка", {18, 2, 34, 34, 14, 8}},
    {"Инструмент / Ручной инструмент", {14, 3, 12, 12, 20, 10}},
    {"Расходные материалы", {12, 8, 22, 28, 8, 12}},
    {"Спецодежда", {4, 4, 12, 12, 10, 18}},
    {"Торговое оборудование", {0, 64, 1, 0, 0, 2}},
    {"Автотовары", {14, 4, 2, 2, 50, 14}},
    {"Сад", {12, 4, 1, 2, 0, 26}},
    {"Услуги", {2, 8, 2, 2, 2, 2}},
};
enum { TASTES_COUNT = sizeof tastes / sizeof tastes[0] };

typedef struct {
    int month; /* of every year */
    const char *name;
    int discount_percent;
    double chance; /* of an order in that month to be of it */
} Promo;

static const Promo promos[] = {
    {4, "Весенняя распродажа", 10, 0.30}, {8, "День строителя", 12, 0.35},
    {11, "Чёрная пятница", 20, 0.25},     {12, "Новогодняя акция", 15, 0.30},
    {2, "Мужской праздник", 10, 0.28},    {3, "Весенний подарок", 7, 0.20},
};

static const Choice firm_channels[] = {{"store", 34}, {"phone", 40}, {"online", 26}};
static const Choice person_channels[] = {{"store", 62}, {"online", 34}, {"phone", 4}};
static const Choice person_payments[] = {{"card", 58}, {"cash", 26}, {"sbp", 16}};
static const Choice stores[] = {{"Магазин на Лесной", 40},
                                {"Магазин на Заводской", 26},
                                {"Склад-магазин «Север»", 20},
                                {"Магазин на Речной", 14}};

static const char *pick_group(Random *random, Trade trade)
{
    int total = 0;
    for (size_t i = 0; i < TASTES_COUNT; i++)
        total += tastes[i].weights[trade];
    int left = (int)random_below(random, (uint64_t)total);
    size_t i = 0;
    while (left >= tastes[i].weights[trade])
        left -= tastes[i++].weights[trade];
    return tastes[i].group;
}

/* Dearer items are bought more rarely. */
static const Item *pick_item(const Company *company, Random *random, Trade trade)
{
    Text group = text_of(pick_group(random, trade));
    for (;;) {
        const Item *item = &company->items[random_below(random, company->items_count)];
        if (!text_starts_with(item->group, group)) continue;
        double price = decimal_to_double(item->price.as.decimal, MONEY_SCALE);
        if (random_chance(random, 1.0 / (1.0 + price / 20000.0))) return item;
    }
}

static int64_t pick_quantity(Random *random, const Item *item, Trade trade)
{
    double price = decimal_to_double(item->price.as.decimal, MONEY_SCALE);
    double usual = trade == TRADE_PERSON ? 600.0 / price : 3000.0 / price;
    double quantity = 1.0 + usual * random_unit(random) * 2.0;
    if (quantity > 200.0) quantity = 200.0;
    return (int64_t)quantity * QUANTITY_ONE;
}

static Moment pick_moment(Random *random, Date date, Trade trade)
{
    int hour = trade == TRADE_PERSON ? 9 + (int)random_below(random, 13)
                                     : 8 + (int)random_below(random, 10);
    /* People come after work. */
    if (trade == TRADE_PERSON && random_chance(random, 0.3))
        hour = 18 + (int)random_below(random, 3);
    return moment_of(date, hour, (int)random_below(random, 60), (int)random_below(random, 60));
}

/* Firms do not buy on Sundays and seldom on Saturdays. */
static Date pick_day(Random *random, Date month_begin, int days, Trade trade)
{
    for (;;) {
        Date date = {month_begin.day + (int32_t)random_below(random, (uint64_t)days)};
        int weekday = date_weekday(date);
        if (trade == TRADE_PERSON) return date;
        if (weekday <= 5 || (weekday == 6 && random_chance(random, 0.2))) return date;
    }
}

static const Promo *pick_promo(Random *random, int month)
{
    for (size_t i = 0; i < sizeof promos / sizeof promos[0]; i++)
        if (promos[i].month == month && random_chance(random, promos[i].chance)) return &promos[i];
    return NULL;
}

typedef struct {
    Company *company;
    uint32_t customer;
    const DemoCustomer *about;
    Random *random;
} Buyer;

static DemoLine begin_order(const Buyer *buyer, Moment at)
{
    Random *random = buyer->random;
    bool is_person = buyer->about->trade == TRADE_PERSON;
    CivilDate civil = date_civil(moment_date(at));
    const Promo *promo = pick_promo(random, civil.month);
    const char *channel =
        is_person ? WORLD_PICK(random, person_channels) : WORLD_PICK(random, firm_channels);
    DemoLine line = {.customer = buyer->customer,
                     .at = at,
                     .order = company_order_number(buyer->company),
                     .channel = text_of(channel),
                     .payment_method = is_person ? text_of(WORLD_PICK(random, person_payments))
                                                 : TEXT("transfer")};
    if (strcmp(channel, "store") == 0) line.store = text_of(WORLD_PICK(random, stores));
    if (promo != NULL) {
        line.promo = arena_printf(buyer->company->arena, "%s %d", promo->name, civil.year);
        line.discount_percent = promo->discount_percent;
    } else if (!is_person && random_chance(random, 0.15)) {
        line.discount_percent = random_between(random, 2, 8);
    }
    return line;
}

/* Some days later a part of a line comes back, under the number of its order. */
static int64_t maybe_return(const Buyer *buyer, const DemoLine *bought)
{
    Random *random = buyer->random;
    if (!random_chance(random, 0.013)) return 0;
    Moment at = {bought->at.second + (int64_t)random_between(random, 1, 14) * 86400};
    if (moment_date(at).day > buyer->company->until.day) return 0;
    DemoLine back = *bought;
    back.at = at;
    back.quantity =
        -(bought->quantity > QUANTITY_ONE && random_chance(random, 0.5) ? QUANTITY_ONE
                                                                        : bought->quantity);
    back.document = arena_printf(buyer->company->arena, "В-%.*s", TEXT_FORMAT(bought->order));
    return company_add_line(buyer->company, &back);
}

/* Paying an order: persons pay at once and have no settlements; the others get a charge that is due
 * after their days of credit, and mostly pay it in time, sometimes late, a few never. */
static void settle(const Buyer *buyer, const DemoLine *order, int64_t amount, double discipline)
{
    const DemoCustomer *about = buyer->about;
    if (about->trade == TRADE_PERSON || amount <= 0) return;
    Random *random = buyer->random;
    Company *company = buyer->company;
    Date day = moment_date(order->at);
    int credit_days = about->terms_days > 0 ? about->terms_days : 0;
    DemoSettlement settlement = {
        .customer = buyer->customer,
        .at = order->at,
        .is_charge = true,
        .amount = amount,
        .due_date = {day.day + credit_days},
        .document = arena_printf(company->arena, "С-%.*s", TEXT_FORMAT(order->order))};
    company_add_settlement(company, &settlement);
    double delay_days = discipline * random_normal(random);
    if (about->terms_days < 0) delay_days = -1.0 - 4.0 * random_unit(random);
    settlement.at.second += (int64_t)(credit_days + delay_days) * 86400;
    settlement.is_charge = false;
    bool is_never_paid = random_chance(random, 0.004 * discipline);
    Date paid_on = moment_date(settlement.at);
    if (is_never_paid || paid_on.day > company->until.day || paid_on.day < company->since.day)
        return;
    company_add_settlement(company, &settlement);
}

static void buy_once(const Buyer *buyer, Date date, double discipline)
{
    Random *random = buyer->random;
    DemoLine line = begin_order(buyer, pick_moment(random, date, buyer->about->trade));
    int lines = 1 + world_poisson(random, buyer->about->trade == TRADE_PERSON ? 0.9 : 2.2);
    if (lines > LINES_MAX) lines = LINES_MAX;
    int64_t amount = 0;
    for (int i = 0; i < lines; i++) {
        line.item = pick_item(buyer->company, random, buyer->about->trade);
        line.quantity = pick_quantity(random, line.item, buyer->about->trade);
        amount += company_add_line(buyer->company, &line);
        amount += maybe_return(buyer, &line);
    }
    settle(buyer, &line, amount, discipline);
}

static void buy_in_month(const Buyer *buyer, Date begin, Date end, double discipline)
{
    const DemoCustomer *about = buyer->about;
    Date first = begin.day < about->since.day ? about->since : begin;
    Date last = end.day > about->until.day ? about->until : end;
    int days = last.day - first.day + 1;
    if (days < 5) return;
    double years = (double)(first.day - about->since.day) / 365.25;
    double mean = about->orders_per_year / 12.0 * seasons[date_civil(begin).month - 1] *
                  pow(1.0 + about->trend, years) * (double)days / 30.4;
    int orders = world_poisson(buyer->random, mean > 60.0 ? 60.0 : mean);
    for (int i = 0; i < orders; i++)
        buy_once(buyer, pick_day(buyer->random, first, days, about->trade), discipline);
}

void company_add_purchases(Company *company, uint32_t customer)
{
    Random random = company_random(company, customer, PURPOSE);
    Buyer buyer = {company, customer, &company->customers[customer], &random};
    /* How far, in days, payments stray from the day they are due. */
    double discipline = 2.5 * world_skewed(&random, 0.9);
    for (Date month = date_period_begin(company->since, UNIT_MONTH);
         month.day <= company->until.day; month = date_add(month, 1, UNIT_MONTH)) {
        Date end = date_period_end(month, UNIT_MONTH);
        if (end.day > company->until.day) end = company->until;
        buy_in_month(&buyer, month, end, discipline);
    }
}
