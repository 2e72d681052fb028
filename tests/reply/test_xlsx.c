/* test_xlsx.c -- workbooks: whole files for any values, refused when they cannot be. What stands in
 * the cells is read by the sessions of tests/cli/cases/workbook.cli. */
#include "harness/harness.h"
#include "reply/xlsx.h"

#include <stdlib.h>
#include <string.h>

static const OutputColumn columns[] = {
    {{"text", 4}, {NULL, 0}, {.kind = TYPE_TEXT}},
    {{"money", 5}, {NULL, 0}, {.kind = TYPE_DECIMAL, .scale = 4, .is_money = true}},
    {{"share", 5}, {NULL, 0}, {.kind = TYPE_RATIO}},
    {{"day", 3}, {NULL, 0}, {.kind = TYPE_DATE}},
    {{"at", 2}, {NULL, 0}, {.kind = TYPE_MOMENT}},
    {{"yes", 3}, {NULL, 0}, {.kind = TYPE_BOOL}},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };
static const bool is_share[COLUMNS] = {[2] = true};

/* The bytes of the workbook; empty with the error when there is none. */
static Text finish(Xlsx *workbook, Arena *arena, Error *err)
{
    char *memory = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&memory, &size);
    Status status = xlsx_close(workbook, file, err);
    fclose(file);
    Text bytes = status == STATUS_OK ? arena_text(arena, (Text){memory, size}) : TEXT("");
    free(memory);
    return bytes;
}

static Text write_all(Text title, const Value *rows, size_t count, Arena *arena, Error *err)
{
    AUTO(xlsx_done) Xlsx *workbook = xlsx_open(LANGUAGE_RU, 1774951200);
    xlsx_sheet(workbook, title, columns, COLUMNS, is_share);
    for (size_t i = 0; i < count; i++)
        xlsx_row(workbook, rows + i * COLUMNS);
    xlsx_sheet(workbook, title, columns, COLUMNS, NULL);
    return finish(workbook, arena, err);
}

static Text long_text(Arena *arena)
{
    enum { BYTES = 80000 };
    char *text = arena_alloc(arena, BYTES);
    memset(text, 'x', BYTES);
    memcpy(text, "\xEF\xBF\xBF", 3);
    return (Text){text, BYTES};
}

TEST(any_values_make_a_whole_file)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Error err = {0};
    const Value rows[][COLUMNS] = {
        {value_text(TEXT("=1+1")), value_decimal(123400), value_ratio(0.5),
         value_date(date_of(2026, 3, 31)), value_moment((Moment){1774951200}), value_bool(true)},
        {value_text(long_text(arena)), value_decimal(DECIMAL_MANTISSA_MAX), value_ratio(1e300),
         value_date(date_of(1, 1, 1)), value_moment((Moment){-62135596800}), value_bool(false)},
        {value_missing(), value_missing(), value_missing(), value_missing(), value_missing(),
         value_missing()},
    };
    Text book = write_all(TEXT("[Опт]: 'доля'/*?"), &rows[0][0], 3, arena, &err);
    EXPECT_INT(err.status, STATUS_OK);
    EXPECT(text_starts_with(book, TEXT("PK\x03\x04")));
    EXPECT(text_equal(book, write_all(TEXT("[Опт]: 'доля'/*?"), &rows[0][0], 3, arena, &err)));
}

TEST(too_many_columns_are_refused)
{
    enum { MANY = 16385 };
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(xlsx_done) Xlsx *workbook = xlsx_open(LANGUAGE_EN, 0);
    Error err = {0};
    OutputColumn *many = ARENA_ARRAY(arena, OutputColumn, MANY);
    xlsx_sheet(workbook, TEXT("wide"), many, MANY, NULL);
    xlsx_row(workbook, ARENA_ARRAY(arena, Value, MANY));
    EXPECT_INT(finish(workbook, arena, &err).size, 0);
    EXPECT_INT(err.status, STATUS_LIMIT);
}

TEST(what_was_begun_and_left_is_freed)
{
    AUTO(xlsx_done) Xlsx *workbook = xlsx_open(LANGUAGE_EN, 0);
    xlsx_sheet(workbook, TEXT(""), columns, COLUMNS, NULL);
    EXPECT(workbook != NULL);
}
