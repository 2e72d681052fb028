/* class_pins.c -- classes that people gave to single customers. */
#include "store/classifications.h"

#include "store/store_internal.h"

static const char upsert_pin[] = "INSERT OR REPLACE INTO main.class_pin "
                                 "(classification_id, customer_id, class, at, author, reason, "
                                 "until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char delete_pin[] =
    "DELETE FROM main.class_pin WHERE classification_id = ?1 AND customer_id = ?2";
static const char select_pins[] =
    "SELECT customer_id, class, at, author, reason, until FROM main.class_pin "
    "WHERE classification_id = ?1 ORDER BY customer_id";

Status store_set_class_pin(Store *store, uint32_t classification_id, const ClassPin *pin,
                           Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, upsert_pin, &statement, err));
    statement_bind_integer(statement, 1, classification_id);
    statement_bind_integer(statement, 2, pin->customer.value);
    statement_bind_text(statement, 3, pin->class_name);
    statement_bind_integer(statement, 4, pin->at.second);
    statement_bind_text(statement, 5, pin->author);
    statement_bind_text(statement, 6, pin->reason);
    statement_bind_integer_or_null(statement, 7, pin->has_until, pin->until.day);
    return statement_run(statement, err);
}

Status store_remove_class_pin(Store *store, uint32_t classification_id, CustomerId customer,
                              Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_pin, &statement, err));
    statement_bind_integer(statement, 1, classification_id);
    statement_bind_integer(statement, 2, customer.value);
    TRY(statement_run(statement, err));
    return sqlite3_changes(store->database) > 0
               ? STATUS_OK
               : error_set(err, STATUS_CONFLICT, "nobody gave a class to this customer");
}

Status store_list_class_pins(Store *store, uint32_t classification_id, Arena *arena,
                             ClassPin **ret_pins, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_pins, &statement, err));
    statement_bind_integer(statement, 1, classification_id);
    struct {
        ClassPin *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ClassPin pin = {.customer = {(uint32_t)statement_integer(statement, 0)},
                        .class_name = arena_text(arena, statement_text(statement, 1)),
                        .at = {statement_integer(statement, 2)},
                        .author = arena_text(arena, statement_text(statement, 3)),
                        .reason = arena_text(arena, statement_text(statement, 4)),
                        .has_until = !statement_is_null(statement, 5),
                        .until = {(int32_t)statement_integer(statement, 5)}};
        ARENA_PUSH(arena, &list, pin);
    }
    *ret_pins = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
