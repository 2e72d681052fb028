/* known_values.h -- which texts the data hold, for warnings about those that occur nowhere. */
#pragma once

#include "app/app.h"

typedef struct KnownTexts KnownTexts; /* of one property, field or attribute of items */

typedef struct {
    App *app;
    Arena *arena;
    bool is_bounded;  /* whoever asks may not see everybody: nothing is known of personal values */
    Dataset *dataset; /* of the view */
    const DatasetView *view;
    bool is_without_view; /* there is none to be had, so nothing is known */
    size_t suggestions_count;
    struct {
        KnownTexts **items;
        size_t count, capacity;
    } known;
} KnownValues;

/* Let the linter ask for them; both must outlive its work. The view of the data is opened with the
 * first question; texts of a subject are gathered once, from the dictionaries of its columns. */
void known_values_tell(KnownValues *known, LintFacts *facts);
void known_values_done(KnownValues *known); /* for AUTO */
