/* card_json.c -- the card of a segment as a JSON document and back. */
#include "base/buffer.h"
#include "base/json_string.h"
#include "segment/card.h"

#include <jansson.h>

/* ---- writing ---- */

static void put_list(Buffer *out, const char *name, TextList list)
{
    if (list.count == 0) return;
    json_member(out, name);
    for (size_t i = 0; i < list.count; i++) {
        buffer_char(out, i == 0 ? '[' : ',');
        json_string_add(out, list.items[i]);
    }
    buffer_char(out, ']');
}

static void put_date(Buffer *out, const char *name, Date date)
{
    char text[DATE_TEXT_MAX];
    json_member_text(out, name, date_print_iso(date, text));
}

static void put_tests(Buffer *out, const SegmentCard *card)
{
    if (card->tests_count == 0) return;
    json_member(out, "tests");
    for (size_t i = 0; i < card->tests_count; i++) {
        buffer_cstr(out, i == 0 ? "[{\"customer\":" : ",{\"customer\":");
        json_string_add(out, card->tests[i].customer);
        buffer_printf(out, ",\"must_be_in\":%s}", card->tests[i].must_be_in ? "true" : "false");
    }
    buffer_char(out, ']');
}

Text card_to_json(const SegmentCard *card, Arena *arena)
{
    AUTO(buffer_done) Buffer out = {0};
    buffer_char(&out, '{');
#define CARD_TEXT(member) json_member_text(&out, #member, card->member);
#define CARD_FLAG(member) json_member_flag(&out, #member, card->member);
#define CARD_LIST(member) put_list(&out, #member, card->member);
#include "segment/card_field.def"
#undef CARD_TEXT
#undef CARD_FLAG
#undef CARD_LIST
    json_member_text(&out, "mode", text_of(forming_mode_code(card->mode)));
    json_member_text(&out, "kind", text_of(segment_kind_code(card->kind)));
    put_date(&out, "created", card->created);
    if (card->has_clearing) put_date(&out, "clearing", card->clearing);
    put_tests(&out, card);
    buffer_char(&out, '}');
    return arena_text(arena, buffer_view(&out));
}

/* ---- reading: a card that was not written here is damage ---- */

typedef struct {
    json_t *root;
    Arena *arena;
    bool is_damaged;
} CardReader;

static Text text_of_json(CardReader *reader, const json_t *json)
{
    if (!json_is_string(json)) {
        reader->is_damaged = true;
        return (Text){0};
    }
    return arena_text(reader->arena, (Text){json_string_value(json), json_string_length(json)});
}

static Text get_text(CardReader *reader, const char *name)
{
    const json_t *json = json_object_get(reader->root, name);
    return json == NULL ? (Text){0} : text_of_json(reader, json);
}

static bool get_flag(CardReader *reader, const char *name)
{
    const json_t *json = json_object_get(reader->root, name);
    if (json != NULL && !json_is_boolean(json)) reader->is_damaged = true;
    return json_is_true(json);
}

static TextList get_list(CardReader *reader, const char *name)
{
    const json_t *json = json_object_get(reader->root, name);
    size_t count = json_array_size(json);
    if (json != NULL && count == 0) reader->is_damaged = true;
    Text *items = ARENA_ARRAY(reader->arena, Text, count);
    for (size_t i = 0; i < count; i++)
        items[i] = text_of_json(reader, json_array_get(json, i));
    return (TextList){items, count};
}

static bool get_date(CardReader *reader, const char *name, Date *ret_date)
{
    Text text = get_text(reader, name);
    if (text.size == 0) return false;
    if (!date_parse_iso(text, ret_date)) reader->is_damaged = true;
    return true;
}

static void get_tests(CardReader *reader, SegmentCard *card)
{
    const json_t *json = json_object_get(reader->root, "tests");
    size_t count = json_array_size(json);
    CardTest *tests = ARENA_ARRAY(reader->arena, CardTest, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *test = json_array_get(json, i);
        tests[i].customer = text_of_json(reader, json_object_get(test, "customer"));
        tests[i].must_be_in = json_is_true(json_object_get(test, "must_be_in"));
    }
    card->tests = tests;
    card->tests_count = count;
}

static void get_card(CardReader *reader, SegmentCard *card)
{
#define CARD_TEXT(member) card->member = get_text(reader, #member);
#define CARD_FLAG(member) card->member = get_flag(reader, #member);
#define CARD_LIST(member) card->member = get_list(reader, #member);
#include "segment/card_field.def"
#undef CARD_TEXT
#undef CARD_FLAG
#undef CARD_LIST
    bool is_known = forming_mode_parse(get_text(reader, "mode"), &card->mode) &&
                    segment_kind_parse(get_text(reader, "kind"), &card->kind);
    if (!is_known || !get_date(reader, "created", &card->created)) reader->is_damaged = true;
    card->has_clearing = get_date(reader, "clearing", &card->clearing);
    get_tests(reader, card);
}

Status card_from_json(Text json, Arena *arena, SegmentCard *ret_card, Error *err)
{
    json_error_t error;
    CardReader reader = {.arena = arena};
    reader.root = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    SegmentCard card = {0};
    if (json_is_object(reader.root))
        get_card(&reader, &card);
    else
        reader.is_damaged = true;
    json_decref(reader.root);
    if (reader.is_damaged)
        return error_set(err, STATUS_CORRUPT,
                         "the card of a segment is damaged; restore the directory from a backup");
    *ret_card = card;
    return STATUS_OK;
}
