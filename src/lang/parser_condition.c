/* parser_condition.c -- comparisons and everything else that asks yes or no about a value. */
#include "lang/parser.h"

typedef struct {
    Literal *items;
    size_t count, capacity;
    bool is_too_long; /* it was told */
} LiteralArray;

/* What a condition is about: the value before its operator. */
typedef struct {
    size_t first_token;
    const Node *operand;
    bool is_negated; /* `not` stood behind the operand */
} Subject;

static Node *condition_node(Parser *parser, NodeKind kind, const Subject *subject)
{
    Node *node = parser_node(parser, kind, subject->first_token);
    node->negated = subject->is_negated;
    parser_adopt(parser, node, subject->operand);
    return node;
}

/* literal = ["-"] number | text | date | moment | "true" | "false"; and `missing`, which may stand
 * anywhere but in a list. */
bool parser_is_literal(const Parser *parser, size_t offset, size_t *ret_tokens_count)
{
    const Token *token = parser_token(parser, offset);
    bool is_negative =
        token->kind == TOKEN_MINUS && parser_token(parser, offset + 1)->kind == TOKEN_NUMBER;
    *ret_tokens_count = is_negative ? 2 : 1;
    return is_negative || (token->kind >= TOKEN_TEXT && token->kind <= TOKEN_MOMENT) ||
           token->word == WORD_TRUE || token->word == WORD_FALSE || token->word == WORD_MISSING;
}

Literal parser_literal(Parser *parser)
{
    Literal literal = {0};
    Word word = parser_token(parser, 0)->word;
    bool is_negative = parser_take(parser, TOKEN_MINUS);
    if (word == WORD_TRUE || word == WORD_FALSE)
        literal = (Literal){value_bool(word == WORD_TRUE), {.kind = TYPE_BOOL}};
    else if (word != WORD_MISSING)
        literal = token_literal(&parser->tokens, parser->at, parser->arena);
    if (is_negative) literal.value.as.decimal = -literal.value.as.decimal;
    parser_step(parser);
    return literal;
}

static void skip_list_element(Parser *parser)
{
    do
        parser_recover(parser);
    while (parser_take_word(parser, WORD_AND) || parser_take_word(parser, WORD_OR));
}

static bool ends_element(TokenKind kind)
{
    return kind == TOKEN_COMMA || kind == TOKEN_RIGHT_ROUND || kind == TOKEN_RIGHT_SQUARE ||
           kind == TOKEN_END;
}

/* An element that is no plain value: nothing, a text without its quotes, or something computed. */
static void report_element(Parser *parser)
{
    const Token *first = parser_token(parser, 0);
    if (ends_element(first->kind)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_VALUE);
        return;
    }
    size_t count = 0, open = 0;
    bool is_words = first->word != WORD_MISSING;
    for (TokenKind kind = first->kind; kind != TOKEN_END && (open > 0 || !ends_element(kind));
         kind = parser_token(parser, ++count)->kind) {
        is_words = is_words && kind == TOKEN_WORD;
        if (kind == TOKEN_LEFT_ROUND || kind == TOKEN_LEFT_SQUARE) open++;
        if (kind == TOKEN_RIGHT_ROUND || kind == TOKEN_RIGHT_SQUARE) open--;
    }
    Span span = {first->span.begin_byte, parser_token(parser, count - 1)->span.end_byte};
    Text written = text_slice(parser->tokens.source, span.begin_byte, span.end_byte);
    if (is_words)
        parser_error_at(parser, DIAGNOSTIC_USE_INSTEAD, span, written,
                        arena_printf(parser->arena, "\"%.*s\"", TEXT_FORMAT(written)), (Text){0});
    else
        parser_error_at(parser, DIAGNOSTIC_EXPECTED_LITERAL, span, written, (Text){0}, (Text){0});
}

static void add_list_element(Parser *parser, LiteralArray *list)
{
    size_t tokens_count;
    char limit[DECIMAL_TEXT_MAX];
    TokenKind next = TOKEN_END;
    bool is_plain = parser_is_literal(parser, 0, &tokens_count) &&
                    parser_token(parser, 0)->word != WORD_MISSING;
    if (is_plain) next = parser_token(parser, tokens_count)->kind;
    /* A value behind a value lacks its comma, which parser_close() says. */
    bool is_computed = next >= TOKEN_PLUS || next == TOKEN_DOT;
    if (!is_plain || is_computed) {
        report_element(parser);
        skip_list_element(parser);
        return;
    }
    bool is_full = list->count == LANG_LIST_MAX;
    if (is_full && !list->is_too_long)
        parser_error(parser, DIAGNOSTIC_LIST_TOO_LONG, decimal_print(LANG_LIST_MAX, 0, limit),
                     (Text){0});
    list->is_too_long |= is_full;
    Literal literal = parser_literal(parser);
    if (!is_full) ARENA_PUSH(parser->arena, list, literal);
}

/* "(" literal { "," literal } ")" */
static LiteralList parse_list(Parser *parser)
{
    size_t open = parser->at;
    LiteralArray list = {0};
    if (!parser_expect(parser, TOKEN_LEFT_ROUND, "(")) return (LiteralList){0};
    bool is_empty = parser_is(parser, TOKEN_RIGHT_ROUND);
    if (is_empty) parser_error(parser, DIAGNOSTIC_LIST_EMPTY, (Text){0}, (Text){0});
    for (bool goes_on = !is_empty; goes_on; goes_on = parser_take(parser, TOKEN_COMMA))
        add_list_element(parser, &list);
    parser_close(parser, open);
    return (LiteralList){list.items, list.count};
}

/* What stands between the bracket at the present place and the one that closes it. */
typedef struct {
    size_t commas;
    bool is_plain;     /* literals and commas only */
    bool is_open_side; /* `(,` or `,)` */
    TokenKind closing;
} BracketContent;

static BracketContent look_into_brackets(const Parser *parser)
{
    BracketContent content = {.is_plain = true};
    size_t offset = 1, depth = 1, tokens_count;
    content.is_open_side = parser_token(parser, 1)->kind == TOKEN_COMMA;
    for (;; offset++) {
        TokenKind kind = parser_token(parser, offset)->kind;
        content.closing = kind;
        if (kind == TOKEN_END) return content;
        if (kind == TOKEN_LEFT_ROUND || kind == TOKEN_LEFT_SQUARE) depth++;
        if (kind == TOKEN_RIGHT_ROUND || kind == TOKEN_RIGHT_SQUARE) depth--;
        if (depth == 0) break;
        if (depth == 1 && kind == TOKEN_COMMA) {
            content.commas++;
        } else if (parser_is_literal(parser, offset, &tokens_count)) {
            offset += tokens_count - 1;
        } else {
            content.is_plain = false;
        }
    }
    if (parser_token(parser, offset - 1)->kind == TOKEN_COMMA) content.is_open_side = true;
    return content;
}

/* `[` begins an interval. `(` begins a list, unless one side is empty, the other bracket is square,
 * or one of two parts is no plain value: `in (200, 500)` is a list. */
static bool is_interval(const Parser *parser)
{
    if (parser_is(parser, TOKEN_LEFT_SQUARE)) return true;
    if (!parser_is(parser, TOKEN_LEFT_ROUND)) return false;
    BracketContent content = look_into_brackets(parser);
    return content.commas == 1 &&
           (content.is_open_side || !content.is_plain || content.closing == TOKEN_RIGHT_SQUARE);
}

static const Node *parse_interval_end(Parser *parser, Node *node, bool is_absent)
{
    return is_absent ? NULL : parser_adopt(parser, node, parser_sum(parser));
}

/* interval = ("[" | "(") [sum] "," [sum] ("]" | ")"); an unbounded side is never included */
static void parse_interval(Parser *parser, Node *node)
{
    size_t open = parser->at;
    bool low_included = parser_is(parser, TOKEN_LEFT_SQUARE);
    parser_step(parser);
    node->as.in_interval.low = parse_interval_end(parser, node, parser_is(parser, TOKEN_COMMA));
    node->as.in_interval.low_included = low_included && node->as.in_interval.low != NULL;
    if (!parser_expect(parser, TOKEN_COMMA, ",")) {
        parser_read_on(parser, false);
        return;
    }
    bool has_high = !parser_is(parser, TOKEN_RIGHT_ROUND) && !parser_is(parser, TOKEN_RIGHT_SQUARE);
    node->as.in_interval.high = parse_interval_end(parser, node, !has_high);
    node->as.in_interval.high_included = has_high && parser_is(parser, TOKEN_RIGHT_SQUARE);
    if (!has_high && node->as.in_interval.low == NULL)
        parser_error(parser, DIAGNOSTIC_INTERVAL_WITHOUT_ENDS, (Text){0}, (Text){0});
    if (parser_take(parser, TOKEN_RIGHT_SQUARE)) return;
    if (!parser_take(parser, TOKEN_RIGHT_ROUND)) parser_close(parser, open);
}

/* "in" ( list | interval ) */
static const Node *parse_in(Parser *parser, const Subject *subject)
{
    Node *node = condition_node(parser, NODE_IN_LIST, subject);
    if (is_interval(parser)) {
        node->kind = NODE_IN_INTERVAL;
        node->as.in_interval.operand = subject->operand;
        parse_interval(parser, node);
    } else {
        node->as.in_list.operand = subject->operand;
        node->as.in_list.list = parse_list(parser);
    }
    return parser_finish(parser, node);
}

/* "between" sum "and" sum */
static const Node *parse_between(Parser *parser, const Subject *subject)
{
    Node *node = condition_node(parser, NODE_BETWEEN, subject);
    node->as.between.operand = subject->operand;
    node->as.between.low = parser_adopt(parser, node, parser_sum(parser));
    parser_number_rest(parser);
    bool has_high = parser_expect_word(parser, WORD_AND);
    node->as.between.high =
        has_high ? parser_adopt(parser, node, parser_sum(parser)) : node->as.between.low;
    return parser_finish(parser, node);
}

static Text parse_text(Parser *parser)
{
    if (!parser_is(parser, TOKEN_TEXT)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_TEXT);
        parser_recover(parser);
        return (Text){0};
    }
    Text text = token_text(&parser->tokens, parser->at, parser->arena);
    parser_step(parser);
    return text;
}

/* ("contains" | "starts with" | "ends with" | "matches") text */
static const Node *parse_text_match(Parser *parser, const Subject *subject, TextMatch match)
{
    Node *node = condition_node(parser, NODE_TEXT_MATCH, subject);
    node->as.text_match.match = match;
    node->as.text_match.operand = subject->operand;
    if (match == TEXT_STARTS_WITH || match == TEXT_ENDS_WITH) parser_expect_word(parser, WORD_WITH);
    node->as.text_match.pattern = parse_text(parser);
    return parser_finish(parser, node);
}

/* "under" text */
static const Node *parse_under(Parser *parser, const Subject *subject)
{
    Node *node = condition_node(parser, NODE_UNDER, subject);
    node->as.under.operand = subject->operand;
    node->as.under.target = parse_text(parser);
    return parser_finish(parser, node);
}

/* "has" ("any" | "all" | "none") list */
static const Node *parse_has(Parser *parser, const Subject *subject)
{
    Node *node = condition_node(parser, NODE_HAS, subject);
    node->as.has.operand = subject->operand;
    node->negated = parser_is_word(parser, WORD_NONE);
    node->as.has.quantifier = parser_is_word(parser, WORD_ALL) ? HAS_ALL : HAS_ANY;
    if (!parser_take_word(parser, WORD_ANY) && !parser_take_word(parser, WORD_ALL) &&
        !parser_take_word(parser, WORD_NONE)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_QUANTIFIER);
        parser_recover(parser);
        return parser_placeholder(parser);
    }
    node->as.has.list = parse_list(parser);
    return parser_finish(parser, node);
}

/* "is" ["not"] "missing" */
static const Node *parse_is_missing(Parser *parser, const Subject *subject)
{
    Node *node = condition_node(parser, NODE_IS_MISSING, subject);
    node->as.unary.operand = subject->operand;
    node->negated = parser_take_word(parser, WORD_NOT);
    if (word_means_missing(parser_written(parser, 0))) {
        parser_error(parser, DIAGNOSTIC_USE_INSTEAD, parser_written(parser, 0), TEXT("missing"));
        parser_step(parser);
    } else if (!parser_expect_word(parser, WORD_MISSING)) {
        parser_recover(parser);
    }
    return parser_finish(parser, node);
}

static bool find_compare(TokenKind kind, CompareOperator *ret_operator)
{
    static const struct {
        TokenKind token;
        CompareOperator operator_;
    } compares[] = {
        {TOKEN_EQUAL, COMPARE_EQ},   {TOKEN_NOT_EQUAL, COMPARE_EQ},
        {TOKEN_LESS, COMPARE_LT},    {TOKEN_LESS_EQUAL, COMPARE_LE},
        {TOKEN_GREATER, COMPARE_GT}, {TOKEN_GREATER_EQUAL, COMPARE_GE},
    };
    for (size_t i = 0; i < sizeof compares / sizeof *compares; i++)
        if (compares[i].token == kind) {
            *ret_operator = compares[i].operator_;
            return true;
        }
    return false;
}

/* ("=" | "!=" | "<" | "<=" | ">" | ">=") sum */
static const Node *parse_compare(Parser *parser, const Subject *subject, CompareOperator compare)
{
    Node *node = condition_node(parser, NODE_COMPARE, subject);
    node->negated = parser_is(parser, TOKEN_NOT_EQUAL);
    node->as.compare.operator_ = compare;
    node->as.compare.left = subject->operand;
    parser_step(parser);
    node->as.compare.right = parser_adopt(parser, node, parser_sum(parser));
    return parser_finish(parser, node);
}

/* The tests that may stand behind `not`; NULL when none stands here. */
static const Node *parse_negatable(Parser *parser, const Subject *subject)
{
    if (parser_take_word(parser, WORD_BETWEEN)) return parse_between(parser, subject);
    if (parser_take_word(parser, WORD_IN)) return parse_in(parser, subject);
    if (parser_take_word(parser, WORD_UNDER)) return parse_under(parser, subject);
    if (parser_take_word(parser, WORD_CONTAINS))
        return parse_text_match(parser, subject, TEXT_CONTAINS);
    if (parser_take_word(parser, WORD_STARTS))
        return parse_text_match(parser, subject, TEXT_STARTS_WITH);
    if (parser_take_word(parser, WORD_ENDS))
        return parse_text_match(parser, subject, TEXT_ENDS_WITH);
    if (parser_take_word(parser, WORD_MATCHES))
        return parse_text_match(parser, subject, TEXT_MATCHES);
    return NULL;
}

/* comparison = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum
 *                  | ["not"] "between" sum "and" sum
 *                  | ["not"] "in" ( list | interval )
 *                  | "is" ["not"] "missing"
 *                  | ["not"] ("contains" | "starts with" | "ends with" | "matches") text
 *                  | "has" ("any" | "all" | "none") list
 *                  | ["not"] "under" text ] */
const Node *parser_comparison(Parser *parser)
{
    Subject subject = {.first_token = parser->at, .operand = parser_sum(parser)};
    CompareOperator compare;
    if (find_compare(parser_token(parser, 0)->kind, &compare))
        return parse_compare(parser, &subject, compare);
    if (parser_take_word(parser, WORD_IS)) return parse_is_missing(parser, &subject);
    if (parser_take_word(parser, WORD_HAS)) return parse_has(parser, &subject);
    subject.is_negated = parser_take_word(parser, WORD_NOT);
    const Node *test = parse_negatable(parser, &subject);
    if (test != NULL) return test;
    if (subject.is_negated) {
        parser_error(parser, DIAGNOSTIC_EXPECTED_AFTER_NOT, (Text){0}, (Text){0});
        parser_recover(parser);
    }
    return subject.operand;
}
