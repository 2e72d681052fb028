/* parser.h -- what the parts of the parser share: the place in the tokens, making nodes, errors.
 *
 * Recursive descent, one function per production, its EBNF above it. A parse function always
 * returns a node; where something was wrong it has reported it and returns a placeholder, which
 * nobody sees, because a source with errors gives no tree.
 *
 * Invariants
 * 1. Every error is reported at most once per token: `failed_at` silences what follows from it.
 * 2. After an error the place is a token that closes or continues something (see parser_recover),
 *    so that the rest is still read for more errors.
 * 3. Recursion passes through parser_nest(), which bounds it. */
#pragma once

#include "lang/lexer.h"

typedef struct {
    TokenList tokens;
    size_t at;
    Arena *arena;
    Diagnostics *diagnostics;
    size_t nodes_count;
    size_t nesting;
    size_t errors_count;
    size_t failed_at; /* the token of the error reported last; SIZE_MAX before */
    size_t sealed_at; /* the token behind a stream or a period: no operator goes on there */
    bool is_stopped;  /* over a limit, or too many errors: the place is the end, and stays there */
} Parser;

/* Read the tokens. False when that alone showed that nothing can be parsed; it is reported. */
bool parser_begin(Parser *parser, Text source, Arena *arena, Diagnostics *diagnostics);

/* ---- Tokens ---- */
const Token *parser_token(const Parser *parser, size_t offset); /* 0 is the present one */
bool parser_is(const Parser *parser, TokenKind kind);
bool parser_is_word(const Parser *parser, Word word);
bool parser_take(Parser *parser, TokenKind kind); /* step over it if it is there */
bool parser_take_word(Parser *parser, Word word);
void parser_step(Parser *parser); /* never past the end */
Text parser_written(const Parser *parser, size_t offset);
Text parser_written_before(const Parser *parser);
bool parser_is_name(const Parser *parser, size_t offset); /* bare or quoted, not reserved */
Text parser_name(Parser *parser);                         /* takes it */

/* ---- Nodes ---- */
Node *parser_node(Parser *parser, NodeKind kind, size_t first_token);
/* Makes `child` a part of `parent`, which decides how deep the tree is. Returns `child`. */
const Node *parser_adopt(Parser *parser, Node *parent, const Node *child);
/* Ends the span of `node` at the token before the present one. */
const Node *parser_finish(Parser *parser, Node *node);
const Node *parser_placeholder(Parser *parser);

/* ---- Errors ---- */
void parser_error(Parser *parser, DiagnosticKind kind, Text a, Text b);
void parser_error_at(Parser *parser, DiagnosticKind kind, Span span, Text a, Text b, Text c);
/* "... after 'the token before'" */
void parser_error_after(Parser *parser, DiagnosticKind kind);
bool parser_expect_word(Parser *parser, Word word);
bool parser_expect(Parser *parser, TokenKind kind, const char *written);
/* Whether what stands here can only go on with a value that is complete: an operator, and, or. */
bool parser_is_operator(const Parser *parser);
/* To the next `)`, `]`, `,`, and, or, or the end, over brackets that open in between. */
void parser_recover(Parser *parser);
/* Step over the bracket that closes token `open`; otherwise report, and read on behind it. */
void parser_close(Parser *parser, size_t open);
/* After an error inside brackets: read what is left in them for more errors, and their end. */
void parser_read_on(Parser *parser, bool begins_expression);
/* Report a token that cannot follow a whole value, with what was probably meant. True when a new
 * expression begins at the present place (after `или`, say). */
bool parser_unexpected(Parser *parser);
/* Report and step over what goes on with a number as no number does: 40,000 or 40 000. */
void parser_number_rest(Parser *parser);
bool parser_is_decimal_comma(const Parser *parser); /* whether the comma of `0,5` stands here */
void parser_value_expected(Parser *parser);         /* report that no value begins here */
void parser_unknown_function(Parser *parser);       /* report the name that stands here */
/* One deeper into brackets or operands; false, reported, when it is too deep. */
bool parser_nest(Parser *parser);
void parser_unnest(Parser *parser);

/* ---- Productions ---- */
const Node *parser_expression(Parser *parser);
const Node *parser_sum(Parser *parser);
const Node *parser_comparison(Parser *parser);
const Node *parser_name_node(Parser *parser);
const Node *parser_call(Parser *parser); /* name "(" ... */
const Node *parser_at_least(Parser *parser);
const Node *parser_rank(Parser *parser);
bool parser_begins_window(const Parser *parser);
void parser_window(Parser *parser, Window *ret_window);
bool parser_is_literal(const Parser *parser, size_t offset, size_t *ret_tokens_count);
Literal parser_literal(Parser *parser); /* takes it */
bool parser_whole_number(Parser *parser, int64_t *ret_number);
bool parser_unit(Parser *parser, Unit *ret_unit);
