/* compositions.c -- stored compositions, read ahead for evaluation. */
#include "segment/compositions.h"

#include "base/memory.h"
#include "lang/tree.h"

#include <stdlib.h>

typedef enum { KEPT_MEMBERS, KEPT_ENTERED, KEPT_LEFT } KeptKind;

/* Members at the end of `last`; who entered or left on the days first .. last. */
typedef struct {
    KeptKind kind;
    uint32_t segment_id;
    Date first, last;
    bool is_override; /* of the present: answers for every day from `last` on */
    CustomerSet set;
} KeptSet;

struct Compositions {
    Store *store;
    KeptSet *items;
    size_t count, capacity;
};

/* ---- finding ---- */

static bool is_wanted(const KeptSet *kept, const KeptSet *wanted)
{
    return kept->kind == wanted->kind && kept->segment_id == wanted->segment_id &&
           !kept->is_override && kept->first.day == wanted->first.day &&
           kept->last.day == wanted->last.day;
}

static const KeptSet *find(const Compositions *compositions, const KeptSet *wanted)
{
    for (size_t i = 0; i < compositions->count; i++)
        if (is_wanted(&compositions->items[i], wanted)) return &compositions->items[i];
    return NULL;
}

static KeptSet *find_override(const Compositions *compositions, uint32_t segment_id)
{
    for (size_t i = 0; i < compositions->count; i++)
        if (compositions->items[i].is_override && compositions->items[i].segment_id == segment_id)
            return &compositions->items[i];
    return NULL;
}

static KeptSet members_on(uint32_t segment_id, Date day)
{
    return (KeptSet){.kind = KEPT_MEMBERS, .segment_id = segment_id, .first = day, .last = day};
}

static KeptSet movement(KeptKind kind, uint32_t segment_id, DaySpan span)
{
    Date first = span.has_begin ? span.first : (Date){DATE_DAY_MIN};
    return (KeptSet){.kind = kind, .segment_id = segment_id, .first = first, .last = span.last};
}

/* ---- the lookups ---- */

static bool has(const Compositions *compositions, const KeptSet *wanted, CustomerId customer)
{
    const KeptSet *kept = find(compositions, wanted);
    ASSERT(kept != NULL && "every expression is prepared before it is asked");
    return customer_set_has(&kept->set, customer);
}

static bool was_member(void *context, uint32_t segment_id, CustomerId customer, Date day)
{
    const Compositions *compositions = context;
    const KeptSet *override = find_override(compositions, segment_id);
    if (override != NULL && day.day >= override->last.day)
        return customer_set_has(&override->set, customer);
    KeptSet wanted = members_on(segment_id, day);
    return has(compositions, &wanted, customer);
}

static bool has_entered(void *context, uint32_t segment_id, CustomerId customer, DaySpan span)
{
    KeptSet wanted = movement(KEPT_ENTERED, segment_id, span);
    return has(context, &wanted, customer);
}

static bool has_left(void *context, uint32_t segment_id, CustomerId customer, DaySpan span)
{
    KeptSet wanted = movement(KEPT_LEFT, segment_id, span);
    return has(context, &wanted, customer);
}

/* ---- making and freeing ---- */

Compositions *compositions_new(Store *store)
{
    Compositions *compositions = MEMORY_NEW(Compositions);
    compositions->store = store;
    return compositions;
}

static void free_compositions(void *context)
{
    Compositions *compositions = context;
    for (size_t i = 0; i < compositions->count; i++)
        customer_set_free(&compositions->items[i].set);
    free(compositions->items);
    free(compositions);
}

static void keep(Compositions *compositions, const KeptSet *kept)
{
    if (compositions->count == compositions->capacity) {
        compositions->capacity = compositions->capacity == 0 ? 16 : compositions->capacity * 2;
        compositions->items = memory_resize(
            compositions->items, memory_product(compositions->capacity, sizeof(KeptSet)));
    }
    compositions->items[compositions->count++] = *kept;
}

void compositions_override(Compositions *compositions, uint32_t segment_id, Date from,
                           const CustomerSet *set)
{
    KeptSet *kept = find_override(compositions, segment_id);
    if (kept != NULL) {
        customer_set_free(&kept->set);
        kept->set = customer_set_copy(set);
        kept->last = from;
        return;
    }
    KeptSet override = {.kind = KEPT_MEMBERS,
                        .segment_id = segment_id,
                        .last = from,
                        .is_override = true,
                        .set = customer_set_copy(set)};
    keep(compositions, &override);
}

/* ---- reading ---- */

static Status read_moved(Store *store, const FormingRow *forming, bool is_joining,
                         CustomerSet *moved, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredChange *changes = NULL;
    size_t count = 0;
    TRY(store_read_changes(store, forming->id, arena, &changes, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (changes[i].is_joining == is_joining) customer_set_unite(moved, &changes[i].customers);
        customer_set_free(&changes[i].customers);
    }
    return STATUS_OK;
}

/* The last forming on or before a day, id 0 when there is none; movements of the days on the way.
 */
static Status read_formings(Compositions *compositions, KeptSet *kept, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow *formings = NULL;
    size_t count = 0;
    uint64_t last_id = 0;
    FormingQuery query = {kept->segment_id, SIZE_MAX};
    TRY(store_list_formings(compositions->store, query, arena, &formings, &count, err));
    for (size_t i = 0; i < count; i++) {
        int32_t day = moment_date(formings[i].at).day;
        if (day > kept->last.day) continue;
        last_id = formings[i].id;
        if (kept->kind == KEPT_MEMBERS || day < kept->first.day) continue;
        TRY(read_moved(compositions->store, &formings[i], kept->kind == KEPT_ENTERED, &kept->set,
                       err));
    }
    if (kept->kind != KEPT_MEMBERS || last_id == 0) return STATUS_OK;
    return store_read_composition(compositions->store, kept->segment_id, last_id, &kept->set, err);
}

Status composition_on(Store *store, uint32_t segment_id, Date day, CustomerSet *ret_composition,
                      Error *err)
{
    Compositions reading = {.store = store};
    KeptSet kept = members_on(segment_id, day);
    Status status = read_formings(&reading, &kept, err);
    if (status == STATUS_OK)
        *ret_composition = kept.set;
    else
        customer_set_free(&kept.set);
    return status;
}

static Status read_kept(Compositions *compositions, KeptSet wanted, Error *err)
{
    if (find(compositions, &wanted) != NULL) return STATUS_OK;
    Status status = read_formings(compositions, &wanted, err);
    if (status != STATUS_OK) {
        customer_set_free(&wanted.set);
        return status;
    }
    keep(compositions, &wanted);
    return STATUS_OK;
}

typedef struct {
    Compositions *compositions;
    Date as_of;
    Status status;
    Error *err;
} Preparation;

static Status prepare_call(Preparation *preparation, const Node *node)
{
    FunctionKind function = node->as.call.function;
    uint32_t id = node->as.call.set_id;
    KeptSet wanted;
    if (function == FUNCTION_MEMBER && node->as.call.definition == NULL) {
        wanted = members_on(id, preparation->as_of);
    } else if (function == FUNCTION_WAS_MEMBER) {
        wanted = members_on(id, node->as.call.arguments.items[1]->as.literal.value.as.date);
    } else if (function == FUNCTION_ENTERED || function == FUNCTION_LEFT) {
        DaySpan span = window_days(&node->as.call.window, preparation->as_of);
        wanted = movement(function == FUNCTION_ENTERED ? KEPT_ENTERED : KEPT_LEFT, id, span);
    } else {
        return STATUS_OK;
    }
    return read_kept(preparation->compositions, wanted, preparation->err);
}

static void prepare_node(void *context, const Node *node)
{
    Preparation *preparation = context;
    if (node->kind == NODE_CALL && preparation->status == STATUS_OK)
        preparation->status = prepare_call(preparation, node);
}

static Status prepare(void *context, const Expression *expression, Date as_of, Error *err)
{
    Preparation preparation = {.compositions = context, .as_of = as_of, .err = err};
    node_walk(expression->root, prepare_node, &preparation);
    return preparation.status;
}

LookupSource compositions_source(Compositions *compositions)
{
    return (LookupSource){.lookups = {.context = compositions,
                                      .was_member = was_member,
                                      .entered = has_entered,
                                      .left = has_left},
                          .prepare = prepare,
                          .close = free_compositions};
}

LookupSource compositions_provide(Store *store)
{
    return compositions_source(compositions_new(store));
}
