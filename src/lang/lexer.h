/* lexer.h -- source text as tokens. Every token is a span; its value is read when it is needed. */
#pragma once

#include "lang/diagnostics.h"
#include "lang/words.h"

typedef enum {
    TOKEN_END,     /* the last of every list; stands where the token before it ended */
    TOKEN_UNKNOWN, /* reported already; nothing more is said about it */
    TOKEN_WORD,
    TOKEN_QUOTED_NAME,
    TOKEN_TEXT,
    TOKEN_NUMBER,
    TOKEN_DATE,
    TOKEN_MOMENT,
    TOKEN_LEFT_ROUND,
    TOKEN_RIGHT_ROUND,
    TOKEN_LEFT_SQUARE,
    TOKEN_RIGHT_SQUARE,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_STAR,
    TOKEN_SLASH,
    TOKEN_PERCENT,
    TOKEN_EQUAL,
    TOKEN_NOT_EQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_GREATER,
    TOKEN_GREATER_EQUAL
} TokenKind;

typedef struct {
    TokenKind kind;
    Word word; /* of TOKEN_WORD; WORD_OTHER for a name */
    Span span;
} Token;

typedef struct {
    Text source;
    const Token *items;
    size_t count; /* with TOKEN_END, so never 0 */
} TokenList;

/* Split `source` into tokens. What is no token is reported and left out or taken for what was meant
 * (`==` for `=`), so that parsing can go on; a source that is no text at all, or wrong all over,
 * gives TOKEN_END alone. `source` must outlive the list. */
TokenList lexer_tokens(Text source, Arena *arena, Diagnostics *diagnostics);

Text token_source(const TokenList *tokens, size_t index); /* as it was written */
/* The content of a text, of a name with or without backticks. */
Text token_text(const TokenList *tokens, size_t index, Arena *arena);
/* The value of a number, date, moment or text; 0 when it was reported as wrong. */
Literal token_literal(const TokenList *tokens, size_t index, Arena *arena);
