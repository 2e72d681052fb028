/* circle.h -- rules that read themselves by way of other segments. Inside of src/segment. */
#pragma once

#include "segment/forming.h"

/* CONFLICT names the way when the rule of `segment` would read the segment itself. */
MUST_CHECK Status circle_check(const FormingContext *context, const Segment *segment, Text rule,
                               Arena *arena, Error *err);
