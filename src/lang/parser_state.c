/* parser_state.c -- the parser's place in the tokens, its nodes and its errors. */
#include "lang/parser.h"

/* A node with the height of the tree under it, which the depth limit looks at. */
typedef struct {
    Node node;
    size_t height;
} ParsedNode;

/* Brackets add levels to the recursion but not to the tree. */
enum { NESTING_MAX = 2 * LANG_DEPTH_MAX };

enum { PARSER_ERRORS_MAX = 50 }; /* a source with so many is no expression */

bool parser_begin(Parser *parser, Text source, Arena *arena, Diagnostics *diagnostics)
{
    size_t errors_count = diagnostics->errors_count;
    *parser = (Parser){
        .arena = arena, .diagnostics = diagnostics, .failed_at = SIZE_MAX, .sealed_at = SIZE_MAX};
    parser->tokens = lexer_tokens(source, arena, diagnostics);
    return parser->tokens.count > 1 || diagnostics->errors_count == errors_count;
}

const Token *parser_token(const Parser *parser, size_t offset)
{
    size_t last = parser->tokens.count - 1;
    return &parser->tokens.items[offset > last - parser->at ? last : parser->at + offset];
}

bool parser_is(const Parser *parser, TokenKind kind)
{
    return parser_token(parser, 0)->kind == kind;
}

bool parser_is_word(const Parser *parser, Word word)
{
    return parser_token(parser, 0)->word == word;
}

void parser_step(Parser *parser)
{
    if (parser->at + 1 < parser->tokens.count) parser->at++;
}

bool parser_take(Parser *parser, TokenKind kind)
{
    if (!parser_is(parser, kind)) return false;
    parser_step(parser);
    return true;
}

bool parser_take_word(Parser *parser, Word word)
{
    if (!parser_is_word(parser, word)) return false;
    parser_step(parser);
    return true;
}

Text parser_written(const Parser *parser, size_t offset)
{
    const Token *token = parser_token(parser, offset);
    return text_slice(parser->tokens.source, token->span.begin_byte, token->span.end_byte);
}

Text parser_written_before(const Parser *parser)
{
    return parser->at == 0 ? (Text){0} : token_source(&parser->tokens, parser->at - 1);
}

bool parser_is_name(const Parser *parser, size_t offset)
{
    const Token *token = parser_token(parser, offset);
    return token->kind == TOKEN_QUOTED_NAME ||
           (token->kind == TOKEN_WORD && !word_is_reserved(token->word));
}

Text parser_name(Parser *parser)
{
    Text name = token_text(&parser->tokens, parser->at, parser->arena);
    parser_step(parser);
    return name;
}

/* Read no further, and say nothing about the end. */
static void stop(Parser *parser)
{
    parser->is_stopped = true;
    parser->at = parser->tokens.count - 1;
    parser->failed_at = parser->at;
}

static void report_limit(Parser *parser, DiagnosticKind kind, int64_t limit)
{
    char digits[DECIMAL_TEXT_MAX];
    if (!parser->is_stopped) parser_error(parser, kind, decimal_print(limit, 0, digits), (Text){0});
    stop(parser);
}

Node *parser_node(Parser *parser, NodeKind kind, size_t first_token)
{
    if (++parser->nodes_count > LANG_NODES_MAX)
        report_limit(parser, DIAGNOSTIC_TOO_MANY_NODES, LANG_NODES_MAX);
    ParsedNode *parsed = ARENA_NEW(parser->arena, ParsedNode);
    parsed->height = 1;
    parsed->node.kind = kind;
    parsed->node.span.begin_byte = parser->tokens.items[first_token].span.begin_byte;
    return &parsed->node;
}

const Node *parser_adopt(Parser *parser, Node *parent, const Node *child)
{
    ParsedNode *parsed = (ParsedNode *)parent;
    size_t height = ((const ParsedNode *)child)->height + 1;
    if (height > parsed->height) parsed->height = height;
    if (height > LANG_DEPTH_MAX) report_limit(parser, DIAGNOSTIC_TOO_DEEP, LANG_DEPTH_MAX);
    return child;
}

const Node *parser_finish(Parser *parser, Node *node)
{
    size_t last = parser->at > 0 ? parser->at - 1 : 0;
    node->span.end_byte = parser->tokens.items[last].span.end_byte;
    return node;
}

const Node *parser_placeholder(Parser *parser)
{
    Node *node = parser_node(parser, NODE_LITERAL, parser->at);
    node->span.end_byte = node->span.begin_byte;
    return node;
}

void parser_error_at(Parser *parser, DiagnosticKind kind, Span span, Text a, Text b, Text c)
{
    if (parser->failed_at == parser->at) return;
    parser->failed_at = parser->at;
    if (parser_is(parser, TOKEN_UNKNOWN)) return;
    diagnostics_add(parser->diagnostics, kind, span, a, b, c);
    if (++parser->errors_count == PARSER_ERRORS_MAX) stop(parser);
}

void parser_error(Parser *parser, DiagnosticKind kind, Text a, Text b)
{
    parser_error_at(parser, kind, parser_token(parser, 0)->span, a, b, (Text){0});
}

void parser_error_after(Parser *parser, DiagnosticKind kind)
{
    parser_error(parser, kind, parser_written_before(parser), (Text){0});
}

bool parser_expect_word(Parser *parser, Word word)
{
    if (parser_take_word(parser, word)) return true;
    parser_error(parser, DIAGNOSTIC_EXPECTED_WORD, text_of(word_text(word)),
                 parser_written_before(parser));
    return false;
}

bool parser_expect(Parser *parser, TokenKind kind, const char *written)
{
    if (parser_take(parser, kind)) return true;
    parser_error(parser, DIAGNOSTIC_EXPECTED_WORD, text_of(written), parser_written_before(parser));
    return false;
}

static bool opens(TokenKind kind)
{
    return kind == TOKEN_LEFT_ROUND || kind == TOKEN_LEFT_SQUARE;
}

static bool closes(TokenKind kind)
{
    return kind == TOKEN_RIGHT_ROUND || kind == TOKEN_RIGHT_SQUARE;
}

void parser_recover(Parser *parser)
{
    for (size_t open = 0; !parser_is(parser, TOKEN_END); parser_step(parser)) {
        const Token *token = parser_token(parser, 0);
        bool continues =
            token->kind == TOKEN_COMMA || token->word == WORD_AND || token->word == WORD_OR;
        if (open == 0 && (continues || closes(token->kind))) return;
        if (opens(token->kind))
            open++;
        else if (closes(token->kind))
            open--;
    }
}

bool parser_is_operator(const Parser *parser)
{
    const Token *token = parser_token(parser, 0);
    switch ((int)token->word) {
    case WORD_AND:
    case WORD_OR:
    case WORD_IS:
    case WORD_HAS:
    case WORD_IN:
    case WORD_BETWEEN:
    case WORD_UNDER:
    case WORD_CONTAINS:
    case WORD_STARTS:
    case WORD_ENDS:
    case WORD_MATCHES: return true;
    default: return token->kind >= TOKEN_PLUS && token->kind <= TOKEN_GREATER_EQUAL;
    }
}

/* Whether as many brackets are closed behind token `open` as are opened. */
static bool is_closed_somewhere(const Parser *parser, size_t open)
{
    size_t depth = 1;
    for (size_t i = open + 1; i < parser->tokens.count && depth > 0; i++) {
        TokenKind kind = parser->tokens.items[i].kind;
        if (opens(kind)) depth++;
        if (closes(kind)) depth--;
    }
    return depth == 0;
}

/* An operator goes on with what the brackets give, so they should have been closed before it: where
 * nothing inside of them can go on so, and where they are never closed. */
static bool is_operator_outside(const Parser *parser, size_t open)
{
    if (!parser_is_operator(parser)) return false;
    bool is_joint = parser_is_word(parser, WORD_AND) || parser_is_word(parser, WORD_OR);
    return is_joint || parser->sealed_at == parser->at || !is_closed_somewhere(parser, open);
}

/* The closing bracket is not where it should be: say what is there instead. True when a new
 * expression begins at the present place. */
static bool report_not_closed(Parser *parser, size_t open)
{
    const Token *token = parser_token(parser, 0);
    bool is_end = token->kind == TOKEN_END || closes(token->kind);
    if (!is_end && !is_operator_outside(parser, open)) return parser_unexpected(parser);
    const Token *opening = &parser->tokens.items[open];
    parser_error_at(
        parser, DIAGNOSTIC_NOT_CLOSED, opening->span, token_source(&parser->tokens, open),
        opening->kind == TOKEN_LEFT_ROUND ? TEXT(")") : TEXT("]"), parser_written_before(parser));
    return false;
}

void parser_read_on(Parser *parser, bool begins_expression)
{
    for (;;) {
        if (!begins_expression) parser_recover(parser);
        if (!begins_expression && !parser_take(parser, TOKEN_COMMA) &&
            !parser_take_word(parser, WORD_AND) && !parser_take_word(parser, WORD_OR))
            break;
        parser_expression(parser);
        begins_expression = false;
    }
    if (closes(parser_token(parser, 0)->kind)) parser_step(parser);
}

void parser_close(Parser *parser, size_t open)
{
    bool is_round = parser->tokens.items[open].kind == TOKEN_LEFT_ROUND;
    if (parser_take(parser, is_round ? TOKEN_RIGHT_ROUND : TOKEN_RIGHT_SQUARE)) return;
    parser_read_on(parser, report_not_closed(parser, open));
}

bool parser_nest(Parser *parser)
{
    if (++parser->nesting <= NESTING_MAX && !parser->is_stopped) return true;
    report_limit(parser, DIAGNOSTIC_TOO_DEEP, LANG_DEPTH_MAX);
    parser->nesting--;
    return false;
}

void parser_unnest(Parser *parser)
{
    parser->nesting--;
}
