/* cast.h -- how scenes of the cast are written: customers placed by hand on the borders of
 * questions.
 *
 * Everything a member of the cast does stands in its scene, so that the answer can be counted on
 * paper. docs/manual/demo.md lists them all. */
#pragma once

#include "demo/company.h"

typedef struct {
    Company *company;
    Date until;                      /* the last day: what questions are as of */
    Date quarter_begin, quarter_end; /* the last whole quarter not after it */
} Cast;

/* ---- members; each returns the index of the new customer ---- */

uint32_t cast_firm(Cast *cast, const char *name, const char *town, const char *manager,
                   const char *activity);
uint32_t cast_person(Cast *cast, const char *name, const char *town, bool is_woman);
void cast_set(Cast *cast, uint32_t customer, int slot, Value value);
void cast_set_texts(Cast *cast, uint32_t customer, int slot, const char *first,
                    const char *second); /* a set; `second` may be NULL */

/* ---- what they do ---- */

typedef struct {
    uint32_t customer;
    Moment at;
    const char *item;
    int64_t quantity;       /* whole pieces; negative: a return */
    int64_t amount_kopecks; /* 0: price times quantity */
    const char *payment_method;
    Text order; /* empty: an order of its own */
} CastPurchase;

void cast_buy(Cast *cast, const CastPurchase *purchase);
/* The usual purchase: at noon, an order of its own, at the price of the item. */
void cast_buy_at_noon(Cast *cast, uint32_t customer, Date date, const char *item, int64_t quantity);
void cast_pay_for(Cast *cast, uint32_t customer, Date date, int64_t amount_kopecks);
void cast_talk(Cast *cast, uint32_t customer, Moment at, const char *kind, Text contact);
Text cast_contact(Cast *cast, uint32_t customer, const char *name, const char *position);
void cast_charge(Cast *cast, uint32_t customer, Date due_date, int64_t amount_kopecks);
void cast_payment(Cast *cast, uint32_t customer, Date date, int64_t amount_kopecks);

Date cast_days_ago(const Cast *cast, int days);
Moment cast_noon(Date date);

/* ---- scenes (cast_scenes.c) ---- */

void cast_play(Cast *cast);
