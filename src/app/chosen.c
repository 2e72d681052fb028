/* chosen.c -- whom a change by hand is about: codes that were typed, a list, a saved set. */
#include "app/chosen.h"

#include "app/segments.h"
#include "app/sets.h"

static Status add_typed(App *app, const ChosenSource *source, Arena *arena, CustomerSet *all,
                        Error *err)
{
    CustomerId *customers = NULL;
    TRY(segment_customers(app, source->codes, source->codes_count, arena, &customers, err));
    for (size_t i = 0; i < source->codes_count; i++)
        customer_set_add(all, customers[i]);
    return STATUS_OK;
}

static Status add_listed(App *app, Text text, Arena *arena, CodeList *list, CustomerSet *all,
                         Error *err)
{
    if (text.data == NULL) return STATUS_OK;
    TRY(code_list_read(app_store(app), text, arena, list, err));
    customer_set_unite(all, &list->customers);
    customer_set_free(&list->customers);
    return STATUS_OK;
}

static Status add_saved(App *app, Text name, Arena *arena, CustomerSet *all, Error *err)
{
    const SavedSet *set = NULL;
    AUTO(customer_set_free) CustomerSet saved = {0};
    if (name.data == NULL) return STATUS_OK;
    TRY(set_get(app, name, arena, &set, err));
    TRY(store_read_saved_customers(app_store(app), set->id, &saved, err));
    customer_set_unite(all, &saved);
    return STATUS_OK;
}

/* What the journal tells of it. */
static void name_source(const ChosenSource *source, Chosen *chosen)
{
    chosen->source_name = TEXT("");
    if (source->codes_count > 0) return;
    bool is_list = source->list.data != NULL;
    chosen->source = is_list ? HAND_FROM_LIST : HAND_FROM_SET;
    chosen->source_name = is_list ? source->list_name : source->set;
}

Status chosen_read(App *app, const ChosenSource *source, Arena *arena, Chosen *ret_chosen,
                   Error *err)
{
    AUTO(customer_set_free) CustomerSet all = {0};
    Chosen chosen = {0};
    if (source->codes_count == 0 && source->list.data == NULL && source->set.data == NULL)
        return error_set(err, STATUS_INVALID,
                         "say which customers: their codes, a file of codes, or a saved set");
    TRY(add_typed(app, source, arena, &all, err));
    TRY(add_listed(app, source->list, arena, &chosen.list, &all, err));
    TRY(add_saved(app, source->set, arena, &all, err));
    chosen.count = customer_set_count(&all);
    if (chosen.count == 0)
        return error_set(err, STATUS_CONFLICT, "the list holds no code that a customer has");
    chosen.customers = customer_set_list(&all, arena);
    name_source(source, &chosen);
    *ret_chosen = chosen;
    return STATUS_OK;
}
