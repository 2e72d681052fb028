/* class_lookups.c -- stored classes, read ahead for evaluation. */
#include "classification/class_lookups.h"

#include "base/memory.h"
#include "classification/numbered_run.h"
#include "lang/tree.h"

#include <stdlib.h>

/* The run that counts on a day. */
typedef struct {
    uint32_t classification_id;
    Date day;
    uint64_t run_id;         /* 0: there is none */
    NumberedClasses classes; /* days with the same run share them */
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
    const NumberedClasses *classes = &kept->classes;
    if (customer.value >= classes->ids_count || classes->numbers[customer.value] == 0) return false;
    *ret_class = classes->names[classes->numbers[customer.value] - 1];
    return true;
}

/* ---- reading ---- */

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
    kept->classes = number_classes(&classes, 0, lookups->arena);
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
