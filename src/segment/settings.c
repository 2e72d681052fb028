/* settings.c -- settings of segmentation: what there is, what each may be, what was set. */
#include "segment/settings.h"

#include "lang/lang.h"
#include "store/options.h"

typedef enum { SETTING_IS_NUMBER, SETTING_IS_CHOICE } SettingKind;

typedef struct {
    const char *name;
    SettingKind kind;
    int64_t min, max, value;
    const char *words;
    const char *meanings[LANGUAGE_COUNT];
} SettingRow;

static const SettingRow rows[] = {
#define SEGMENT_SETTING(constant, name, kind, min, max, value, words, en, ru, uk) \
    [SETTING_##constant] = {name,                                                 \
                            SETTING_IS_##kind,                                    \
                            min,                                                  \
                            max,                                                  \
                            value,                                                \
                            words,                                                \
                            {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "segment/setting.def"
#undef SEGMENT_SETTING
};

static const SettingRow *row_of(SegmentSetting setting)
{
    ASSERT(setting < SEGMENT_SETTING_COUNT);
    return &rows[setting];
}

const char *segment_setting_name(SegmentSetting setting)
{
    return row_of(setting)->name;
}

Text segment_setting_meaning(SegmentSetting setting, Language language)
{
    return text_of(row_of(setting)->meanings[language]);
}

int64_t segment_setting_default(SegmentSetting setting)
{
    return row_of(setting)->value;
}

static Text word_at(const SettingRow *row, int64_t place)
{
    Text rest = text_of(row->words), word = {0};
    for (int64_t i = 0; i <= place; i++)
        word = text_split(rest, ',', &rest);
    return word;
}

Text segment_setting_print(SegmentSetting setting, int64_t value, Arena *arena)
{
    const SettingRow *row = row_of(setting);
    if (row->kind == SETTING_IS_CHOICE) return word_at(row, value);
    return arena_printf(arena, "%lld", (long long)value);
}

Text segment_setting_range(SegmentSetting setting, Arena *arena)
{
    const SettingRow *row = row_of(setting);
    if (row->kind == SETTING_IS_CHOICE) return text_of(row->words);
    return arena_printf(arena, "%lld .. %lld", (long long)row->min, (long long)row->max);
}

static bool parse(const SettingRow *row, Text text, int64_t *ret_value)
{
    int scale;
    if (row->kind == SETTING_IS_NUMBER)
        return decimal_parse(text, ret_value, &scale) && scale == 0 && *ret_value >= row->min &&
               *ret_value <= row->max;
    for (*ret_value = 0; *ret_value <= row->max; ++*ret_value)
        if (text_equal(text, word_at(row, *ret_value))) return true;
    return false;
}

static Status read_one(Store *store, const SettingRow *row, Arena *arena, int64_t *ret_value,
                       Error *err)
{
    Text text;
    TRY(store_read_option(store, row->name, arena, &text, err));
    *ret_value = row->value;
    if (text.size == 0 || parse(row, text, ret_value)) return STATUS_OK;
    return error_set(err, STATUS_CORRUPT, "the setting '%s' holds '%.*s'", row->name,
                     TEXT_FORMAT(text));
}

Status segment_settings_read(Store *store, SegmentSettings *ret_settings, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    for (size_t i = 0; i < SEGMENT_SETTING_COUNT; i++)
        TRY(read_one(store, &rows[i], arena, &ret_settings->values[i], err));
    return STATUS_OK;
}

static Status find(Text name, SegmentSetting *ret_setting, Error *err)
{
    Text names[SEGMENT_SETTING_COUNT];
    for (size_t i = 0; i < SEGMENT_SETTING_COUNT; i++) {
        names[i] = text_of(rows[i].name);
        if (!text_equal(name, names[i])) continue;
        *ret_setting = (SegmentSetting)i;
        return STATUS_OK;
    }
    Text near = suggest_name(name, names, SEGMENT_SETTING_COUNT);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no setting '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(name), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no setting '%.*s'", TEXT_FORMAT(name));
}

Status segment_settings_write(Store *store, Text name, Text value, SegmentSetting *ret_setting,
                              Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    int64_t parsed;
    TRY(find(name, ret_setting, err));
    const SettingRow *row = row_of(*ret_setting);
    if (!parse(row, value, &parsed)) {
        Text range = segment_setting_range(*ret_setting, arena);
        return error_set(err, STATUS_INVALID, "'%s' cannot be '%.*s'; it may be %.*s", row->name,
                         TEXT_FORMAT(value), TEXT_FORMAT(range));
    }
    return store_write_option(store, row->name, value, err);
}

Status segment_settings_require(Store *store, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    int64_t is_on;
    TRY(read_one(store, row_of(SETTING_SEGMENTATION), arena, &is_on, err));
    if (is_on != 0) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "segmentation is switched off, its data is kept; switch it on with kohorta "
                     "settings set segmentation on");
}
