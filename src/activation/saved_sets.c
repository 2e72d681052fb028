/* saved_sets.c -- saved sets by name, put together, and who uses them. */
#include "activation/saved_sets.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "base/map.h"
#include "ingest/code_file.h"
#include "lang/lang.h"

#include <string.h>

/* ---- by name ---- */

Status saved_sets_load(Store *store, Arena *arena, SavedSets *ret_sets, Error *err)
{
    SavedSet *items = NULL;
    size_t count = 0;
    TRY(store_list_saved_sets(store, arena, &items, &count, err));
    *ret_sets = (SavedSets){items, count};
    return STATUS_OK;
}

Status saved_sets_get(const SavedSets *sets, Text name, const SavedSet **ret_set, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text *names = ARENA_ARRAY(arena, Text, sets->count);
    for (size_t i = 0; i < sets->count; i++) {
        *ret_set = &sets->items[i];
        names[i] = sets->items[i].name;
        if (text_equal_folded(names[i], name)) return STATUS_OK;
    }
    Text near = suggest_name(name, names, sets->count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "there is no saved set '%.*s'; did you mean '%.*s'?", TEXT_FORMAT(name),
                         TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "there is no saved set '%.*s'", TEXT_FORMAT(name));
}

Status saved_sets_names(Store *store, Arena *arena, NamedSet **ret_names, size_t *ret_count,
                        Error *err)
{
    SavedName *saved = NULL;
    TRY(store_list_saved_names(store, arena, &saved, ret_count, err));
    *ret_names = ARENA_ARRAY(arena, NamedSet, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret_names)[i] = (NamedSet){.id = saved[i].id, .name = saved[i].name};
    return STATUS_OK;
}

/* ---- putting together ---- */

typedef struct {
    SavedRow *items;
    size_t count, capacity;
} RowList;

typedef struct {
    Store *store;
    const SavedCombination *combination;
    SavedRowList a, b;
    CustomerSet customers_a, customers_b; /* freed by whoever began it */
    Arena *arena;
    SavedSet result;
    RowList rows;
} Combining;

static bool is_same_column(const SavedColumn *a, const SavedColumn *b)
{
    return a->type.kind == b->type.kind && a->type.scale == b->type.scale &&
           text_equal_folded(a->name, b->name);
}

/* For each column of `a` its place in `b`; the count of columns of `b` when it has no such one. */
static const size_t *places_in(const SavedSet *a, const SavedSet *b, Arena *arena)
{
    size_t *places = ARENA_ARRAY(arena, size_t, a->columns_count);
    for (size_t i = 0; i < a->columns_count; i++)
        for (places[i] = 0; places[i] < b->columns_count; places[i]++)
            if (is_same_column(&a->columns[i], &b->columns[places[i]])) break;
    return places;
}

/* A row of `b` in the columns of `a`; what `b` does not have is missing. */
static SavedRow moved_row(const Combining *combining, const SavedRow *row, const size_t *places)
{
    const SavedSet *a = combining->combination->a, *b = combining->combination->b;
    Value *values = ARENA_ARRAY(combining->arena, Value, a->columns_count);
    for (size_t i = 0; i < a->columns_count; i++)
        if (places[i] < b->columns_count) values[i] = row->values[places[i]];
    return (SavedRow){row->customer, values, row->key};
}

/* What makes two rows of events equal: customer and values, as text. */
static Text key_of(const Combining *combining, const SavedRow *row, Arena *scratch)
{
    const SavedSet *a = combining->combination->a;
    AUTO(buffer_done) Buffer key = {0};
    buffer_printf(&key, "%u", row->customer.value);
    for (size_t i = 0; i < a->columns_count; i++) {
        Text value = value_print_exact(row->values[i], a->columns[i].type, scratch);
        buffer_printf(&key, " %d %zu ", (int)row->values[i].kind, value.size);
        buffer_text(&key, value);
    }
    return arena_text(scratch, buffer_view(&key));
}

/* Equal lines of one set are as many events; only what `b` repeats of `a` is left out. */
static void unite_events(Combining *combining)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *known = map_new(combining->a.count);
    const SavedCombination *combination = combining->combination;
    const size_t *places = places_in(combination->a, combination->b, combining->arena);
    uint64_t ignored;
    for (size_t i = 0; i < combining->a.count; i++) {
        arena_reset(scratch);
        map_set(known, key_of(combining, &combining->a.items[i], scratch), 1);
        ARENA_PUSH(combining->arena, &combining->rows, combining->a.items[i]);
    }
    for (size_t i = 0; i < combining->b.count; i++) {
        SavedRow row = moved_row(combining, &combining->b.items[i], places);
        arena_reset(scratch);
        if (map_find(known, key_of(combining, &row, scratch), &ignored)) continue;
        ARENA_PUSH(combining->arena, &combining->rows, row);
    }
}

static void unite_customers(Combining *combining)
{
    const SavedCombination *combination = combining->combination;
    const size_t *places = places_in(combination->a, combination->b, combining->arena);
    for (size_t i = 0; i < combining->a.count; i++)
        ARENA_PUSH(combining->arena, &combining->rows, combining->a.items[i]);
    for (size_t i = 0; i < combining->b.count; i++) {
        const SavedRow *row = &combining->b.items[i];
        if (customer_set_has(&combining->customers_a, row->customer)) continue;
        SavedRow moved = moved_row(combining, row, places);
        ARENA_PUSH(combining->arena, &combining->rows, moved);
    }
}

static void add_plain_rows(const CustomerSet *customers, Arena *arena, RowList *rows)
{
    FOR_EACH_CUSTOMER (id, customers) {
        SavedRow row = {.customer = id};
        ARENA_PUSH(arena, rows, row);
    }
}

/* Rows of different kinds have nothing in common but their customers. */
static void unite_kinds(Combining *combining)
{
    customer_set_unite(&combining->customers_a, &combining->customers_b);
    combining->result.stream = TEXT("");
    combining->result.columns_count = 0;
    add_plain_rows(&combining->customers_a, combining->arena, &combining->rows);
}

static void unite(Combining *combining)
{
    const SavedSet *a = combining->combination->a, *b = combining->combination->b;
    if (!text_equal(a->stream, b->stream))
        unite_kinds(combining);
    else if (a->stream.size > 0)
        unite_events(combining);
    else
        unite_customers(combining);
}

/* Rows of `a` whose customers are, or are not, in `b`. */
static void choose(Combining *combining, bool is_in_both)
{
    for (size_t i = 0; i < combining->a.count; i++) {
        const SavedRow *row = &combining->a.items[i];
        if (customer_set_has(&combining->customers_b, row->customer) == is_in_both)
            ARENA_PUSH(combining->arena, &combining->rows, *row);
    }
}

static Status combine(Combining *combining, uint32_t *ret_id, Error *err)
{
    const SavedCombination *combination = combining->combination;
    SavedRowQuery all = {0, SIZE_MAX};
    Store *store = combining->store;
    TRY(store_read_saved_customers(store, combination->a->id, &combining->customers_a, err));
    TRY(store_read_saved_customers(store, combination->b->id, &combining->customers_b, err));
    TRY(store_read_saved_rows(store, combination->a, all, combining->arena, &combining->a, err));
    TRY(store_read_saved_rows(store, combination->b, all, combining->arena, &combining->b, err));
    if (combination->operation == SAVED_UNION)
        unite(combining);
    else
        choose(combining, combination->operation == SAVED_INTERSECT);
    return store_add_saved_set(store, &combining->result, combining->rows.items,
                               combining->rows.count, ret_id, err);
}

static const char *const operation_words[] = {
    [SAVED_RULE] = "",       [SAVED_UNION] = "union", [SAVED_INTERSECT] = "intersect",
    [SAVED_MINUS] = "minus", [SAVED_CODES] = "",
};

Status saved_sets_combine(Store *store, const SavedCombination *combination, uint32_t *ret_id,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Combining combining = {.store = store, .combination = combination, .arena = arena};
    combining.result = *combination->a;
    combining.result.name = combination->name;
    combining.result.origin = combination->operation;
    combining.result.expression =
        arena_printf(arena, "\"%.*s\" %s \"%.*s\"", TEXT_FORMAT(combination->a->name),
                     operation_words[combination->operation], TEXT_FORMAT(combination->b->name));
    combining.result.condition = TEXT("");
    combining.result.has_as_of = false;
    combining.result.at = combination->at;
    combining.result.author = combination->author;
    Status status = combine(&combining, ret_id, err);
    customer_set_free(&combining.customers_a);
    customer_set_free(&combining.customers_b);
    return status;
}

/* ---- codes ---- */

typedef struct {
    Text *items;
    size_t count, capacity;
} TextItems;

static Text first_cell(Text line)
{
    size_t end = 0;
    while (end < line.size && line.data[end] != '\t' && line.data[end] != ',' &&
           line.data[end] != ';')
        end++;
    Text cell = text_trim(text_slice(line, 0, end));
    bool is_quoted = cell.size > 1 && cell.data[0] == '"' && cell.data[cell.size - 1] == '"';
    return is_quoted ? text_trim(text_slice(cell, 1, cell.size - 1)) : cell;
}

static Status add_code(Store *store, Text code, Arena *arena, CodeList *list, TextItems *unknown,
                       Error *err)
{
    CustomerId id;
    TRY(store_find_customer(store, code, &id, err));
    if (id.value == 0 && list->lines_count == 0 && !list->has_heading &&
        code_file_is_heading(store_schema(store), code)) {
        list->has_heading = true;
        return STATUS_OK;
    }
    list->lines_count++;
    if (id.value == 0) {
        list->unknown_count++;
        if (unknown->count < UNKNOWN_CODES_MAX) ARENA_PUSH(arena, unknown, arena_text(arena, code));
        return STATUS_OK;
    }
    list->repeated_count += customer_set_has(&list->customers, id);
    customer_set_add(&list->customers, id);
    return STATUS_OK;
}

static Status read_codes(Store *store, Text text, Arena *arena, CodeList *list, Error *err)
{
    TextItems unknown = {0};
    for (Text rest = text; rest.data != NULL && rest.size > 0;) {
        Text code = first_cell(text_split(rest, '\n', &rest));
        if (code.size > 0) TRY(add_code(store, code, arena, list, &unknown, err));
    }
    list->unknown = unknown.items;
    list->unknown_kept = unknown.count;
    return STATUS_OK;
}

Status code_list_read(Store *store, Text bytes, Arena *arena, CodeList *ret_list, Error *err)
{
    CodeList list = {0};
    Text text;
    TRY(code_file_text(bytes, arena, &text, err));
    Status status = read_codes(store, text, arena, &list, err);
    if (status != STATUS_OK) {
        customer_set_free(&list.customers);
        return status;
    }
    *ret_list = list;
    return STATUS_OK;
}

Status saved_set_add_customers(Store *store, const SavedSet *set, const CustomerSet *customers,
                               uint32_t *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    RowList rows = {0};
    SavedSet plain = *set;
    plain.stream = TEXT("");
    plain.columns_count = 0;
    add_plain_rows(customers, arena, &rows);
    return store_add_saved_set(store, &plain, rows.items, rows.count, ret_id, err);
}
