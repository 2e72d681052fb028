/* sql.c -- the whole statement: rankings first, then one row per customer. */
#include "eval/sql.h"

#include "eval/sql_writer.h"

/* Who is ranked, with his place and how many there are. */
static void rank_table(SqlWriter *writer, const Node *rank)
{
    sql_printf(writer, "rank_%u AS MATERIALIZED ", rank->as.rank.index + 1);
    sql_open(writer);
    sql_printf(writer, "SELECT id, ROW_NUMBER() OVER (ORDER BY value%s, code) AS place,",
               rank->as.rank.is_top ? " DESC" : "");
    sql_line(writer);
    sql_raw(writer, "  COUNT(*) OVER () AS ranked");
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sql_open(writer);
    sql_raw(writer, "SELECT c.id AS id, c.code AS code, ");
    sql_value(writer, rank->as.rank.by);
    sql_raw(writer, " AS value");
    sql_line(writer);
    sql_raw(writer, "FROM customer AS c");
    if (rank->as.rank.within != NULL) {
        sql_line(writer);
        sql_raw(writer, "WHERE ");
        sql_condition(writer, rank->as.rank.within);
    }
    sql_close(writer);
    sql_line(writer);
    sql_raw(writer, "WHERE value IS NOT NULL");
    sql_close(writer);
}

static void rank_tables(SqlWriter *writer)
{
    const Expression *expression = writer->expression;
    for (size_t i = 0; i < expression->ranks_count; i++) {
        sql_raw(writer, i == 0 ? "WITH " : ",");
        if (i > 0) sql_line(writer);
        rank_table(writer, expression->ranks[i]);
    }
    if (expression->ranks_count > 0) sql_line(writer);
}

static void statement(SqlWriter *writer)
{
    const Node *root = writer->expression->root;
    rank_tables(writer);
    sql_raw(writer, "SELECT c.id, c.code,");
    writer->depth++;
    sql_line(writer);
    if (root->type.kind == TYPE_BOOL)
        sql_condition(writer, root);
    else
        sql_value(writer, root);
    sql_raw(writer, " AS value");
    if (sql_is_guarded(writer)) sql_checks(writer, root);
    writer->depth--;
    sql_line(writer);
    sql_raw(writer, "FROM customer AS c");
    sql_line(writer);
    sql_raw(writer, "ORDER BY c.id");
}

SqlQuery sql_generate(const Expression *expression, Date as_of, SqlPurpose purpose, Arena *arena)
{
    SqlWriter writer = {
        .arena = arena, .purpose = purpose, .expression = expression, .as_of = as_of};
    statement(&writer);
    SqlQuery query = {.sql = arena_text(arena, buffer_view(&writer.text)),
                      .parameters = writer.parameters.items,
                      .parameters_count = writer.parameters.count};
    buffer_done(&writer.text);
    return query;
}
