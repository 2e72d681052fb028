/* parser_columns.c -- a list of expressions with names: the columns of a list of customers. */
#include "lang/lang.h"
#include "lang/parser.h"

typedef struct {
    ColumnExpression *items;
    size_t count, capacity;
} ColumnList;

static bool is_as(const Parser *parser)
{
    return parser_is(parser, TOKEN_WORD) &&
           text_equal_ascii_case(parser_written(parser, 0), TEXT("as"));
}

/* A heading is any word: it is never read as an expression, so reserved words may stand here. */
static bool is_heading(const Parser *parser)
{
    return parser_is(parser, TOKEN_WORD) || parser_is(parser, TOKEN_QUOTED_NAME) ||
           parser_is(parser, TOKEN_TEXT);
}

/* column = expression ["as" (name | text)] */
static ColumnExpression parse_column(Parser *parser)
{
    ColumnExpression column = {.root = parser_expression(parser)};
    if (!is_as(parser)) return column;
    parser_step(parser);
    if (is_heading(parser)) {
        column.name = parser_name(parser);
    } else {
        parser_error(parser, DIAGNOSTIC_EXPECTED_WORD, TEXT("name"), TEXT("as"));
    }
    return column;
}

/* columns = column { "," column } */
static ColumnList parse_columns(Parser *parser)
{
    ColumnList columns = {0};
    do {
        ColumnExpression column = parse_column(parser);
        ARENA_PUSH(parser->arena, &columns, column);
    } while (parser_take(parser, TOKEN_COMMA));
    if (!parser_is(parser, TOKEN_END)) (void)parser_unexpected(parser);
    return columns;
}

Status expression_parse_columns(Text source, Arena *arena, ColumnExpression **ret_columns,
                                size_t *ret_count, Diagnostics *diagnostics)
{
    size_t errors_count = diagnostics->errors_count;
    Parser parser;
    if (!parser_begin(&parser, source, arena, diagnostics)) return STATUS_INVALID;
    ColumnList columns = parse_columns(&parser);
    if (diagnostics->errors_count > errors_count) return STATUS_INVALID;
    for (size_t i = 0; i < columns.count; i++)
        if (columns.items[i].name.size == 0)
            columns.items[i].name = expression_print(columns.items[i].root, arena);
    *ret_columns = columns.items;
    *ret_count = columns.count;
    return STATUS_OK;
}
