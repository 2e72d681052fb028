/* parser.c -- expressions from logic down to primaries, and the entry of the parser. */
#include "lang/parser.h"

#include "lang/lang.h"

typedef const Node *Production(Parser *parser);

typedef struct {
    const Node **items;
    size_t count, capacity;
} NodeArray;

/* operand { joiner operand }, as one node of all operands; a single one is itself. */
static const Node *parse_joined(Parser *parser, Word joiner, NodeKind kind, Production *operand)
{
    size_t first_token = parser->at;
    const Node *first = operand(parser);
    if (!parser_is_word(parser, joiner)) return first;
    Node *node = parser_node(parser, kind, first_token);
    NodeArray operands = {0};
    ARENA_PUSH(parser->arena, &operands, parser_adopt(parser, node, first));
    while (parser_take_word(parser, joiner)) {
        const Node *next = parser_adopt(parser, node, operand(parser));
        ARENA_PUSH(parser->arena, &operands, next);
    }
    node->as.list = (NodeList){operands.items, operands.count};
    return parser_finish(parser, node);
}

/* negation = { "not" } comparison */
static const Node *parse_negation(Parser *parser)
{
    size_t first_token = parser->at;
    while (parser_take_word(parser, WORD_NOT)) {
    }
    size_t nots_count = parser->at - first_token;
    const Node *operand = parser_comparison(parser);
    for (; nots_count > 0 && !parser->is_stopped; nots_count--) {
        Node *node = parser_node(parser, NODE_NOT, first_token + nots_count - 1);
        node->as.unary.operand = parser_adopt(parser, node, operand);
        operand = parser_finish(parser, node);
    }
    return operand;
}

/* conjunction = negation { "and" negation } */
static const Node *parse_conjunction(Parser *parser)
{
    return parse_joined(parser, WORD_AND, NODE_AND, parse_negation);
}

/* expression = conjunction { "or" conjunction } */
const Node *parser_expression(Parser *parser)
{
    return parse_joined(parser, WORD_OR, NODE_OR, parse_conjunction);
}

static const Node *parse_literal_node(Parser *parser)
{
    Node *node = parser_node(parser, NODE_LITERAL, parser->at);
    node->as.literal = parser_literal(parser);
    return parser_finish(parser, node);
}

/* name ["." name]: a property, or in an event condition a field and perhaps its attribute */
const Node *parser_name_node(Parser *parser)
{
    Node *node = parser_node(parser, NODE_NAME, parser->at);
    node->as.name.was_quoted = parser_is(parser, TOKEN_QUOTED_NAME);
    node->as.name.name = parser_name(parser);
    if (parser_take(parser, TOKEN_DOT)) {
        if (parser_is_name(parser, 0))
            node->as.name.member = parser_name(parser);
        else
            parser_error_after(parser, DIAGNOSTIC_EXPECTED_FIELD);
    }
    return parser_finish(parser, node);
}

/* "(" expression ")" */
static const Node *parse_brackets(Parser *parser)
{
    size_t open = parser->at;
    parser_step(parser);
    const Node *inside = parser_expression(parser);
    parser_close(parser, open);
    return inside;
}

/* today: the one function that needs no brackets */
static const Node *parse_today(Parser *parser)
{
    Node *node = parser_node(parser, NODE_CALL, parser->at);
    node->as.call.function = FUNCTION_TODAY;
    parser_step(parser);
    return parser_finish(parser, node);
}

static bool is_followed_by(const Parser *parser, TokenKind kind)
{
    return parser_token(parser, 1)->kind == kind;
}

/* primary = literal | name | aggregate | sequence | function | "today" | "(" expression ")"
 *         | at-least | ranking */
static const Node *parse_primary_inside(Parser *parser)
{
    size_t tokens_count;
    Word word = parser_token(parser, 0)->word;
    if (parser_is_literal(parser, 0, &tokens_count)) return parse_literal_node(parser);
    if (parser_is(parser, TOKEN_LEFT_ROUND)) return parse_brackets(parser);
    bool is_called = word == WORD_TODAY || parser_is_name(parser, 0);
    if (parser_is(parser, TOKEN_WORD) && is_called && is_followed_by(parser, TOKEN_LEFT_ROUND))
        return parser_call(parser);
    if (word == WORD_TODAY) return parse_today(parser);
    if (word == WORD_AT && parser_token(parser, 1)->word == WORD_LEAST)
        return parser_at_least(parser);
    if ((word == WORD_TOP || word == WORD_BOTTOM) && is_followed_by(parser, TOKEN_NUMBER))
        return parser_rank(parser);
    if (parser_is_name(parser, 0)) return parser_name_node(parser);
    parser_value_expected(parser);
    parser_recover(parser);
    return parser_placeholder(parser);
}

static const Node *parse_primary(Parser *parser)
{
    if (!parser_nest(parser)) return parser_placeholder(parser);
    const Node *node = parse_primary_inside(parser);
    parser_unnest(parser);
    return node;
}

/* unary = ["-"] primary; a minus right before a number belongs to the number */
static const Node *parse_unary(Parser *parser)
{
    if (!parser_is(parser, TOKEN_MINUS) || is_followed_by(parser, TOKEN_NUMBER))
        return parse_primary(parser);
    Node *node = parser_node(parser, NODE_NEGATE, parser->at);
    parser_step(parser);
    node->as.unary.operand = parser_adopt(parser, node, parse_primary(parser));
    return parser_finish(parser, node);
}

/* Arithmetic by priority: sum binds looser than product, both group to the left. */
typedef struct {
    TokenKind token;
    ArithmeticOperator operator_;
    int priority;
} ArithmeticRow;

enum { PRIORITY_SUM = 1, PRIORITY_PRODUCT = 2, PRIORITY_UNARY = 3 };

static const ArithmeticRow ARITHMETIC[] = {
    {TOKEN_PLUS, ADD, PRIORITY_SUM},
    {TOKEN_MINUS, SUBTRACT, PRIORITY_SUM},
    {TOKEN_STAR, MULTIPLY, PRIORITY_PRODUCT},
    {TOKEN_SLASH, DIVIDE, PRIORITY_PRODUCT},
};

static const ArithmeticRow *find_arithmetic(const Parser *parser, int priority)
{
    for (size_t i = 0; i < sizeof ARITHMETIC / sizeof *ARITHMETIC; i++)
        if (ARITHMETIC[i].priority == priority && parser_is(parser, ARITHMETIC[i].token))
            return &ARITHMETIC[i];
    return NULL;
}

/* sum     = product { ("+" | "-") product }
 * product = unary { ("*" | "/") unary } */
static const Node *parse_arithmetic(Parser *parser, int priority)
{
    if (priority == PRIORITY_UNARY) return parse_unary(parser);
    size_t first_token = parser->at;
    const Node *left = parse_arithmetic(parser, priority + 1);
    for (const ArithmeticRow *row; (row = find_arithmetic(parser, priority)) != NULL;) {
        parser_step(parser);
        Node *node = parser_node(parser, NODE_ARITHMETIC, first_token);
        node->as.arithmetic.operator_ = row->operator_;
        node->as.arithmetic.left = parser_adopt(parser, node, left);
        node->as.arithmetic.right =
            parser_adopt(parser, node, parse_arithmetic(parser, priority + 1));
        left = parser_finish(parser, node);
    }
    return left;
}

const Node *parser_sum(Parser *parser)
{
    return parse_arithmetic(parser, PRIORITY_SUM);
}

/* What follows a whole expression is an error; the rest is read only to find more. */
static void report_rest(Parser *parser)
{
    while (!parser_is(parser, TOKEN_END)) {
        bool is_joined = parser_take_word(parser, WORD_AND) || parser_take_word(parser, WORD_OR);
        if (!is_joined && !parser_unexpected(parser)) {
            if (parser_is(parser, TOKEN_RIGHT_ROUND) || parser_is(parser, TOKEN_RIGHT_SQUARE) ||
                parser_is(parser, TOKEN_COMMA))
                parser_step(parser);
            parser_recover(parser);
            continue;
        }
        parser_expression(parser);
    }
}

Status expression_parse(Text source, Arena *arena, const Node **ret_root, Diagnostics *diagnostics)
{
    size_t errors_count = diagnostics->errors_count, first = diagnostics->count;
    Parser parser;
    if (!parser_begin(&parser, source, arena, diagnostics)) return STATUS_INVALID;
    const Node *root = parser_expression(&parser);
    report_rest(&parser);
    if (diagnostics->errors_count > errors_count) {
        diagnostics_sort(diagnostics, first);
        return STATUS_INVALID;
    }
    *ret_root = root;
    return STATUS_OK;
}
