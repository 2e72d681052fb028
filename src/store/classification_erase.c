/* classification_erase.c -- taking an erased person out of the runs of classifications. */
#include "store/classification_runs.h"

#include "base/bitmap.h"
#include "store/forming_journal.h"
#include "store/number_list.h"

#include <string.h>

static const char select_columns[] =
    "SELECT run_id, number, " RUN_COLUMN_COLUMNS " FROM main.classification_column";
static const char update_column[] =
    "UPDATE main.classification_column SET customers = ?3, numbers = ?4 "
    "WHERE run_id = ?1 AND number = ?2";
static const char select_classes[] =
    "SELECT run_id, number, customers FROM main.classification_class";
/* His part of the sum goes with him: it could be told from what is left. */
static const char update_class[] =
    "UPDATE main.classification_class SET customers = ?3, customers_count = customers_count - 1, "
    "amount = amount - ?4 WHERE run_id = ?1 AND number = ?2";
static const char select_amounts[] =
    "SELECT run_id, number, " RUN_COLUMN_COLUMNS " FROM main.classification_column "
    "WHERE run_id = ?1 AND is_amount = 1";
static const char update_count[] =
    "UPDATE main.classification_run SET customers_count = customers_count - 1 WHERE id = ?1";

static const char delete_pins[] = "DELETE FROM main.class_pin WHERE customer_id = ?1";

/* Members before the customer: his place among the numbers. */
static size_t place_of(const CustomerSet *set, CustomerId customer)
{
    size_t word = customer.value / 64, place = 0;
    for (size_t i = 0; i < word; i++)
        place += (size_t)__builtin_popcountll(set->words[i]);
    uint64_t below = (UINT64_C(1) << (customer.value % 64)) - 1;
    return place + (size_t)__builtin_popcountll(set->words[word] & below);
}

static Status write_column(Store *store, sqlite3_stmt *row, RunColumn *column, CustomerId customer,
                           Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    size_t count = customer_set_count(&column->customers);
    size_t place = place_of(&column->customers, customer);
    int64_t *left = ARENA_ARRAY(arena, int64_t, count);
    memcpy(left, column->numbers, place * sizeof *left);
    memcpy(left + place, column->numbers + place + 1, (count - place - 1) * sizeof *left);
    customer_set_remove(&column->customers, customer);
    TRY(store_statement(store, update_column, &statement, err));
    statement_bind_integer(statement, 1, statement_integer(row, 0));
    statement_bind_integer(statement, 2, statement_integer(row, 1));
    statement_bind_blob(
        statement, 3, bitmap_encode(column->customers.words, column->customers.words_count, arena));
    statement_bind_blob(statement, 4, number_list_encode(left, count - 1, arena));
    return statement_run(statement, err);
}

static Status forget_in_column(Store *store, sqlite3_stmt *row, CustomerId customer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    RunColumn column;
    TRY(runs_read_column(row, 2, arena, &column, err));
    Status status = STATUS_OK;
    if (customer_set_has(&column.customers, customer))
        status = write_column(store, row, &column, customer, err);
    customer_set_free(&column.customers);
    return status;
}

/* What the customer adds to the sum of his class in a run; 0 without an amount. */
static Status amount_of(Store *store, int64_t run_id, CustomerId customer, int64_t *ret_amount,
                        Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_amounts, &statement, err));
    statement_bind_integer(statement, 1, run_id);
    bool has_row;
    RunColumn column;
    TRY(statement_step(statement, &has_row, err));
    *ret_amount = 0;
    if (!has_row) return STATUS_OK;
    TRY(runs_read_column(statement, 2, arena, &column, err));
    if (customer_set_has(&column.customers, customer))
        *ret_amount = column.numbers[place_of(&column.customers, customer)];
    customer_set_free(&column.customers);
    return STATUS_OK;
}

static Status count_one_less(Store *store, int64_t run_id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_count, &statement, err));
    statement_bind_integer(statement, 1, run_id);
    return statement_run(statement, err);
}

static Status write_class(Store *store, sqlite3_stmt *row, const CustomerSet *set,
                          CustomerId customer, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    int64_t amount;
    TRY(amount_of(store, statement_integer(row, 0), customer, &amount, err));
    TRY(store_statement(store, update_class, &statement, err));
    statement_bind_integer(statement, 1, statement_integer(row, 0));
    statement_bind_integer(statement, 2, statement_integer(row, 1));
    statement_bind_blob(statement, 3, bitmap_encode(set->words, set->words_count, arena));
    statement_bind_integer(statement, 4, amount);
    TRY(statement_run(statement, err));
    return count_one_less(store, statement_integer(row, 0), err);
}

static Status forget_in_class(Store *store, sqlite3_stmt *row, CustomerId customer, Error *err)
{
    CustomerSet set = {0};
    TRY(journal_read_set(statement_blob(row, 2), &set, err));
    Status status = STATUS_OK;
    if (customer_set_has(&set, customer)) {
        customer_set_remove(&set, customer);
        status = write_class(store, row, &set, customer, err);
    }
    customer_set_free(&set);
    return status;
}

/* Classes first: their sums need his numbers. */
Status runs_forget_customer(Store *store, CustomerId customer, Error *err)
{
    TRY(store_for_each_row(store, select_classes, customer, forget_in_class, err));
    TRY(store_for_each_row(store, select_columns, customer, forget_in_column, err));
    return store_run_for_customer(store, delete_pins, customer, err);
}
