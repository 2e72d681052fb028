/* quotes.c -- where people wrote the code of a customer into definitions and remarks. */
#include "store/quotes.h"

#include "store/store_internal.h"

#include <ctype.h>
#include <string.h>

/* Rows of a name and a text that may quote. */
typedef struct {
    const char *kind;
    bool is_remark;
    const char *select;
} QuoteSource;

static const QuoteSource sources[] = {
    {"segment", false,
     "SELECT s.name, v.card FROM main.segment s JOIN main.segment_version v "
     "ON v.segment_id = s.id AND v.number = s.version ORDER BY s.name"},
    {"metric", false, "SELECT name, expression FROM main.metric ORDER BY name"},
    {"classification", false,
     "SELECT c.name, v.definition FROM main.classification c JOIN main.classification_version v "
     "ON v.classification_id = c.id AND v.number = c.version ORDER BY c.name"},
    {"set", false, "SELECT name, expression || ' ' || condition FROM main.saved_set ORDER BY name"},
    {"bulk change", true,
     "SELECT CAST(id AS TEXT), source_kind || ' ''' || source || ''' ' || change FROM "
     "main.bulk_act ORDER BY id"},
    {"agreement", true,
     "SELECT a.name, v.note FROM main.agreement a JOIN main.agreement_version v "
     "ON v.agreement_id = a.id ORDER BY a.name"},
    {"history of the segment", true,
     "SELECT s.name, v.note FROM main.segment s JOIN main.segment_version v "
     "ON v.segment_id = s.id ORDER BY s.name"},
    {"journal of the segment", true,
     "SELECT s.name, f.note FROM main.segment s JOIN main.forming f ON f.segment_id = s.id "
     "WHERE f.note <> '' ORDER BY s.name"},
};

typedef struct {
    CodeQuote *items;
    size_t count, capacity;
} QuoteList;

static bool is_mark(char c)
{
    return c == '"' || c == '\'' || c == '\\';
}

/* Letters beyond ASCII are many bytes, all of them above 127. */
static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c > 127 || c == '_';
}

/* Whether the `size` bytes at `place` stand by themselves. */
static bool stands_alone(Text text, size_t place, size_t size, bool is_remark)
{
    size_t end = place + size;
    char before = place > 0 ? text.data[place - 1] : ' ';
    char after = end < text.size ? text.data[end] : ' ';
    if (is_remark) return !is_of_word(before) && !is_of_word(after);
    return is_mark(before) && is_mark(after);
}

static bool is_quoted(Text text, Text code, bool is_remark)
{
    if (is_remark && code.size < QUOTED_WORD_BYTES_MIN) return false;
    for (size_t place = 0; place + code.size <= text.size; place++)
        if (memcmp(text.data + place, code.data, code.size) == 0 &&
            stands_alone(text, place, code.size, is_remark))
            return true;
    return false;
}

static bool quotes_one(Text text, const CodesOfOne *codes, bool is_remark)
{
    for (size_t i = 0; i < codes->count; i++)
        if (is_quoted(text, codes->items[i], is_remark)) return true;
    return false;
}

static bool is_last(const QuoteList *list, const char *kind, Text name)
{
    const CodeQuote *last = list->count > 0 ? &list->items[list->count - 1] : NULL;
    return last != NULL && last->kind == kind && text_equal(last->name, name);
}

static Status search(Store *store, const QuoteSource *source, const CodesOfOne *codes, Arena *arena,
                     QuoteList *list, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *row = NULL;
    TRY(store_statement(store, source->select, &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        Text name = statement_text(row, 0);
        if (!quotes_one(statement_text(row, 1), codes, source->is_remark)) continue;
        if (is_last(list, source->kind, name)) continue;
        CodeQuote quote = {source->kind, arena_text(arena, name)};
        ARENA_PUSH(arena, list, quote);
    }
}

Status store_find_quotes(Store *store, const CodesOfOne *codes, Arena *arena,
                         CodeQuote **ret_quotes, size_t *ret_count, Error *err)
{
    QuoteList list = {0};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
        TRY(search(store, &sources[i], codes, arena, &list, err));
    *ret_quotes = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
