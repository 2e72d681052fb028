/* json_read_node.c -- the nodes of a tree out of its JSON form, one function per kind. */
#include "lang/json_read.h"

static JsonPlace element_place(const JsonPlace *array, size_t index)
{
    return (JsonPlace){.parent = array, .index = index};
}

static const Node *find_node(ObjectReader *object, const char *key)
{
    json_t *json = object_find(object, key);
    JsonPlace place = object_place(object, key);
    return json == NULL ? NULL : json_read_node(object->reader, json, &place);
}

static const Node *get_node(ObjectReader *object, const char *key)
{
    const Node *node = find_node(object, key);
    if (node == NULL)
        reader_error(object->reader, object->place, DIAGNOSTIC_JSON_MISSING_KEY, text_of(key),
                     (Text){0});
    return node;
}

static NodeList get_nodes(ObjectReader *object, const char *key, size_t count_min)
{
    json_t *array = object_array(object, key, count_min);
    JsonPlace array_place = object_place(object, key);
    size_t count = array == NULL ? 0 : json_array_size(array);
    if (count > LANG_NODES_MAX) count = LANG_NODES_MAX + 1; /* enough to be over the limit */
    NodeList list = {ARENA_ARRAY(object->reader->arena, const Node *, count), count};
    for (size_t i = 0; i < count && !object->reader->is_stopped; i++) {
        JsonPlace place = element_place(&array_place, i);
        list.items[i] = json_read_node(object->reader, json_array_get(array, i), &place);
    }
    return list;
}

/* A value of a list: {"type":…,"value":…}; `missing` is none. */
static Literal read_element(JsonReader *reader, json_t *json, const JsonPlace *place)
{
    Literal literal = {0};
    ObjectReader object;
    if (!object_open(reader, json, place, &object)) return literal;
    object_literal(&object, &literal);
    object_close(&object);
    if (literal.value.kind == VALUE_MISSING && !object.is_lost) {
        JsonPlace type_place = object_place(&object, "type");
        reader_error(reader, &type_place, DIAGNOSTIC_JSON_BAD_VALUE, TEXT("missing"), TEXT("list"));
    }
    return literal;
}

static LiteralList get_literals(ObjectReader *object)
{
    json_t *array = object_array(object, "values", 1);
    JsonPlace array_place = object_place(object, "values");
    size_t count = array == NULL ? 0 : json_array_size(array);
    if (count > LANG_LIST_MAX) {
        char limit[DECIMAL_TEXT_MAX];
        diagnostics_add(object->reader->diagnostics, DIAGNOSTIC_LIST_TOO_LONG, (Span){0},
                        decimal_print(LANG_LIST_MAX, 0, limit), (Text){0}, (Text){0});
        return (LiteralList){0};
    }
    Literal *items = ARENA_ARRAY(object->reader->arena, Literal, count);
    for (size_t i = 0; i < count && !object->reader->is_stopped; i++) {
        JsonPlace place = element_place(&array_place, i);
        items[i] = read_element(object->reader, json_array_get(array, i), &place);
    }
    return (LiteralList){items, count};
}

/* {"count":…,"unit":…} */
static bool find_period(ObjectReader *object, const char *key, int64_t *ret_count, Unit *ret_unit)
{
    json_t *json = object_find(object, key);
    JsonPlace place = object_place(object, key);
    ObjectReader period;
    if (json == NULL || !object_open(object->reader, json, &place, &period)) return false;
    *ret_count = object_count(&period, "count");
    *ret_unit = object_unit(&period, "unit");
    object_close(&period);
    return true;
}

static void read_counted(ObjectReader *object, Window *window)
{
    window->count = object_count(object, "count");
    window->unit = object_unit(object, "unit");
}

static void read_previous(ObjectReader *object, Window *window)
{
    window->count_written = object_has(object, "count");
    window->count = 1;
    if (window->count_written) window->count = object_count(object, "count");
    window->unit = object_unit(object, "unit");
}

static void read_window_parts(ObjectReader *object, Window *window)
{
    switch (window->kind) {
    case WINDOW_ALL: return; /* has no word: an error was reported */
    case WINDOW_LAST:
    case WINDOW_NEXT: read_counted(object, window); return;
    case WINDOW_PREVIOUS: read_previous(object, window); return;
    case WINDOW_THIS: window->unit = object_unit(object, "unit"); return;
    case WINDOW_FROM_TO:
        window->from = object_date(object, "from");
        window->to = object_date(object, "to");
        return;
    case WINDOW_SINCE:
    case WINDOW_BEFORE:
    case WINDOW_ON: window->from = object_date(object, "date"); return;
    case WINDOW_BETWEEN_AGO:
        window->count = object_count(object, "near");
        window->count_far = object_count(object, "far");
        window->unit = object_unit(object, "unit");
        return;
    }
}

static bool find_window(ObjectReader *object, Window *ret_window)
{
    json_t *json = object_find(object, "window");
    JsonPlace place = object_place(object, "window");
    ObjectReader parts;
    if (json == NULL || !object_open(object->reader, json, &place, &parts)) return false;
    Window window = {.kind = (WindowKind)object_kind(&parts, "kind", &JSON_WINDOW_KINDS)};
    read_window_parts(&parts, &window);
    if (window.kind != WINDOW_NEXT)
        window.is_shifted =
            find_period(&parts, "shifted_back", &window.shift_count, &window.shift_unit);
    object_close(&parts);
    *ret_window = window;
    return true;
}

/* The window of events: they lie in the past. */
static void read_past_window(ObjectReader *object, Window *ret_window)
{
    if (find_window(object, ret_window) && ret_window->kind == WINDOW_NEXT)
        reader_error(object->reader, object->place, DIAGNOSTIC_NEXT_OF_EVENTS, (Text){0},
                     (Text){0});
}

static void read_negated(ObjectReader *object, Node *node)
{
    node->negated = object_flag(object, "negated");
}

/* Only some operators have a negative form; the others are negated by a "not" around them. */
static void refuse_negated(ObjectReader *object, Node *node, const char *operator_word)
{
    JsonPlace place = object_place(object, "negated");
    if (node->negated)
        reader_error(object->reader, &place, DIAGNOSTIC_JSON_BAD_VALUE, TEXT("true"),
                     text_of(operator_word));
}

static void read_name(ObjectReader *object, Node *node)
{
    node->as.name.name = object_name(object, "name");
    if (object_has(object, "member")) node->as.name.member = object_name(object, "member");
}

static void read_compare(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    CompareOperator compare = (CompareOperator)object_word(object, "operator", &COMPARE_WORDS);
    if (compare != COMPARE_EQ) refuse_negated(object, node, compare_operator_word(compare));
    node->as.compare.operator_ = compare;
    node->as.compare.left = get_node(object, "left");
    node->as.compare.right = get_node(object, "right");
}

static void read_between(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    node->as.between.operand = get_node(object, "operand");
    node->as.between.low = get_node(object, "low");
    node->as.between.high = get_node(object, "high");
}

static void read_in_list(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    node->as.in_list.operand = get_node(object, "operand");
    node->as.in_list.list = get_literals(object);
}

static void read_in_interval(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    node->as.in_interval.operand = get_node(object, "operand");
    node->as.in_interval.low = find_node(object, "low");
    if (node->as.in_interval.low != NULL)
        node->as.in_interval.low_included = object_bool(object, "low_included");
    node->as.in_interval.high = find_node(object, "high");
    if (node->as.in_interval.high != NULL)
        node->as.in_interval.high_included = object_bool(object, "high_included");
    if (node->as.in_interval.low == NULL && node->as.in_interval.high == NULL)
        reader_error(object->reader, object->place, DIAGNOSTIC_INTERVAL_WITHOUT_ENDS, (Text){0},
                     (Text){0});
}

static void read_text_match(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    node->as.text_match.match = (TextMatch)object_word(object, "match", &JSON_TEXT_MATCHES);
    node->as.text_match.operand = get_node(object, "operand");
    node->as.text_match.pattern = object_text(object, "pattern");
}

static void read_has(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    node->as.has.quantifier = (HasQuantifier)object_word(object, "quantifier", &JSON_QUANTIFIERS);
    if (node->as.has.quantifier == HAS_ALL) refuse_negated(object, node, "all");
    node->as.has.operand = get_node(object, "operand");
    node->as.has.list = get_literals(object);
}

static void read_under(ObjectReader *object, Node *node)
{
    read_negated(object, node);
    node->as.under.operand = get_node(object, "operand");
    node->as.under.target = object_text(object, "target");
}

static void read_arithmetic(ObjectReader *object, Node *node)
{
    node->as.arithmetic.operator_ =
        (ArithmeticOperator)object_word(object, "operator", &ARITHMETIC_WORDS);
    node->as.arithmetic.left = get_node(object, "left");
    node->as.arithmetic.right = get_node(object, "right");
}

/* What is aggregated is a name and nothing else. */
static const Node *find_field(ObjectReader *object)
{
    const Node *field = find_node(object, "field");
    JsonPlace place = object_place(object, "field");
    if (field != NULL && field->kind != NODE_NAME)
        reader_error(object->reader, &place, DIAGNOSTIC_JSON_WRONG_TYPE, TEXT("name"), (Text){0});
    return field;
}

static void read_aggregate(ObjectReader *object, Node *node)
{
    node->as.aggregate.kind = (AggregateKind)object_word(object, "function", &AGGREGATE_WORDS);
    node->as.aggregate.stream_name = object_name(object, "stream");
    node->as.aggregate.field = find_field(object);
    node->as.aggregate.condition = find_node(object, "condition");
    node->as.aggregate.has_period = object_has(object, "by");
    if (node->as.aggregate.has_period) node->as.aggregate.period = object_unit(object, "by");
    read_past_window(object, &node->as.aggregate.window);
}

static void read_event(ObjectReader *object, EventPattern *event)
{
    event->stream_name = object_name(object, "stream");
    event->condition = find_node(object, "condition");
}

static bool find_event(ObjectReader *object, const char *key, EventPattern *event)
{
    json_t *json = object_find(object, key);
    JsonPlace place = object_place(object, key);
    ObjectReader parts;
    if (json == NULL || !object_open(object->reader, json, &place, &parts)) return false;
    read_event(&parts, event);
    object_close(&parts);
    return true;
}

static void read_step(JsonReader *reader, json_t *json, const JsonPlace *place, SequenceStep *step)
{
    ObjectReader object;
    if (!object_open(reader, json, place, &object)) return;
    read_event(&object, &step->event);
    if (place->index > 0) {
        step->has_within = find_period(&object, "within", &step->within_count, &step->within_unit);
        step->has_without = find_event(&object, "without", &step->without);
    }
    object_close(&object);
}

static void read_sequence(ObjectReader *object, Node *node)
{
    json_t *array = object_array(object, "steps", 2);
    JsonPlace array_place = object_place(object, "steps");
    size_t count = array == NULL ? 0 : json_array_size(array);
    SequenceStep *steps = ARENA_ARRAY(object->reader->arena, SequenceStep, count);
    for (size_t i = 0; i < count && !object->reader->is_stopped; i++) {
        JsonPlace place = element_place(&array_place, i);
        read_step(object->reader, json_array_get(array, i), &place, &steps[i]);
    }
    node->as.sequence.steps = steps;
    node->as.sequence.steps_count = count;
    read_past_window(object, &node->as.sequence.window);
}

static void read_call(ObjectReader *object, Node *node)
{
    node->as.call.function = (FunctionKind)object_word(object, "function", &FUNCTION_WORDS);
    node->as.call.arguments = get_nodes(object, "arguments", 0);
    node->as.call.has_window = find_window(object, &node->as.call.window);
}

static void read_at_least(ObjectReader *object, Node *node)
{
    node->as.at_least.needed = object_count(object, "needed");
    node->as.at_least.list = get_nodes(object, "operands", 1);
}

static void read_rank(ObjectReader *object, Node *node)
{
    node->as.rank.is_top = object_word(object, "direction", &JSON_DIRECTIONS) == true;
    object_decimal(object, "amount", &node->as.rank.amount, &node->as.rank.amount_scale);
    JsonPlace place = object_place(object, "amount");
    if (node->as.rank.amount < 0)
        reader_error(object->reader, &place, DIAGNOSTIC_JSON_BAD_VALUE,
                     text_of(json_string_value(json_object_get(object->json, "amount"))),
                     TEXT("amount"));
    node->as.rank.is_percent = object_flag(object, "percent");
    node->as.rank.by = get_node(object, "by");
    node->as.rank.within = find_node(object, "within");
}

/* NOLINTNEXTLINE(function-size): dispatch */
static void read_parts(ObjectReader *object, Node *node)
{
    switch (node->kind) {
    case NODE_LITERAL: object_literal(object, &node->as.literal); return;
    case NODE_PROPERTY:
    case NODE_METRIC:
    case NODE_FIELD:
    case NODE_NAME: read_name(object, node); return;
    case NODE_AND:
    case NODE_OR: node->as.list = get_nodes(object, "operands", 2); return;
    case NODE_IS_MISSING:
        read_negated(object, node);
        node->as.unary.operand = get_node(object, "operand");
        return;
    case NODE_NOT:
    case NODE_NEGATE: node->as.unary.operand = get_node(object, "operand"); return;
    case NODE_COMPARE: read_compare(object, node); return;
    case NODE_BETWEEN: read_between(object, node); return;
    case NODE_IN_LIST: read_in_list(object, node); return;
    case NODE_IN_INTERVAL: read_in_interval(object, node); return;
    case NODE_TEXT_MATCH: read_text_match(object, node); return;
    case NODE_HAS: read_has(object, node); return;
    case NODE_UNDER: read_under(object, node); return;
    case NODE_ARITHMETIC: read_arithmetic(object, node); return;
    case NODE_AGGREGATE: read_aggregate(object, node); return;
    case NODE_SEQUENCE: read_sequence(object, node); return;
    case NODE_CALL: read_call(object, node); return;
    case NODE_AT_LEAST: read_at_least(object, node); return;
    case NODE_RANK: read_rank(object, node); return;
    case NODE_KIND_COUNT: return;
    }
}

static void stop(JsonReader *reader, DiagnosticKind kind, int64_t limit)
{
    char digits[DECIMAL_TEXT_MAX];
    reader->is_stopped = true;
    diagnostics_add(reader->diagnostics, kind, (Span){0}, decimal_print(limit, 0, digits),
                    (Text){0}, (Text){0});
}

static void check_limits(JsonReader *reader)
{
    if (reader->is_stopped) return;
    if (reader->nodes_count > LANG_NODES_MAX)
        stop(reader, DIAGNOSTIC_TOO_MANY_NODES, LANG_NODES_MAX);
    else if (reader->depth > LANG_DEPTH_MAX)
        stop(reader, DIAGNOSTIC_TOO_DEEP, LANG_DEPTH_MAX);
}

const Node *json_read_node(JsonReader *reader, json_t *json, const JsonPlace *place)
{
    Node *node = ARENA_NEW(reader->arena, Node);
    ObjectReader object;
    reader->nodes_count++;
    reader->depth++;
    check_limits(reader);
    if (!reader->is_stopped && object_open(reader, json, place, &object)) {
        node->kind = (NodeKind)object_kind(&object, "kind", &JSON_NODE_KINDS);
        /* The first kind of name found stands for all: names are resolved by the checker. */
        if (node->kind == NODE_PROPERTY) node->kind = NODE_NAME;
        if (!object.is_lost) read_parts(&object, node);
        object_close(&object);
    }
    reader->depth--;
    return node;
}
