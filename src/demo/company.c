/* company.c -- puts the demo company together: items, the cast, the customers of chance, events. */
#include "demo/company.h"

const Property demo_shop_area = {
    .name = {"Площадь магазина", sizeof "Площадь магазина" - 1},
    .labels = {.in = {[LANGUAGE_EN] = {"Shop area", sizeof "Shop area" - 1},
                      [LANGUAGE_RU] = {"Площадь магазина", sizeof "Площадь магазина" - 1},
                      [LANGUAGE_UK] = {"Площа магазину", sizeof "Площа магазину" - 1}}},
    .type = PROPERTY_NUMBER,
    .scale = SHOP_AREA_SCALE,
    .unit = {"м²", sizeof "м²" - 1},
    .group = DATA_GROUP_SOCIO_DEMOGRAPHIC,
};

#define METRIC(name, expression, en, ru, uk)                            \
    {                                                                   \
        {name, sizeof(name) - 1}, {expression, sizeof(expression) - 1}, \
        {                                                               \
            .in = {                                                     \
                [LANGUAGE_EN] = {en, sizeof(en) - 1},                   \
                [LANGUAGE_RU] = {ru, sizeof(ru) - 1},                   \
                [LANGUAGE_UK] = {uk, sizeof(uk) - 1}                    \
            }                                                           \
        }                                                               \
    }

const StoredMetric demo_metrics[] = {
    METRIC("orders_12m", "distinct(purchase.order, last 12 months)",
           "Number of orders in the last 12 months", "Число заказов за последние 12 месяцев",
           "Кількість замовлень за останні 12 місяців"),
    METRIC("purchases_per_month", "sum(purchase.amount, previous 3 months) / 3",
           "Actual purchases per month: the average of the last three months",
           "Фактический объём закупок в месяц: среднее трёх прошлых месяцев",
           "Фактичний обсяг закупівель на місяць: середнє трьох минулих місяців"),
    METRIC("life_stage",
           "if(none(purchase), \"потенциальный\", if(days_since_first(purchase) <= 90, \"новый\", "
           "if(distinct(purchase.order, last 12 months) >= 3, \"постоянный\", "
           "if(any(purchase, last 12 months), \"разовый\", \"потерянный\"))))",
           "Stage of the life cycle", "Этап жизненного цикла", "Етап життєвого циклу"),
};
const size_t demo_metrics_count = sizeof demo_metrics / sizeof demo_metrics[0];

Random company_random(const Company *company, uint32_t customer, uint64_t purpose)
{
    Random mixed = random_seeded(company->seed + purpose * UINT64_C(0x9E3779B97F4A7C15));
    return random_seeded(random_next(&mixed) ^ ((uint64_t)customer * UINT64_C(0xBF58476D1CE4E5B9)));
}

/* ---- items ---- */

typedef struct {
    const char *code, *name, *group, *brand;
    int64_t price_kopecks;
    int cost_percent;
} ItemRow;

static const ItemRow item_rows[] = {
#define ITEM(code, name, group, brand, price, cost) {code, name, group, brand, price, cost},
#include "demo/items.def"
#undef ITEM
};

void company_add_items(Company *company)
{
    const int64_t per_kopeck = DECIMAL_POW10[MONEY_SCALE] / 100;
    size_t count = sizeof item_rows / sizeof item_rows[0];
    Item *items = ARENA_ARRAY(company->arena, Item, count);
    for (size_t i = 0; i < count; i++) {
        const ItemRow *row = &item_rows[i];
        items[i] = (Item){
            .id = (uint32_t)i + 1,
            .code = text_of(row->code),
            .name = text_of(row->name),
            .group = text_of(row->group),
            .brand = text_of(row->brand),
            .price = value_decimal(row->price_kopecks * per_kopeck),
            .cost = value_decimal(row->price_kopecks * row->cost_percent / 100 * per_kopeck)};
    }
    company->items = items;
    company->items_count = count;
}

const Item *company_item(const Company *company, const char *name)
{
    size_t i = 0;
    while (i < company->items_count && !text_equal(company->items[i].name, text_of(name)))
        i++;
    ASSERT(i < company->items_count); /* items.def has all that the demo names */
    return &company->items[i];
}

/* ---- customers ---- */

DemoCustomer *company_new_customer(Company *company)
{
    ASSERT(company->customers_count < DEMO_CUSTOMERS_COUNT);
    DemoCustomer *customer = &company->customers[company->customers_count++];
    for (size_t i = 0; i < BUILT_IN_PROPERTIES_COUNT; i++)
        customer->values[i] = value_missing();
    customer->shop_area = value_missing();
    return customer;
}

static void finish_customer(DemoCustomer *customer)
{
    customer->values[BUILT_IN_CODE] = value_text(customer->code);
    customer->values[BUILT_IN_KIND] =
        value_text(customer->trade == TRADE_PERSON ? TEXT("person") : TEXT("company"));
}

/* ---- events ---- */

static const size_t fields_counts[BUILT_IN_STREAMS_COUNT] = {
    [STREAM_PURCHASE] = PURCHASE_FIELDS_COUNT,
    [STREAM_INTERACTION] = INTERACTION_FIELDS_COUNT,
    [STREAM_SETTLEMENT] = SETTLEMENT_FIELDS_COUNT,
    [STREAM_CONTACT] = CONTACT_FIELDS_COUNT,
};

Value *company_add_event(Company *company, int stream, uint32_t customer, Moment at)
{
    Value *values = ARENA_ARRAY(company->arena, Value, fields_counts[stream]);
    for (size_t i = 0; i < fields_counts[stream]; i++)
        values[i] = value_missing();
    DemoEvent event = {.customer = customer, .at = at, .values = values};
    ARENA_PUSH(company->arena, &company->events[stream], event);
    return values;
}

Text company_order_number(Company *company)
{
    return arena_printf(company->arena, "%07u", (unsigned)++company->orders_count);
}

static int64_t product(int64_t price, int64_t quantity)
{
    int64_t amount = 0;
    bool fits =
        decimal_multiply(price, MONEY_SCALE, quantity, QUANTITY_SCALE, MONEY_SCALE, &amount);
    ASSERT(fits);
    return amount;
}

int64_t company_add_line(Company *company, const DemoLine *line)
{
    Value *values = company_add_event(company, STREAM_PURCHASE, line->customer, line->at);
    int64_t gross = product(line->item->price.as.decimal, line->quantity);
    int64_t discount = gross * line->discount_percent / 100;
    values[PURCHASE_ORDER] = value_text(line->order);
    values[PURCHASE_ITEM] = value_item(line->item);
    values[PURCHASE_QUANTITY] = value_decimal(line->quantity);
    values[PURCHASE_PRICE] = line->item->price;
    values[PURCHASE_AMOUNT] = value_decimal(gross - discount);
    values[PURCHASE_COST] = value_decimal(product(line->item->cost.as.decimal, line->quantity));
    if (discount != 0) values[PURCHASE_DISCOUNT] = value_decimal(discount);
    values[PURCHASE_PROMO] = value_text(line->promo);
    values[PURCHASE_CHANNEL] = value_text(line->channel);
    values[PURCHASE_STORE] = value_text(line->store);
    values[PURCHASE_PAYMENT_METHOD] = value_text(line->payment_method);
    values[PURCHASE_DOCUMENT] = value_text(line->document);
    return gross - discount;
}

void company_add_settlement(Company *company, const DemoSettlement *settlement)
{
    Value *values =
        company_add_event(company, STREAM_SETTLEMENT, settlement->customer, settlement->at);
    values[SETTLEMENT_KIND] = value_text(settlement->is_charge ? TEXT(SETTLEMENT_KIND_CHARGE)
                                                               : TEXT(SETTLEMENT_KIND_PAYMENT));
    values[SETTLEMENT_AMOUNT] = value_decimal(settlement->amount);
    if (settlement->is_charge) values[SETTLEMENT_DUE_DATE] = value_date(settlement->due_date);
    values[SETTLEMENT_DOCUMENT] = value_text(settlement->document);
}

/* ---- the whole ---- */

Company *company_new(const DemoOptions *options, Arena *arena)
{
    Company *company = ARENA_NEW(arena, Company);
    Date before = date_add(options->until, -DEMO_YEARS, UNIT_YEAR);
    *company = (Company){.arena = arena,
                         .seed = options->seed,
                         .since = {before.day + 1},
                         .until = options->until,
                         .customers = ARENA_ARRAY(arena, DemoCustomer, DEMO_CUSTOMERS_COUNT)};
    company_add_items(company);
    company_add_cast(company);
    company_add_customers(company);
    for (uint32_t i = 0; i < company->customers_count; i++) {
        finish_customer(&company->customers[i]);
        if (company->customers[i].is_scripted) continue;
        company_add_contacts(company, i);
        company_add_purchases(company, i);
        company_add_interactions(company, i);
    }
    return company;
}
