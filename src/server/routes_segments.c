/* routes_segments.c -- segments: the list, cards, changing them, forming. */
#include "server/routes.h"

#include "app/warnings.h"
#include "base/fold.h"
#include "base/schedule.h"
#include "lang/lang.h"
#include "reply/fields.h"
#include "reply/segments.h"
#include "server/jobs.h"
#include "server/segment_handlers.h"
#include "server/server_internal.h"

/* ---- what they share ---- */

Status read_segment(Request *request, const Segment **ret_segment, Error *err)
{
    return registry_get(app_registry(request_app(request)), request_path(request, "segment"),
                        ret_segment, err);
}

Status begin_work(Request *request, AppWork *ret_work, Error *err)
{
    App *app;
    TRY(request_writer(request, &app, err));
    return app_work_begin(app, request_author(request), request_progress(request), ret_work, err);
}

Status begin_on_segment(Request *request, AppWork *ret_work, const Segment **ret_segment,
                        Error *err)
{
    TRY(begin_work(request, ret_work, err));
    return registry_get(app_registry(ret_work->app), request_path(request, "segment"), ret_segment,
                        err);
}

static Text etag_of(Request *request, const Segment *segment)
{
    return arena_printf(request_arena(request), "%u", segment->version);
}

Status narrow_details(Request *request, App *app, SegmentDetails *details, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    TRY(read_bounds(request, app, &bounds, err));
    if (!bounds.is_bounded) return STATUS_OK;
    const PartOf part = {&bounds.customers, request_progress(request)};
    return segment_details_narrow(app, part, details, request_arena(request), err);
}

Status answer_segment(Request *request, Response *response, App *app, const Segment *segment,
                      Error *err)
{
    SegmentDetails details;
    TRY(segment_details(app, segment, request_progress(request), request_arena(request), &details,
                        err));
    TRY(narrow_details(request, app, &details, err));
    response_etag(response, etag_of(request, segment));
    reply_segment_details(response_json(response), &details);
    return STATUS_OK;
}

/* ---- the list ---- */

typedef struct {
    Text search_folded, folder_folded;
    bool has_mode, has_kind;
    FormingMode mode;
    SegmentKind kind;
} SegmentsWish;

static Status read_wish(Request *request, SegmentsWish *wish, Error *err)
{
    Arena *arena = request_arena(request);
    Text mode = request_query(request, "mode"), kind = request_query(request, "kind");
    wish->search_folded = text_fold(request_query(request, "search"), arena);
    wish->folder_folded = text_fold(request_query(request, "folder"), arena);
    wish->has_mode = mode.size > 0;
    wish->has_kind = kind.size > 0;
    if (wish->has_mode && !forming_mode_parse(mode, &wish->mode))
        return error_set(err, STATUS_INVALID, "no forming mode '%.*s'", TEXT_FORMAT(mode));
    if (wish->has_kind && !segment_kind_parse(kind, &wish->kind))
        return error_set(err, STATUS_INVALID, "no kind of segment '%.*s'", TEXT_FORMAT(kind));
    return STATUS_OK;
}

/* In the folder or below it. */
static bool is_in_folder(Text folder_folded, Text wanted_folded, Arena *arena)
{
    if (wanted_folded.size == 0 || text_equal(folder_folded, wanted_folded)) return true;
    Text below = arena_printf(arena, "%.*s / ", TEXT_FORMAT(wanted_folded));
    return text_starts_with(folder_folded, below);
}

static bool is_wanted(Request *request, const SegmentsWish *wish, const SegmentCard *card)
{
    Arena *arena = request_arena(request);
    if (wish->has_mode && card->mode != wish->mode) return false;
    if (wish->has_kind && card->kind != wish->kind) return false;
    if (!is_in_folder(text_fold(card->folder, arena), wish->folder_folded, arena)) return false;
    return text_contains(text_fold(card->name, arena), wish->search_folded) ||
           text_contains(text_fold(card->code, arena), wish->search_folded);
}

/* Where the page begins: behind the segment with this code. */
static size_t page_begin(const SegmentOverview *list, size_t count, Text after)
{
    for (size_t i = 0; after.size > 0 && i < count; i++)
        if (text_equal(list[i].segment->card.code, after)) return i + 1;
    return 0;
}

static Status narrow_list(Request *request, SegmentOverview *list, size_t count, Error *err)
{
    AUTO(bounds_done) Bounds bounds = {0};
    TRY(read_bounds(request, request_app(request), &bounds, err));
    if (!bounds.is_bounded) return STATUS_OK;
    const PartOf part = {&bounds.customers, request_progress(request)};
    return segments_narrow(request_app(request), part, list, count, request_arena(request), err);
}

static Status list_segments(Request *request, Response *response, Error *err)
{
    SegmentsWish wish = {0};
    Page page;
    SegmentOverview *list;
    size_t count, shown = 0;
    Text last = TEXT("");
    bool has_more = false;
    TRY(read_wish(request, &wish, err));
    TRY(request_page(request, LIST_LIMIT_MAX, LIST_LIMIT_MAX, &page, err));
    TRY(segments_overview(request_app(request), request_progress(request), request_arena(request),
                          &list, &count, err));
    TRY(narrow_list(request, list, count, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "items");
    json_begin(writer, '[');
    for (size_t i = page_begin(list, count, page.after); i < count && !has_more; i++) {
        if (!is_wanted(request, &wish, &list[i].segment->card)) continue;
        has_more = shown == page.limit;
        if (has_more) break;
        reply_segment(writer, &list[i]);
        last = list[i].segment->card.code;
        shown++;
    }
    json_end(writer, ']');
    response_next(writer, has_more, last);
    json_end(writer, '}');
    return STATUS_OK;
}

static Status get_segment(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    TRY(read_segment(request, &segment, err));
    return answer_segment(request, response, request_app(request), segment, err);
}

/* ---- a card in the body ---- */

/* Null empties a text. */
static Status read_card_text(const json_t *body, const char *key, Text *text, Error *err)
{
    if (json_is_null(json_object_get(body, key))) {
        *text = TEXT("");
        return STATUS_OK;
    }
    return json_get_text(body, key, text, err);
}

static Status read_card_list(Request *request, const json_t *body, const char *key, TextList *list,
                             Error *err)
{
    Text *items = NULL;
    size_t count = 0;
    const json_t *given = json_object_get(body, key);
    if (given == NULL) return STATUS_OK;
    TRY(json_get_texts(body, key, request_arena(request), &items, &count, err));
    *list = (TextList){items, count};
    return STATUS_OK;
}

static Status read_tests(Request *request, const json_t *body, SegmentCard *card, Error *err)
{
    static const char *const keys[] = {"customer", "must_be_in"};
    const json_t *list = json_object_get(body, "tests");
    if (list == NULL) return STATUS_OK;
    if (!json_is_array(list)) return error_set(err, STATUS_INVALID, "'tests' wants an array");
    size_t count = json_array_size(list);
    CardTest *tests = ARENA_ARRAY(request_arena(request), CardTest, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *test = json_array_get(list, i);
        if (!json_is_object(test))
            return error_set(err, STATUS_INVALID, "'tests' wants an array of objects");
        tests[i] = (CardTest){.must_be_in = true};
        TRY(json_only(test, keys, COUNT_OF(keys), err));
        TRY(json_need_text(test, "customer", &tests[i].customer, err));
        TRY(json_get_bool(test, "must_be_in", &tests[i].must_be_in, err));
    }
    card->tests = tests;
    card->tests_count = count;
    return STATUS_OK;
}

static Status read_codes(const json_t *body, SegmentCard *card, Error *err)
{
    Text mode = {0}, kind = {0};
    TRY(json_get_text(body, "mode", &mode, err));
    TRY(json_get_text(body, "kind", &kind, err));
    if (mode.data != NULL && !forming_mode_parse(mode, &card->mode))
        return error_set(err, STATUS_INVALID, "no forming mode '%.*s'", TEXT_FORMAT(mode));
    if (kind.data != NULL && !segment_kind_parse(kind, &card->kind))
        return error_set(err, STATUS_INVALID, "no kind of segment '%.*s'", TEXT_FORMAT(kind));
    return STATUS_OK;
}

static Status read_clearing(const json_t *body, SegmentCard *card, Error *err)
{
    if (json_is_null(json_object_get(body, "clearing"))) card->has_clearing = false;
    return json_get_date(body, "clearing", &card->has_clearing, &card->clearing, err);
}

static const char *const card_keys[] = {
#define CARD_TEXT(member) #member,
#define CARD_FLAG(member) #member,
#define CARD_LIST(member) #member,
#include "segment/card_field.def"
#undef CARD_TEXT
#undef CARD_FLAG
#undef CARD_LIST
    "mode", "kind", "clearing", "tests", "note",
};

/* What is not named stays as the card has it. */
static Status read_card(Request *request, const json_t *body, SegmentCard *card, Error *err)
{
    TRY(json_only(body, card_keys, COUNT_OF(card_keys), err));
#define CARD_TEXT(member) TRY(read_card_text(body, #member, &card->member, err));
#define CARD_FLAG(member) TRY(json_get_bool(body, #member, &card->member, err));
#define CARD_LIST(member) TRY(read_card_list(request, body, #member, &card->member, err));
#include "segment/card_field.def"
#undef CARD_TEXT
#undef CARD_FLAG
#undef CARD_LIST
    TRY(read_codes(body, card, err));
    TRY(read_clearing(body, card, err));
    return read_tests(request, body, card, err);
}

/* ---- changing ---- */

/* What was found in the expressions of a card: of its rule, of its columns. */
typedef struct {
    Findings items[2];
} CardWarnings;

typedef struct {
    const Segment *segment; /* that is changed; NULL: a new one */
    SegmentCard *card;      /* completed */
    CardWarnings *warnings; /* filled */
} CardGiven;

static Status understand(Request *request, Response *response, AppWork *work,
                         const CardGiven *given, Error *err)
{
    CardFindings found;
    BreakdownMode mode;
    Text columns = given->card->columns;
    Arena *arena = request_arena(request);
    Status status =
        definition_understand(&work->forming, given->segment, given->card, arena, &found, err);
    if (status == STATUS_OK) {
        TRY(read_warning_mode(request, &mode, err));
        warn_of_card(work->app, given->card, &mode, arena, &found);
    }
    *given->warnings = (CardWarnings){{{found.rule_source, found.rule}, {columns, found.columns}}};
    if (status != STATUS_INVALID) return status;
    return fail_with_findings(request, response, given->warnings->items, err);
}

static Status answer_kept(Request *request, Response *response, App *app, uint32_t id,
                          const CardWarnings *warnings, Error *err)
{
    TRY(answer_segment(request, response, app, registry_find(app_registry(app), id), err));
    answer_warnings(request, response, "warnings", &warnings->items[0], 1);
    answer_warnings(request, response, "column_warnings", &warnings->items[1], 1);
    return STATUS_OK;
}

Status add_card(Request *request, Response *response, AppWork *work, SegmentCard *card, Text note,
                Error *err)
{
    uint32_t id;
    CardWarnings warnings;
    CardGiven given = {NULL, card, &warnings};
    TRY(understand(request, response, work, &given, err));
    TRY(definition_add(&work->forming, card, note, &id, err));
    TRY(app_refresh(work->app, err));
    response_code(response, 201);
    return answer_kept(request, response, work->app, id, &warnings, err);
}

static Status add_segment(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    SegmentCard card = {0};
    Text mode = {0}, note = TEXT("");
    TRY(request_json(request, &body, err));
    TRY(json_need_text(body, "mode", &mode, err));
    TRY(read_card(request, body, &card, err));
    TRY(json_get_text(body, "note", &note, err));
    TRY(begin_work(request, &work, err));
    return add_card(request, response, &work, &card, note, err);
}

static Status copy_segment(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"name", "mode"};
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    const Segment *segment;
    Text name = {0};
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "name", &name, err));
    TRY(begin_on_segment(request, &work, &segment, err));
    SegmentCard card = definition_copy(&segment->card, name);
    TRY(read_codes(body, &card, err));
    Text lost = definition_fit_copy(&segment->card, &card, request_arena(request));
    TRY(add_card(request, response, &work, &card, TEXT(""), err));
    JsonWriter *writer = response_json(response);
    json_resume(writer);
    field_text_or_null(writer, "left_out", lost);
    json_end(writer, '}');
    return STATUS_OK;
}

static void put_losses(Response *response, const ModeLosses *losses)
{
    JsonWriter *writer = response_problem(response);
    const struct {
        const char *key;
        bool is_lost;
    } all[] = {{"composition", losses->composition},
               {"schedule", losses->schedule},
               {"check_on_creation", losses->check_on_creation},
               {"live", losses->live},
               {"clearing", losses->clearing},
               {"ban", losses->ban}};
    json_key(writer, "losses");
    json_begin(writer, '{');
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        json_key(writer, all[i].key);
        json_bool(writer, all[i].is_lost);
    }
    json_end(writer, '}');
}

/* What has to be confirmed first is a problem of its own, with what would be lost. */
static void tell_losses(Response *response, const SegmentCard *before, FormingMode mode)
{
    ModeLosses losses;
    (void)card_in_mode(before, mode, &losses);
    response_problem_code(response, "CONFIRM");
    put_losses(response, &losses);
}

static Status write_change(Response *response, AppWork *work, const Segment *segment,
                           const DefinitionChange *change, Error *err)
{
    SegmentCard before = segment->card;
    Status status = segment_change(work, segment, change, err);
    if (status == STATUS_CONFLICT && before.mode != change->card->mode && !change->is_confirmed)
        tell_losses(response, &before, change->card->mode);
    return status;
}

static Status change_segment(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const json_t *body;
    const Segment *segment;
    DefinitionChange change = {0};
    TRY(request_json(request, &body, err));
    TRY(json_get_text(body, "note", &change.note, err));
    TRY(request_query_bool(request, "confirm", false, &change.is_confirmed, err));
    TRY(begin_on_segment(request, &work, &segment, err));
    TRY(request_match(request, etag_of(request, segment), err));
    SegmentCard card = segment->card;
    CardWarnings warnings;
    uint32_t id = segment->id;
    TRY(read_card(request, body, &card, err));
    TRY(understand(request, response, &work, &(CardGiven){segment, &card, &warnings}, err));
    change.card = &card;
    TRY(write_change(response, &work, segment, &change, err));
    return answer_kept(request, response, work.app, id, &warnings, err);
}

static Status delete_segment(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const Segment *segment;
    bool is_confirmed;
    TRY(request_query_bool(request, "confirm", false, &is_confirmed, err));
    TRY(begin_on_segment(request, &work, &segment, err));
    TRY(request_match(request, etag_of(request, segment), err));
    Status status = segment_remove(&work, segment, is_confirmed, err);
    if (status == STATUS_CONFLICT && !is_confirmed) response_problem_code(response, "CONFIRM");
    TRY(status);
    response_nothing(response);
    return STATUS_OK;
}

/* ---- forming ---- */

typedef struct {
    Text segment; /* code */
    bool is_confirmed;
    Arena *arena;
} FormJob;

static void free_form_job(void *context)
{
    FormJob *job = context;
    arena_free(job->arena); /* it lives there itself */
}

static Status form_in(AppWork *work, const FormJob *job, const JobRun *run, Error *err)
{
    const Segment *segment;
    FormingOutcome *outcomes;
    TRY(registry_get(app_registry(work->app), job->segment, &segment, err));
    FormOrder order = {.segments = &segment, .count = 1, .is_confirmed = job->is_confirmed};
    TRY(segments_form_now(work, &order, run->arena, &outcomes, err));
    reply_forming_outcomes(run->result, outcomes, 1);
    return STATUS_OK;
}

static Status run_form_job(const JobRun *run, Error *err)
{
    AUTO(app_done) App *app = NULL;
    AUTO(app_work_done) AppWork work = {0};
    TRY(job_writer(run, &app, err));
    TRY(app_work_begin(app, run->author, run->progress, &work, err));
    return form_in(&work, run->context, run, err);
}

static void put_edits(JsonWriter *writer, HandEdits edits)
{
    json_key(writer, "hand_edits");
    json_begin(writer, '{');
    field_count(writer, "added", edits.added);
    field_count(writer, "removed", edits.removed);
    json_end(writer, '}');
}

static void ask_about_edits(Response *response, HandEdits edits)
{
    put_edits(response_problem(response), edits);
    response_problem_code(response, "CONFIRM");
}

/* Hand edits are asked about before the job begins. */
static Status check_hand_edits(Request *request, Response *response, const Segment *segment,
                               bool is_confirmed, Error *err)
{
    HandEdits edits;
    if (is_confirmed || segment->card.mode != MODE_MANUAL) return STATUS_OK;
    TRY(segment_lost_edits(request_app(request), segment, &edits, err));
    if (edits.added + edits.removed == 0) return STATUS_OK;
    ask_about_edits(response, edits);
    return error_set(err, STATUS_CONFLICT,
                     "forming '%.*s' would lose %llu customers added and %llu removed by hand",
                     TEXT_FORMAT(segment->card.name), (unsigned long long)edits.added,
                     (unsigned long long)edits.removed);
}

static Status form_segment(Request *request, Response *response, Error *err)
{
    const Segment *segment;
    bool is_confirmed;
    TRY(read_segment(request, &segment, err));
    TRY(request_query_bool(request, "confirm", false, &is_confirmed, err));
    TRY(mode_check(segment->card.mode, ACT_FORM, segment->card.name, err));
    TRY(check_hand_edits(request, response, segment, is_confirmed, err));
    Arena *arena = arena_new();
    FormJob *job = ARENA_NEW(arena, FormJob);
    *job = (FormJob){arena_text(arena, segment->card.code), is_confirmed, arena};
    JobPlan plan = {.kind = "form",
                    .title = segment->card.name,
                    .author = request_author(request),
                    .writes = true,
                    .run = run_form_job,
                    .done = free_form_job,
                    .context = job};
    return jobs_answer(request->server->jobs, &plan, request, response, err);
}

/* Undoing is asked about always, with what becomes of the composition. */
static Status ask_about_undo(Response *response, const AppWork *work, const Segment *segment,
                             Error *err)
{
    UndoLook look;
    TRY(segment_undo_look(&work->forming, segment, &look, err));
    JsonWriter *writer = response_problem(response);
    field_count(writer, "before", look.before);
    field_count(writer, "after", look.after);
    put_edits(writer, look.lost);
    response_problem_code(response, "CONFIRM");
    return error_set(err, STATUS_CONFLICT,
                     "undoing the last forming of '%.*s' makes %llu members of the present %llu; "
                     "changes by hand that are lost: %llu added, %llu removed",
                     TEXT_FORMAT(segment->card.name), (unsigned long long)look.after,
                     (unsigned long long)look.before, (unsigned long long)look.lost.added,
                     (unsigned long long)look.lost.removed);
}

static Status undo_forming(Request *request, Response *response, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    const Segment *segment;
    FormingOutcome outcome;
    bool is_confirmed;
    TRY(request_query_bool(request, "confirm", false, &is_confirmed, err));
    TRY(begin_on_segment(request, &work, &segment, err));
    if (!is_confirmed) return ask_about_undo(response, &work, segment, err);
    TRY(segment_undo(&work.forming, segment, true, &outcome, err));
    reply_forming_outcome(response_json(response), &outcome);
    return STATUS_OK;
}

static Status preview_schedule(Request *request, Response *response, Error *err)
{
    static const char *const keys[] = {"schedule", "count"};
    const json_t *body;
    Text text = {0};
    uint64_t count = 5;
    Schedule schedule;
    Moment run = app_now(request_app(request));
    TRY(read_body(request, keys, COUNT_OF(keys), &body, err));
    TRY(json_need_text(body, "schedule", &text, err));
    TRY(json_get_count(body, "count", 50, &count, err));
    TRY(schedule_check(text, err));
    TRY(schedule_parse(text, &schedule, err));
    JsonWriter *writer = response_json(response);
    json_begin(writer, '{');
    json_key(writer, "runs");
    json_begin(writer, '[');
    for (uint64_t i = 0; i < count && schedule_next(&schedule, run, &run); i++)
        json_moment(writer, app_shown_time(request_app(request), run));
    json_end(writer, ']');
    json_end(writer, '}');
    return STATUS_OK;
}

static const Route items[] = {
    {METHOD_GET, "/api/v1/segments", RIGHT_READ, RUN_HEAVY, BODY_NONE, list_segments},
    {METHOD_POST, "/api/v1/segments", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, add_segment},
    {METHOD_GET, "/api/v1/segments/{segment}", RIGHT_READ, RUN_HEAVY, BODY_NONE, get_segment},
    {METHOD_PATCH, "/api/v1/segments/{segment}", RIGHT_WRITE, RUN_HEAVY, BODY_JSON, change_segment},
    {METHOD_DELETE, "/api/v1/segments/{segment}", RIGHT_WRITE, RUN_HEAVY, BODY_NONE,
     delete_segment},
    {METHOD_POST, "/api/v1/segments/{segment}/copy", RIGHT_WRITE, RUN_HEAVY, BODY_JSON,
     copy_segment},
    {METHOD_POST, "/api/v1/segments/{segment}/form", RIGHT_FORM, RUN_LIGHT, BODY_JSON,
     form_segment},
    {METHOD_POST, "/api/v1/segments/{segment}/undo", RIGHT_FORM, RUN_HEAVY, BODY_JSON,
     undo_forming},
    {METHOD_POST, "/api/v1/schedules/preview", RIGHT_READ, RUN_LIGHT, BODY_JSON, preview_schedule},
};

const RouteTable routes_segments = {items, COUNT_OF(items)};
