/* breakdown.c -- how many customers each condition of a rule lets through.
 *
 * The engine says for whom each condition holds and for whom each compared value is missing, all in
 * one run. From these sets follows for whom a condition is open, that is decided by a missing value
 * only: a comparison is when it compares one; `and`, `or`, `at least` are when the open ones among
 * their conditions could turn them. A condition that is not open is sure to hold or not to. The
 * reference evaluator says the same customer by customer (eval/verdict.c). */
#include "engine/breakdown.h"

#include <assert.h>

typedef struct Part Part;
struct Part {
    BreakdownNode *shown;
    size_t holds;                  /* its question */
    size_t missing, missing_count; /* questions which of its operands are missing */
    Part *parts;                   /* of the conditions below */
    size_t parts_count;
    CustomerSet open;
};

typedef struct {
    const EngineQuestion *question;
    Arena *arena;
    struct {
        EngineQuestion *items;
        size_t count, capacity;
    } questions; /* [0]: everybody */
    EngineAnswer *answers;
} Work;

/* ---- what to ask ---- */

static size_t ask(Work *work, const Node *node, AnswerKind kind)
{
    Expression *expression = ARENA_NEW(work->arena, Expression);
    *expression = *work->question->expression;
    expression->root = node;
    EngineQuestion question = {expression, work->question->as_of, kind};
    ARENA_PUSH(work->arena, &work->questions, question);
    return work->questions.count - 1;
}

static void ask_everybody(Work *work)
{
    Node *node = ARENA_NEW(work->arena, Node);
    node->kind = NODE_LITERAL;
    node->type = (Type){.kind = TYPE_BOOL};
    node->as.literal = (Literal){value_bool(true), node->type};
    (void)ask(work, node, ANSWER_SET);
}

static bool may_be_missing(const Node *operand)
{
    if (operand == NULL || operand->type.kind == TYPE_BOOL) return false;
    return operand->kind != NODE_LITERAL || value_is_missing(operand->as.literal.value);
}

static void ask_missing(Work *work, const Node *operand, Part *part)
{
    Node *node = ARENA_NEW(work->arena, Node);
    node->kind = NODE_IS_MISSING;
    node->type = (Type){.kind = TYPE_BOOL};
    node->as.unary.operand = operand;
    size_t index = ask(work, node, ANSWER_SET);
    if (part->missing_count++ == 0) part->missing = index;
}

typedef struct {
    const Node *items[3];
} Operands;

/* What a condition compares; nothing for those that are open through other conditions. */
static Operands compared(const Node *node)
{
    switch ((int)node->kind) {
    case NODE_COMPARE: return (Operands){{node->as.compare.left, node->as.compare.right}};
    case NODE_BETWEEN:
        return (Operands){{node->as.between.operand, node->as.between.low, node->as.between.high}};
    case NODE_IN_INTERVAL:
        return (Operands){
            {node->as.in_interval.operand, node->as.in_interval.low, node->as.in_interval.high}};
    case NODE_IN_LIST: return (Operands){{node->as.in_list.operand}};
    case NODE_TEXT_MATCH: return (Operands){{node->as.text_match.operand}};
    case NODE_HAS: return (Operands){{node->as.has.operand}};
    case NODE_UNDER: return (Operands){{node->as.under.operand}};
    case NODE_RANK: return (Operands){{node->as.rank.by}};
    case NODE_CALL:
        if (node->as.call.function == FUNCTION_ANNIVERSARY)
            return (Operands){{node->as.call.arguments.items[0]}};
        return (Operands){{NULL}};
    default: return (Operands){{NULL}};
    }
}

static void ask_operands(Work *work, const Node *node, Part *part)
{
    Operands operands = compared(node);
    if (node->kind == NODE_PROPERTY) ask_missing(work, node, part);
    if (node->kind == NODE_CALL && node->as.call.function == FUNCTION_COALESCE)
        for (size_t i = 0; i < node->as.call.arguments.count; i++)
            ask_missing(work, node->as.call.arguments.items[i], part);
    for (size_t i = 0; i < 3; i++)
        if (may_be_missing(operands.items[i])) ask_missing(work, operands.items[i], part);
}

static void plan_part(Work *work, BreakdownNode *shown, Part *part)
{
    bool is_condition = shown->node->type.kind == TYPE_BOOL;
    part->shown = shown;
    part->holds = ask(work, shown->node, is_condition ? ANSWER_SET : ANSWER_COUNT);
    if (is_condition) ask_operands(work, shown->node, part);
    part->parts_count = shown->children_count;
    part->parts = ARENA_ARRAY(work->arena, Part, part->parts_count);
    for (size_t i = 0; i < part->parts_count; i++)
        plan_part(work, &shown->children[i], &part->parts[i]);
}

/* ---- sets ---- */

static const CustomerSet *set_of(const Work *work, size_t question)
{
    return &work->answers[question].set;
}

static CustomerSet complement(const Work *work, const CustomerSet *set)
{
    CustomerSet rest = customer_set_copy(set_of(work, 0));
    customer_set_subtract(&rest, set);
    return rest;
}

/* One condition below another: for whom it surely holds, surely does not, is open. A literal is no
 * part of the breakdown; `missing` is open. */
typedef struct {
    CustomerSet yes, no;
    const CustomerSet *open;
} Verdicts;

static void verdicts_free(Verdicts *verdicts)
{
    customer_set_free(&verdicts->yes);
    customer_set_free(&verdicts->no);
}

static const CustomerSet nobody;

static Verdicts verdicts_of_literal(const Work *work, const Node *node)
{
    Value value = node->as.literal.value;
    const CustomerSet *all = set_of(work, 0);
    if (value_is_missing(value)) return (Verdicts){.open = all};
    if (value.as.boolean) return (Verdicts){.yes = customer_set_copy(all), .open = &nobody};
    return (Verdicts){.no = customer_set_copy(all), .open = &nobody};
}

static Verdicts verdicts_of(const Work *work, const Part *part, const Node *node)
{
    if (node->kind == NODE_LITERAL) return verdicts_of_literal(work, node);
    size_t i = 0;
    while (i < part->parts_count && part->parts[i].shown->node != node)
        i++;
    ASSERT(i < part->parts_count);
    Verdicts verdicts = {.open = &part->parts[i].open};
    verdicts.yes = customer_set_copy(set_of(work, part->parts[i].holds));
    customer_set_subtract(&verdicts.yes, verdicts.open);
    verdicts.no = complement(work, &verdicts.yes);
    customer_set_subtract(&verdicts.no, verdicts.open);
    return verdicts;
}

/* ---- who is open ---- */

/* How many of some conditions hold for each customer, as binary digits: one set per digit. */
enum { DIGITS_MAX = 16 };

typedef struct {
    CustomerSet digits[DIGITS_MAX];
} Tally;

static_assert(LANG_NODES_MAX < 1 << DIGITS_MAX, "a tally can count all conditions of a rule");

static void tally_free(Tally *tally)
{
    for (size_t i = 0; i < DIGITS_MAX; i++)
        customer_set_free(&tally->digits[i]);
}

static void tally_add(Tally *tally, const CustomerSet *set)
{
    CustomerSet carry = customer_set_copy(set);
    for (size_t i = 0; i < DIGITS_MAX && !customer_set_is_empty(&carry); i++) {
        CustomerSet both = customer_set_copy(&tally->digits[i]);
        customer_set_intersect(&both, &carry);
        customer_set_unite(&tally->digits[i], &carry);
        customer_set_subtract(&tally->digits[i], &both);
        customer_set_free(&carry);
        carry = both;
    }
    customer_set_free(&carry);
}

/* For whom the tally is at least `needed`. */
static CustomerSet tally_reached(const Work *work, const Tally *tally, uint64_t needed)
{
    CustomerSet reached = {0}; /* already above, by a higher digit */
    CustomerSet equal = customer_set_copy(set_of(work, 0));
    if (needed >> DIGITS_MAX != 0) {
        customer_set_free(&equal);
        return reached;
    }
    for (size_t i = DIGITS_MAX; i-- > 0;) {
        const CustomerSet *digit = &tally->digits[i];
        if ((needed >> i & 1) != 0) {
            customer_set_intersect(&equal, digit);
            continue;
        }
        CustomerSet above = customer_set_copy(&equal);
        customer_set_intersect(&above, digit);
        customer_set_unite(&reached, &above);
        customer_set_subtract(&equal, digit);
        customer_set_free(&above);
    }
    customer_set_unite(&reached, &equal);
    customer_set_free(&equal);
    return reached;
}

/* Open: not enough surely hold, enough may. */
static CustomerSet open_list(const Work *work, const Part *part, NodeList list, uint64_t needed)
{
    Tally sure = {0}, possible = {0};
    for (size_t i = 0; i < list.count; i++) {
        Verdicts verdicts = verdicts_of(work, part, list.items[i]);
        tally_add(&sure, &verdicts.yes);
        customer_set_unite(&verdicts.yes, verdicts.open);
        tally_add(&possible, &verdicts.yes);
        verdicts_free(&verdicts);
    }
    CustomerSet open = tally_reached(work, &possible, needed);
    CustomerSet decided = tally_reached(work, &sure, needed);
    customer_set_subtract(&open, &decided);
    customer_set_free(&decided);
    tally_free(&sure);
    tally_free(&possible);
    return open;
}

/* A missing value, or an open condition where one is compared. */
static CustomerSet open_comparison(const Work *work, const Part *part, Operands operands)
{
    CustomerSet open = {0};
    for (size_t i = 0; i < part->missing_count; i++)
        customer_set_unite(&open, set_of(work, part->missing + i));
    for (size_t i = 0; i < 3; i++) {
        const Node *operand = operands.items[i];
        if (operand == NULL || operand->type.kind != TYPE_BOOL) continue;
        Verdicts verdicts = verdicts_of(work, part, operand);
        customer_set_unite(&open, verdicts.open);
        verdicts_free(&verdicts);
    }
    return open;
}

/* Whoever `within` surely shuts out is not open. */
static CustomerSet open_rank(const Work *work, const Part *part, const Node *node)
{
    CustomerSet open = open_comparison(work, part, compared(node));
    if (node->as.rank.within == NULL) return open;
    Verdicts within = verdicts_of(work, part, node->as.rank.within);
    customer_set_unite(&open, within.open);
    customer_set_subtract(&open, &within.no);
    verdicts_free(&within);
    return open;
}

/* An open condition leaves open what differs between its two results. */
static CustomerSet open_if(const Work *work, const Part *part, NodeList arguments)
{
    Verdicts condition = verdicts_of(work, part, arguments.items[0]);
    Verdicts when_true = verdicts_of(work, part, arguments.items[1]);
    Verdicts when_false = verdicts_of(work, part, arguments.items[2]);
    CustomerSet open = customer_set_copy(condition.open);
    customer_set_intersect(&when_true.yes, &when_false.yes);
    customer_set_intersect(&when_true.no, &when_false.no);
    customer_set_subtract(&open, &when_true.yes);
    customer_set_subtract(&open, &when_true.no);
    customer_set_intersect(&condition.yes, when_true.open);
    customer_set_intersect(&condition.no, when_false.open);
    customer_set_unite(&open, &condition.yes);
    customer_set_unite(&open, &condition.no);
    verdicts_free(&condition);
    verdicts_free(&when_true);
    verdicts_free(&when_false);
    return open;
}

/* The first argument that has a value decides; open where none has. */
static CustomerSet open_coalesce(const Work *work, const Part *part, NodeList arguments)
{
    CustomerSet open = {0};
    CustomerSet rest = customer_set_copy(set_of(work, 0));
    for (size_t i = 0; i < arguments.count; i++) {
        const CustomerSet *missing = set_of(work, part->missing + i);
        Verdicts verdicts = verdicts_of(work, part, arguments.items[i]);
        CustomerSet decided = customer_set_copy(&rest);
        customer_set_subtract(&decided, missing);
        customer_set_intersect(&decided, verdicts.open);
        customer_set_unite(&open, &decided);
        customer_set_intersect(&rest, missing);
        customer_set_free(&decided);
        verdicts_free(&verdicts);
    }
    customer_set_unite(&open, &rest);
    customer_set_free(&rest);
    return open;
}

static CustomerSet open_as(const Work *work, const Part *part, const Node *node)
{
    Verdicts verdicts = verdicts_of(work, part, node);
    CustomerSet open = customer_set_copy(verdicts.open);
    verdicts_free(&verdicts);
    return open;
}

static CustomerSet open_call(const Work *work, const Part *part, const Node *node)
{
    if (node->as.call.function == FUNCTION_IF) return open_if(work, part, node->as.call.arguments);
    if (node->as.call.function == FUNCTION_COALESCE)
        return open_coalesce(work, part, node->as.call.arguments);
    if (node->as.call.function == FUNCTION_MEMBER && node->as.call.definition != NULL)
        return open_as(work, part, node->as.call.definition);
    return open_comparison(work, part, compared(node));
}

static CustomerSet open_of(const Work *work, const Part *part)
{
    const Node *node = part->shown->node;
    switch ((int)node->kind) {
    case NODE_AND: return open_list(work, part, node->as.list, node->as.list.count);
    case NODE_OR: return open_list(work, part, node->as.list, 1);
    case NODE_AT_LEAST:
        return open_list(work, part, node->as.at_least.list, (uint64_t)node->as.at_least.needed);
    case NODE_NOT: return open_as(work, part, node->as.unary.operand);
    case NODE_METRIC: return open_as(work, part, node->as.metric.definition);
    case NODE_RANK: return open_rank(work, part, node);
    case NODE_CALL: return open_call(work, part, node);
    default: return open_comparison(work, part, compared(node));
    }
}

/* ---- counting ---- */

static void count_part(const Work *work, Part *part)
{
    for (size_t i = 0; i < part->parts_count; i++)
        count_part(work, &part->parts[i]);
    const EngineAnswer *answer = &work->answers[part->holds];
    part->shown->holds = answer->count;
    if (part->shown->node->type.kind == TYPE_BOOL) {
        part->open = open_of(work, part);
        part->shown->only_missing = customer_set_count(&part->open);
    } else {
        part->shown->only_missing = work->answers[0].count - answer->count;
    }
    for (size_t i = 0; i < part->parts_count; i++)
        customer_set_free(&part->parts[i].open);
}

static Status check_size(const Work *work, const EngineData *data, Error *err)
{
    uint64_t set_bytes = 64;
    for (size_t i = 0; i < data->layers_count; i++)
        set_bytes += image_customers_count(data->layers[i].image) / 8;
    if (work->questions.count * 2 * set_bytes <= BREAKDOWN_BYTES_MAX) return STATUS_OK;
    return error_set(err, STATUS_LIMIT,
                     "too many conditions (%zu) to count each over so many customers; count the "
                     "rule in parts",
                     work->questions.count);
}

static Status run(Work *work, const EngineData *data, const EngineOptions *options, Error *err)
{
    AUTO(engine_done) EngineProgram *program = NULL;
    work->answers = ARENA_ARRAY(work->arena, EngineAnswer, work->questions.count);
    TRY(engine_prepare(data, work->questions.items, work->questions.count, options, &program, err));
    return engine_run(program, work->arena, work->answers, err);
}

Status engine_breakdown(const EngineData *data, const EngineQuestion *question,
                        const EngineOptions *options, Arena *arena, Breakdown *ret_breakdown,
                        Error *err)
{
    Work work = {.question = question, .arena = arena};
    Part root = {0};
    ret_breakdown->root = breakdown_conditions(question->expression, arena);
    ask_everybody(&work);
    plan_part(&work, &ret_breakdown->root, &root);
    TRY(check_size(&work, data, err));
    TRY(run(&work, data, options, err));
    count_part(&work, &root);
    customer_set_free(&root.open);
    ret_breakdown->customers_count = work.answers[0].count;
    for (size_t i = 0; i < work.questions.count; i++)
        if (work.questions.items[i].kind == ANSWER_SET) customer_set_free(&work.answers[i].set);
    return STATUS_OK;
}
