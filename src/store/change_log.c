/* change_log.c -- what of which customers was changed since when, kept with every commit.
 *
 * 1. Each commit that changed customers adds a row with all of them: those of whom anything may be
 *    another, and for each part (the customer's row, his events of a stream) those of whom only
 *    some parts are. Older rows are united when there are many, so a question about a version
 *    within a united row is answered with more customers and parts than changed, never with less.
 * 2. A row that would be too large with parts does without them. Where it still is, the log ends:
 *    who asks about a version before 'changes_since' hears that everything changed.
 * 3. The upper bits of a version are random and belong to the directory, so that a copy of the
 *    data, made from this directory or from another, is not taken for an earlier state of it. */
#include "store/change_log.h"

#include "base/buffer.h"
#include "store/check_parts.h"
#include "store/schema_rows.h"

#include <inttypes.h>
#include <sys/random.h>

enum {
    ROWS_MAX = 256,
    ROW_BYTES_MAX = 1 << 20, /* about as many customers */
    ALL_BYTES_MAX = 8 << 20,
    PARTS_MAX = STREAMS_MAX + 1, /* of a customer */
    COUNTER_BITS = 36,           /* of a version; those above say which directory */
    RANDOM_BITS = 22             /* settings hold numbers of 18 digits */
};

static const char insert_row[] =
    "INSERT INTO main.change_log (data_version, customers, parts) VALUES (?1, ?2, ?3)";
static const char select_rows[] =
    "SELECT data_version, customers, parts FROM main.change_log WHERE data_version > ?1 "
    "ORDER BY data_version";
static const char select_size[] =
    "SELECT count(*), ifnull(sum(length(customers) + length(parts)), 0) FROM main.change_log";
static const char select_nth[] =
    "SELECT data_version FROM main.change_log ORDER BY data_version LIMIT 1 OFFSET ?1";
static const char delete_rows[] = "DELETE FROM main.change_log WHERE data_version <= ?1";

/* ---- customers as bytes ---- */

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

/* Each part that somebody is in: its number, they, and a zero, which is no difference of ids. */
static void put_parts(Buffer *out, CustomerParts *changed)
{
    for (size_t i = 0; i < changed->count; i++) {
        PartCustomers *part = &changed->items[i];
        customer_set_subtract(&part->customers, &changed->whole);
        if (customer_set_is_empty(&part->customers)) continue;
        put_varint(out, part->part);
        put_customers(out, &part->customers);
        put_varint(out, 0);
    }
}

/* False at the end, and when the bytes are damaged: something is left then. */
static bool take_varint(Text *bytes, uint32_t *ret_number)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes->size && i < 5; i++) {
        uint8_t byte = (uint8_t)bytes->data[i];
        number |= (uint64_t)(byte & 0x7f) << 7 * i;
        if ((byte & 0x80) != 0) continue;
        if (number > UINT32_MAX) return false;
        *ret_number = (uint32_t)number;
        *bytes = text_slice(*bytes, i + 1, bytes->size);
        return true;
    }
    return false;
}

/* Up to a zero, which is taken, or the end; false when an id is none. */
static bool take_customers(Text *bytes, CustomerSet *customers)
{
    uint64_t id = 0;
    for (uint32_t difference; take_varint(bytes, &difference) && difference != 0;) {
        id += difference;
        if (id > CUSTOMER_ID_MAX) return false;
        customer_set_add(customers, (CustomerId){(uint32_t)id});
    }
    return true;
}

/* Adds what a row tells; false when it is damaged. */
static bool take_row(sqlite3_stmt *row, CustomerParts *changed)
{
    Text whole = statement_blob(row, 1), parts = statement_blob(row, 2);
    bool has_no_end = whole.size == 0 || whole.data[whole.size - 1] != 0;
    bool has_end = parts.size == 0 || parts.data[parts.size - 1] == 0;
    if (whole.size + parts.size == 0 || !has_no_end || !has_end) return false;
    if (!take_customers(&whole, &changed->whole)) return false;
    for (uint32_t part; changed->count <= PARTS_MAX && take_varint(&parts, &part);)
        if (!take_customers(&parts, customer_parts_of(changed, part))) return false;
    return whole.size + parts.size == 0;
}

/* ---- keeping the log short ---- */

static Status run_with_version(Store *store, const char *sql, int64_t version, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_integer(statement, 1, version);
    return statement_run(statement, err);
}

/* A row as it is written. */
typedef struct {
    Buffer whole, parts;
} RowBytes;

static void row_bytes_done(RowBytes *bytes)
{
    buffer_done(&bytes->whole);
    buffer_done(&bytes->parts);
}

/* False when it would be too large; without parts when that helps. */
static bool put_row(RowBytes *bytes, CustomerParts *changed)
{
    put_customers(&bytes->whole, &changed->whole);
    put_parts(&bytes->parts, changed);
    if (bytes->whole.size + bytes->parts.size <= ROW_BYTES_MAX) return true;
    customer_parts_widen(changed);
    buffer_clear(&bytes->whole);
    buffer_clear(&bytes->parts);
    put_customers(&bytes->whole, &changed->whole);
    return bytes->whole.size <= ROW_BYTES_MAX;
}

/* Never NULL. */
static Text bytes_of(const Buffer *buffer)
{
    return buffer->size == 0 ? TEXT("") : buffer_view(buffer);
}

static Status write_row(Store *store, int64_t version, const RowBytes *bytes, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_row, &statement, err));
    statement_bind_integer(statement, 1, version);
    statement_bind_blob(statement, 2, bytes_of(&bytes->whole));
    statement_bind_blob(statement, 3, bytes_of(&bytes->parts));
    return statement_run(statement, err);
}

/* Nothing is known of changes up to this version. */
static Status cut_off(Store *store, int64_t version, Error *err)
{
    TRY(run_with_version(store, delete_rows, version, err));
    return setting_write_number(store, SETTING_CHANGES_SINCE, version, err);
}

/* Rows after one version and up to another together; false when one of them is damaged. */
static Status read_rows(Store *store, int64_t after, int64_t last, CustomerParts *changed,
                        bool *ret_is_sound, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_rows, &statement, err));
    statement_bind_integer(statement, 1, after);
    *ret_is_sound = true;
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row || statement_integer(statement, 0) > last) return STATUS_OK;
        *ret_is_sound &= take_row(statement, changed);
    }
}

static Status unite_up_to(Store *store, int64_t last, Error *err)
{
    AUTO(customer_parts_free) CustomerParts changed = {0};
    AUTO(row_bytes_done) RowBytes bytes = {0};
    bool is_sound;
    TRY(read_rows(store, 0, last, &changed, &is_sound, err));
    if (!is_sound || !put_row(&bytes, &changed)) return cut_off(store, last, err);
    TRY(run_with_version(store, delete_rows, last, err));
    return write_row(store, last, &bytes, err);
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
    AUTO(row_bytes_done) RowBytes bytes = {0};
    if (!put_row(&bytes, &store->pending.changed)) return cut_off(store, version, err);
    if (bytes.whole.size + bytes.parts.size == 0) return STATUS_OK;
    TRY(write_row(store, version, &bytes, err));
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
    customer_parts_free(&store->pending.changed);
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

static Status read_changes(Store *store, uint64_t version, StoreChanges *changes,
                           CustomerParts *changed, Error *err)
{
    int64_t since;
    TRY(setting_read_number(store, SETTING_CHANGES_SINCE, &since, err));
    TRY(store_data_version(store, &changes->data_version, err));
    bool is_known = version >= (uint64_t)since && version <= changes->data_version;
    if (is_known) TRY(read_rows(store, (int64_t)version, INT64_MAX, changed, &is_known, err));
    changes->is_everything = !is_known;
    return STATUS_OK;
}

Status store_changed_parts_since(Store *store, uint64_t version, StoreChanges *ret_changes,
                                 CustomerParts *ret_parts, Error *err)
{
    StoreChanges changes = {0};
    CustomerParts parts = {0};
    bool is_own_snapshot = !store->is_reading;
    if (is_own_snapshot) TRY(store_read_begin(store, err));
    Status status = read_changes(store, version, &changes, &parts, err);
    if (is_own_snapshot) store_read_end(store);
    if (status != STATUS_OK || changes.is_everything)
        customer_parts_free(&parts);
    else
        changes.customers = customer_parts_everybody(&parts);
    if (status != STATUS_OK) return status;
    *ret_changes = changes;
    *ret_parts = parts;
    return STATUS_OK;
}

Status store_changes_since(Store *store, uint64_t version, StoreChanges *ret_changes, Error *err)
{
    CustomerParts parts;
    TRY(store_changed_parts_since(store, version, ret_changes, &parts, err));
    customer_parts_free(&parts);
    return STATUS_OK;
}

/* ---- check ---- */

static bool is_part(const Schema *schema, uint32_t part)
{
    bool is_known = part == PART_ROW;
    for (size_t i = 0; i < schema->streams_count; i++)
        is_known |= schema->streams[i].id == part;
    return is_known;
}

static bool row_is_sound(const Schema *schema, sqlite3_stmt *row)
{
    AUTO(customer_parts_free) CustomerParts changed = {0};
    Text whole = statement_blob(row, 1), parts = statement_blob(row, 2);
    bool is_sound = whole.size + parts.size <= ROW_BYTES_MAX && take_row(row, &changed);
    for (size_t i = 0; i < changed.count; i++)
        is_sound &= is_part(schema, changed.items[i].part);
    return is_sound;
}

static Status check_rows(Problems *problems, int64_t since, int64_t now, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(problems->store, select_rows, &row, err));
    statement_bind_integer(row, 1, 0);
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        int64_t version = statement_integer(row, 0);
        if (version <= since || version > now)
            problem_add(problems,
                        "the log of changes has a row of version %" PRId64
                        " that does not belong to it",
                        version);
        if (!row_is_sound(store_schema(problems->store), row))
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
