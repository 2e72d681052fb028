/* class_segments.h -- segments of the classes of a classification. */
#pragma once

#include "app/work.h"

typedef struct {
    const Classification *classification;
    Text folder;      /* empty: the name of the classification */
    FormingMode mode; /* MODE_DYNAMIC, MODE_PERIODIC */
} ClassSegmentsOrder;

/* One segment for every class of the newest run that somebody is in, "CLASSIFICATION: CLASS", with
 * the rule that asks for the class: all or none. `ret_names` are theirs.
 * errors  NOT_FOUND it was never run; CONFLICT one of the names is taken */
MUST_CHECK Status app_segments_of_classes(AppWork *work, const ClassSegmentsOrder *order,
                                          Arena *arena, TextList *ret_names, Error *err);
