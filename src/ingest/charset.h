/* charset.h -- bytes of a file into UTF-8, whatever its encoding, without ever stopping.
 *
 * What has no meaning in the encoding becomes CHARSET_BAD_BYTE, which valid UTF-8 never holds, so
 * that the row it stands in, and only that row, is refused later. */
#pragma once

#include "base/buffer.h"
#include "ingest/ingest.h"
#include "ingest/say.h"

#define CHARSET_BAD_BYTE '\xFF'

extern const uint16_t CHARSET_WINDOWS_1251[128];
extern const uint16_t CHARSET_CP866[128];
extern const uint16_t CHARSET_KOI8_U[128];
/* The code points of 0x80 .. 0xFF of a one-byte encoding; NULL for the others. */
const uint16_t *charset_table(Encoding encoding);

/* UTF-8 of the bytes 0x80 .. 0xFF of a one-byte encoding, ready to be stored four bytes at once. */
typedef struct {
    uint32_t bytes;
    uint32_t size;
} CharsetUnit;

typedef struct {
    Encoding encoding;
    CharsetUnit units[128];
    uint32_t high_surrogate; /* UTF-16: waiting for its partner; 0 when none */
    unsigned char half;      /* UTF-16: first byte of a code unit cut by the end of a chunk */
    bool has_half;
    bool has_bad; /* a byte without meaning was met; of one-byte encodings only */
} Charset;

void charset_init(Charset *charset, Encoding encoding);
/* Append the UTF-8 of the next bytes of the file. UTF-8 itself is passed through unchecked. */
void charset_decode(Charset *charset, Text bytes, Buffer *out);
/* The end of the file: what is still waiting is bad. */
void charset_finish(Charset *charset, Buffer *out);

/* Bytes of the byte order mark at the beginning, 0 when there is none; tells its encoding. Programs
 * that add a mark to a file that has one leave several: all of them count. */
size_t charset_bom(Text bytes, Encoding *ret_encoding);

/* What encoding the beginning of a file has, and why. */
typedef struct {
    Encoding encoding;
    Text why; /* a sentence */
    bool is_certain;
    bool is_ascii_only; /* nothing seen tells UTF-8 from the others */
} CharsetGuess;

/* The first line with letters in UTF-8 and the first with letters that are not, of all lines seen;
 * 0: none yet. A file that has both is in no one encoding. */
typedef struct {
    uint64_t seen; /* lines */
    uint64_t utf8, other;
} CharsetLines;

/* Look at whole lines (but for the end of the file). A single damaged letter tells nothing. */
void charset_lines_see(CharsetLines *lines, Text bytes);
static inline bool charset_lines_disagree(const CharsetLines *lines)
{
    return lines->utf8 != 0 && lines->other != 0;
}

CharsetGuess charset_guess(Text bytes, bool is_whole_file, Voice voice);
