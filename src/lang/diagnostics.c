/* diagnostics.c -- collecting what is wrong with an expression and saying it to a person. */
#include "lang/diagnostics.h"

#include "base/buffer.h"
#include "base/fold.h"

enum {
    PARAMETER_SHOWN_MAX = 60,   /* code points of a parameter in a sentence */
    LINE_SHOWN_MAX = 96,        /* code points of the source line under a sentence */
    LINE_SHOWN_BEFORE_MAX = 48, /* of them before the place of the error */
    PARAMETER_BYTES_MAX = 1024,
    CHOICES_MAX = 12,      /* of more, none is listed */
    CHOICE_BYTES_MAX = 200 /* of each */
};

typedef struct {
    const char *code;
    Severity severity;
    const char *text[LANGUAGE_COUNT];
} Message;

static const Message MESSAGES[DIAGNOSTIC_COUNT] = {
#define ERROR                                     SEVERITY_ERROR
#define WARNING                                   SEVERITY_WARNING
#define MESSAGE(name, code, severity, en, ru, uk) {code, severity, {en, ru, uk}},
#include "lang/messages.def"
#undef MESSAGE
#undef WARNING
#undef ERROR
};

typedef struct {
    const char *name;
    const char *text[LANGUAGE_COUNT];
} TypeWord;

static const TypeWord TYPE_WORDS[] = {
#define TYPE_WORD(name, en, ru, uk) {name, {en, ru, uk}},
#include "lang/type_words.def"
#undef TYPE_WORD
};

static const char *const DID_YOU_MEAN[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = "; did you mean '",
    [LANGUAGE_RU] = "; возможно, вы имели в виду '",
    [LANGUAGE_UK] = "; можливо, ви мали на увазі '",
};

static const char *const IS_ONE_OF[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = "; it is one of: ",
    [LANGUAGE_RU] = "; бывает: ",
    [LANGUAGE_UK] = "; буває: ",
};

Diagnostics diagnostics_new(Arena *arena)
{
    return (Diagnostics){.arena = arena};
}

/* At most `bytes_max`, cut between code points. */
static Text cut(Text text, size_t bytes_max)
{
    if (text.size <= bytes_max) return text;
    size_t end = bytes_max;
    while (end > 0 && ((unsigned char)text.data[end] & 0xC0) == 0x80)
        end--;
    return text_slice(text, 0, end);
}

void diagnostics_add(Diagnostics *diagnostics, DiagnosticKind kind, Span span, Text a, Text b,
                     Text c)
{
    if (diagnostic_severity(kind) == SEVERITY_ERROR) diagnostics->errors_count++;
    if (diagnostics->count >= DIAGNOSTICS_MAX) return;
    Arena *arena = diagnostics->arena;
    Diagnostic diagnostic = {
        .kind = kind,
        .span = span,
        .parameters = {arena_text(arena, cut(a, PARAMETER_BYTES_MAX)),
                       arena_text(arena, cut(b, PARAMETER_BYTES_MAX)),
                       arena_text(arena, cut(c, PARAMETER_BYTES_MAX))},
    };
    ARENA_PUSH(arena, diagnostics, diagnostic);
}

void diagnostics_suggest(Diagnostics *diagnostics, Text suggestion)
{
    ASSERT(diagnostics->count > 0);
    if (diagnostics->count == DIAGNOSTICS_MAX) return; /* the last one may have been dropped */
    diagnostics->items[diagnostics->count - 1].suggestion =
        arena_text(diagnostics->arena, suggestion);
}

/* "claim (претензия)"; the value alone when its words say no more. */
static void add_value(Buffer *out, Text value, Text words)
{
    buffer_text(out, value);
    if (words.size > 0 && !text_equal_folded(words, value))
        buffer_printf(out, " (%.*s)", TEXT_FORMAT(words));
}

void diagnostics_suggest_value(Diagnostics *diagnostics, Text value, Enumeration enumeration)
{
    diagnostics_suggest(diagnostics, value);
    if (diagnostics->count == DIAGNOSTICS_MAX) return;
    Diagnostic *last = &diagnostics->items[diagnostics->count - 1];
    for (Language language = 0; language < LANGUAGE_COUNT; language++)
        last->suggestion_words.in[language] = enumeration_words(enumeration, value, language);
}

void diagnostics_choices(Diagnostics *diagnostics, const Text *values, size_t count,
                         Enumeration enumeration)
{
    ASSERT(diagnostics->count > 0);
    if (count == 0 || count > CHOICES_MAX || diagnostics->count == DIAGNOSTICS_MAX) return;
    for (Language language = 0; language < LANGUAGE_COUNT; language++) {
        AUTO(buffer_done) Buffer list = {0};
        for (size_t i = 0; i < count; i++) {
            buffer_cstr(&list, i > 0 ? ", " : "");
            add_value(&list, cut(values[i], CHOICE_BYTES_MAX),
                      enumeration_words(enumeration, values[i], language));
        }
        diagnostics->items[diagnostics->count - 1].choices.in[language] =
            arena_text(diagnostics->arena, buffer_view(&list));
    }
}

/* By insertion: stable, and there are few. */
void diagnostics_sort(Diagnostics *diagnostics, size_t first)
{
    Diagnostic *items = diagnostics->items;
    for (size_t i = first + 1; i < diagnostics->count; i++) {
        Diagnostic moved = items[i];
        size_t j = i;
        for (; j > first && items[j - 1].span.begin_byte > moved.span.begin_byte; j--)
            items[j] = items[j - 1];
        items[j] = moved;
    }
}

static const Message *message_of(DiagnosticKind kind)
{
    ASSERT((unsigned)kind < DIAGNOSTIC_COUNT);
    return &MESSAGES[kind];
}

const char *diagnostic_code(DiagnosticKind kind)
{
    return message_of(kind)->code;
}

Severity diagnostic_severity(DiagnosticKind kind)
{
    return message_of(kind)->severity;
}

/* A parameter as one short line: line breaks and other control characters become spaces. */
static void add_parameter(Buffer *sentence, Text parameter)
{
    size_t position = 0;
    for (size_t shown = 0; position < parameter.size; shown++) {
        if (shown == PARAMETER_SHOWN_MAX) {
            buffer_cstr(sentence, "…");
            return;
        }
        size_t begin = position;
        uint32_t point = utf8_next(parameter, &position);
        if (point < 0x20 || point == 0x7F)
            buffer_char(sentence, ' ');
        else
            buffer_text(sentence, text_slice(parameter, begin, position));
    }
}

/* NULL: it has none. */
static const char *find_type_word(Text name, Language language)
{
    for (size_t i = 0; i < sizeof TYPE_WORDS / sizeof *TYPE_WORDS; i++)
        if (text_equal(name, text_of(TYPE_WORDS[i].name))) return TYPE_WORDS[i].text[language];
    return NULL;
}

static void add_type_word(Buffer *sentence, Text name, Language language)
{
    const char *word = find_type_word(name, language);
    if (word != NULL)
        buffer_cstr(sentence, word);
    else
        add_parameter(sentence, name);
}

const char *type_words(Type type, Language language)
{
    const char *word = find_type_word(text_of(type_name(type)), language);
    return word != NULL ? word : type_name(type);
}

/* Bytes of a place "{0}" or "{0t}" at the start of `text`; 0 when there is none. */
static size_t place_size(const char *text)
{
    if (text[0] != '{' || text[1] < '0' || text[1] >= '0' + DIAGNOSTIC_PARAMETERS_MAX) return 0;
    if (text[2] == '}') return sizeof "{0}" - 1;
    return text[2] == 't' && text[3] == '}' ? sizeof "{0t}" - 1 : 0;
}

static void add_sentence(Buffer *out, const Diagnostic *diagnostic, Language language)
{
    ASSERT((unsigned)language < LANGUAGE_COUNT);
    for (const char *at = message_of(diagnostic->kind)->text[language]; *at != '\0'; at++) {
        size_t size = place_size(at);
        if (size == 0) {
            buffer_char(out, *at);
            continue;
        }
        Text parameter = diagnostic->parameters[at[1] - '0'];
        if (at[2] == 't')
            add_type_word(out, parameter, language);
        else
            add_parameter(out, parameter);
        at += size - 1;
    }
    Text words = diagnostic->suggestion_words.in[language];
    if (text_equal_folded(words, diagnostic->suggestion)) words = (Text){0};
    if (diagnostic->choices.in[language].size > 0) {
        buffer_cstr(out, IS_ONE_OF[language]);
        buffer_text(out, diagnostic->choices.in[language]);
    }
    if (diagnostic->suggestion.size == 0) return;
    buffer_cstr(out, DID_YOU_MEAN[language]);
    add_parameter(out, diagnostic->suggestion);
    buffer_char(out, '\'');
    add_value(out, TEXT(""), words);
    buffer_char(out, '?');
}

Text diagnostic_sentence(const Diagnostic *diagnostic, Language language, Arena *arena)
{
    AUTO(buffer_done) Buffer sentence = {0};
    add_sentence(&sentence, diagnostic, language);
    return arena_text(arena, buffer_view(&sentence));
}

/* Where a byte of the source stands. */
typedef struct {
    size_t line, column;         /* from 1; columns in code points */
    size_t line_begin, line_end; /* bytes of the line, without its break */
} Place;

static Place place_of(Text source, size_t byte)
{
    Place place = {.line = 1};
    for (size_t i = 0; i < byte; i++)
        if (source.data[i] == '\n') {
            place.line++;
            place.line_begin = i + 1;
        }
    place.line_end = byte;
    while (place.line_end < source.size && source.data[place.line_end] != '\n' &&
           source.data[place.line_end] != '\r')
        place.line_end++;
    place.column = utf8_length(text_slice(source, place.line_begin, byte)) + 1;
    return place;
}

/* Marks that stand over the letter before them take no column of their own. */
static bool is_combining(uint32_t point)
{
    return point >= 0x0300 && point <= 0x036F;
}

/* Bytes `count` code points after (or before) `byte`, staying inside the line. */
static size_t step_forward(Text line, size_t byte, size_t count)
{
    for (; count > 0 && byte < line.size; count--)
        utf8_next(line, &byte);
    return byte;
}

static size_t step_back(Text line, size_t byte, size_t count)
{
    for (; count > 0 && byte > 0; count--)
        do
            byte--;
        while (byte > 0 && ((unsigned char)line.data[byte] & 0xC0) == 0x80);
    return byte;
}

/* One line of `text`: itself when `mark` is 0, else the same width made of marks. */
static void add_width(Buffer *out, Text text, char mark)
{
    for (size_t position = 0; position < text.size;) {
        size_t begin = position;
        uint32_t point = utf8_next(text, &position);
        if (mark == '\0')
            buffer_text(out, text_slice(text, begin, position));
        else if (point == '\t' && mark == ' ')
            buffer_char(out, '\t');
        else if (!is_combining(point))
            buffer_char(out, mark);
    }
}

/* The line with carets under bytes `begin`..`end` of it; a long line is shown around them. */
static void add_line_with_carets(Buffer *out, Text line, size_t begin, size_t end)
{
    size_t from = step_back(line, begin, LINE_SHOWN_BEFORE_MAX);
    size_t to = step_forward(line, from, LINE_SHOWN_MAX);
    if (end > to) end = to;
    buffer_cstr(out, from > 0 ? "\n  …" : "\n  ");
    add_width(out, text_slice(line, from, to), '\0');
    buffer_cstr(out, to < line.size ? "…" : "");
    buffer_cstr(out, from > 0 ? "\n   " : "\n  ");
    add_width(out, text_slice(line, from, begin), ' ');
    if (begin >= end)
        buffer_char(out, '^');
    else
        add_width(out, text_slice(line, begin, end), '^');
}

Text diagnostic_render(const Diagnostic *diagnostic, Text source, Language language, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    Span span = diagnostic->span;
    /* Span 0..0 is what came without a place: JSON, or an empty source. */
    bool has_place =
        span.end_byte > 0 && span.begin_byte <= span.end_byte && span.end_byte <= source.size;
    Place place = has_place ? place_of(source, span.begin_byte) : (Place){0};
    if (has_place) buffer_printf(&out, "%zu:%zu: ", place.line, place.column);
    buffer_printf(&out, "%s: ", diagnostic_code(diagnostic->kind));
    add_sentence(&out, diagnostic, language);
    if (has_place) {
        size_t end = span.end_byte < place.line_end ? span.end_byte : place.line_end;
        add_line_with_carets(&out, text_slice(source, place.line_begin, place.line_end),
                             span.begin_byte - place.line_begin, end - place.line_begin);
    }
    return arena_text(arena, buffer_view(&out));
}
