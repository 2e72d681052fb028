/* sql_debt.c -- balance, overdue sum and age of settlements as SQL with a running sum.
 *
 * Charges stand in the order of time with the sum of all up to and with each (`upto`); what was
 * paid closes them from the first, so `upto - paid` of the last one touched is still open. */
#include "eval/sql_writer.h"
#include "model/built_in.h"

#define IS_CHARGE  "fold(e.\"kind\") = '" SETTLEMENT_KIND_CHARGE "'"
#define IS_PAYMENT "fold(e.\"kind\") = '" SETTLEMENT_KIND_PAYMENT "'"
#define CHARGED    "CASE WHEN " IS_CHARGE " AND e.\"amount\" > 0 THEN e.\"amount\" ELSE 0 END"
#define PAID                                                     \
    "CASE WHEN " IS_PAYMENT " THEN e.\"amount\" WHEN " IS_CHARGE \
    " AND e.\"amount\" < 0 THEN - e.\"amount\" ELSE 0 END"

#define UP_TO_EACH "OVER (ORDER BY e.at, e.seq ROWS UNBOUNDED PRECEDING)"

/* (SELECT the sum over all settlements FROM ..), 0 without any. */
static void total(SqlWriter *writer, const Node *node, const char *summed)
{
    sql_open(writer);
    sql_raw(writer, sql_is_guarded(writer) ? "SELECT within_18_digits(COALESCE(wide_sum("
                                           : "SELECT (COALESCE(SUM(");
    sql_raw(writer, summed);
    sql_raw(writer, "), 0))");
    sql_from_events(writer, node->as.call.stream, (DaySpan){.last = writer->as_of});
    sql_close(writer);
}

static void debt(SqlWriter *writer, const Node *node)
{
    sql_guard_begin(writer, "within_18_digits");
    total(writer, node, CHARGED);
    sql_raw(writer, " - ");
    total(writer, node, PAID);
    sql_guard_end(writer);
}

/* FROM the overdue charges with what is open of each. */
static void from_overdue(SqlWriter *writer, const Node *node)
{
    sql_line(writer);
    sql_raw(writer, "FROM ");
    sql_open(writer);
    sql_raw(writer, "SELECT e.\"amount\" AS amount, e.\"due_date\" AS due,");
    sql_line(writer);
    sql_raw(writer, sql_is_guarded(writer)
                        ? "  exact_sum(SUM(e.\"amount\" / 1000000000) " UP_TO_EACH
                          ", SUM(e.\"amount\" % 1000000000) " UP_TO_EACH ") AS upto,"
                        : "  SUM(e.\"amount\") " UP_TO_EACH " AS upto,");
    sql_line(writer);
    sql_raw(writer, "  ");
    total(writer, node, PAID);
    sql_raw(writer, " AS paid");
    sql_from_events(writer, node->as.call.stream, (DaySpan){.last = writer->as_of});
    sql_line(writer);
    sql_raw(writer, "AND " IS_CHARGE " AND e.\"amount\" > 0");
    sql_close(writer);
    sql_line(writer);
    sql_raw(writer, "WHERE due < ");
    sql_date(writer, writer->as_of);
    sql_raw(writer, " AND upto > paid");
}

static void overdue(SqlWriter *writer, const Node *node)
{
    sql_raw(writer, "COALESCE");
    sql_open(writer);
    sql_open(writer);
    sql_raw(writer, "SELECT SUM(MIN(amount, upto - MAX(paid, 0)))");
    from_overdue(writer, node);
    sql_close(writer);
    sql_raw(writer, ",");
    sql_line(writer);
    sql_raw(writer, "0");
    sql_close(writer);
}

static void overdue_days(SqlWriter *writer, const Node *node)
{
    sql_open(writer);
    sql_raw(writer, "SELECT ");
    sql_date(writer, writer->as_of);
    sql_raw(writer, " - MIN(due)");
    from_overdue(writer, node);
    sql_close(writer);
}

void sql_debt(SqlWriter *writer, const Node *node)
{
    const char *outer = writer->event;
    writer->event = "e";
    if (node->as.call.function == FUNCTION_DEBT)
        debt(writer, node);
    else if (node->as.call.function == FUNCTION_OVERDUE)
        overdue(writer, node);
    else
        overdue_days(writer, node);
    writer->event = outer;
}

/* What each of the three guards for every customer: both totals, and debt() their difference. */
void sql_debt_check(SqlWriter *writer, const Node *node)
{
    const char *outer = writer->event;
    writer->event = "e";
    if (node->as.call.function == FUNCTION_DEBT) {
        debt(writer, node);
    } else {
        total(writer, node, CHARGED);
        sql_raw(writer, " + ");
        total(writer, node, PAID);
    }
    writer->event = outer;
}
