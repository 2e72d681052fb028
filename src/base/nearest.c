/* nearest.c -- edit distance of short texts, and the nearest of many. */
#include "base/nearest.h"

enum { LENGTH_MAX = 64 };

/* False when the text is longer than LENGTH_MAX. */
static bool read_code_points(Text text, uint32_t *out, size_t *ret_count)
{
    size_t count = 0;
    for (size_t position = 0; position < text.size;) {
        if (count == LENGTH_MAX) return false;
        out[count++] = utf8_next(text, &position);
    }
    *ret_count = count;
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(Text a, Text b)
{
    uint32_t from[LENGTH_MAX], to[LENGTH_MAX];
    size_t from_count, to_count;
    if (!read_code_points(a, from, &from_count) || !read_code_points(b, to, &to_count))
        return NEAREST_FAR;
    /* rows[i % 3][j] is the distance between the first i of `from` and the first j of `to`. */
    size_t rows[3][LENGTH_MAX + 1];
    for (size_t j = 0; j <= to_count; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= from_count; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= to_count; j++) {
            row[j] = smaller(row[j - 1], above[j]) + 1;
            row[j] = smaller(row[j], above[j - 1] + (from[i - 1] != to[j - 1]));
            bool is_swap = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (is_swap) row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[from_count % 3][to_count];
}

Nearest nearest_begin(Text wanted)
{
    return (Nearest){.wanted = wanted, .best_distance = NEAREST_FAR};
}

void nearest_offer(Nearest *nearest, Text candidate)
{
    size_t distance = text_distance(nearest->wanted, candidate);
    if (distance >= nearest->best_distance) return;
    nearest->best = candidate;
    nearest->best_distance = distance;
}

bool nearest_found(const Nearest *nearest, Text *ret_candidate)
{
    size_t length = utf8_length(nearest->wanted);
    size_t allowed = length < 3 ? 1 : (length + 2) / 3;
    if (nearest->best_distance > allowed) return false;
    *ret_candidate = nearest->best;
    return true;
}
