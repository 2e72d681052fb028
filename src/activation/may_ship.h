/* may_ship.h -- may a customer be shipped to, with everything a person asks next: which bans, since
 * when, why, what he owes now, whether the ban would still come about today.
 *
 * A ban is as fresh as the last forming of its segment. So each ban says what its rule gives today,
 * what the next forming will make of him, pins and exclusions included, and what he owed on the day
 * of that forming as far as it is known now. A live ban whose day is over was not asked about the
 * new one yet: what it would be today decides. Pins, exclusions and clearing dates that are over
 * decide nothing more, whether or not anybody looked at the segment since. */
#pragma once

#include "segment/forming.h"
#include "store/agreements.h"

/* Of settlements; money in ten-thousandths of the base currency. */
typedef struct {
    int64_t debt; /* below zero: he has paid in advance */
    int64_t overdue;
    bool has_overdue_days;
    int64_t overdue_days; /* of the oldest charge */
} ShippingFacts;

typedef struct {
    const Segment *segment;
    bool is_in;
    CustomerMove since;   /* how he came in; not when he is out; id 0: by the day alone */
    FormingRow last;      /* forming of the segment; id 0: never */
    ShippingFacts then;   /* as of the day of the last forming */
    bool differs;         /* from now */
    bool has_holds_today; /* it has a rule that can be evaluated */
    bool holds_today;
    bool has_mark; /* he is pinned or excluded, or was until a day that is over */
    SegmentMark mark;
    bool is_mark_over;
    bool has_forecast; /* it has a rule, or a mark decides */
    bool will_be_in;   /* after the next forming */
    bool is_by_today;  /* `is_in` is what the day makes of him, and not the stored composition */
} ShippingBanLine;

typedef struct {
    CustomerId customer;
    Text code, name;
    bool may_ship;
    Date as_of;
    ShippingFacts now;
    const ShippingBanLine *bans; /* all there are; those he is in first */
    size_t bans_count;
} ShippingAnswer;

/* Reads through the store; the context needs no data, the store may be open for reading.
 * errors  NOT_FOUND names a near code */
MUST_CHECK Status shipping_answer(const FormingContext *context, Text code, Arena *arena,
                                  ShippingAnswer *ret_answer, Error *err);

/* Ship all the same: kept with who, when, why and for which order. Whether he has the right to is
 * the caller's question.
 * errors  INVALID without a reason; CONFLICT when nothing forbids it */
typedef struct {
    Text order, reason;
} ShippingException;
MUST_CHECK Status shipping_allow(const FormingContext *context, const ShippingAnswer *answer,
                                 const ShippingException *exception, uint64_t *ret_id, Error *err);
