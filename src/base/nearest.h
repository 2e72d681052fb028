/* nearest.h -- "did you mean": the candidate fewest typing slips away from what was asked for.
 *
 * Nearest nearest = nearest_begin(wanted);
 * for each name: nearest_offer(&nearest, name);
 * if (nearest_found(&nearest, &name)) ... */
#pragma once

#include "base/text.h"

/* Slips (a letter left out, added, changed, or swapped with its neighbour) between two texts,
 * counted in code points and minding case; NEAREST_FAR when either has more than 64. */
#define NEAREST_FAR ((size_t)-1)
size_t text_distance(Text a, Text b);

typedef struct {
    Text wanted;
    Text best; /* a view of what was offered */
    size_t best_distance;
} Nearest;

Nearest nearest_begin(Text wanted);
void nearest_offer(Nearest *nearest, Text candidate); /* of equals the first offered wins */
/* False when nothing offered is within a third of the length of what was wanted. */
bool nearest_found(const Nearest *nearest, Text *ret_candidate);
