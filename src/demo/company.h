/* company.h -- the demo company in memory, before it is written anywhere. */
#pragma once

#include "base/random.h"
#include "demo/demo.h"
#include "model/built_in.h"

/* What a customer lives by; decides what he buys, when, and what is known of him. */
typedef enum {
    TRADE_PERSON,
    TRADE_SHOP,
    TRADE_FACTORY,
    TRADE_BUILDER,
    TRADE_GARAGE,
    TRADE_FARM,
    TRADE_COUNT
} Trade;

typedef struct {
    Text code;
    Trade trade;
    bool is_scripted; /* all he does is written down in cast.c */
    Value values[BUILT_IN_PROPERTIES_COUNT];
    Value shop_area; /* SHOP_AREA_SCALE decimals */
    int terms_days;  /* days of credit; 0: pays at once */
    bool is_woman;
    Date since, until;      /* buys between these days */
    double orders_per_year; /* expected */
    double trend;           /* growth of orders per year: 0.1 is ten per cent */
    uint32_t contacts_first, contacts_count;
} DemoCustomer;

typedef struct {
    uint32_t customer; /* index */
    Moment at;
    Text key;      /* given key; empty: none */
    Value *values; /* one per field of the built-in stream */
} DemoEvent;

typedef struct {
    DemoEvent *items;
    size_t count, capacity;
} DemoEventList;

typedef struct {
    Arena *arena;
    uint64_t seed;
    Date since, until; /* first and last day with events */
    const Item *items;
    size_t items_count;
    DemoCustomer *customers;
    size_t customers_count;
    DemoEventList events[BUILT_IN_STREAMS_COUNT];
    uint32_t orders_count; /* numbers given so far */
} Company;

/* The property of shops that the demo adds to the built-in ones. */
enum { SHOP_AREA_SCALE = 1 };
extern const Property demo_shop_area;

/* Metrics of the demo: names, expressions, descriptions. */
extern const StoredMetric demo_metrics[];
extern const size_t demo_metrics_count;

/* The whole company; everything lives in the arena. */
Company *company_new(const DemoOptions *options, Arena *arena);

/* ---- parts (each fills what its file is named after) ---- */

void company_add_items(Company *company);
void company_add_cast(Company *company);
void company_add_customers(Company *company);
void company_add_purchases(Company *company, uint32_t customer);
void company_add_contacts(Company *company, uint32_t customer);
void company_add_interactions(Company *company, uint32_t customer);

/* ---- what the parts share ---- */

/* Random numbers of one customer for one purpose: do not depend on other customers. */
Random company_random(const Company *company, uint32_t customer, uint64_t purpose);
DemoCustomer *company_new_customer(Company *company);
const Item *company_item(const Company *company, const char *name); /* must exist */
/* A new event with all fields missing. */
Value *company_add_event(Company *company, int stream, uint32_t customer, Moment at);
Text company_order_number(Company *company);

/* One line of an order. Amount follows from price, quantity and discount. */
typedef struct {
    uint32_t customer;
    Moment at;
    Text order;
    const Item *item;
    int64_t quantity;         /* scale 4; negative: a return */
    int64_t discount_percent; /* of the amount */
    Text promo, channel, store, payment_method, document;
} DemoLine;

enum { QUANTITY_SCALE = 4, QUANTITY_ONE = 10000 };

/* Adds the purchase; returns its amount (MONEY_SCALE). */
int64_t company_add_line(Company *company, const DemoLine *line);

typedef struct {
    uint32_t customer;
    Moment at;
    bool is_charge; /* else a payment */
    int64_t amount; /* MONEY_SCALE */
    Date due_date;  /* of a charge */
    Text document;
} DemoSettlement;

void company_add_settlement(Company *company, const DemoSettlement *settlement);
