/* why_event.c -- which further event would turn a condition, and until when.
 *
 * Asked is not the shape of the condition but the evaluator: the aggregate is given the value it
 * would have with the event, and the condition is evaluated again, for each day ahead. What a
 * further event would do to anything else but one aggregate is not guessed. */
#include "eval/reference.h"
#include "lang/tree.h"

enum { COUNT_MAX = 1000000, EQUAL_COUNT_MAX = 100 };
static const int64_t AMOUNT_MAX = INT64_C(1000000000000000); /* in units of the field's scale */

/* One condition, and the aggregate in it that an event would change. */
typedef struct {
    const Scope *scope;
    Arena *scratch;
    const Node *condition;
    const Node *aggregate;
    bool is_now; /* whether the condition holds as things are */
} Question;

/* ---- which conditions are asked about ---- */

static bool is_plain_value(const Node *node)
{
    return node->kind == NODE_LITERAL || node->kind == NODE_PROPERTY;
}

static bool is_counted(const Node *node)
{
    if (node->kind != NODE_AGGREGATE) return false;
    AggregateKind kind = node->as.aggregate.kind;
    return kind == AGGREGATE_COUNT || kind == AGGREGATE_DISTINCT || kind == AGGREGATE_SUM ||
           kind == AGGREGATE_DAYS_SINCE_LAST || kind == AGGREGATE_DAYS_SINCE_FIRST;
}

static const Node *deciding_aggregate(const Node *condition)
{
    if (condition->kind == NODE_AGGREGATE) {
        AggregateKind kind = condition->as.aggregate.kind;
        return kind == AGGREGATE_ANY || kind == AGGREGATE_NONE ? condition : NULL;
    }
    if (condition->kind != NODE_COMPARE) return NULL;
    const Node *left = condition->as.compare.left, *right = condition->as.compare.right;
    if (is_counted(left) && is_plain_value(right)) return left;
    return is_counted(right) && is_plain_value(left) ? right : NULL;
}

/* What the events' condition reads that a further event is not free in. */
typedef struct {
    const Field *taken; /* whose value the further event brings */
    bool is_bound;
} FieldUse;

static void see_field(void *context, const Node *node)
{
    FieldUse *use = context;
    if (node->kind != NODE_FIELD) return;
    bool is_taken = use->taken != NULL && node->as.field.field == use->taken;
    use->is_bound |= node->as.field.is_built_in || is_taken;
}

/* Whether an event of any day, with any amount, can be among those the aggregate takes in. */
static bool takes_further_events(const Node *aggregate)
{
    const Node *field = aggregate->as.aggregate.field;
    FieldUse use = {0};
    if (aggregate->as.aggregate.kind == AGGREGATE_SUM) {
        bool is_own = field != NULL && field->kind == NODE_FIELD && field->as.field.field != NULL &&
                      !field->as.field.is_item_attribute;
        bool is_exact = is_own && field->type.kind == TYPE_DECIMAL &&
                        aggregate->type.kind == TYPE_DECIMAL &&
                        aggregate->type.scale == field->type.scale;
        if (!is_exact) return false;
        use.taken = field->as.field.field;
    }
    if (aggregate->as.aggregate.kind == AGGREGATE_DISTINCT) {
        /* what is built in comes from the day; yes and no are soon used up */
        if (field == NULL || field->as.field.is_built_in || field->type.kind == TYPE_BOOL)
            return false;
        use.taken = field->as.field.field;
    }
    if (aggregate->as.aggregate.condition != NULL)
        node_walk(aggregate->as.aggregate.condition, see_field, &use);
    return !use.is_bound;
}

/* ---- asking ---- */

/* The aggregate on the scope's day with `more` added to it. */
static Status value_with_event(const Scope *scope, const Node *aggregate, int64_t more,
                               Value *ret_value, Error *err)
{
    AggregateKind kind = aggregate->as.aggregate.kind;
    TRY(reference_value(scope, aggregate, ret_value, err));
    bool is_missing = value_is_missing(*ret_value);
    if (kind == AGGREGATE_DAYS_SINCE_LAST || (kind == AGGREGATE_DAYS_SINCE_FIRST && is_missing))
        *ret_value = value_decimal(0);
    else if (kind != AGGREGATE_DAYS_SINCE_FIRST)
        *ret_value = value_decimal((is_missing ? 0 : ret_value->as.decimal) + more);
    return STATUS_OK;
}

/* Whether the condition holds as of a day, with so much more added on it, or with nothing. */
static Status holds_on(const Question *question, Date day, int64_t more, bool *ret_holds,
                       Error *err)
{
    Reference later = *question->scope->reference;
    Scope scope = *question->scope;
    later.as_of = day;
    scope.reference = &later;
    scope.arena = question->scratch;
    arena_reset(question->scratch);
    if (more == 0) return reference_condition(&scope, question->condition, ret_holds, err);
    if (question->aggregate == question->condition) {
        *ret_holds = question->aggregate->as.aggregate.kind == AGGREGATE_ANY;
        return STATUS_OK;
    }
    TRY(value_with_event(&scope, question->aggregate, more, &scope.assumed_value, err));
    scope.assumed = question->aggregate;
    return reference_condition(&scope, question->condition, ret_holds, err);
}

static Status turns_with(const Question *question, int64_t more, bool *ret_turns, Error *err)
{
    bool holds;
    TRY(holds_on(question, question->scope->reference->as_of, more, &holds, err));
    *ret_turns = holds != question->is_now;
    return STATUS_OK;
}

/* The least that turns the condition, when more of it does so too; 0: nothing up to `max`. */
static Status least_of_all(const Question *question, int64_t max, int64_t *ret_least, Error *err)
{
    bool turns;
    *ret_least = 0;
    TRY(turns_with(question, max, &turns, err));
    if (!turns) return STATUS_OK;
    int64_t low = 1, high = max;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        TRY(turns_with(question, middle, &turns, err));
        if (turns)
            high = middle;
        else
            low = middle + 1;
    }
    *ret_least = low;
    return STATUS_OK;
}

/* `= N` is met by one number of events only, so each is tried. */
static Status least_for_equal(const Question *question, int64_t *ret_least, Error *err)
{
    bool turns = false;
    *ret_least = 0;
    for (int64_t more = 1; more <= EQUAL_COUNT_MAX && !turns; more++) {
        TRY(turns_with(question, more, &turns, err));
        if (turns) *ret_least = more;
    }
    return STATUS_OK;
}

/* Money that people can pay: whole hundredths, when they turn the condition as well. */
static Status round_to_payable(const Question *question, int64_t *least, Error *err)
{
    enum { PAYABLE = 100 }; /* in units of MONEY_SCALE */
    const Field *field = question->aggregate->as.aggregate.field->as.field.field;
    if (field == NULL || field->type != PROPERTY_MONEY || *least % PAYABLE == 0) return STATUS_OK;
    int64_t rounded = (*least / PAYABLE + 1) * PAYABLE;
    bool turns;
    TRY(turns_with(question, rounded, &turns, err));
    if (turns) *least = rounded;
    return STATUS_OK;
}

static Status least_amount(const Question *question, int64_t *ret_least, Error *err)
{
    TRY(least_of_all(question, AMOUNT_MAX, ret_least, err));
    return *ret_least == 0 ? STATUS_OK : round_to_payable(question, ret_least, err);
}

static Status find_least(const Question *question, int64_t *ret_least, Error *err)
{
    AggregateKind kind = question->aggregate->as.aggregate.kind;
    const Node *condition = question->condition;
    bool is_equal =
        condition->kind == NODE_COMPARE && condition->as.compare.operator_ == COMPARE_EQ;
    *ret_least = 0;
    if (kind == AGGREGATE_SUM) return is_equal ? STATUS_OK : least_amount(question, ret_least, err);
    if (kind == AGGREGATE_COUNT || kind == AGGREGATE_DISTINCT)
        return is_equal ? least_for_equal(question, ret_least, err)
                        : least_of_all(question, COUNT_MAX, ret_least, err);
    return least_of_all(question, 1, ret_least, err);
}

/* How many days from the as-of day on the event would do it, each time as of its own day. */
static Status count_days(const Question *question, int64_t more, int32_t *ret_days, Error *err)
{
    Date as_of = question->scope->reference->as_of;
    const Window *window = &question->aggregate->as.aggregate.window;
    for (*ret_days = 0; *ret_days <= WHY_DAYS_AHEAD; ++*ret_days) {
        Date day = date_add(as_of, *ret_days, UNIT_DAY);
        bool holds, holds_with;
        if (!day_span_holds(window_days(window, day), day)) return STATUS_OK;
        TRY(holds_on(question, day, 0, &holds, err));
        TRY(holds_on(question, day, more, &holds_with, err));
        if (holds != question->is_now || holds_with == question->is_now) return STATUS_OK;
    }
    return STATUS_OK;
}

Status why_look_for_event(const Scope *scope, Arena *scratch, WhyNode *why, Error *err)
{
    const Node *aggregate = why->is_condition ? deciding_aggregate(why->node) : NULL;
    if (aggregate == NULL || !takes_further_events(aggregate)) return STATUS_OK;
    Question question = {scope, scratch, why->node, aggregate, why->value.as.boolean};
    int64_t least;
    int32_t days;
    TRY(find_least(&question, &least, err));
    if (least == 0) return STATUS_OK;
    TRY(count_days(&question, least, &days, err));
    if (days == 0) return STATUS_OK;
    bool is_sum = aggregate->as.aggregate.kind == AGGREGATE_SUM;
    why->further = aggregate;
    why->further_count = is_sum ? 1 : (uint64_t)least;
    why->has_further_amount = is_sum;
    why->further_amount = value_decimal(is_sum ? least : 0);
    why->has_further_until = days <= WHY_DAYS_AHEAD;
    why->further_until = date_add(scope->reference->as_of, days - 1, UNIT_DAY);
    return STATUS_OK;
}
