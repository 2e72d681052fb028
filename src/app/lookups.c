/* lookups.c -- whom expressions may ask. */
#include "app/lookups.h"

#include "activation/saved_lookups.h"
#include "classification/class_lookups.h"
#include "segment/compositions.h"

/* Compositions come first: forming has its own, and takes the others. */
static const LookupProvider providers[] = {
    compositions_provide,
    class_lookups_provide,
    saved_sets_provide,
};
static const LookupProviders all = {providers, sizeof providers / sizeof providers[0]};

JoinedLookups *app_lookups_open(App *app)
{
    return joined_lookups_new(app_store(app), all);
}

Status app_lookups_open_formed(App *app, FormedComposition formed, JoinedLookups **ret_lookups,
                               Error *err)
{
    AUTO(customer_set_free) CustomerSet members = {0};
    Store *store = app_store(app);
    *ret_lookups = NULL;
    if (formed.forming_id != 0)
        TRY(store_read_composition(store, formed.segment_id, formed.forming_id, &members, err));
    *ret_lookups = app_lookups_open(app);
    if (formed.forming_id == 0) return STATUS_OK;
    Compositions *compositions = compositions_new(store);
    compositions_override(compositions, formed.segment_id, (Date){DATE_DAY_MIN}, &members);
    joined_lookups_add(*ret_lookups, compositions_source(compositions));
    return STATUS_OK;
}

LookupProviders app_all_lookup_providers(void)
{
    return all;
}

LookupProviders app_lookup_providers(void)
{
    return (LookupProviders){all.items + 1, all.count - 1};
}
