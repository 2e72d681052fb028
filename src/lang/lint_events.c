/* lint_events.c -- conditions on the same events that leave each other no room: none of them in a
 * period, and some in a part of it. */
#include "lang/lint.h"
#include "lang/window.h"

static const Text NOTHING = {0};

/* "There are such events", or "there are none", as one part of a group says. */
typedef struct {
    const Node *aggregate;
    bool is_any;
    DaySpan days;
} Claim;

static bool claim_of(const Linter *linter, const Node *node, bool is_opposite, Claim *ret_claim)
{
    is_opposite = is_opposite != node->negated;
    if (node->kind == NODE_NOT)
        return claim_of(linter, node->as.unary.operand, !is_opposite, ret_claim);
    AggregateKind kind = node->kind == NODE_AGGREGATE ? node->as.aggregate.kind : AGGREGATE_COUNT;
    if (kind != AGGREGATE_ANY && kind != AGGREGATE_NONE) return false;
    *ret_claim = (Claim){node, (kind == AGGREGATE_ANY) != is_opposite,
                         window_days(&node->as.aggregate.window, linter->as_of)};
    return true;
}

static bool is_within(DaySpan inner, DaySpan outer)
{
    bool begins_within =
        !outer.has_begin || (inner.has_begin && inner.first.day >= outer.first.day);
    return !day_span_is_empty(inner) && begins_within && inner.last.day <= outer.last.day;
}

/* Whether all events of `inner` are events of `outer`. */
static bool is_part_of(const Claim *inner, const Claim *outer)
{
    const Node *inner_condition = inner->aggregate->as.aggregate.condition;
    const Node *outer_condition = outer->aggregate->as.aggregate.condition;
    if (inner->aggregate->as.aggregate.stream != outer->aggregate->as.aggregate.stream)
        return false;
    bool is_narrower =
        outer_condition == NULL ||
        (inner_condition != NULL && expression_equal(inner_condition, outer_condition));
    return is_narrower && is_within(inner->days, outer->days);
}

/* In `and`: none of the events, and some of a part of them. In `or`: some, or none of a part. */
static bool leave_no_room(const Claim *a, const Claim *b, bool is_and)
{
    if (a->is_any == b->is_any) return false;
    const Claim *any = a->is_any ? a : b, *none = a->is_any ? b : a;
    bool is_vain = is_and ? is_part_of(any, none) : is_part_of(none, any);
    /* of the very same events lint_logic.c tells */
    return is_vain && !(is_part_of(any, none) && is_part_of(none, any));
}

void lint_events(Linter *linter, const Node *group)
{
    enum { CLAIMS_MAX = 50 };
    Claim claims[CLAIMS_MAX];
    size_t count = 0;
    bool is_and = group->kind == NODE_AND;
    if (!is_and && group->kind != NODE_OR) return;
    for (size_t i = 0; i < group->as.list.count && count < CLAIMS_MAX; i++) {
        if (!claim_of(linter, group->as.list.items[i], false, &claims[count])) continue;
        for (size_t j = 0; j < count; j++) {
            if (!leave_no_room(&claims[j], &claims[count], is_and)) continue;
            lint_warn(linter, is_and ? DIAGNOSTIC_EVENTS_RULED_OUT : DIAGNOSTIC_ALWAYS_TRUE,
                      group->span, NOTHING, NOTHING);
            return;
        }
        count++;
    }
}
