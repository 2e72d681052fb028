/* cmd_segment.c -- kohorta segment add, set, copy, rename, delete. */
#include "cli/commands.h"

#include "app/segments.h"
#include "app/warnings.h"
#include "cli/diagnose.h"
#include "cli/labels.h"
#include "cli/segment_options.h"
#include "cli/segment_show.h"
#include "reply/segments.h"
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
    const BreakdownMode now = {.as_of = work->forming.today};
    if (status == STATUS_OK) warn_of_card(work->app, card, &now, invocation->arena, &findings);
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

/* A name for many whose data is missing: the rule holds, or does not, because nothing is known. */
static Status warn_of_absence(Invocation *invocation, AppWork *work, const SegmentCard *card,
                              Error *err)
{
    SegmentAbsence absence;
    Voice voice = {invocation->arena, app_language(work->app)};
    TRY(segment_absence(work, card, invocation->arena, &absence, err));
    if (absence.undecided_count * 2 <= absence.customers_count) return STATUS_OK;
    Text warning =
        LABEL_SAY(voice, RULE_BY_ABSENCE, card->name, voice_count(voice, absence.undecided_count),
                  voice_count(voice, absence.customers_count));
    invocation_note(invocation, "%.*s", TEXT_FORMAT(warning));
    return STATUS_OK;
}

static Status add(Invocation *invocation, AppWork *work, SegmentCard *card, Text note, Error *err)
{
    uint32_t id;
    TRY(understand(invocation, work, NULL, card, err));
    TRY(warn_of_absence(invocation, work, card, err));
    TRY(definition_add(&work->forming, card, note, &id, err));
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
    if (!text_equal(card.rule, segment->card.rule))
        TRY(warn_of_absence(invocation, work, &card, err));
    understood.card = &card;
    TRY(segment_change(work, segment, &understood, err));
    return tell_done(invocation, work, id, "changed", err);
}

/* ---- add ---- */

/* Of what is not there yet nobody joins or leaves. */
static Status refuse_preview(const SegmentOptions *chosen, Error *err)
{
    if (!chosen->is_preview) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "--preview is for segment set; kohorta eval tells who a rule means");
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const SegmentOptions *chosen = given;
    SegmentCard card = {.name = invocation_argument(invocation, 0)};
    if (chosen->mode.data == NULL)
        return error_set(err, STATUS_INVALID,
                         "--mode is missing: dynamic, periodic or manual; --help tells them apart");
    TRY(refuse_preview(chosen, err));
    TRY(segment_options_apply(invocation, chosen, &card, err));
    TRY(invocation_define(invocation, &app, &work, err));
    return add(invocation, &work, &card, chosen->note, err);
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

static Status preview(Invocation *invocation, AppWork *work, const Segment *segment,
                      SegmentCard *card, Error *err)
{
    FormingOutcome outcome;
    TRY(understand(invocation, work, segment, card, err));
    TRY(definition_preview(&work->forming, segment, card, invocation->arena, &outcome, err));
    if (invocation->common.is_json) {
        AUTO(buffer_done) Buffer buffer = {0};
        JsonWriter writer = {.out = &buffer};
        reply_forming_preview(&writer, &outcome);
        invocation_json(invocation, &buffer);
        return STATUS_OK;
    }
    invocation_say(invocation,
                   "segment '%.*s': nothing is changed yet; %llu members now, %llu by the new "
                   "card: %llu would join, %llu leave",
                   TEXT_FORMAT(segment->card.name), (unsigned long long)outcome.before_count,
                   (unsigned long long)outcome.after_count,
                   (unsigned long long)outcome.joined_count,
                   (unsigned long long)outcome.left_count);
    if (!outcome.is_formed)
        invocation_note(invocation, "segment '%.*s': would not be formed: %.*s",
                        TEXT_FORMAT(segment->card.name), TEXT_FORMAT(outcome.failure));
    return STATUS_OK;
}

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    const SegmentOptions *chosen = given;
    const Segment *segment;
    /* only a preview asks the data */
    TRY(chosen->is_preview ? invocation_work(invocation, &app, &work, err)
                           : invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    SegmentCard card = segment->card;
    TRY(segment_options_apply(invocation, chosen, &card, err));
    if (chosen->is_preview) return preview(invocation, &work, segment, &card, err);
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
               "  kohorta segment set 'Крупные' --mode manual --yes\n"
               "  kohorta segment set 'Крупные' --rule 'city = \"Тула\"' --preview",
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
    TRY(refuse_preview(given, err));
    TRY(invocation_define(invocation, &app, &work, err));
    TRY(registry_get(app_registry(app), invocation_argument(invocation, 0), &segment, err));
    SegmentCard card = definition_copy(&segment->card, invocation_argument(invocation, 1));
    TRY(segment_options_apply(invocation, given, &card, err));
    Text lost = definition_fit_copy(&segment->card, &card, invocation->arena);
    if (lost.size > 0)
        invocation_note(invocation, "'%.*s' is %s and does without: %.*s", TEXT_FORMAT(card.name),
                        error_phrase(forming_mode_code(card.mode)), TEXT_FORMAT(lost));
    return add(invocation, &work, &card, ((const SegmentOptions *)given)->note, err);
}

const Command command_segment_copy = {
    .name = "segment copy",
    .arguments = "NAME NEW",
    .summary = "make a segment like another one, without its members and schedule",
    .details = "With another --mode what that does not allow is left out, and said.",
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
