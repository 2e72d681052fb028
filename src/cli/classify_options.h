/* classify_options.h -- options of the command line that say what a classification is. */
#pragma once

#include "classification/definition.h"
#include "cli/command.h"

typedef struct {
    Text kind, name_language;
    OptionList by, weight, classes;
    Text method, borders, nonpositive, step, zeros, first, rest, amount;
    Text recency_borders, frequency_borders, monetary_borders;
    OptionCount periods, periods_min, grid;
    bool is_strict, splits_ties, is_sample, is_seasonal;
    Text parameters, description, schedule;
    bool schedule_off, schedule_on;
    Text rename;
} ClassifyOptions;

enum { CLASSIFY_ADD_OPTIONS = 26, CLASSIFY_SET_OPTIONS = 27 };
extern const Option classify_add_options[CLASSIFY_ADD_OPTIONS];
extern const Option classify_set_options[CLASSIFY_SET_OPTIONS];

/* What the options make of a definition. INVALID says which option is wrong. */
MUST_CHECK Status classify_options_apply(const ClassifyOptions *options, Arena *arena,
                                         Definition *definition, Error *err);
