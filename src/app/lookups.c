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

LookupProviders app_all_lookup_providers(void)
{
    return all;
}

LookupProviders app_lookup_providers(void)
{
    return (LookupProviders){all.items + 1, all.count - 1};
}
