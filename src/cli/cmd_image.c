/* cmd_image.c -- kohorta image: the form of the data in which questions are answered fast. */
#include "cli/commands.h"

#include "cli/labels.h"
#include "reply/human.h"
#include "reply/storage.h"

/* ---- what it is ---- */

static void tell_as_json(Invocation *invocation, const DatasetFacts *facts)
{
    AUTO(buffer_done) Buffer buffer = {0};
    JsonWriter writer = {.out = &buffer};
    reply_image(&writer, facts);
    invocation_json(invocation, &buffer);
}

static void tell_line(Invocation *invocation, Label label, Value value, Type type,
                      Language language)
{
    enum { WIDTH = 26 };
    Text name = label_get(label, language);
    Text text = human_value(value, type, language, invocation->arena);
    size_t width = human_width(name);
    invocation_say(invocation, "%.*s%*s  %.*s", TEXT_FORMAT(name),
                   width < WIDTH ? (int)(WIDTH - width) : 0, "", TEXT_FORMAT(text));
}

static void tell_for_people(Invocation *invocation, const DatasetFacts *facts, Language language)
{
    Type count = {.kind = TYPE_DECIMAL}, ratio = {.kind = TYPE_RATIO};
    if (facts->is_in_memory)
        invocation_note(invocation, "the image is kept in memory and made anew each time: %.*s",
                        TEXT_FORMAT(facts->made_because));
    tell_line(invocation, LABEL_BYTES, value_decimal((int64_t)facts->image_size_bytes), count,
              language);
    tell_line(invocation, LABEL_CUSTOMERS, value_decimal((int64_t)facts->image_customers), count,
              language);
    tell_line(invocation, LABEL_EVENTS, value_decimal((int64_t)facts->image_events), count,
              language);
    if (facts->image_events > 0)
        tell_line(invocation, LABEL_BYTES_PER_EVENT,
                  value_ratio((double)facts->image_size_bytes / (double)facts->image_events), ratio,
                  language);
    tell_line(invocation, LABEL_CHANGED_BESIDE, value_decimal((int64_t)facts->changed_customers),
              count, language);
    tell_line(invocation, LABEL_HIDDEN, value_decimal((int64_t)facts->hidden_customers), count,
              language);
}

static void tell(Invocation *invocation, App *app, Dataset *dataset)
{
    const DatasetView *view = dataset_acquire(dataset);
    DatasetFacts facts = dataset_view_facts(view);
    if (invocation->common.is_json)
        tell_as_json(invocation, &facts);
    else
        tell_for_people(invocation, &facts, app_language(app));
    dataset_release(dataset, view);
}

/* ---- what to do with it ---- */

/* An image that was just made because there was none need not be made twice. */
static Status build(Dataset *dataset, const Progress *progress, Error *err)
{
    const DatasetView *view = dataset_acquire(dataset);
    bool was_made = dataset_view_facts(view).made_because.size > 0;
    dataset_release(dataset, view);
    return was_made ? STATUS_OK : dataset_compact(dataset, progress, err);
}

static Status check(Invocation *invocation, Dataset *dataset, Error *err)
{
    Text *problems;
    size_t count;
    TRY(dataset_check(dataset, &invocation->progress, invocation->arena, &problems, &count, err));
    invocation_problems(invocation, problems, count, "the image is the data, to the last value");
    return STATUS_OK;
}

static Status drop(Invocation *invocation, Error *err)
{
    TRY(dataset_drop(invocation_directory(invocation), err));
    invocation_done(invocation, "image", TEXT("kohorta.image"), "removed");
    return STATUS_OK;
}

static Status run(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Dataset *dataset;
    Text verb = invocation_argument(invocation, 0);
    bool is_build = text_equal(verb, TEXT("build")), is_check = text_equal(verb, TEXT("check"));
    bool is_drop = text_equal(verb, TEXT("drop"));
    if (verb.size > 0 && !is_build && !is_check && !is_drop)
        return error_set(err, STATUS_INVALID, "image wants build, check or drop, not '%.*s'",
                         TEXT_FORMAT(verb));
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    if (is_drop) return drop(invocation, err);
    TRY(app_dataset(app, &invocation->progress, &dataset, err));
    if (is_build) TRY(build(dataset, &invocation->progress, err));
    if (is_check) return check(invocation, dataset, err);
    tell(invocation, app, dataset);
    return STATUS_OK;
}

const Command command_image = {
    .name = "image",
    .arguments = "[build|check|drop]",
    .summary = "the form of the data in which questions are answered fast",
    .details =
        "The image lies beside the database and is made from it; questions make it when there is\n"
        "none that can be used, and read beside it who has changed since. Alone: what it holds.\n"
        "  build   make it anew now\n"
        "  check   compare it with the database, value by value; ends with 1 when it differs\n"
        "  drop    remove the file; nothing is lost with it",
    .arguments_max = 1,
    .run = run,
};
