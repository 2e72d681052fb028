/* dictionary.c -- texts of a column by code, and codes by text. */
#include "columns/shapes.h"

#include "base/fold.h"

#include <string.h>

static uint64_t offset_at(const Dictionary *dictionary, uint32_t index)
{
    const uint32_t *narrow = dictionary->offsets;
    const uint64_t *wide = dictionary->offsets;
    return dictionary->offset_width_bytes == sizeof *narrow ? narrow[index] : wide[index];
}

Text dictionary_text(const Dictionary *dictionary, uint32_t code, Arena *arena)
{
    ASSERT(code >= 1 && code <= dictionary->count);
    if (dictionary->numbers != NULL)
        return numbers_text(dictionary->numbers, numbers_value(dictionary->numbers, code - 1),
                            arena);
    uint64_t begin = offset_at(dictionary, code - 1), end = offset_at(dictionary, code);
    return (Text){dictionary->bytes + begin, (size_t)(end - begin)};
}

uint32_t dictionary_class(const Dictionary *dictionary, uint32_t code)
{
    ASSERT(dictionary->is_sorted && code >= 1 && code <= dictionary->count);
    return dictionary->classes == NULL ? code : dictionary->classes[code - 1];
}

/* Where a text stands to a wanted one: <0 before, 0 within, >0 after. */
typedef int StandsFunction(Text folded, Text wanted);

static int stands_to_text(Text folded, Text wanted)
{
    return text_compare(folded, wanted);
}

static int stands_to_prefix(Text folded, Text wanted)
{
    if (folded.size > wanted.size) folded = text_slice(folded, 0, wanted.size);
    return text_compare(folded, wanted);
}

/* The first code whose text stands at least (or, `is_after`, further than) within. */
static uint32_t first_code(const Dictionary *dictionary, Text wanted, StandsFunction *stands,
                           bool is_after)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    uint32_t low = 1, high = dictionary->count + 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        arena_reset(scratch);
        int place = stands(text_fold(dictionary_text(dictionary, middle, NULL), scratch), wanted);
        if (is_after ? place <= 0 : place < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static CodeRange find(const Dictionary *dictionary, Text wanted, StandsFunction *stands)
{
    ASSERT(dictionary->is_sorted);
    uint32_t first = first_code(dictionary, wanted, stands, false);
    return (CodeRange){first, first_code(dictionary, wanted, stands, true) - 1};
}

CodeRange dictionary_find_folded(const Dictionary *dictionary, Text folded)
{
    return find(dictionary, folded, stands_to_text);
}

CodeRange dictionary_find_folded_prefix(const Dictionary *dictionary, Text folded_prefix)
{
    return find(dictionary, folded_prefix, stands_to_prefix);
}

uint32_t dictionary_next_folded(const Dictionary *dictionary, Text folded, uint32_t code)
{
    if (dictionary->is_sorted) {
        CodeRange range = dictionary_find_folded(dictionary, folded);
        uint32_t next = code < range.first ? range.first : code + 1;
        return next <= range.last ? next : 0;
    }
    if (dictionary->numbers != NULL) {
        uint64_t index = numbers_find_folded(dictionary->numbers, folded, code, dictionary->count);
        return index < dictionary->count ? (uint32_t)index + 1 : 0;
    }
    AUTO(arena_done) Arena *scratch = arena_new();
    for (uint64_t next = (uint64_t)code + 1; next <= dictionary->count; next++) {
        arena_reset(scratch);
        Text text = dictionary_text(dictionary, (uint32_t)next, scratch);
        if (text_equal(text_fold(text, scratch), folded)) return (uint32_t)next;
    }
    return 0;
}
