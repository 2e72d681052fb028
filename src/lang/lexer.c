/* lexer.c -- source text as tokens, and what was meant by characters the language does not have. */
#include "lang/lexer.h"

enum { LEXER_ERRORS_MAX = 50 }; /* so many make no expression */

typedef struct {
    Text source;
    size_t at;
    size_t brackets_open;
    Arena *arena;
    Diagnostics *diagnostics;
    Token *items;
    size_t count, capacity;
} Lexer;

/* The byte `offset` further on; 0 behind the end. */
static char peek(const Lexer *lexer, size_t offset)
{
    size_t position = lexer->at + offset;
    return position < lexer->source.size ? lexer->source.data[position] : '\0';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static Span span_from(const Lexer *lexer, size_t begin)
{
    return (Span){(uint32_t)begin, (uint32_t)lexer->at};
}

static Text written_from(const Lexer *lexer, size_t begin)
{
    return text_slice(lexer->source, begin, lexer->at);
}

static void report(Lexer *lexer, DiagnosticKind kind, size_t begin, Text a, Text b)
{
    diagnostics_add(lexer->diagnostics, kind, span_from(lexer, begin), a, b, (Text){0});
}

static void add_word(Lexer *lexer, TokenKind kind, Word word, size_t begin)
{
    Token token = {.kind = kind, .word = word, .span = span_from(lexer, begin)};
    ARENA_PUSH(lexer->arena, lexer, token);
}

static void add(Lexer *lexer, TokenKind kind, size_t begin)
{
    add_word(lexer, kind, WORD_OTHER, begin);
}

/* Everything up to the next character that cannot belong to a name. */
static void skip_name_characters(Lexer *lexer)
{
    while (lexer->at < lexer->source.size) {
        size_t next = lexer->at;
        if (!character_is_of_name(utf8_next(lexer->source, &next))) return;
        lexer->at = next;
    }
}

static void lex_word(Lexer *lexer)
{
    size_t begin = lexer->at;
    skip_name_characters(lexer);
    add_word(lexer, TOKEN_WORD, word_find(written_from(lexer, begin)), begin);
}

/* name = "`" { any character, "``" for a backtick } "`" */
static void lex_quoted_name(Lexer *lexer)
{
    size_t begin = lexer->at++;
    while (peek(lexer, 0) != '`' || peek(lexer, 1) == '`') {
        if (lexer->at >= lexer->source.size || peek(lexer, 0) == '\n' || peek(lexer, 0) == '\r') {
            report(lexer, DIAGNOSTIC_NAME_NOT_CLOSED, begin, (Text){0}, (Text){0});
            add(lexer, TOKEN_QUOTED_NAME, begin);
            return;
        }
        lexer->at += peek(lexer, 0) == '`' ? 2 : 1;
    }
    lexer->at++;
    Text inside = text_slice(lexer->source, begin + 1, lexer->at - 1);
    if (inside.size == 0)
        report(lexer, DIAGNOSTIC_NAME_EMPTY, begin, (Text){0}, (Text){0});
    else if (!name_is_valid(inside))
        report(lexer, DIAGNOSTIC_UNEXPECTED_CHARACTER, begin, inside, (Text){0});
    add(lexer, TOKEN_QUOTED_NAME, begin);
}

static bool escape_decode(char escaped, char *ret_byte)
{
    switch (escaped) {
    case '"':
    case '\'':
    case '\\': *ret_byte = escaped; return true;
    case 'n': *ret_byte = '\n'; return true;
    case 't': *ret_byte = '\t'; return true;
    case 'r': *ret_byte = '\r'; return true;
    default: return false;
    }
}

static void lex_escape(Lexer *lexer)
{
    size_t begin = lexer->at++;
    char ignored;
    bool is_known = escape_decode(peek(lexer, 0), &ignored);
    if (lexer->at < lexer->source.size) utf8_next(lexer->source, &lexer->at);
    if (!is_known)
        report(lexer, DIAGNOSTIC_UNKNOWN_ESCAPE, begin, written_from(lexer, begin), (Text){0});
}

/* text = '"' { character | escape } '"', or the same with apostrophes; on one line */
static void lex_text(Lexer *lexer)
{
    size_t begin = lexer->at;
    char quote = lexer->source.data[lexer->at++];
    while (peek(lexer, 0) != quote) {
        if (lexer->at >= lexer->source.size || peek(lexer, 0) == '\n' || peek(lexer, 0) == '\r') {
            report(lexer, DIAGNOSTIC_TEXT_NOT_CLOSED, begin, (Text){&quote, 1}, (Text){0});
            add(lexer, TOKEN_TEXT, begin);
            return;
        }
        if (peek(lexer, 0) == '\\')
            lex_escape(lexer);
        else
            lexer->at++;
    }
    lexer->at++;
    add(lexer, TOKEN_TEXT, begin);
}

/* Whether the pattern ('d' a digit, anything else itself) stands here with no digit after it. */
static bool looks_like(const Lexer *lexer, const char *pattern)
{
    size_t i = 0;
    for (; pattern[i] != '\0'; i++) {
        char byte = peek(lexer, i);
        if (pattern[i] == 'd' ? !is_digit(byte) : byte != pattern[i]) return false;
    }
    return !is_digit(peek(lexer, i));
}

/* date = year "-" month "-" day; moment = date "T" hour ":" minute [":" second] */
static void lex_date(Lexer *lexer)
{
    size_t begin = lexer->at;
    Date date;
    Moment moment;
    lexer->at += sizeof "dddd-dd-dd" - 1;
    Text day = written_from(lexer, begin);
    skip_name_characters(lexer);
    bool is_moment = lexer->at > begin + day.size;
    while (is_moment && peek(lexer, 0) == ':' && is_digit(peek(lexer, 1))) {
        lexer->at++;
        skip_name_characters(lexer);
    }
    if (!date_parse_iso(day, &date))
        report(lexer, DIAGNOSTIC_BAD_DATE, begin, day, (Text){0});
    else if (is_moment && !moment_parse_iso(written_from(lexer, begin), &moment))
        report(lexer, DIAGNOSTIC_BAD_MOMENT, begin, written_from(lexer, begin), (Text){0});
    add(lexer, is_moment ? TOKEN_MOMENT : TOKEN_DATE, begin);
}

/* 31.03.2026, as people here write it. */
static void lex_dotted_date(Lexer *lexer)
{
    size_t begin = lexer->at;
    lexer->at += sizeof "dd.dd.dddd" - 1;
    const char *d = lexer->source.data + begin;
    char iso[] = {d[6], d[7], d[8], d[9], '-', d[3], d[4], '-', d[0], d[1]};
    report(lexer, DIAGNOSTIC_USE_INSTEAD, begin, written_from(lexer, begin),
           (Text){iso, sizeof iso});
    add(lexer, TOKEN_DATE, begin);
}

static void skip_digits(Lexer *lexer)
{
    while (is_digit(peek(lexer, 0)) || peek(lexer, 0) == '_')
        lexer->at++;
}

/* number = digit { ["_"] digit } [ "." digit { ["_"] digit } ] */
static void lex_number(Lexer *lexer)
{
    size_t begin = lexer->at;
    skip_digits(lexer);
    if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
        lexer->at++;
        skip_digits(lexer);
    }
    skip_name_characters(lexer); /* `5kg` is neither a number nor a name */
    int64_t mantissa;
    int scale;
    Text written = written_from(lexer, begin);
    if (!decimal_parse(written, &mantissa, &scale))
        report(lexer, DIAGNOSTIC_BAD_NUMBER, begin, written, (Text){0});
    add(lexer, TOKEN_NUMBER, begin);
}

static void lex_digits(Lexer *lexer)
{
    if (looks_like(lexer, "dddd-dd-dd"))
        lex_date(lexer);
    else if (looks_like(lexer, "dd.dd.dddd"))
        lex_dotted_date(lexer);
    else
        lex_number(lexer);
}

typedef struct {
    const char *text;
    TokenKind kind;
} Punctuation;

/* Longer ones first. */
static const Punctuation PUNCTUATION[] = {
    {"!=", TOKEN_NOT_EQUAL},   {"<=", TOKEN_LESS_EQUAL}, {">=", TOKEN_GREATER_EQUAL},
    {"=", TOKEN_EQUAL},        {"<", TOKEN_LESS},        {">", TOKEN_GREATER},
    {"(", TOKEN_LEFT_ROUND},   {")", TOKEN_RIGHT_ROUND}, {"[", TOKEN_LEFT_SQUARE},
    {"]", TOKEN_RIGHT_SQUARE}, {",", TOKEN_COMMA},       {".", TOKEN_DOT},
    {"+", TOKEN_PLUS},         {"-", TOKEN_MINUS},       {"*", TOKEN_STAR},
    {"/", TOKEN_SLASH},        {"%", TOKEN_PERCENT},
};

/* Signs of other languages and of typography, tried before our own; longer ones first. */
static const struct {
    const char *written, *meant;
    TokenKind kind;
    Word word;
} FOREIGN[] = {
    {"===", "=", TOKEN_EQUAL, WORD_OTHER},
    {"!==", "!=", TOKEN_NOT_EQUAL, WORD_OTHER},
    {"==", "=", TOKEN_EQUAL, WORD_OTHER},
    {"=>", ">=", TOKEN_GREATER_EQUAL, WORD_OTHER},
    {"=<", "<=", TOKEN_LESS_EQUAL, WORD_OTHER},
    {"<>", "!=", TOKEN_NOT_EQUAL, WORD_OTHER},
    {"&&", "and", TOKEN_WORD, WORD_AND},
    {"&", "and", TOKEN_WORD, WORD_AND},
    {"||", "or", TOKEN_WORD, WORD_OR},
    {"|", "or", TOKEN_WORD, WORD_OR},
    {"≥", ">=", TOKEN_GREATER_EQUAL, WORD_OTHER},
    {"≤", "<=", TOKEN_LESS_EQUAL, WORD_OTHER},
    {"≠", "!=", TOKEN_NOT_EQUAL, WORD_OTHER},
    {"×", "*", TOKEN_STAR, WORD_OTHER},
    {"·", "*", TOKEN_STAR, WORD_OTHER},
    {"÷", "/", TOKEN_SLASH, WORD_OTHER},
    {"−", "-", TOKEN_MINUS, WORD_OTHER},
    {"–", "-", TOKEN_MINUS, WORD_OTHER},
    {"—", "-", TOKEN_MINUS, WORD_OTHER},
};

/* The first byte decides nearly always: it is looked at before anything is called. */
static bool here(const Lexer *lexer, const char *text)
{
    return peek(lexer, 0) == text[0] &&
           text_starts_with(text_slice(lexer->source, lexer->at, lexer->source.size),
                            text_of(text));
}

static bool lex_foreign(Lexer *lexer)
{
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
        if (!here(lexer, FOREIGN[i].written)) continue;
        size_t begin = lexer->at;
        lexer->at += text_of(FOREIGN[i].written).size;
        report(lexer, DIAGNOSTIC_USE_INSTEAD, begin, text_of(FOREIGN[i].written),
               text_of(FOREIGN[i].meant));
        add_word(lexer, FOREIGN[i].kind, FOREIGN[i].word, begin);
        return true;
    }
    return false;
}

static bool lex_punctuation(Lexer *lexer)
{
    for (size_t i = 0; i < sizeof PUNCTUATION / sizeof *PUNCTUATION; i++) {
        if (!here(lexer, PUNCTUATION[i].text)) continue;
        TokenKind kind = PUNCTUATION[i].kind;
        size_t begin = lexer->at;
        lexer->at += text_of(PUNCTUATION[i].text).size;
        if (kind == TOKEN_LEFT_ROUND || kind == TOKEN_LEFT_SQUARE) lexer->brackets_open++;
        if ((kind == TOKEN_RIGHT_ROUND || kind == TOKEN_RIGHT_SQUARE) && lexer->brackets_open > 0)
            lexer->brackets_open--;
        add(lexer, kind, begin);
        return true;
    }
    return false;
}

/* “text”, «text» and the like: reported once, taken as a text up to any closing sign of the kind.
 */
static bool lex_typographic_text(Lexer *lexer)
{
    static const char *const quotes[] = {"“", "”", "„", "‟", "«", "»", "‘", "’", "‚"};
    enum { QUOTES_COUNT = sizeof quotes / sizeof *quotes };
    size_t begin = lexer->at;
    for (size_t i = 0; i < QUOTES_COUNT; i++) {
        if (!here(lexer, quotes[i])) continue;
        lexer->at += text_of(quotes[i]).size;
        report(lexer, DIAGNOSTIC_USE_INSTEAD, begin, text_of(quotes[i]), TEXT("\""));
        while (lexer->at < lexer->source.size && peek(lexer, 0) != '\n') {
            for (size_t j = 0; j < QUOTES_COUNT; j++) {
                if (!here(lexer, quotes[j])) continue;
                lexer->at += text_of(quotes[j]).size;
                add(lexer, TOKEN_TEXT, begin);
                return true;
            }
            lexer->at++;
        }
        lexer->at = begin + text_of(quotes[i]).size;
        add(lexer, TOKEN_UNKNOWN, begin);
        return true;
    }
    return false;
}

static void lex_unknown(Lexer *lexer)
{
    size_t begin = lexer->at;
    utf8_next(lexer->source, &lexer->at);
    Text written = written_from(lexer, begin);
    if (text_equal(written, TEXT("!"))) {
        report(lexer, DIAGNOSTIC_USE_INSTEAD, begin, written, TEXT("not"));
        add_word(lexer, TOKEN_WORD, WORD_NOT, begin);
    } else if (text_equal(written, TEXT(";")) && lexer->brackets_open > 0) {
        report(lexer, DIAGNOSTIC_USE_INSTEAD, begin, written, TEXT(","));
        add(lexer, TOKEN_COMMA, begin);
    } else {
        bool is_end_sign = text_equal(written, TEXT(";"));
        report(lexer, is_end_sign ? DIAGNOSTIC_REMOVE_CHARACTER : DIAGNOSTIC_UNEXPECTED_CHARACTER,
               begin, written, (Text){0});
        add(lexer, TOKEN_UNKNOWN, begin);
    }
}

static void skip_comment(Lexer *lexer)
{
    while (lexer->at < lexer->source.size && peek(lexer, 0) != '\n')
        lexer->at++;
}

static void lex_next(Lexer *lexer)
{
    size_t next = lexer->at;
    uint32_t point = utf8_next(lexer->source, &next);
    if (character_is_space(point))
        lexer->at = next;
    else if (point == '#')
        skip_comment(lexer);
    else if (character_begins_name(point))
        lex_word(lexer);
    else if (point >= '0' && point <= '9')
        lex_digits(lexer);
    else if (point == '`')
        lex_quoted_name(lexer);
    else if (point == '"' || point == '\'')
        lex_text(lexer);
    else if (!lex_foreign(lexer) && !lex_punctuation(lexer) && !lex_typographic_text(lexer))
        lex_unknown(lexer);
}

/* Names and texts are taken over byte by byte, so wrong bytes are refused at the door; a NUL byte
 * too, because the JSON form cannot hold it. */
static bool source_is_readable(Text source, Diagnostics *diagnostics)
{
    if (source.size > LANG_SOURCE_BYTES_MAX) {
        char limit[DECIMAL_TEXT_MAX];
        diagnostics_add(diagnostics, DIAGNOSTIC_SOURCE_TOO_LONG, (Span){0},
                        decimal_print(LANG_SOURCE_BYTES_MAX, 0, limit), (Text){0}, (Text){0});
        return false;
    }
    if (utf8_is_valid(source) && !text_contains(source, (Text){"", 1})) return true;
    diagnostics_add(diagnostics, DIAGNOSTIC_NOT_UTF8, (Span){0}, (Text){0}, (Text){0}, (Text){0});
    return false;
}

TokenList lexer_tokens(Text source, Arena *arena, Diagnostics *diagnostics)
{
    Lexer lexer = {.source = source, .arena = arena, .diagnostics = diagnostics};
    size_t errors_max = diagnostics->errors_count + LEXER_ERRORS_MAX;
    if (!source_is_readable(source, diagnostics)) lexer.source = (Text){0};
    while (lexer.at < lexer.source.size && diagnostics->errors_count < errors_max)
        lex_next(&lexer);
    if (diagnostics->errors_count >= errors_max) lexer.count = 0;
    lexer.at = lexer.count == 0 ? 0 : lexer.items[lexer.count - 1].span.end_byte;
    add(&lexer, TOKEN_END, lexer.at);
    return (TokenList){lexer.source, lexer.items, lexer.count};
}

Text token_source(const TokenList *tokens, size_t index)
{
    Span span = tokens->items[index].span;
    return text_slice(tokens->source, span.begin_byte, span.end_byte);
}

/* Without the quotes, each pair of backticks as one. */
static Text quoted_name_content(Text written, Arena *arena)
{
    char *content = arena_alloc(arena, written.size);
    size_t size = 0;
    for (size_t i = 1; i + 1 < written.size; i++) {
        content[size++] = written.data[i];
        if (written.data[i] == '`') i++;
    }
    return (Text){content, size};
}

static Text quoted_text_content(Text written, Arena *arena)
{
    char *content = arena_alloc(arena, written.size);
    size_t size = 0;
    for (size_t i = 1; i + 1 < written.size; i++) {
        content[size] = written.data[i];
        if (written.data[i] == '\\') escape_decode(written.data[++i], &content[size]);
        size++;
    }
    return (Text){content, size};
}

Text token_text(const TokenList *tokens, size_t index, Arena *arena)
{
    Text written = token_source(tokens, index);
    if (tokens->items[index].kind == TOKEN_QUOTED_NAME) return quoted_name_content(written, arena);
    if (tokens->items[index].kind == TOKEN_TEXT) return quoted_text_content(written, arena);
    return arena_text(arena, written);
}

static Literal number_literal(Text written)
{
    int64_t mantissa = 0;
    int scale = 0;
    if (!decimal_parse(written, &mantissa, &scale)) mantissa = scale = 0;
    return (Literal){value_decimal(mantissa), {.kind = TYPE_DECIMAL, .scale = (uint8_t)scale}};
}

static Literal date_literal(Text written)
{
    Date date = {0};
    if (!date_parse_iso(written, &date)) date = (Date){0};
    return (Literal){value_date(date), {.kind = TYPE_DATE}};
}

static Literal moment_literal(Text written)
{
    Moment moment = {0};
    if (!moment_parse_iso(written, &moment)) moment = (Moment){0};
    return (Literal){value_moment(moment), {.kind = TYPE_MOMENT}};
}

Literal token_literal(const TokenList *tokens, size_t index, Arena *arena)
{
    TokenKind kind = tokens->items[index].kind;
    Text written = token_source(tokens, index);
    if (kind == TOKEN_NUMBER) return number_literal(written);
    if (kind == TOKEN_DATE) return date_literal(written);
    if (kind == TOKEN_MOMENT) return moment_literal(written);
    /* Not value_text(): an empty text is missing in a comparison, yet prints as it was written. */
    return (Literal){{.kind = VALUE_TEXT, .as.text = token_text(tokens, index, arena)},
                     {.kind = TYPE_TEXT}};
}
