/* csv_marks.c -- finding the three signs that shape a CSV file, 64 bytes at a time.
 *
 * SSE2 is part of every x86-64; elsewhere the plain form is used alone. */
#include "ingest/csv.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static size_t find_marks_from(Text text, size_t begin, CsvDialect dialect, uint32_t *out)
{
    size_t count = 0;
    for (size_t i = begin; i < text.size; i++) {
        char byte = text.data[i];
        out[count] = (uint32_t)i;
        count += byte == '"' || byte == dialect.delimiter || byte == dialect.line_end;
    }
    return count;
}

size_t csv_find_marks_plain(Text text, CsvDialect dialect, uint32_t *out)
{
    return find_marks_from(text, 0, dialect, out);
}

#if defined(__SSE2__)

typedef struct {
    __m128i quote, delimiter, line_end;
} MarkBytes;

static uint64_t marks_of_16(const char *data, const MarkBytes *marks)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)data);
    __m128i any = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, marks->quote), _mm_cmpeq_epi8(bytes, marks->delimiter)),
        _mm_cmpeq_epi8(bytes, marks->line_end));
    return (uint64_t)(uint32_t)_mm_movemask_epi8(any);
}

size_t csv_find_marks(Text text, CsvDialect dialect, uint32_t *out)
{
    MarkBytes marks = {_mm_set1_epi8('"'), _mm_set1_epi8(dialect.delimiter),
                       _mm_set1_epi8(dialect.line_end)};
    size_t count = 0, i = 0;
    for (; i + 64 <= text.size; i += 64) {
        const char *data = text.data + i;
        uint64_t bits = marks_of_16(data, &marks) | marks_of_16(data + 16, &marks) << 16 |
                        marks_of_16(data + 32, &marks) << 32 | marks_of_16(data + 48, &marks) << 48;
        for (; bits != 0; bits &= bits - 1)
            out[count++] = (uint32_t)(i + (size_t)__builtin_ctzll(bits));
    }
    return count + find_marks_from(text, i, dialect, out + count);
}

#else

size_t csv_find_marks(Text text, CsvDialect dialect, uint32_t *out)
{
    return csv_find_marks_plain(text, dialect, out);
}

#endif
