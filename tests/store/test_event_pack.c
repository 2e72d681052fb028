/* test_event_pack.c -- the format of packs: lossless, one form only, damage never crashes. */
#include "base/arena.h"
#include "base/random.h"
#include "harness/harness.h"
#include "store/event_pack.h"

#include <string.h>

enum { FIELDS_COUNT = 20 };

static PackShape shape_of(FieldForm forms[FIELDS_COUNT])
{
    for (int i = 0; i < FIELDS_COUNT; i++)
        forms[i] = (FieldForm)(i % 3);
    return (PackShape){forms, FIELDS_COUNT};
}

/* Small numbers and the extremes more often than what lies between. */
static int64_t random_number(Random *random, FieldForm form)
{
    static const int64_t edges[] = {0, 1, 63, 64, 127, 128, 16383, 16384, INT64_MAX, INT64_MIN};
    bool is_signed = form == FORM_SIGNED;
    int64_t number = edges[random_below(random, 10)];
    if (random_chance(random, 0.3)) number = (int64_t)random_next(random);
    if (is_signed) return number;
    return number == INT64_MIN ? 0 : number < 0 ? -number : number;
}

static Text random_text(Random *random, Arena *arena)
{
    size_t size =
        random_below(random, 4) == 0 ? random_below(random, 300) : random_below(random, 6);
    char *bytes = arena_alloc(arena, size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)random_below(random, 256);
    return (Text){bytes, size};
}

static EventContent random_content(Random *random, const PackShape *shape, Arena *arena)
{
    EventContent content = {.has_key = random_chance(random, 0.3),
                            .has_derived = random_chance(random, 0.3),
                            .key = random_text(random, arena),
                            .derived = random_number(random, FORM_SIGNED),
                            .values = ARENA_ARRAY(arena, PackedValue, shape->fields_count)};
    double density = random_unit(random);
    for (size_t i = 0; i < shape->fields_count; i++) {
        content.values[i].is_present = random_chance(random, density);
        content.values[i].number = random_number(random, shape->forms[i]);
        content.values[i].text = random_text(random, arena);
    }
    return content;
}

static Text encode(const PackShape *shape, const EventContent *content, Arena *arena)
{
    size_t size_max = content_size_max(shape, content);
    uint8_t *out = arena_alloc(arena, size_max);
    size_t size = content_encode(shape, content, out);
    EXPECT(size <= size_max);
    return (Text){(const char *)out, size};
}

static bool contents_equal(const PackShape *shape, const EventContent *a, const EventContent *b)
{
    if (a->has_key != b->has_key || a->has_derived != b->has_derived) return false;
    if (a->has_key && !text_equal(a->key, b->key)) return false;
    if (a->has_derived && a->derived != b->derived) return false;
    for (size_t i = 0; i < shape->fields_count; i++) {
        const PackedValue *x = &a->values[i], *y = &b->values[i];
        if (x->is_present != y->is_present) return false;
        if (!x->is_present) continue;
        if (shape->forms[i] == FORM_INLINE ? !text_equal(x->text, y->text) : x->number != y->number)
            return false;
    }
    return true;
}

TEST(contents_come_back)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(harness_seed());
    FieldForm forms[FIELDS_COUNT];
    PackShape shape = shape_of(forms);
    for (int round = 0; round < 3000; round++) {
        EventContent content = random_content(&random, &shape, arena), again = content;
        again.values = ARENA_ARRAY(arena, PackedValue, shape.fields_count);
        Text bytes = encode(&shape, &content, arena);
        EXPECT(content_decode(&shape, bytes, &again));
        EXPECT(contents_equal(&shape, &content, &again));
        Text key;
        EXPECT(content_key(bytes, &key) == content.has_key);
        if (content.has_key) EXPECT(text_equal(key, content.key));
        /* every shorter run of the bytes is damaged */
        for (size_t size = 0; size < bytes.size; size++)
            EXPECT(!content_decode(&shape, (Text){bytes.data, size}, &again));
        arena_reset(arena);
    }
}

/* Changed bytes are refused, or they are the one encoding of what they decode to. */
TEST(every_content_has_one_encoding)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Random random = random_seeded(harness_seed());
    FieldForm forms[FIELDS_COUNT];
    PackShape shape = shape_of(forms);
    size_t accepted = 0;
    for (int round = 0; round < 20000; round++) {
        EventContent content = random_content(&random, &shape, arena);
        Text bytes = encode(&shape, &content, arena);
        char *damaged = arena_alloc(arena, bytes.size);
        memcpy(damaged, bytes.data, bytes.size);
        damaged[random_below(&random, bytes.size)] ^= (char)(1U << random_below(&random, 8));
        bytes.data = damaged;
        if (content_decode(&shape, bytes, &content)) {
            EXPECT(text_equal(encode(&shape, &content, arena), bytes));
            accepted++;
        }
        arena_reset(arena);
    }
    EXPECT(accepted > 1000);
}

TEST(fields_added_later_are_missing_in_old_events)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FieldForm forms[FIELDS_COUNT];
    PackShape shape = shape_of(forms), old_shape = {forms, 7};
    Random random = random_seeded(harness_seed());
    EventContent content = random_content(&random, &old_shape, arena);
    content.values[6].is_present = true;
    Text bytes = encode(&old_shape, &content, arena);
    EventContent now = {.values = ARENA_ARRAY(arena, PackedValue, FIELDS_COUNT)};
    EXPECT(content_decode(&shape, bytes, &now));
    for (size_t i = 7; i < FIELDS_COUNT; i++)
        EXPECT(!now.values[i].is_present);
    /* but a field that the schema does not have is damage */
    PackShape too_small = {forms, 6};
    EXPECT(!content_decode(&too_small, bytes, &now));
}

TEST(derived_amount_is_no_part_of_the_natural_key)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FieldForm forms[FIELDS_COUNT];
    PackShape shape = shape_of(forms);
    PackedValue values[FIELDS_COUNT] = {{.is_present = true, .number = 5}};
    EventContent a = {.has_derived = true, .derived = 1, .values = values}, b = a, c = a;
    b.derived = 1234567890123;
    c.has_derived = false;
    Text bytes_a = encode(&shape, &a, arena), bytes_b = encode(&shape, &b, arena);
    EXPECT(content_is_same(bytes_a, bytes_b));
    EXPECT(content_hash(bytes_a) == content_hash(bytes_b));
    Text bytes_c = encode(&shape, &c, arena);
    EXPECT(content_is_same(bytes_a, bytes_c));
    EXPECT(content_hash(bytes_a) == content_hash(bytes_c));
    EXPECT(content_has_derived(bytes_a) && !content_has_derived(bytes_c));
    values[0].number = 6;
    EXPECT(!content_is_same(bytes_a, encode(&shape, &a, arena)));
    EXPECT(!content_is_same(bytes_a, (Text){0}));
}

static size_t write_pack(uint8_t *out, const PackedEvent *events, size_t count)
{
    pack_begin(out);
    size_t size = PACK_HEADER_BYTES;
    Moment previous = {0};
    for (size_t i = 0; i < count; i++) {
        size += pack_append(out + size, previous, &events[i]);
        previous = events[i].at;
    }
    return size;
}

TEST(packs_come_back)
{
    Random random = random_seeded(harness_seed());
    uint8_t bytes[4096];
    PackedEvent events[20];
    const int64_t first = (int64_t)DATE_DAY_MIN * 86400,
                  last = (int64_t)DATE_DAY_MAX * 86400 + 86399;
    for (int round = 0; round < 1000; round++) {
        size_t count = random_below(&random, 21);
        for (size_t i = 0; i < count; i++) {
            events[i].at.second = random_chance(&random, 0.1) ? first
                                  : random_chance(&random, 0.1)
                                      ? last
                                      : random_between(&random, first, last);
            events[i].content = (Text){"0123456789", random_below(&random, 11)};
        }
        Text payload = {(char *)bytes, write_pack(bytes, events, count)};
        PackReader reader;
        PackedEvent event;
        REQUIRE(pack_open(&reader, payload));
        for (size_t i = 0; i < count; i++) {
            REQUIRE(pack_next(&reader, &event) == PACK_EVENT);
            EXPECT(event.at.second == events[i].at.second);
            EXPECT(text_equal(event.content, events[i].content));
        }
        EXPECT(pack_next(&reader, &event) == PACK_END);
    }
}

TEST(damaged_packs_are_told)
{
    PackReader reader;
    PackedEvent event;
    EXPECT(!pack_open(&reader, (Text){0}));
    EXPECT(!pack_open(&reader, TEXT("\x02")));
    EXPECT(pack_open(&reader, TEXT("\x01")) && pack_next(&reader, &event) == PACK_END);
    /* content longer than the pack; a number without end; a wasted byte; a moment of no year */
    static const Text damaged[] = {
        {"\x01\x02\x05"
         "ab",
         5},
        {"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12},
        {"\x01\x82\x00\x00", 4},
        {"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00", 12},
    };
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        REQUIRE(pack_open(&reader, damaged[i]));
        EXPECT(pack_next(&reader, &event) == PACK_DAMAGED);
    }
}
