/* test_json_writer.c -- JSON piece by piece. */
#include "harness/harness.h"
#include "reply/json_writer.h"

TEST(commas_stand_between_and_never_elsewhere)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_begin(&writer, '{');
    json_key(&writer, "a");
    json_begin(&writer, '[');
    json_count(&writer, 1);
    json_begin(&writer, '[');
    json_end(&writer, ']');
    json_nothing(&writer);
    json_end(&writer, ']');
    json_key(&writer, "b");
    json_bool(&writer, true);
    json_end(&writer, '}');
    EXPECT_TEXT(buffer_view(&buffer), "{\"a\":[1,[],null],\"b\":true}");
}

TEST(texts_are_escaped)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    json_text(&writer, TEXT("«Ель» \"\\\n\r\t\001\u2028\xff"));
    EXPECT_TEXT(buffer_view(&buffer), "\"«Ель» \\\"\\\\\\n\\r\\t\\u0001\\u2028\uFFFD\"");
}

TEST(values_keep_all_their_digits)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    Text texts[] = {TEXT("x"), TEXT("y")};
    Item item = {.code = TEXT("10")};
    Type wide = {.kind = TYPE_DECIMAL, .scale = 9};
    json_begin(&writer, '[');
    json_value(&writer, value_decimal(DECIMAL_MANTISSA_MAX), wide);
    json_value(&writer, value_ratio(0.1), (Type){.kind = TYPE_RATIO});
    json_value(&writer, value_missing(), wide);
    json_value(&writer, value_date(date_of(2026, 3, 31)), (Type){.kind = TYPE_DATE});
    json_value(&writer, value_set(arena, texts, 2), (Type){.kind = TYPE_TEXT_SET});
    json_value(&writer, value_item(&item), (Type){.kind = TYPE_ITEM});
    json_end(&writer, ']');
    EXPECT_TEXT(buffer_view(&buffer),
                "[999999999.999999999,0.1,null,\"2026-03-31\",[\"x\",\"y\"],\"10\"]");
}
