/* parser_hints.c -- what to say about a token that cannot stand where it stands.
 *
 * People bring habits of SQL, of spreadsheets and of their keyboard layout. Each hint recognises
 * one of them at the token where parsing failed; the first that fits speaks. */
#include "lang/parser.h"

/* A hint reports and steps over what it explains, or leaves everything as it is. */
typedef enum {
    HINT_NONE,
    HINT_GIVEN,
    HINT_EXPRESSION_FOLLOWS /* what stands now begins a new expression */
} HintResult;

static const Token *token_before(const Parser *parser)
{
    return &parser->tokens.items[parser->at - 1];
}

static Text written_between(const Parser *parser, const Token *first, const Token *last)
{
    return text_slice(parser->tokens.source, first->span.begin_byte, last->span.end_byte);
}

static Span span_between(const Token *first, const Token *last)
{
    return (Span){first->span.begin_byte, last->span.end_byte};
}

bool parser_is_decimal_comma(const Parser *parser)
{
    if (parser->at == 0) return false;
    const Token *before = token_before(parser), *comma = parser_token(parser, 0),
                *after = parser_token(parser, 1);
    return before->kind == TOKEN_NUMBER && comma->kind == TOKEN_COMMA &&
           after->kind == TOKEN_NUMBER && before->span.end_byte == comma->span.begin_byte &&
           comma->span.end_byte == after->span.begin_byte;
}

/* Three digits, and decimals perhaps. */
static bool is_group_of_thousand(Text written)
{
    Text decimals;
    Text whole = text_split(written, '.', &decimals);
    return whole.size == 3 && !text_contains(written, TEXT("_"));
}

/* 40,000 or 1,000,000 */
static HintResult hint_comma_of_thousands(Parser *parser)
{
    Text joined = parser_written_before(parser);
    if (!parser_is_decimal_comma(parser) || joined.size > 3 || text_contains(joined, TEXT(".")) ||
        text_starts_with(joined, TEXT("0")))
        return HINT_NONE;
    const Token *first = token_before(parser), *last = first;
    size_t begin = parser->at;
    while (parser_is_decimal_comma(parser) && is_group_of_thousand(parser_written(parser, 1))) {
        joined = arena_printf(parser->arena, "%.*s%.*s", TEXT_FORMAT(joined),
                              TEXT_FORMAT(parser_written(parser, 1)));
        last = parser_token(parser, 1);
        parser_step(parser);
        parser_step(parser);
    }
    size_t end = parser->at;
    if (end == begin) return HINT_NONE;
    parser->at = begin; /* where the error is */
    parser_error_at(parser, DIAGNOSTIC_GROUPED_DIGITS, span_between(first, last),
                    written_between(parser, first, last), joined, (Text){0});
    parser->at = end;
    return HINT_GIVEN;
}

/* 0,5 */
static HintResult hint_decimal_comma(Parser *parser)
{
    if (!parser_is_decimal_comma(parser)) return HINT_NONE;
    const Token *before = token_before(parser), *after = parser_token(parser, 1);
    Text whole = parser_written_before(parser), decimals = parser_written(parser, 1);
    parser_error_at(
        parser, DIAGNOSTIC_USE_INSTEAD, span_between(before, after),
        written_between(parser, before, after),
        arena_printf(parser->arena, "%.*s.%.*s", TEXT_FORMAT(whole), TEXT_FORMAT(decimals)),
        (Text){0});
    parser_step(parser);
    parser_step(parser);
    return HINT_GIVEN;
}

enum { GROUPS_MAX = 6 }; /* of three digits, behind the first, in 18 digits and a bit */

/* 1 000 000 */
static HintResult hint_spaced_number(Parser *parser)
{
    const Token *first = token_before(parser);
    if (first->kind != TOKEN_NUMBER) return HINT_NONE;
    Text joined = parser_written_before(parser);
    size_t count = 0;
    for (; count < GROUPS_MAX && parser_token(parser, count)->kind == TOKEN_NUMBER; count++) {
        Text group = parser_written(parser, count);
        if (group.size < 3) return HINT_NONE;
        joined = arena_printf(parser->arena, "%.*s_%.*s", TEXT_FORMAT(joined), TEXT_FORMAT(group));
    }
    if (count == 0) return HINT_NONE;
    const Token *last = parser_token(parser, count - 1);
    parser_error_at(parser, DIAGNOSTIC_USE_INSTEAD, span_between(first, last),
                    written_between(parser, first, last), joined, (Text){0});
    for (; count > 0; count--)
        parser_step(parser);
    return HINT_GIVEN;
}

void parser_number_rest(Parser *parser)
{
    if (parser->at == 0 || hint_comma_of_thousands(parser) == HINT_GIVEN) return;
    if (hint_decimal_comma(parser) != HINT_GIVEN) (void)hint_spaced_number(parser);
}

/* The word of the language that `written` looks like; empty when none. */
static Text twin_of_word(Text written, char out[WORD_LATIN_MAX])
{
    AggregateKind aggregate;
    FunctionKind function;
    Text latin = word_in_latin(written, out);
    bool is_known =
        latin.size > 0 && (word_find(latin) != WORD_OTHER || aggregate_find(latin, &aggregate) ||
                           function_find(latin, &function));
    return is_known ? latin : (Text){0};
}

static bool begins_value(const Parser *parser, size_t offset)
{
    size_t tokens_count;
    const Token *token = parser_token(parser, offset);
    return parser_is_name(parser, offset) || parser_is_literal(parser, offset, &tokens_count) ||
           token->kind == TOKEN_LEFT_ROUND || token->word == WORD_TODAY;
}

/* и, или, like, аnd with a Cyrillic а */
static HintResult hint_foreign_word(Parser *parser)
{
    char latin[WORD_LATIN_MAX];
    const Token *token = parser_token(parser, 0);
    if (token->kind != TOKEN_WORD) return HINT_NONE;
    Text written = parser_written(parser, 0);
    Text twin = twin_of_word(written, latin);
    Text meant = twin.size > 0 ? twin : word_meant(written);
    if (meant.size == 0) return HINT_NONE;
    parser_error(parser, twin.size > 0 ? DIAGNOSTIC_LOOKALIKE_LETTERS : DIAGNOSTIC_USE_INSTEAD,
                 written, meant);
    parser_step(parser);
    Word word = word_find(meant);
    return word == WORD_AND || word == WORD_OR ? HINT_EXPRESSION_FOLLOWS : HINT_GIVEN;
}

/* не member("x"): the name before was meant as `not` */
static HintResult hint_foreign_prefix(Parser *parser)
{
    const Token *before = token_before(parser);
    if (before->kind != TOKEN_WORD || before->word != WORD_OTHER || !begins_value(parser, 0))
        return HINT_NONE;
    Text meant = word_meant(parser_written_before(parser));
    if (word_find(meant) != WORD_NOT) return HINT_NONE;
    parser_error_at(parser, DIAGNOSTIC_USE_INSTEAD, before->span, parser_written_before(parser),
                    meant, (Text){0});
    return HINT_EXPRESSION_FOLLOWS;
}

static bool is_plain_name(const Token *token)
{
    return token->kind == TOKEN_WORD && token->word == WORD_OTHER;
}

enum { WORDS_MAX = 8 }; /* of a name, behind the first */

/* Площадь магазина */
static HintResult hint_name_of_words(Parser *parser)
{
    const Token *first = token_before(parser);
    if (!is_plain_name(first) || !is_plain_name(parser_token(parser, 0))) return HINT_NONE;
    size_t count = 1;
    while (count < WORDS_MAX && is_plain_name(parser_token(parser, count)) &&
           word_meant(parser_written(parser, count)).size == 0)
        count++;
    const Token *last = parser_token(parser, count - 1);
    parser_error_at(parser, DIAGNOSTIC_NAME_OF_SEVERAL_WORDS, span_between(first, last),
                    written_between(parser, first, last), (Text){0}, (Text){0});
    for (; count > 0; count--)
        parser_step(parser);
    return HINT_GIVEN;
}

/* a < b < c */
static HintResult hint_chain(Parser *parser)
{
    TokenKind kind = parser_token(parser, 0)->kind;
    if (kind < TOKEN_EQUAL || kind > TOKEN_GREATER_EQUAL) return HINT_NONE;
    parser_error(parser, DIAGNOSTIC_CHAINED_COMPARISON, parser_written(parser, 0), (Text){0});
    return HINT_GIVEN;
}

static HintResult hint_extra_bracket(Parser *parser)
{
    if (!parser_is(parser, TOKEN_RIGHT_ROUND) && !parser_is(parser, TOKEN_RIGHT_SQUARE))
        return HINT_NONE;
    parser_error(parser, DIAGNOSTIC_REMOVE_CHARACTER, parser_written(parser, 0), (Text){0});
    return HINT_GIVEN;
}

bool parser_unexpected(Parser *parser)
{
    static HintResult (*const hints[])(Parser *) = {
        hint_comma_of_thousands, hint_decimal_comma, hint_spaced_number, hint_foreign_word,
        hint_foreign_prefix,     hint_name_of_words, hint_chain,         hint_extra_bracket,
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints && parser->at > 0; i++) {
        HintResult result = hints[i](parser);
        if (result != HINT_NONE) return result == HINT_EXPRESSION_FOLLOWS;
    }
    parser_error(parser, DIAGNOSTIC_EXPECTED_OPERATOR, parser_written(parser, 0), (Text){0});
    return false;
}

/* `has = 5`: a reserved word where a name was meant. */
static bool is_reserved_name(const Parser *parser)
{
    const Token *token = parser_token(parser, 0), *after = parser_token(parser, 1);
    if (token->kind != TOKEN_WORD || token->word == WORD_AND || token->word == WORD_OR ||
        token->word == WORD_NOT)
        return false;
    return !begins_value(parser, 1) && after->kind != TOKEN_LEFT_SQUARE;
}

void parser_value_expected(Parser *parser)
{
    Text written = parser_written(parser, 0);
    bool is_end = parser_is(parser, TOKEN_END);
    if (is_end && parser->at == 0)
        parser_error(parser, DIAGNOSTIC_EMPTY_EXPRESSION, (Text){0}, (Text){0});
    else if (is_reserved_name(parser))
        parser_error(parser, DIAGNOSTIC_RESERVED_WORD, written, (Text){0});
    else if (parser->at == 0)
        parser_error(parser, DIAGNOSTIC_EXPECTED_VALUE_FIRST, written, (Text){0});
    else
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_VALUE);
}

void parser_unknown_function(Parser *parser)
{
    char latin[WORD_LATIN_MAX];
    Text written = parser_written(parser, 0);
    Text twin = twin_of_word(written, latin);
    if (twin.size > 0) {
        parser_error(parser, DIAGNOSTIC_LOOKALIKE_LETTERS, written, twin);
        return;
    }
    size_t count_before = parser->diagnostics->count;
    parser_error(parser, DIAGNOSTIC_UNKNOWN_FUNCTION, written, (Text){0});
    if (parser->diagnostics->count > count_before)
        diagnostics_suggest(parser->diagnostics, function_suggest(written));
}
