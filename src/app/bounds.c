/* bounds.c -- the customers whom somebody may see, as a set. */
#include "app/bounds.h"

#include "app/native.h"

Status app_bounds(App *app, const Expression *only, Bounds *ret_bounds, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(native_done) Native native = {0};
    AskMode mode = {.as_of = app_today(app), .only = only};
    *ret_bounds = (Bounds){.is_bounded = only != NULL};
    if (only == NULL) return STATUS_OK;
    TRY(native_open(app, &mode, arena, &native, err));
    ret_bounds->customers = native.only;
    native.only = (CustomerSet){0};
    return STATUS_OK;
}

void bounds_done(Bounds *bounds)
{
    customer_set_free(&bounds->customers);
}
