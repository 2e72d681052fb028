/* reason.c -- why a customer is in or out, and which conditions of a rule decide. */
#include "app/reason.h"

#include "app/lookups.h"
#include "app/native.h"
#include "model/built_in.h"

typedef struct {
    WhyMembership *items;
    size_t count, capacity;
} MembershipList;

/* NOLINTNEXTLINE(misc-no-recursion): as deep as expressions may be */
static void find_memberships(const WhyNode *why, Arena *arena, MembershipList *list)
{
    const Node *node = why->node;
    if (node->kind == NODE_CALL && node->as.call.function == FUNCTION_MEMBER &&
        node->as.call.definition == NULL)
        ARENA_PUSH(arena, list, ((WhyMembership){.node = node}));
    for (size_t i = 0; i < why->children_count; i++)
        find_memberships(&why->children[i], arena, list);
}

static Status read_memberships(App *app, const WhyQuestion *question, CustomerId customer,
                               Arena *arena, Why *why, Error *err)
{
    MembershipList list = {0};
    find_memberships(&why->root, arena, &list);
    for (size_t i = 0; i < list.count; i++) {
        WhyMembership *membership = &list.items[i];
        uint32_t id = membership->node->as.call.set_id;
        const Segment *segment = registry_find(app_registry(app), id);
        CustomerMoveQuery query = {id, customer, question->as_of};
        TRY(store_find_last_move(app_store(app), query, arena, &membership->move, err));
        if (segment != NULL) membership->segment = segment->card.name;
    }
    why->memberships = list.items;
    why->memberships_count = list.count;
    return STATUS_OK;
}

const WhyMembership *why_membership(const Why *why, const Node *node)
{
    for (size_t i = 0; i < why->memberships_count; i++)
        if (why->memberships[i].node == node) return &why->memberships[i];
    return NULL;
}

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
    TRY(why_customer(&input, question->expression, &row, arena, &ret_why->root, err));
    return read_memberships(app, question, row.id, arena, ret_why, err);
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
