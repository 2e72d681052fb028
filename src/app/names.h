/* names.h -- changing names that metrics use, without breaking a metric. */
#pragma once

#include "app/app.h"

/* Give a property another name, in the texts of the metrics that use it as well. */
MUST_CHECK Status app_rename_property(App *app, Text name, Text new_name, Error *err);
/* Take a property out of use. CONFLICT names a metric that uses it. */
MUST_CHECK Status app_retire_property(App *app, Text name, Error *err);
/* CONFLICT names another metric that uses it. */
MUST_CHECK Status app_remove_metric(App *app, Text name, Error *err);
