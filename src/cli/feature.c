/* feature.c -- commands of segmentation, which a setting switches off. */
#include "cli/feature.h"

#include "segment/settings.h"

bool feature_is_of_segments(const Command *command)
{
    static const char *const words[] = {"segment",  "agreement", "terms",  "ban",
                                        "may-ship", "health",    "run-due"};
    Text rest, first = text_split(text_of(command->name), ' ', &rest);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal(first, text_of(words[i]))) return true;
    return false;
}

Status feature_check(const Command *command, App *app, Error *err)
{
    if (!feature_is_of_segments(command)) return STATUS_OK;
    return segment_settings_require(app_store(app), err);
}

bool feature_hides_segments(Invocation *invocation)
{
    AUTO(store_done) Store *store = NULL;
    SegmentSettings settings;
    Error ignored;
    if (store_open(invocation_directory(invocation), STORE_READ, &store, &ignored) != STATUS_OK)
        return false;
    if (segment_settings_read(store, &settings, &ignored) != STATUS_OK) return false;
    return settings.values[SETTING_SEGMENTATION] == 0;
}
