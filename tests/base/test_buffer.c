/* test_buffer.c -- buffers: growth, terminator, printing. */
#include "base/buffer.h"
#include "base/error.h"
#include "harness/harness.h"

#include <string.h>

TEST(buffer_builds_a_text)
{
    AUTO(buffer_done) Buffer buffer = {0};
    buffer_cstr(&buffer, "имя");
    buffer_char(&buffer, '=');
    buffer_text(&buffer, TEXT("Пётр"));
    buffer_printf(&buffer, ";%03d", 7);
    buffer_add(&buffer, "\0x", 2);
    EXPECT(text_equal(buffer_view(&buffer), TEXT("имя=Пётр;007\0x")));
    EXPECT_INT(buffer.data[buffer.size], 0);
}

TEST(buffer_grows_byte_by_byte_and_at_once)
{
    AUTO(buffer_done) Buffer buffer = {0};
    for (int i = 0; i < 100000; i++)
        buffer_char(&buffer, (char)('a' + i % 26));
    buffer_printf(&buffer, "%200000d", 5);
    REQUIRE(buffer.size == 300000);
    EXPECT_INT(strlen(buffer.data), 300000);
    EXPECT_INT(buffer.data[99999], 'a' + 99999 % 26);
    EXPECT_INT(buffer.data[299999], '5');
}

TEST(buffer_reserve_keeps_the_address)
{
    AUTO(buffer_done) Buffer buffer = {0};
    buffer_reserve(&buffer, 1000);
    const char *before = buffer.data;
    for (int i = 0; i < 1000; i++)
        buffer_char(&buffer, 'x');
    EXPECT(buffer.data == before);
}

TEST(buffer_clear_keeps_the_memory)
{
    AUTO(buffer_done) Buffer buffer = {0};
    buffer_clear(&buffer);
    EXPECT_INT(buffer_view(&buffer).size, 0);
    buffer_cstr(&buffer, "something");
    size_t capacity = buffer.capacity;
    buffer_clear(&buffer);
    EXPECT_INT(buffer.size, 0);
    EXPECT_INT(buffer.capacity, capacity);
    EXPECT(strcmp(buffer.data, "") == 0);
    buffer_text(&buffer, (Text){NULL, 0});
    EXPECT_INT(buffer.size, 0);
}
