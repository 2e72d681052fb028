/* suggest.c -- the name a person probably meant, whatever the case and spaces it is written with.
 */
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
