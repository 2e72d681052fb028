/* due.c -- what has to be formed by itself. */
#include "segment/due.h"

#include "base/schedule.h"
#include "segment/definition.h"
#include "segment/live.h"
#include "segment/marks.h"
#include "segment/settings.h"

#include <stdlib.h>

/* ---- schedules ---- */

static bool has_schedule(const Segment *segment)
{
    const SegmentCard *card = &segment->card;
    return card->schedule.size > 0 && !card->is_schedule_off && !card->is_marked_for_deletion;
}

bool due_next_run(const Segment *segment, Moment now, Moment *ret_next)
{
    Schedule schedule;
    Error err;
    if (!has_schedule(segment)) return false;
    if (schedule_parse(segment->card.schedule, &schedule, &err) != STATUS_OK) return false;
    Moment after = segment->scheduled_at;
    bool is_stamped_ahead = after.second > now.second; /* by a clock that was set back since */
    if (segment->was_attempted && (is_stamped_ahead || segment->attempted_at.second > after.second))
        after = segment->attempted_at;
    /* a clock that was set back must not keep a schedule from running */
    if (after.second > now.second) after = now;
    return schedule_next(&schedule, after, ret_next);
}

size_t due_next_runs(const Segment *segment, Moment now, Moment *ret_runs, size_t max)
{
    Schedule schedule;
    Error err;
    Moment next;
    size_t count = 0;
    if (max == 0 || !due_next_run(segment, now, &next)) return 0;
    ret_runs[count++] = next;
    if (schedule_parse(segment->card.schedule, &schedule, &err) != STATUS_OK) return count;
    if (next.second < now.second) next = now; /* what was missed is made up for once */
    while (count < max && schedule_next(&schedule, next, &next))
        ret_runs[count++] = next;
    return count;
}

/* Stamped in a time to come, by a clock that was set back since: nobody knows when it ran last, so
 * a run that was meant within a day is made up for. An hour that comes twice in autumn is none. */
static bool is_due_after_set_back(const Segment *segment, Moment now)
{
    enum { TWICE_SECONDS_MAX = 2 * 3600, DAY_SECONDS = 86400 };
    Schedule schedule;
    Error err;
    Moment next;
    if (!segment->was_attempted || segment->attempted_at.second <= now.second + TWICE_SECONDS_MAX)
        return false;
    if (schedule_parse(segment->card.schedule, &schedule, &err) != STATUS_OK) return false;
    return schedule_next(&schedule, (Moment){now.second - DAY_SECONDS}, &next) &&
           next.second <= now.second;
}

static bool is_due(const Segment *segment, Moment now)
{
    Moment next;
    if (!due_next_run(segment, now, &next)) return false;
    return next.second <= now.second || is_due_after_set_back(segment, now);
}

static bool is_live(const Segment *segment)
{
    return segment->card.is_live && !segment->card.is_marked_for_deletion;
}

/* ---- forming many ---- */

typedef struct {
    FormingOutcome *items;
    size_t count, capacity;
} OutcomeList;

static Status form(const FormingContext *context, const FormingRequest *request, Arena *arena,
                   OutcomeList *ret_outcomes, Error *err)
{
    FormingOutcome *outcomes = NULL;
    if (request->count == 0) return STATUS_OK;
    TRY(segments_form(context, request, arena, &outcomes, err));
    for (size_t i = 0; i < request->count; i++) {
        bool is_quiet =
            outcomes[i].is_formed && outcomes[i].joined_count == 0 && outcomes[i].left_count == 0;
        if (request->reason != FORMING_LIVE || !is_quiet)
            ARENA_PUSH(arena, ret_outcomes, outcomes[i]);
    }
    return STATUS_OK;
}

static int compare_outcomes(const void *a, const void *b)
{
    const FormingOutcome *left = a, *right = b;
    return left->segment < right->segment ? -1 : left->segment > right->segment;
}

/* All in one transaction. Those that are moved come first, for the others may read them. */
static Status move_and_form(const FormingContext *context, const LiveMoves *moves,
                            const FormingRequest *request, Arena *arena, OutcomeList *outcomes,
                            Error *err)
{
    Store *store = context->store;
    size_t first = outcomes->count;
    TRY(store_batch_begin(store, err));
    Status status = live_publish(context, moves, err);
    if (status == STATUS_OK) status = form(context, request, arena, outcomes, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    if (status == STATUS_OK) status = live_settle(context, moves, err);
    if (status != STATUS_OK) {
        live_forget(context);
        return status;
    }
    for (size_t i = 0; i < moves->count; i++)
        if (moves->items[i].joined_count + moves->items[i].left_count > 0)
            ARENA_PUSH(arena, outcomes, live_outcome(&moves->items[i]));
    if (outcomes->count == first) return STATUS_OK;
    /* in the order of the registry */
    qsort(outcomes->items + first, outcomes->count - first, sizeof *outcomes->items,
          compare_outcomes);
    return STATUS_OK;
}

static Status form_live(const FormingContext *context, Arena *arena, OutcomeList *outcomes,
                        Error *err)
{
    const Registry *registry = context->registry;
    SegmentIds ids = {0};
    LiveMoves moves;
    for (size_t i = 0; i < registry->count; i++)
        if (is_live(&registry->items[i])) ARENA_PUSH(arena, &ids, registry->items[i].id);
    TRY(live_leave_out(context, &ids, arena, &moves, err));
    FormingRequest request = {.segment_ids = ids.items,
                              .count = ids.count,
                              .reason = FORMING_LIVE,
                              .note = TEXT(""),
                              .is_in_batch = moves.count > 0};
    return moves.count > 0 ? move_and_form(context, &moves, &request, arena, outcomes, err)
                           : form(context, &request, arena, outcomes, err);
}

static Status form_scheduled(const FormingContext *context, Arena *arena, OutcomeList *outcomes,
                             Error *err)
{
    const Registry *registry = context->registry;
    SegmentIds ids = {0};
    for (size_t i = 0; i < registry->count; i++)
        if (is_due(&registry->items[i], context->now))
            ARENA_PUSH(arena, &ids, registry->items[i].id);
    FormingRequest request = {
        .segment_ids = ids.items, .count = ids.count, .reason = FORMING_SCHEDULE, .note = TEXT("")};
    return form(context, &request, arena, outcomes, err);
}

/* ---- pins and exclusions that end ---- */

static Status end_all_marks(const FormingContext *context, const uint32_t *ids, size_t count,
                            Arena *arena, OutcomeList *outcomes, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        FormingOutcome outcome;
        const Segment *segment = registry_find(context->registry, ids[i]);
        if (segment == NULL) continue;
        TRY(marks_end(context, segment, TESTS_GUARD, arena, &outcome, err));
        bool is_quiet = outcome.is_formed && outcome.joined_count + outcome.left_count == 0;
        if (!is_quiet) ARENA_PUSH(arena, outcomes, outcome);
    }
    return STATUS_OK;
}

/* All in one transaction, like any forming. */
static Status end_due_marks(const FormingContext *context, Arena *arena, OutcomeList *outcomes,
                            Error *err)
{
    Store *store = context->store;
    uint32_t *ids = NULL;
    size_t count = 0;
    TRY(store_segments_with_past_marks(store, context->today, arena, &ids, &count, err));
    if (count == 0) return STATUS_OK;
    TRY(store_batch_begin(store, err));
    Status status = end_all_marks(context, ids, count, arena, outcomes, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

/* ---- clearing ---- */

/* The date has done its work: it would empty the segment again each day. */
static Status clear(const FormingContext *context, const Segment *segment, Error *err)
{
    SegmentCard card = segment->card;
    card.has_clearing = false;
    DefinitionChange change = {.card = &card,
                               .note = text_of(error_phrase("the clearing date came"))};
    TRY(segment_clear(context, segment, change.note, err));
    return definition_change(context, segment, &change, err);
}

typedef struct {
    const Segment **items;
    size_t count, capacity;
} SegmentList;

static Status clear_due(const FormingContext *context, Arena *arena, SegmentList *cleared,
                        Error *err)
{
    const Registry *registry = context->registry;
    for (size_t i = 0; i < registry->count; i++) {
        const Segment *segment = &registry->items[i];
        if (!segment->card.has_clearing || segment->card.clearing.day > context->today.day)
            continue;
        TRY(clear(context, segment, err));
        ARENA_PUSH(arena, cleared, segment);
    }
    return STATUS_OK;
}

/* ---- the verbs ---- */

/* Switched off, nothing is formed; what is stored stays. */
static Status segmentation_is_on(const FormingContext *context, bool *ret_is_on, Error *err)
{
    SegmentSettings settings;
    TRY(segment_settings_read(context->store, &settings, err));
    *ret_is_on = settings.values[SETTING_SEGMENTATION] != 0;
    return STATUS_OK;
}

Status segments_keep_live(const FormingContext *context, Arena *arena, DueReport *ret_report,
                          Error *err)
{
    OutcomeList live = {0};
    bool is_on;
    *ret_report = (DueReport){0};
    TRY(segmentation_is_on(context, &is_on, err));
    if (!is_on) return STATUS_OK;
    TRY(end_due_marks(context, arena, &live, err));
    TRY(form_live(context, arena, &live, err));
    *ret_report = (DueReport){.live = live.items, .live_count = live.count};
    return STATUS_OK;
}

/* Scheduled ones let others write while their members are looked for: then live segments have to be
 * asked of newer data than those of the context. */
static Status form_scheduled_and_live(const FormingContext *context, Arena *arena,
                                      OutcomeList *formed, OutcomeList *live, bool *ret_is_behind,
                                      Error *err)
{
    uint64_t commits_before, commits_after;
    TRY(store_commits_seen(context->store, &commits_before, err));
    TRY(form_scheduled(context, arena, formed, err));
    TRY(store_commits_seen(context->store, &commits_after, err));
    *ret_is_behind = commits_before != commits_after;
    return formed->count > 0 && !*ret_is_behind ? form_live(context, arena, live, err) : STATUS_OK;
}

/* Live segments come first, for scheduled ones read them, and once more when scheduled ones were
 * formed, which they may read. */
Status segments_run_due(const FormingContext *context, Arena *arena, DueReport *ret_report,
                        Error *err)
{
    OutcomeList live = {0}, formed = {0};
    SegmentList cleared = {0};
    bool is_on, is_behind;
    *ret_report = (DueReport){0};
    TRY(segmentation_is_on(context, &is_on, err));
    if (!is_on) return STATUS_OK;
    TRY(clear_due(context, arena, &cleared, err));
    TRY(end_due_marks(context, arena, &live, err));
    TRY(form_live(context, arena, &live, err));
    TRY(form_scheduled_and_live(context, arena, &formed, &live, &is_behind, err));
    *ret_report = (DueReport){.formed = formed.items,
                              .formed_count = formed.count,
                              .live = live.items,
                              .live_count = live.count,
                              .cleared = cleared.items,
                              .cleared_count = cleared.count,
                              .is_behind = is_behind};
    return STATUS_OK;
}
