/* table.c -- tables built row by row, notes, words. */
#include "report/table.h"

#include "eval/exact.h"
#include "lang/lang.h"

#include <math.h>
#include <string.h>

/* ---- words ---- */

static const Wording words[] = {
#define REPORT_WORD(name, en, ru, uk) \
    {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "report/report_word.def"
#undef REPORT_WORD
};

static const struct {
    const char *key;
    Wording wording;
} notes[] = {
#define REPORT_NOTE(name, key, en, ru, uk) \
    {key, {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}}},
#include "report/report_note.def"
#undef REPORT_NOTE
};

static const struct {
    const char *key;
    Wording wording;
} tables[] = {
#define REPORT_TABLE(name, key, en, ru, uk) \
    {key, {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}}},
#include "report/report_table.def"
#undef REPORT_TABLE
};

#define TYPE_OF_COUNT        \
    {                        \
        .kind = TYPE_DECIMAL \
    }
#define TYPE_OF_MONEY                                                \
    {                                                                \
        .kind = TYPE_DECIMAL, .scale = MONEY_SCALE, .is_money = true \
    }
#define TYPE_OF_RATIO      \
    {                      \
        .kind = TYPE_RATIO \
    }
#define TYPE_OF_TEXT      \
    {                     \
        .kind = TYPE_TEXT \
    }
#define TYPE_OF_DATE      \
    {                     \
        .kind = TYPE_DATE \
    }

static const struct {
    const char *key;
    Type type;
    bool is_share;
    Wording wording;
} columns[] = {
#define REPORT_COLUMN(name, key, type, is_share, en, ru, uk) \
    {key, TYPE_OF_##type, is_share, {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}}},
#include "report/report_column.def"
#undef REPORT_COLUMN
};

Text report_word(ReportWord word, Language language)
{
    return text_of(words[word].in[language]);
}

Text report_say_word(ReportWord word, Voice voice, const Text *parts, size_t parts_count)
{
    return voice_say(voice, &words[word], parts, parts_count);
}

/* ---- tables ---- */

ReportTable *report_add_table(Report *report, ReportTableKind kind, Voice voice,
                              const ReportColumnKind *kinds, size_t columns_count)
{
    ASSERT(report->tables_count < REPORT_TABLES_MAX);
    ReportTable *table = &report->tables[report->tables_count++];
    *table = (ReportTable){.key = tables[kind].key,
                           .label = text_of(tables[kind].wording.in[voice.language]),
                           .columns = ARENA_ARRAY(voice.arena, ReportColumn, columns_count),
                           .columns_count = columns_count};
    for (size_t i = 0; i < columns_count; i++)
        table->columns[i] =
            (ReportColumn){.key = columns[kinds[i]].key,
                           .label = text_of(columns[kinds[i]].wording.in[voice.language]),
                           .type = columns[kinds[i]].type,
                           .is_share = columns[kinds[i]].is_share};
    return table;
}

void report_add_note(Report *report, ReportNoteKind kind, Voice voice, const Text *parts,
                     size_t parts_count)
{
    ReportNote note = {notes[kind].key, voice_say(voice, &notes[kind].wording, parts, parts_count)};
    ARENA_PUSH(voice.arena, &report->notes, note);
}

void report_note_rows(Report *report, Voice voice, uint64_t shown, uint64_t all)
{
    if (shown == all) return;
    const Text parts[] = {voice_count(voice, shown), voice_count(voice, all)};
    report_add_note(report, NOTE_MORE_ROWS, voice, parts, 2);
}

const ReportTable *report_find_table(const Report *report, Text key)
{
    for (size_t i = 0; i < report->tables_count; i++)
        if (text_equal(text_of(report->tables[i].key), key)) return &report->tables[i];
    return NULL;
}

size_t report_rows_count(const ReportTable *table)
{
    return table->rules.count;
}

Value report_value(const ReportTable *table, size_t row, const char *key)
{
    size_t column = 0;
    while (column < table->columns_count && strcmp(table->columns[column].key, key) != 0)
        column++;
    ASSERT(column < table->columns_count && row < table->rules.count);
    return table->values.items[row * table->columns_count + column];
}

/* ---- rows ---- */

void row_value(ReportRow *row, Value value)
{
    ARENA_PUSH(row->arena, &row->table->values, value);
}

void row_text(ReportRow *row, Text text)
{
    row_value(row, value_text(text));
}

void row_count(ReportRow *row, uint64_t count)
{
    row_value(row, value_decimal((int64_t)count));
}

void row_money(ReportRow *row, Int128 mantissa)
{
    if (!decimal_fits(mantissa)) row->has_overflow = true;
    row_value(row, value_decimal(row->has_overflow ? 0 : (int64_t)mantissa));
}

void row_date(ReportRow *row, Date date)
{
    row_value(row, value_date(date));
}

void row_ratio(ReportRow *row, double ratio)
{
    row_value(row, isfinite(ratio) ? value_ratio(ratio) : value_missing());
}

void row_share(ReportRow *row, Int128 part, Int128 whole)
{
    row_ratio(row, whole == 0 ? (double)NAN : (double)part / (double)whole);
}

void row_missing(ReportRow *row)
{
    row_value(row, value_missing());
}

void row_money_known(ReportRow *row, bool is_known, Int128 mantissa)
{
    if (is_known)
        row_money(row, mantissa);
    else
        row_missing(row);
}

Status row_end(ReportRow *row, Text rule, Error *err)
{
    if (row->has_overflow) return exact_overflow(err);
    ARENA_PUSH(row->arena, &row->table->rules, rule);
    ASSERT(row->table->values.count == row->table->rules.count * row->table->columns_count);
    return STATUS_OK;
}

/* ---- texts of rules ---- */

Text report_quote(Text text, Arena *arena)
{
    char *out = arena_alloc(arena, 2 * text.size + 2);
    size_t size = 0;
    out[size++] = '"';
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        char escaped = byte == '\n' ? 'n' : byte == '\t' ? 't' : byte == '\r' ? 'r' : byte;
        if (escaped != byte || byte == '"' || byte == '\\') out[size++] = '\\';
        out[size++] = escaped;
    }
    out[size++] = '"';
    return (Text){out, size};
}

Text report_call(const char *function, Text name, Arena *arena)
{
    Text quoted = report_quote(name, arena);
    return arena_printf(arena, "%s(%.*s)", function, TEXT_FORMAT(quoted));
}

Text report_name(Text name, Arena *arena)
{
    Node node = {.kind = NODE_NAME, .as.name = {.name = name}};
    return expression_print(&node, arena);
}

Text rule_and(Text rule, Text condition, Arena *arena)
{
    if (text_equal(rule, TEXT("true"))) return condition;
    return arena_printf(arena, "(%.*s) and %.*s", TEXT_FORMAT(rule), TEXT_FORMAT(condition));
}

Text rule_bought(Date from, Date to, Arena *arena)
{
    char a[DATE_TEXT_MAX], b[DATE_TEXT_MAX];
    Text first = date_print_iso(from, a), last = date_print_iso(to, b);
    return arena_printf(arena, "any(purchase, from %.*s to %.*s)", TEXT_FORMAT(first),
                        TEXT_FORMAT(last));
}
