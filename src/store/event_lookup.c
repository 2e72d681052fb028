/* event_lookup.c -- finding customers and items while events stream in. */
#include "store/event_lookup.h"

#include "base/memory.h"
#include "model/built_in.h"
#include "store/code_table.h"
#include "store/customers.h"
#include "store/merge_parts.h"

#include <stdlib.h>
#include <string.h>

/* All codes are read at once when single queries have cost about as much as that would, never
 * before QUERIES_MIN: a query costs as much as some ten codes of the whole list, and of ten million
 * codes half a gigabyte of memory is touched for the first time. */
enum { QUERIES_MIN = 5000, CODES_PER_QUERY = 16 };

static const char select_all_codes[] =
    "SELECT code, id FROM main.customer INDEXED BY customer_by_code";
/* Codes of those who were merged into others. */
static const char select_former_codes[] = "SELECT from_code FROM main.customer_merge";
static const char select_contact[] =
    "SELECT customer_id FROM main.event_key WHERE stream_id = ?1 AND key = ?2";

typedef struct {
    CustomerId id;
    Text code;
} NewCustomer;

struct EventLookup {
    Store *store;
    Arena *arena;         /* codes of new customers */
    Arena *scratch;       /* of one call */
    CodeTable *customers; /* code to id; 0: known to be absent */
    bool has_all_customers;
    size_t queries_count, queries_max; /* before all are read */
    CodeTable *contacts;               /* code to customer id; 0: absent */
    CodeTable *items;                  /* every spelling met, to the item's id */
    const Items *items_mirror;         /* whose ids these are */
    uint32_t next_customer;            /* id of the next new one; 0: not read yet */
    struct {
        NewCustomer *items;
        size_t count, capacity;
    } new_customers;
};

Status event_lookup_open(Store *store, EventLookup **ret_lookup, Error *err)
{
    int64_t customers;
    TRY(database_number(store->database, "SELECT ifnull(max(id), 0) FROM main.customer", &customers,
                        err));
    if (store->items == NULL) TRY(items_load(store, &store->items, err));
    EventLookup *lookup = MEMORY_NEW(EventLookup);
    lookup->store = store;
    lookup->arena = arena_new();
    lookup->scratch = arena_new();
    lookup->customers = code_table_new();
    lookup->contacts = code_table_new();
    lookup->items = code_table_new();
    lookup->items_mirror = store->items;
    lookup->queries_max = (size_t)customers / CODES_PER_QUERY;
    if (lookup->queries_max < QUERIES_MIN) lookup->queries_max = QUERIES_MIN;
    *ret_lookup = lookup;
    return STATUS_OK;
}

void event_lookup_close(EventLookup *lookup)
{
    if (lookup == NULL) return;
    code_table_free(lookup->customers);
    code_table_free(lookup->contacts);
    code_table_free(lookup->items);
    arena_free(lookup->arena);
    arena_free(lookup->scratch);
    free(lookup);
}

Status event_lookup_check(const EventLookup *lookup, Error *err)
{
    if (lookup->store->items == lookup->items_mirror) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "what the events refer to was taken back; begin the import again");
}

/* ---- customers ---- */

static Status load_former_codes(EventLookup *lookup, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(lookup->store, select_former_codes, &statement, err));
    for (bool has_row;;) {
        CustomerId owner;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) return STATUS_OK;
        Text code = statement_text(statement, 0);
        TRY(merge_find_code(lookup->store, code, &owner, err));
        code_table_set(lookup->customers, code, owner.value);
    }
}

static Status load_all_customers(EventLookup *lookup, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(lookup->store, select_all_codes, &statement, err));
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        code_table_set(lookup->customers, statement_text(statement, 0),
                       (uint32_t)statement_integer(statement, 1));
    }
    lookup->has_all_customers = true;
    return load_former_codes(lookup, err);
}

Status event_lookup_expect_many(EventLookup *lookup, uint64_t count, Error *err)
{
    if (lookup->has_all_customers || count <= lookup->queries_max) return STATUS_OK;
    return load_all_customers(lookup, err);
}

static Status find_customer(EventLookup *lookup, Text code, CustomerId *ret_id, Error *err)
{
    uint32_t id = 0;
    if (!code_table_find(lookup->customers, code, &id) && !lookup->has_all_customers) {
        if (++lookup->queries_count > lookup->queries_max) {
            TRY(load_all_customers(lookup, err));
            if (!code_table_find(lookup->customers, code, &id)) id = 0;
        } else {
            TRY(customer_find(lookup->store, code, ret_id, err));
            id = ret_id->value;
            code_table_set(lookup->customers, code, id);
        }
    }
    ret_id->value = id;
    return STATUS_OK;
}

/* Codes lie there in their one form, so what is found as it stands is in that form. */
bool event_lookup_known_customer(const EventLookup *lookup, Text code, CustomerId *ret_id)
{
    return code_table_find(lookup->customers, code, &ret_id->value) && ret_id->value != 0;
}

Status event_lookup_customer(EventLookup *lookup, Text code, CustomerId *ret_id, Error *err)
{
    Text own;
    if (event_lookup_known_customer(lookup, code, ret_id)) return STATUS_OK;
    TRY(code_of_text("customer", code, lookup->scratch, &own, err));
    Status status = find_customer(lookup, own, ret_id, err);
    arena_reset(lookup->scratch);
    return status;
}

void event_lookup_expect(const EventLookup *lookup, Text customer_code, Text item)
{
    code_table_expect(lookup->customers, customer_code);
    code_table_expect(lookup->items, item);
}

Status event_lookup_add_customer(EventLookup *lookup, Text code, CustomerId *ret_id, Error *err)
{
    Text own;
    TRY(code_of_text("customer", code, lookup->scratch, &own, err));
    CustomerId id;
    TRY(find_customer(lookup, own, &id, err));
    if (id.value != 0)
        return error_set(err, STATUS_CONFLICT, "there is a customer '%.*s' already",
                         TEXT_FORMAT(own));
    if (lookup->next_customer == 0) {
        TRY(customer_next_id(lookup->store, &id, err));
        lookup->next_customer = id.value;
    }
    if (lookup->next_customer > CUSTOMER_ID_MAX)
        return error_set(err, STATUS_LIMIT, "there are too many customers");
    NewCustomer customer = {{lookup->next_customer++}, arena_text(lookup->arena, own)};
    ARENA_PUSH(lookup->arena, &lookup->new_customers, customer);
    code_table_set(lookup->customers, own, customer.id.value);
    *ret_id = customer.id;
    arena_reset(lookup->scratch);
    return STATUS_OK;
}

Status event_lookup_contact(EventLookup *lookup, Text code, CustomerId *ret_id, Error *err)
{
    Text own;
    uint32_t id = 0;
    TRY(code_of_text("contact person", code, lookup->scratch, &own, err));
    if (!code_table_find(lookup->contacts, own, &id)) {
        AUTO(statement_release) sqlite3_stmt *statement = NULL;
        TRY(store_statement(lookup->store, select_contact, &statement, err));
        statement_bind_integer(statement, 1, STREAM_CONTACT + 1);
        statement_bind_text(statement, 2, own);
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        id = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
        code_table_set(lookup->contacts, own, id);
    }
    ret_id->value = id;
    arena_reset(lookup->scratch);
    return STATUS_OK;
}

static int compare_codes(const void *a, const void *b)
{
    return text_compare(((const NewCustomer *)a)->code, ((const NewCustomer *)b)->code);
}

static Status save_customers(EventLookup *lookup, Error *err)
{
    NewCustomer *customers = lookup->new_customers.items;
    size_t count = lookup->new_customers.count;
    /* in the order of codes, so that the indexes are filled from one end */
    if (count > 1) qsort(customers, count, sizeof *customers, compare_codes);
    for (size_t i = 0; i < count; i++)
        TRY(customer_insert_code(lookup->store, customers[i].id, customers[i].code, err));
    memset(&lookup->new_customers, 0, sizeof lookup->new_customers);
    lookup->next_customer = 0; /* others may add customers before the next one */
    arena_reset(lookup->arena);
    return STATUS_OK;
}

/* ---- items ---- */

static Status find_item(EventLookup *lookup, Text text, const Item **ret_item, bool *ret_is_new,
                        Error *err)
{
    Items *items = lookup->store->items;
    Text code;
    TRY(code_of_text("item", text, lookup->scratch, &code, err));
    *ret_item = items_find(items, code);
    *ret_is_new = *ret_item == NULL;
    if (*ret_is_new) *ret_item = items_add_code(items, code);
    return STATUS_OK;
}

bool event_lookup_known_item(const EventLookup *lookup, Text code_or_name, const Item **ret_item)
{
    uint32_t id;
    if (!code_table_find(lookup->items, code_or_name, &id)) return false;
    *ret_item = items_get(lookup->store->items, id);
    __builtin_prefetch(*ret_item); /* its id is read when the event is packed */
    return true;
}

Status event_lookup_item(EventLookup *lookup, Text code_or_name, const Item **ret_item,
                         bool *ret_is_new, Error *err)
{
    *ret_is_new = false;
    if (event_lookup_known_item(lookup, code_or_name, ret_item)) return STATUS_OK;
    TRY(find_item(lookup, code_or_name, ret_item, ret_is_new, err));
    code_table_set(lookup->items, code_or_name, (*ret_item)->id);
    arena_reset(lookup->scratch);
    return STATUS_OK;
}

Status event_lookup_save(EventLookup *lookup, Error *err)
{
    TRY(save_customers(lookup, err));
    return items_save(lookup->store, lookup->store->items, err);
}
