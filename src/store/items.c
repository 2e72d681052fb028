/* items.c -- items: the list in memory, writing, finding, listing.
 *
 * The list has a place for every id up to the highest. The place of an item that was removed is
 * empty: it has no code, and no event refers to it. */
#include "store/items.h"

#include "base/fold.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "store/cell.h"
#include "store/change_log.h"
#include "store/lists.h"
#include "store/store_internal.h"

#include <stdlib.h>

static const char select_items[] =
    "SELECT id, code, name, group_path, brand, price, cost FROM main.item WHERE id >= ?1 "
    "ORDER BY id";
static const char select_item_by_code[] =
    "SELECT id, code, name, group_path, brand, price, cost FROM main.item WHERE code = ?1";
static const char select_item_by_name[] =
    "SELECT id, code, name, group_path, brand, price, cost FROM main.item WHERE name_folded = ?1 "
    "ORDER BY id LIMIT 1";
static const char select_item_page[] =
    "SELECT id, code, name, group_path, brand, price, cost FROM main.item "
    "WHERE code > ?1 AND instr(search, ?2) > 0 ORDER BY code LIMIT ?3";
static const char upsert_item[] =
    "INSERT INTO main.item (id, code, search, name, name_folded, group_path, brand, price, cost) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET "
    "code = excluded.code, search = excluded.search, name = excluded.name, name_folded = "
    "excluded.name_folded, "
    "group_path = excluded.group_path, brand = excluded.brand, price = excluded.price, "
    "cost = excluded.cost";
static const char select_item_id_max[] = "SELECT max(id) FROM main.item";
static const char select_item_codes[] = "SELECT code FROM main.item";

static const PropertyType attribute_types[ITEM_ATTRIBUTE_COUNT] = {
    [ITEM_CODE] = PROPERTY_TEXT,  [ITEM_NAME] = PROPERTY_TEXT,   [ITEM_GROUP] = PROPERTY_HIERARCHY,
    [ITEM_BRAND] = PROPERTY_TEXT, [ITEM_PRICE] = PROPERTY_MONEY, [ITEM_COST] = PROPERTY_MONEY,
};

struct Items {
    Arena *arena;
    Item **by_id; /* index is the id; index 0 is unused */
    size_t count, capacity;
    Map *codes;
    Map *names; /* folded */
    size_t saved_count;
};

/* ---- rows ---- */

static Value money(sqlite3_stmt *statement, int column)
{
    if (statement_is_null(statement, column)) return value_missing();
    return value_decimal(statement_integer(statement, column));
}

static Item read_item(sqlite3_stmt *statement, Arena *arena)
{
    return (Item){
        .id = (uint32_t)statement_integer(statement, 0),
        .code = arena_text(arena, statement_text(statement, 1)),
        .name = arena_text(arena, statement_text(statement, 2)),
        .group = arena_text(arena, statement_text(statement, 3)),
        .brand = arena_text(arena, statement_text(statement, 4)),
        .price = money(statement, 5),
        .cost = money(statement, 6),
    };
}

static void bind_money(sqlite3_stmt *statement, int parameter, Value value)
{
    statement_bind_integer_or_null(statement, parameter, !value_is_missing(value),
                                   value.as.decimal);
}

static Status write_row(Store *store, const Item *item, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, upsert_item, &statement, err));
    statement_bind_integer(statement, 1, item->id);
    statement_bind_text(statement, 2, item->code);
    statement_bind_text(statement, 3, search_text(item->code, item->name, arena));
    statement_bind_text_or_null(statement, 4, item->name);
    statement_bind_text_or_null(statement, 5, text_fold(item->name, arena));
    statement_bind_text_or_null(statement, 6, item->group);
    statement_bind_text_or_null(statement, 7, item->brand);
    bind_money(statement, 8, item->price);
    bind_money(statement, 9, item->cost);
    return statement_run(statement, err);
}

/* ---- the list in memory ---- */

void items_free(Items *items)
{
    if (items == NULL) return;
    arena_free(items->arena);
    map_free(items->codes);
    map_free(items->names);
    free(items->by_id);
    free(items);
}

static void items_done(Items **items)
{
    items_free(*items);
}

static Item *append(Items *items, Item item)
{
    if (items->count == items->capacity) {
        items->capacity = items->capacity < 512 ? 1024 : items->capacity * 2;
        items->by_id =
            memory_resize(items->by_id, memory_product(items->capacity, sizeof *items->by_id));
    }
    Item *own = ARENA_NEW(items->arena, Item);
    *own = item;
    items->by_id[items->count++] = own;
    return own;
}

static void index_item(Items *items, const Item *item)
{
    map_set(items->codes, item->code, item->id);
    if (item->name.size == 0) return;
    uint64_t first;
    map_add(items->names, text_fold(item->name, items->arena), item->id, &first);
}

/* Those behind the last one of the list. */
static Status read_rest(Store *store, Items *items, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_items, &statement, err));
    statement_bind_integer(statement, 1, (int64_t)items->count);
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Item item = read_item(statement, items->arena);
        if (item.id < items->count || item.id - items->count > ITEMS_REMOVED_MAX)
            return error_set(err, STATUS_CORRUPT, "the ids of items have a gap before %u", item.id);
        while (items->count < item.id)
            append(items, (Item){.id = (uint32_t)items->count});
        index_item(items, append(items, item));
    }
    items->saved_count = items->count;
    return STATUS_OK;
}

Status items_load(Store *store, Items **ret_items, Error *err)
{
    AUTO(items_done) Items *items = MEMORY_NEW(Items);
    items->arena = arena_new();
    items->codes = map_new(0);
    items->names = map_new(0);
    append(items, (Item){0});
    TRY(read_rest(store, items, err));
    *ret_items = items;
    items = NULL;
    return STATUS_OK;
}

Status items_follow(Store *store, Items *items, Error *err)
{
    ASSERT(!items_has_new(items));
    return read_rest(store, items, err);
}

const Item *items_get(const Items *items, uint64_t id)
{
    bool is_there = id > 0 && id < items->count && items->by_id[id]->code.size > 0;
    return is_there ? items->by_id[id] : NULL;
}

const Item *items_find(const Items *items, Text code_or_name)
{
    uint64_t id;
    /* codes and names that items had before stay in the maps */
    if (map_find(items->codes, code_or_name, &id) &&
        text_equal(items->by_id[id]->code, code_or_name))
        return items->by_id[id];
    AUTO(arena_done) Arena *arena = arena_new();
    Text folded = text_fold(code_or_name, arena);
    if (!map_find(items->names, folded, &id)) return NULL;
    return text_equal_folded(items->by_id[id]->name, folded) ? items->by_id[id] : NULL;
}

const Item *items_add_code(Items *items, Text code)
{
    Item *item =
        append(items, (Item){.id = (uint32_t)items->count, .code = arena_text(items->arena, code)});
    index_item(items, item);
    return item;
}

void items_put(Items *items, const Item *item)
{
    ASSERT(item->id > 0 && item->id <= items->count);
    Item own = *item;
    own.code = arena_text(items->arena, item->code);
    own.name = arena_text(items->arena, item->name);
    own.group = arena_text(items->arena, item->group);
    own.brand = arena_text(items->arena, item->brand);
    if (item->id == items->count)
        append(items, own);
    else
        *items->by_id[item->id] = own;
    index_item(items, items->by_id[item->id]);
}

Status items_save(Store *store, Items *items, Error *err)
{
    if (items_has_new(items)) change_log_note_addition(store);
    for (size_t id = items->saved_count; id < items->count; id++)
        TRY(write_row(store, items->by_id[id], err));
    items->saved_count = items->count;
    return STATUS_OK;
}

bool items_has_new(const Items *items)
{
    return items->saved_count < items->count;
}

/* ---- finding ---- */

/* The first row of a statement with one text; id 0 when there is none. */
static Status select_one(Store *store, const char *sql, Text text, Arena *arena, Item *ret_item,
                         Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, sql, &statement, err));
    statement_bind_text(statement, 1, text);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_item = has_row ? read_item(statement, arena) : (Item){0};
    return STATUS_OK;
}

static Status not_found(Store *store, Text wanted, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text near;
    TRY(nearest_code(store, select_item_codes, wanted, arena, &near, err));
    if (near.size == 0)
        return error_set(err, STATUS_NOT_FOUND, "there is no item '%.*s'", TEXT_FORMAT(wanted));
    return error_set(err, STATUS_NOT_FOUND, "there is no item '%.*s'; did you mean '%.*s'?",
                     TEXT_FORMAT(wanted), TEXT_FORMAT(near));
}

Status store_find_item(Store *store, Text code_or_name, Arena *arena, const Item **ret_item,
                       Error *err)
{
    Item item;
    Text code = text_nfc(text_trim(code_or_name), arena);
    TRY(select_one(store, select_item_by_code, code, arena, &item, err));
    if (item.id == 0)
        TRY(select_one(store, select_item_by_name, text_fold(code_or_name, arena), arena, &item,
                       err));
    if (item.id == 0) return not_found(store, code_or_name, err);
    Item *found = ARENA_NEW(arena, Item);
    *found = item;
    *ret_item = found;
    return STATUS_OK;
}

Status store_list_items(Store *store, const ListQuery *query, Arena *arena, const Item ***ret_list,
                        size_t *ret_count, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_item_page, &statement, err));
    bind_list_query(statement, query, arena);
    struct {
        const Item **items;
        size_t count, capacity;
    } list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        Item *item = ARENA_NEW(arena, Item);
        *item = read_item(statement, arena);
        ARENA_PUSH(arena, &list, (const Item *)item);
    }
    *ret_list = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}

Status store_items(Store *store, const Item *const **ret_items, size_t *ret_count, Error *err)
{
    ASSERT(store->is_reading);
    if (store->items == NULL) TRY(items_load(store, &store->items, err));
    *ret_items = (const Item *const *)(store->items->by_id + 1);
    *ret_count = store->items->count - 1;
    return STATUS_OK;
}

/* ---- writing ---- */

static Status attribute_cell(ItemAttribute attribute, Value value, Arena *arena, Cell *ret_cell,
                             Error *err)
{
    CellShape shape = {.name = text_of(item_attribute_name(attribute)),
                       .type = attribute_types[attribute]};
    return cell_of_value(&shape, value, arena, ret_cell, err);
}

static Status text_attribute(ItemAttribute attribute, Text text, Arena *arena, Text *ret,
                             Error *err)
{
    Cell cell;
    TRY(attribute_cell(attribute, value_text(text), arena, &cell, err));
    *ret = cell.text;
    return STATUS_OK;
}

static Status money_attribute(ItemAttribute attribute, Value value, Arena *arena, Value *ret,
                              Error *err)
{
    Cell cell;
    TRY(attribute_cell(attribute, value, arena, &cell, err));
    *ret = value;
    return STATUS_OK;
}

/* Put what the caller gave into `item`; WRITE_REPLACE empties the rest. */
static Status take_attributes(const ItemWrite *write, WriteMode mode, Arena *arena, Item *item,
                              Error *err)
{
    const Item *given = &write->item;
    const bool *is_given = write->is_given;
    if (mode == WRITE_REPLACE) *item = (Item){.id = item->id, .code = item->code};
    if (is_given[ITEM_NAME]) TRY(text_attribute(ITEM_NAME, given->name, arena, &item->name, err));
    if (is_given[ITEM_GROUP])
        TRY(text_attribute(ITEM_GROUP, given->group, arena, &item->group, err));
    if (is_given[ITEM_BRAND])
        TRY(text_attribute(ITEM_BRAND, given->brand, arena, &item->brand, err));
    if (is_given[ITEM_PRICE])
        TRY(money_attribute(ITEM_PRICE, given->price, arena, &item->price, err));
    if (is_given[ITEM_COST]) TRY(money_attribute(ITEM_COST, given->cost, arena, &item->cost, err));
    return STATUS_OK;
}

static bool money_equal(Value a, Value b)
{
    return a.kind == b.kind && (a.kind == VALUE_MISSING || a.as.decimal == b.as.decimal);
}

static bool item_equal(const Item *a, const Item *b)
{
    return text_equal(a->name, b->name) && text_equal(a->group, b->group) &&
           text_equal(a->brand, b->brand) && money_equal(a->price, b->price) &&
           money_equal(a->cost, b->cost);
}

static Status next_id(Store *store, uint32_t *ret_id, Error *err)
{
    int64_t id;
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_item_id_max, &statement, err));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    id = statement_integer(statement, 0) + 1;
    if (id > INT32_MAX) return error_set(err, STATUS_LIMIT, "there are too many items");
    *ret_id = (uint32_t)id;
    return STATUS_OK;
}

static bool is_code_alone(const Item *item)
{
    return item->name.size == 0 && item->group.size == 0 && item->brand.size == 0 &&
           value_is_missing(item->price) && value_is_missing(item->cost);
}

/* Events may have named an item before it was itself imported: what is known by nothing but a code,
 * which is the name of the one that comes now, is that item, and takes its code. Id 0: there is
 * none. */
static Status find_met_by_name(Store *store, const ItemWrite *write, Arena *arena, Item *ret_item,
                               Error *err)
{
    *ret_item = (Item){0};
    Text name = text_nfc(text_trim(write->item.name), arena);
    if (!write->is_given[ITEM_NAME] || name.size == 0) return STATUS_OK;
    TRY(select_one(store, select_item_by_code, name, arena, ret_item, err));
    if (!is_code_alone(ret_item)) *ret_item = (Item){0};
    return STATUS_OK;
}

static Status store_row(Store *store, const Item *item, bool is_new, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin_single(store, &change, err));
    if (is_new)
        change_log_note_addition(store);
    else
        change_log_note_everything(store);
    TRY(write_row(store, item, err));
    TRY(change_commit(&change, err));
    if (store->items != NULL) items_put(store->items, item);
    return STATUS_OK;
}

Status store_write_item(Store *store, const ItemWrite *write, WriteMode mode,
                        WriteResult *ret_result, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(arena_done) Arena *arena = arena_new();
    Text code;
    Item before;
    TRY(code_of_text("item", write->item.code, arena, &code, err));
    TRY(select_one(store, select_item_by_code, code, arena, &before, err));
    bool is_new = before.id == 0;
    if (!is_new && mode == WRITE_INSERT)
        return error_set(err, STATUS_CONFLICT, "there is an item '%.*s' already",
                         TEXT_FORMAT(code));
    if (is_new) TRY(find_met_by_name(store, write, arena, &before, err));
    Item item = before;
    item.code = code;
    bool has_new_id = before.id == 0;
    if (has_new_id) TRY(next_id(store, &item.id, err));
    TRY(take_attributes(write, mode, arena, &item, err));
    *ret_result = is_new ? WRITE_ADDED : WRITE_UPDATED;
    if (!is_new && item_equal(&item, &before)) {
        *ret_result = WRITE_UNCHANGED;
        return STATUS_OK;
    }
    return store_row(store, &item, has_new_id, err);
}
