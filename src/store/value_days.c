/* value_days.c -- on which day values of properties were set.
 *
 * A commit adds one row for every property that it set values of: the day and the customers. Only
 * values that became others count. Small commits of one day share a row, so that changes of single
 * customers do not fill the table; rows of many customers are never written again. */
#include "store/value_days.h"

#include "base/bitmap.h"
#include "base/memory.h"
#include "store/check_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_BYTES_SMALL = 4096 };

static const char select_last[] =
    "SELECT id, customers FROM main.value_day WHERE property_id = ?1 AND day = ?2 "
    "ORDER BY id DESC LIMIT 1";
static const char insert_row[] =
    "INSERT INTO main.value_day (property_id, day, customers) VALUES (?1, ?2, ?3)";
static const char update_row[] = "UPDATE main.value_day SET customers = ?2 WHERE id = ?1";
static const char delete_row[] = "DELETE FROM main.value_day WHERE id = ?1";
static const char select_of_property[] =
    "SELECT day, customers FROM main.value_day WHERE property_id = ?1 ORDER BY id";
static const char select_former[] = "SELECT from_id FROM main.customer_merge";
static const char select_all[] = "SELECT id, customers FROM main.value_day";

void store_set_day(Store *store, Date day)
{
    store->day = day;
}

/* ---- noting ---- */

size_t value_days_place(Store *store, const Property *property)
{
    ValueNotes *notes = &store->value_notes;
    for (size_t i = 0; i < notes->count; i++)
        if (notes->items[i].property_id == property->id) return i;
    notes->items =
        memory_resize(notes->items, memory_product(notes->count + 1, sizeof *notes->items));
    notes->items[notes->count] = (ValueNote){.property_id = property->id};
    return notes->count++;
}

void value_days_forget(Store *store)
{
    ValueNotes *notes = &store->value_notes;
    for (size_t i = 0; i < notes->count && notes->is_used; i++) {
        CustomerSet *set = &notes->items[i].customers;
        if (notes->items[i].is_used && set->words_count > 0)
            memset(set->words, 0, set->words_count * sizeof *set->words);
        notes->items[i].is_used = false;
    }
    notes->is_used = notes->is_doubtful = false;
}

void value_days_free(Store *store)
{
    for (size_t i = 0; i < store->value_notes.count; i++)
        customer_set_free(&store->value_notes.items[i].customers);
    free(store->value_notes.items);
    store->value_notes = (ValueNotes){0};
}

/* ---- rows ---- */

static Status take_row(Text bytes, CustomerSet *customers, Error *err)
{
    CustomerSet row = {0};
    TRY(bitmap_decode(bytes, (uint64_t)CUSTOMER_ID_MAX + 1, &row.words, &row.words_count, err));
    customer_set_unite(customers, &row);
    customer_set_free(&row);
    return STATUS_OK;
}

static Status add_row(Store *store, const ValueNote *note, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    const CustomerSet *set = &note->customers;
    TRY(store_statement(store, insert_row, &statement, err));
    statement_bind_integer(statement, 1, note->property_id);
    statement_bind_integer(statement, 2, store->day.day);
    statement_bind_blob(statement, 3, bitmap_encode(set->words, set->words_count, arena));
    return statement_run(statement, err);
}

/* The last row of the day while it is small, with its customers; id 0 when there is none. */
static Status small_row(Store *store, const ValueNote *note, CustomerSet *customers,
                        int64_t *ret_id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *last = NULL;
    bool has_row;
    *ret_id = 0;
    TRY(store_statement(store, select_last, &last, err));
    statement_bind_integer(last, 1, note->property_id);
    statement_bind_integer(last, 2, store->day.day);
    TRY(statement_step(last, &has_row, err));
    if (!has_row || statement_blob(last, 1).size > ROW_BYTES_SMALL) return STATUS_OK;
    *ret_id = statement_integer(last, 0);
    return take_row(statement_blob(last, 1), customers, err);
}

static Status save_note(Store *store, ValueNote *note, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    int64_t id;
    if (store->value_notes.is_doubtful) TRY(store_keep_existing(store, &note->customers, err));
    if (customer_set_is_empty(&note->customers)) return STATUS_OK;
    TRY(small_row(store, note, &customers, &id, err));
    if (id == 0) return add_row(store, note, err);
    customer_set_unite(&customers, &note->customers);
    return store_run_with_set(store, update_row, id, &customers, err);
}

Status value_days_save(Store *store, Error *err)
{
    ValueNotes *notes = &store->value_notes;
    if (!notes->is_used) return STATUS_OK;
    for (size_t i = 0; i < notes->count; i++)
        if (notes->items[i].is_used) TRY(save_note(store, &notes->items[i], err));
    value_days_forget(store);
    return STATUS_OK;
}

/* ---- reading ---- */

Status store_value_days(Store *store, const Property *property, Date since, ValueDays *ret_days,
                        Error *err)
{
    AUTO(value_days_done) ValueDays days = {0};
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_of_property, &row, err));
    statement_bind_integer(row, 1, property->id);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        int64_t day = statement_integer(row, 0);
        TRY(take_row(statement_blob(row, 1), &days.dated, err));
        if (day >= since.day) TRY(take_row(statement_blob(row, 1), &days.fresh, err));
        if (!days.has_last || day > days.last.day) days.last = (Date){(int32_t)day};
        days.has_last = true;
    }
    *ret_days = days;
    days = (ValueDays){0};
    return STATUS_OK;
}

void value_days_done(ValueDays *days)
{
    customer_set_free(&days->dated);
    customer_set_free(&days->fresh);
}

/* ---- erasing ---- */

static Status forget_in_row(Store *store, sqlite3_stmt *row, CustomerId customer, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    bool is_there;
    TRY(bitmap_has(statement_blob(row, 1), customer.value, &is_there, err));
    if (!is_there) return STATUS_OK;
    TRY(take_row(statement_blob(row, 1), &customers, err));
    customer_set_remove(&customers, customer);
    int64_t id = statement_integer(row, 0);
    if (customer_set_is_empty(&customers)) return store_run_with_id(store, delete_row, id, err);
    return store_run_with_set(store, update_row, id, &customers, err);
}

Status value_days_forget_customer(Store *store, CustomerId customer, Error *err)
{
    for (size_t i = 0; i < store->value_notes.count; i++)
        customer_set_remove(&store->value_notes.items[i].customers, customer);
    return store_for_each_row(store, select_all, customer, forget_in_row, err);
}

/* ---- check ---- */

/* Who was merged into another is back with his days when that is taken back. */
static Status leave_out_former(Store *store, CustomerSet *customers, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, select_former, &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t id = statement_integer(row, 0);
        if (id > 0 && id <= CUSTOMER_ID_MAX)
            customer_set_remove(customers, (CustomerId){(uint32_t)id});
    }
}

Status check_value_days(Problems *problems, Error *err)
{
    AUTO(customer_set_free) CustomerSet all = {0};
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(problems->store, select_all, &row, err));
    for (bool has_row;;) {
        Error found;
        TRY(statement_step(row, &has_row, err));
        if (!has_row) break;
        if (take_row(statement_blob(row, 1), &all, &found) != STATUS_OK)
            problem_add(problems, "row %" PRId64 " of the days of values is damaged: %s",
                        statement_integer(row, 0), found.message);
    }
    TRY(leave_out_former(problems->store, &all, err));
    uint64_t count = customer_set_count(&all);
    TRY(store_keep_existing(problems->store, &all, err));
    if (customer_set_count(&all) != count)
        problem_add(problems, "the days of values know customers who are not there");
    return STATUS_OK;
}
