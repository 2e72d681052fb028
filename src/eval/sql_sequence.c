/* sql_sequence.c -- a chain of events as nested EXISTS, one level per step.
 *
 *   EXISTS (SELECT 1 FROM purchase AS e1 WHERE .. AND EXISTS (SELECT 1 FROM purchase AS e2
 *     WHERE .. AND e2.at > e1.at AND e2.day <= e1.day + 30 AND NOT EXISTS (.. strictly between)))
 */
#include "eval/sql_writer.h"

static const char *alias(SqlWriter *writer, const char *letter, size_t number)
{
    return arena_printf(writer->arena, "%s%zu", letter, number).data;
}

/* The events of a step under their alias, open for more conditions. */
static void open_exists(SqlWriter *writer, const EventPattern *pattern, const char *event,
                        DaySpan span)
{
    writer->event = event;
    sql_raw(writer, "EXISTS ");
    sql_open(writer);
    sql_raw(writer, "SELECT 1");
    sql_from_events(writer, pattern->stream, span);
    sql_and_condition(writer, pattern->condition);
}

static void nothing_between(SqlWriter *writer, const EventPattern *without, size_t number,
                            DaySpan span)
{
    const char *before = alias(writer, "e", number - 1), *now = alias(writer, "e", number);
    const char *forbidden = alias(writer, "x", number);
    sql_line(writer);
    sql_raw(writer, "AND NOT ");
    open_exists(writer, without, forbidden, span);
    sql_line(writer);
    sql_printf(writer, "AND %s.at > %s.at AND %s.at < %s.at", forbidden, before, forbidden, now);
    sql_close(writer);
}

static void follows(SqlWriter *writer, const SequenceStep *step, size_t number, DaySpan span)
{
    const char *before = alias(writer, "e", number - 1), *now = alias(writer, "e", number);
    sql_line(writer);
    sql_printf(writer, "AND %s.at > %s.at", now, before);
    if (step->has_within) {
        const char *day = arena_printf(writer->arena, "%s.day", before).data;
        sql_line(writer);
        sql_printf(writer, "AND %s.day <= ", now);
        sql_day_after(writer, day, step->within_count, step->within_unit);
    }
    if (step->has_without) nothing_between(writer, &step->without, number, span);
}

void sql_sequence(SqlWriter *writer, const Node *node)
{
    const char *outer = writer->event;
    DaySpan span = window_days(&node->as.sequence.window, writer->as_of);
    size_t steps_count = node->as.sequence.steps_count;
    for (size_t i = 0; i < steps_count; i++) {
        const SequenceStep *step = &node->as.sequence.steps[i];
        if (i > 0) {
            sql_line(writer);
            sql_raw(writer, "AND ");
        }
        open_exists(writer, &step->event, alias(writer, "e", i + 1), span);
        if (i > 0) follows(writer, step, i + 1, span);
    }
    for (size_t i = 0; i < steps_count; i++)
        sql_close(writer);
    writer->event = outer;
}
