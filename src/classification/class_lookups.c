/* class_lookups.c -- stored classes, read ahead for evaluation. */
#include "classification/class_lookups.h"

#include "base/memory.h"
#include "lang/tree.h"
#include "store/classifications.h"

#include <stdlib.h>

/* The run that counts on a day. */
typedef struct {
    uint32_t classification_id;
    Date day;
    uint64_t run_id; /* 0: there is none */
    /* By customer id: the number of his class, 0 for none. Days with the same run share it. */
    const uint16_t *classes;
    size_t ids_count;
    const Text *names; /* by number - 1 */
} KeptRun;

typedef struct {
    Store *store;
    Arena *arena; /* of the numbers and names */
    KeptRun *items;
    size_t count, capacity;
} ClassLookups;

static const KeptRun *find(const ClassLookups *lookups, uint32_t classification_id, Date day)
{
    for (size_t i = 0; i < lookups->count; i++)
        if (lookups->items[i].classification_id == classification_id &&
            lookups->items[i].day.day == day.day)
            return &lookups->items[i];
    return NULL;
}

static bool class_on(void *context, uint32_t classification_id, CustomerId customer, Date day,
                     Text *ret_class)
{
    const KeptRun *kept = find(context, classification_id, day);
    ASSERT(kept != NULL && "every expression is prepared before it is asked");
    if (customer.value >= kept->ids_count || kept->classes[customer.value] == 0) return false;
    *ret_class = kept->names[kept->classes[customer.value] - 1];
    return true;
}

/* ---- reading ---- */

static void number_classes(ClassLookups *lookups, KeptRun *kept, const RunClassList *list)
{
    const RunClass *classes = list->items;
    size_t count = list->count;
    size_t words = 0;
    for (size_t c = 0; c < count; c++)
        if (classes[c].customers.words_count > words) words = classes[c].customers.words_count;
    uint16_t *numbers = ARENA_ARRAY(lookups->arena, uint16_t, words * 64);
    Text *names = ARENA_ARRAY(lookups->arena, Text, count);
    for (size_t c = 0; c < count; c++) {
        const CustomerSet *set = &classes[c].customers;
        names[c] = classes[c].name;
        CustomerId id = customer_set_next(set, (CustomerId){0});
        for (; id.value != 0; id = customer_set_next(set, (CustomerId){id.value + 1}))
            numbers[id.value] = (uint16_t)(c + 1);
    }
    kept->classes = numbers;
    kept->ids_count = words * 64;
    kept->names = names;
}

static Status read_run(ClassLookups *lookups, KeptRun *kept, Error *err)
{
    RunClassList classes;
    for (size_t i = 0; i < lookups->count; i++) {
        if (lookups->items[i].run_id != kept->run_id) continue;
        Date day = kept->day;
        *kept = lookups->items[i];
        kept->day = day;
        return STATUS_OK;
    }
    TRY(store_read_run_classes(lookups->store, kept->run_id, true, lookups->arena, &classes, err));
    number_classes(lookups, kept, &classes);
    run_classes_free(&classes);
    return STATUS_OK;
}

static Status keep(ClassLookups *lookups, uint32_t classification_id, Date day, Error *err)
{
    RunRow run;
    if (find(lookups, classification_id, day) != NULL) return STATUS_OK;
    TRY(store_find_run(lookups->store, classification_id, day, lookups->arena, &run, err));
    KeptRun kept = {.classification_id = classification_id, .day = day, .run_id = run.id};
    if (run.id != 0) TRY(read_run(lookups, &kept, err));
    ARENA_PUSH(lookups->arena, lookups, kept);
    return STATUS_OK;
}

/* ---- preparing ---- */

typedef struct {
    ClassLookups *lookups;
    Date as_of;
    Status status;
    Error *err;
} Preparation;

static Status prepare_call(Preparation *preparation, const Node *node)
{
    ClassLookups *lookups = preparation->lookups;
    uint32_t id = node->as.call.set_id;
    if (node->as.call.function == FUNCTION_CLASS)
        return keep(lookups, id, preparation->as_of, preparation->err);
    if (node->as.call.function == FUNCTION_CLASS_ON) {
        Date day = node->as.call.arguments.items[1]->as.literal.value.as.date;
        return keep(lookups, id, day, preparation->err);
    }
    if (node->as.call.function != FUNCTION_CLASS_CHANGED) return STATUS_OK;
    DaySpan span = window_days(&node->as.call.window, preparation->as_of);
    TRY(keep(lookups, id, date_add(span.first, -1, UNIT_DAY), preparation->err));
    return keep(lookups, id, span.last, preparation->err);
}

static void prepare_node(void *context, const Node *node)
{
    Preparation *preparation = context;
    if (node->kind == NODE_CALL && preparation->status == STATUS_OK)
        preparation->status = prepare_call(preparation, node);
}

static Status prepare(void *context, const Expression *expression, Date as_of, Error *err)
{
    Preparation preparation = {.lookups = context, .as_of = as_of, .err = err};
    node_walk(expression->root, prepare_node, &preparation);
    return preparation.status;
}

static void close_lookups(void *context)
{
    ClassLookups *lookups = context;
    arena_free(lookups->arena);
    free(lookups);
}

LookupSource class_lookups_provide(Store *store)
{
    ClassLookups *lookups = MEMORY_NEW(ClassLookups);
    *lookups = (ClassLookups){.store = store, .arena = arena_new()};
    return (LookupSource){.lookups = {.context = lookups, .class_on = class_on},
                          .prepare = prepare,
                          .close = close_lookups};
}
