/* keep_live.c -- after a command changed something: live segments are made true, pins end. */
#include "cli/keep_live.h"

#include "segment/due.h"

static bool has_live(const Registry *registry)
{
    for (size_t i = 0; i < registry->count; i++)
        if (registry->items[i].card.is_live) return true;
    return false;
}

static void tell(Invocation *invocation, const FormingOutcome *outcome)
{
    Text name = outcome->segment->card.name;
    if (outcome->is_formed)
        invocation_note(invocation, "segment '%.*s': %llu joined, %llu left", TEXT_FORMAT(name),
                        (unsigned long long)outcome->joined_count,
                        (unsigned long long)outcome->left_count);
    else
        invocation_note(invocation, "segment '%.*s': not formed: %.*s", TEXT_FORMAT(name),
                        TEXT_FORMAT(outcome->failure));
}

static Status form_live(Invocation *invocation, App *app, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    DueReport report;
    TRY(app_work_begin(app, app_author(app), &invocation->progress, &work, err));
    TRY(segments_keep_live(&work.forming, invocation->arena, &report, err));
    for (size_t i = 0; i < report.live_count; i++)
        tell(invocation, &report.live[i]);
    return STATUS_OK;
}

static Status find_live(Invocation *invocation, bool *ret_is_needed, Error *err)
{
    AUTO(app_done) App *app = NULL;
    uint32_t *ids = NULL;
    size_t past_marks_count = 0;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(store_segments_with_past_marks(app_store(app), app_today(app), invocation->arena, &ids,
                                       &past_marks_count, err));
    *ret_is_needed = has_live(app_registry(app)) || past_marks_count > 0;
    return STATUS_OK;
}

Status keep_live(Invocation *invocation, Error *err)
{
    AUTO(app_done) App *app = NULL;
    bool is_needed;
    TRY(find_live(invocation, &is_needed, err));
    if (!is_needed) return STATUS_OK;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    return form_live(invocation, app, err);
}
