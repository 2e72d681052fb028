/* reader.h -- a file, read piece by piece into blocks of rows. */
#pragma once

#include "ingest/charset.h"
#include "ingest/csv.h"
#include "ingest/input.h"
#include "ingest/ndjson.h"

enum { BLOCK_BYTES = 256 << 10 };

/* How the bytes become rows. */
typedef struct {
    ImportFormat format;
    Encoding encoding;
    CsvDialect csv;
    uint64_t skipped_lines; /* of CSV, before the first row that counts: "sep=;" and the header */
} ReaderFormat;

/* Whole rows, views of `text`; filled again and again. */
typedef struct {
    Buffer text;
    RecordList list;
    uint64_t bytes_done; /* of the file, after this block */
    bool is_end;         /* nothing follows */
} Block;

void block_done(Block *block);

typedef struct Reader Reader;

/* The input and, for NDJSON, the columns are borrowed. */
Reader *reader_new(Input *input, ReaderFormat format, JsonColumns *columns);
void reader_free(Reader *reader); /* accepts NULL */
void reader_done(Reader **reader);
/* The next rows, at least one unless the end is reached. Rows with bytes that mean nothing in the
 * encoding, or with a NUL, carry that as their fault. */
MUST_CHECK Status reader_next(Reader *reader, Block *block, Error *err);
