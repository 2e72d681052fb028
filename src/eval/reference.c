/* reference.c -- the reference evaluator: every customer, every expression, one after another. */
#include "eval/reference.h"

#include "base/memory.h"
#include "lang/tree.h"

#include <stdlib.h>

/* ---- making an expression ready ---- */

typedef struct {
    Arena *arena;
    CompiledPattern *items;
    size_t count, capacity;
} PatternList;

static void add_pattern(void *context, const Node *node)
{
    PatternList *list = context;
    if (node->kind != NODE_TEXT_MATCH || node->as.text_match.match != TEXT_MATCHES) return;
    CompiledPattern pattern = {.node = node};
    ARENA_PUSH(list->arena, list, pattern);
}

static Status compile_patterns(Reference *reference, Error *err)
{
    PatternList list = {.arena = reference->arena};
    node_walk(reference->expression->root, add_pattern, &list);
    reference->patterns = list.items;
    reference->patterns_count = list.count;
    for (size_t i = 0; i < list.count; i++)
        TRY(regex_open(list.items[i].node->as.text_match.pattern, &list.items[i].regex, err));
    return STATUS_OK;
}

void reference_close(Reference *reference)
{
    if (reference == NULL) return;
    for (size_t i = 0; i < reference->patterns_count; i++)
        regex_close(reference->patterns[i].regex);
    arena_free(reference->arena);
    free(reference);
}

void reference_done(Reference **reference)
{
    reference_close(*reference);
    *reference = NULL;
}

Status reference_open(const EvalInput *input, const Expression *expression,
                      Reference **ret_reference, Error *err)
{
    AUTO(reference_done) Reference *reference = MEMORY_NEW(Reference);
    *reference = (Reference){
        .arena = arena_new(),
        .expression = expression,
        .schema = input->source->schema,
        .lookups = input->lookups,
        .as_of = input->as_of,
    };
    TRY(compile_patterns(reference, err));
    TRY(reference_rank_all(reference, input, err));
    *ret_reference = reference;
    reference = NULL; /* now the caller's */
    return STATUS_OK;
}

Status reference_eval_customer(const Reference *reference, const CustomerRow *customer,
                               const Node *node, Arena *arena, Value *ret_value, Error *err)
{
    Scope scope = {.reference = reference, .customer = customer, .arena = arena};
    if (reference_value(&scope, node, ret_value, err) != STATUS_OK)
        return error_prefix(err, "customer '%.*s'", TEXT_FORMAT(customer->code));
    return STATUS_OK;
}

/* ---- the pass over the base ---- */

Value reference_kept_value(Value value, Arena *arena)
{
    if (value.kind == VALUE_TEXT) value.as.text = arena_text(arena, value.as.text);
    if (value.kind == VALUE_SET) {
        Text *items = ARENA_ARRAY(arena, Text, value.as.set.count);
        for (size_t i = 0; i < value.as.set.count; i++)
            items[i] = arena_text(arena, value.as.set.items[i]);
        value.as.set.items = items;
    }
    return value;
}

typedef struct {
    CustomerId *items;
    size_t count, capacity;
} IdList;

typedef struct {
    Text *items;
    size_t count, capacity;
} TextList;

typedef struct {
    Value *items;
    size_t count, capacity;
} ValueList;

typedef struct {
    const EvalInput *input;
    Reference **references; /* one per expression */
    size_t count;
    IdList ids;
    TextList codes;
    ValueList *columns; /* one per expression */
    Arena *arena;
} Pass;

/* A yes/no expression is a rule: missing is no. */
static Status eval_root(const Reference *reference, const CustomerRow *row, Arena *row_arena,
                        Value *ret_value, Error *err)
{
    const Node *root = reference->expression->root;
    TRY(reference_eval_customer(reference, row, root, row_arena, ret_value, err));
    if (root->type.kind == TYPE_BOOL && value_is_missing(*ret_value))
        *ret_value = value_bool(false);
    return STATUS_OK;
}

static Status eval_row(Pass *pass, const CustomerRow *row, Arena *row_arena, Error *err)
{
    ARENA_PUSH(pass->arena, &pass->ids, row->id);
    ARENA_PUSH(pass->arena, &pass->codes, arena_text(pass->arena, row->code));
    for (size_t i = 0; i < pass->count; i++) {
        Value value;
        TRY(eval_root(pass->references[i], row, row_arena, &value, err));
        ARENA_PUSH(pass->arena, &pass->columns[i], reference_kept_value(value, pass->arena));
    }
    return STATUS_OK;
}

Status reference_report(const EvalInput *input, uint64_t customers_done, Error *err)
{
    enum { REPORT_EVERY = 1024 };
    if (customers_done % REPORT_EVERY != 0) return STATUS_OK;
    return progress_report(input->progress, "evaluating", customers_done, 0, err);
}

static Status eval_all_rows(Pass *pass, Error *err)
{
    AUTO(arena_done) Arena *row_arena = arena_new();
    CustomerSource *source = pass->input->source;
    TRY(source->rewind(source, err));
    for (;;) {
        CustomerRow row;
        arena_reset(row_arena);
        TRY(source->next(source, row_arena, &row, err));
        if (row.id.value == 0) return STATUS_OK;
        TRY(eval_row(pass, &row, row_arena, err));
        TRY(reference_report(pass->input, pass->ids.count, err));
    }
}

static Status eval_pass(Pass *pass, const Expression *const *expressions, EvalResult *ret_result,
                        Error *err)
{
    for (size_t i = 0; i < pass->count; i++)
        TRY(reference_open(pass->input, expressions[i], &pass->references[i], err));
    TRY(eval_all_rows(pass, err));
    const Value **values = ARENA_ARRAY(pass->arena, const Value *, pass->count);
    for (size_t i = 0; i < pass->count; i++)
        values[i] = pass->columns[i].items;
    *ret_result = (EvalResult){.customers_count = pass->ids.count,
                               .customers = pass->ids.items,
                               .codes = pass->codes.items,
                               .values = values};
    return STATUS_OK;
}

Status reference_eval(const EvalInput *input, const Expression *const *expressions,
                      size_t expressions_count, Arena *arena, EvalResult *ret_result, Error *err)
{
    Pass pass = {.input = input,
                 .references = ARENA_ARRAY(arena, Reference *, expressions_count),
                 .count = expressions_count,
                 .columns = ARENA_ARRAY(arena, ValueList, expressions_count),
                 .arena = arena};
    Status status = eval_pass(&pass, expressions, ret_result, err);
    for (size_t i = 0; i < expressions_count; i++)
        reference_close(pass.references[i]);
    return status;
}
