/* mode.c -- forming modes: the permission matrix. */
#include "segment/mode.h"

typedef struct {
    const char *code;
    const char *labels[LANGUAGE_COUNT];
} ModeRow;

static const ModeRow modes[] = {
#define FORMING_MODE(name, code, en, ru, uk) \
    [MODE_##name] = {code, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "segment/forming_mode.def"
#undef FORMING_MODE
};

typedef struct {
    bool is_allowed[FORMING_MODE_COUNT];
    const char *refusal;
} ActRow;

static const ActRow acts[] = {
#define SEGMENT_ACT(name, dynamic, periodic, manual, refusal) \
    [ACT_##name] = {                                          \
        {[MODE_DYNAMIC] = dynamic, [MODE_PERIODIC] = periodic, [MODE_MANUAL] = manual}, refusal},
#include "segment/segment_act.def"
#undef SEGMENT_ACT
};

const char *forming_mode_code(FormingMode mode)
{
    ASSERT(mode < FORMING_MODE_COUNT);
    return modes[mode].code;
}

Text forming_mode_label(FormingMode mode, Language language)
{
    ASSERT(mode < FORMING_MODE_COUNT && language < LANGUAGE_COUNT);
    return text_of(modes[mode].labels[language]);
}

bool forming_mode_parse(Text code, FormingMode *ret_mode)
{
    for (size_t i = 0; i < FORMING_MODE_COUNT; i++) {
        if (!text_equal(code, text_of(modes[i].code))) continue;
        *ret_mode = (FormingMode)i;
        return true;
    }
    return false;
}

bool mode_allows(FormingMode mode, SegmentAct act)
{
    ASSERT(mode < FORMING_MODE_COUNT && act < SEGMENT_ACT_COUNT);
    return acts[act].is_allowed[mode];
}

Status mode_check(FormingMode mode, SegmentAct act, Text name, Error *err)
{
    if (mode_allows(mode, act)) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the segment '%.*s' is %s: %s", TEXT_FORMAT(name),
                     error_phrase(forming_mode_code(mode)), error_phrase(acts[act].refusal));
}
