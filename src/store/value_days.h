/* value_days.h -- on which day values of properties were set, noted with every commit. */
#pragma once

#include "store/store_internal.h"

/* The place of a property among the pending notes; it lasts as long as the store is open. */
size_t value_days_place(Store *store, const Property *property);
/* The value at this place was set; nothing happens without a day (store_set_day). */
static inline void value_days_note(Store *store, size_t place, CustomerId customer)
{
    if (store->day.day == 0) return;
    store->value_notes.items[place].is_used = store->value_notes.is_used = true;
    customer_set_add(&store->value_notes.items[place].customers, customer);
}
/* A savepoint was taken back: who was new within it is not there. */
static inline void value_days_doubt(Store *store)
{
    store->value_notes.is_doubtful = true;
}

/* Before the commit. */
MUST_CHECK Status value_days_save(Store *store, Error *err);
/* The transaction was taken back. */
void value_days_forget(Store *store);
void value_days_free(Store *store);

/* Take an erased person out of all days. */
MUST_CHECK Status value_days_forget_customer(Store *store, CustomerId customer, Error *err);
