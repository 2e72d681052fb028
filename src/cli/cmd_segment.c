/* cmd_segment.c -- kohorta segment add, set, copy, rename, delete. */
#include "cli/commands.h"

#include "app/segments.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "cli/segment_options.h"
#include "cli/segment_show.h"
#include "segment/creation.h"

/* ---- what they share ---- */

static Status warn_of_everybody(Invocation *invocation, AppWork *work, const SegmentCard *card,
                                Error *err)
{
    bool takes_everybody;
    Voice voice = {invocation->arena, app_language(work->app)};
    TRY(creation_takes_everybody(&work->forming, card, &takes_everybody, err));
    if (!takes_everybody) return STATUS_OK;
    Text warning = LABEL_SAY(voice, CHECK_TAKES_ALL, card->name);
    invocation_note(invocation, "%.*s", TEXT_FORMAT(warning));
    return STATUS_OK;
}

static Status understand(Invocation *invocation, AppWork *work, const Segment *segment,
                         SegmentCard *card, Error *err)
{
    CardFindings findings;
    SegmentCard given = *card;
    Status status =
        definition_understand(&work->forming, segment, card, invocation->arena, &findings, err);
    Language language = app_language(work->app);
    diagnose(invocation, &findings.rule, findings.rule_source, language);
    diagnose(invocation, &findings.columns, given.columns, language);
    return status == STATUS_OK ? warn_of_everybody(invocation, work, card, err) : status;
}

/* What became of it: with --json the segment as it is now. */
static Status tell_done(Invocation *invocation, AppWork *work, uint32_t id, const char *done,
                        Error *err)
{
    const Segment *segment = registry_find(app_registry(work->app), id);
    if (invocation->common.is_json)
        return segment_show(invocation, work->app, segment, NEXT_RUNS_SHOWN, err);
    invocation_done(invocation, "segment", segment->card.name, done);
    return STATUS_OK;
}

static Status add(Invocation *invocation, AppWork *work, SegmentCard *card, Error *err)
{
    uint32_t id;
    TRY(understand(invocation, work, NULL, card, err));
    TRY(definition_add(&work->forming, card, &id, err));
    TRY(app_refresh(work->app, err));
    return tell_done(invocation, work, id, "added", err);
}

static Status change(Invocation *invocation, AppWork *work, const Segment *segment,
                     const DefinitionChange *change, Error *err)
{
    SegmentCard card = *change->card;
    DefinitionChange understood = *change;
    uint32_t id = segment->id;
    TRY(understand(invocation, work, segment, &card, err));
    understood.card = &card;
    TRY(segment_change(work, segment, &understood, err));
    return tell_done(invocation, work, id, "changed", err);
}

/* ---- add ---- */

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const SegmentOptions *chosen = given;
    SegmentCard card = {.name = invocation_argument(invocation, 0)};
    if (chosen->mode.data == NULL)
        return error_set(err, STATUS_INVALID,
                         "--mode is missing: dynamic, periodic or manual; --help tells them apart");
    TRY(segment_options_apply(invocation, chosen, &card, err));
    TRY(invocation_define(invocation, &app, &work, err));
    return add(invocation, &work, &card, err);
}

const Command command_segment_add = {
    .name = "segment add",
    .arguments = "NAME --mode MODE",
    .summary = "make a segment",
    .details =
        "A dynamic segment keeps no members: its rule is asked at each look. A periodic one keeps\n"
        "them, and is formed on demand, by schedule or at every change. A manual one is changed "
        "by\n"
        "hand; its rule only fills it. Examples:\n"
        "  kohorta segment add 'Москва' --mode dynamic --rule 'region = \"Москва\"'\n"
        "  kohorta segment add 'Крупные' --mode periodic --daily 02:00 --folder 'Доход' \\\n"
        "      --rule 'sum(purchase.amount, last 1 year) > 100000' \\\n"
        "      --columns 'sum(purchase.amount, last 1 year) as revenue'\n"
        "  kohorta segment add 'Стоп-лист' --mode manual --kind ban",
    .options = segment_options,
    .options_count = SEGMENT_OPTIONS_COUNT,
    .options_size = sizeof(SegmentOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_add,
};

/* ---- set ---- */

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const SegmentOptions *chosen = given;
    const Segment *segment;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    SegmentCard card = segment->card;
    TRY(segment_options_apply(invocation, chosen, &card, err));
    DefinitionChange wanted = {
        .card = &card, .note = chosen->note, .is_confirmed = chosen->is_confirmed};
    return change(invocation, &work, segment, &wanted, err);
}

const Command command_segment_set = {
    .name = "segment set",
    .arguments = "NAME",
    .summary = "change the card of a segment",
    .details = "What is not named stays; an empty text empties. Another forming mode may take "
               "members,\n"
               "schedule and more away: without --yes it is only said what. Examples:\n"
               "  kohorta segment set 'Крупные' --weekly 'mon 06:00' --goal 'удержание'\n"
               "  kohorta segment set 'Крупные' --mode manual --yes",
    .options = segment_options,
    .options_count = SEGMENT_OPTIONS_COUNT,
    .options_size = sizeof(SegmentOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .changes_data = true,
    .run = run_set,
};

/* ---- copy ---- */

static Status run_copy(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const Segment *segment;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    SegmentCard card = definition_copy(&segment->card, invocation_argument(invocation, 1));
    TRY(segment_options_apply(invocation, given, &card, err));
    return add(invocation, &work, &card, err);
}

const Command command_segment_copy = {
    .name = "segment copy",
    .arguments = "NAME NEW",
    .summary = "make a segment like another one, without its members and schedule",
    .options = segment_options,
    .options_count = SEGMENT_OPTIONS_COUNT,
    .options_size = sizeof(SegmentOptions),
    .arguments_min = 2,
    .arguments_max = 2,
    .changes_data = true,
    .run = run_copy,
};

/* ---- rename ---- */

static Status run_rename(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const Segment *segment;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    SegmentCard card = segment->card;
    card.name = invocation_argument(invocation, 1);
    DefinitionChange wanted = {.card = &card, .note = TEXT("renamed")};
    return change(invocation, &work, segment, &wanted, err);
}

const Command command_segment_rename = {
    .name = "segment rename",
    .arguments = "NAME NEW",
    .summary = "give a segment another name, in the rules and metrics that use it too",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = run_rename,
};

/* ---- delete ---- */

typedef struct {
    bool is_confirmed;
} DeleteOptions;

static const Option delete_options[] = {
    OPTION(DeleteOptions, is_confirmed, FLAG, "yes", NULL, "delete it"),
};

static Status run_delete(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const DeleteOptions *chosen = given;
    const Segment *segment;
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    Text name = arena_text(invocation->arena, segment->card.name);
    TRY(segment_remove(&work, segment, chosen->is_confirmed, err));
    invocation_done(invocation, "segment", name, "deleted");
    return STATUS_OK;
}

const Command command_segment_delete = {
    .name = "segment delete",
    .arguments = "NAME --yes",
    .summary = "remove a segment with its members and journal; refused while something uses it",
    .options = delete_options,
    .options_count = sizeof delete_options / sizeof delete_options[0],
    .options_size = sizeof(DeleteOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_delete,
};
