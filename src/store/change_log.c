/* change_log.c -- which customers were changed since when, kept with every commit.
 *
 * 1. Each commit that changed customers adds a row with all of them. Older rows are united when
 *    there are many, so a question about a version within a united row is answered with more
 *    customers than changed, never with less.
 * 2. Where a row would be too large, the log ends there: who asks about a version before
 *    'changes_since' hears that everything changed.
 * 3. The upper bits of a version are random and belong to the directory, so that a copy of the
 *    data, made from this directory or from another, is not taken for an earlier state of it. */
#include "store/change_log.h"

#include "base/buffer.h"
#include "store/check_parts.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

enum {
    ROWS_MAX = 256,
    ROW_BYTES_MAX = 1 << 20, /* about as many customers */
    ALL_BYTES_MAX = 8 << 20,
    COUNTER_BITS = 36, /* of a version; those above say which directory */
    RANDOM_BITS = 22   /* settings hold numbers of 18 digits */
};

static const char insert_row[] =
    "INSERT INTO main.change_log (data_version, customers) VALUES (?1, ?2)";
static const char select_rows[] =
    "SELECT data_version, customers FROM main.change_log WHERE data_version > ?1 "
    "ORDER BY data_version";
static const char select_size[] =
    "SELECT count(*), ifnull(sum(length(customers)), 0) FROM main.change_log";
static const char select_nth[] =
    "SELECT data_version FROM main.change_log ORDER BY data_version LIMIT 1 OFFSET ?1";
static const char delete_rows[] = "DELETE FROM main.change_log WHERE data_version <= ?1";

/* ---- lists of customers as bytes ---- */

static void put_varint(Buffer *out, uint32_t number)
{
    for (; number >= 0x80; number >>= 7)
        buffer_char(out, (char)(number | 0x80));
    buffer_char(out, (char)number);
}

static void put_customers(Buffer *out, const CustomerSet *customers)
{
    uint32_t before = 0;
    CustomerId id = customer_set_next(customers, (CustomerId){1});
    while (id.value != 0 && out->size <= ROW_BYTES_MAX) {
        put_varint(out, id.value - before);
        before = id.value;
        id = customer_set_next(customers, (CustomerId){id.value + 1});
    }
}

/* Adds the customers of a row; false when its bytes are damaged. */
static bool take_customers(Text bytes, CustomerSet *customers)
{
    uint64_t id = 0, difference = 0;
    int shift = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = (uint8_t)bytes.data[i];
        difference |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) != 0 && shift < 35) continue;
        id += difference;
        if ((byte & 0x80) != 0 || difference == 0 || id > INT32_MAX) return false;
        customer_set_add(customers, (CustomerId){(uint32_t)id});
        difference = 0;
        shift = 0;
    }
    return shift == 0;
}

/* ---- keeping the log short ---- */

static Status run_with_version(Store *store, const char *sql, int64_t version, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_integer(statement, 1, version);
    return statement_run(statement, err);
}

static Status write_row(Store *store, int64_t version, Text customers, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_row, &statement, err));
    statement_bind_integer(statement, 1, version);
    statement_bind_blob(statement, 2, customers);
    return statement_run(statement, err);
}

/* Nothing is known of changes up to this version. */
static Status cut_off(Store *store, int64_t version, Error *err)
{
    TRY(run_with_version(store, delete_rows, version, err));
    return setting_write_number(store, SETTING_CHANGES_SINCE, version, err);
}

/* Rows after one version and up to another in one set; false when one of them is damaged. */
static Status read_rows(Store *store, int64_t after, int64_t last, CustomerSet *customers,
                        bool *ret_is_sound, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_rows, &statement, err));
    statement_bind_integer(statement, 1, after);
    *ret_is_sound = true;
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row || statement_integer(statement, 0) > last) return STATUS_OK;
        *ret_is_sound &= take_customers(statement_blob(statement, 1), customers);
    }
}

static Status unite_up_to(Store *store, int64_t last, Error *err)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    AUTO(buffer_done) Buffer bytes = {0};
    bool is_sound;
    TRY(read_rows(store, 0, last, &customers, &is_sound, err));
    put_customers(&bytes, &customers);
    if (!is_sound || bytes.size > ROW_BYTES_MAX) return cut_off(store, last, err);
    TRY(run_with_version(store, delete_rows, last, err));
    return write_row(store, last, buffer_view(&bytes), err);
}

/* Unite the older half when there is too much. */
static Status keep_short(Store *store, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *size = NULL;
    TRY(store_statement(store, select_size, &size, err));
    bool has_row;
    TRY(statement_step(size, &has_row, err));
    int64_t rows_count = statement_integer(size, 0);
    if (rows_count <= ROWS_MAX && statement_integer(size, 1) <= ALL_BYTES_MAX) return STATUS_OK;
    AUTO(statement_release) sqlite3_stmt *middle = NULL;
    TRY(store_statement(store, select_nth, &middle, err));
    statement_bind_integer(middle, 1, rows_count / 2);
    TRY(statement_step(middle, &has_row, err));
    return unite_up_to(store, statement_integer(middle, 0), err);
}

/* ---- with every commit ---- */

static Status save_customers(Store *store, int64_t version, Error *err)
{
    AUTO(buffer_done) Buffer bytes = {0};
    put_customers(&bytes, &store->pending.customers);
    if (bytes.size == 0) return STATUS_OK;
    if (bytes.size > ROW_BYTES_MAX) return cut_off(store, version, err);
    TRY(write_row(store, version, buffer_view(&bytes), err));
    return keep_short(store, err);
}

Status change_log_save(Store *store, Error *err)
{
    if (!store->pending.has_any) return STATUS_OK;
    int64_t version;
    TRY(setting_read_number(store, SETTING_DATA_VERSION, &version, err));
    TRY(setting_write_number(store, SETTING_DATA_VERSION, ++version, err));
    TRY(store->pending.is_everything ? cut_off(store, version, err)
                                     : save_customers(store, version, err));
    change_log_forget(store);
    return STATUS_OK;
}

void change_log_forget(Store *store)
{
    CustomerSet *customers = &store->pending.customers;
    if (customers->words_count > 0)
        memset(customers->words, 0, customers->words_count * sizeof *customers->words);
    store->pending.has_any = store->pending.is_everything = false;
}

/* ---- versions ---- */

Status random_bytes(void *out, size_t size_bytes, Error *err)
{
    if (getrandom(out, size_bytes, 0) == (ssize_t)size_bytes) return STATUS_OK;
    return error_set(err, STATUS_IO, "the system gives no random numbers");
}

static Status first_version(int64_t *ret_version, Error *err)
{
    uint32_t random;
    TRY(random_bytes(&random, sizeof random, err));
    *ret_version = ((int64_t)(random >> (32 - RANDOM_BITS)) + 1) << COUNTER_BITS;
    return STATUS_OK;
}

Status change_log_begin(Store *store, Error *err)
{
    int64_t version;
    TRY(setting_read_number(store, SETTING_DATA_VERSION, &version, err));
    if (version != 0) return STATUS_OK;
    TRY(first_version(&version, err));
    TRY(setting_write_number(store, SETTING_DATA_VERSION, version, err));
    return setting_write_number(store, SETTING_CHANGES_SINCE, version, err);
}

Status change_log_part_ways(Arena *arena, Text *ret_sql, Error *err)
{
    int64_t version;
    TRY(first_version(&version, err));
    *ret_sql =
        arena_printf(arena,
                     "DELETE FROM main.change_log; "
                     "UPDATE main.setting SET value = '%" PRId64 "' WHERE name IN ('%s', '%s')",
                     version, SETTING_DATA_VERSION, SETTING_CHANGES_SINCE);
    return STATUS_OK;
}

Status store_data_version(Store *store, uint64_t *ret_version, Error *err)
{
    int64_t version;
    TRY(setting_read_number(store, SETTING_DATA_VERSION, &version, err));
    *ret_version = (uint64_t)version;
    return STATUS_OK;
}

static Status read_changes(Store *store, uint64_t version, StoreChanges *changes, Error *err)
{
    int64_t since;
    TRY(setting_read_number(store, SETTING_CHANGES_SINCE, &since, err));
    TRY(store_data_version(store, &changes->data_version, err));
    bool is_known = version >= (uint64_t)since && version <= changes->data_version;
    if (is_known)
        TRY(read_rows(store, (int64_t)version, INT64_MAX, &changes->customers, &is_known, err));
    changes->is_everything = !is_known;
    return STATUS_OK;
}

Status store_changes_since(Store *store, uint64_t version, StoreChanges *ret_changes, Error *err)
{
    StoreChanges changes = {0};
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    Status status = read_changes(store, version, &changes, err);
    if (is_own_snapshot) store_read_end(store);
    if (status != STATUS_OK || changes.is_everything) customer_set_free(&changes.customers);
    if (status == STATUS_OK) *ret_changes = changes;
    return status;
}

/* ---- check ---- */

static Status check_rows(Problems *problems, int64_t since, int64_t now, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(problems->store, select_rows, &row, err));
    statement_bind_integer(row, 1, 0);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        AUTO(customer_set_free) CustomerSet customers = {0};
        int64_t version = statement_integer(row, 0);
        Text bytes = statement_blob(row, 1);
        if (version <= since || version > now)
            problem_add(problems,
                        "the log of changes has a row of version %" PRId64
                        " that does not belong to it",
                        version);
        if (bytes.size == 0 || bytes.size > ROW_BYTES_MAX || !take_customers(bytes, &customers))
            problem_add(problems,
                        "the customers of version %" PRId64 " in the log of changes are damaged",
                        version);
    }
}

Status check_change_log(Problems *problems, Error *err)
{
    int64_t since, now;
    TRY(setting_read_number(problems->store, SETTING_CHANGES_SINCE, &since, err));
    TRY(setting_read_number(problems->store, SETTING_DATA_VERSION, &now, err));
    if (since <= 0 || now < since || since >> COUNTER_BITS != now >> COUNTER_BITS)
        problem_add(problems,
                    "the version of the data, %" PRId64
                    ", and the one from which on changes are known, %" PRId64
                    ", do not fit together",
                    now, since);
    return check_rows(problems, since, now, err);
}
