/* reason.c -- why a customer is in or out, and which conditions of a rule decide. */
#include "app/reason.h"

#include "app/lookups.h"
#include "model/built_in.h"

static Status read_why(App *app, const WhyQuestion *question, Arena *arena, Why *ret_why,
                       Error *err)
{
    CustomerRow row;
    CustomerSource *source = NULL;
    TRY(store_read_customer(app_store(app), question->code, arena, &row, err));
    TRY(store_customer_source(app_store(app), &source, err));
    Value name = row.values[BUILT_IN_NAME];
    ret_why->code = row.code;
    ret_why->name = name.kind == VALUE_TEXT ? name.as.text : TEXT("");
    AUTO(joined_lookups_done) JoinedLookups *lookups = app_lookups_open(app);
    TRY(joined_lookups_prepare(lookups, question->expression, question->as_of, err));
    EvalInput input = {
        .source = source, .lookups = joined_lookups_get(lookups), .as_of = question->as_of};
    return why_customer(&input, question->expression, &row, arena, &ret_why->root, err);
}

Status app_why(App *app, const WhyQuestion *question, Arena *arena, Why *ret_why, Error *err)
{
    TRY(store_read_begin(app_store(app), err));
    Status status = read_why(app, question, arena, ret_why, err);
    store_read_end(app_store(app));
    return status;
}

static Status read_breakdown(App *app, const Expression *expression, const BreakdownMode *mode,
                             Arena *arena, Breakdown *ret_breakdown, Error *err)
{
    CustomerSource *source = NULL;
    TRY(store_customer_source(app_store(app), &source, err));
    AUTO(joined_lookups_done) JoinedLookups *lookups = app_lookups_open(app);
    TRY(joined_lookups_prepare(lookups, expression, mode->as_of, err));
    EvalInput input = {.source = source,
                       .lookups = joined_lookups_get(lookups),
                       .as_of = mode->as_of,
                       .progress = mode->progress};
    return reference_breakdown(&input, expression, arena, &ret_breakdown->root,
                               &ret_breakdown->customers_count, err);
}

Status app_breakdown(App *app, const Expression *expression, const BreakdownMode *mode,
                     Arena *arena, Breakdown *ret_breakdown, Error *err)
{
    TRY(store_read_begin(app_store(app), err));
    Status status = read_breakdown(app, expression, mode, arena, ret_breakdown, err);
    store_read_end(app_store(app));
    return status;
}
