/* ndjson.c -- own scanner of JSON lines: strict, no doubles, no allocation per value. */
#include "ingest/ndjson.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATH_BYTES_MAX = 1024,
    SCRATCH_GROWTH = 2 /* an escaped text in a list goes through the scratch twice */
};

typedef struct {
    Text text; /* one line */
    size_t position;
    JsonColumns *columns;
    RecordList *list;
    Record *record;
    size_t expected_column; /* keys mostly come in the same order */
    char path[PATH_BYTES_MAX];
    size_t path_size;
} Scanner;

JsonColumns json_columns_new(Arena *arena)
{
    return (JsonColumns){.arena = arena, .index = map_new(64)};
}

void json_columns_done(JsonColumns *columns)
{
    map_free(columns->index);
    columns->index = NULL;
}

size_t json_columns_add(JsonColumns *columns, Text name)
{
    uint64_t number = columns->names.count;
    if (map_add(columns->index, name, number, &number))
        ARENA_PUSH(columns->arena, &columns->names, arena_text(columns->arena, name));
    return (size_t)number;
}

static void note_late_key(JsonColumns *columns, Text name, uint64_t line)
{
    for (size_t i = 0; i < columns->late.count; i++) {
        if (!text_equal(columns->late.items[i].name, name)) continue;
        columns->late.items[i].count++;
        return;
    }
    if (columns->late.count == LATE_KEYS_MAX) return;
    LateKey key = {arena_text(columns->arena, name), line, 1};
    ARENA_PUSH(columns->arena, &columns->late, key);
}

static char peek(const Scanner *scanner)
{
    return scanner->position < scanner->text.size ? scanner->text.data[scanner->position] : '\0';
}

static void skip_space(Scanner *scanner)
{
    for (char byte = peek(scanner); byte == ' ' || byte == '\t' || byte == '\r';
         byte = peek(scanner))
        scanner->position++;
}

static bool take(Scanner *scanner, char byte)
{
    skip_space(scanner);
    if (peek(scanner) != byte) return false;
    scanner->position++;
    return true;
}

static bool take_word(Scanner *scanner, Text word)
{
    Text rest = text_slice(scanner->text, scanner->position, scanner->text.size);
    if (!text_starts_with(rest, word)) return false;
    scanner->position += word.size;
    return true;
}

static bool hex4(Scanner *scanner, uint32_t *ret_unit)
{
    *ret_unit = 0;
    for (int i = 0; i < 4; i++) {
        char byte = peek(scanner);
        uint32_t digit;
        if (byte >= '0' && byte <= '9')
            digit = (uint32_t)(byte - '0');
        else if (byte >= 'a' && byte <= 'f')
            digit = (uint32_t)(byte - 'a' + 10);
        else if (byte >= 'A' && byte <= 'F')
            digit = (uint32_t)(byte - 'A' + 10);
        else
            return false;
        *ret_unit = *ret_unit << 4 | digit;
        scanner->position++;
    }
    return true;
}

/* After "\u"; a pair of surrogates is one code point, a lone one and NUL are refused. */
static bool unescape_unicode(Scanner *scanner)
{
    uint32_t code_point, low;
    if (!hex4(scanner, &code_point)) return false;
    if (code_point == 0 || (code_point >= 0xDC00 && code_point <= 0xDFFF)) return false;
    if (code_point >= 0xD800 && code_point <= 0xDBFF) {
        if (!take_word(scanner, TEXT("\\u")) || !hex4(scanner, &low)) return false;
        if (low < 0xDC00 || low > 0xDFFF) return false;
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
    }
    char utf8[4];
    buffer_add(&scanner->list->scratch, utf8, utf8_encode(code_point, utf8));
    return true;
}

static bool unescape(Scanner *scanner)
{
    static const char signs[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char sign = peek(scanner);
    scanner->position++;
    if (sign == 'u') return unescape_unicode(scanner);
    const char *found = sign == '\0' ? NULL : strchr(signs, sign);
    if (found == NULL) return false;
    buffer_char(&scanner->list->scratch, meanings[found - signs]);
    return true;
}

/* The rest of a string, after its quote, is copied into the scratch, where `begin` is its start. */
static bool copy_string(Scanner *scanner)
{
    while (scanner->position < scanner->text.size) {
        char byte = scanner->text.data[scanner->position++];
        if (byte == '"') return true;
        if ((unsigned char)byte < 0x20) return false;
        if (byte != '\\')
            buffer_char(&scanner->list->scratch, byte);
        else if (!unescape(scanner))
            return false;
    }
    return false;
}

/* A string, after its quote: a view of the line, or of the scratch when it holds escapes. */
static bool scan_string(Scanner *scanner, Text *ret_string)
{
    size_t begin = scanner->position;
    for (size_t i = begin; i < scanner->text.size; i++) {
        unsigned char byte = (unsigned char)scanner->text.data[i];
        if (byte == '"') {
            *ret_string = text_slice(scanner->text, begin, i);
            scanner->position = i + 1;
            return true;
        }
        if (byte < 0x20) return false;
        if (byte == '\\') break;
    }
    Buffer *scratch = &scanner->list->scratch;
    size_t scratch_begin = scratch->size;
    if (!copy_string(scanner)) return false;
    *ret_string = text_slice(buffer_view(scratch), scratch_begin, scratch->size);
    return true;
}

static size_t skip_digits(Scanner *scanner)
{
    size_t begin = scanner->position;
    while (peek(scanner) >= '0' && peek(scanner) <= '9')
        scanner->position++;
    return scanner->position - begin;
}

static bool scan_number(Scanner *scanner, Text *ret_number)
{
    size_t begin = scanner->position;
    if (peek(scanner) == '-') scanner->position++;
    char first = peek(scanner);
    size_t digits = skip_digits(scanner);
    if (digits == 0 || (first == '0' && digits > 1)) return false;
    if (peek(scanner) == '.') {
        scanner->position++;
        if (skip_digits(scanner) == 0) return false;
    }
    if (peek(scanner) == 'e' || peek(scanner) == 'E') {
        scanner->position++;
        if (peek(scanner) == '+' || peek(scanner) == '-') scanner->position++;
        if (skip_digits(scanner) == 0) return false;
    }
    *ret_number = text_slice(scanner->text, begin, scanner->position);
    return true;
}

/* A text, number or word. A null is an empty cell whose data is not NULL: it was there. */
static Fault scan_scalar(Scanner *scanner, Cell *ret_cell)
{
    Text value = TEXT("");
    bool is_machine = false, is_ok;
    char first = peek(scanner);
    if (first == '"') {
        scanner->position++;
        is_ok = scan_string(scanner, &value);
    } else if (first == '-' || (first >= '0' && first <= '9')) {
        is_ok = scan_number(scanner, &value);
        is_machine = true;
    } else if (take_word(scanner, TEXT("true"))) {
        value = TEXT("true");
        is_ok = true;
    } else if (take_word(scanner, TEXT("false"))) {
        value = TEXT("false");
        is_ok = true;
    } else {
        is_ok = take_word(scanner, TEXT("null"));
    }
    *ret_cell = (Cell){value.data == NULL ? "" : value.data, (uint32_t)value.size, is_machine};
    return is_ok ? FAULT_NONE : FAULT_JSON_SYNTAX;
}

/* The elements after '[', joined into `set`. */
static Fault join_list(Scanner *scanner, Buffer *set)
{
    if (take(scanner, ']')) return FAULT_NONE;
    for (;;) {
        Cell element;
        skip_space(scanner);
        if (peek(scanner) == '[' || peek(scanner) == '{') return FAULT_JSON_SET;
        Fault fault = scan_scalar(scanner, &element);
        if (fault != FAULT_NONE) return fault;
        if (text_contains(cell_text(element), TEXT("|"))) return FAULT_JSON_SET;
        buffer_text(set, cell_text(element));
        if (take(scanner, ']')) return FAULT_NONE;
        if (!take(scanner, ',')) return FAULT_JSON_SYNTAX;
        buffer_char(set, '|');
    }
}

static Fault scan_list(Scanner *scanner, Cell *ret_cell)
{
    AUTO(buffer_done) Buffer set = {0};
    Fault fault = join_list(scanner, &set);
    if (fault != FAULT_NONE) return fault;
    Buffer *scratch = &scanner->list->scratch;
    size_t begin = scratch->size;
    buffer_text(scratch, buffer_view(&set));
    *ret_cell = (Cell){scratch->data + begin, (uint32_t)set.size, false};
    return FAULT_NONE;
}

static size_t find_column(Scanner *scanner, Text name)
{
    JsonColumns *columns = scanner->columns;
    size_t expected = scanner->expected_column;
    uint64_t number = expected;
    bool is_expected =
        expected < columns->names.count && text_equal(columns->names.items[expected], name);
    if (!is_expected && !map_find(columns->index, name, &number)) {
        if (columns->is_fixed || columns->names.count == CELLS_MAX) {
            note_late_key(columns, name, scanner->record->line);
            return SIZE_MAX;
        }
        number = json_columns_add(columns, name);
    }
    scanner->expected_column = (size_t)number + 1;
    return (size_t)number;
}

static Fault put_cell(Scanner *scanner, Text name, Cell cell)
{
    size_t column = find_column(scanner, name);
    if (column == SIZE_MAX) return FAULT_NONE;
    RecordList *list = scanner->list;
    while (list->cells.count - scanner->record->first_cell <= column)
        record_list_add_cell(list, (Cell){NULL, 0, false});
    Cell *place = &list->cells.items[scanner->record->first_cell + column];
    if (place->data != NULL) return FAULT_JSON_REPEATED;
    *place = cell;
    return FAULT_NONE;
}

static Fault scan_object(Scanner *scanner, size_t depth);

/* After the key and its colon, with the key already in the path. */
static Fault scan_member(Scanner *scanner, size_t depth)
{
    Cell cell;
    Fault fault;
    skip_space(scanner);
    if (take(scanner, '{')) return scan_object(scanner, depth + 1);
    fault = take(scanner, '[') ? scan_list(scanner, &cell) : scan_scalar(scanner, &cell);
    if (fault != FAULT_NONE) return fault;
    return put_cell(scanner, (Text){scanner->path, scanner->path_size}, cell);
}

/* Put ".key" behind the path; false when it becomes too long. */
static bool enter_path(Scanner *scanner, Text key)
{
    size_t dot = scanner->path_size != 0;
    if (scanner->path_size + dot + key.size > PATH_BYTES_MAX) return false;
    if (dot) scanner->path[scanner->path_size++] = '.';
    memcpy(scanner->path + scanner->path_size, key.data, key.size);
    scanner->path_size += key.size;
    return true;
}

/* After '{'. NOLINTNEXTLINE(misc-no-recursion): JSON_DEPTH_MAX bounds it */
static Fault scan_object(Scanner *scanner, size_t depth)
{
    if (depth > JSON_DEPTH_MAX) return FAULT_JSON_DEPTH;
    if (take(scanner, '}')) return FAULT_NONE;
    for (;;) {
        Text key;
        size_t path_size = scanner->path_size;
        if (!take(scanner, '"') || !scan_string(scanner, &key)) return FAULT_JSON_SYNTAX;
        if (!take(scanner, ':') || !enter_path(scanner, key)) return FAULT_JSON_SYNTAX;
        Fault fault = scan_member(scanner, depth);
        if (fault != FAULT_NONE) return fault;
        scanner->path_size = path_size;
        if (take(scanner, '}')) return FAULT_NONE;
        if (!take(scanner, ',')) return FAULT_JSON_SYNTAX;
    }
}

static void parse_line(Text line, JsonColumns *columns, uint64_t number, RecordList *list)
{
    Record *record = record_list_add(list);
    record->line = number;
    record->raw = line;
    Scanner scanner = {.text = line, .columns = columns, .list = list, .record = record};
    Fault fault = take(&scanner, '{') ? scan_object(&scanner, 1) : FAULT_JSON_SYNTAX;
    skip_space(&scanner);
    if (fault == FAULT_NONE && scanner.position != line.size) fault = FAULT_JSON_SYNTAX;
    if (line.size > RECORD_BYTES_MAX) fault = FAULT_RECORD_TOO_LONG;
    if (fault != FAULT_NONE) list->cells.count = record->first_cell;
    record->cells_count = (uint32_t)(list->cells.count - record->first_cell);
    record->fault = fault;
}

size_t ndjson_split(Text text, bool is_end, JsonColumns *columns, SplitState *state,
                    RecordList *list)
{
    buffer_reserve(&list->scratch, text.size * SCRATCH_GROWTH);
    const char *scratch = list->scratch.data;
    size_t position = 0;
    while (position < text.size) {
        const char *found = memchr(text.data + position, '\n', text.size - position);
        size_t end = found == NULL ? text.size : (size_t)(found - text.data);
        bool is_whole = found != NULL || is_end;
        if (!is_whole && end - position <= RECORD_BYTES_MAX && !state->is_in_refused_line) break;
        Text line = text_trim(text_slice(text, position, end));
        if (!state->is_in_refused_line && line.size != 0)
            parse_line(line, columns, state->line, list);
        state->is_in_refused_line = !is_whole;
        state->line += found != NULL;
        position = end + (found != NULL);
    }
    ASSERT(list->scratch.data == scratch); /* else the views of it would be lost */
    return position;
}
