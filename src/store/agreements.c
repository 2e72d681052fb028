/* agreements.c -- agreements in every version, and shipments allowed in spite of a ban. */
#include "store/agreements.h"

#include "base/fold.h"
#include "store/store_internal.h"

static const char insert_agreement[] =
    "INSERT INTO main.agreement (code, name, name_folded, segment_id, customer_id, based_on, "
    "version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)";
static const char update_agreement[] =
    "UPDATE main.agreement SET code = ?2, name = ?3, name_folded = ?4, version = version + 1 "
    "WHERE id = ?1";
static const char delete_agreement[] = "DELETE FROM main.agreement WHERE id = ?1";
static const char select_taken[] = "SELECT name, code = ?1 FROM main.agreement "
                                   "WHERE (code = ?1 OR name_folded = ?2) AND id <> ?3";
static const char select_based_on[] = "SELECT name FROM main.agreement WHERE based_on = ?1";
static const char insert_version[] =
    "INSERT INTO main.agreement_version (agreement_id, number, at, author, note, price_type, "
    "discount, payment_days, payment_terms, first_day, last_day, priority, status) VALUES (?1, "
    "(SELECT version FROM main.agreement WHERE id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
    "?11, ?12)";
#define AGREEMENT_COLUMNS                                                                       \
    "a.id, a.code, a.name, a.segment_id, a.customer_id, a.based_on, v.number, v.at, v.author, " \
    "v.note, v.price_type, v.discount, v.payment_days, v.payment_terms, v.first_day, "          \
    "v.last_day, v.priority, v.status"
static const char select_agreements[] =
    "SELECT " AGREEMENT_COLUMNS " FROM main.agreement a JOIN main.agreement_version v "
    "ON v.agreement_id = a.id AND v.number = (SELECT max(number) FROM main.agreement_version "
    "WHERE agreement_id = a.id AND at < ?1) ORDER BY v.priority, a.name_folded";
static const char select_versions[] =
    "SELECT " AGREEMENT_COLUMNS " FROM main.agreement a JOIN main.agreement_version v "
    "ON v.agreement_id = a.id WHERE a.id = ?1 ORDER BY v.number";
static const char insert_override[] =
    "INSERT INTO main.shipping_override (at, author, customer_id, order_number, reason, bans) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char select_overrides[] =
    "SELECT id, at, author, customer_id, order_number, reason, bans FROM main.shipping_override "
    "WHERE ?1 IN (0, customer_id) ORDER BY id DESC LIMIT ?2";

/* ---- states ---- */

static const struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} statuses[] = {
#define AGREEMENT_STATUS(name, code, en, ru, uk) \
    [AGREEMENT_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "store/agreement_status.def"
#undef AGREEMENT_STATUS
};

const char *agreement_status_code(AgreementStatus status)
{
    ASSERT(status < AGREEMENT_STATUS_COUNT);
    return statuses[status].code;
}

Text agreement_status_label(AgreementStatus status, Language language)
{
    ASSERT(status < AGREEMENT_STATUS_COUNT && language < LANGUAGE_COUNT);
    return text_of(statuses[status].labels[language]);
}

bool agreement_status_parse(Text code, AgreementStatus *ret_status)
{
    for (size_t i = 0; i < AGREEMENT_STATUS_COUNT; i++) {
        if (!text_equal(code, text_of(statuses[i].code))) continue;
        *ret_status = (AgreementStatus)i;
        return true;
    }
    return false;
}

/* ---- writing ---- */

static Status check_free(Store *store, const AgreementRow *agreement, Text folded, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_taken, &statement, err));
    statement_bind_text(statement, 1, agreement->code);
    statement_bind_text(statement, 2, folded);
    statement_bind_integer(statement, 3, agreement->id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    Text name = statement_text(statement, 0);
    if (statement_integer(statement, 1) != 0)
        return error_set(err, STATUS_CONFLICT,
                         "the agreement '%.*s' has the code '%.*s' already; choose another code",
                         TEXT_FORMAT(name), TEXT_FORMAT(agreement->code));
    return error_set(err, STATUS_CONFLICT,
                     "there is an agreement '%.*s' already; choose another name",
                     TEXT_FORMAT(name));
}

static Status add_version(Store *store, uint32_t id, const AgreementRow *agreement, Error *err)
{
    const AgreementTerms *terms = &agreement->terms;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_version, &statement, err));
    statement_bind_integer(statement, 1, id);
    statement_bind_integer(statement, 2, agreement->at.second);
    statement_bind_text(statement, 3, agreement->author);
    statement_bind_text(statement, 4, agreement->note);
    statement_bind_text(statement, 5, terms->price_type);
    statement_bind_integer_or_null(statement, 6, terms->has_discount, terms->discount);
    statement_bind_integer_or_null(statement, 7, terms->has_payment_days, terms->payment_days);
    statement_bind_text(statement, 8, terms->payment_terms);
    statement_bind_integer_or_null(statement, 9, terms->has_first_day, terms->first_day.day);
    statement_bind_integer_or_null(statement, 10, terms->has_last_day, terms->last_day.day);
    statement_bind_integer(statement, 11, terms->priority);
    statement_bind_text(statement, 12, text_of(agreement_status_code(terms->status)));
    return statement_run(statement, err);
}

static Status add_row(Store *store, const AgreementRow *agreement, uint32_t *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    Text folded = text_fold(agreement->name, arena);
    TRY(check_free(store, agreement, folded, err));
    TRY(store_statement(store, insert_agreement, &statement, err));
    statement_bind_text(statement, 1, agreement->code);
    statement_bind_text(statement, 2, agreement->name);
    statement_bind_text(statement, 3, folded);
    statement_bind_integer_or_null(statement, 4, agreement->segment_id != 0, agreement->segment_id);
    statement_bind_integer_or_null(statement, 5, agreement->customer.value != 0,
                                   agreement->customer.value);
    statement_bind_integer_or_null(statement, 6, agreement->based_on != 0, agreement->based_on);
    TRY(statement_run(statement, err));
    *ret_id = (uint32_t)sqlite3_last_insert_rowid(store->database);
    return STATUS_OK;
}

Status store_add_agreement(Store *store, const AgreementRow *agreement, uint32_t *ret_id,
                           Error *err)
{
    uint32_t id;
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(add_row(store, agreement, &id, err));
    TRY(add_version(store, id, agreement, err));
    TRY(change_commit(&change, err));
    *ret_id = id;
    return STATUS_OK;
}

static Status no_agreement(uint32_t id, Error *err)
{
    return error_set(err, STATUS_NOT_FOUND, "there is no agreement number %u", id);
}

static Status change_row(Store *store, const AgreementRow *agreement, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    Text folded = text_fold(agreement->name, arena);
    TRY(check_free(store, agreement, folded, err));
    TRY(store_statement(store, update_agreement, &statement, err));
    statement_bind_integer(statement, 1, agreement->id);
    statement_bind_text(statement, 2, agreement->code);
    statement_bind_text(statement, 3, agreement->name);
    statement_bind_text(statement, 4, folded);
    TRY(statement_run(statement, err));
    return database_has_changed(store->database) ? STATUS_OK : no_agreement(agreement->id, err);
}

Status store_change_agreement(Store *store, const AgreementRow *agreement, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    TRY(change_row(store, agreement, err));
    TRY(add_version(store, agreement->id, agreement, err));
    return change_commit(&change, err);
}

static Status check_no_base(Store *store, uint32_t id, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_based_on, &statement, err));
    statement_bind_integer(statement, 1, id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    if (!has_row) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the agreement '%.*s' is based on it",
                     TEXT_FORMAT(statement_text(statement, 0)));
}

Status store_remove_agreement(Store *store, uint32_t id, Error *err)
{
    TRY(store_check_writable(store, err));
    TRY(check_no_base(store, id, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_agreement, &statement, err));
    statement_bind_integer(statement, 1, id);
    TRY(statement_run(statement, err));
    return database_has_changed(store->database) ? STATUS_OK : no_agreement(id, err);
}

/* ---- reading ---- */

static Date date_at(sqlite3_stmt *row, int column)
{
    return (Date){(int32_t)statement_integer(row, column)};
}

static Status read_terms(sqlite3_stmt *row, Arena *arena, AgreementTerms *ret_terms, Error *err)
{
    *ret_terms = (AgreementTerms){.price_type = arena_text(arena, statement_text(row, 10)),
                                  .has_discount = !statement_is_null(row, 11),
                                  .discount = (int32_t)statement_integer(row, 11),
                                  .has_payment_days = !statement_is_null(row, 12),
                                  .payment_days = (int32_t)statement_integer(row, 12),
                                  .payment_terms = arena_text(arena, statement_text(row, 13)),
                                  .has_first_day = !statement_is_null(row, 14),
                                  .has_last_day = !statement_is_null(row, 15),
                                  .first_day = date_at(row, 14),
                                  .last_day = date_at(row, 15),
                                  .priority = (int32_t)statement_integer(row, 16)};
    Text status = statement_text(row, 17);
    if (agreement_status_parse(status, &ret_terms->status)) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "an agreement is in the unknown state '%.*s'",
                     TEXT_FORMAT(status));
}

static Status read_row(sqlite3_stmt *row, Arena *arena, AgreementRow *ret_row, Error *err)
{
    *ret_row = (AgreementRow){.id = (uint32_t)statement_integer(row, 0),
                              .code = arena_text(arena, statement_text(row, 1)),
                              .name = arena_text(arena, statement_text(row, 2)),
                              .segment_id = (uint32_t)statement_integer(row, 3),
                              .customer = {(uint32_t)statement_integer(row, 4)},
                              .based_on = (uint32_t)statement_integer(row, 5),
                              .version = (uint32_t)statement_integer(row, 6),
                              .at = {statement_integer(row, 7)},
                              .author = arena_text(arena, statement_text(row, 8)),
                              .note = arena_text(arena, statement_text(row, 9))};
    return read_terms(row, arena, &ret_row->terms, err);
}

static Status read_rows(sqlite3_stmt *statement, Arena *arena, AgreementRow **ret_rows,
                        size_t *ret_count, Error *err)
{
    struct {
        AgreementRow *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        AgreementRow row;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        TRY(read_row(statement, arena, &row, err));
        ARENA_PUSH(arena, &list, row);
    }
    *ret_rows = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_list_agreements(Store *store, AgreementQuery query, Arena *arena,
                             AgreementRow **ret_agreements, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_agreements, &statement, err));
    Date next = {query.as_of.day + 1};
    statement_bind_integer(statement, 1,
                           query.has_as_of ? moment_of(next, 0, 0, 0).second : INT64_MAX);
    return read_rows(statement, arena, ret_agreements, ret_count, err);
}

Status store_list_agreement_versions(Store *store, uint32_t id, Arena *arena,
                                     AgreementRow **ret_versions, size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_versions, &statement, err));
    statement_bind_integer(statement, 1, id);
    return read_rows(statement, arena, ret_versions, ret_count, err);
}

/* ---- shipments in spite of a ban ---- */

Status store_add_shipping_override(Store *store, const ShippingOverride *override, uint64_t *ret_id,
                                   Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_override, &statement, err));
    statement_bind_integer(statement, 1, override->at.second);
    statement_bind_text(statement, 2, override->author);
    statement_bind_integer(statement, 3, override->customer.value);
    statement_bind_text(statement, 4, override->order);
    statement_bind_text(statement, 5, override->reason);
    statement_bind_text(statement, 6, override->bans);
    TRY(statement_run(statement, err));
    *ret_id = (uint64_t)sqlite3_last_insert_rowid(store->database);
    return STATUS_OK;
}

Status store_list_shipping_overrides(Store *store, ShippingOverrideQuery query, Arena *arena,
                                     ShippingOverride **ret_overrides, size_t *ret_count,
                                     Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_overrides, &statement, err));
    statement_bind_integer(statement, 1, query.customer.value);
    statement_bind_integer(statement, 2,
                           query.limit > INT64_MAX ? INT64_MAX : (int64_t)query.limit);
    struct {
        ShippingOverride *items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ShippingOverride row = {.id = (uint64_t)statement_integer(statement, 0),
                                .at = {statement_integer(statement, 1)},
                                .author = arena_text(arena, statement_text(statement, 2)),
                                .customer = {(uint32_t)statement_integer(statement, 3)},
                                .order = arena_text(arena, statement_text(statement, 4)),
                                .reason = arena_text(arena, statement_text(statement, 5)),
                                .bans = arena_text(arena, statement_text(statement, 6))};
        ARENA_PUSH(arena, &list, row);
    }
    *ret_overrides = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
