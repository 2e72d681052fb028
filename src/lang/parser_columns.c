/* parser_columns.c -- a list of expressions with names: the columns of a list of customers. */
#include "base/fold.h"
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

static void name_columns(ColumnList columns, Arena *arena)
{
    for (size_t i = 0; i < columns.count; i++)
        if (columns.items[i].name.size == 0)
            columns.items[i].name = expression_print(columns.items[i].root, arena);
}

/* A name stands for one column: it is the heading, the key in JSON, and what --sort names. */
static Status check_names_differ(ColumnList columns, Diagnostics *diagnostics)
{
    for (size_t i = 0; i < columns.count; i++)
        for (size_t before = 0; before < i; before++) {
            if (!text_equal_folded(columns.items[before].name, columns.items[i].name)) continue;
            diagnostics_add(diagnostics, DIAGNOSTIC_COLUMN_TWICE, columns.items[i].root->span,
                            columns.items[i].name, (Text){0}, (Text){0});
            return STATUS_INVALID;
        }
    return STATUS_OK;
}

Status expression_parse_columns(Text source, Arena *arena, ColumnExpression **ret_columns,
                                size_t *ret_count, Diagnostics *diagnostics)
{
    size_t errors_count = diagnostics->errors_count;
    Parser parser;
    if (!parser_begin(&parser, source, arena, diagnostics)) return STATUS_INVALID;
    ColumnList columns = parse_columns(&parser);
    if (diagnostics->errors_count > errors_count) return STATUS_INVALID;
    name_columns(columns, arena);
    TRY(check_names_differ(columns, diagnostics));
    *ret_columns = columns.items;
    *ret_count = columns.count;
    return STATUS_OK;
}

static Status check_names_free(const ColumnExpression *columns, size_t count,
                               Diagnostics *diagnostics)
{
    static const char *const taken[] = {"code", "name"};
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sizeof taken / sizeof taken[0]; j++) {
            if (!text_equal_folded(columns[i].name, text_of(taken[j]))) continue;
            diagnostics_add(diagnostics, DIAGNOSTIC_COLUMN_TWICE, columns[i].root->span,
                            columns[i].name, (Text){0}, (Text){0});
            return STATUS_INVALID;
        }
    return STATUS_OK;
}

Status expression_parse_customer_columns(Text source, Arena *arena, ColumnExpression **ret_columns,
                                         size_t *ret_count, Diagnostics *diagnostics)
{
    ColumnExpression *columns = NULL;
    size_t count = 0;
    TRY(expression_parse_columns(source, arena, &columns, &count, diagnostics));
    TRY(check_names_free(columns, count, diagnostics));
    *ret_columns = columns;
    *ret_count = count;
    return STATUS_OK;
}
