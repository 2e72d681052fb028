/* bitmap.c -- plain words to the portable Roaring format and back. */
#include "base/bitmap.h"

#include "base/memory.h"

#include <roaring/roaring.h>
#include <stdlib.h>

static void roaring_done(roaring_bitmap_t **bitmap)
{
    if (*bitmap != NULL) roaring_bitmap_free(*bitmap);
}

static void *never_null(void *memory)
{
    return memory != NULL ? memory : memory_alloc((size_t)-1 / 2); /* aborts with the right words */
}

/* Numbers are added in runs of one word's, which keeps the memory small. */
static roaring_bitmap_t *bitmap_of_words(const uint64_t *words, size_t words_count)
{
    roaring_bitmap_t *bitmap = never_null(roaring_bitmap_create());
    for (size_t i = 0; i < words_count; i++) {
        uint32_t numbers[64];
        size_t count = 0;
        for (uint64_t bits = words[i]; bits != 0; bits &= bits - 1)
            numbers[count++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(bits));
        if (count > 0) roaring_bitmap_add_many(bitmap, count, numbers);
    }
    return bitmap;
}

Text bitmap_encode(const uint64_t *words, size_t words_count, Arena *arena)
{
    ASSERT(words_count <= ((size_t)UINT32_MAX + 1) / 64);
    AUTO(roaring_done) roaring_bitmap_t *bitmap = bitmap_of_words(words, words_count);
    roaring_bitmap_run_optimize(bitmap);
    size_t size = roaring_bitmap_portable_size_in_bytes(bitmap);
    char *bytes = arena_alloc(arena, size);
    roaring_bitmap_portable_serialize(bitmap, bytes);
    return (Text){bytes, size};
}

static Status corrupt(Error *err)
{
    return error_set(err, STATUS_CORRUPT, "a stored set of customers is damaged");
}

typedef struct {
    uint64_t *words;
    uint64_t numbers_max;
    uint64_t next; /* numbers must ascend from here */
} Filling;

static bool fill(uint32_t number, void *context)
{
    Filling *filling = context;
    if (number < filling->next || number >= filling->numbers_max) return false;
    filling->next = (uint64_t)number + 1;
    filling->words[number / 64] |= (uint64_t)1 << (number % 64);
    return true;
}

static Status words_of(const roaring_bitmap_t *bitmap, uint64_t numbers_max, uint64_t **ret_words,
                       size_t *ret_words_count, Error *err)
{
    bool is_empty = roaring_bitmap_is_empty(bitmap);
    uint32_t largest = is_empty ? 0 : roaring_bitmap_maximum(bitmap);
    if (!is_empty && largest >= numbers_max) return corrupt(err);
    size_t count = is_empty ? 0 : (size_t)largest / 64 + 1;
    uint64_t *words = memory_alloc(memory_product(count, sizeof(uint64_t)));
    Filling filling = {.words = words, .numbers_max = (uint64_t)count * 64};
    if (!roaring_iterate(bitmap, fill, &filling)) {
        free(words);
        return corrupt(err);
    }
    *ret_words = words;
    *ret_words_count = count;
    return STATUS_OK;
}

Status bitmap_decode(Text bytes, uint64_t numbers_max, uint64_t **ret_words,
                     size_t *ret_words_count, Error *err)
{
    size_t size = roaring_bitmap_portable_deserialize_size(bytes.data, bytes.size);
    if (size == 0 || size != bytes.size) return corrupt(err);
    AUTO(roaring_done)
    roaring_bitmap_t *bitmap = roaring_bitmap_portable_deserialize_safe(bytes.data, bytes.size);
    if (bitmap == NULL) return corrupt(err);
    return words_of(bitmap, numbers_max, ret_words, ret_words_count, err);
}
