/* segments.c -- segments as a person looks at them, and changing what other definitions use. */
#include "app/segments.h"

#include "app/names.h"
#include "app/native.h"
#include "app/reason.h"
#include "base/buffer.h"
#include "segment/creation.h"
#include "segment/due.h"
#include "segment/history.h"
#include "segment/segment_sets.h"

/* ---- the list ---- */

const Expression *segment_rule(App *app, const Segment *segment)
{
    return kept_expressions_get(app_kept_expressions(app), segment->card.rule, app_catalog(app),
                                EXPECT_RULE);
}

/* Why the rule of a dynamic segment does not fit the data. */
static Text misfit_of(App *app, const Segment *segment, Arena *arena)
{
    Diagnostics diagnostics = diagnostics_new(arena);
    Expression *rule = NULL;
    Status status = app_compile(app, segment->card.rule, EXPECT_RULE, arena, &rule, &diagnostics);
    ASSERT(status != STATUS_OK && diagnostics.count > 0);
    return diagnostic_sentence(&diagnostics.items[0], app_language(app), arena);
}

static Status overview_stored(App *app, SegmentOverview *overview, Arena *arena, Error *err)
{
    const Segment *segment = overview->segment;
    TRY(store_last_forming(app_store(app), segment->id, arena, &overview->last, err));
    overview->has_size = true;
    overview->size = overview->last.members_count;
    overview->has_next = due_next_run(segment, app_now(app), &overview->next_run);
    if (overview->has_next) overview->next_run = app_shown_time(app, overview->next_run);
    overview->trouble = segment->failure;
    return segment_is_outdated(app_store(app), segment, &overview->outdated, err);
}

typedef struct {
    SegmentOverview **items; /* of the questions */
    EngineQuestion *questions;
    size_t count;
} Counting;

static void count_one_by_one(Native *native, const Counting *counting, Arena *arena)
{
    for (size_t i = 0; i < counting->count; i++) {
        Error err;
        EngineAnswer answer;
        NativeQuestions one = {&counting->questions[i], 1, NULL};
        SegmentOverview *overview = counting->items[i];
        overview->has_size = native_run(native, one, &answer, &err) == STATUS_OK;
        if (overview->has_size)
            overview->size = answer.count;
        else
            overview->trouble = arena_text(arena, text_of(err.message));
    }
}

/* All dynamic segments in one scan; one that fails is told by itself. */
static Status count_dynamic(App *app, const Counting *counting, const Progress *progress,
                            Arena *arena, Error *err)
{
    AUTO(native_done) Native native = {0};
    AskMode mode = {.progress = progress};
    EngineAnswer *answers = ARENA_ARRAY(arena, EngineAnswer, counting->count);
    if (counting->count == 0) return STATUS_OK;
    TRY(native_open(app, &mode, arena, &native, err));
    NativeQuestions all = {counting->questions, counting->count, NULL};
    Status status = native_run(&native, all, answers, err);
    if (status == STATUS_LIMIT || status == STATUS_INVALID) {
        count_one_by_one(&native, counting, arena);
        return STATUS_OK;
    }
    for (size_t i = 0; i < counting->count && status == STATUS_OK; i++) {
        counting->items[i]->has_size = true;
        counting->items[i]->size = answers[i].count;
    }
    return status;
}

static Status overview_some(App *app, SegmentOverview *list, size_t count, const Progress *progress,
                            Arena *arena, Error *err)
{
    Counting counting = {.items = ARENA_ARRAY(arena, SegmentOverview *, count),
                         .questions = ARENA_ARRAY(arena, EngineQuestion, count)};
    for (size_t i = 0; i < count; i++) {
        const Segment *segment = list[i].segment;
        const Expression *rule = segment_rule(app, segment);
        list[i].has_nature = rule != NULL;
        if (rule != NULL) list[i].nature = expression_data_nature(rule);
        if (segment->card.mode != MODE_DYNAMIC) {
            TRY(overview_stored(app, &list[i], arena, err));
            continue;
        }
        if (rule == NULL) {
            list[i].trouble = misfit_of(app, segment, arena);
            continue;
        }
        counting.items[counting.count] = &list[i];
        counting.questions[counting.count++] =
            (EngineQuestion){.expression = rule, .as_of = app_today(app), .kind = ANSWER_COUNT};
    }
    return count_dynamic(app, &counting, progress, arena, err);
}

Status segments_overview(App *app, const Progress *progress, Arena *arena,
                         SegmentOverview **ret_list, size_t *ret_count, Error *err)
{
    const Registry *registry = app_registry(app);
    SegmentOverview *list = ARENA_ARRAY(arena, SegmentOverview, registry->count);
    for (size_t i = 0; i < registry->count; i++)
        list[i].segment = &registry->items[i];
    TRY(overview_some(app, list, registry->count, progress, arena, err));
    *ret_list = list;
    *ret_count = registry->count;
    return STATUS_OK;
}

Status segments_narrow(App *app, PartOf part, SegmentOverview *list, size_t count, Arena *arena,
                       Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    AUTO(segment_sets_done) SegmentSets sets = {0};
    const Segment **segments = ARENA_ARRAY(arena, const Segment *, count);
    TRY(app_work_begin(app, app_author(app), part.progress, &work, err));
    for (size_t i = 0; i < count; i++)
        segments[i] = list[i].segment;
    SegmentSetsQuery now = {.segments = segments, .count = count};
    TRY(segment_sets_read(&work.forming, &now, arena, &sets, err));
    segment_sets_narrow(&sets, part.only);
    for (size_t i = 0; i < count; i++) {
        list[i].is_part = true;
        list[i].size = sets.counts[i];
    }
    return STATUS_OK;
}

/* ---- one ---- */

Status segment_lost_edits(App *app, const Segment *segment, HandEdits *ret_edits, Error *err)
{
    AUTO(app_work_done) AppWork work = {0};
    *ret_edits = (HandEdits){0};
    if (segment->card.mode != MODE_MANUAL) return STATUS_OK;
    TRY(app_work_begin(app, app_author(app), NULL, &work, err));
    return segment_forming_loses(&work.forming, segment, ret_edits, err);
}

static void tell_meaning(App *app, SegmentDetails *details, Arena *arena)
{
    const Expression *rule = segment_rule(app, details->overview.segment);
    if (rule == NULL) return;
    details->sentence = expression_sentence(rule, app_today(app), app_language(app), arena);
}

static Status tell_marks(App *app, SegmentDetails *details, Arena *arena, Error *err)
{
    SegmentMark *marks = NULL;
    uint32_t id = details->overview.segment->id;
    TRY(store_list_marks(app_store(app), id, arena, &marks, &details->marks_count, err));
    CustomerSummary *marked = ARENA_ARRAY(arena, CustomerSummary, details->marks_count);
    for (size_t i = 0; i < details->marks_count; i++)
        TRY(store_describe_customers(app_store(app), &marks[i].customer, 1, arena, &marked[i],
                                     err));
    details->marks = marks;
    details->marked = marked;
    details->today = app_today(app);
    return segment_lost_edits(app, details->overview.segment, &details->edits, err);
}

static Status tell_sizes(App *app, SegmentDetails *details, Arena *arena, Error *err)
{
    enum { SIZES_SHOWN = 30 };
    FormingRow *formings = NULL;
    FormingQuery newest = {details->overview.segment->id, SIZES_SHOWN};
    TRY(store_list_formings(app_store(app), newest, arena, &formings, &details->sizes_count, err));
    uint64_t *sizes = ARENA_ARRAY(arena, uint64_t, details->sizes_count);
    for (size_t i = 0; i < details->sizes_count; i++)
        sizes[i] = formings[i].members_count;
    details->sizes = sizes;
    return STATUS_OK;
}

Status segment_details(App *app, const Segment *segment, const Progress *progress, Arena *arena,
                       SegmentDetails *ret_details, Error *err)
{
    SegmentDetails details = {.overview = {.segment = segment}};
    Use *uses = NULL;
    TRY(overview_some(app, &details.overview, 1, progress, arena, err));
    tell_meaning(app, &details, arena);
    details.next_runs_count =
        due_next_runs(segment, app_now(app), details.next_runs, NEXT_RUNS_MAX);
    for (size_t i = 0; i < details.next_runs_count; i++)
        details.next_runs[i] = app_shown_time(app, details.next_runs[i]);
    TRY(tell_marks(app, &details, arena, err));
    TRY(tell_sizes(app, &details, arena, err));
    TRY(app_uses_of(app, (StoredName){STORED_SEGMENT, segment->id}, arena, &uses,
                    &details.uses_count, err));
    details.uses = uses;
    *ret_details = details;
    return STATUS_OK;
}

static void keep_marks(const CustomerSet *only, SegmentDetails *details, Arena *arena)
{
    size_t kept = 0;
    SegmentMark *marks = ARENA_ARRAY(arena, SegmentMark, details->marks_count);
    CustomerSummary *marked = ARENA_ARRAY(arena, CustomerSummary, details->marks_count);
    for (size_t i = 0; i < details->marks_count; i++) {
        if (!customer_set_has(only, details->marks[i].customer)) continue;
        marks[kept] = details->marks[i];
        marked[kept++] = details->marked[i];
    }
    details->marks = marks;
    details->marked = marked;
    details->marks_count = kept;
}

Status segment_details_narrow(App *app, PartOf part, SegmentDetails *details, Arena *arena,
                              Error *err)
{
    TRY(segments_narrow(app, part, &details->overview, 1, arena, err));
    keep_marks(part.only, details, arena);
    details->edits = (HandEdits){0};
    details->sizes_count = 0;
    return STATUS_OK;
}

/* ---- members ---- */

/* member("NAME") in the language. */
static Text membership(Text name, Arena *arena)
{
    Node literal = {.kind = NODE_LITERAL,
                    .as.literal = {.value = value_text(name), .type = {.kind = TYPE_TEXT}}};
    Text written = expression_print(&literal, arena);
    return arena_printf(arena, "member(%.*s)", TEXT_FORMAT(written));
}

static Status choose_forming(App *app, const Segment *segment, uint64_t forming_id, AskMode *mode,
                             Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow forming;
    MovementQuery query = {segment->id, forming_id};
    TRY(mode_check(segment->card.mode, ACT_FORM, segment->card.name, err));
    if (forming_id == 0)
        return error_set(err, STATUS_NOT_FOUND,
                         "the segment has no forming %llu; its journal lists them",
                         (unsigned long long)forming_id);
    TRY(history_forming(app_store(app), query, arena, &forming, err));
    mode->as_of = forming.as_of;
    mode->formed = (FormedComposition){segment->id, forming.id};
    return STATUS_OK;
}

Status segment_members_moment(App *app, const Segment *segment, const MembersMoment *moment,
                              AskMode *mode, Error *err)
{
    Date today = app_today(app);
    mode->as_of = moment->has_day ? moment->day : today;
    if (moment->has_day && moment->has_forming)
        return error_set(err, STATUS_INVALID, "give a day or a forming, not both");
    if (moment->has_forming) return choose_forming(app, segment, moment->forming_id, mode, err);
    if (mode->as_of.day <= today.day) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "nobody knows yet who will be in '%.*s' on a day to come; ask for today or a "
                     "day before",
                     TEXT_FORMAT(segment->card.name));
}

Status segment_members_prepare(App *app, const MembersOptions *options, Arena *arena,
                               Question *ret_question, Findings ret_findings[2], Error *err)
{
    const SegmentCard *card = &options->segment->card;
    if (card->is_marked_for_deletion)
        return error_set(err, STATUS_CONFLICT,
                         "the segment '%.*s' is marked for deletion; take the mark off to look "
                         "into it",
                         TEXT_FORMAT(card->name));
    AskOptions ask = {.source = membership(card->name, arena),
                      .columns = options->columns.size > 0 ? options->columns : card->columns,
                      .sort = options->sort,
                      .is_descending = options->is_descending};
    return ask_prepare(app, &ask, arena, ret_question, ret_findings, err);
}

Status segment_members_origins(App *app, const MembersShown *shown, Answer *answer, Arena *arena,
                               Error *err)
{
    const SegmentCard *card = &shown->segment->card;
    const AskMode *mode = shown->mode;
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, answer->rows_count);
    Origin *origins = NULL;
    TRY(mode_check(card->mode, ACT_TELL_ORIGIN, card->name, err));
    for (size_t row = 0; row < answer->rows_count; row++) {
        Value code = answer_value(answer, shown->question, row, QUESTION_CODE);
        TRY(store_find_customer(app_store(app), code.as.text, &customers[row], err));
    }
    bool is_present = mode->formed.forming_id == 0 && mode->as_of.day >= app_today(app).day;
    const OriginsQuery query = {.segment_id = shown->segment->id,
                                .is_present = is_present,
                                .as_of = mode->as_of,
                                .forming_id = mode->formed.forming_id,
                                .customers = customers,
                                .count = answer->rows_count};
    TRY(origins_read(app_store(app), &query, arena, &origins, err));
    answer->origins = origins;
    return STATUS_OK;
}

Status segment_customers(App *app, const Text *codes, size_t count, Arena *arena,
                         CustomerId **ret_customers, Error *err)
{
    CustomerId *customers = ARENA_ARRAY(arena, CustomerId, count);
    for (size_t i = 0; i < count; i++)
        TRY(store_get_customer(app_store(app), codes[i], &customers[i], err));
    *ret_customers = customers;
    return STATUS_OK;
}

/* ---- changing ---- */

static Status write_change(AppWork *work, const Segment *segment, SegmentCard *card, Text note,
                           Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    StoredRenaming renaming = {
        .stored = {STORED_SEGMENT, segment->id}, .name = card->name, .card = card};
    if (!text_equal(card->name, segment->card.name))
        TRY(app_write_stored_name(work->app, &renaming, arena, err));
    return definition_write_change(&work->forming, segment, card, note, err);
}

/* Whom it bans now may be shipped to after it: that is not done by the way. */
static Status refuse_lifting(AppWork *work, const Segment *segment, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow last;
    TRY(store_last_forming(app_store(work->app), segment->id, arena, &last, err));
    if (segment->card.kind != SEGMENT_BAN || last.members_count == 0) return STATUS_OK;
    return error_ask(err,
                     "'%.*s' forbids to ship to %llu customers, and they would be free; confirm it",
                     TEXT_FORMAT(segment->card.name), (unsigned long long)last.members_count);
}

/* What others read stays what they read. */
static Status check_readers(AppWork *work, const Segment *segment, const DefinitionChange *change,
                            Error *err)
{
    const SegmentCard *card = change->card;
    bool becomes_dynamic = card->mode == MODE_DYNAMIC && segment->card.mode != MODE_DYNAMIC;
    if (becomes_dynamic) TRY(app_refuse_past_uses(work->app, segment, err));
    if (!card->is_marked_for_deletion || segment->card.is_marked_for_deletion) return STATUS_OK;
    TRY(app_refuse_uses(work->app, (StoredName){STORED_SEGMENT, segment->id}, segment->card.name,
                        err));
    return change->is_confirmed ? STATUS_OK : refuse_lifting(work, segment, err);
}

Status segment_change(AppWork *work, const Segment *segment, const DefinitionChange *change,
                      Error *err)
{
    SegmentCard card;
    Store *store = app_store(work->app);
    TRY(check_readers(work, segment, change, err));
    TRY(definition_prepare_change(&work->forming, segment, change, &card, err));
    TRY(store_batch_begin(store, err));
    Status status = write_change(work, segment, &card, change->note, err);
    if (status == STATUS_OK) status = store_batch_commit(store, err);
    store_batch_rollback(store);
    return status == STATUS_OK ? app_refresh(work->app, err) : status;
}

Status segment_absence(AppWork *work, const SegmentCard *card, Arena *arena,
                       SegmentAbsence *ret_absence, Error *err)
{
    bool meets_everybody;
    Breakdown breakdown;
    Expression *rule = NULL;
    Diagnostics diagnostics = diagnostics_new(arena);
    BreakdownMode mode = {.as_of = work->forming.today, .progress = work->forming.progress};
    *ret_absence = (SegmentAbsence){0};
    if (card->rule.size == 0 ||
        app_compile(work->app, card->rule, EXPECT_RULE, arena, &rule, &diagnostics) != STATUS_OK)
        return STATUS_OK;
    TRY(creation_meets_everybody(&work->forming, rule, &meets_everybody, err));
    if (!meets_everybody) return STATUS_OK;
    Status status = app_breakdown(work->app, rule, &mode, arena, &breakdown, err);
    if (status == STATUS_LIMIT || status == STATUS_INVALID) return STATUS_OK; /* forming tells it */
    TRY(status);
    *ret_absence = (SegmentAbsence){breakdown.customers_count, breakdown.root.only_missing};
    return STATUS_OK;
}

Status segment_remove(AppWork *work, const Segment *segment, bool is_confirmed, Error *err)
{
    StoredName stored = {STORED_SEGMENT, segment->id};
    TRY(app_refuse_uses(work->app, stored, segment->card.name, err));
    TRY(definition_remove(&work->forming, segment, is_confirmed, err));
    return app_refresh(work->app, err);
}

/* ---- forming ---- */

static Status refuse_edits(const Segment *segment, HandEdits edits, Error *err)
{
    return error_ask(err,
                     "forming '%.*s' would lose what was done by hand: %llu added, %llu removed; "
                     "undo brings them back; confirm it",
                     TEXT_FORMAT(segment->card.name), (unsigned long long)edits.added,
                     (unsigned long long)edits.removed);
}

Status segments_form_now(AppWork *work, const FormOrder *order, Arena *arena,
                         FormingOutcome **ret_outcomes, Error *err)
{
    uint32_t *ids = ARENA_ARRAY(arena, uint32_t, order->count);
    for (size_t i = 0; i < order->count; i++) {
        HandEdits edits;
        const Segment *segment = order->segments[i];
        ids[i] = segment->id;
        TRY(mode_check(segment->card.mode, ACT_FORM, segment->card.name, err));
        if (order->is_confirmed) continue;
        TRY(segment_forming_loses(&work->forming, segment, &edits, err));
        if (edits.added + edits.removed > 0) return refuse_edits(segment, edits, err);
    }
    FormingRequest request = {
        .segment_ids = ids, .count = order->count, .reason = FORMING_FORM, .note = order->note};
    return segments_form(&work->forming, &request, arena, ret_outcomes, err);
}

/* ---- tests ---- */

static Status find_tested(App *app, const SegmentCard *card, TestOutcome *outcomes,
                          CustomerId *customers, CustomerSet *tested, Error *err)
{
    for (size_t i = 0; i < card->tests_count; i++) {
        outcomes[i].test = card->tests[i];
        TRY(store_find_customer(app_store(app), card->tests[i].customer, &customers[i], err));
        if (customers[i].value == 0)
            return error_set(err, STATUS_NOT_FOUND,
                             "a test names '%.*s', but there is no customer with this code",
                             TEXT_FORMAT(card->tests[i].customer));
        customer_set_add(tested, customers[i]);
    }
    return STATUS_OK;
}

static Status ask_of_tested(App *app, const Expression *rule, const CustomerSet *tested,
                            Arena *arena, EngineAnswer *ret_answer, Error *err)
{
    AUTO(native_done) Native native = {0};
    AskMode mode = {.progress = NULL};
    EngineQuestion question = {.expression = rule, .as_of = app_today(app), .kind = ANSWER_SET};
    TRY(native_open(app, &mode, arena, &native, err));
    return native_run(&native, (NativeQuestions){&question, 1, tested}, ret_answer, err);
}

bool test_holds(const TestOutcome *outcome)
{
    bool must_be_in = outcome->test.must_be_in;
    if (outcome->has_rule && outcome->is_in != must_be_in) return false;
    return !outcome->has_composition || outcome->is_member == must_be_in;
}

typedef struct {
    App *app;
    const SegmentTrial *trial;
    Arena *arena;
    CustomerId *customers;
    CustomerSet tested;
    TestOutcome *outcomes;
    size_t count;
} Trying;

static Status try_rule(Trying *trying, Diagnostics *diagnostics, Error *err)
{
    const SegmentTrial *trial = trying->trial;
    Text source = trial->rule.size > 0 ? trial->rule : trial->segment->card.rule;
    Expression *rule = NULL;
    EngineAnswer answer = {0};
    if (source.size == 0) return STATUS_OK;
    TRY(app_compile(trying->app, source, EXPECT_RULE, trying->arena, &rule, diagnostics));
    TRY(ask_of_tested(trying->app, rule, &trying->tested, trying->arena, &answer, err));
    for (size_t i = 0; i < trying->count; i++) {
        trying->outcomes[i].has_rule = true;
        trying->outcomes[i].is_in = customer_set_has(&answer.set, trying->customers[i]);
    }
    customer_set_free(&answer.set);
    return STATUS_OK;
}

/* Another rule has no composition. */
static Status try_composition(Trying *trying, Error *err)
{
    FormingRow last;
    AUTO(customer_set_free) CustomerSet present = {0};
    Store *store = app_store(trying->app);
    const Segment *segment = trying->trial->segment;
    if (trying->trial->rule.size > 0 || segment->card.mode == MODE_DYNAMIC) return STATUS_OK;
    TRY(store_last_forming(store, segment->id, trying->arena, &last, err));
    if (last.id == 0) return STATUS_OK;
    TRY(store_read_composition(store, segment->id, UINT64_MAX, &present, err));
    for (size_t i = 0; i < trying->count; i++) {
        trying->outcomes[i].has_composition = true;
        trying->outcomes[i].is_member = customer_set_has(&present, trying->customers[i]);
    }
    return STATUS_OK;
}

static Status try_all(Trying *trying, Diagnostics *diagnostics, Error *err)
{
    const SegmentCard *card = &trying->trial->segment->card;
    TRY(find_tested(trying->app, card, trying->outcomes, trying->customers, &trying->tested, err));
    TRY(try_rule(trying, diagnostics, err));
    TRY(try_composition(trying, err));
    if (trying->count == 0 || trying->outcomes[0].has_rule || trying->outcomes[0].has_composition)
        return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "the segment '%.*s' has no rule; give one to try its tests with",
                     TEXT_FORMAT(card->name));
}

Status segment_try_tests(App *app, const SegmentTrial *trial, Arena *arena,
                         TestOutcome **ret_outcomes, Diagnostics *diagnostics, Error *err)
{
    size_t count = trial->segment->card.tests_count;
    Trying trying = {.app = app,
                     .trial = trial,
                     .arena = arena,
                     .customers = ARENA_ARRAY(arena, CustomerId, count),
                     .outcomes = ARENA_ARRAY(arena, TestOutcome, count),
                     .count = count};
    Status status = try_all(&trying, diagnostics, err);
    customer_set_free(&trying.tested);
    *ret_outcomes = trying.outcomes;
    return status;
}
