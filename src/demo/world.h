/* world.h -- names, places and picks by weight, for making things up. */
#pragma once

#include "base/arena.h"
#include "base/random.h"

typedef struct {
    const char *district, *province, *town;
    int population;
    const char *terrain, *settlement_type;
    int weight;
} Place;

const Place *world_place(const char *town); /* must exist */
const Place *world_pick_place(Random *random);
Text world_region(const Place *place,
                  Arena *arena); /* "Центральный ФО / Тульская область / Тула" */

typedef struct {
    const char *surname, *first_name, *patronymic;
} PersonName;

PersonName world_person(Random *random, bool is_woman);
Text world_full_name(PersonName name, Arena *arena);
const char *world_firm_begin(Random *random);

typedef struct {
    const char *text;
    int weight;
} Choice;

/* One of the texts by weight. */
const char *world_pick(Random *random, const Choice *choices, size_t count);
#define WORLD_PICK(random, choices) \
    world_pick((random), (choices), sizeof(choices) / sizeof((choices)[0]))

/* Several different ones of the texts, at least one, joined as a set. */
size_t world_pick_several(Random *random, const Choice *choices, size_t count, size_t several_max,
                          Text *ret_texts);

/* Number of events of a process with this mean; small means only. */
int world_poisson(Random *random, double mean);
/* e^(normal·spread): most near 1, a few large. */
double world_skewed(Random *random, double spread);
