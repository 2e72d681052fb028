/* test_output.c -- rows as table, CSV, JSON and NDJSON. */
#include "harness/harness.h"
#include "reply/output.h"

#include <stdlib.h>

static const OutputColumn columns[] = {
    {{"name", 4}, {"имя", 6}, {.kind = TYPE_TEXT}},
    {{"=sum", 4}, {NULL, 0}, {.kind = TYPE_DECIMAL, .scale = 2}},
    {{"share", 5}, {NULL, 0}, {.kind = TYPE_RATIO}},
};

/* Three rows in this format, as text. */
static Text write_rows(OutputOptions options, Arena *arena)
{
    char *memory = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&memory, &size);
    options.file = file;
    Error err = {0};
    AUTO(output_done) Output *output = output_open(options, columns, 3);
    const Value rows[][3] = {
        {value_text(TEXT("Ёлка;\"x\"")), value_decimal(123450), value_ratio(0.5)},
        {value_text(TEXT("=1+1,2")), value_decimal(-1), value_missing()},
        {value_text(TEXT("+7 (495)\n1")), value_missing(), value_ratio(-2.0)},
    };
    for (size_t i = 0; i < 3; i++)
        output_row(output, rows[i]);
    EXPECT_OK(output_close(output, &err), &err);
    fclose(file);
    Text text = arena_text(arena, (Text){memory, size});
    free(memory);
    return text;
}

TEST(csv_is_plain_and_harmless)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(write_rows((OutputOptions){.format = FORMAT_CSV}, arena),
                "name,'=sum,share\n"
                "\"Ёлка;\"\"x\"\"\",1234.5,0.5\n"
                "\"'=1+1,2\",-0.01,\n"
                "\"'+7 (495)\n1\",,-2\n");
}

/* A spreadsheet would compute it, a dialler reads it. */
TEST(a_telephone_is_raw_but_for_spreadsheets)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (int is_for_excel = 0; is_for_excel <= 1; is_for_excel++) {
        char *memory = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&memory, &size);
        Error err = {0};
        const Value row[] = {value_text(TEXT("+7 (495) 1-2"))};
        OutputOptions options = {.format = FORMAT_CSV, .is_for_excel = is_for_excel, .file = file};
        AUTO(output_done) Output *output = output_open(options, columns, 1);
        output_row(output, row);
        EXPECT_OK(output_close(output, &err), &err);
        fclose(file);
        EXPECT_TEXT(arena_text(arena, (Text){memory, size}),
                    is_for_excel ? "\xEF\xBB\xBFимя\r\n'+7 (495) 1-2\r\n" : "name\n+7 (495) 1-2\n");
        free(memory);
    }
}

TEST(csv_for_a_spreadsheet)
{
    AUTO(arena_done) Arena *arena = arena_new();
    OutputOptions options = {.format = FORMAT_CSV, .is_for_excel = true, .language = LANGUAGE_UK};
    EXPECT_TEXT(write_rows(options, arena), "\xEF\xBB\xBFимя;'=sum;share\r\n"
                                            "\"Ёлка;\"\"x\"\"\";1234,5;0,5\r\n"
                                            "'=1+1,2;-0,01;\r\n"
                                            "\"'+7 (495)\n1\";;-2\r\n");
    options.language = LANGUAGE_EN;
    EXPECT_TEXT(write_rows(options, arena), "\xEF\xBB\xBFимя,'=sum,share\r\n"
                                            "\"Ёлка;\"\"x\"\"\",1234.5,0.5\r\n"
                                            "\"'=1+1,2\",-0.01,\r\n"
                                            "\"'+7 (495)\n1\",,-2\r\n");
}

TEST(json_is_an_array_and_ndjson_lines)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(write_rows((OutputOptions){.format = FORMAT_JSON}, arena),
                "[\n {\"name\":\"Ёлка;\\\"x\\\"\",\"=sum\":1234.5,\"share\":0.5},\n"
                " {\"name\":\"=1+1,2\",\"=sum\":-0.01,\"share\":null},\n"
                " {\"name\":\"+7 (495)\\n1\",\"=sum\":null,\"share\":-2}\n]\n");
    EXPECT_TEXT(write_rows((OutputOptions){.format = FORMAT_NDJSON}, arena),
                "{\"name\":\"Ёлка;\\\"x\\\"\",\"=sum\":1234.5,\"share\":0.5}\n"
                "{\"name\":\"=1+1,2\",\"=sum\":-0.01,\"share\":null}\n"
                "{\"name\":\"+7 (495)\\n1\",\"=sum\":null,\"share\":-2}\n");
}

TEST(a_table_is_aligned_by_what_is_seen)
{
    AUTO(arena_done) Arena *arena = arena_new();
    EXPECT_TEXT(write_rows((OutputOptions){.format = FORMAT_TABLE, .language = LANGUAGE_EN}, arena),
                "имя            =sum  share\n"
                "Ёлка;\"x\"    1,234.5    0.5\n"
                "=1+1,2        -0.01\n"
                "+7 (495) 1              -2\n");
}

TEST(nothing_is_still_well_formed)
{
    Error err = {0};
    char *memory = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&memory, &size);
    OutputOptions options = {.format = FORMAT_JSON, .file = file};
    AUTO(output_done) Output *output = output_open(options, columns, 3);
    EXPECT_OK(output_close(output, &err), &err);
    fclose(file);
    EXPECT_TEXT(((Text){memory, size}), "[]\n");
    free(memory);
}

TEST(a_full_disk_is_told)
{
    Error err = {0};
    FILE *file = fopen("/dev/full", "w");
    REQUIRE(file != NULL);
    OutputOptions options = {.format = FORMAT_CSV, .file = file};
    AUTO(output_done) Output *output = output_open(options, columns, 3);
    EXPECT_STATUS(output_close(output, &err), STATUS_IO, &err);
    EXPECT_TEXT(text_of(err.message), "cannot write the result: no space left on device");
    fclose(file);
}
