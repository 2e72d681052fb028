/* organisation.c -- settings of the organisation: time zone, currency, language. */
#include "app/organisation.h"

#include "base/zone.h"
#include "model/currency.h"
#include "segment/settings.h"

static const struct {
    const char *name;
    const char *may_be[LANGUAGE_COUNT], *meaning[LANGUAGE_COUNT];
} rows[] = {
#define ORGANISATION(constant, name, may_en, may_ru, may_uk, en, ru, uk)       \
    {name,                                                                     \
     {[LANGUAGE_EN] = may_en, [LANGUAGE_RU] = may_ru, [LANGUAGE_UK] = may_uk}, \
     {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "app/organisation.def"
#undef ORGANISATION
};

const char *organisation_name(OrganisationSetting setting)
{
    return rows[setting].name;
}

Text organisation_value(OrganisationSetting setting, const Settings *settings)
{
    switch (setting) {
    case ORGANISATION_TIME_ZONE: return settings->time_zone;
    case ORGANISATION_CURRENCY: return settings->currency;
    case ORGANISATION_LANGUAGE:
    case ORGANISATION_COUNT: break;
    }
    return text_of(language_code(settings->language));
}

Text organisation_may_be(OrganisationSetting setting, Language language)
{
    return text_of(rows[setting].may_be[language]);
}

Text organisation_meaning(OrganisationSetting setting, Language language)
{
    return text_of(rows[setting].meaning[language]);
}

static Status check_zone(Text name, Error *err)
{
    AUTO(zone_done) Zone *zone = NULL;
    Status status = zone_open(name, &zone, err);
    /* not found is about the value here, not about a thing that was looked for */
    if (status == STATUS_NOT_FOUND && err != NULL) err->status = STATUS_INVALID;
    return status == STATUS_NOT_FOUND ? STATUS_INVALID : status;
}

Status organisation_check(const Settings *settings, Error *err)
{
    if (!currency_is_known(settings->currency))
        return error_set(err, STATUS_INVALID,
                         "no currency '%.*s'; codes are those of ISO 4217, like RUB, UAH or EUR",
                         TEXT_FORMAT(settings->currency));
    return check_zone(settings->time_zone, err);
}

/* The settings with another value of one. */
static Status with_value(OrganisationSetting setting, Text value, Settings *settings, Error *err)
{
    if (setting == ORGANISATION_TIME_ZONE) settings->time_zone = value;
    if (setting == ORGANISATION_CURRENCY) settings->currency = value;
    if (setting == ORGANISATION_LANGUAGE && !language_parse(value, &settings->language))
        return error_set(err, STATUS_INVALID, "there is no language '%.*s'", TEXT_FORMAT(value));
    return organisation_check(settings, err);
}

Status app_change_setting(App *app, Text name, Text value, Error *err)
{
    SegmentSetting changed;
    for (OrganisationSetting setting = 0; setting < ORGANISATION_COUNT; setting++) {
        if (!text_equal(name, text_of(rows[setting].name))) continue;
        Settings settings = app_schema(app)->settings;
        TRY(with_value(setting, value, &settings, err));
        return store_change_settings(app_store(app), settings, err);
    }
    return segment_settings_write(app_store(app), name, value, &changed, err);
}
