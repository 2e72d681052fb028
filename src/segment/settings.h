/* settings.h -- settings of segmentation: switches, limits, and the thresholds of its health. */
#pragma once

#include "model/language.h"
#include "store/store.h"

typedef enum {
#define SEGMENT_SETTING(name, ...) SETTING_##name,
#include "segment/setting.def"
#undef SEGMENT_SETTING
    SEGMENT_SETTING_COUNT
} SegmentSetting;

/* Which agreements are used, the values of SETTING_AGREEMENTS. */
typedef enum {
    AGREEMENTS_OFF,
    AGREEMENTS_TYPICAL,
    AGREEMENTS_INDIVIDUAL,
    AGREEMENTS_BOTH
} AgreementsUse;

typedef struct {
    int64_t values[SEGMENT_SETTING_COUNT]; /* of a choice: the place of its word */
} SegmentSettings;

const char *segment_setting_name(SegmentSetting setting);
/* What it means, for people. */
Text segment_setting_meaning(SegmentSetting setting, Language language);
/* "on", "30". */
Text segment_setting_print(SegmentSetting setting, int64_t value, Arena *arena);
/* "off, on", "1 .. 100": what it may be. */
Text segment_setting_range(SegmentSetting setting, Arena *arena);
int64_t segment_setting_default(SegmentSetting setting);

/* What was set, else the defaults. */
MUST_CHECK Status segment_settings_read(Store *store, SegmentSettings *ret_settings, Error *err);
/* errors  NOT_FOUND names a near one, INVALID says what it may be */
MUST_CHECK Status segment_settings_write(Store *store, Text name, Text value,
                                         SegmentSetting *ret_setting, Error *err);

/* CONFLICT when segmentation is switched off. */
MUST_CHECK Status segment_settings_require(Store *store, Error *err);
