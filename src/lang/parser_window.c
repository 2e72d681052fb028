/* parser_window.c -- windows of time, and the numbers, units and dates they are made of. */
#include "lang/parser.h"

bool parser_whole_number(Parser *parser, int64_t *ret_number)
{
    if (!parser_is(parser, TOKEN_NUMBER)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_WHOLE_NUMBER);
        return false;
    }
    Literal literal = token_literal(&parser->tokens, parser->at, parser->arena);
    char limit[DECIMAL_TEXT_MAX];
    if (literal.type.scale != 0) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_WHOLE_NUMBER);
        return false;
    }
    if (literal.value.as.decimal > LANG_COUNT_MAX) {
        parser_error(parser, DIAGNOSTIC_COUNT_TOO_LARGE, parser_written(parser, 0),
                     decimal_print(LANG_COUNT_MAX, 0, limit));
        return false;
    }
    *ret_number = literal.value.as.decimal;
    parser_step(parser);
    return true;
}

/* unit = day(s) | week(s) | month(s) | quarter(s) | year(s) */
bool parser_unit(Parser *parser, Unit *ret_unit)
{
    if (parser_is(parser, TOKEN_WORD) && unit_find(parser_written(parser, 0), ret_unit)) {
        parser_step(parser);
        return true;
    }
    parser_error_after(parser, DIAGNOSTIC_EXPECTED_UNIT);
    return false;
}

static bool parse_date(Parser *parser, Date *ret_date)
{
    if (!parser_is(parser, TOKEN_DATE)) {
        parser_error_after(parser, DIAGNOSTIC_EXPECTED_DATE);
        return false;
    }
    *ret_date = token_literal(&parser->tokens, parser->at, parser->arena).value.as.date;
    parser_step(parser);
    return true;
}

static bool is_unit(const Parser *parser, size_t offset)
{
    Unit unit;
    return parser_token(parser, offset)->kind == TOKEN_WORD &&
           unit_find(parser_written(parser, offset), &unit);
}

/* In an argument a window stands beside expressions: its words are names unless what follows them
 * can follow no name. */
bool parser_begins_window(const Parser *parser)
{
    TokenKind after = parser_token(parser, 1)->kind;
    Word word = parser_token(parser, 0)->word;
    if (word == WORD_BETWEEN) return true;
    if (word == WORD_LAST || word == WORD_PREVIOUS || word == WORD_THIS || word == WORD_NEXT)
        return after == TOKEN_NUMBER || is_unit(parser, 1);
    if (word == WORD_FROM || word == WORD_SINCE || word == WORD_BEFORE || word == WORD_ON)
        return after == TOKEN_DATE || after == TOKEN_NUMBER || after == TOKEN_TEXT;
    return false;
}

/* ("last" | "next") integer unit */
static bool parse_counted(Parser *parser, Window *window)
{
    return parser_whole_number(parser, &window->count) && parser_unit(parser, &window->unit);
}

/* "previous" [integer] unit */
static bool parse_previous(Parser *parser, Window *window)
{
    window->count = 1;
    window->count_written = parser_is(parser, TOKEN_NUMBER);
    if (window->count_written && !parser_whole_number(parser, &window->count)) return false;
    return parser_unit(parser, &window->unit);
}

/* "from" date "to" date */
static bool parse_from_to(Parser *parser, Window *window)
{
    return parse_date(parser, &window->from) && parser_expect_word(parser, WORD_TO) &&
           parse_date(parser, &window->to);
}

/* "between" integer "and" integer unit "ago" */
static bool parse_between_ago(Parser *parser, Window *window)
{
    return parser_whole_number(parser, &window->count) && parser_expect_word(parser, WORD_AND) &&
           parser_whole_number(parser, &window->count_far) && parser_unit(parser, &window->unit) &&
           parser_expect_word(parser, WORD_AGO);
}

static bool parse_unit_of(Parser *parser, Window *window)
{
    return parser_unit(parser, &window->unit);
}

static bool parse_date_of(Parser *parser, Window *window)
{
    return parse_date(parser, &window->from);
}

typedef struct {
    Word word;
    WindowKind kind;
    bool (*parse)(Parser *parser, Window *window);
} WindowRow;

static const WindowRow WINDOWS[] = {
    {WORD_LAST, WINDOW_LAST, parse_counted},
    {WORD_PREVIOUS, WINDOW_PREVIOUS, parse_previous},
    {WORD_THIS, WINDOW_THIS, parse_unit_of},
    {WORD_FROM, WINDOW_FROM_TO, parse_from_to},
    {WORD_SINCE, WINDOW_SINCE, parse_date_of},
    {WORD_BEFORE, WINDOW_BEFORE, parse_date_of},
    {WORD_ON, WINDOW_ON, parse_date_of},
    {WORD_BETWEEN, WINDOW_BETWEEN_AGO, parse_between_ago},
    {WORD_NEXT, WINDOW_NEXT, parse_counted},
};

/* ["shifted back" integer unit] */
static void parse_shift(Parser *parser, Window *window)
{
    if (!parser_take_word(parser, WORD_SHIFTED)) return;
    window->is_shifted = parser_expect_word(parser, WORD_BACK) &&
                         parser_whole_number(parser, &window->shift_count) &&
                         parser_unit(parser, &window->shift_unit);
}

/* window = ( "last" integer unit | "previous" [integer] unit | "this" unit | "from" date "to" date
 *          | "since" date | "before" date | "on" date | "between" integer "and" integer unit "ago"
 * )
 *          ["shifted back" integer unit]
 * and "next" integer unit */
void parser_window(Parser *parser, Window *ret_window)
{
    Window window = {.kind = WINDOW_ALL};
    size_t first_token = parser->at;
    for (size_t i = 0; i < sizeof WINDOWS / sizeof *WINDOWS; i++) {
        if (!parser_is_word(parser, WINDOWS[i].word)) continue;
        parser_step(parser);
        window.kind = WINDOWS[i].kind;
        if (WINDOWS[i].parse(parser, &window) && window.kind != WINDOW_NEXT)
            parse_shift(parser, &window);
        break;
    }
    if (window.kind == WINDOW_ALL) parser_error_after(parser, DIAGNOSTIC_EXPECTED_WINDOW);
    window.span.begin_byte = parser->tokens.items[first_token].span.begin_byte;
    window.span.end_byte = parser->tokens.items[parser->at - 1].span.end_byte;
    *ret_window = window;
}
