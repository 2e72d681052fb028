/* cmd_settings.c -- kohorta settings ...: the organisation; switches, limits and thresholds of
 * segmentation. */
#include "cli/commands.h"

#include "cli/labels.h"
#include "reply/overview.h"

static Status list_as_table(Invocation *invocation, const Settings *organisation,
                            const SegmentSettings *settings, Voice voice, Error *err)
{
    Language language = voice.language;
    const Type text_type = {.kind = TYPE_TEXT};
    const OutputColumn columns[] = {
        {TEXT("name"), label_get(LABEL_SETTING, language), text_type},
        {TEXT("value"), label_get(LABEL_VALUE, language), text_type},
        {TEXT("default"), label_get(LABEL_USUAL_VALUE, language), text_type},
        {TEXT("may_be"), label_get(LABEL_MAY_BE, language), text_type},
        {TEXT("description"), label_get(LABEL_DESCRIPTION, language), text_type},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, language);
    AUTO(output_done) Output *output = output_open(format, columns, 5);
    for (OrganisationSetting one = 0; one < ORGANISATION_COUNT; one++) {
        const Value values[] = {value_text(text_of(organisation_name(one))),
                                value_text(organisation_value(one, organisation)),
                                value_text(TEXT("")),
                                value_text(organisation_may_be(one, language)),
                                value_text(organisation_meaning(one, language))};
        output_row(output, values);
    }
    for (size_t i = 0; i < SEGMENT_SETTING_COUNT; i++) {
        SegmentSetting setting = (SegmentSetting)i;
        int64_t usual = segment_setting_default(setting);
        const Value values[] = {
            value_text(text_of(segment_setting_name(setting))),
            value_text(segment_setting_print(setting, settings->values[i], voice.arena)),
            value_text(segment_setting_print(setting, usual, voice.arena)),
            value_text(segment_setting_range(setting, voice.arena)),
            value_text(segment_setting_meaning(setting, language))};
        output_row(output, values);
    }
    return output_close(output, err);
}

static Status run_list(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    SegmentSettings settings;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(segment_settings_read(app_store(app), &settings, err));
    Voice voice = {invocation->arena, app_language(app)};
    const Settings *organisation = &app_schema(app)->settings;
    if (!invocation->common.is_json)
        return list_as_table(invocation, organisation, &settings, voice, err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_settings(&writer, organisation, &settings, voice);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_settings_list = {
    .name = "settings list",
    .arguments = "",
    .summary = "list the settings of the organisation and of segmentation",
    .run = run_list,
};

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Text name = invocation_argument(invocation, 0), value = invocation_argument(invocation, 1);
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(app_change_setting(app, name, text_trim(value), err));
    invocation_done(invocation, "setting", name, arena_cstr(invocation->arena, text_trim(value)));
    return STATUS_OK;
}

const Command command_settings_set = {
    .name = "settings set",
    .arguments = "NAME VALUE",
    .summary = "change a setting",
    .details = "Switched off, segmentation is hidden and keeps its data:\n"
               "  kohorta settings set segmentation off\n"
               "Of the organisation:\n"
               "  kohorta settings set time_zone Europe/Kyiv",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_set,
};
