/* sql.c -- the whole statement: rankings first, then one row per customer. */
#include "eval/sql.h"

#include "eval/sql_writer.h"

/* Nodes open at once before the next one becomes a table of its own: few enough that what is below
 * it, an event condition too, has room for brackets. */
enum { NESTING_MAX = 8 };

/* A node that is written as short as its table's name. */
static bool is_leaf(const Node *node)
{
    return node->kind == NODE_LITERAL || node->kind == NODE_PROPERTY || node->kind == NODE_RANK;
}

static size_t part_number(SqlWriter *writer, const Node *node)
{
    PartList *parts = writer->parts;
    for (size_t i = 0; i < parts->count; i++) {
        const Node *part = parts->items[i];
        bool is_same_metric = part->kind == NODE_METRIC && node->kind == NODE_METRIC &&
                              part->as.metric.definition == node->as.metric.definition;
        if (part == node || is_same_metric) return i + 1;
    }
    ARENA_PUSH(writer->arena, parts, node);
    return parts->count;
}

bool sql_as_part(SqlWriter *writer, const Node *node)
{
    bool is_deep = writer->nesting >= NESTING_MAX && !is_leaf(node);
    if (writer->event != NULL || (node->kind != NODE_METRIC && !is_deep)) return false;
    size_t number = part_number(writer, node);
    sql_printf(writer, "(SELECT p.value FROM part_%zu AS p WHERE p.id = c.id)", number);
    return true;
}

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

static void part_table(SqlWriter *writer, const Node *node, size_t number)
{
    sql_printf(writer, "part_%zu AS MATERIALIZED ", number);
    if (node->kind == NODE_METRIC) sql_comment(writer, node->as.metric.name);
    sql_open(writer);
    sql_raw(writer, "SELECT c.id AS id, ");
    sql_value_in_place(writer, node);
    sql_raw(writer, " AS value");
    sql_line(writer);
    sql_raw(writer, "FROM customer AS c");
    sql_close(writer);
}

static void statement(SqlWriter *writer)
{
    const Node *root = writer->expression->root;
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

/* The tables that the statement reads; writing one may ask for more parts. */
static void tables(SqlWriter *writer)
{
    const Expression *expression = writer->expression;
    const char *joint = "WITH ";
    for (size_t i = 0; i < expression->ranks_count; i++) {
        sql_raw(writer, joint);
        rank_table(writer, expression->ranks[i]);
        joint = ",\n";
    }
    for (size_t i = 0; i < writer->parts->count; i++) {
        sql_raw(writer, joint);
        part_table(writer, writer->parts->items[i], i + 1);
        joint = ",\n";
    }
    if (writer->text.size > 0) sql_line(writer);
}

SqlQuery sql_generate(const Expression *expression, Date as_of, SqlPurpose purpose, Arena *arena)
{
    PartList parts = {0};
    SqlWriter writer = {.arena = arena,
                        .purpose = purpose,
                        .expression = expression,
                        .as_of = as_of,
                        .parts = &parts};
    statement(&writer);
    AUTO(buffer_done) Buffer select = writer.text;
    writer.text = (Buffer){0};
    tables(&writer);
    buffer_text(&writer.text, buffer_view(&select));
    SqlQuery query = {.sql = arena_text(arena, buffer_view(&writer.text)),
                      .parameters = writer.parameters.items,
                      .parameters_count = writer.parameters.count};
    buffer_done(&writer.text);
    return query;
}
