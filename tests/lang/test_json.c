/* test_json.c -- the JSON form at its limits; what it says and refuses stands in cases. */
#include "base/buffer.h"
#include "harness/harness.h"
#include "lang/lang.h"
#include "random_tree.h"

#include <string.h>

/* The code of the first error, "" when there is none. */
static const char *first_error(Text json)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    Status status = expression_from_json(json, arena, &root, &diagnostics);
    EXPECT((status == STATUS_OK) == (diagnostics.errors_count == 0));
    return diagnostics.count == 0 ? "" : diagnostic_code(diagnostics.items[0].kind);
}

static void add_repeated(Buffer *out, const char *piece, size_t count)
{
    for (; count > 0; count--)
        buffer_cstr(out, piece);
}

/* `levels` levels of "not" around a name, itself a level. */
static const char *error_of_levels(size_t levels)
{
    AUTO(buffer_done) Buffer json = {0};
    add_repeated(&json, "{\"kind\":\"not\",\"operand\":", levels - 1);
    buffer_cstr(&json, "{\"kind\":\"name\",\"name\":\"a\"}");
    add_repeated(&json, "}", levels - 1);
    return first_error(buffer_view(&json));
}

TEST(depth_is_limited_as_in_text)
{
    EXPECT_TEXT(text_of(error_of_levels(LANG_DEPTH_MAX)), "");
    EXPECT_TEXT(text_of(error_of_levels(LANG_DEPTH_MAX + 1)), "L037");
    EXPECT_TEXT(text_of(error_of_levels(2000)), "L037");
    EXPECT_TEXT(text_of(error_of_levels(100000)), "L041"); /* the library's own limit */
}

static const char *error_of_nodes(size_t nodes)
{
    AUTO(buffer_done) Buffer json = {0};
    buffer_cstr(&json, "{\"kind\":\"or\",\"operands\":[{\"kind\":\"name\",\"name\":\"a\"}");
    add_repeated(&json, ",{\"kind\":\"name\",\"name\":\"a\"}", nodes - 2);
    buffer_cstr(&json, "]}");
    return first_error(buffer_view(&json));
}

static const char *error_of_values(size_t count)
{
    AUTO(buffer_done) Buffer json = {0};
    buffer_cstr(&json, "{\"kind\":\"in_list\",\"operand\":{\"kind\":\"name\",\"name\":\"a\"},"
                       "\"values\":[{\"type\":\"bool\",\"value\":true}");
    add_repeated(&json, ",{\"type\":\"bool\",\"value\":true}", count - 1);
    buffer_cstr(&json, "]}");
    return first_error(buffer_view(&json));
}

TEST(nodes_lists_and_length_are_limited_as_in_text)
{
    EXPECT_TEXT(text_of(error_of_nodes(LANG_NODES_MAX)), "");
    EXPECT_TEXT(text_of(error_of_nodes(LANG_NODES_MAX + 1)), "L038");
    EXPECT_TEXT(text_of(error_of_values(LANG_LIST_MAX)), "");
    EXPECT_TEXT(text_of(error_of_values(LANG_LIST_MAX + 1)), "L039");
    AUTO(buffer_done) Buffer spaces = {0};
    add_repeated(&spaces, "                ", LANG_JSON_BYTES_MAX / 16);
    EXPECT_TEXT(text_of(first_error(buffer_view(&spaces))), "L041");
    buffer_char(&spaces, ' ');
    EXPECT_TEXT(text_of(first_error(buffer_view(&spaces))), "L040");
}

/* A value of the wrong kind anywhere in a document is an error, never a crash. */
TEST(damaged_documents_give_a_tree_or_errors)
{
    static const char *const VALUES[] = {"null", "5", "-1", "\"x\"", "[]", "{}", "true", "1.5"};
    Random random = random_seeded(harness_seed());
    size_t refused = 0;
    for (size_t i = 0; i < 5000; i++) {
        AUTO(arena_done) Arena *arena = arena_new();
        AUTO(buffer_done) Buffer damaged = {0};
        Text json = expression_to_json(random_tree(&random, arena, 6, 12), arena);
        /* Put a value right behind one of the colons, in place of what stands up to a comma. */
        size_t at = random_below(&random, json.size);
        while (at < json.size && json.data[at] != ':')
            at++;
        size_t end = at;
        while (end < json.size && json.data[end] != ',' && json.data[end] != '}')
            end++;
        buffer_text(&damaged, text_slice(json, 0, at));
        if (at < end) buffer_printf(&damaged, ":%s", VALUES[random_below(&random, 8)]);
        buffer_text(&damaged, text_slice(json, end, json.size));
        if (*first_error(buffer_view(&damaged)) != '\0') refused++;
    }
    EXPECT(refused > 2500);
}
