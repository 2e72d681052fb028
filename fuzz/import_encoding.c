/* import_encoding.c -- any bytes as text: a guess with a reason, and in every encoding the same
 * UTF-8 whole and in pieces, with nothing malformed but what is marked as bad. */
#include "ingest/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(Text input, Encoding encoding, size_t piece, Buffer *out)
{
    Charset charset;
    charset_init(&charset, encoding);
    for (size_t i = 0; i < input.size; i += piece) {
        size_t end = input.size - i < piece ? input.size : i + piece;
        charset_decode(&charset, text_slice(input, i, end), out);
    }
    charset_finish(&charset, out);
}

/* UTF-8 between the marks of bad places. */
static void expect_utf8(Text text)
{
    for (Text rest = text; rest.data != NULL && rest.size != 0;)
        ASSERT(utf8_is_valid(text_split(rest, CHARSET_BAD_BYTE, &rest)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 14) return 0;
    Text input = {(const char *)data + 1, size - 1};
    AUTO(arena_done) Arena *arena = arena_new();
    CharsetGuess guess = charset_guess(input, (data[0] & 1) != 0, (Voice){arena, LANGUAGE_RU});
    ASSERT(guess.encoding != ENCODING_DETECT && guess.why.size != 0);
    for (Encoding encoding = ENCODING_DETECT + 1; encoding < ENCODING_COUNT; encoding++) {
        AUTO(buffer_done) Buffer whole = {0}, pieces = {0};
        decode(input, encoding, input.size + 1, &whole);
        decode(input, encoding, 1 + data[0] / 2, &pieces);
        ASSERT(text_equal(buffer_view(&whole), buffer_view(&pieces)));
        if (encoding != ENCODING_UTF8) expect_utf8(buffer_view(&whole));
    }
    return 0;
}
