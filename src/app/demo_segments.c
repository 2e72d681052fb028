/* demo_segments.c -- the segments of the demo company. */
#include "app/demo_segments.h"

#include "app/segments.h"
#include "app/terms.h"
#include "demo/segments.h"

enum { MONTHS_OF_HISTORY = 6 };

/* The same work as it would have been some months ago, at night. */
static FormingContext months_ago(const AppWork *work, int months)
{
    FormingContext context = work->forming;
    if (months == 0) return context;
    context.today = date_add(context.today, -months, UNIT_MONTH);
    context.now = moment_of(context.today, 2, 0, 0);
    return context;
}

/* ---- cards ---- */

static TextList competitors_of(const DemoSegment *segment, Arena *arena)
{
    size_t room = sizeof segment->competitors / sizeof segment->competitors[0], count = 0;
    Text *names = ARENA_ARRAY(arena, Text, room);
    for (; count < room && segment->competitors[count] != NULL; count++)
        names[count] = text_of(segment->competitors[count]);
    return (TextList){names, count};
}

static void add_tests(const DemoSegment *segment, Arena *arena, SegmentCard *card)
{
    CardTest *tests = ARENA_ARRAY(arena, CardTest, 2);
    if (segment->must_be_in != NULL)
        tests[card->tests_count++] = (CardTest){text_of(segment->must_be_in), true};
    if (segment->must_stay_out != NULL)
        tests[card->tests_count++] = (CardTest){text_of(segment->must_stay_out), false};
    card->tests = tests;
}

static Status card_of(const DemoSegment *segment, Date last_day, Arena *arena,
                      SegmentCard *ret_card, Error *err)
{
    Text *label = ARENA_NEW(arena, Text);
    *label = text_of(segment->label);
    SegmentCard card = {.name = text_of(segment->name),
                        .folder = text_of(segment->folder),
                        .rule = text_of(segment->rule),
                        .sql = text_of(segment->sql),
                        .columns = text_of(segment->columns),
                        .schedule = text_of(segment->schedule),
                        .description = text_of(segment->description),
                        .goal = text_of(segment->goal),
                        .value_statement = text_of(segment->value_statement),
                        .competitors = competitors_of(segment, arena),
                        .labels = {label, label->size > 0 ? 1 : 0},
                        .is_target = segment->is_target,
                        .is_live = segment->is_live,
                        .checks_on_creation = segment->checks_on_creation,
                        .has_clearing = segment->clearing_days > 0};
    card.clearing = date_add(last_day, segment->clearing_days, UNIT_DAY);
    add_tests(segment, arena, &card);
    bool is_known =
        forming_mode_parse(text_of(segment->mode), &card.mode) &&
        (segment->kind == NULL || segment_kind_parse(text_of(segment->kind), &card.kind));
    if (!is_known) return error_set(err, STATUS_CORRUPT, "the demo has a segment of no kind");
    *ret_card = card;
    return STATUS_OK;
}

static Status add_segment(AppWork *work, const FormingContext *context, const DemoSegment *segment,
                          Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentCard card;
    CardFindings findings;
    uint32_t id;
    TRY(card_of(segment, work->forming.today, arena, &card, err));
    TRY(definition_understand(context, NULL, &card, arena, &findings, err));
    TRY(definition_add(context, &card, TEXT(""), &id, err));
    return app_refresh(work->app, err);
}

/* ---- forming ---- */

/* Manual ones are filled once, on the last day; those by SQL, too, which sees the data of now. */
static bool is_formed_on(const SegmentCard *card, int months)
{
    if (card->mode == MODE_DYNAMIC) return false;
    if (months == 0) return card->rule.size > 0 || card->sql.size > 0;
    return card->mode == MODE_PERIODIC && card->rule.size > 0;
}

static Status form(const AppWork *work, int months, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Registry *registry = app_registry(work->app);
    FormingContext context = months_ago(work, months);
    FormingOutcome *outcomes = NULL;
    uint32_t *ids = ARENA_ARRAY(arena, uint32_t, registry->count);
    size_t count = 0;
    for (size_t i = 0; i < registry->count; i++)
        if (is_formed_on(&registry->items[i].card, months)) ids[count++] = registry->items[i].id;
    FormingRequest request = {
        .segment_ids = ids, .count = count, .reason = FORMING_SCHEDULE, .note = TEXT("")};
    return segments_form(&context, &request, arena, &outcomes, err);
}

static HandAct act_of(Text word)
{
    if (text_equal(word, TEXT("pin"))) return HAND_PIN;
    return text_equal(word, TEXT("exclude")) ? HAND_EXCLUDE : HAND_ADD;
}

static Status edit(const AppWork *work, const DemoHandEdit *edit, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    const Segment *segment;
    CustomerId *customers = NULL;
    FormingOutcome outcome;
    Text code = text_of(edit->customer);
    TRY(registry_get(app_registry(work->app), text_of(edit->segment), &segment, err));
    TRY(segment_customers(work->app, &code, 1, arena, &customers, err));
    HandEdit hand = {.act = act_of(text_of(edit->act)),
                     .customers = customers,
                     .count = 1,
                     .reason = text_of(edit->reason)};
    return segment_edit(&work->forming, segment, &hand, &outcome, err);
}

/* ---- terms of sale ---- */

static Text said(const char *text)
{
    return text != NULL ? text_of(text) : TEXT("");
}

static Status add_agreement(AppWork *work, const DemoAgreement *agreement, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    uint32_t id;
    AgreementRow row = {.name = text_of(agreement->name),
                        .terms = {.price_type = said(agreement->price_type),
                                  .has_discount = agreement->discount > 0,
                                  .discount = agreement->discount,
                                  .has_payment_days = agreement->payment_days > 0,
                                  .payment_days = agreement->payment_days,
                                  .payment_terms = said(agreement->payment_terms),
                                  .priority = agreement->priority}};
    AgreementSubject subject = {said(agreement->segment), said(agreement->customer),
                                said(agreement->based_on)};
    TRY(app_agreement_subject(work->app, &subject, arena, &row, err));
    TRY(agreement_add(&work->forming, row, &id, err));
    if (!agreement->is_active) return STATUS_OK;
    TRY(agreement_find(app_store(work->app), row.name, arena, &row, err));
    return agreement_activate(&work->forming, row, err);
}

Status app_add_demo_segments(AppWork *work, Error *err)
{
    FormingContext begin = months_ago(work, MONTHS_OF_HISTORY);
    for (size_t i = 0; i < demo_segments_count; i++)
        TRY(add_segment(work, &begin, &demo_segments[i], err));
    for (int months = MONTHS_OF_HISTORY; months >= 0; months--)
        TRY(form(work, months, err));
    for (size_t i = 0; i < demo_hand_edits_count; i++)
        TRY(edit(work, &demo_hand_edits[i], err));
    for (size_t i = 0; i < demo_agreements_count; i++)
        TRY(add_agreement(work, &demo_agreements[i], err));
    return STATUS_OK;
}
