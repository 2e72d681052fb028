/* complete.c -- what may stand at the cursor of an expression that is being written. */
#include "lang/complete.h"

#include "base/fold.h"
#include "lang/lexer.h"
#include "lang/print.h"

typedef struct {
    const Catalog *catalog;
    Arena *arena;
    Language language;
    TokenList tokens; /* before the word that is being typed */
    size_t count;     /* of them, without the end */
    Text typed_folded;
    Completions *found;
    struct {
        Completion *items;
        size_t count, capacity;
    } exact, other; /* begin with what is typed; have it somewhere */
} Cursor;

const char *completion_kind_code(CompletionKind kind)
{
    static const char *const codes[] = {
#define COMPLETION_KIND(name, code) code,
#include "lang/completion_kind.def"
#undef COMPLETION_KIND
    };
    return codes[kind];
}

/* ---- offering ---- */

static bool begins(const Cursor *cursor, Text text)
{
    return text_starts_with(text_fold(text, cursor->arena), cursor->typed_folded);
}

static bool holds(const Cursor *cursor, Text text)
{
    return text_contains(text_fold(text, cursor->arena), cursor->typed_folded);
}

static void offer(Cursor *cursor, Text name, Completion completion)
{
    if (completion.label.size == 0) completion.label = name;
    if (begins(cursor, name) || begins(cursor, completion.label)) {
        ARENA_PUSH(cursor->arena, &cursor->exact, completion);
    } else if (holds(cursor, name) || holds(cursor, completion.label)) {
        ARENA_PUSH(cursor->arena, &cursor->other, completion);
    }
}

static Text written_name(Cursor *cursor, Text name)
{
    AUTO(buffer_done) Buffer out = {0};
    print_name(&out, name);
    return arena_text(cursor->arena, buffer_view(&out));
}

static Text written_text(Arena *arena, Text text)
{
    AUTO(buffer_done) Buffer out = {0};
    print_text(&out, text);
    return arena_text(arena, buffer_view(&out));
}

static void offer_name(Cursor *cursor, CompletionKind kind, Text name, Text label)
{
    offer(cursor, name,
          (Completion){.text = written_name(cursor, name), .kind = kind, .label = label});
}

static void offer_word(Cursor *cursor, CompletionKind kind, const char *word)
{
    offer(cursor, text_of(word), (Completion){.text = text_of(word), .kind = kind});
}

static void offer_words(Cursor *cursor, CompletionKind kind, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        offer_word(cursor, kind, words[i]);
}

#define OFFER_WORDS(cursor, kind, words) \
    offer_words(cursor, kind, words, sizeof(words) / sizeof((words)[0]))

static void offer_streams(Cursor *cursor)
{
    const Schema *schema = cursor->catalog->schema;
    for (size_t i = 0; i < schema->streams_count; i++)
        offer_name(cursor, COMPLETE_STREAM, schema->streams[i].name,
                   labels_get(&schema->streams[i].labels, cursor->language));
}

static void offer_fields(Cursor *cursor, const Stream *stream)
{
    for (size_t i = 0; i < stream->fields_count; i++)
        if (!stream->fields[i].is_retired)
            offer_name(cursor, COMPLETE_FIELD, stream->fields[i].name,
                       labels_get(&stream->fields[i].labels, cursor->language));
    for (size_t i = 0; i < EVENT_BUILT_IN_COUNT; i++)
        offer_word(cursor, COMPLETE_FIELD, event_built_in_name((EventBuiltIn)i));
}

static void offer_item_attributes(Cursor *cursor)
{
    for (size_t i = 0; i < ITEM_ATTRIBUTE_COUNT; i++)
        offer_word(cursor, COMPLETE_FIELD, item_attribute_name((ItemAttribute)i));
}

static void offer_windows(Cursor *cursor)
{
    static const char *const windows[] = {
        "last 7 days",
        "last 30 days",
        "last 3 months",
        "last 6 months",
        "last 1 year",
        "this month",
        "this quarter",
        "this year",
        "previous month",
        "previous quarter",
        "previous year",
        "previous 3 months",
        "between 3 and 6 months ago",
        "since ",
        "before ",
        "on ",
        "from ",
    };
    OFFER_WORDS(cursor, COMPLETE_WINDOW, windows);
}

static void offer_units(Cursor *cursor)
{
    static const char *const units[] = {"days", "weeks", "months", "quarters", "years"};
    OFFER_WORDS(cursor, COMPLETE_WINDOW, units);
}

static void offer_functions(Cursor *cursor)
{
    for (size_t i = 0; i < AGGREGATE_COUNT_OF_KINDS; i++) {
        Text word = text_of(aggregate_word((AggregateKind)i));
        offer(cursor, word,
              (Completion){.text = arena_printf(cursor->arena, "%.*s(", TEXT_FORMAT(word)),
                           .kind = COMPLETE_FUNCTION,
                           .label = word,
                           .detail = arena_printf(cursor->arena,
                                                  "%.*s(stream.field where ..., last 3 months)",
                                                  TEXT_FORMAT(word))});
    }
    for (size_t i = 0; i < FUNCTION_COUNT_OF_KINDS; i++) {
        Text word = text_of(function_word((FunctionKind)i));
        bool is_bare = i == FUNCTION_TODAY;
        offer(cursor, word,
              (Completion){.text = arena_printf(cursor->arena, "%.*s%s", TEXT_FORMAT(word),
                                                is_bare ? "" : "("),
                           .kind = COMPLETE_FUNCTION,
                           .label = word});
    }
}

static void offer_operands(Cursor *cursor)
{
    static const char *const words[] = {"not ",      "at least ", "top ",  "bottom ",
                                        "sequence(", "true",      "false", "missing"};
    const Schema *schema = cursor->catalog->schema;
    for (size_t i = 0; i < schema->properties_count; i++)
        if (!schema->properties[i].is_retired)
            offer_name(cursor, COMPLETE_PROPERTY, schema->properties[i].name,
                       labels_get(&schema->properties[i].labels, cursor->language));
    for (size_t i = 0; i < cursor->catalog->metrics_count; i++)
        offer_name(cursor, COMPLETE_METRIC, cursor->catalog->metrics[i].name, (Text){0});
    offer_functions(cursor);
    OFFER_WORDS(cursor, COMPLETE_KEYWORD, words);
}

static void offer_operators(Cursor *cursor, bool is_in_aggregate)
{
    static const char *const words[] = {
        "and ",
        "or ",
        "= ",
        "!= ",
        "> ",
        ">= ",
        "< ",
        "<= ",
        "in (",
        "not in (",
        "between ",
        "is missing",
        "is not missing",
        "contains ",
        "starts with ",
        "ends with ",
        "matches ",
        "has any (",
        "has all (",
        "has none (",
        "under ",
    };
    static const char *const of_aggregate[] = {"where ", "by month", ", last 30 days",
                                               ", last 3 months", ", previous month"};
    if (is_in_aggregate) OFFER_WORDS(cursor, COMPLETE_KEYWORD, of_aggregate);
    OFFER_WORDS(cursor, COMPLETE_KEYWORD, words);
}

static void offer_sets(Cursor *cursor, CompletionKind kind, const NamedSet *sets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        offer(cursor, sets[i].name,
              (Completion){.text = written_text(cursor->arena, sets[i].name),
                           .kind = kind,
                           .label = sets[i].name});
}

static void offer_classifications(Cursor *cursor)
{
    for (size_t i = 0; i < cursor->catalog->classifications_count; i++) {
        Text name = cursor->catalog->classifications[i].name;
        offer(cursor, name,
              (Completion){.text = written_text(cursor->arena, name),
                           .kind = COMPLETE_CLASSIFICATION,
                           .label = name});
    }
}

static void offer_scores(Cursor *cursor)
{
    for (size_t i = 0; i < cursor->catalog->scores_count; i++) {
        Text name = cursor->catalog->scores[i].name;
        offer(cursor, name,
              (Completion){.text = written_text(cursor->arena, name),
                           .kind = COMPLETE_SCORE,
                           .label = name});
    }
}

/* ---- where the cursor stands ---- */

static const Token *token_at(const Cursor *cursor, size_t index)
{
    static const Token none = {.kind = TOKEN_END};
    return index < cursor->count ? &cursor->tokens.items[index] : &none;
}

static const Token *last_token(const Cursor *cursor)
{
    return token_at(cursor, cursor->count - 1);
}

static bool is_name(const Token *token)
{
    return token->kind == TOKEN_QUOTED_NAME || token->kind == TOKEN_WORD;
}

static Text text_at(const Cursor *cursor, size_t index)
{
    return index < cursor->count ? token_text(&cursor->tokens, index, cursor->arena) : TEXT("");
}

/* The bracket around the cursor; `count` when there is none. */
static size_t open_bracket(const Cursor *cursor)
{
    size_t closed = 0;
    for (size_t i = cursor->count; i-- > 0;) {
        TokenKind kind = cursor->tokens.items[i].kind;
        if (kind == TOKEN_RIGHT_ROUND) closed++;
        if (kind != TOKEN_LEFT_ROUND) continue;
        if (closed == 0) return i;
        closed--;
    }
    return cursor->count;
}

typedef struct {
    bool is_function, is_aggregate, is_sequence; /* the bracket belongs to one */
    FunctionKind function;
    const Stream *stream; /* of the events spoken of; NULL: none */
    bool is_after_where;
} Place;

/* The stream named behind a bracket, or nearest before the cursor in a sequence. */
static const Stream *stream_between(const Cursor *cursor, size_t first, size_t end)
{
    const Stream *stream = NULL;
    for (size_t i = first; i < end; i++) {
        if (!is_name(token_at(cursor, i))) continue;
        const Stream *named = schema_find_stream(cursor->catalog->schema, text_at(cursor, i));
        if (named != NULL) stream = named;
    }
    return stream;
}

static bool has_where(const Cursor *cursor, size_t first)
{
    for (size_t i = first; i < cursor->count; i++)
        if (token_at(cursor, i)->kind == TOKEN_WORD && token_at(cursor, i)->word == WORD_WHERE)
            return true;
    return false;
}

static Place find_place(const Cursor *cursor)
{
    Place place = {0};
    size_t open = open_bracket(cursor);
    if (open == cursor->count || open == 0 || token_at(cursor, open - 1)->kind != TOKEN_WORD)
        return place;
    AggregateKind aggregate;
    Text word = token_source(&cursor->tokens, open - 1);
    place.is_sequence = token_at(cursor, open - 1)->word == WORD_SEQUENCE;
    place.is_aggregate = !place.is_sequence && aggregate_find(word, &aggregate);
    place.is_function = function_find(word, &place.function);
    if (!place.is_aggregate && !place.is_sequence) return place;
    place.stream = stream_between(cursor, open + 1, place.is_aggregate ? open + 2 : cursor->count);
    place.is_after_where = has_where(cursor, open + 1);
    return place;
}

static bool takes_stream(const Place *place)
{
    return place->is_aggregate || place->is_sequence ||
           (place->is_function &&
            (place->function == FUNCTION_DEBT || place->function == FUNCTION_OVERDUE ||
             place->function == FUNCTION_OVERDUE_DAYS));
}

/* An operand ended here, so an operator may follow. */
static bool is_after_operand(const Cursor *cursor)
{
    const Token *last = last_token(cursor);
    switch ((int)last->kind) {
    case TOKEN_WORD:
        return last->word == WORD_OTHER || last->word == WORD_MISSING || last->word == WORD_TRUE ||
               last->word == WORD_FALSE || last->word == WORD_TODAY;
    case TOKEN_QUOTED_NAME:
    case TOKEN_TEXT:
    case TOKEN_NUMBER:
    case TOKEN_DATE:
    case TOKEN_MOMENT:
    case TOKEN_RIGHT_ROUND:
    case TOKEN_RIGHT_SQUARE: return true;
    default: return false;
    }
}

static bool is_word(const Token *token, Word word)
{
    return token->kind == TOKEN_WORD && token->word == word;
}

/* "last 3 |" */
static bool wants_unit(const Cursor *cursor)
{
    if (cursor->count < 2 || last_token(cursor)->kind != TOKEN_NUMBER) return false;
    const Token *before = token_at(cursor, cursor->count - 2);
    return is_word(before, WORD_LAST) || is_word(before, WORD_PREVIOUS) ||
           is_word(before, WORD_NEXT) || is_word(before, WORD_WITHIN);
}

/* "purchase.|" and "item.|"; false when there is no dot. */
static bool offer_after_dot(Cursor *cursor)
{
    if (cursor->count < 2 || last_token(cursor)->kind != TOKEN_DOT) return false;
    Text name = text_at(cursor, cursor->count - 2);
    const Stream *stream = schema_find_stream(cursor->catalog->schema, name);
    if (stream != NULL) {
        offer_fields(cursor, stream);
    } else {
        offer_item_attributes(cursor);
    }
    return true;
}

static void offer_at_word(Cursor *cursor)
{
    Place place = find_place(cursor);
    const Token *last = last_token(cursor);
    if (offer_after_dot(cursor)) return;
    if (wants_unit(cursor)) {
        offer_units(cursor);
    } else if (takes_stream(&place) && (last->kind == TOKEN_LEFT_ROUND ||
                                        is_word(last, WORD_THEN) || is_word(last, WORD_WITHOUT))) {
        offer_streams(cursor);
    } else if (place.is_aggregate && last->kind == TOKEN_COMMA) {
        offer_windows(cursor);
    } else if (cursor->count > 0 && is_after_operand(cursor)) {
        offer_operators(cursor, place.is_aggregate && !place.is_after_where);
    } else if (place.stream != NULL && place.is_after_where) {
        offer_fields(cursor, place.stream);
    } else {
        offer_operands(cursor);
    }
}

/* ---- inside of quotes ---- */

/* What a text at the cursor is compared with: the name before the operator. */
static const Property *compared_property(const Cursor *cursor)
{
    for (size_t i = cursor->count; i-- > 0;) {
        const Token *token = token_at(cursor, i);
        if (token->kind == TOKEN_QUOTED_NAME || is_word(token, WORD_OTHER))
            return schema_find_property(cursor->catalog->schema, text_at(cursor, i));
        bool is_between = token->kind == TOKEN_TEXT || token->kind == TOKEN_COMMA ||
                          token->kind == TOKEN_LEFT_ROUND || token->kind == TOKEN_EQUAL ||
                          token->kind == TOKEN_NOT_EQUAL || token->kind == TOKEN_WORD;
        if (!is_between || is_word(token, WORD_AND) || is_word(token, WORD_OR)) return NULL;
    }
    return NULL;
}

static void offer_in_text(Cursor *cursor)
{
    const Catalog *catalog = cursor->catalog;
    Place place = find_place(cursor);
    if (!place.is_function) {
        cursor->found->property = place.stream == NULL ? compared_property(cursor) : NULL;
        return;
    }
    switch ((int)place.function) {
    case FUNCTION_MEMBER:
    case FUNCTION_WAS_MEMBER:
    case FUNCTION_ENTERED:
    case FUNCTION_LEFT:
        offer_sets(cursor, COMPLETE_SEGMENT, catalog->segments, catalog->segments_count);
        return;
    case FUNCTION_SAVED:
        offer_sets(cursor, COMPLETE_SET, catalog->saved_sets, catalog->saved_sets_count);
        return;
    case FUNCTION_CLASS:
    case FUNCTION_CLASS_ON:
    case FUNCTION_CLASS_CHANGED: offer_classifications(cursor); return;
    case FUNCTION_SCORE: offer_scores(cursor); return;
    default: return;
    }
}

/* ---- the word that is being typed ---- */

/* Where an unclosed quote begins; `size` when there is none. Quotes are escaped by a backslash. */
static size_t open_quote(Text text, char quote)
{
    size_t open = text.size;
    char within = 0;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (within == 0 && (byte == '"' || byte == '`')) {
            within = byte;
            open = i;
        } else if (within == '"' && byte == '\\') {
            i++;
        } else if (byte == within) {
            within = 0;
        }
    }
    return within == quote ? open : text.size;
}

static TokenList tokens_of(Text text, Arena *arena)
{
    Diagnostics ignored = diagnostics_new(arena);
    return lexer_tokens(text, arena, &ignored);
}

/* The word that ends at the cursor, if one does. */
static size_t word_begin(Text before, Arena *arena)
{
    TokenList tokens = tokens_of(before, arena);
    if (tokens.count < 2) return before.size;
    const Token *last = &tokens.items[tokens.count - 2];
    return last->kind == TOKEN_WORD && last->span.end_byte == before.size ? last->span.begin_byte
                                                                          : before.size;
}

static void take(Completions *found, const Completion *items, size_t count, Arena *arena)
{
    for (size_t i = 0; i < count && found->count < found->limit; i++)
        ARENA_PUSH(arena, found, items[i]);
}

Completions complete(const CompletionQuestion *question, const Catalog *catalog, Arena *arena)
{
    size_t cursor_byte =
        question->cursor < question->source.size ? question->cursor : question->source.size;
    while (cursor_byte > 0 && cursor_byte < question->source.size &&
           ((unsigned char)question->source.data[cursor_byte] & 0xC0) == 0x80)
        cursor_byte--; /* never inside of a letter */
    Text before = text_slice(question->source, 0, cursor_byte);
    size_t in_text = open_quote(before, '"'), in_name = open_quote(before, '`');
    bool is_text = in_text < before.size, is_name_quoted = in_name < before.size;
    Completions found = {.end = cursor_byte, .limit = question->limit};
    found.begin = is_text ? in_text : is_name_quoted ? in_name : word_begin(before, arena);
    found.typed =
        text_slice(before, found.begin + (is_text || is_name_quoted ? 1 : 0), before.size);
    Cursor cursor = {.catalog = catalog,
                     .arena = arena,
                     .language = question->language,
                     .tokens = tokens_of(text_slice(before, 0, found.begin), arena),
                     .typed_folded = text_fold(found.typed, arena),
                     .found = &found};
    cursor.count = cursor.tokens.count - 1;
    if (is_text) {
        offer_in_text(&cursor);
    } else {
        offer_at_word(&cursor);
    }
    take(&found, cursor.exact.items, cursor.exact.count, arena);
    take(&found, cursor.other.items, cursor.other.count, arena);
    return found;
}

void completions_add_value(Completions *completions, Text value, Text detail, Arena *arena)
{
    Completion completion = {written_text(arena, value), COMPLETE_VALUE, value, detail};
    take(completions, &completion, 1, arena);
}
