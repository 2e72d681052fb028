/* import_ndjson.c -- any bytes as JSON lines: the same rows whole and in pieces, cells that are
 * texts where the input was one. */
#include "ingest/ndjson.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_rows(const RecordList *list, bool is_text, Buffer *out)
{
    for (size_t i = 0; i < list->records.count; i++) {
        const Record *record = &list->records.items[i];
        buffer_printf(out, "%llu %d", (unsigned long long)record->line, (int)record->fault);
        for (size_t c = 0; c < record->cells_count; c++) {
            Cell cell = list->cells.items[record->first_cell + c];
            ASSERT(!is_text || utf8_is_valid(cell_text(cell)));
            buffer_char(out, cell.data == NULL ? '\3' : '\1');
            if (cell.data != NULL) buffer_text(out, cell_text(cell));
        }
        buffer_char(out, '\2');
    }
}

static void split(Text input, size_t piece, Buffer *out)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(json_columns_done) JsonColumns columns = json_columns_new(arena);
    AUTO(record_list_done) RecordList list = {0};
    AUTO(buffer_done) Buffer text = {0};
    SplitState state = {1, false};
    bool is_text = utf8_is_valid(input);
    for (size_t given = 0; given < input.size;) {
        size_t more = input.size - given < piece ? input.size - given : piece;
        buffer_text(&text, text_slice(input, given, given + more));
        given += more;
        size_t taken =
            ndjson_split(buffer_view(&text), given == input.size, &columns, &state, &list);
        print_rows(&list, is_text, out);
        record_list_clear(&list);
        memmove(text.data, text.data + taken, text.size - taken);
        text.size -= taken;
    }
    ASSERT(text.size == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 14) return 0;
    Text input = {(const char *)data + 1, size - 1};
    AUTO(buffer_done) Buffer whole = {0}, pieces = {0};
    split(input, input.size + 1, &whole);
    split(input, 1 + data[0], &pieces);
    ASSERT(text_equal(buffer_view(&whole), buffer_view(&pieces)));
    return 0;
}
