/* organisation.h -- settings of the organisation: time zone, currency, language. */
#pragma once

#include "app/app.h"

typedef enum {
#define ORGANISATION(name, ...) ORGANISATION_##name,
#include "app/organisation.def"
#undef ORGANISATION
    ORGANISATION_COUNT
} OrganisationSetting;

const char *organisation_name(OrganisationSetting setting);
Text organisation_value(OrganisationSetting setting, const Settings *settings);
Text organisation_may_be(OrganisationSetting setting, Language language);
Text organisation_meaning(OrganisationSetting setting, Language language);

/* A new directory may begin with these. INVALID says what is wrong. */
MUST_CHECK Status organisation_check(const Settings *settings, Error *err);
/* Change any setting, of the organisation or of segmentation, by its name. One transaction unless
 * inside a batch.
 * errors  NOT_FOUND names a near one, INVALID says what it may be */
MUST_CHECK Status app_change_setting(App *app, Text name, Text value, Error *err);
