/* classify.c -- classifications: adding, changing, running as of any days, by schedule. */
#include "app/classify.h"

#include "app/bounds.h"
#include "app/lookups.h"
#include "app/names.h"
#include "base/fold.h"
#include "base/schedule.h"

ClassificationContext app_classification_context(const AppWork *work)
{
    const FormingContext *forming = &work->forming;
    return (ClassificationContext){.store = forming->store,
                                   .data = forming->data,
                                   .catalog = forming->catalog,
                                   .lookup_providers = app_all_lookup_providers(),
                                   .today = forming->today,
                                   .now = forming->now,
                                   .author = forming->author,
                                   .language = app_language(work->app),
                                   .progress = forming->progress};
}

/* ---- keeping ---- */

static Status check(const AppWork *work, uint32_t id, Text name, const Definition *definition,
                    Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Plan plan;
    PlanNames names = {app_catalog(work->app), id, app_language(work->app)};
    if (name.size == 0 || name.size > CLASSIFICATION_NAME_BYTES_MAX)
        return error_set(err, STATUS_INVALID, "a classification needs a name of at most %d bytes",
                         CLASSIFICATION_NAME_BYTES_MAX);
    if (text_has_control(name))
        return error_set(err, STATUS_INVALID,
                         "the name of a classification holds a line break or a control character; "
                         "leave it out");
    return plan_compile(definition, &names, arena, &plan, err);
}

static ClassificationWrite write_of(const AppWork *work, Text name, const Definition *definition,
                                    Arena *arena)
{
    return (ClassificationWrite){.name = name,
                                 .definition = definition_to_json(definition, arena),
                                 .at = work->forming.now,
                                 .author = work->forming.author};
}

Status app_add_classification(AppWork *work, Text name, const Definition *definition, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t id;
    Text trimmed = text_trim(name);
    TRY(check(work, 0, trimmed, definition, err));
    ClassificationWrite write = write_of(work, trimmed, definition, arena);
    TRY(store_add_classification(app_store(work->app), &write, &id, err));
    return app_refresh(work->app, err);
}

static Status change(AppWork *work, const Classification *classification, Text name,
                     Definition *definition, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredRenaming renaming = {.stored = {STORED_CLASSIFICATION, classification->id},
                               .name = name,
                               .definition = definition};
    if (!text_equal(name, classification->name))
        TRY(app_write_stored_name(work->app, &renaming, arena, err));
    ClassificationWrite write = write_of(work, name, definition, arena);
    return store_change_classification(app_store(work->app), classification->id, &write, err);
}

static Status change_at_once(AppWork *work, const Classification *classification, Text name,
                             const Definition *definition, Error *err)
{
    Store *store = app_store(work->app);
    Definition kept = *definition;
    TRY(store_batch_begin(store, err));
    Status status = change(work, classification, name, &kept, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status;
}

Status app_change_classification(AppWork *work, const Classification *classification, Text name,
                                 const Definition *definition, Error *err)
{
    Text trimmed = text_trim(name);
    if (trimmed.size == 0) trimmed = classification->name;
    TRY(check(work, classification->id, trimmed, definition, err));
    TRY(change_at_once(work, classification, trimmed, definition, err));
    return app_refresh(work->app, err);
}

static Status ask_about_runs(App *app, const Classification *classification,
                             RemovalConsent *consent, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    RunRow *runs = NULL;
    size_t count = 0;
    TRY(store_list_runs(app_store(app), (RunQuery){classification->id, SIZE_MAX}, arena, &runs,
                        &count, err));
    if (count == 0 || consent->is_confirmed) return STATUS_OK;
    consent->is_unconfirmed = true;
    return error_ask(err, "%zu runs would go with the classification '%.*s'; confirm it", count,
                     TEXT_FORMAT(classification->name));
}

Status app_remove_classification(App *app, const Classification *classification,
                                 RemovalConsent *consent, Error *err)
{
    TRY(app_refuse_uses(app, (StoredName){STORED_CLASSIFICATION, classification->id},
                        classification->name, err));
    TRY(ask_about_runs(app, classification, consent, err));
    TRY(store_remove_classification(app_store(app), classification->id, err));
    return app_refresh(app, err);
}

/* ---- classes by hand ---- */

/* The class as the definition writes it. */
static Status find_class(const Classification *classification, Text wanted, Text *ret_name,
                         Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Definition *definition = &classification->definition;
    Text *names = ARENA_ARRAY(arena, Text, definition->classes_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < definition->classes_count; i++)
        names[count++] = definition->classes[i].name;
    if (definition->rest.size > 0) names[count++] = definition->rest;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal_folded(names[i], wanted)) continue;
        *ret_name = names[i];
        return STATUS_OK;
    }
    Text near = suggest_name(wanted, names, count);
    if (near.size == 0) near = names[0];
    return error_set(err, STATUS_NOT_FOUND, "'%.*s' has no class '%.*s'; did you mean '%.*s'?",
                     TEXT_FORMAT(classification->name), TEXT_FORMAT(wanted), TEXT_FORMAT(near));
}

static Status check_pin(const AppWork *work, const Classification *classification,
                        const ClassPinOrder *order, Error *err)
{
    if (!definition_has_rules(&classification->definition))
        return error_set(err, STATUS_CONFLICT,
                         "the classes of '%.*s' are computed from numbers; a class can be given by "
                         "hand where classes have rules",
                         TEXT_FORMAT(classification->name));
    if (order->has_until && order->until.day < work->forming.today.day)
        return error_set(err, STATUS_CONFLICT, "the last day of the class is over already");
    return STATUS_OK;
}

Status app_pin_class(AppWork *work, const Classification *classification,
                     const ClassPinOrder *order, Error *err)
{
    ClassPin pin = {.at = work->forming.now,
                    .author = work->forming.author,
                    .reason = order->reason,
                    .has_until = order->has_until,
                    .until = order->until};
    TRY(check_pin(work, classification, order, err));
    TRY(find_class(classification, text_trim(order->class_name), &pin.class_name, err));
    TRY(store_get_customer(app_store(work->app), order->code, &pin.customer, err));
    return store_set_class_pin(app_store(work->app), classification->id, &pin, err);
}

Status app_release_class(AppWork *work, const Classification *classification, Text code, Error *err)
{
    CustomerId customer;
    TRY(store_get_customer(app_store(work->app), code, &customer, err));
    return store_remove_class_pin(app_store(work->app), classification->id, customer, err);
}

Status app_list_class_pins(App *app, const Classification *classification, Arena *arena,
                           ClassPinView **ret_pins, size_t *ret_count, Error *err)
{
    ClassPin *pins = NULL;
    size_t count = 0;
    TRY(store_list_class_pins(app_store(app), classification->id, arena, &pins, &count, err));
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, count);
    CustomerSummary *summaries = ARENA_ARRAY(arena, CustomerSummary, count);
    for (size_t i = 0; i < count; i++)
        customers[i] = pins[i].customer;
    TRY(store_describe_customers(app_store(app), customers, count, arena, summaries, err));
    *ret_pins = ARENA_ARRAY(arena, ClassPinView, count);
    for (size_t i = 0; i < count; i++)
        (*ret_pins)[i] = (ClassPinView){pins[i], summaries[i].code, summaries[i].name};
    *ret_count = count;
    return STATUS_OK;
}

/* ---- running ---- */

/* From the end of a month one steps to ends of months, however long they are. */
static Date step_from(const DaySteps *steps, int64_t count)
{
    bool is_by_months = steps->step != UNIT_DAY && steps->step != UNIT_WEEK;
    Date next = {steps->from.day + 1};
    bool is_end = is_by_months && date_period_begin(next, UNIT_MONTH).day == next.day;
    if (!is_end) return date_add(steps->from, count, steps->step);
    return (Date){date_add(next, count, steps->step).day - 1};
}

Status app_days_of(const DaySteps *steps, Arena *arena, RunDays *ret_days, Error *err)
{
    struct {
        Date *items;
        size_t count, capacity;
    } list = {0};
    if (steps->to.day < steps->from.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    for (int64_t i = 0;; i++) {
        Date day = step_from(steps, i);
        if (list.count > 0 && day.day <= list.items[i - 1].day) break;
        if (day.day > steps->to.day) day = steps->to;
        if (list.count > 0 && day.day == list.items[i - 1].day) break;
        if (list.count == RUN_DAYS_MAX)
            return error_set(err, STATUS_INVALID, "there are more than %d days; take a longer step",
                             RUN_DAYS_MAX);
        ARENA_PUSH(arena, &list, day);
    }
    *ret_days = (RunDays){list.items, list.count};
    return STATUS_OK;
}

Status app_run_classification(AppWork *work, const Classification *classification, RunDays days,
                              Arena *arena, RunSummary **ret_summaries, Error *err)
{
    ClassificationContext context = app_classification_context(work);
    TRY(classification_run(&context, classification, days, arena, ret_summaries, err));
    return app_refresh(work->app, err);
}

Status app_preview_classification(AppWork *work, const ClassificationTrial *trial, Arena *arena,
                                  RunSummary *ret_summary, Error *err)
{
    AUTO(bounds_done) Bounds visible = {0};
    ClassificationContext context = app_classification_context(work);
    TRY(app_bounds(work->app, trial->visible, &visible, err));
    context.visible = visible.is_bounded ? &visible.customers : NULL;
    Classification tried = {.definition = *trial->definition};
    if (trial->own != NULL) {
        tried.id = trial->own->id;
        tried.name = trial->own->name;
        tried.version = trial->own->version + 1;
    }
    return classification_preview(&context, &tried, trial->day, arena, ret_summary, err);
}

bool classification_next_run(const Classification *classification, Moment now, Moment *ret_next)
{
    Schedule schedule;
    const Definition *definition = &classification->definition;
    if (definition->schedule.size == 0 || definition->is_schedule_off) return false;
    if (schedule_parse(definition->schedule, &schedule, NULL) != STATUS_OK) return false;
    return schedule_next(&schedule, now, ret_next);
}

/* When it was tried last, by its schedule or by hand; what was before the schedule was set does not
 * make it late. */
static Status last_attempt(App *app, const Classification *classification, Arena *arena,
                           Moment *ret_last, Error *err)
{
    RunRow *runs = NULL;
    size_t count = 0;
    TRY(store_list_runs(app_store(app), (RunQuery){classification->id, 1}, arena, &runs, &count,
                        err));
    *ret_last = classification->scheduled_at;
    if (count > 0 && runs[0].at.second > ret_last->second) *ret_last = runs[0].at;
    if (classification->was_attempted && classification->attempted_at.second > ret_last->second)
        *ret_last = classification->attempted_at;
    return STATUS_OK;
}

static Status is_due(App *app, const Classification *classification, bool *ret_is_due, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Moment last, next;
    TRY(last_attempt(app, classification, arena, &last, err));
    *ret_is_due =
        classification_next_run(classification, last, &next) && next.second <= app_now(app).second;
    return STATUS_OK;
}

/* A failure concerns this one alone; it is remembered, and tried again at its next time. */
static Status run_due(AppWork *work, const ClassificationContext *context,
                      const Classification *classification, Arena *arena, DueRun *due, Error *err)
{
    RunSummary *summaries = NULL;
    RunDays today = {&work->forming.today, 1};
    Error found;
    Status status = classification_run(context, classification, today, arena, &summaries, &found);
    if (status == STATUS_CANCELLED || status == STATUS_IO) {
        if (err != NULL) *err = found;
        return status;
    }
    *due = (DueRun){.name = arena_text(arena, classification->name), .is_run = status == STATUS_OK};
    if (due->is_run)
        due->summary = summaries[0];
    else
        due->failure = arena_text(arena, text_of(found.message));
    return store_note_classification_attempt(context->store, classification->id, context->now,
                                             due->failure, err);
}

Status app_classifications_run_due(AppWork *work, Arena *arena, DueRun **ret_runs,
                                   size_t *ret_count, Error *err)
{
    const Classifications *all = app_classifications(work->app);
    ClassificationContext context = app_classification_context(work);
    DueRun *runs = ARENA_ARRAY(arena, DueRun, all->count);
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        bool is_due_now;
        TRY(is_due(work->app, &all->items[i], &is_due_now, err));
        if (is_due_now) TRY(run_due(work, &context, &all->items[i], arena, &runs[count++], err));
    }
    *ret_runs = runs;
    *ret_count = count;
    return count > 0 ? app_refresh(work->app, err) : STATUS_OK;
}

Status app_last_run(App *app, const Classification *classification, Arena *arena, RunRow *ret_run,
                    Error *err)
{
    return store_find_run(app_store(app), classification->id, app_today(app), arena, ret_run, err);
}

Status app_numbered_run(App *app, const Classification *classification, uint64_t id, Arena *arena,
                        RunRow *ret_run, Error *err)
{
    RunRow *runs = NULL;
    size_t count = 0;
    TRY(store_list_runs(app_store(app), (RunQuery){classification->id, SIZE_MAX}, arena, &runs,
                        &count, err));
    for (size_t i = 0; i < count; i++) {
        if (runs[i].id != id) continue;
        *ret_run = runs[i];
        return STATUS_OK;
    }
    return error_set(err, STATUS_NOT_FOUND,
                     "the classification '%.*s' has no run number %llu; look at its list of runs",
                     TEXT_FORMAT(classification->name), (unsigned long long)id);
}

Status app_find_run(App *app, const Classification *classification, Date day, Arena *arena,
                    RunRow *ret_run, Error *err)
{
    char text[DATE_TEXT_MAX];
    TRY(store_find_run(app_store(app), classification->id, day, arena, ret_run, err));
    if (ret_run->id != 0) return STATUS_OK;
    if (day.day >= app_today(app).day)
        return error_set(err, STATUS_NOT_FOUND,
                         "the classification '%.*s' was never run; run it first",
                         TEXT_FORMAT(classification->name));
    return error_set(err, STATUS_NOT_FOUND,
                     "the classification '%.*s' has no run as of %.*s or before; run it first",
                     TEXT_FORMAT(classification->name), TEXT_FORMAT(date_print_iso(day, text)));
}
