/* test_ndjson.c -- JSON lines: cells, faults, late keys, and how numbers stay exact. */
#include "harness/harness.h"

#include "ingest/ndjson.h"

static void print_rows(const JsonColumns *columns, const RecordList *list, Buffer *out)
{
    for (size_t i = 0; i < list->records.count; i++) {
        const Record *record = &list->records.items[i];
        buffer_printf(out, "%llu:", (unsigned long long)record->line);
        for (size_t c = 0; c < record->cells_count; c++) {
            Cell cell = list->cells.items[record->first_cell + c];
            if (cell.data == NULL) continue;
            buffer_printf(out, " %.*s%s%.*s", TEXT_FORMAT(columns->names.items[c]),
                          cell.is_machine ? "#" : "=", TEXT_FORMAT(cell_text(cell)));
        }
        if (record->fault != FAULT_NONE)
            buffer_printf(out, " <%s>", fault_sentence(record->fault, LANGUAGE_EN));
        buffer_char(out, '\n');
    }
}

static void expect_rows(int line, const char *text, const char *expected)
{
    AUTO(arena_done) Arena *arena = arena_new();
    JsonColumns columns = json_columns_new(arena);
    RecordList list = {0};
    SplitState state = {1, false};
    Buffer out = {0};
    Text input = text_of(text);
    EXPECT_INT(ndjson_split(input, true, &columns, &state, &list), input.size);
    print_rows(&columns, &list, &out);
    harness_expect_text(__FILE__, line, text, buffer_view(&out), text_of(expected));
    buffer_done(&out);
    record_list_done(&list);
    json_columns_done(&columns);
}

#define EXPECT_ROWS(text, expected) expect_rows(__LINE__, text, expected)

TEST(objects)
{
    EXPECT_ROWS("{\"a\":1,\"b\":\"x\"}\n\n {\"b\":\"y\"} \r\n{}", "1: a#1 b=x\n3: b=y\n4:\n");
    EXPECT_ROWS("{ \"a\" : null , \"b\" : true , \"c\" : false }", "1: a= b=true c=false\n");
    EXPECT_ROWS("{\"a\":{\"b\":{\"c\":1},\"d\":2},\"e\":3}", "1: a.b.c#1 a.d#2 e#3\n");
}

TEST(sets)
{
    EXPECT_ROWS("{\"a\":[\"x\",\"y\",3],\"b\":[],\"c\":[\"\\u0416\\n\"]}", "1: a=x|y|3 b= c=Ж\n\n");
    EXPECT_ROWS("{\"a\":[\"x|y\"]}", "1: <a list may hold only texts and numbers without '|'>\n");
    EXPECT_ROWS("{\"a\":[[1]]}", "1: <a list may hold only texts and numbers without '|'>\n");
}

TEST(numbers_keep_their_digits)
{
    EXPECT_ROWS("{\"a\":0.10,\"b\":-12345678901234567890.123456789012345678}",
                "1: a#0.10 b#-12345678901234567890.123456789012345678\n");
    EXPECT_ROWS("{\"a\":1e3,\"b\":1.25E-1}", "1: a#1e3 b#1.25E-1\n");
}

TEST(escapes)
{
    EXPECT_ROWS("{\"\\u0430\":\"\\\"\\\\\\/\\t\\ud83d\\ude00\"}", "1: а=\"\\/\t😀\n");
}

TEST(what_is_no_object)
{
    static const char *const bad[] = {"[1]",
                                      "1",
                                      "{\"a\":1",
                                      "{\"a\":1}}",
                                      "{\"a\":01}",
                                      "{\"a\":1.}",
                                      "{\"a\":+1}",
                                      "{\"a\":.5}",
                                      "{a:1}",
                                      "{\"a\":\"\\ud800\"}",
                                      "{\"a\":\"\\ude00\"}",
                                      "{\"a\":\"\\u0000\"}",
                                      "{\"a\":\"\\x\"}",
                                      "{\"a\":\"tab\there\"}",
                                      "{\"a\" 1}",
                                      "{\"a\":1,}",
                                      "{\"a\":nul}",
                                      "{\"a\":\"open}",
                                      "{\"a\":1e}",
                                      "{,}",
                                      "{\"a\":[1,]}",
                                      "{\"a\":[1 2]}",
                                      "{\"a\":\"\\"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT_ROWS(bad[i], "1: <not a JSON object on one line>\n");
}

TEST(repeated_keys_and_depth)
{
    EXPECT_ROWS("{\"a\":1,\"a\":2}", "1: <a key that occurs twice>\n");
    EXPECT_ROWS("{\"a\":{\"b\":1},\"a.b\":2}", "1: <a key that occurs twice>\n");
    EXPECT_ROWS("{\"a\":null,\"a\":2}", "1: <a key that occurs twice>\n");
    Buffer deep = {0};
    for (size_t i = 0; i < JSON_DEPTH_MAX; i++)
        buffer_cstr(&deep, "{\"a\":");
    buffer_cstr(&deep, "1");
    for (size_t i = 0; i < JSON_DEPTH_MAX; i++)
        buffer_cstr(&deep, "}");
    EXPECT_ROWS(deep.data, "1: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a#1\n");
    buffer_clear(&deep);
    for (size_t i = 0; i <= JSON_DEPTH_MAX; i++)
        buffer_cstr(&deep, "{\"a\":");
    EXPECT_ROWS(deep.data, "1: <objects nested too deeply>\n");
    buffer_done(&deep);
}

/* A bad line costs itself only, and what it had begun leaves no cells behind. */
TEST(bad_lines_between_good_ones)
{
    EXPECT_ROWS("{\"a\":1}\n{\"a\":2,\"b\":}\n{\"a\":3}\n",
                "1: a#1\n2: <not a JSON object on one line>\n3: a#3\n");
}

TEST(late_keys_are_noted)
{
    AUTO(arena_done) Arena *arena = arena_new();
    JsonColumns columns = json_columns_new(arena);
    RecordList list = {0};
    SplitState state = {1, false};
    ndjson_split(TEXT("{\"a\":1}\n"), true, &columns, &state, &list);
    columns.is_fixed = true;
    ndjson_split(TEXT("{\"b\":1}\n{\"b\":2,\"a\":3}\n"), true, &columns, &state, &list);
    EXPECT_INT(columns.names.count, 1);
    EXPECT_INT(columns.late.count, 1);
    EXPECT_TEXT(columns.late.items[0].name, "b");
    EXPECT_INT(columns.late.items[0].count, 2);
    EXPECT_INT(columns.late.items[0].line, 2);
    record_list_done(&list);
    json_columns_done(&columns);
}
