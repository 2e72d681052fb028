/* bulk.c -- planning and writing changes of properties of many customers. */
#include "activation/bulk.h"

#include "activation/typed_text.h"
#include "base/buffer.h"
#include "base/fold.h"
#include "base/map.h"
#include "model/built_in.h"
#include "store/contact_values.h"

#include <stdlib.h>

typedef struct {
    BulkChange *items;
    size_t count, capacity;
} ChangeList;

typedef struct {
    BulkSkip *items;
    size_t count, capacity;
} SkipList;

typedef struct {
    Text *items;
    size_t count, capacity;
} CodeItems;

typedef struct {
    Store *store;
    const BulkRequest *request;
    Arena *arena;
    ChangeList changes;
    SkipList skips;
    CodeItems codes;
} Planning;

bool bulk_is_same(Value a, Value b, const Property *property, Arena *scratch)
{
    if (a.kind != b.kind) return false;
    Type type = property_value_type(property);
    return text_equal(value_print_exact(a, type, scratch), value_print_exact(b, type, scratch));
}

/* ---- columns ---- */

static int compare_customers(const void *a, const void *b)
{
    uint32_t first = ((const BulkCell *)a)->customer.value;
    uint32_t second = ((const BulkCell *)b)->customer.value;
    return (first > second) - (first < second);
}

static int compare_contacts(const void *a, const void *b)
{
    return text_compare(((const BulkCell *)a)->contact, ((const BulkCell *)b)->contact);
}

typedef int CellOrder(const void *a, const void *b);

/* Codes of contact persons are unique, whoever their customer is by now. */
static CellOrder *order_of(const BulkColumn *column)
{
    return column->is_of_contacts ? compare_contacts : compare_customers;
}

static void sort_columns(const BulkRequest *request)
{
    for (size_t i = 0; i < request->columns_count; i++) {
        BulkColumn *column = &request->columns[i];
        if (column->count > 1)
            qsort(column->cells, column->count, sizeof(BulkCell), order_of(column));
    }
}

static const BulkColumn *find_column(const BulkRequest *request, Text name)
{
    for (size_t i = 0; i < request->columns_count; i++)
        if (text_equal_folded(request->columns[i].name, name)) return &request->columns[i];
    return NULL;
}

static Status check_columns(const BulkRequest *request, Error *err)
{
    for (size_t i = 0; i < request->assignments_count; i++) {
        Text name = request->assignments[i].column;
        if (name.size == 0 || find_column(request, name) != NULL) continue;
        AUTO(buffer_done) Buffer names = {0};
        for (size_t c = 0; c < request->columns_count; c++)
            buffer_printf(&names, "%s%.*s", c > 0 ? ", " : "",
                          TEXT_FORMAT(request->columns[c].name));
        if (names.size == 0)
            return error_set(err, STATUS_NOT_FOUND,
                             "there is no column '%.*s'; give --columns one of this name",
                             TEXT_FORMAT(name));
        return error_set(err, STATUS_NOT_FOUND, "there is no column '%.*s'; there are: %.*s",
                         TEXT_FORMAT(name), TEXT_FORMAT(buffer_view(&names)));
    }
    return STATUS_OK;
}

/* The place of the first cell that is not before `sought`. */
static size_t first_cell(const BulkColumn *column, const BulkCell *sought)
{
    CellOrder *order = order_of(column);
    size_t low = 0, high = column->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (order(&column->cells[middle], sought) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The one value in the column of whoever is meant; false with a reason when there is none, or
 * several. */
static bool column_value(const BulkColumn *column, const CustomerValue *meant, Value *ret_value,
                         SkipReason *ret_reason)
{
    CellOrder *order = order_of(column);
    const BulkCell sought = {.customer = meant->id, .contact = meant->contact};
    bool has_value = false;
    for (size_t i = first_cell(column, &sought);
         i < column->count && order(&column->cells[i], &sought) == 0; i++) {
        Value value = column->cells[i].value;
        if (value_is_missing(value)) continue;
        *ret_reason = SKIP_SEVERAL;
        if (has_value && !value_equal(*ret_value, value)) return false;
        *ret_value = value;
        has_value = true;
    }
    if (!has_value) *ret_reason = SKIP_NO_VALUE;
    return has_value;
}

/* ---- one customer, or one contact person ---- */

/* The field that the property of contact persons stands for. */
static const Field *contact_field(Store *store, const Property *property)
{
    return &store_schema(store)->streams[STREAM_CONTACT].fields[property->id - 1];
}

static bool has_member(TextSet set, Text member)
{
    for (size_t i = 0; i < set.count; i++)
        if (text_equal_folded(set.items[i], member)) return true;
    return false;
}

/* Members of `a` that are, or are not, in `b`; then with `adds` those of `b`. */
static Value change_members(Value a, Value b, bool adds, Arena *arena)
{
    TextSet none = {0};
    TextSet old = a.kind == VALUE_SET ? a.as.set : none;
    TextSet given = b.kind == VALUE_SET ? b.as.set : none;
    Text *members = ARENA_ARRAY(arena, Text, old.count + given.count);
    size_t count = 0;
    for (size_t i = 0; i < old.count; i++)
        if (adds || !has_member(given, old.items[i])) members[count++] = old.items[i];
    for (size_t i = 0; i < given.count && adds; i++)
        members[count++] = given.items[i];
    return value_set(arena, members, count);
}

/* What the assignment makes of a value; false with the reason when it cannot. */
static bool assign(const Planning *planning, const Assignment *assignment,
                   const CustomerValue *meant, Value *value, SkipReason *ret_reason)
{
    Error ignored;
    Value given = assignment->value, old = *value;
    if (assignment->column.size > 0) {
        const BulkColumn *column = find_column(planning->request, assignment->column);
        if (!column_value(column, meant, &given, ret_reason)) return false;
        *ret_reason = SKIP_WRONG;
        if (typed_value_convert(assignment->property, given, column->type, planning->arena, &given,
                                &ignored) != STATUS_OK)
            return false;
    }
    if (assignment->operator_ != ASSIGN_SET)
        given = change_members(old, given, assignment->operator_ == ASSIGN_ADD, planning->arena);
    *ret_reason = SKIP_WRONG;
    return store_check_value(assignment->property, given, planning->arena, value, &ignored) ==
           STATUS_OK;
}

static void add_skip(Planning *planning, const CustomerValue *meant, const Property *property,
                     SkipReason reason)
{
    BulkSkip skip = {meant->id, property, reason, meant->contact};
    ARENA_PUSH(planning->arena, &planning->skips, skip);
}

static void add_change(Planning *planning, const CustomerValue *customer, const Property *property,
                       Value after)
{
    BulkChange change = {customer->id, property, customer->value, after, customer->contact};
    ARENA_PUSH(planning->arena, &planning->changes, change);
    ARENA_PUSH(planning->arena, &planning->codes, customer->code);
}

/* All assignments of the property, one after another. */
static void plan_customer(Planning *planning, const CustomerValue *customer,
                          const Property *property, Arena *scratch)
{
    const BulkRequest *request = planning->request;
    Value after = customer->value;
    SkipReason reason = SKIP_SAME;
    for (size_t i = 0; i < request->assignments_count; i++) {
        if (request->assignments[i].property != property) continue;
        if (assign(planning, &request->assignments[i], customer, &after, &reason)) continue;
        add_skip(planning, customer, property, reason);
        return;
    }
    arena_reset(scratch);
    if (bulk_is_same(customer->value, after, property, scratch))
        add_skip(planning, customer, property, SKIP_SAME);
    else
        add_change(planning, customer, property, after);
}

static bool is_met_before(const BulkRequest *request, size_t assignment)
{
    for (size_t i = 0; i < assignment; i++)
        if (request->assignments[i].property == request->assignments[assignment].property)
            return true;
    return false;
}

static Status read_contacts(const Planning *planning, const BulkContact *contacts, size_t count,
                            const Property *property, CustomerValueList *ret_values, Error *err)
{
    Text *codes = ARENA_ARRAY(planning->arena, Text, count);
    for (size_t i = 0; i < count; i++)
        codes[i] = contacts[i].code;
    return store_read_contact_values(planning->store, (ContactCodes){codes, count},
                                     contact_field(planning->store, property), planning->arena,
                                     ret_values, err);
}

/* Persons who are not there any more are told. */
static void skip_gone(Planning *planning, const BulkContact *contacts, size_t count,
                      const Property *property, const CustomerValueList *found)
{
    AUTO(map_done) Map *codes = map_new(found->count);
    uint64_t ignored;
    for (size_t i = 0; i < found->count; i++)
        map_set(codes, found->items[i].contact, i);
    for (size_t i = 0; i < count; i++) {
        const CustomerValue gone = {.id = contacts[i].customer, .contact = contacts[i].code};
        if (!map_find(codes, gone.contact, &ignored))
            add_skip(planning, &gone, property, SKIP_GONE);
    }
}

/* What whoever is meant has now. */
static Status read_values(const Planning *planning, const Property *property,
                          CustomerValueList *ret_values, Error *err)
{
    const BulkRequest *request = planning->request;
    if (!request->is_of_contacts)
        return store_read_customer_values(planning->store, request->customers, property,
                                          planning->arena, ret_values, err);
    return read_contacts(planning, request->contacts, request->contacts_count, property, ret_values,
                         err);
}

static Status plan_property(Planning *planning, const Property *property, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    CustomerValueList values;
    TRY(read_values(planning, property, &values, err));
    for (size_t i = 0; i < values.count; i++)
        plan_customer(planning, &values.items[i], property, scratch);
    if (planning->request->is_of_contacts)
        skip_gone(planning, planning->request->contacts, planning->request->contacts_count,
                  property, &values);
    return STATUS_OK;
}

static BulkPlan plan_of(const Planning *planning, uint64_t customers_count)
{
    return (BulkPlan){.customers_count = customers_count,
                      .content = {planning->changes.items, planning->changes.count,
                                  planning->skips.items, planning->skips.count},
                      .codes = planning->codes.items};
}

Status bulk_plan(Store *store, const BulkRequest *request, Arena *arena, BulkPlan *ret_plan,
                 Error *err)
{
    Planning planning = {.store = store, .request = request, .arena = arena};
    TRY(check_columns(request, err));
    sort_columns(request);
    for (size_t i = 0; i < request->assignments_count; i++)
        if (!is_met_before(request, i))
            TRY(plan_property(&planning, request->assignments[i].property, err));
    *ret_plan = plan_of(&planning, customer_set_count(request->customers));
    ret_plan->contacts_count = request->contacts_count;
    return STATUS_OK;
}

/* ---- taking back ---- */

/* What stands there now, beside what the act has put there. */
static void plan_back(Planning *planning, const CustomerValue *now, const BulkChange *change,
                      Arena *scratch)
{
    const Property *property = change->property;
    arena_reset(scratch);
    if (property->is_retired)
        add_skip(planning, now, property, SKIP_RETIRED);
    else if (bulk_is_same(now->value, change->before, property, scratch))
        add_skip(planning, now, property, SKIP_SAME);
    else if (!bulk_is_same(now->value, change->after, property, scratch))
        add_skip(planning, now, property, SKIP_CHANGED);
    else
        add_change(planning, now, property, change->before);
}

/* The changes of one property, ascending by customer. */
static Status plan_property_back(Planning *planning, const BulkChange *changes, size_t count,
                                 CustomerSet *customers, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    CustomerValueList values;
    for (size_t i = 0; i < count; i++)
        customer_set_add(customers, changes[i].customer);
    TRY(store_read_customer_values(planning->store, customers, changes[0].property, planning->arena,
                                   &values, err));
    size_t place = 0;
    for (size_t i = 0; i < values.count; i++) {
        while (changes[place].customer.value != values.items[i].id.value)
            place++;
        plan_back(planning, &values.items[i], &changes[place], scratch);
    }
    return STATUS_OK;
}

/* The same of contact persons; a code leads to the person, whoever's it is by now. */
static Status plan_contacts_back(Planning *planning, const BulkChange *changes, size_t count,
                                 Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *places = map_new(count);
    CustomerValueList values;
    BulkContact *contacts = ARENA_ARRAY(planning->arena, BulkContact, count);
    for (size_t i = 0; i < count; i++) {
        contacts[i] = (BulkContact){changes[i].customer, changes[i].contact};
        map_set(places, changes[i].contact, i);
    }
    TRY(read_contacts(planning, contacts, count, changes[0].property, &values, err));
    for (size_t i = 0; i < values.count; i++) {
        uint64_t place;
        bool is_found = map_find(places, values.items[i].contact, &place);
        ASSERT(is_found);
        plan_back(planning, &values.items[i], &changes[place], scratch);
    }
    skip_gone(planning, contacts, count, changes[0].property, &values);
    return STATUS_OK;
}

static Status plan_content_back(Planning *planning, const BulkContent *content, Error *err)
{
    for (size_t begin = 0, end; begin < content->changes_count; begin = end) {
        for (end = begin; end < content->changes_count; end++)
            if (content->changes[end].property != content->changes[begin].property) break;
        AUTO(customer_set_free) CustomerSet customers = {0};
        const BulkChange *changes = &content->changes[begin];
        if (changes->contact.size > 0)
            TRY(plan_contacts_back(planning, changes, end - begin, err));
        else
            TRY(plan_property_back(planning, changes, end - begin, &customers, err));
    }
    return STATUS_OK;
}

static uint64_t count_customers(const BulkContent *content)
{
    AUTO(customer_set_free) CustomerSet customers = {0};
    for (size_t i = 0; i < content->changes_count; i++)
        customer_set_add(&customers, content->changes[i].customer);
    return customer_set_count(&customers);
}

static uint64_t count_contacts(const BulkContent *content)
{
    AUTO(map_done) Map *contacts = map_new(content->changes_count);
    for (size_t i = 0; i < content->changes_count; i++)
        if (content->changes[i].contact.size > 0) map_set(contacts, content->changes[i].contact, 1);
    return map_count(contacts);
}

Status bulk_plan_undo(Store *store, uint64_t act_id, Arena *arena, BulkPlan *ret_plan, Error *err)
{
    BulkAct act;
    BulkContent content;
    Planning planning = {.store = store, .arena = arena};
    TRY(store_read_bulk_act(store, act_id, arena, &act, err));
    if (act.undone_by != 0)
        return error_set(err, STATUS_CONFLICT,
                         "the act number %llu was taken back by the act number %llu already",
                         (unsigned long long)act_id, (unsigned long long)act.undone_by);
    TRY(store_read_bulk_content(store, act_id, arena, &content, err));
    TRY(plan_content_back(&planning, &content, err));
    *ret_plan = plan_of(&planning, count_customers(&content));
    ret_plan->contacts_count = count_contacts(&content);
    return STATUS_OK;
}

/* ---- writing ---- */

static Status write_customers(Store *store, const BulkPlan *plan, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Schema *schema = store_schema(store);
    Value *values = ARENA_ARRAY(arena, Value, schema->properties_count);
    bool *is_given = ARENA_ARRAY(arena, bool, schema->properties_count);
    for (size_t i = 0; i < plan->content.changes_count; i++) {
        const BulkChange *change = &plan->content.changes[i];
        size_t slot = schema_property_slot(schema, change->property);
        CustomerWrite write = {.code = plan->codes[i], .values = values, .is_given = is_given};
        WriteResult result;
        values[slot] = change->after;
        is_given[slot] = true;
        TRY(store_write_customer(store, &write, WRITE_UPSERT, &result, err));
        is_given[slot] = false;
    }
    return STATUS_OK;
}

static Status write_contacts(Store *store, const BulkPlan *plan, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    size_t count = plan->content.changes_count;
    ContactValue *values = ARENA_ARRAY(arena, ContactValue, count);
    for (size_t i = 0; i < count; i++) {
        const BulkChange *change = &plan->content.changes[i];
        values[i] = (ContactValue){change->contact, change->property->id - 1, change->after};
    }
    return store_write_contact_values(store, values, count, err);
}

static Status apply(const FormingContext *context, const BulkPlan *plan, const BulkAct *act,
                    uint64_t *ret_id, Error *err)
{
    BulkAct noted = *act;
    noted.at = context->now;
    noted.author = context->author;
    noted.customers_count = plan->customers_count;
    noted.contacts_count = plan->contacts_count;
    TRY(plan->contacts_count > 0 ? write_contacts(context->store, plan, err)
                                 : write_customers(context->store, plan, err));
    return store_add_bulk_act(context->store, &noted, &plan->content, ret_id, err);
}

Status bulk_apply(const FormingContext *context, const BulkPlan *plan, const BulkAct *act,
                  uint64_t *ret_id, Error *err)
{
    if (plan->content.changes_count == 0)
        return error_set(err, STATUS_CONFLICT, "there is nothing to change");
    TRY(store_batch_begin(context->store, err));
    Status status = apply(context, plan, act, ret_id, err);
    if (status == STATUS_OK) status = store_batch_commit(context->store, err);
    store_batch_rollback(context->store);
    return status;
}

/* ---- what a preview shows ---- */

Text bulk_change_words(const BulkAct *act, Language language)
{
    static const char *const undo[] = {
        [LANGUAGE_EN] = "undo", [LANGUAGE_RU] = "отмена", [LANGUAGE_UK] = "скасування"};
    return act->undoes > 0 ? text_of(undo[language]) : act->change;
}

static int compare_changes(const void *a, const void *b)
{
    const BulkChangeGroup *first = a, *second = b;
    if (first->property != second->property)
        return first->property->id < second->property->id ? -1 : 1;
    if (first->count != second->count) return first->count < second->count ? 1 : -1;
    return first->place < second->place ? -1 : 1;
}

static int compare_skips(const void *a, const void *b)
{
    const BulkSkipGroup *first = a, *second = b;
    if (first->property != second->property)
        return first->property->id < second->property->id ? -1 : 1;
    if (first->count != second->count) return first->count < second->count ? 1 : -1;
    return (int)first->reason - (int)second->reason;
}

typedef struct {
    BulkChangeGroup *items;
    size_t count, capacity;
} ChangeGroups;

typedef struct {
    BulkSkipGroup *items;
    size_t count, capacity;
} SkipGroups;

static Text key_of(const BulkChange *change, Arena *scratch)
{
    Type type = property_value_type(change->property);
    Text before = value_print_exact(change->before, type, scratch);
    Text after = value_print_exact(change->after, type, scratch);
    return arena_printf(scratch, "%u %d%d %zu %.*s%.*s", change->property->id,
                        (int)change->before.kind, (int)change->after.kind, before.size,
                        TEXT_FORMAT(before), TEXT_FORMAT(after));
}

static ChangeGroups group_changes(const BulkContent *content, Arena *arena)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(map_done) Map *places = map_new(64);
    ChangeGroups groups = {0};
    for (size_t i = 0; i < content->changes_count; i++) {
        const BulkChange *change = &content->changes[i];
        uint64_t place;
        arena_reset(scratch);
        if (map_add(places, key_of(change, scratch), groups.count, &place)) {
            BulkChangeGroup group = {change->property, change->before, change->after, 0, i};
            ARENA_PUSH(arena, &groups, group);
        }
        groups.items[place].count++;
    }
    return groups;
}

static SkipGroups group_skips(const BulkContent *content, Arena *arena)
{
    SkipGroups groups = {0};
    for (size_t i = 0; i < content->skips_count; i++) {
        const BulkSkip *skip = &content->skips[i];
        size_t place = 0;
        while (place < groups.count && (groups.items[place].property != skip->property ||
                                        groups.items[place].reason != skip->reason))
            place++;
        if (place == groups.count) {
            BulkSkipGroup group = {skip->property, skip->reason, 0};
            ARENA_PUSH(arena, &groups, group);
        }
        groups.items[place].count++;
    }
    return groups;
}

void bulk_summarize(const BulkContent *content, Arena *arena, BulkSummary *ret_summary)
{
    ChangeGroups changes = group_changes(content, arena);
    SkipGroups skips = group_skips(content, arena);
    if (changes.count > 1)
        qsort(changes.items, changes.count, sizeof *changes.items, compare_changes);
    if (skips.count > 1) qsort(skips.items, skips.count, sizeof *skips.items, compare_skips);
    *ret_summary = (BulkSummary){changes.items, changes.count, skips.items, skips.count};
}
