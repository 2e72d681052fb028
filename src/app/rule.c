/* rule.c -- an expression that somebody is writing: read, checked, completed. */
#include "app/rule.h"

#include "app/known_values.h"
#include "app/native.h"
#include "base/fold.h"
#include "base/map.h"
#include "lang/print.h"

#include <stdlib.h>

Status rule_read(App *app, RuleSource source, ExpectedResult expected, Arena *arena, Rule *ret_rule)
{
    *ret_rule = (Rule){.source = source.text, .diagnostics = diagnostics_new(arena)};
    if (source.tree.data != NULL) {
        TRY(expression_from_json(source.tree, arena, &ret_rule->root, &ret_rule->diagnostics));
        ret_rule->source = expression_print(ret_rule->root, arena);
    }
    size_t first = ret_rule->diagnostics.count;
    Status status =
        expression_parse(ret_rule->source, arena, &ret_rule->root, &ret_rule->diagnostics);
    if (status != STATUS_OK)
        expression_explain_labels(app_catalog(app), &ret_rule->diagnostics, first);
    TRY(status);
    TRY(expression_check(ret_rule->root, app_catalog(app), expected, arena, &ret_rule->expression,
                         &ret_rule->diagnostics));
    ret_rule->expression->source = ret_rule->source;
    return STATUS_OK;
}

Status rule_read_columns(App *app, Text source, Arena *arena, RuleColumns *ret_columns)
{
    *ret_columns = (RuleColumns){.diagnostics = diagnostics_new(arena)};
    if (text_trim(source).size == 0) return STATUS_OK;
    ColumnExpression *columns;
    size_t count;
    TRY(expression_parse_customer_columns(source, arena, &columns, &count,
                                          &ret_columns->diagnostics));
    RuleColumn *items = ARENA_ARRAY(arena, RuleColumn, count);
    Status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        Expression *expression = NULL;
        if (expression_check(columns[i].root, app_catalog(app), EXPECT_ANY_VALUE, arena,
                             &expression, &ret_columns->diagnostics) != STATUS_OK)
            status = STATUS_INVALID; /* go on: all that is wrong is told at once */
        items[i] = (RuleColumn){columns[i].name, expression};
    }
    ret_columns->items = items;
    ret_columns->count = status == STATUS_OK ? count : 0;
    return status;
}

/* ---- warnings ---- */

/* NOLINTNEXTLINE(misc-no-recursion): as deep as expressions may be */
static void lint_missing(const BreakdownNode *node, uint64_t customers_count,
                         Diagnostics *diagnostics)
{
    size_t first = diagnostics->count;
    for (size_t i = 0; i < node->children_count; i++)
        lint_missing(&node->children[i], customers_count, diagnostics);
    bool is_mostly = node->only_missing > customers_count - node->only_missing;
    /* said of the condition that lacks the values, not again of what is made of it */
    if (!is_mostly || diagnostics->count > first || node->place.data == NULL) return;
    Arena *arena = diagnostics->arena;
    diagnostics_add(diagnostics, DIAGNOSTIC_MOSTLY_MISSING, node->node->span,
                    arena_printf(arena, "%llu", (unsigned long long)node->only_missing),
                    arena_printf(arena, "%llu", (unsigned long long)customers_count), (Text){0});
}

static Status lint_decided_by_missing(App *app, const Expression *expression,
                                      const BreakdownMode *mode, Arena *arena,
                                      Diagnostics *diagnostics, Error *err)
{
    Breakdown breakdown;
    if (expression->root->type.kind != TYPE_BOOL) return STATUS_OK;
    TRY(app_breakdown(app, expression, mode, arena, &breakdown, err));
    lint_missing(&breakdown.root, breakdown.customers_count, diagnostics);
    return STATUS_OK;
}

Status rule_lint_definition(App *app, const Expression *expression, const BreakdownMode *mode,
                            Arena *arena, Diagnostics *diagnostics, Error *err)
{
    StoreCounts counts;
    bool is_bounded = mode->only != NULL;
    TRY(store_count(app_store(app), arena, &counts, err));
    LintFacts facts = {.has_today = true,
                       .today = app_today(app),
                       .has_event_dates = counts.has_event_dates && !is_bounded,
                       .first_event = counts.first_event,
                       .last_event = counts.last_event};
    AUTO(known_values_done)
    KnownValues known = {.app = app, .arena = arena, .is_bounded = is_bounded};
    known_values_tell(&known, &facts);
    expression_lint(expression, app_catalog(app), &facts, mode->as_of, diagnostics);
    return STATUS_OK;
}

Status rule_lint(App *app, const Expression *expression, const BreakdownMode *mode, Arena *arena,
                 Diagnostics *diagnostics, Error *err)
{
    size_t first = diagnostics->count;
    TRY(rule_lint_definition(app, expression, mode, arena, diagnostics, err));
    TRY(lint_decided_by_missing(app, expression, mode, arena, diagnostics, err));
    diagnostics_sort(diagnostics, first);
    return STATUS_OK;
}

void rule_lint_answer(App *app, const Expression *const *expressions, size_t count,
                      const BreakdownMode *mode, Arena *arena, Diagnostics *diagnostics)
{
    LintFacts facts = {.has_today = true, .today = app_today(app)};
    AUTO(known_values_done)
    KnownValues known = {.app = app, .arena = arena, .is_bounded = mode->only != NULL};
    known_values_tell(&known, &facts);
    expression_lint_answer(expressions, count, app_catalog(app), &facts, mode->as_of, diagnostics);
}

/* ---- values ---- */

typedef struct {
    const ValuesQuery *query;
    Arena *arena;
    struct {
        ValueCount *items;
        size_t count, capacity;
    } list;
    Map *places; /* of a value's text in the list */
} Counting;

static void count_value(Counting *counting, Value value, Type type)
{
    uint64_t place;
    Text text = value_print_exact(value, type, counting->arena);
    if (map_add(counting->places, text, counting->list.count, &place)) {
        ValueCount counted = {native_keep(value, counting->arena),
                              arena_text(counting->arena, text), 0};
        ARENA_PUSH(counting->arena, &counting->list, counted);
    }
    counting->list.items[place].customers_count++;
}

/* Members of a set count each. */
static void count_values(Counting *counting, Value value, Type type)
{
    if (value_is_missing(value)) return;
    if (value.kind != VALUE_SET) {
        count_value(counting, value, type);
        return;
    }
    for (size_t i = 0; i < value.as.set.count; i++)
        count_value(counting, value_text(value.as.set.items[i]), (Type){.kind = TYPE_TEXT});
}

static bool is_wanted(const Counting *counting, const ValueCount *counted)
{
    if (counting->query->search.size == 0) return true;
    return text_contains(text_fold(counted->text, counting->arena),
                         text_fold(counting->query->search, counting->arena));
}

static int compare_counts(const void *left, const void *right)
{
    const ValueCount *a = left, *b = right;
    if (a->customers_count != b->customers_count)
        return a->customers_count > b->customers_count ? -1 : 1;
    return text_compare(a->text, b->text);
}

/* Who has a value at all: a yes/no that is missing counts as no elsewhere. */
static Status find_only(App *app, const Counting *counting, Text name, Expression **ret_only,
                        Error *err)
{
    Text only = counting->query->only;
    Diagnostics diagnostics = diagnostics_new(counting->arena);
    Text rule =
        arena_printf(counting->arena, "%.*s is not missing%s%.*s%s", TEXT_FORMAT(name),
                     only.size > 0 ? " and (" : "", TEXT_FORMAT(only), only.size > 0 ? ")" : "");
    if (app_compile(app, rule, EXPECT_RULE, counting->arena, ret_only, &diagnostics) == STATUS_OK)
        return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the property %.*s is out of use", TEXT_FORMAT(name));
}

static Status ask_values(App *app, const Property *property, Counting *counting, Type *ret_type,
                         Error *err)
{
    AUTO(native_done) Native native = {0};
    AUTO(buffer_done) Buffer name = {0};
    Arena *arena = counting->arena;
    AskMode mode = {.as_of = app_today(app)};
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *expression, *only;
    print_name(&name, property->name);
    TRY(find_only(app, counting, arena_text(arena, buffer_view(&name)), &only, err));
    TRY(app_compile(app, arena_text(arena, buffer_view(&name)), EXPECT_ANY_VALUE, arena,
                    &expression, &diagnostics));
    mode.only = only;
    TRY(native_open(app, &mode, arena, &native, err));
    EngineQuestion question = {expression, mode.as_of, ANSWER_VALUES};
    EngineAnswer answer;
    TRY(native_run(&native, (NativeQuestions){&question, 1, NULL}, &answer, err));
    *ret_type = answer.values.type;
    for (size_t i = 0; i < answer.values.count; i++)
        count_values(counting, native_value(&answer.values, i, arena), *ret_type);
    return STATUS_OK;
}

Status rule_values(App *app, const ValuesQuery *query, Arena *arena, ValueCounts *ret_values,
                   Error *err)
{
    const Property *property = schema_find_property(app_schema(app), query->property);
    if (property == NULL)
        return error_set(err, STATUS_NOT_FOUND, "no property '%.*s'", TEXT_FORMAT(query->property));
    AUTO(map_done) Map *places = map_new(64);
    Counting counting = {.query = query, .arena = arena, .places = places};
    Type type;
    TRY(ask_values(app, property, &counting, &type, err));
    if (type.kind == TYPE_TEXT_SET || type.kind == TYPE_HIERARCHY_SET)
        type = (Type){.kind = TYPE_TEXT};
    size_t kept = 0;
    for (size_t i = 0; i < counting.list.count; i++)
        if (is_wanted(&counting, &counting.list.items[i]))
            counting.list.items[kept++] = counting.list.items[i];
    if (kept > 0) qsort(counting.list.items, kept, sizeof(ValueCount), compare_counts);
    *ret_values =
        (ValueCounts){type, counting.list.items, kept < query->limit ? kept : query->limit};
    return STATUS_OK;
}

/* ---- completion ---- */

/* Values of the property that the cursor compares. */
static Status add_values(App *app, const CompletionQuestion *question, Text only, Arena *arena,
                         Completions *completions, Error *err)
{
    ValuesQuery query = {.property = completions->property->name,
                         .search = completions->typed,
                         .limit = question->limit,
                         .only = only};
    ValueCounts values;
    TRY(rule_values(app, &query, arena, &values, err));
    for (size_t i = 0; i < values.count; i++) {
        if (values.items[i].value.kind != VALUE_TEXT) continue;
        Text count =
            arena_printf(arena, "%llu", (unsigned long long)values.items[i].customers_count);
        /* a hierarchy compares by its last level */
        Text value = values.type.kind == TYPE_HIERARCHY
                         ? hierarchy_own_name(values.items[i].value.as.text)
                         : values.items[i].value.as.text;
        completions_add_value(completions, value, count, arena);
    }
    return STATUS_OK;
}

Status rule_complete(App *app, const CompletionQuestion *question, Text only, Arena *arena,
                     Completions *ret_completions, Error *err)
{
    *ret_completions = complete(question, app_catalog(app), arena);
    if (ret_completions->property == NULL) return STATUS_OK;
    return add_values(app, question, only, arena, ret_completions, err);
}
