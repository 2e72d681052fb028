/* sql_run.c -- running a generated query and reading its rows as values. */
#include "eval/sql.h"

typedef struct {
    Value *items;
    size_t count, capacity;
} ValueList;

typedef struct {
    CustomerId *items;
    size_t count, capacity;
} IdList;

typedef struct {
    Text *items;
    size_t count, capacity;
} TextList;

typedef struct {
    Arena *arena;
    Type type;
    IdList ids;
    TextList codes;
    ValueList values;
} Received;

enum { COLUMN_ID, COLUMN_CODE, COLUMN_VALUE, COLUMNS_MIN };

static Value set_of_text(Text joined, Arena *arena)
{
    TextList members = {0};
    for (Text rest = joined; rest.data != NULL;)
        ARENA_PUSH(arena, &members, text_split(rest, '|', &rest));
    return value_set(arena, members.items, members.count);
}

/* A value of SQL as one of the expression's type. Items come as their id alone; see read_items. */
static Value received_value(Value value, Type type, Arena *arena)
{
    if (type.kind == TYPE_BOOL)
        return value_bool(value.kind == VALUE_DECIMAL && value.as.decimal != 0);
    if (value_is_missing(value)) return value;
    switch (type.kind) {
    case TYPE_DECIMAL:
    case TYPE_RATIO: return value;
    case TYPE_DATE: return value_date((Date){(int32_t)value.as.decimal});
    case TYPE_MOMENT: return value_moment((Moment){value.as.decimal});
    case TYPE_TEXT:
    case TYPE_HIERARCHY: return value_text(arena_text(arena, value.as.text));
    case TYPE_TEXT_SET:
    case TYPE_HIERARCHY_SET: return set_of_text(arena_text(arena, value.as.text), arena);
    case TYPE_ITEM: {
        Item *item = ARENA_NEW(arena, Item);
        item->id = (uint32_t)value.as.decimal;
        return value_item(item);
    }
    case TYPE_BOOL:
    case TYPE_NONE:
    case TYPE_KIND_COUNT: break;
    }
    ASSERT(false);
    return value_missing();
}

static Status receive_row(void *context, const Value *values, size_t count, Error *err)
{
    (void)err;
    Received *received = context;
    ASSERT(count >= COLUMNS_MIN);
    CustomerId id = {(uint32_t)values[COLUMN_ID].as.decimal};
    ARENA_PUSH(received->arena, &received->ids, id);
    ARENA_PUSH(received->arena, &received->codes,
               arena_text(received->arena, values[COLUMN_CODE].as.text));
    ARENA_PUSH(received->arena, &received->values,
               received_value(values[COLUMN_VALUE], received->type, received->arena));
    return STATUS_OK;
}

/* SQLite's parser holds a hundred open brackets and its trees a thousand levels. Parts of the
 * customer are tables of their own before that; a condition on events may still nest too deep. */
static bool is_too_deep(const Error *err)
{
    Text message = text_of(err->message);
    return text_contains(message, TEXT("parser stack overflow")) ||
           text_contains(message, TEXT("Expression tree is too large"));
}

static Status run_query(const SqlRunner *runner, const SqlQuery *query, const SqlReceiver *receiver,
                        Error *err)
{
    Error own;
    Status status = runner->query(runner->context, query->sql, query->parameters,
                                  query->parameters_count, receiver, &own);
    if (status == STATUS_OK) return STATUS_OK;
    if (is_too_deep(&own))
        return error_set(err, STATUS_LIMIT,
                         "a condition on events nests too deep for SQLite; the reference "
                         "evaluator takes it");
    return error_set(err, status, "%s", own.message);
}

/* ---- items: by id in the answer, whole in the result ---- */

static const char select_items[] =
    "SELECT id, code, name, group_path, brand, price, cost FROM item ORDER BY id";
enum { ITEM_COLUMNS = 7 };

typedef struct {
    const Item **items;
    size_t count, capacity;
} ItemList;

typedef struct {
    Arena *arena;
    ItemList list; /* in ascending id order */
} ReceivedItems;

static Text text_or_empty(Value value, Arena *arena)
{
    return value.kind == VALUE_TEXT ? arena_text(arena, value.as.text) : (Text){0};
}

static Status receive_item(void *context, const Value *values, size_t count, Error *err)
{
    (void)err;
    ReceivedItems *received = context;
    ASSERT(count == ITEM_COLUMNS);
    Item *item = ARENA_NEW(received->arena, Item);
    *item = (Item){.id = (uint32_t)values[0].as.decimal,
                   .code = text_or_empty(values[1], received->arena),
                   .name = text_or_empty(values[2], received->arena),
                   .group = text_or_empty(values[3], received->arena),
                   .brand = text_or_empty(values[4], received->arena),
                   .price = values[5],
                   .cost = values[6]};
    ARENA_PUSH(received->arena, &received->list, item);
    return STATUS_OK;
}

static const Item *item_with_id(const ItemList *list, uint32_t id)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    ASSERT(low < list->count && list->items[low]->id == id);
    return list->items[low];
}

static Status read_items(const SqlRunner *runner, Received *received, Error *err)
{
    ReceivedItems items = {.arena = received->arena};
    SqlReceiver receiver = {.context = &items, .row = receive_item};
    TRY(runner->query(runner->context, text_of(select_items), NULL, 0, &receiver, err));
    for (size_t i = 0; i < received->values.count; i++) {
        Value *value = &received->values.items[i];
        if (value->kind != VALUE_ITEM) continue;
        value->as.item = item_with_id(&items.list, value->as.item->id);
    }
    return STATUS_OK;
}

Status sql_eval(const SqlRunner *runner, const Expression *expression, Date as_of, Arena *arena,
                EvalResult *ret_result, Error *err)
{
    SqlQuery query = sql_generate(expression, as_of, SQL_FOR_RUNNING, arena);
    Received received = {.arena = arena, .type = expression->root->type};
    SqlReceiver receiver = {.context = &received, .row = receive_row};
    TRY(run_query(runner, &query, &receiver, err));
    if (received.type.kind == TYPE_ITEM) TRY(read_items(runner, &received, err));
    const Value **values = ARENA_ARRAY(arena, const Value *, 1);
    values[0] = received.values.items;
    *ret_result = (EvalResult){.customers_count = received.ids.count,
                               .customers = received.ids.items,
                               .codes = received.codes.items,
                               .values = values};
    return STATUS_OK;
}
