/* reader.c -- reading, decoding and splitting; what is cut by the end of a block waits. */
#include "ingest/reader.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

struct Reader {
    Input *input;
    ReaderFormat format;
    JsonColumns *columns;
    Charset charset;
    SplitState state;
    Buffer bytes;   /* undecoded */
    Buffer waiting; /* decoded, not yet a whole row */
    bool is_begun;
    bool is_end;
};

void block_done(Block *block)
{
    buffer_done(&block->text);
    record_list_done(&block->list);
}

Reader *reader_new(Input *input, ReaderFormat format, JsonColumns *columns)
{
    Reader *reader = MEMORY_NEW(Reader);
    reader->input = input;
    reader->format = format;
    reader->columns = columns;
    reader->state = (SplitState){1, false};
    charset_init(&reader->charset, format.encoding);
    return reader;
}

void reader_free(Reader *reader)
{
    if (reader == NULL) return;
    buffer_done(&reader->bytes);
    buffer_done(&reader->waiting);
    free(reader);
}

void reader_done(Reader **reader)
{
    reader_free(*reader);
    *reader = NULL;
}

/* Bytes of UTF-8 go straight into the text; others through the decoder. */
static Status read_text(Reader *reader, Buffer *text, Error *err)
{
    bool is_direct = reader->format.encoding == ENCODING_UTF8;
    Buffer *target = is_direct ? text : &reader->bytes;
    size_t size;
    buffer_reserve(target, BLOCK_BYTES);
    TRY(input_read(reader->input, target->data + target->size, BLOCK_BYTES, &size, err));
    Text bytes = {target->data + target->size, size};
    Encoding marked;
    size_t mark = reader->is_begun ? 0 : charset_bom(bytes, &marked);
    reader->is_begun = true;
    reader->is_end = size == 0;
    if (is_direct && mark != 0) memmove(target->data, target->data + mark, size - mark);
    if (is_direct)
        text->size += size - mark;
    else
        charset_decode(&reader->charset, text_slice(bytes, mark, size), text);
    if (reader->is_end) charset_finish(&reader->charset, text);
    return STATUS_OK;
}

static bool is_skipped(const Reader *reader, const Record *record)
{
    return reader->format.format == IMPORT_CSV && record->line <= reader->format.skipped_lines;
}

static void drop_skipped_records(Reader *reader, RecordList *list)
{
    size_t skipped = 0;
    while (skipped < list->records.count && is_skipped(reader, &list->records.items[skipped]))
        skipped++;
    list->records.count -= skipped;
    if (skipped != 0)
        memmove(list->records.items, list->records.items + skipped,
                list->records.count * sizeof *list->records.items);
}

/* What a table has decoded is valid but for the bytes that have no meaning. */
static bool is_valid(const Reader *reader, Text text)
{
    bool is_by_table = charset_table(reader->format.encoding) != NULL;
    return (is_by_table && !reader->charset.has_bad) || utf8_is_valid(text);
}

/* Only where a block is not clean as a whole is it worth looking at each row. */
static void find_bad_rows(const Reader *reader, Block *block, size_t size)
{
    Text whole = text_slice(buffer_view(&block->text), 0, size);
    bool has_nul = memchr(whole.data, '\0', whole.size) != NULL;
    if (!has_nul && is_valid(reader, whole)) return;
    for (size_t i = 0; i < block->list.records.count; i++) {
        Record *record = &block->list.records.items[i];
        if (record->fault != FAULT_NONE) continue;
        if (memchr(record->raw.data, '\0', record->raw.size) != NULL)
            record->fault = FAULT_NUL_BYTE;
        if (!utf8_is_valid(record->raw)) record->fault = FAULT_BAD_BYTES;
    }
}

static size_t split(Reader *reader, Block *block)
{
    Buffer *text = &block->text;
    if (reader->format.format == IMPORT_CSV)
        return csv_split(text->data, text->size, reader->format.csv, reader->is_end, &reader->state,
                         &block->list);
    return ndjson_split(buffer_view(text), reader->is_end, reader->columns, &reader->state,
                        &block->list);
}

Status reader_next(Reader *reader, Block *block, Error *err)
{
    record_list_clear(&block->list);
    buffer_clear(&block->text);
    buffer_text(&block->text, buffer_view(&reader->waiting));
    buffer_clear(&reader->waiting);
    while (!reader->is_end && block->list.records.count == 0) {
        TRY(read_text(reader, &block->text, err));
        size_t taken = block->text.size == 0 ? 0 : split(reader, block);
        find_bad_rows(reader, block, taken);
        drop_skipped_records(reader, &block->list);
        bool has_rows = block->list.records.count != 0;
        Text rest = text_slice(buffer_view(&block->text), taken, block->text.size);
        if (has_rows) {
            buffer_text(&reader->waiting, rest);
        } else if (rest.size != 0) {
            memmove(block->text.data, rest.data, rest.size);
        }
        if (!has_rows) block->text.size = rest.size;
    }
    block->bytes_done = input_done_bytes(reader->input);
    block->is_end = reader->is_end;
    return STATUS_OK;
}
