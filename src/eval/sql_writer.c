/* sql_writer.c -- the text of a query: lines, bound or quoted literals, names. */
#include "eval/sql_writer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sql_raw(SqlWriter *writer, const char *text)
{
    buffer_cstr(&writer->text, text);
}

void sql_printf(SqlWriter *writer, const char *format, ...)
{
    char piece[512]; /* only our own short words pass here; literals and names do not */
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    ASSERT(size >= 0 && (size_t)size < sizeof piece);
    buffer_add(&writer->text, piece, (size_t)size);
}

void sql_line(SqlWriter *writer)
{
    buffer_char(&writer->text, '\n');
    for (int i = 0; i < writer->depth; i++)
        buffer_cstr(&writer->text, "  ");
}

void sql_open(SqlWriter *writer)
{
    sql_raw(writer, "(");
    writer->depth++;
    sql_line(writer);
}

void sql_close(SqlWriter *writer)
{
    writer->depth--;
    sql_line(writer);
    sql_raw(writer, ")");
}

bool sql_is_guarded(const SqlWriter *writer)
{
    return writer->purpose == SQL_FOR_RUNNING;
}

const char *sql_take_out(SqlWriter *writer, size_t before_bytes)
{
    Text view = buffer_view(&writer->text);
    const char *piece = arena_cstr(writer->arena, text_slice(view, before_bytes, view.size));
    writer->text.size = before_bytes;
    writer->text.data[before_bytes] = '\0';
    return piece;
}

/* ---- literals ---- */

static void bind(SqlWriter *writer, Value value)
{
    ARENA_PUSH(writer->arena, &writer->parameters, value);
    sql_printf(writer, "?%zu", writer->parameters.count);
}

void sql_integer(SqlWriter *writer, int64_t integer)
{
    if (sql_is_guarded(writer))
        bind(writer, value_decimal(integer));
    else
        sql_printf(writer, "%lld", (long long)integer);
}

void sql_decimal(SqlWriter *writer, int64_t mantissa, uint8_t scale)
{
    sql_integer(writer, mantissa);
    if (sql_is_guarded(writer) || scale == 0) return;
    char out[DECIMAL_TEXT_MAX];
    sql_printf(writer, " /* %.*s */", TEXT_FORMAT(decimal_print(mantissa, scale, out)));
}

void sql_real(SqlWriter *writer, double real)
{
    if (sql_is_guarded(writer)) {
        bind(writer, value_ratio(real));
        return;
    }
    char piece[40];
    snprintf(piece, sizeof piece, "%.17g", real);
    sql_raw(writer, piece);
    if (strpbrk(piece, ".e") == NULL) sql_raw(writer, ".0"); /* else an integer */
}

/* The quoted literal; SQLite's texts cannot hold a zero byte but from a blob. */
static void quote(SqlWriter *writer, Text text)
{
    if (memchr(text.size > 0 ? text.data : "", '\0', text.size) != NULL) {
        sql_raw(writer, "CAST(X'");
        for (size_t i = 0; i < text.size; i++)
            sql_printf(writer, "%02X", (unsigned)(unsigned char)text.data[i]);
        sql_raw(writer, "' AS TEXT)");
        return;
    }
    buffer_char(&writer->text, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '\'') buffer_char(&writer->text, '\'');
        buffer_char(&writer->text, text.data[i]);
    }
    buffer_char(&writer->text, '\'');
}

void sql_text(SqlWriter *writer, Text text)
{
    if (!sql_is_guarded(writer)) {
        quote(writer, text);
        return;
    }
    Text copy = arena_text(writer->arena, text);
    bind(writer, (Value){.kind = VALUE_TEXT, .as.text = copy});
}

void sql_date(SqlWriter *writer, Date date)
{
    sql_integer(writer, date.day);
    if (sql_is_guarded(writer)) return;
    char out[DATE_TEXT_MAX];
    sql_printf(writer, " /* %.*s */", TEXT_FORMAT(date_print_iso(date, out)));
}

void sql_moment(SqlWriter *writer, Moment moment)
{
    sql_integer(writer, moment.second);
    if (sql_is_guarded(writer)) return;
    char out[DATE_TEXT_MAX];
    sql_printf(writer, " /* %.*s */", TEXT_FORMAT(moment_print_iso(moment, out)));
}

void sql_name(SqlWriter *writer, Text name)
{
    buffer_char(&writer->text, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '"') buffer_char(&writer->text, '"');
        buffer_char(&writer->text, name.data[i]);
    }
    buffer_char(&writer->text, '"');
}

/* Names hold any sign but may not end the comment. */
void sql_comment(SqlWriter *writer, Text text)
{
    sql_raw(writer, "/* ");
    for (size_t i = 0; i < text.size; i++) {
        bool is_end = text.data[i] == '/' && i > 0 && text.data[i - 1] == '*';
        if (is_end) buffer_char(&writer->text, ' ');
        buffer_char(&writer->text, text.data[i]);
    }
    sql_raw(writer, " */ ");
}

void sql_guard_begin(SqlWriter *writer, const char *function)
{
    sql_printf(writer, "%s(", sql_is_guarded(writer) ? function : "");
}

void sql_guard_end(SqlWriter *writer)
{
    sql_raw(writer, ")");
}
