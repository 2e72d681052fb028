/* options.c -- the codes by which options are told on the command line and kept in saved mappings.
 */
#include "ingest/ingest.h"

#include "base/fold.h"

static const char *const TARGETS[] = {"customers", "items", "events"};
static const char *const MODES[] = {"upsert", "insert", "replace"};
static const char *const FORMATS[] = {"detect", "csv", "ndjson"};
static const char *const MARKS[] = {"detect", "point", "comma"};
static const char *const ORDERS[] = {"detect", "ymd", "dmy", "mdy"};
static const char *const HEADERS[] = {"detect", "yes", "no"};
static const char *const ENCODINGS[] = {
    "detect",
#define ENCODING(name, code, description) code,
#include "ingest/encoding.def"
#undef ENCODING
};

/* Other spellings of encodings. */
static const struct {
    const char *spelling;
    Encoding encoding;
} SPELLINGS[] = {{"utf8", ENCODING_UTF8},
                 {"utf-8-sig", ENCODING_UTF8},
                 {"ascii", ENCODING_UTF8},
                 {"utf16le", ENCODING_UTF16LE},
                 {"utf-16", ENCODING_UTF16LE},
                 {"utf16", ENCODING_UTF16LE},
                 {"utf16be", ENCODING_UTF16BE},
                 {"cp1251", ENCODING_WINDOWS_1251},
                 {"win1251", ENCODING_WINDOWS_1251},
                 {"windows1251", ENCODING_WINDOWS_1251},
                 {"1251", ENCODING_WINDOWS_1251},
                 {"ansi", ENCODING_WINDOWS_1251},
                 {"ibm866", ENCODING_CP866},
                 {"dos", ENCODING_CP866},
                 {"oem", ENCODING_CP866},
                 {"866", ENCODING_CP866},
                 {"koi8u", ENCODING_KOI8_U},
                 {"koi8-r", ENCODING_KOI8_U},
                 {"koi8r", ENCODING_KOI8_U},
                 {"koi8", ENCODING_KOI8_U}};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Position of a code in its list, SIZE_MAX when it is not there. */
static size_t code_position(const char *const *codes, size_t count, Text code)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_ascii_case(code, text_of(codes[i]))) return i;
    return SIZE_MAX;
}

bool import_target_parse(Text code, ImportTarget *ret_target)
{
    size_t position = code_position(TARGETS, COUNT_OF(TARGETS), code);
    if (position == SIZE_MAX) return false;
    *ret_target = (ImportTarget)position;
    return true;
}

bool import_mode_parse(Text code, ImportMode *ret_mode)
{
    size_t position = code_position(MODES, COUNT_OF(MODES), code);
    if (position == SIZE_MAX) return false;
    *ret_mode = (ImportMode)position;
    return true;
}

bool import_format_parse(Text code, ImportFormat *ret_format)
{
    size_t position = code_position(FORMATS, COUNT_OF(FORMATS), code);
    if (position == SIZE_MAX) return false;
    *ret_format = (ImportFormat)position;
    return true;
}

bool import_encoding_parse(Text code, Encoding *ret_encoding)
{
    size_t position = code_position(ENCODINGS, COUNT_OF(ENCODINGS), code);
    if (position != SIZE_MAX) {
        *ret_encoding = (Encoding)position;
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(SPELLINGS); i++) {
        if (!text_equal_ascii_case(code, text_of(SPELLINGS[i].spelling))) continue;
        *ret_encoding = SPELLINGS[i].encoding;
        return true;
    }
    return false;
}

bool import_delimiter_parse(Text code, char *ret_delimiter)
{
    bool is_tab = text_equal_ascii_case(code, TEXT("tab")) || text_equal(code, TEXT("\\t"));
    if (is_tab) {
        *ret_delimiter = '\t';
        return true;
    }
    if (code.size != 1 || !text_contains(TEXT(",;|\t"), code)) return false;
    *ret_delimiter = code.data[0];
    return true;
}

bool import_decimal_mark_parse(Text code, DecimalMark *ret_mark)
{
    size_t position = code_position(MARKS, COUNT_OF(MARKS), code);
    if (text_equal(code, TEXT("."))) position = DECIMAL_MARK_POINT;
    if (text_equal(code, TEXT(","))) position = DECIMAL_MARK_COMMA;
    if (position == SIZE_MAX) return false;
    *ret_mark = (DecimalMark)position;
    return true;
}

bool import_date_order_parse(Text code, DateOrder *ret_order)
{
    size_t position = code_position(ORDERS, COUNT_OF(ORDERS), code);
    if (text_equal_ascii_case(code, TEXT("iso"))) position = DATE_ORDER_YMD;
    if (position == SIZE_MAX) return false;
    *ret_order = (DateOrder)position;
    return true;
}

bool import_header_parse(Text code, HeaderMode *ret_header)
{
    size_t position = code_position(HEADERS, COUNT_OF(HEADERS), code);
    if (position == SIZE_MAX) return false;
    *ret_header = (HeaderMode)position;
    return true;
}

bool import_values_sign_parse(Text sign, Text *ret_sign)
{
    enum { SIGN_BYTES_MAX = 8 };
    sign = text_trim(sign);
    if (sign.size == 0 || sign.size > SIGN_BYTES_MAX || !utf8_is_valid(sign)) return false;
    Arena *arena = arena_new();
    bool is_word = text_squeeze(sign, arena).size > 0;
    arena_free(arena);
    if (!is_word) *ret_sign = sign;
    return !is_word;
}

const char *import_target_code(ImportTarget target)
{
    ASSERT(target < COUNT_OF(TARGETS));
    return TARGETS[target];
}

const char *import_mode_code(ImportMode mode)
{
    ASSERT(mode < COUNT_OF(MODES));
    return MODES[mode];
}

const char *import_format_code(ImportFormat format)
{
    ASSERT(format < COUNT_OF(FORMATS));
    return FORMATS[format];
}

const char *import_encoding_code(Encoding encoding)
{
    ASSERT(encoding < ENCODING_COUNT);
    return ENCODINGS[encoding];
}

const char *import_decimal_mark_code(DecimalMark mark)
{
    ASSERT(mark < COUNT_OF(MARKS));
    return MARKS[mark];
}

const char *import_date_order_code(DateOrder order)
{
    ASSERT(order < COUNT_OF(ORDERS));
    return ORDERS[order];
}

const char *import_header_code(HeaderMode header)
{
    ASSERT(header < COUNT_OF(HEADERS));
    return HEADERS[header];
}

const char *import_delimiter_code(char delimiter)
{
    switch (delimiter) {
    case '\t': return "tab";
    case ';': return ";";
    case '|': return "|";
    default: return ",";
    }
}
