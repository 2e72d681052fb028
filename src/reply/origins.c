/* origins.c -- source, since when, author and reason of members, as columns of their list. */
#include "reply/origins.h"

#include "base/fold.h"

enum { ORIGIN_SOURCE, ORIGIN_SINCE, ORIGIN_AUTHOR, ORIGIN_REASON, ORIGIN_COUNT };

typedef struct {
    const char *key;
    const char *labels[LANGUAGE_COUNT];
    TypeKind type;
} OriginColumn;

static const OriginColumn own[ORIGIN_COUNT] = {
    [ORIGIN_SOURCE] =
        {"source",
         {[LANGUAGE_EN] = "source", [LANGUAGE_RU] = "источник", [LANGUAGE_UK] = "джерело"},
         TYPE_TEXT},
    [ORIGIN_SINCE] =
        {"since",
         {[LANGUAGE_EN] = "in since", [LANGUAGE_RU] = "в составе с", [LANGUAGE_UK] = "у складі з"},
         TYPE_MOMENT},
    [ORIGIN_AUTHOR] = {"author",
                       {[LANGUAGE_EN] = "author", [LANGUAGE_RU] = "автор", [LANGUAGE_UK] = "автор"},
                       TYPE_TEXT},
    [ORIGIN_REASON] =
        {"reason",
         {[LANGUAGE_EN] = "reason", [LANGUAGE_RU] = "причина", [LANGUAGE_UK] = "причина"},
         TYPE_TEXT},
};

static bool has_column(const AnswerColumns *columns, Text key)
{
    for (size_t i = 0; i < columns->count; i++)
        if (text_equal_folded(columns->columns[i].key, key)) return true;
    return false;
}

static Value value_of(const Origin *origin, size_t column, Text cause)
{
    if (!origin->is_known) return value_missing();
    switch (column) {
    case ORIGIN_SOURCE: return value_text(cause);
    case ORIGIN_SINCE: return value_moment(origin->since);
    case ORIGIN_AUTHOR: return value_text(origin->author);
    default: return value_text(origin->reason);
    }
}

static Text word_of(ChangeCause cause, OutputOptions options, OriginCauseWord *cause_word)
{
    return cause_word != NULL ? cause_word(cause, options) : text_of(change_cause_code(cause));
}

void answer_columns_add_origins(AnswerColumns *columns, const Answer *answer, OutputOptions options,
                                OriginCauseWord *cause_word, Arena *arena)
{
    size_t chosen[ORIGIN_COUNT], count = 0;
    if (answer->origins == NULL) return;
    for (size_t i = 0; i < ORIGIN_COUNT; i++)
        if (!has_column(columns, text_of(own[i].key))) chosen[count++] = i;
    Value *values = ARENA_ARRAY(arena, Value, count * answer->rows_count);
    OutputColumn *added = ARENA_ARRAY(arena, OutputColumn, count);
    for (size_t i = 0; i < count; i++)
        added[i] = (OutputColumn){.key = text_of(own[chosen[i]].key),
                                  .label = text_of(own[chosen[i]].labels[options.language]),
                                  .type = {.kind = own[chosen[i]].type}};
    for (size_t row = 0; row < answer->rows_count; row++)
        for (size_t i = 0; i < count; i++) {
            const Origin *origin = &answer->origins[row];
            values[row * count + i] =
                value_of(origin, chosen[i], word_of(origin->cause, options, cause_word));
        }
    answer_columns_add(columns, (MoreColumns){added, count, values}, arena);
}
