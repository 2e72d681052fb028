/* world.c -- names, places and picks by weight, for making things up. */
#include "demo/world.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const Place places[] = {
#define PLACE(district, province, town, population, terrain, type, weight) \
    {district, province, town, population, terrain, type, weight},
#include "demo/places.def"
#undef PLACE
};

static const char *const surnames[][2] = {
#define SURNAME(man, woman) {man, woman},
#include "demo/names.def"
#undef SURNAME
};

static const char *const first_names[][2] = {
#define FIRST_NAME(man, woman) {man, woman},
#include "demo/names.def"
#undef FIRST_NAME
};

static const char *const patronymics[][2] = {
#define PATRONYMIC(man, woman) {man, woman},
#include "demo/names.def"
#undef PATRONYMIC
};

static const char *const firm_begins[] = {
#define FIRM_BEGIN(text) text,
#include "demo/names.def"
#undef FIRM_BEGIN
};

const Place *world_place(const char *town)
{
    size_t i = 0;
    while (i < COUNT(places) && strcmp(places[i].town, town) != 0)
        i++;
    ASSERT(i < COUNT(places)); /* places.def has all that the demo names */
    return &places[i];
}

const Place *world_pick_place(Random *random)
{
    int total = 0;
    for (size_t i = 0; i < COUNT(places); i++)
        total += places[i].weight;
    int left = (int)random_below(random, (uint64_t)total);
    size_t i = 0;
    while (left >= places[i].weight)
        left -= places[i++].weight;
    return &places[i];
}

Text world_region(const Place *place, Arena *arena)
{
    if (place->province[0] == '\0')
        return arena_printf(arena, "%s / %s", place->district, place->town);
    return arena_printf(arena, "%s / %s / %s", place->district, place->province, place->town);
}

PersonName world_person(Random *random, bool is_woman)
{
    size_t form = is_woman ? 1 : 0;
    return (PersonName){surnames[random_below(random, COUNT(surnames))][form],
                        first_names[random_below(random, COUNT(first_names))][form],
                        patronymics[random_below(random, COUNT(patronymics))][form]};
}

Text world_full_name(PersonName name, Arena *arena)
{
    return arena_printf(arena, "%s %s %s", name.surname, name.first_name, name.patronymic);
}

const char *world_firm_begin(Random *random)
{
    return firm_begins[random_below(random, COUNT(firm_begins))];
}

const char *world_pick(Random *random, const Choice *choices, size_t count)
{
    int total = 0;
    for (size_t i = 0; i < count; i++)
        total += choices[i].weight;
    int left = (int)random_below(random, (uint64_t)total);
    size_t i = 0;
    while (left >= choices[i].weight)
        left -= choices[i++].weight;
    return choices[i].text;
}

size_t world_pick_several(Random *random, const Choice *choices, size_t count, size_t several_max,
                          Text *ret_texts)
{
    size_t wanted = 1 + random_below(random, several_max);
    size_t found = 0;
    for (size_t attempt = 0; attempt < 4 * wanted && found < wanted; attempt++) {
        Text text = text_of(world_pick(random, choices, count));
        bool is_new = true;
        for (size_t i = 0; i < found; i++)
            is_new = is_new && !text_equal(ret_texts[i], text);
        if (is_new) ret_texts[found++] = text;
    }
    return found;
}

int world_poisson(Random *random, double mean)
{
    double limit = exp(-mean), product = random_unit(random);
    int count = 0;
    while (product > limit) {
        product *= random_unit(random);
        count++;
    }
    return count;
}

double world_skewed(Random *random, double spread)
{
    return exp(random_normal(random) * spread);
}
