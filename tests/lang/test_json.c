/* test_json.c -- the JSON form at its limits; what it says and refuses stands in cases. */
#include "base/buffer.h"
#include "base/file.h"
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

TEST(json_whose_text_would_be_too_long_is_refused)
{
    AUTO(buffer_done) Buffer json = {0};
    buffer_cstr(&json, "{\"kind\":\"literal\",\"type\":\"text\",\"value\":\"");
    add_repeated(&json, "0123456789abcdef", LANG_SOURCE_BYTES_MAX / 16);
    json.size -= 2; /* the two quotes of the text */
    size_t full = json.size;
    buffer_cstr(&json, "\"}");
    EXPECT_TEXT(text_of(first_error(buffer_view(&json))), "");
    json.size = full;
    buffer_cstr(&json, "x\"}");
    EXPECT_TEXT(text_of(first_error(buffer_view(&json))), "L040");
}

static const Node *parse(Text source, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *root = NULL;
    if (expression_parse(source, arena, &root, &diagnostics) == STATUS_OK) return root;
    harness_fail(__FILE__, __LINE__, "'%.*s' does not parse", TEXT_FORMAT(source));
    return NULL;
}

/* What stands after `begin` up to `end`; *rest goes on behind it. Empty when there is none. */
static Text between(Text *rest, const char *begin, const char *end)
{
    const char *from = memmem(rest->data, rest->size, begin, strlen(begin));
    if (from == NULL) return (Text){0};
    from += strlen(begin);
    size_t size = rest->size - (size_t)(from - rest->data);
    const char *to = memmem(from, size, end, strlen(end));
    if (to == NULL) return (Text){0};
    *rest = (Text){to + strlen(end), size - (size_t)(to - from) - strlen(end)};
    return (Text){from, (size_t)(to - from)};
}

static Text manual(Arena *arena)
{
    Error err;
    Text page = {0};
    Text path = arena_printf(arena, "%s/docs/language-json.md", harness_source_dir());
    EXPECT_OK(file_read(path.data, 1 << 20, arena, &page, &err), &err);
    return page;
}

TEST(the_example_of_the_manual_is_true)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text rest = manual(arena);
    between(&rest, "## Example", "\n");
    Text source = between(&rest, "```\n", "```"), json = between(&rest, "```json\n", "```");
    Diagnostics diagnostics = diagnostics_new(arena);
    const Node *of_text = parse(source, arena), *of_json = NULL;
    REQUIRE(expression_from_json(json, arena, &of_json, &diagnostics) == STATUS_OK);
    REQUIRE(of_text != NULL);
    EXPECT(expression_equal(of_text, of_json));
}

/* Each row: | `kind`, ... | keys | `text`, ... | */
TEST(the_manual_shows_every_kind_by_an_expression_of_that_kind)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text page = manual(arena), rows = between(&page, "## Nodes\n\n", "\n\n");
    size_t count = 0;
    for (Text rest = rows, line; rest.size > 0; count++) {
        line = text_split(rest, '\n', &rest);
        if (!text_starts_with(line, TEXT("| `"))) continue;
        Text cells = line;
        Text kinds = between(&cells, "| ", " | ");
        between(&cells, "", " | ");
        const Node *root = parse(between(&cells, "`", "`"), arena);
        REQUIRE(root != NULL);
        Text json = expression_to_json(root, arena), kind = between(&json, "\"kind\":\"", "\"");
        if (!text_contains(kinds, arena_printf(arena, "`%.*s`", TEXT_FORMAT(kind))))
            harness_fail(__FILE__, __LINE__, "%.*s", TEXT_FORMAT(line));
    }
    EXPECT_INT(count, 2 + 19);
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
