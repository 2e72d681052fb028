/* forming_erase.c -- taking an erased person out of what is stored of segments. */
#include "store/forming_journal.h"

#include "base/bitmap.h"

static const char select_wholes[] =
    "SELECT id, composition FROM main.forming WHERE composition IS NOT NULL";
static const char update_whole[] = "UPDATE main.forming SET composition = ?2 WHERE id = ?1";
static const char select_sets[] =
    "SELECT forming_id, is_joining, cause, customers, erased FROM main.forming_change";
static const char update_set[] = "UPDATE main.forming_change SET customers = ?4, erased = ?5 "
                                 "WHERE forming_id = ?1 AND is_joining = ?2 AND cause = ?3";
/* A remark on a change by hand that concerned nobody who is still known was about him. */
static const char clear_note[] =
    "UPDATE main.forming SET note = '' WHERE id = ?1 AND reason IN ('hand', 'mark')";
static const char delete_marks[] = "DELETE FROM main.segment_mark WHERE customer_id = ?1";

static Text encode(const CustomerSet *set, Arena *arena)
{
    return bitmap_encode(set->words, set->words_count, arena);
}

/* ---- current members: the journal says that one left ---- */

static Status leave_segment(Store *store, uint32_t segment_id, CustomerId customer, Moment at,
                            Error *err)
{
    CustomerSet composition = {0};
    TRY(store_read_composition(store, segment_id, UINT64_MAX, &composition, err));
    bool is_member = customer_set_has(&composition, customer);
    customer_set_free(&composition);
    return is_member ? journal_add_erasure(store, segment_id, at, err) : STATUS_OK;
}

static Status leave_segments(Store *store, CustomerId customer, Moment at, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentRow *segments = NULL;
    size_t count = 0;
    TRY(store_list_segments(store, arena, &segments, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(leave_segment(store, segments[i].id, customer, at, err));
    return STATUS_OK;
}

/* ---- stored sets ---- */

static Status forget_in_whole(Store *store, sqlite3_stmt *row, CustomerId customer, Error *err)
{
    CustomerSet set = {0};
    TRY(journal_read_set(statement_blob(row, 1), &set, err));
    Status status = STATUS_OK;
    if (customer_set_has(&set, customer)) {
        customer_set_remove(&set, customer);
        status = store_run_with_set(store, update_whole, statement_integer(row, 0), &set, err);
    }
    customer_set_free(&set);
    return status;
}

/* The place, from 1, that a member has among those the change concerned, counting erased ones. */
static uint32_t place_of(const CustomerSet *customers, const CustomerSet *erased,
                         CustomerId customer)
{
    uint32_t place = 1;
    CustomerId id = customer_set_next(customers, (CustomerId){0});
    for (;; place++) {
        if (customer_set_has(erased, (CustomerId){place})) continue;
        if (id.value == customer.value) return place;
        id = customer_set_next(customers, (CustomerId){id.value + 1});
    }
}

static Status write_set(Store *store, sqlite3_stmt *row, const CustomerSet *customers,
                        const CustomerSet *erased, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_set, &statement, err));
    statement_bind_integer(statement, 1, statement_integer(row, 0));
    statement_bind_integer(statement, 2, statement_integer(row, 1));
    statement_bind_text(statement, 3, arena_text(arena, statement_text(row, 2)));
    statement_bind_blob(statement, 4, encode(customers, arena));
    statement_bind_blob(statement, 5, encode(erased, arena));
    return statement_run(statement, err);
}

static Status forget_in_sets(Store *store, sqlite3_stmt *row, CustomerId customer,
                             CustomerSet *customers, CustomerSet *erased, Error *err)
{
    TRY(journal_read_set(statement_blob(row, 3), customers, err));
    if (!customer_set_has(customers, customer)) return STATUS_OK;
    if (!statement_is_null(row, 4)) TRY(journal_read_set(statement_blob(row, 4), erased, err));
    customer_set_add(erased, (CustomerId){place_of(customers, erased, customer)});
    customer_set_remove(customers, customer);
    TRY(write_set(store, row, customers, erased, err));
    if (customer_set_next(customers, (CustomerId){0}).value != 0) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, clear_note, &statement, err));
    statement_bind_integer(statement, 1, statement_integer(row, 0));
    return statement_run(statement, err);
}

static Status forget_in_change(Store *store, sqlite3_stmt *row, CustomerId customer, Error *err)
{
    CustomerSet customers = {0}, erased = {0};
    Status status = forget_in_sets(store, row, customer, &customers, &erased, err);
    customer_set_free(&customers);
    customer_set_free(&erased);
    return status;
}

Status journal_forget_customer(Store *store, CustomerId customer, Moment at, Error *err)
{
    TRY(leave_segments(store, customer, at, err));
    TRY(store_for_each_row(store, select_wholes, customer, forget_in_whole, err));
    TRY(store_for_each_row(store, select_sets, customer, forget_in_change, err));
    return store_run_for_customer(store, delete_marks, customer, err);
}
