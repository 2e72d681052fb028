/* options.c -- settings of the product that people may change, beside the store's own ones. */
#include "store/options.h"

#include "store/store_internal.h"

/* Names of the store's own settings have no point. */
static const char *own_name(const char *name, Arena *arena)
{
    return arena_printf(arena, "option.%s", name).data;
}

Status store_read_option(Store *store, const char *name, Arena *arena, Text *ret_value, Error *err)
{
    return setting_read(store, own_name(name, arena), arena, ret_value, err);
}

Status store_write_option(Store *store, const char *name, Text value, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    return setting_write(store, own_name(name, arena), value, err);
}
