/* parser_call.c -- everything with arguments: functions, aggregates, sequences, rankings. */
#include "lang/parser.h"

typedef struct {
    const Node **items;
    size_t count, capacity;
} NodeArray;

typedef struct {
    SequenceStep *items;
    size_t count, capacity;
} StepArray;

/* argument = expression | window | "next" integer unit; the window is the last one */
static void parse_argument(Parser *parser, Node *node, NodeArray *arguments)
{
    if (node->as.call.has_window)
        parser_error(parser, DIAGNOSTIC_WINDOW_NOT_LAST, parser_written(parser, 0), (Text){0});
    if (parser_begins_window(parser)) {
        node->as.call.has_window = true;
        parser_window(parser, &node->as.call.window);
        parser->sealed_at = parser->at;
        return;
    }
    const Node *argument = parser_adopt(parser, node, parser_expression(parser));
    ARENA_PUSH(parser->arena, arguments, argument);
}

/* "(" [argument {"," argument}] ")" */
static void parse_arguments(Parser *parser, Node *node)
{
    size_t open = parser->at;
    NodeArray arguments = {0};
    parser_step(parser);
    bool goes_on = !parser_is(parser, TOKEN_RIGHT_ROUND);
    for (; goes_on; goes_on = parser_take(parser, TOKEN_COMMA))
        parse_argument(parser, node, &arguments);
    parser_close(parser, open);
    node->as.call.arguments = (NodeList){arguments.items, arguments.count};
}

/* Behind a stream: perhaps a condition without its `where`, or a window without its comma.
 * `is_value`: what the brackets give can be compared, so an operator means that they lack their
 * end.
 */
static void expect_where(Parser *parser, bool is_value)
{
    const Token *token = parser_token(parser, 0);
    parser->sealed_at = parser->at;
    bool is_fine = token->kind == TOKEN_END || token->kind == TOKEN_RIGHT_ROUND ||
                   token->kind == TOKEN_COMMA || token->word == WORD_BY ||
                   token->word == WORD_WITHIN || token->word == WORD_WITHOUT ||
                   (is_value && parser_is_operator(parser)); /* parser_close() speaks of it */
    if (is_fine) return;
    if (parser_begins_window(parser))
        parser_expect(parser, TOKEN_COMMA, ",");
    else
        parser_expect_word(parser, WORD_WHERE);
}

/* stream ["where" event-condition] */
static EventPattern parse_event(Parser *parser, Node *node)
{
    EventPattern event = {.stream_span = parser_token(parser, 0)->span};
    if (!parser_is_name(parser, 0)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_STREAM);
        return event;
    }
    event.stream_name = parser_name(parser);
    if (parser_take_word(parser, WORD_WHERE))
        event.condition = parser_adopt(parser, node, parser_expression(parser));
    else
        expect_where(parser, false);
    return event;
}

/* "." name ["." name] */
static const Node *parse_field(Parser *parser)
{
    if (parser_is_name(parser, 0)) return parser_name_node(parser);
    parser_error_after(parser, DIAGNOSTIC_EXPECTED_FIELD);
    return parser_placeholder(parser);
}

/* ["," window]; the comma of `0,5` is left to parser_close(), which knows what was meant */
static void parse_last_window(Parser *parser, Window *window)
{
    if (parser_is_decimal_comma(parser) || !parser_take(parser, TOKEN_COMMA)) return;
    bool is_next = parser_is_word(parser, WORD_NEXT);
    if (is_next) parser_error(parser, DIAGNOSTIC_NEXT_OF_EVENTS, (Text){0}, (Text){0});
    parser_window(parser, window);
    parser->sealed_at = parser->at;
    Word word = parser_token(parser, 0)->word;
    if (word == WORD_WHERE || word == WORD_BY || word == WORD_THEN)
        parser_error(parser, DIAGNOSTIC_WINDOW_NOT_LAST, parser_written(parser, 0), (Text){0});
}

/* aggregate = fn "(" stream ["." field] ["where" event-condition] ["by" unit] ["," window] ")" */
static void parse_aggregate(Parser *parser, Node *node)
{
    size_t open = parser->at;
    parser_step(parser);
    node->as.aggregate.stream_span = parser_token(parser, 0)->span;
    if (!parser_is_name(parser, 0)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_STREAM);
        parser_read_on(parser, false);
        return;
    }
    node->as.aggregate.stream_name = parser_name(parser);
    if (parser_take(parser, TOKEN_DOT))
        node->as.aggregate.field = parser_adopt(parser, node, parse_field(parser));
    if (parser_take_word(parser, WORD_WHERE))
        node->as.aggregate.condition = parser_adopt(parser, node, parser_expression(parser));
    else
        expect_where(parser, true);
    node->as.aggregate.has_period = parser_take_word(parser, WORD_BY);
    if (node->as.aggregate.has_period) parser_unit(parser, &node->as.aggregate.period);
    parse_last_window(parser, &node->as.aggregate.window);
    parser_close(parser, open);
}

/* "then" step ["within" integer unit] ["without" step] */
static SequenceStep parse_next_step(Parser *parser, Node *node)
{
    SequenceStep step = {.event = parse_event(parser, node)};
    step.has_within = parser_take_word(parser, WORD_WITHIN);
    if (step.has_within && parser_whole_number(parser, &step.within_count))
        parser_unit(parser, &step.within_unit);
    step.has_without = parser_take_word(parser, WORD_WITHOUT);
    if (step.has_without) step.without = parse_event(parser, node);
    return step;
}

/* sequence = "sequence" "(" step { "," "then" step ["within" integer unit] ["without" step] }
 *            ["," window] ")"; with at least one "then" */
static void parse_sequence(Parser *parser, Node *node)
{
    size_t open = parser->at;
    StepArray steps = {0};
    parser_step(parser);
    SequenceStep first = {.event = parse_event(parser, node)};
    ARENA_PUSH(parser->arena, &steps, first);
    while (parser_is(parser, TOKEN_COMMA) && parser_token(parser, 1)->word == WORD_THEN) {
        parser_step(parser);
        parser_step(parser);
        SequenceStep next = parse_next_step(parser, node);
        ARENA_PUSH(parser->arena, &steps, next);
    }
    if (steps.count == 1) {
        parser_take(parser, TOKEN_COMMA);
        parser_expect_word(parser, WORD_THEN);
    }
    parse_last_window(parser, &node->as.sequence.window);
    parser_close(parser, open);
    node->as.sequence.steps = steps.items;
    node->as.sequence.steps_count = steps.count;
}

/* function = name "(" [argument {"," argument}] ")", and what looks like one */
const Node *parser_call(Parser *parser)
{
    AggregateKind aggregate;
    FunctionKind function;
    Text written = parser_written(parser, 0);
    bool is_sequence = parser_is_word(parser, WORD_SEQUENCE);
    bool is_aggregate = aggregate_find(written, &aggregate);
    bool is_function = function_find(written, &function);
    if (!is_sequence && !is_aggregate && !is_function) parser_unknown_function(parser);
    NodeKind kind = is_sequence ? NODE_SEQUENCE : is_aggregate ? NODE_AGGREGATE : NODE_CALL;
    Node *node = parser_node(parser, kind, parser->at);
    parser_step(parser);
    if (is_sequence) {
        parse_sequence(parser, node);
    } else if (is_aggregate) {
        node->as.aggregate.kind = aggregate;
        parse_aggregate(parser, node);
    } else {
        if (is_function) node->as.call.function = function;
        parse_arguments(parser, node);
    }
    return parser_finish(parser, node);
}

/* "at least" integer "of" "(" expression {"," expression} ")" */
const Node *parser_at_least(Parser *parser)
{
    Node *node = parser_node(parser, NODE_AT_LEAST, parser->at);
    parser_step(parser);
    parser_step(parser);
    NodeArray conditions = {0};
    size_t open = parser->at + 2;
    if (!parser_whole_number(parser, &node->as.at_least.needed) ||
        !parser_expect_word(parser, WORD_OF) || !parser_expect(parser, TOKEN_LEFT_ROUND, "(")) {
        parser_recover(parser);
        return parser_placeholder(parser);
    }
    for (bool goes_on = true; goes_on; goes_on = parser_take(parser, TOKEN_COMMA)) {
        const Node *condition = parser_adopt(parser, node, parser_expression(parser));
        ARENA_PUSH(parser->arena, &conditions, condition);
    }
    parser_close(parser, open);
    node->as.at_least.list = (NodeList){conditions.items, conditions.count};
    return parser_finish(parser, node);
}

/* ("top" | "bottom") number ["%"] "by" sum ["within" "(" expression ")"] */
const Node *parser_rank(Parser *parser)
{
    Node *node = parser_node(parser, NODE_RANK, parser->at);
    node->as.rank.is_top = parser_is_word(parser, WORD_TOP);
    parser_step(parser);
    Literal amount = token_literal(&parser->tokens, parser->at, parser->arena);
    node->as.rank.amount = amount.value.as.decimal;
    node->as.rank.amount_scale = amount.type.scale;
    parser_step(parser);
    node->as.rank.is_percent = parser_take(parser, TOKEN_PERCENT);
    if (!parser_expect_word(parser, WORD_BY)) {
        parser_recover(parser);
        return parser_placeholder(parser);
    }
    node->as.rank.by = parser_adopt(parser, node, parser_sum(parser));
    if (parser_is_word(parser, WORD_WITHIN) && parser_token(parser, 1)->kind == TOKEN_LEFT_ROUND) {
        size_t open = parser->at + 1;
        parser_step(parser);
        parser_step(parser);
        node->as.rank.within = parser_adopt(parser, node, parser_expression(parser));
        parser_close(parser, open);
    }
    return parser_finish(parser, node);
}
