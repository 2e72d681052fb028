/* bitmap.c -- fuzz target: any bytes as a stored set are read without a crash, and what is accepted
 * comes back from its own encoding. */
#include "base/bitmap.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBERS_MAX = 1 << 22 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err;
    uint64_t *words, *again;
    size_t words_count, again_count;
    /* a copy of exactly this size, so that reading beyond it is seen */
    char *bytes = malloc(size + (size == 0));
    memcpy(bytes, data, size);
    if (bitmap_decode((Text){bytes, size}, NUMBERS_MAX, &words, &words_count, &err) == STATUS_OK) {
        Arena *arena = arena_new();
        Text encoded = bitmap_encode(words, words_count, arena);
        ASSERT(bitmap_decode(encoded, NUMBERS_MAX, &again, &again_count, &err) == STATUS_OK);
        ASSERT(words_count == again_count);
        ASSERT(memcmp(words, again, words_count * sizeof *words) == 0);
        free(words);
        free(again);
        arena_free(arena);
    }
    free(bytes);
    return 0;
}
