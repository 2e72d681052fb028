/* reason.c -- why a customer is in or out, and which conditions of a rule decide. */
#include "app/reason.h"

#include "app/lookups.h"
#include "app/native.h"
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

Status app_breakdown(App *app, const Expression *expression, const BreakdownMode *mode,
                     Arena *arena, Breakdown *ret_breakdown, Error *err)
{
    AUTO(native_done) Native native = {0};
    AskMode ask = {.as_of = mode->as_of, .only = mode->only, .progress = mode->progress};
    TRY(native_open(app, &ask, arena, &native, err));
    TRY(joined_lookups_prepare(native.lookups, expression, mode->as_of, err));
    EngineOptions options = {.lookups = joined_lookups_get(native.lookups),
                             .only = native.has_only ? &native.only : NULL,
                             .progress = mode->progress};
    EngineQuestion question = {.expression = expression, .as_of = mode->as_of};
    return engine_breakdown(dataset_view_data(native.view), &question, &options, arena,
                            ret_breakdown, err);
}
