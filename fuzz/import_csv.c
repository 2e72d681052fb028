/* import_csv.c -- any bytes as CSV: the same rows whole and in pieces, every cell inside the text.
 */
#include "ingest/csv.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A print of the rows, so that two ways of splitting can be compared. */
static void print_rows(const RecordList *list, const Buffer *text, Buffer *out)
{
    for (size_t i = 0; i < list->records.count; i++) {
        const Record *record = &list->records.items[i];
        buffer_printf(out, "%llu %d", (unsigned long long)record->line, (int)record->fault);
        ASSERT(record->raw.data >= text->data &&
               record->raw.data + record->raw.size <= text->data + text->size);
        if (record->cells_count == 0) buffer_text(out, record->raw);
        for (size_t c = 0; c < record->cells_count; c++) {
            Text cell = cell_text(list->cells.items[record->first_cell + c]);
            ASSERT(cell.data >= text->data && cell.data + cell.size <= text->data + text->size);
            buffer_char(out, '\1');
            buffer_text(out, cell);
        }
        buffer_char(out, '\2');
    }
}

static void split(Text input, CsvDialect dialect, size_t piece, Buffer *out)
{
    AUTO(record_list_done) RecordList list = {0};
    AUTO(buffer_done) Buffer text = {0};
    SplitState state = {1, false};
    for (size_t given = 0;;) {
        size_t more = input.size - given < piece ? input.size - given : piece;
        buffer_text(&text, text_slice(input, given, given + more));
        given += more;
        bool is_end = given == input.size;
        if (text.size == 0) return;
        size_t taken = csv_split(text.data, text.size, dialect, is_end, &state, &list);
        print_rows(&list, &text, out);
        record_list_clear(&list);
        memmove(text.data, text.data + taken, text.size - taken);
        text.size -= taken;
        if (is_end) break;
    }
    ASSERT(text.size == 0);
}

static void compare_marks(Text input, CsvDialect dialect)
{
    AUTO(buffer_done) Buffer fast = {0}, plain = {0};
    buffer_reserve(&fast, (input.size + 1) * sizeof(uint32_t));
    buffer_reserve(&plain, (input.size + 1) * sizeof(uint32_t));
    size_t count = csv_find_marks(input, dialect, (uint32_t *)(void *)fast.data);
    ASSERT(count == csv_find_marks_plain(input, dialect, (uint32_t *)(void *)plain.data));
    ASSERT(memcmp(fast.data, plain.data, count * sizeof(uint32_t)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 1 << 14) return 0;
    CsvDialect dialect = {";,\t|"[data[0] % 4], data[0] & 0x80 ? '\r' : '\n'};
    Text input = {(const char *)data + 2, size - 2};
    AUTO(buffer_done) Buffer whole = {0}, pieces = {0};
    compare_marks(input, dialect);
    split(input, dialect, input.size + 1, &whole);
    split(input, dialect, 1 + data[1], &pieces);
    ASSERT(text_equal(buffer_view(&whole), buffer_view(&pieces)));
    return 0;
}
