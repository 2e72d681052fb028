/* test_json_string.c -- texts as JSON. */
#include "base/json_string.h"
#include "harness/harness.h"

static void expect_json(Text text, const char *expected)
{
    AUTO(buffer_done) Buffer buffer = {0};
    json_string_add(&buffer, text);
    EXPECT_TEXT(buffer_view(&buffer), expected);
}

TEST(what_json_cannot_hold_is_escaped)
{
    expect_json(TEXT(""), "\"\"");
    expect_json(TEXT("Ёлка"), "\"Ёлка\"");
    expect_json(TEXT("\"a\\b\""), "\"\\\"a\\\\b\\\"\"");
    expect_json(TEXT("a\n\r\tb"), "\"a\\n\\r\\tb\"");
    expect_json(TEXT("\x1f\x7f"), "\"\\u001F\x7f\"");
    expect_json(TEXT("a\u2028"), "\"a\\u2028\"");
    expect_json(TEXT("a\xff"
                     "b"),
                "\"a\xEF\xBF\xBD"
                "b\"");
}
