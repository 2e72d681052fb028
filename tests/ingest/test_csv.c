/* test_csv.c -- splitting CSV: what rows and cells come out, whole or in pieces. */
#include "harness/harness.h"

#include "base/memory.h"
#include "base/random.h"
#include "ingest/csv.h"

#include <stdlib.h>
#include <string.h>

static const CsvDialect SEMICOLON = {';', '\n'};

static void print_records(const RecordList *list, Buffer *out)
{
    for (size_t i = 0; i < list->records.count; i++) {
        const Record *record = &list->records.items[i];
        buffer_printf(out, "%llu:", (unsigned long long)record->line);
        for (size_t c = 0; c < record->cells_count; c++) {
            Text cell = cell_text(list->cells.items[record->first_cell + c]);
            buffer_printf(out, "[%.*s]", TEXT_FORMAT(cell));
        }
        if (record->fault != FAULT_NONE) {
            Text raw = text_slice(record->raw, 0, record->raw.size < 40 ? record->raw.size : 40);
            buffer_printf(out, "<%s|%.*s>", fault_sentence(record->fault, LANGUAGE_EN),
                          TEXT_FORMAT(raw));
        }
        buffer_char(out, '\n');
    }
}

/* Split `text` given in pieces of `piece` bytes, as a reader would. */
static void split_in_pieces(Text text, CsvDialect dialect, size_t piece, Buffer *out)
{
    RecordList list = {0};
    SplitState state = {1, false};
    Buffer waiting = {0};
    for (size_t given = 0; given < text.size || waiting.size != 0;) {
        size_t size = text.size - given < piece ? text.size - given : piece;
        buffer_text(&waiting, text_slice(text, given, given + size));
        given += size;
        bool is_end = given == text.size;
        size_t taken = csv_split(waiting.data, waiting.size, dialect, is_end, &state, &list);
        print_records(&list, out);
        record_list_clear(&list);
        memmove(waiting.data, waiting.data + taken, waiting.size - taken);
        waiting.size -= taken;
        if (is_end) EXPECT_INT(waiting.size, 0);
        if (is_end) break;
    }
    buffer_done(&waiting);
    record_list_done(&list);
}

static void expect_split_as(int line, Text text, CsvDialect dialect, const char *expected)
{
    for (size_t piece = 1; piece <= text.size + 1; piece++) {
        Buffer out = {0};
        split_in_pieces(text, dialect, piece, &out);
        harness_expect_text(__FILE__, line, "rows", buffer_view(&out), text_of(expected));
        buffer_done(&out);
    }
}

#define EXPECT_SPLIT(text, expected) expect_split_as(__LINE__, TEXT(text), SEMICOLON, expected)

TEST(plain_rows)
{
    EXPECT_SPLIT("a;b\n1;2\n", "1:[a][b]\n2:[1][2]\n");
    EXPECT_SPLIT("a;b\n1;2", "1:[a][b]\n2:[1][2]\n");
    EXPECT_SPLIT("a;b\r\n1;2\r\n", "1:[a][b]\n2:[1][2]\n");
    EXPECT_SPLIT("a;;\n;;c\n", "1:[a][][]\n2:[][][c]\n");
    EXPECT_SPLIT("a,b;c\td\n", "1:[a,b][c\td]\n");
}

TEST(nothing_at_all)
{
    EXPECT_SPLIT("", "");
    EXPECT_SPLIT("\n\r\n\n", "");
}

TEST(blank_lines_are_no_rows)
{
    EXPECT_SPLIT("a;b\n\n  \n\r\n;\n \t;\n\"\";\n1;2\n\n", "1:[a][b]\n8:[1][2]\n");
}

TEST(quoted_cells)
{
    EXPECT_SPLIT("\"a;b\";\"c\nd\"\n1;2\n", "1:[a;b][c\nd]\n3:[1][2]\n");
    EXPECT_SPLIT("\"a\"\"b\";\"\"\"\"\n", "1:[a\"b][\"]\n");
    EXPECT_SPLIT("\"\";x\n", "1:[][x]\n");
    EXPECT_SPLIT("\"a\" ;\"b\"\r\n\"c\"", "1:[a][b]\n2:[c]\n");
    EXPECT_SPLIT("\"a\r\nb\r\";c\n", "1:[a\r\nb\r][c]\n");
}

TEST(quotes_in_the_middle_are_plain_signs)
{
    EXPECT_SPLIT("Болт 5\" длинный;2\nООО \"Ромашка\";3\n",
                 "1:[Болт 5\" длинный][2]\n2:[ООО \"Ромашка\"][3]\n");
}

TEST(malformed_quotes_cost_one_line)
{
    EXPECT_SPLIT("1;\"a\"b;2\n3;c;4\n",
                 "1:<a quote that does not end its cell, or is never closed|1;\"a\"b;2>\n"
                 "2:[3][c][4]\n");
    EXPECT_SPLIT("1;\"never closed;2\n3;c;4\n5;d;6",
                 "1:<a quote that does not end its cell, or is never closed|1;\"never closed;2>\n"
                 "2:[3][c][4]\n3:[5][d][6]\n");
    EXPECT_SPLIT("1;\"open;2\n3;c;4\n5;\"ok\";6\n",
                 "1:<a quote that does not end its cell, or is never closed|1;\"open;2>\n"
                 "2:[3][c][4]\n3:[5][ok][6]\n");
    EXPECT_SPLIT("\"", "1:<a quote that does not end its cell, or is never closed|\">\n");
}

TEST(carriage_returns_alone_end_lines_where_told)
{
    CsvDialect dialect = {';', '\r'};
    expect_split_as(__LINE__, TEXT("a;b\r1;\"x\ry\"\r\r2;3"), dialect,
                    "1:[a][b]\n2:[1][x\ry]\n5:[2][3]\n");
    EXPECT_SPLIT("a\rb;c\n", "1:[a\rb][c]\n");
}

TEST(too_many_cells)
{
    Buffer text = {0};
    for (size_t i = 0; i < CELLS_MAX; i++)
        buffer_cstr(&text, i == 0 ? "x" : ";x");
    buffer_cstr(&text, "\n");
    RecordList list = {0};
    SplitState state = {1, false};
    EXPECT_INT(csv_split(text.data, text.size, SEMICOLON, true, &state, &list), text.size);
    EXPECT_INT(list.records.items[0].cells_count, CELLS_MAX);
    record_list_clear(&list);
    text.data[text.size - 1] = ';';
    buffer_cstr(&text, "x\n1;2\n");
    EXPECT_INT(csv_split(text.data, text.size, SEMICOLON, true, &state, &list), text.size);
    EXPECT_INT(list.records.count, 2);
    EXPECT_INT(list.records.items[0].fault, FAULT_TOO_MANY_CELLS);
    EXPECT_INT(list.records.items[1].cells_count, 2);
    EXPECT_INT(list.records.items[1].line, 3);
    record_list_done(&list);
    buffer_done(&text);
}

/* A line over the limit is refused once, whatever pieces it comes in, and the next one is fine. */
TEST(too_long_rows)
{
    Buffer text = {0}, whole = {0}, pieces = {0};
    buffer_cstr(&text, "a;b\n");
    for (size_t i = 0; i <= RECORD_BYTES_MAX; i++)
        buffer_char(&text, 'x');
    buffer_cstr(&text, "\nc;d\n\"");
    for (size_t i = 0; i <= RECORD_BYTES_MAX; i++)
        buffer_char(&text, i % 1000 == 0 ? '\n' : 'y');
    buffer_cstr(&text, "\"\nlast;one\n");
    split_in_pieces(buffer_view(&text), SEMICOLON, text.size, &whole);
    split_in_pieces(buffer_view(&text), SEMICOLON, 100000, &pieces);
    EXPECT(text_equal(buffer_view(&whole), buffer_view(&pieces)));
    EXPECT(text_starts_with(buffer_view(&whole),
                            TEXT("1:[a][b]\n2:<longer than a row may be|xxxxxxxxxxxx")));
    EXPECT(text_contains(buffer_view(&whole), TEXT("\n3:[c][d]\n4:<a quote that does not")));
    EXPECT(text_ends_with(buffer_view(&whole), TEXT(":[last][one]\n")));
    buffer_done(&text);
    buffer_done(&whole);
    buffer_done(&pieces);
}

static void random_csv(Random *random, Buffer *out)
{
    static const char *const parts[] = {"\"", ";",    "\n", "\r\n", "a",
                                        "bc", "\"\"", " ",  "ж",    "x;y\n"};
    size_t count = (size_t)random_below(random, 60);
    for (size_t i = 0; i < count; i++)
        buffer_cstr(out, parts[random_below(random, sizeof parts / sizeof *parts)]);
}

/* Goal: where a piece of the file ends changes nothing. Method: random signs, whole and cut. */
TEST(pieces_change_nothing)
{
    Random random = random_seeded(harness_seed());
    for (size_t i = 0; i < 3000; i++) {
        Buffer text = {0}, whole = {0}, pieces = {0};
        random_csv(&random, &text);
        split_in_pieces(buffer_view(&text), SEMICOLON, text.size + 1, &whole);
        split_in_pieces(buffer_view(&text), SEMICOLON, 1 + (size_t)random_below(&random, 9),
                        &pieces);
        harness_expect_text(__FILE__, __LINE__, buffer_view(&text).data, buffer_view(&pieces),
                            buffer_view(&whole));
        buffer_done(&text);
        buffer_done(&whole);
        buffer_done(&pieces);
    }
}

/* Goal: every byte of the file is in a row, a line end or a blank line. Method: random signs;
 * a row with a fault has its line, the cells of the others keep all that is no mark. */
TEST(marks_are_found_alike)
{
    Random random = random_seeded(harness_seed());
    for (size_t i = 0; i < 2000; i++) {
        Buffer text = {0};
        random_csv(&random, &text);
        uint32_t *fast = memory_alloc((text.size + 1) * sizeof *fast);
        uint32_t *plain = memory_alloc((text.size + 1) * sizeof *plain);
        size_t fast_count = csv_find_marks(buffer_view(&text), SEMICOLON, fast);
        size_t plain_count = csv_find_marks_plain(buffer_view(&text), SEMICOLON, plain);
        EXPECT_INT(fast_count, plain_count);
        EXPECT(memcmp(fast, plain, plain_count * sizeof *plain) == 0);
        free(fast);
        free(plain);
        buffer_done(&text);
    }
}
