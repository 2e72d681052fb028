/* suggest.c -- the name or value a person probably meant, however it is written. */
#include "base/fold.h"
#include "base/nearest.h"
#include "lang/lang.h"

enum { LENGTH_MIN = 3 }; /* code points; shorter names are one slip from too many others */

Text suggest_name(Text wanted, const Text *names, size_t names_count)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text folded = text_fold(wanted, arena);
    if (utf8_length(folded) < LENGTH_MIN) return (Text){0};
    Nearest nearest = nearest_begin(folded);
    size_t best = 0;
    for (size_t i = 0; i < names_count; i++) {
        size_t distance_before = nearest.best_distance;
        nearest_offer(&nearest, text_fold(names[i], arena));
        if (nearest.best_distance != distance_before) best = i;
    }
    return nearest_found(&nearest, &folded) ? names[best] : (Text){0};
}

Text suggest_value(Text wanted, Enumeration enumeration)
{
    AUTO(arena_done) Arena *arena = arena_new();
    struct {
        Text *items;
        size_t count, capacity;
    } spellings = {0}, values = {0};
    Text value;
    for (size_t i = 0; (value = enumeration_value(enumeration, i)).data != NULL; i++) {
        Text spelling = value;
        for (size_t j = 0; spelling.data != NULL; j++) {
            ARENA_PUSH(arena, &spellings, spelling);
            ARENA_PUSH(arena, &values, value);
            spelling = enumeration_spelling(enumeration, i, j);
        }
    }
    Text nearest = suggest_name(wanted, spellings.items, spellings.count);
    for (size_t i = 0; i < spellings.count; i++)
        if (nearest.data != NULL && nearest.data == spellings.items[i].data) return values.items[i];
    return (Text){0};
}
