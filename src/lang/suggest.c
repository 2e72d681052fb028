/* suggest.c -- the name a person probably meant: smallest edit distance of the folded forms. */
#include "base/fold.h"
#include "lang/lang.h"

enum { SUGGEST_LENGTH_MAX = 64 }; /* code points; longer names are not compared */

typedef struct {
    uint32_t points[SUGGEST_LENGTH_MAX];
    size_t length;
} Word;

static bool word_read(Text name, Arena *arena, Word *ret_word)
{
    Text folded = text_fold(name, arena);
    size_t length = 0;
    for (size_t position = 0; position < folded.size;) {
        if (length == SUGGEST_LENGTH_MAX) return false;
        ret_word->points[length++] = utf8_next(folded, &position);
    }
    ret_word->length = length;
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Damerau-Levenshtein: inserting, removing or changing a letter costs one, so does swapping two
 * neighbours. Three rows of the table are enough for the swap. */
static size_t word_distance(const Word *a, const Word *b)
{
    size_t rows[3][SUGGEST_LENGTH_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *current = rows[2];
    for (size_t j = 0; j <= b->length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a->length; i++) {
        current[0] = i;
        for (size_t j = 1; j <= b->length; j++) {
            bool is_same = a->points[i - 1] == b->points[j - 1];
            size_t best = smaller(above[j], current[j - 1]) + 1;
            best = smaller(best, above[j - 1] + (is_same ? 0 : 1));
            if (i > 1 && j > 1 && a->points[i - 1] == b->points[j - 2] &&
                a->points[i - 2] == b->points[j - 1])
                best = smaller(best, before[j - 2] + 1);
            current[j] = best;
        }
        size_t *reused = before;
        before = above;
        above = current;
        current = reused;
    }
    return above[b->length];
}

/* Short words differ by one letter from too many others. */
static size_t distance_allowed(size_t length)
{
    if (length <= 2) return 0;
    return length <= 5 ? 1 : length <= 11 ? 2 : 3;
}

Text suggest_name(Text wanted, const Text *names, size_t names_count)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text nearest = {0};
    Word wanted_word;
    if (!word_read(wanted, arena, &wanted_word)) return nearest;
    size_t best = distance_allowed(wanted_word.length) + 1;
    for (size_t i = 0; i < names_count; i++) {
        Word word;
        arena_reset(arena);
        if (!word_read(names[i], arena, &word)) continue;
        size_t distance = word_distance(&wanted_word, &word);
        if (distance >= best) continue;
        best = distance;
        nearest = names[i];
    }
    return nearest;
}
