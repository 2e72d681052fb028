/* words.c -- lookups in the vocabulary of the language, and which characters make a name. */
#include "lang/words.h"

#include "base/fold.h"
#include "lang/lang.h"

typedef struct {
    const char *text;
    bool is_reserved;
} WordRow;

#define RESERVED true
#define IN_PLACE false
static const WordRow WORDS[WORD_COUNT] = {
    {"", false},
#define WORD(name, word, reserved) {word, reserved},
#include "lang/words.def"
#undef WORD
};
#undef IN_PLACE
#undef RESERVED

static const char *const AGGREGATES[AGGREGATE_COUNT_OF_KINDS] = {
#define AGGREGATE(name, word, ...) word,
#include "lang/aggregates.def"
#undef AGGREGATE
};

static const char *const FUNCTIONS[FUNCTION_COUNT_OF_KINDS] = {
#define FUNCTION(name, word, ...) word,
#include "lang/functions.def"
#undef FUNCTION
};

static const char *const UNITS[UNIT_COUNT] = {
    [UNIT_DAY] = "day",         [UNIT_WEEK] = "week", [UNIT_MONTH] = "month",
    [UNIT_QUARTER] = "quarter", [UNIT_YEAR] = "year",
};

static const char *const COMPARES[] = {
    [COMPARE_EQ] = "=", [COMPARE_LT] = "<",  [COMPARE_LE] = "<=",
    [COMPARE_GT] = ">", [COMPARE_GE] = ">=",
};

static const char *const ARITHMETICS[] = {
    [ADD] = "+", [SUBTRACT] = "-", [MULTIPLY] = "*", [DIVIDE] = "/"};

const WordList UNIT_WORDS = {UNITS, UNIT_COUNT};
const WordList AGGREGATE_WORDS = {AGGREGATES, AGGREGATE_COUNT_OF_KINDS};
const WordList FUNCTION_WORDS = {FUNCTIONS, FUNCTION_COUNT_OF_KINDS};
const WordList COMPARE_WORDS = {COMPARES, COMPARE_GE + 1};
const WordList ARITHMETIC_WORDS = {ARITHMETICS, DIVIDE + 1};

const char *word_list_get(const WordList *list, size_t value)
{
    ASSERT(value < list->count && list->words[value] != NULL);
    return list->words[value];
}

bool word_list_find(const WordList *list, Text word, size_t *ret_value)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->words[i] != NULL && text_equal(text_of(list->words[i]), word)) {
            *ret_value = i;
            return true;
        }
    return false;
}

static bool find_in_any_case(const WordList *list, Text text, size_t *ret_index)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal_ascii_case(text_of(list->words[i]), text)) {
            *ret_index = i;
            return true;
        }
    return false;
}

Word word_find(Text text)
{
    if (text.size == 0) return WORD_OTHER;
    char first = (char)(text.data[0] | 0x20); /* lower case, if it is a letter */
    for (Word word = WORD_OTHER + 1; word < WORD_COUNT; word++)
        if (WORDS[word].text[0] == first && text_equal_ascii_case(text_of(WORDS[word].text), text))
            return word;
    return WORD_OTHER;
}

bool word_is_reserved(Word word)
{
    return WORDS[word].is_reserved;
}

bool lang_word_is_reserved(Text word)
{
    return word_is_reserved(word_find(word));
}

const char *word_text(Word word)
{
    ASSERT(word != WORD_OTHER && word < WORD_COUNT);
    return WORDS[word].text;
}

bool unit_find(Text text, Unit *ret_unit)
{
    size_t index = 0;
    bool is_plural = text.size > 1 && (text.data[text.size - 1] | 0x20) == 's';
    Text singular = text_slice(text, 0, text.size - (is_plural ? 1 : 0));
    if (!find_in_any_case(&UNIT_WORDS, singular, &index)) return false;
    *ret_unit = (Unit)index;
    return true;
}

const char *unit_word(Unit unit)
{
    return word_list_get(&UNIT_WORDS, unit);
}

bool aggregate_find(Text text, AggregateKind *ret_kind)
{
    size_t index = 0;
    if (!find_in_any_case(&AGGREGATE_WORDS, text, &index)) return false;
    *ret_kind = (AggregateKind)index;
    return true;
}

const char *aggregate_word(AggregateKind kind)
{
    return word_list_get(&AGGREGATE_WORDS, kind);
}

bool function_find(Text text, FunctionKind *ret_function)
{
    size_t index = 0;
    if (!find_in_any_case(&FUNCTION_WORDS, text, &index)) return false;
    *ret_function = (FunctionKind)index;
    return true;
}

const char *function_word(FunctionKind function)
{
    return word_list_get(&FUNCTION_WORDS, function);
}

/* Names by which people know functions of ours from SQL and from spreadsheets. */
static const struct {
    const char *foreign, *ours;
} FOREIGN_FUNCTIONS[] = {
#define FOREIGN(foreign, ours) {foreign, ours},
#include "lang/foreign_functions.def"
#undef FOREIGN
};

Text function_meant(Text text)
{
    AggregateKind aggregate;
    FunctionKind function;
    if (aggregate_find(text, &aggregate)) return text_of(aggregate_word(aggregate));
    if (function_find(text, &function)) return text_of(function_word(function));
    for (size_t i = 0; i < sizeof FOREIGN_FUNCTIONS / sizeof *FOREIGN_FUNCTIONS; i++)
        if (text_equal_folded(text, text_of(FOREIGN_FUNCTIONS[i].foreign)))
            return text_of(FOREIGN_FUNCTIONS[i].ours);
    return (Text){0};
}

Text function_suggest(Text text)
{
    Text meant = function_meant(text);
    if (meant.size > 0) return meant;
    Text names[AGGREGATE_COUNT_OF_KINDS + FUNCTION_COUNT_OF_KINDS + 1];
    size_t count = 0;
    for (size_t i = 0; i < AGGREGATE_COUNT_OF_KINDS; i++)
        names[count++] = text_of(AGGREGATES[i]);
    for (size_t i = 0; i < FUNCTION_COUNT_OF_KINDS; i++)
        names[count++] = text_of(FUNCTIONS[i]);
    names[count++] = text_of(WORDS[WORD_SEQUENCE].text);
    return suggest_name(text, names, count);
}

const char *compare_operator_word(CompareOperator comparison)
{
    return word_list_get(&COMPARE_WORDS, comparison);
}

const char *arithmetic_operator_word(ArithmeticOperator operation)
{
    return word_list_get(&ARITHMETIC_WORDS, operation);
}

const char *text_match_words(TextMatch match)
{
    static const char *const matches[] = {
        [TEXT_CONTAINS] = "contains",
        [TEXT_STARTS_WITH] = "starts with",
        [TEXT_ENDS_WITH] = "ends with",
        [TEXT_MATCHES] = "matches",
    };
    return matches[match];
}

bool character_is_space(uint32_t point)
{
    switch (point) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
    case 0xFEFF: /* a byte order mark left by an editor */ return true;
    default: return point >= 0x2000 && point <= 0x200B;
    }
}

/* Blocks of Unicode that hold signs, spaces and pictures, no letters. Everything else above ASCII
 * counts as a letter, so names need no table of letters. */
static bool is_sign(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } signs[] = {
        {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},       {0xBB, 0xBF},
        {0xD7, 0xD7},     {0xF7, 0xF7},     {0x1680, 0x1680},   {0x2000, 0x2BFF},
        {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3007, 0x3020},   {0xD800, 0xF8FF},
        {0xFE00, 0xFE6F}, {0xFEFF, 0xFF0F}, {0xFF1A, 0xFF20},   {0xFF3B, 0xFF40},
        {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (point >= signs[i].first && point <= signs[i].last) return true;
    return false;
}

bool character_begins_name(uint32_t point)
{
    if (point >= 0x80) return !is_sign(point);
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || point == '_';
}

bool character_is_of_name(uint32_t point)
{
    return character_begins_name(point) || (point >= '0' && point <= '9');
}

bool name_is_bare(Text name)
{
    if (name.size == 0 || lang_word_is_reserved(name)) return false;
    for (size_t position = 0; position < name.size;) {
        bool is_first = position == 0;
        uint32_t point = utf8_next(name, &position);
        if (is_first ? !character_begins_name(point) : !character_is_of_name(point)) return false;
    }
    return true;
}

bool name_is_valid(Text name)
{
    for (size_t i = 0; i < name.size; i++)
        if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7F) return false;
    return name.size > 0 && utf8_is_valid(name);
}

Text word_meant(Text text)
{
    static const struct {
        const char *written, *meant;
    } habits[] = {
        {"и", "and"},
        {"или", "or"},
        {"не", "not"},
        {"та", "and"},
        {"й", "and"},
        {"або", "or"},
        {"чи", "or"},
        {"ні", "not"},
        {"в", "in"},
        {"между", "between"},
        {"між", "between"},
        {"есть", "is"},
        {"содержит", "contains"},
        {"містить", "contains"},
        {"like", "contains"},
        {"ilike", "contains"},
        {"rlike", "matches"},
        {"regexp", "matches"},
    };
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (text_equal_folded(text_of(habits[i].written), text)) return text_of(habits[i].meant);
    return (Text){0};
}

bool word_means_missing(Text text)
{
    static const char *const words[] = {"null",  "nil",    "none",   "nan",      "empty",
                                        "пусто", "пустой", "пустая", "порожньо", "порожній"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal_folded(text, text_of(words[i]))) return true;
    return false;
}

/* The Latin letter that a Cyrillic one is drawn like, 0 when none. */
static char latin_twin(uint32_t point)
{
    static const struct {
        uint32_t cyrillic;
        char latin;
    } twins[] = {
        {0x0430, 'a'}, {0x0435, 'e'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'},
        {0x0445, 'x'}, {0x0456, 'i'}, {0x0455, 's'}, {0x0458, 'j'}, {0x043A, 'k'}, {0x043C, 'm'},
        {0x0442, 't'}, {0x043D, 'h'}, {0x0432, 'b'}, {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'},
        {0x041A, 'k'}, {0x041C, 'm'}, {0x041D, 'h'}, {0x041E, 'o'}, {0x0420, 'p'}, {0x0421, 'c'},
        {0x0422, 't'}, {0x0423, 'y'}, {0x0425, 'x'}, {0x0406, 'i'}, {0x0405, 's'},
    };
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++)
        if (twins[i].cyrillic == point) return twins[i].latin;
    return '\0';
}

Text word_in_latin(Text text, char out[WORD_LATIN_MAX])
{
    size_t length = 0;
    bool has_twin = false;
    for (size_t position = 0; position < text.size;) {
        uint32_t point = utf8_next(text, &position);
        char letter = point < 0x80 ? (char)point : latin_twin(point);
        if (letter == '\0' || length == WORD_LATIN_MAX) return (Text){0};
        has_twin = has_twin || point >= 0x80;
        out[length++] = letter;
    }
    return has_twin ? (Text){out, length} : (Text){0};
}
