/* rule.c -- what was found out of an expression, as JSON. */
#include "reply/rule.h"

#include "lang/place.h"
#include "lang/print.h"
#include "lang/tree.h"
#include "lang/types.h"
#include "lang/window.h"
#include "model/built_in.h"
#include "reply/fields.h"

/* ---- diagnostics ---- */

static void put_diagnostic(JsonWriter *writer, const Diagnostic *diagnostic, Language language,
                           Arena *arena)
{
    bool is_error = diagnostic_severity(diagnostic->kind) == SEVERITY_ERROR;
    json_begin(writer, '{');
    field_code(writer, "code", diagnostic_code(diagnostic->kind));
    field_code(writer, "severity", is_error ? "error" : "warning");
    field_count(writer, "begin", diagnostic->span.begin_byte);
    field_count(writer, "end", diagnostic->span.end_byte);
    field_text(writer, "sentence", diagnostic_sentence(diagnostic, language, arena));
    field_text(writer, "suggestion", diagnostic->suggestion);
    json_end(writer, '}');
}

void reply_diagnostics(JsonWriter *writer, const Diagnostics *diagnostics, Language language,
                       Arena *arena)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < diagnostics->count; i++)
        put_diagnostic(writer, &diagnostics->items[i], language, arena);
    json_end(writer, ']');
}

void reply_warnings(JsonWriter *writer, Warnings warnings)
{
    json_key(writer, "warnings");
    reply_diagnostics(writer, warnings.diagnostics, warnings.language, warnings.arena);
}

/* ---- forms ---- */

const char *data_nature_code(DataNature nature)
{
    switch (nature) {
    case NATURE_STATIC: return "static";
    case NATURE_DYNAMIC: return "dynamic";
    case NATURE_MIXED: return "mixed";
    }
    return "";
}

const char *value_type_code(Type type)
{
    return type_name(type);
}

static void put_sentences(JsonWriter *writer, const Expression *expression, Date as_of,
                          Arena *arena)
{
    if (expression == NULL) {
        json_nothing(writer);
        return;
    }
    json_begin(writer, '{');
    for (Language language = 0; language < LANGUAGE_COUNT; language++)
        field_text(writer, language_code(language),
                   expression_sentence(expression, as_of, language, arena));
    json_end(writer, '}');
}

static void put_window(JsonWriter *writer, const Window *window, Text place, Date as_of)
{
    AUTO(buffer_done) Buffer text = {0};
    bool is_ahead = window->kind == WINDOW_NEXT;
    DaySpan days = is_ahead ? window_next_days(window, as_of) : window_days(window, as_of);
    print_window(&text, window);
    json_begin(writer, '{');
    field_text(writer, "pointer", place);
    field_text(writer, "text", buffer_view(&text));
    field_date(writer, "first", days.has_begin, days.first);
    field_date(writer, "last", true, days.last);
    json_end(writer, '}');
}

/* What stands in no document, such as the definition of a metric, is left out. */
static void put_windows(JsonWriter *writer, const Node *node, Text place, Date as_of, Arena *arena)
{
    const Window *window = node_window(node);
    const Node *child;
    if (window != NULL) put_window(writer, window, place, as_of);
    for (size_t i = 0; (child = node_child(node, i)) != NULL; i++) {
        Text step = node_child_place(node, i, arena);
        if (step.size == 0) continue;
        Text below = arena_printf(arena, "%.*s%.*s", TEXT_FORMAT(place), TEXT_FORMAT(step));
        put_windows(writer, child, below, as_of, arena); /* as deep as expressions may be */
    }
}

void reply_windows(JsonWriter *writer, const Expression *expression, Date as_of, Arena *arena)
{
    json_begin(writer, '[');
    if (expression != NULL) put_windows(writer, expression->root, TEXT(""), as_of, arena);
    json_end(writer, ']');
}

static void put_columns(JsonWriter *writer, const RuleColumns *columns, Arena *arena)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < columns->count; i++) {
        const RuleColumn *column = &columns->items[i];
        json_begin(writer, '{');
        field_text(writer, "name", column->name);
        field_code(writer, "type", value_type_code(column->expression->root->type));
        field_text(writer, "text", expression_print(column->expression->root, arena));
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

/* Everything that is not there without an expression that makes sense. */
static void put_meaning(JsonWriter *writer, const Expression *expression, Date as_of, Arena *arena)
{
    json_key(writer, "canonical");
    if (expression == NULL) {
        json_nothing(writer);
    } else {
        json_text(writer, expression_print(expression->root, arena));
    }
    json_key(writer, "type");
    if (expression == NULL) {
        json_nothing(writer);
    } else {
        json_cstr(writer, value_type_code(expression->root->type));
    }
    json_key(writer, "nature");
    if (expression == NULL) {
        json_nothing(writer);
    } else {
        json_cstr(writer, data_nature_code(expression_data_nature(expression)));
    }
    json_key(writer, "sentences");
    put_sentences(writer, expression, as_of, arena);
    json_key(writer, "windows");
    reply_windows(writer, expression, as_of, arena);
}

void reply_rule(JsonWriter *writer, const RuleShown *shown, Arena *arena)
{
    const Rule *rule = shown->rule;
    json_begin(writer, '{');
    field_flag(writer, "is_valid",
               rule->expression != NULL && shown->columns->diagnostics.errors_count == 0);
    field_text(writer, "text", rule->source);
    json_key(writer, "tree");
    if (rule->root == NULL) {
        json_nothing(writer);
    } else {
        json_raw(writer, expression_to_json(rule->root, arena));
    }
    put_meaning(writer, rule->expression, shown->as_of, arena);
    json_key(writer, "columns");
    put_columns(writer, shown->columns, arena);
    json_key(writer, "diagnostics");
    reply_diagnostics(writer, &rule->diagnostics, shown->language, arena);
    json_key(writer, "column_diagnostics");
    reply_diagnostics(writer, &shown->columns->diagnostics, shown->language, arena);
    json_end(writer, '}');
}

/* ---- counts ---- */

static void put_value(JsonWriter *writer, const char *key, Value value, Type type)
{
    json_key(writer, key);
    json_value(writer, value, type);
}

static void put_summary(JsonWriter *writer, const ValueSummary *summary, Type type)
{
    put_value(writer, "min", summary->min, type);
    put_value(writer, "max", summary->max, type);
    put_value(writer, "sum", summary->sum, type);
    put_value(writer, "average", summary->average, (Type){.kind = TYPE_RATIO});
}

void reply_count(JsonWriter *writer, const Question *question, const Answer *answer, Date as_of,
                 Arena *arena)
{
    const Expression *expression = question->expressions[QUESTION_RULE];
    uint64_t base = answer->base_count;
    field_text(writer, "text", expression_print(expression->root, arena));
    field_date(writer, "as_of", true, as_of);
    field_count(writer, "base", base);
    field_count(writer, "count", question->is_rule ? answer->count : answer->summary.with_value);
    if (question->is_rule) {
        double share = base == 0 ? 0.0 : (double)answer->count / (double)base;
        put_value(writer, "share", value_ratio(share), (Type){.kind = TYPE_RATIO});
    } else {
        put_summary(writer, &answer->summary, question->types[QUESTION_RULE]);
    }
}

void reply_breakdown(JsonWriter *writer, const BreakdownNode *node)
{
    json_begin(writer, '{');
    field_text(writer, "condition", node->text);
    json_key(writer, "pointer");
    if (node->place.data == NULL) {
        json_nothing(writer);
    } else {
        json_text(writer, node->place);
    }
    field_count(writer, "holds", node->holds);
    field_count(writer, "only_missing", node->only_missing);
    json_key(writer, "children");
    json_begin(writer, '[');
    for (size_t i = 0; i < node->children_count; i++)
        reply_breakdown(writer, &node->children[i]); /* as deep as expressions may be */
    json_end(writer, ']');
    json_end(writer, '}');
}

/* ---- why ---- */

/* Contact persons that came without a date have none to show. */
static bool is_undated(const WhyNode *why, Moment at)
{
    return why->node->kind == NODE_AGGREGATE &&
           stream_is_undated(why->node->as.aggregate.stream, at);
}

static void put_further(JsonWriter *writer, const WhyNode *node)
{
    json_key(writer, "further_events");
    json_begin(writer, '{');
    field_text(writer, "stream", node->further->as.aggregate.stream->name);
    field_count(writer, "count", node->further_count);
    if (node->new_values_of.size > 0) {
        field_text(writer, "new_values_of", node->new_values_of);
    }
    if (node->has_further_amount) {
        field_text(writer, "field", node->further->as.aggregate.field->as.field.field->name);
        json_key(writer, "at_least");
        json_value(writer, node->further_amount, node->further->type);
    }
    if (node->has_further_until) {
        field_date(writer, "until", true, node->further_until);
    }
    field_flag(writer, "change_to", !node->value.as.boolean);
    json_end(writer, '}');
}

static void put_steps(JsonWriter *writer, const WhyNode *node)
{
    json_key(writer, "steps");
    json_begin(writer, '[');
    for (size_t i = 0; i < node->steps_count; i++) {
        const WhyStep *step = &node->steps[i];
        json_begin(writer, '{');
        field_text(writer, "text", step->text);
        field_count(writer, "events", step->events_count);
        field_flag(writer, "is_reached", step->is_reached);
        field_moment(writer, "last_event", step->events_count > 0, step->last_event);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_charges(JsonWriter *writer, const WhyNode *node)
{
    const Type money = {.kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true};
    field_count(writer, "charges_count", node->charges_count);
    json_key(writer, "charges");
    json_begin(writer, '[');
    for (size_t i = 0; i < node->charges_shown; i++) {
        const WhyCharge *charge = &node->charges[i];
        json_begin(writer, '{');
        field_text_or_null(writer, "document", charge->document);
        field_date(writer, "date", true, charge->date);
        field_date(writer, "due", charge->has_due, charge->due);
        json_key(writer, "rest");
        json_value(writer, charge->rest, money);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

static void put_rank(JsonWriter *writer, const WhyNode *node)
{
    json_key(writer, "rank");
    json_begin(writer, '{');
    if (node->rank.place > 0) {
        field_count(writer, "place", node->rank.place);
    } else {
        field_null(writer, "place");
    }
    field_count(writer, "chosen", node->rank.chosen);
    field_count(writer, "ranked", node->rank.ranked);
    json_key(writer, "border");
    json_value(writer, node->rank.border, node->node->as.rank.by->type);
    json_end(writer, '}');
}

static void put_facts(JsonWriter *writer, const WhyNode *node)
{
    if (node->has_window) {
        json_key(writer, "window");
        json_begin(writer, '{');
        json_key(writer, "first");
        if (node->window.has_begin) {
            json_date(writer, node->window.first);
        } else {
            json_nothing(writer);
        }
        field_date(writer, "last", true, node->window.last);
        json_end(writer, '}');
    }
    if (node->has_events) {
        field_count(writer, "events", node->events_count);
    }
    if (node->has_events && node->events_count > 0 && !is_undated(node, node->first_event)) {
        json_key(writer, "first_event");
        json_value(writer, value_moment(node->first_event), (Type){.kind = TYPE_MOMENT});
        json_key(writer, "last_event");
        json_value(writer, value_moment(node->last_event), (Type){.kind = TYPE_MOMENT});
    }
    if (node->steps_count > 0) put_steps(writer, node);
    if (node->charges != NULL) put_charges(writer, node);
    if (node->has_rank) put_rank(writer, node);
    if (node->has_change) {
        field_date(writer, "changes_on", true, node->change_day);
        json_key(writer, "changes_to");
        json_value(writer, node->changed_value, node->node->type);
    }
    if (node->further != NULL) put_further(writer, node);
}

void reply_why_node(JsonWriter *writer, const WhyNode *node)
{
    json_begin(writer, '{');
    field_text(writer, "text", node->text);
    json_key(writer, "value");
    json_value(writer, node->value, node->node->type);
    field_flag(writer, "is_condition", node->is_condition);
    field_flag(writer, "is_only_missing", node->is_only_missing);
    field_flag(writer, "depends_on_others", node->depends_on_others);
    put_facts(writer, node);
    json_key(writer, "children");
    json_begin(writer, '[');
    for (size_t i = 0; i < node->children_count; i++)
        reply_why_node(writer, &node->children[i]); /* as deep as expressions may be */
    json_end(writer, ']');
    json_end(writer, '}');
}

static void put_membership(JsonWriter *writer, const WhyMembership *membership)
{
    const CustomerMove *move = &membership->move;
    bool has_move = move->forming.id != 0;
    json_begin(writer, '{');
    field_text(writer, "segment", membership->segment);
    field_flag(writer, "is_in", has_move && move->is_joining);
    field_moment(writer, "since", has_move, move->forming.at);
    field_text_or_null(writer, "cause",
                       has_move ? text_of(change_cause_code(move->cause)) : TEXT(""));
    field_text_or_null(writer, "author", move->forming.author);
    field_text_or_null(writer, "why", move->forming.note);
    json_end(writer, '}');
}

void reply_why(JsonWriter *writer, const Why *why, Date as_of, Warnings warnings)
{
    json_begin(writer, '{');
    field_text(writer, "code", why->code);
    field_date(writer, "as_of", true, as_of);
    json_key(writer, "why");
    reply_why_node(writer, &why->root);
    json_key(writer, "memberships");
    json_begin(writer, '[');
    for (size_t i = 0; i < why->memberships_count; i++)
        put_membership(writer, &why->memberships[i]);
    json_end(writer, ']');
    reply_warnings(writer, warnings);
    json_end(writer, '}');
}

/* ---- completions, values, trend ---- */

static void put_completion(JsonWriter *writer, const Completion *completion)
{
    json_begin(writer, '{');
    field_text(writer, "text", completion->text);
    field_code(writer, "kind", completion_kind_code(completion->kind));
    field_text(writer, "label", completion->label);
    json_key(writer, "detail");
    if (completion->detail.size == 0) {
        json_nothing(writer);
    } else {
        json_text(writer, completion->detail);
    }
    json_end(writer, '}');
}

void reply_completions(JsonWriter *writer, const Completions *completions)
{
    json_begin(writer, '{');
    field_count(writer, "begin", completions->begin);
    field_count(writer, "end", completions->end);
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = 0; i < completions->count; i++)
        put_completion(writer, &completions->items[i]);
    json_end(writer, ']');
    json_end(writer, '}');
}

void reply_values(JsonWriter *writer, const ValueCounts *values)
{
    json_begin(writer, '[');
    for (size_t i = 0; i < values->count; i++) {
        json_begin(writer, '{');
        put_value(writer, "value", values->items[i].value, values->type);
        field_count(writer, "customers", values->items[i].customers_count);
        json_end(writer, '}');
    }
    json_end(writer, ']');
}

void reply_trend(JsonWriter *writer, const TrendAnswer *answer, Type type, Warnings warnings)
{
    json_begin(writer, '{');
    json_key(writer, "points");
    json_begin(writer, '[');
    for (size_t i = 0; i < answer->points_count; i++) {
        const TrendPoint *point = &answer->points[i];
        json_begin(writer, '{');
        field_date(writer, "date", true, point->as_of);
        field_count(writer, "base", point->base_count);
        field_count(writer, "count", point->count);
        if (type.kind != TYPE_BOOL) put_summary(writer, &point->summary, type);
        json_end(writer, '}');
    }
    json_end(writer, ']');
    reply_warnings(writer, warnings);
    json_end(writer, '}');
}
