/* starting_metrics.c -- what a fresh data directory computes of every customer. */
#include "app/starting_metrics.h"

typedef struct {
    const char *name, *expression;
    const char *descriptions[LANGUAGE_COUNT];
} StartingMetric;

static const StartingMetric starting_metrics[] = {
#define STARTING_METRIC(name, expression, en, ru, uk) \
    {name, expression, {[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}},
#include "app/starting_metric.def"
#undef STARTING_METRIC
};

Status app_add_starting_metrics(Store *store, Error *err)
{
    for (size_t i = 0; i < sizeof starting_metrics / sizeof starting_metrics[0]; i++) {
        const StartingMetric *row = &starting_metrics[i];
        StoredMetric metric = {.name = text_of(row->name), .expression = text_of(row->expression)};
        for (Language language = 0; language < LANGUAGE_COUNT; language++)
            metric.descriptions.in[language] = text_of(row->descriptions[language]);
        TRY(store_add_metric(store, &metric, err));
    }
    return STATUS_OK;
}

Status app_make_directory(const char *path, Settings settings, Error *err)
{
    AUTO(store_done) Store *store = NULL;
    TRY(store_init(path, settings, err));
    TRY(store_open(path, STORE_WRITE, &store, err));
    return app_add_starting_metrics(store, err);
}
