/* mode.h -- the three ways in which a segment is formed, and what each allows. */
#pragma once

#include "base/error.h"
#include "model/language.h"

typedef enum {
#define FORMING_MODE(name, code, en, ru, uk) MODE_##name,
#include "segment/forming_mode.def"
#undef FORMING_MODE
    FORMING_MODE_COUNT
} FormingMode;

typedef enum {
#define SEGMENT_ACT(name, dynamic, periodic, manual, refusal) ACT_##name,
#include "segment/segment_act.def"
#undef SEGMENT_ACT
    SEGMENT_ACT_COUNT
} SegmentAct;

const char *forming_mode_code(FormingMode mode);
Text forming_mode_label(FormingMode mode, Language language);
bool forming_mode_parse(Text code, FormingMode *ret_mode);

bool mode_allows(FormingMode mode, SegmentAct act);
/* CONFLICT with the reason when the mode of the segment `name` does not allow it. */
MUST_CHECK Status mode_check(FormingMode mode, SegmentAct act, Text name, Error *err);
