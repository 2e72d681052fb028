/* plan.c -- compiling the expressions of a definition and checking that they fit their places. */
#include "classification/plan.h"

#include "lang/tree.h"

typedef struct {
    const Definition *definition;
    const PlanNames *names;
    Arena *arena;
} Planning;

typedef enum { PLACE_NUMBER, PLACE_GROUP, PLACE_DATE, PLACE_RULE } Place;

static bool is_fit(Place place, TypeKind kind)
{
    switch (place) {
    case PLACE_NUMBER: return kind == TYPE_DECIMAL || kind == TYPE_RATIO;
    case PLACE_DATE: return kind == TYPE_DATE;
    case PLACE_RULE: return kind == TYPE_BOOL;
    case PLACE_GROUP: break;
    }
    return kind != TYPE_TEXT_SET && kind != TYPE_HIERARCHY_SET;
}

static Status refuse_type(const Planning *planning, Place place, Text what, Type type, Error *err)
{
    static const char *const wanted[] = {[PLACE_NUMBER] = "a number",
                                         [PLACE_DATE] = "a date",
                                         [PLACE_RULE] = "yes or no",
                                         [PLACE_GROUP] = "one value per customer"};
    return error_set(err, STATUS_INVALID, "%.*s has to give %s, not %s", TEXT_FORMAT(what),
                     error_phrase(wanted[place]), type_words(type, planning->names->language));
}

/* ---- what an expression may not do ---- */

typedef struct {
    uint32_t own_id;
    bool reads_itself, has_open_window;
} Sight;

static void see(void *context, const Node *node)
{
    Sight *sight = context;
    if (node->kind == NODE_AGGREGATE && node->as.aggregate.window.kind == WINDOW_ALL)
        sight->has_open_window = true;
    if (node->kind != NODE_CALL || sight->own_id == 0) return;
    FunctionKind function = node->as.call.function;
    if (function == FUNCTION_CLASS || function == FUNCTION_CLASS_ON ||
        function == FUNCTION_CLASS_CHANGED)
        sight->reads_itself |= node->as.call.set_id == sight->own_id;
}

static Status compile(const Planning *planning, Text source, Place place, Text what,
                      const Expression **ret_expression, Error *err)
{
    Expression *expression = NULL;
    Diagnostics diagnostics = diagnostics_new(planning->arena);
    if (expression_compile(source, planning->names->catalog, EXPECT_ANY_VALUE, planning->arena,
                           &expression, &diagnostics) != STATUS_OK) {
        size_t first = 0;
        while (first + 1 < diagnostics.count &&
               diagnostic_severity(diagnostics.items[first].kind) != SEVERITY_ERROR)
            first++;
        Text sentence = diagnostic_sentence(&diagnostics.items[first], planning->names->language,
                                            planning->arena);
        return error_set(err, STATUS_INVALID, "%.*s: %.*s", TEXT_FORMAT(what),
                         TEXT_FORMAT(sentence));
    }
    if (!is_fit(place, expression->root->type.kind))
        return refuse_type(planning, place, what, expression->root->type, err);
    Sight sight = {.own_id = planning->names->own_id};
    node_walk(expression->root, see, &sight);
    if (sight.reads_itself)
        return error_set(err, STATUS_CONFLICT,
                         "%.*s reads the classification itself: its classes cannot depend on them",
                         TEXT_FORMAT(what));
    *ret_expression = expression;
    return STATUS_OK;
}

/* ---- the places ---- */

static Status compile_metrics(const Planning *planning, Plan *plan, Error *err)
{
    const Definition *definition = planning->definition;
    Place place = definition->kind == KIND_CROSS ? PLACE_GROUP : PLACE_NUMBER;
    const Expression **metrics =
        ARENA_ARRAY(planning->arena, const Expression *, definition->metrics_count);
    for (size_t i = 0; i < definition->metrics_count; i++) {
        Text what = arena_printf(planning->arena, "%s %zu", error_phrase("expression"), i + 1);
        TRY(compile(planning, definition->metrics[i].expression, place, what, &metrics[i], err));
    }
    plan->metrics = metrics;
    if (definition->kind != KIND_XYZ) return STATUS_OK;
    Sight sight = {0};
    node_walk(metrics[0]->root, see, &sight);
    if (!sight.has_open_window) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "expression 1 is asked at the end of each sub-period and has to look at that "
                     "one alone: give its sums a window such as 'this month'");
}

static Status compile_rules(const Planning *planning, Plan *plan, Error *err)
{
    const Definition *definition = planning->definition;
    if (!definition_has_rules(definition)) return STATUS_OK;
    const Expression **rules =
        ARENA_ARRAY(planning->arena, const Expression *, definition->classes_count);
    for (size_t i = 0; i < definition->classes_count; i++) {
        const ClassDefinition *class = &definition->classes[i];
        Text what = arena_printf(planning->arena, "%s '%.*s'", error_phrase("the rule of"),
                                 TEXT_FORMAT(class->name));
        TRY(compile(planning, class->rule, PLACE_RULE, what, &rules[i], err));
    }
    plan->rules = rules;
    return STATUS_OK;
}

Status plan_compile(const Definition *definition, const PlanNames *names, Arena *arena,
                    Plan *ret_plan, Error *err)
{
    Planning planning = {definition, names, arena};
    Plan plan = {.definition = definition};
    TRY(definition_check(definition, err));
    TRY(compile_metrics(&planning, &plan, err));
    TRY(compile_rules(&planning, &plan, err));
    if (definition->amount.size > 0)
        TRY(compile(&planning, definition->amount, PLACE_NUMBER,
                    text_of(error_phrase("the amount")), &plan.amount, err));
    if (definition->kind == KIND_XYZ && definition->first.size > 0)
        TRY(compile(&planning, definition->first, PLACE_DATE,
                    text_of(error_phrase("the first purchase")), &plan.first, err));
    *ret_plan = plan;
    return STATUS_OK;
}
