/* json_read.c -- strict reading of JSON objects and plain values, and the entry of the reader. */
#include "lang/json_read.h"

#include "base/buffer.h"
#include "lang/lang.h"

enum { READER_ERRORS_MAX = 50 }; /* a document with so many is no expression */

/* A JSON pointer: "/operands/0/left". */
static void add_pointer(Buffer *out, const JsonPlace *place)
{
    if (place->parent == NULL) return;
    add_pointer(out, place->parent);
    buffer_char(out, '/');
    if (place->key == NULL) {
        buffer_printf(out, "%zu", place->index);
        return;
    }
    for (const char *at = place->key; *at != '\0'; at++) {
        if (*at == '~')
            buffer_cstr(out, "~0");
        else if (*at == '/')
            buffer_cstr(out, "~1");
        else
            buffer_char(out, *at);
    }
}

void reader_error(JsonReader *reader, const JsonPlace *place, DiagnosticKind kind, Text b, Text c)
{
    AUTO(buffer_done) Buffer pointer = {0};
    add_pointer(&pointer, place);
    diagnostics_add(reader->diagnostics, kind, (Span){0}, buffer_view(&pointer), b, c);
    if (++reader->errors_count >= READER_ERRORS_MAX) reader->is_stopped = true;
}

bool object_open(JsonReader *reader, json_t *json, const JsonPlace *place, ObjectReader *ret_object)
{
    if (!json_is_object(json)) {
        reader_error(reader, place, DIAGNOSTIC_JSON_WRONG_TYPE, TEXT("object"), (Text){0});
        return false;
    }
    *ret_object = (ObjectReader){.reader = reader, .json = json, .place = place};
    return true;
}

static bool was_asked(const ObjectReader *object, const char *key)
{
    for (size_t i = 0; i < object->asked_count; i++)
        if (text_equal(text_of(object->asked[i]), text_of(key))) return true;
    return false;
}

static void report_unknown(ObjectReader *object, const char *key)
{
    Text names[OBJECT_KEYS_MAX];
    for (size_t i = 0; i < object->asked_count; i++)
        names[i] = text_of(object->asked[i]);
    reader_error(object->reader, object->place, DIAGNOSTIC_JSON_UNKNOWN_KEY, text_of(key),
                 (Text){0});
    diagnostics_suggest(object->reader->diagnostics,
                        suggest_name(text_of(key), names, object->asked_count));
}

void object_close(ObjectReader *object)
{
    const char *key;
    json_t *value;
    if (object->is_lost) return;
    json_object_foreach(object->json, key, value)
    {
        if (object->reader->is_stopped) break;
        if (!was_asked(object, key)) report_unknown(object, key);
    }
}

json_t *object_find(ObjectReader *object, const char *key)
{
    if (!was_asked(object, key)) {
        ASSERT(object->asked_count < OBJECT_KEYS_MAX);
        object->asked[object->asked_count++] = key;
    }
    return json_object_get(object->json, key);
}

bool object_has(ObjectReader *object, const char *key)
{
    return object_find(object, key) != NULL;
}

JsonPlace object_place(const ObjectReader *object, const char *key)
{
    return (JsonPlace){.parent = object->place, .key = key};
}

static json_t *find_required(ObjectReader *object, const char *key)
{
    json_t *json = object_find(object, key);
    if (json == NULL)
        reader_error(object->reader, object->place, DIAGNOSTIC_JSON_MISSING_KEY, text_of(key),
                     (Text){0});
    return json;
}

static void report(const ObjectReader *object, const char *key, DiagnosticKind kind, Text b, Text c)
{
    JsonPlace place = object_place(object, key);
    reader_error(object->reader, &place, kind, b, c);
}

/* The value of a required key; NULL, reported, when it is absent or of another type. */
static json_t *find_typed(ObjectReader *object, const char *key, json_type type,
                          const char *type_word)
{
    json_t *json = find_required(object, key);
    if (json == NULL || json_typeof(json) == type) return json;
    report(object, key, DIAGNOSTIC_JSON_WRONG_TYPE, text_of(type_word), (Text){0});
    return NULL;
}

json_t *object_array(ObjectReader *object, const char *key, size_t count_min)
{
    json_t *json = find_typed(object, key, JSON_ARRAY, "array");
    char digits[DECIMAL_TEXT_MAX];
    if (json == NULL || json_array_size(json) >= count_min) return json;
    report(object, key, DIAGNOSTIC_JSON_TOO_FEW, decimal_print((int64_t)count_min, 0, digits),
           (Text){0});
    return NULL;
}

/* A view into the JSON document; data is NULL when it was reported. */
static Text view_text(ObjectReader *object, const char *key)
{
    json_t *json = find_typed(object, key, JSON_STRING, "string");
    if (json == NULL) return (Text){0};
    return (Text){json_string_value(json), json_string_length(json)};
}

Text object_text(ObjectReader *object, const char *key)
{
    return arena_text(object->reader->arena, view_text(object, key));
}

Text object_name(ObjectReader *object, const char *key)
{
    Text name = view_text(object, key);
    if (name.data != NULL && !name_is_valid(name))
        report(object, key, DIAGNOSTIC_JSON_BAD_VALUE, name, TEXT("name"));
    return arena_text(object->reader->arena, name);
}

static void report_word(ObjectReader *object, const char *key, Text word, const WordList *words)
{
    Arena *arena = object->reader->arena;
    Text *names = ARENA_ARRAY(arena, Text, words->count);
    for (size_t i = 0; i < words->count; i++)
        names[i] = text_of(words->words[i]); /* NULL gives an empty text, near to nothing */
    report(object, key, DIAGNOSTIC_JSON_UNKNOWN_WORD, word, (Text){0});
    diagnostics_suggest(object->reader->diagnostics, suggest_name(word, names, words->count));
}

size_t object_word(ObjectReader *object, const char *key, const WordList *words)
{
    size_t value = 0;
    Text word = view_text(object, key);
    if (word.data != NULL && !word_list_find(words, word, &value))
        report_word(object, key, word, words);
    return value;
}

size_t object_kind(ObjectReader *object, const char *key, const WordList *words)
{
    size_t errors_count = object->reader->diagnostics->errors_count;
    size_t value = object_word(object, key, words);
    object->is_lost = object->reader->diagnostics->errors_count > errors_count;
    return value;
}

Unit object_unit(ObjectReader *object, const char *key)
{
    return (Unit)object_word(object, key, &UNIT_WORDS);
}

int64_t object_count(ObjectReader *object, const char *key)
{
    json_t *json = find_typed(object, key, JSON_INTEGER, "integer");
    if (json == NULL) return 0;
    int64_t count = json_integer_value(json);
    if (count < 0 || count > LANG_COUNT_MAX)
        report(object, key, DIAGNOSTIC_JSON_BAD_VALUE,
               arena_printf(object->reader->arena, "%lld", (long long)count),
               arena_printf(object->reader->arena, "0..%d", LANG_COUNT_MAX));
    return count;
}

bool object_bool(ObjectReader *object, const char *key)
{
    json_t *json = find_required(object, key);
    if (json != NULL && !json_is_boolean(json))
        report(object, key, DIAGNOSTIC_JSON_WRONG_TYPE, TEXT("boolean"), (Text){0});
    return json_is_true(json);
}

bool object_flag(ObjectReader *object, const char *key)
{
    return object_has(object, key) && object_bool(object, key);
}

Date object_date(ObjectReader *object, const char *key)
{
    Date date = {0};
    Text text = view_text(object, key);
    if (text.data != NULL && !date_parse_iso(text, &date))
        report(object, key, DIAGNOSTIC_JSON_BAD_VALUE, text, TEXT("date"));
    return date;
}

static Moment object_moment(ObjectReader *object, const char *key)
{
    Moment moment = {0};
    Text text = view_text(object, key);
    if (text.data != NULL && !moment_parse_iso(text, &moment))
        report(object, key, DIAGNOSTIC_JSON_BAD_VALUE, text, TEXT("moment"));
    return moment;
}

void object_decimal(ObjectReader *object, const char *key, int64_t *ret_mantissa,
                    uint8_t *ret_scale)
{
    int64_t mantissa = 0;
    int scale = 0;
    Text text = view_text(object, key);
    if (text.data != NULL && !decimal_parse(text, &mantissa, &scale)) {
        report(object, key, DIAGNOSTIC_JSON_BAD_VALUE, text, TEXT("number"));
        mantissa = scale = 0;
    }
    *ret_mantissa = mantissa;
    *ret_scale = (uint8_t)scale;
}

void object_literal(ObjectReader *object, Literal *ret_literal)
{
    Value value = {.kind = (ValueKind)object_kind(object, "type", &JSON_LITERAL_TYPES)};
    Type type = {.kind = TYPE_NONE};
    switch (value.kind) {
    case VALUE_MISSING: break;
    case VALUE_BOOL:
        type.kind = TYPE_BOOL;
        value.as.boolean = object_bool(object, "value");
        break;
    case VALUE_DECIMAL:
        type.kind = TYPE_DECIMAL;
        object_decimal(object, "value", &value.as.decimal, &type.scale);
        break;
    case VALUE_DATE:
        type.kind = TYPE_DATE;
        value.as.date = object_date(object, "value");
        break;
    case VALUE_MOMENT:
        type.kind = TYPE_MOMENT;
        value.as.moment = object_moment(object, "value");
        break;
    case VALUE_TEXT:
        type.kind = TYPE_TEXT;
        value.as.text = object_text(object, "value");
        break;
    case VALUE_RATIO:
    case VALUE_SET:
    case VALUE_ITEM: ASSERT(false && "these have no word");
    }
    *ret_literal = (Literal){value, type};
}

static void json_done(json_t **json)
{
    json_decref(*json);
}

static void report_syntax(Diagnostics *diagnostics, Text json, const json_error_t *error)
{
    size_t position = error->position < 0 ? 0 : (size_t)error->position;
    if (position > json.size) position = json.size;
    Span span = {(uint32_t)position, (uint32_t)position};
    diagnostics_add(diagnostics, DIAGNOSTIC_JSON_SYNTAX, span, text_of(error->text), (Text){0},
                    (Text){0});
}

static void report_too_long(Diagnostics *diagnostics, size_t size_max)
{
    char digits[DECIMAL_TEXT_MAX];
    diagnostics_add(diagnostics, DIAGNOSTIC_SOURCE_TOO_LONG, (Span){0},
                    decimal_print((int64_t)size_max, 0, digits), (Text){0}, (Text){0});
}

/* What is read must be writable as text. Escapes make a text at most twice as long as its JSON, so
 * short documents need not be tried. */
static bool text_is_too_long(const Node *root, size_t json_size)
{
    if (json_size <= LANG_SOURCE_BYTES_MAX / 2) return false;
    AUTO(arena_done) Arena *scratch = arena_new();
    return expression_print(root, scratch).size > LANG_SOURCE_BYTES_MAX;
}

static const Node *read_document(Text json, Arena *arena, Diagnostics *diagnostics)
{
    json_error_t error;
    const char *bytes = json.size == 0 ? "" : json.data;
    AUTO(json_done) json_t *document = NULL;
    document = json_loadb(bytes, json.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (document == NULL) {
        report_syntax(diagnostics, json, &error);
        return NULL;
    }
    JsonReader reader = {.arena = arena, .diagnostics = diagnostics};
    JsonPlace root_place = {0};
    return json_read_node(&reader, document, &root_place);
}

Status expression_from_json(Text json, Arena *arena, const Node **ret_root,
                            Diagnostics *diagnostics)
{
    size_t errors_count = diagnostics->errors_count;
    if (json.size > LANG_JSON_BYTES_MAX) {
        report_too_long(diagnostics, LANG_JSON_BYTES_MAX);
        return STATUS_INVALID;
    }
    const Node *root = read_document(json, arena, diagnostics);
    if (diagnostics->errors_count == errors_count && text_is_too_long(root, json.size))
        report_too_long(diagnostics, LANG_SOURCE_BYTES_MAX);
    if (diagnostics->errors_count > errors_count) return STATUS_INVALID;
    *ret_root = root;
    return STATUS_OK;
}

Status expression_read_text(Text given, Arena *arena, Text *ret_text, Diagnostics *diagnostics)
{
    const Node *root = NULL;
    *ret_text = given;
    if (!text_starts_with(text_trim(given), TEXT("{"))) return STATUS_OK;
    TRY(expression_from_json(given, arena, &root, diagnostics));
    *ret_text = expression_print(root, arena);
    return STATUS_OK;
}
