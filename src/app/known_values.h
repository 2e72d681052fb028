/* known_values.h -- which texts the customers have, for warnings about those that nobody has. */
#pragma once

#include "app/app.h"

typedef struct {
    App *app;
    Arena *arena;
    const Property *property; /* whose texts these are; NULL: none were read yet */
    struct {
        Text *items;
        size_t count, capacity;
    } texts;
} KnownValues;

/* Let the linter ask for them; both must outlive its work. Texts of a property are read when they
 * are first asked for. */
void known_values_tell(KnownValues *known, LintFacts *facts);
