/* sql_aggregate.c -- aggregates as sub-queries over the customer's events of a stream. */
#include "eval/sql_writer.h"

void sql_from_events(SqlWriter *writer, const Stream *stream, DaySpan span)
{
    const char *event = writer->event;
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sql_name(writer, stream->name);
    sql_printf(writer, " AS %s", event);
    sql_line(writer);
    sql_printf(writer, "WHERE %s.customer_id = c.id", event);
    sql_line(writer);
    if (span.has_begin) {
        sql_printf(writer, "AND %s.day BETWEEN ", event);
        sql_date(writer, span.first);
        sql_raw(writer, " AND ");
    } else {
        sql_printf(writer, "AND %s.day <= ", event);
    }
    sql_date(writer, span.last);
}

void sql_and_condition(SqlWriter *writer, const Node *condition)
{
    if (condition == NULL) return;
    sql_line(writer);
    sql_raw(writer, "AND ");
    sql_condition(writer, condition);
}

/* ---- pieces of one aggregate ---- */

static DaySpan span_of(const SqlWriter *writer, const Node *node)
{
    return window_days(&node->as.aggregate.window, writer->as_of);
}

static void field(SqlWriter *writer, const Node *node)
{
    sql_value(writer, node->as.aggregate.field);
}

/* FROM, WHERE, the window, the condition, and that the field is there. */
static void from_events(SqlWriter *writer, const Node *node, DaySpan span)
{
    sql_from_events(writer, node->as.aggregate.stream, span);
    sql_and_condition(writer, node->as.aggregate.condition);
    if (node->as.aggregate.field == NULL) return;
    sql_line(writer);
    sql_raw(writer, "AND ");
    field(writer, node);
    sql_raw(writer, " IS NOT NULL");
}

static void sub_query_begin(SqlWriter *writer)
{
    sql_open(writer);
    sql_raw(writer, "SELECT ");
}

static void sub_query_end(SqlWriter *writer, const Node *node)
{
    from_events(writer, node, span_of(writer, node));
    sql_close(writer);
}

/* The sum; when guarded, of its upper and lower nine digits, for SUM fails at the first 64-bit
 * overflow even when later events take it back. */
static void sum(SqlWriter *writer, const Node *node)
{
    const char *const separators[] = {"exact_sum(SUM(", " / 1000000000), SUM(", " % 1000000000))"};
    const char *const plain[] = {"SUM(", NULL, ")"};
    const char *const *parts = sql_is_guarded(writer) ? separators : plain;
    sql_raw(writer, parts[0]);
    field(writer, node);
    if (parts[1] != NULL) {
        sql_raw(writer, parts[1]);
        field(writer, node);
    }
    sql_raw(writer, parts[2]);
}

static void divide_by_scale(SqlWriter *writer, const Node *node)
{
    uint8_t scale = node->as.aggregate.field->type.scale;
    if (scale > 0) sql_printf(writer, " / %lld.0", (long long)DECIMAL_POW10[scale]);
}

/* By what values are told apart and ordered. */
static void key(SqlWriter *writer, const Node *node)
{
    TypeKind kind = node->as.aggregate.field->type.kind;
    if (kind == TYPE_TEXT || kind == TYPE_HIERARCHY) {
        sql_as_folded(writer, (SqlOperand){.node = node->as.aggregate.field});
    } else if (kind == TYPE_ITEM) {
        sql_raw(writer, "(SELECT i.code FROM item AS i WHERE i.id = ");
        field(writer, node);
        sql_raw(writer, ")");
    } else {
        field(writer, node);
    }
}

/* ---- one per kind ---- */

static void count(SqlWriter *writer, const Node *node)
{
    sub_query_begin(writer);
    sql_raw(writer, "COUNT(*)");
    sub_query_end(writer, node);
}

static void existence(SqlWriter *writer, const Node *node)
{
    bool is_none = node->as.aggregate.kind == AGGREGATE_NONE;
    sql_raw(writer, is_none ? "(NOT EXISTS " : "EXISTS ");
    sub_query_begin(writer);
    sql_raw(writer, "1");
    sub_query_end(writer, node);
    if (is_none) sql_raw(writer, ")");
}

static void total(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "COALESCE");
    sql_open(writer);
    sub_query_begin(writer);
    sum(writer, node);
    sub_query_end(writer, node);
    sql_raw(writer, ",");
    sql_line(writer);
    sql_raw(writer, "0");
    sql_close(writer);
}

static void average(SqlWriter *writer, const Node *node)
{
    sub_query_begin(writer);
    sql_raw(writer, "CAST(");
    sum(writer, node);
    sql_raw(writer, " AS REAL)");
    divide_by_scale(writer, node);
    sql_raw(writer, " / COUNT(*)");
    sub_query_end(writer, node);
}

static void distinct(SqlWriter *writer, const Node *node)
{
    sub_query_begin(writer);
    sql_raw(writer, "COUNT(DISTINCT ");
    key(writer, node);
    sql_raw(writer, ")");
    sub_query_end(writer, node);
}

/* The middle value, or the two around the middle, at ten times the scale. */
static void median(SqlWriter *writer, const Node *node)
{
    bool is_exact = node->type.kind == TYPE_DECIMAL;
    sub_query_begin(writer);
    sql_raw(writer, is_exact ? "" : "CAST(SUM(x) * (2 / COUNT(*)) AS REAL)");
    if (is_exact) {
        sql_guard_begin(writer, "within_18_digits");
        sql_raw(writer, "SUM(x) * (10 / COUNT(*))");
        sql_guard_end(writer);
    } else {
        divide_by_scale(writer, node);
        sql_raw(writer, " / 2.0");
    }
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sub_query_begin(writer);
    field(writer, node);
    sql_raw(writer, " AS x, ROW_NUMBER() OVER (ORDER BY ");
    field(writer, node);
    sql_raw(writer, ") AS place, COUNT(*) OVER () AS n");
    sub_query_end(writer, node);
    sql_line(writer);
    sql_raw(writer, "WHERE place IN ((n + 1) / 2, n / 2 + 1)");
    sql_close(writer);
}

/* n * sum x^2 - (sum x)^2 in 128 bits, as a double; its root is n times the deviation. */
static void spread_root(SqlWriter *writer, const char *count_text, const char *x)
{
    sql_printf(writer, "sqrt(wide_real(wide_subtract(wide_multiply(%s, wide_sum(wide_multiply(",
               count_text);
    sql_printf(writer, "%s, %s))), wide_multiply(wide_sum(%s), wide_sum(%s)))))", x, x, x, x);
}

static void deviation(SqlWriter *writer, const Node *node)
{
    sub_query_begin(writer);
    spread_root(writer, "COUNT(x)", "x");
    sql_raw(writer, " / COUNT(x)");
    divide_by_scale(writer, node);
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sub_query_begin(writer);
    field(writer, node);
    sql_raw(writer, " AS x");
    sub_query_end(writer, node);
    sql_close(writer);
}

/* Texts order folded and come in the spelling of the earliest event; other values as they are. */
static void extreme(SqlWriter *writer, const Node *node)
{
    bool is_max = node->as.aggregate.kind == AGGREGATE_MAX;
    bool is_text = node->type.kind == TYPE_TEXT;
    sub_query_begin(writer);
    if (!is_text) sql_raw(writer, is_max ? "MAX(" : "MIN(");
    field(writer, node);
    if (!is_text) sql_raw(writer, ")");
    from_events(writer, node, span_of(writer, node));
    if (is_text) {
        sql_line(writer);
        sql_raw(writer, "ORDER BY ");
        key(writer, node);
        sql_raw(writer, is_max ? " DESC, " : ", ");
        sql_printf(writer, "%s.at, %s.seq LIMIT 1", writer->event, writer->event);
    }
    sql_close(writer);
}

static void first_or_last(SqlWriter *writer, const Node *node)
{
    const char *direction = node->as.aggregate.kind == AGGREGATE_LAST ? " DESC" : "";
    sub_query_begin(writer);
    field(writer, node);
    from_events(writer, node, span_of(writer, node));
    sql_line(writer);
    sql_printf(writer, "ORDER BY %s.at%s, %s.seq%s LIMIT 1", writer->event, direction,
               writer->event, direction);
    sql_close(writer);
}

static void most_common(SqlWriter *writer, const Node *node)
{
    bool is_item = node->type.kind == TYPE_ITEM;
    sub_query_begin(writer);
    sql_raw(writer, "x");
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sub_query_begin(writer);
    field(writer, node);
    sql_raw(writer, " AS x, ");
    key(writer, node);
    sql_raw(writer, " AS k,");
    sql_line(writer);
    sql_raw(writer, "  ROW_NUMBER() OVER (PARTITION BY ");
    key(writer, node);
    sql_printf(writer, " ORDER BY %s.at, %s.seq) AS place,", writer->event, writer->event);
    sql_line(writer);
    sql_raw(writer, "  COUNT(*) OVER (PARTITION BY ");
    key(writer, node);
    sql_raw(writer, ") AS times");
    sub_query_end(writer, node);
    sql_line(writer);
    sql_raw(writer, "WHERE place = 1");
    sql_line(writer);
    sql_raw(writer,
            is_item ? "ORDER BY times DESC, fold(k), k LIMIT 1" : "ORDER BY times DESC, k LIMIT 1");
    sql_close(writer);
}

static void days_since(SqlWriter *writer, const Node *node)
{
    bool is_first = node->as.aggregate.kind == AGGREGATE_DAYS_SINCE_FIRST;
    sub_query_begin(writer);
    sql_date(writer, writer->as_of);
    sql_printf(writer, " - %s(%s.day)", is_first ? "MIN" : "MAX", writer->event);
    sub_query_end(writer, node);
}

static const char *event_day(SqlWriter *writer)
{
    return arena_printf(writer->arena, "%s.day", writer->event).data;
}

static void periods(SqlWriter *writer, const Node *node)
{
    sub_query_begin(writer);
    sql_raw(writer, "COUNT(DISTINCT ");
    sql_period_number(writer, node->as.aggregate.period, event_day(writer));
    sql_raw(writer, ")");
    sub_query_end(writer, node);
}

/* ---- series of whole periods ---- */

/* The days of the whole periods in a span; empty when it holds none. */
static DaySpan whole_days(DaySpan span, Unit unit)
{
    Date first = span.first, last = span.last;
    if (date_period_begin(first, unit).day != first.day)
        first = date_add(date_period_end(first, unit), 1, UNIT_DAY);
    if (date_period_end(last, unit).day != last.day)
        last = date_add(date_period_begin(last, unit), -1, UNIT_DAY);
    return (DaySpan){.has_begin = true, .first = first, .last = last};
}

static int64_t periods_in(DaySpan whole, Unit unit)
{
    if (day_span_is_empty(whole)) return 0;
    return date_period_index(whole.last, unit) - date_period_index(whole.first, unit) + 1;
}

/* FROM the sums y of periods, with their number i counted from the first whole one. */
static void from_series(SqlWriter *writer, const Node *node, DaySpan whole)
{
    Unit unit = node->as.aggregate.period;
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sub_query_begin(writer);
    sum(writer, node);
    sql_raw(writer, " AS y, ");
    sql_period_number(writer, unit, event_day(writer));
    sql_raw(writer, " - ");
    sql_open(writer);
    sql_raw(writer, "SELECT ");
    sql_period_number(writer, unit, "w.day");
    sql_raw(writer, " FROM (SELECT ");
    sql_date(writer, whole.first);
    sql_raw(writer, " AS day) AS w");
    sql_close(writer);
    sql_raw(writer, " AS i");
    from_events(writer, node, whole);
    sql_line(writer);
    sql_raw(writer, "GROUP BY 2");
    sql_close(writer);
}

static void variation(SqlWriter *writer, const Node *node)
{
    DaySpan whole = whole_days(span_of(writer, node), node->as.aggregate.period);
    sub_query_begin(writer);
    sql_raw(writer, "sqrt(wide_real(wide_subtract(wide_multiply(");
    sql_integer(writer, periods_in(whole, node->as.aggregate.period));
    sql_raw(writer, ", wide_sum(wide_multiply(y, y))), wide_multiply(wide_sum(y), "
                    "wide_sum(y))))) / abs(wide_real(wide_sum(y)))");
    from_series(writer, node, whole);
    sql_close(writer);
}

/* (sum of i^2) * k - (sum of i)^2 for i = 0 .. k-1. */
static double slope_denominator(int64_t k)
{
    Int128 wide = k, sum = wide * (wide - 1) / 2;
    Int128 squares = (wide - 1) * wide * (2 * wide - 1) / 6;
    return (double)(wide * squares - sum * sum);
}

static void slope(SqlWriter *writer, const Node *node)
{
    DaySpan whole = whole_days(span_of(writer, node), node->as.aggregate.period);
    int64_t k = periods_in(whole, node->as.aggregate.period);
    sql_raw(writer, "COALESCE");
    sql_open(writer);
    sub_query_begin(writer);
    sql_raw(writer, "wide_real(wide_subtract(wide_multiply(");
    sql_integer(writer, k);
    sql_raw(writer, ", wide_sum(wide_multiply(i, y))), wide_multiply(");
    sql_integer(writer, k * (k - 1) / 2);
    sql_raw(writer, ", wide_sum(y)))) / ");
    sql_real(writer, slope_denominator(k));
    divide_by_scale(writer, node);
    from_series(writer, node, whole);
    sql_close(writer);
    sql_raw(writer, ",");
    sql_line(writer);
    sql_raw(writer, "0.0");
    sql_close(writer);
}

/* NOLINT(function-size): dispatch */
static void aggregate(SqlWriter *writer, const Node *node)
{
    switch (node->as.aggregate.kind) {
    case AGGREGATE_COUNT: count(writer, node); return;
    case AGGREGATE_SUM: total(writer, node); return;
    case AGGREGATE_DISTINCT: distinct(writer, node); return;
    case AGGREGATE_AVG: average(writer, node); return;
    case AGGREGATE_MEDIAN: median(writer, node); return;
    case AGGREGATE_STDDEV: deviation(writer, node); return;
    case AGGREGATE_MIN:
    case AGGREGATE_MAX: extreme(writer, node); return;
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST: first_or_last(writer, node); return;
    case AGGREGATE_MOST_COMMON: most_common(writer, node); return;
    case AGGREGATE_DAYS_SINCE_FIRST:
    case AGGREGATE_DAYS_SINCE_LAST: days_since(writer, node); return;
    case AGGREGATE_PERIODS: periods(writer, node); return;
    case AGGREGATE_CV: variation(writer, node); return;
    case AGGREGATE_SLOPE: slope(writer, node); return;
    case AGGREGATE_ANY:
    case AGGREGATE_NONE: existence(writer, node); return;
    case AGGREGATE_COUNT_OF_KINDS: break;
    }
    ASSERT(false);
}

void sql_aggregate(SqlWriter *writer, const Node *node)
{
    const char *outer = writer->event;
    writer->event = "e";
    aggregate(writer, node);
    writer->event = outer;
}
