/* cmd_classify_pin.c -- kohorta classify pin, release, pins: classes that people give to single
 * customers; classify to-segments. */
#include "cli/commands.h"

#include "app/class_segments.h"
#include "base/buffer.h"
#include "reply/classification.h"

static Status get(App *app, Text name, const Classification **ret_classification, Error *err)
{
    return classifications_get(app_classifications(app), name, ret_classification, err);
}

/* ---- pin ---- */

typedef struct {
    Text reason;
    OptionDate until;
} PinOptions;

static const Option pin_options[] = {
    OPTION(PinOptions, reason, TEXT, "reason", "TEXT", "why; noted with the class"),
    OPTION(PinOptions, until, DATE, "until", "DATE", "the last day that it holds of (for good)"),
};

static Status run_pin(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const PinOptions *chosen = given;
    const Classification *classification = NULL;
    ClassPinOrder order = {.code = invocation_argument(invocation, 1),
                           .class_name = invocation_argument(invocation, 2),
                           .reason = text_trim(chosen->reason),
                           .has_until = chosen->until.is_given,
                           .until = chosen->until.value};
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    TRY(app_pin_class(&work, classification, &order, err));
    invocation_done(invocation, "customer", order.code, "the class holds from the next run on");
    return STATUS_OK;
}

const Command command_classify_pin = {
    .name = "classify pin",
    .arguments = "NAME CODE CLASS",
    .summary = "give a customer a class by hand, over what the rules say",
    .details = "For classifications whose classes are rules: ladder, stage, roles, rules. Runs as\n"
               "of days from today on put him there; author and reason are noted.\n"
               "  kohorta classify pin 'Лестница' 000042 'Деловой партнёр' --reason 'договор' \\\n"
               "      --until 2026-12-31",
    .options = pin_options,
    .options_count = sizeof pin_options / sizeof pin_options[0],
    .options_size = sizeof(PinOptions),
    .arguments_min = 3,
    .arguments_max = 3,
    .run = run_pin,
};

/* ---- release ---- */

static Status run_release(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const Classification *classification = NULL;
    Text code = invocation_argument(invocation, 1);
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    TRY(app_release_class(&work, classification, code, err));
    invocation_done(invocation, "customer", code, "the rules decide from the next run on");
    return STATUS_OK;
}

const Command command_classify_release = {
    .name = "classify release",
    .arguments = "NAME CODE",
    .summary = "take a class back that was given by hand",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_release,
};

/* ---- pins ---- */

static Status run_pins(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    const Classification *classification = NULL;
    ClassPinView *pins = NULL;
    size_t count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    TRY(app_list_class_pins(app, classification, invocation->arena, &pins, &count, err));
    if (!invocation->common.is_json)
        return reply_class_pins_table(
            pins, count, invocation_output(invocation, FORMAT_TABLE, app_language(app)), err);
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_class_pins(&writer, pins, count);
    invocation_json(invocation, &buffer);
    return STATUS_OK;
}

const Command command_classify_pins = {
    .name = "classify pins",
    .arguments = "NAME",
    .summary = "the classes that were given by hand",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_pins,
};

/* ---- to-segments ---- */

typedef struct {
    Text folder;
    int mode;
} ToSegmentsOptions;

static const Option to_segments_options[] = {
    OPTION(ToSegmentsOptions, folder, TEXT, "folder", "FOLDER",
           "where they are put (the name of the classification)"),
    OPTION(ToSegmentsOptions, mode, CHOICE, "mode", "dynamic|periodic", "how they are formed"),
};

static Status run_to_segments(Invocation *invocation, const void *given, Error *err)
{
    static const FormingMode modes[] = {MODE_DYNAMIC, MODE_PERIODIC};
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const ToSegmentsOptions *chosen = given;
    const Classification *classification = NULL;
    TextList names;
    TRY(invocation_work(invocation, &app, &work, err));
    TRY(get(app, invocation_argument(invocation, 0), &classification, err));
    ClassSegmentsOrder order = {
        .classification = classification, .folder = chosen->folder, .mode = modes[chosen->mode]};
    TRY(app_segments_of_classes(&work, &order, invocation->arena, &names, err));
    for (size_t i = 0; i < names.count; i++)
        invocation_done(invocation, "segment", names.items[i], "added");
    return STATUS_OK;
}

const Command command_classify_to_segments = {
    .name = "classify to-segments",
    .arguments = "NAME",
    .summary = "make a segment of every class that somebody is in",
    .details = "Of the newest run. The segments follow later runs: their rules ask for the class.\n"
               "  kohorta classify add 'Регион и вид' --kind cross --by region --by activity\n"
               "  kohorta classify run 'Регион и вид'\n"
               "  kohorta classify to-segments 'Регион и вид'",
    .options = to_segments_options,
    .options_count = sizeof to_segments_options / sizeof to_segments_options[0],
    .options_size = sizeof(ToSegmentsOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_to_segments,
};
