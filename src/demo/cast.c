/* cast.c -- members of the cast and what they do, one by one. */
#include "demo/cast.h"

#include "demo/world.h"

static const int64_t money_per_kopeck = 100; /* MONEY_SCALE is 4 */

/* ---- members ---- */

static uint32_t new_member(Cast *cast, Trade trade, const char *name, const char *town)
{
    Company *company = cast->company;
    uint32_t index = (uint32_t)company->customers_count;
    DemoCustomer *customer = company_new_customer(company);
    customer->code = arena_printf(company->arena, "%06u", (unsigned)index + 1);
    customer->trade = trade;
    customer->is_scripted = true;
    const Place *place = world_place(town);
    customer->values[BUILT_IN_NAME] = value_text(text_of(name));
    customer->values[BUILT_IN_REGION] = value_text(world_region(place, company->arena));
    customer->values[BUILT_IN_CITY] = value_text(text_of(place->town));
    customer->values[BUILT_IN_SETTLEMENT_TYPE] = value_text(text_of(place->settlement_type));
    return index;
}

uint32_t cast_firm(Cast *cast, const char *name, const char *town, const char *manager,
                   const char *activity)
{
    uint32_t index = new_member(cast, TRADE_SHOP, name, town);
    cast_set(cast, index, BUILT_IN_MANAGER, value_text(text_of(manager)));
    cast_set_texts(cast, index, BUILT_IN_ACTIVITY, activity, NULL);
    return index;
}

uint32_t cast_person(Cast *cast, const char *name, const char *town, bool is_woman)
{
    uint32_t index = new_member(cast, TRADE_PERSON, name, town);
    cast_set(cast, index, BUILT_IN_GENDER, value_text(is_woman ? TEXT("female") : TEXT("male")));
    return index;
}

void cast_set(Cast *cast, uint32_t customer, int slot, Value value)
{
    cast->company->customers[customer].values[slot] = value;
}

void cast_set_texts(Cast *cast, uint32_t customer, int slot, const char *first, const char *second)
{
    Text *texts = ARENA_ARRAY(cast->company->arena, Text, 2);
    texts[0] = text_of(first);
    texts[1] = text_of(second);
    cast_set(cast, customer, slot, value_set(cast->company->arena, texts, second == NULL ? 1 : 2));
}

/* ---- what they do ---- */

Date cast_days_ago(const Cast *cast, int days)
{
    return (Date){cast->until.day - days};
}

Moment cast_noon(Date date)
{
    return moment_of(date, 12, 0, 0);
}

void cast_buy(Cast *cast, const CastPurchase *purchase)
{
    Company *company = cast->company;
    DemoLine line = {.customer = purchase->customer,
                     .at = purchase->at,
                     .order = purchase->order,
                     .item = company_item(company, purchase->item),
                     .quantity = purchase->quantity * QUANTITY_ONE,
                     .channel = TEXT("store"),
                     .store = TEXT("Магазин на Лесной"),
                     .payment_method = text_of(purchase->payment_method)};
    if (line.order.size == 0) line.order = company_order_number(company);
    if (purchase->payment_method == NULL) line.payment_method = TEXT("transfer");
    int64_t gross = company_add_line(company, &line);
    if (purchase->amount_kopecks == 0) return;
    DemoEventList *purchases = &company->events[STREAM_PURCHASE];
    Value *values = purchases->items[purchases->count - 1].values;
    int64_t amount = purchase->amount_kopecks * money_per_kopeck;
    values[PURCHASE_AMOUNT] = value_decimal(amount);
    values[PURCHASE_DISCOUNT] = value_decimal(gross - amount);
}

void cast_buy_at_noon(Cast *cast, uint32_t customer, Date date, const char *item, int64_t quantity)
{
    CastPurchase purchase = {
        .customer = customer, .at = cast_noon(date), .item = item, .quantity = quantity};
    cast_buy(cast, &purchase);
}

/* Something for exactly this money, whatever it is. */
void cast_pay_for(Cast *cast, uint32_t customer, Date date, int64_t amount_kopecks)
{
    CastPurchase purchase = {.customer = customer,
                             .at = cast_noon(date),
                             .item = "Стеллаж складской 3 яруса",
                             .quantity = 1 + amount_kopecks / 1190000,
                             .amount_kopecks = amount_kopecks};
    cast_buy(cast, &purchase);
}

void cast_talk(Cast *cast, uint32_t customer, Moment at, const char *kind, Text contact)
{
    Value *values = company_add_event(cast->company, STREAM_INTERACTION, customer, at);
    values[INTERACTION_KIND] = value_text(text_of(kind));
    values[INTERACTION_DIRECTION] = value_text(TEXT("in"));
    values[INTERACTION_CHANNEL] = value_text(TEXT("phone"));
    values[INTERACTION_CONTACT] = value_text(contact);
}

Text cast_contact(Cast *cast, uint32_t customer, const char *name, const char *position)
{
    Company *company = cast->company;
    Value *values = company_add_event(company, STREAM_CONTACT, customer, cast_noon(company->since));
    DemoEventList *contacts = &company->events[STREAM_CONTACT];
    Text key =
        arena_printf(company->arena, "%.*s-1", TEXT_FORMAT(company->customers[customer].code));
    contacts->items[contacts->count - 1].key = key;
    values[CONTACT_NAME] = value_text(text_of(name));
    values[CONTACT_POSITION] = value_text(text_of(position));
    values[CONTACT_IS_MAIN] = value_bool(true);
    return key;
}

void cast_charge(Cast *cast, uint32_t customer, Date due_date, int64_t amount_kopecks)
{
    DemoSettlement charge = {.customer = customer,
                             .at = cast_noon((Date){due_date.day - 14}),
                             .is_charge = true,
                             .amount = amount_kopecks * money_per_kopeck,
                             .due_date = due_date,
                             .document = arena_printf(cast->company->arena, "С-%u-%d",
                                                      (unsigned)customer + 1, (int)due_date.day)};
    company_add_settlement(cast->company, &charge);
}

void cast_payment(Cast *cast, uint32_t customer, Date date, int64_t amount_kopecks)
{
    DemoSettlement payment = {.customer = customer,
                              .at = cast_noon(date),
                              .amount = amount_kopecks * money_per_kopeck,
                              .document = arena_printf(cast->company->arena, "П-%u-%d",
                                                       (unsigned)customer + 1, (int)date.day)};
    company_add_settlement(cast->company, &payment);
}

void company_add_cast(Company *company)
{
    Date quarter_begin = date_period_begin(company->until, UNIT_QUARTER);
    if (date_period_end(company->until, UNIT_QUARTER).day != company->until.day)
        quarter_begin = date_add(quarter_begin, -1, UNIT_QUARTER);
    Cast cast = {.company = company,
                 .until = company->until,
                 .quarter_begin = quarter_begin,
                 .quarter_end = date_period_end(quarter_begin, UNIT_QUARTER)};
    cast_play(&cast);
}
