/* definition.c -- cards as people give them: understood, completed, kept with their history. */
#include "segment/definition.h"

#include "base/buffer.h"
#include "base/fold.h"
#include "base/schedule.h"
#include "lang/lang.h"
#include "segment/circle.h"
#include "segment/creation.h"
#include "segment/publishing.h"
#include "segment/settings.h"
#include "segment/sql_rule.h"
#include "store/agreements.h"

/* ---- completing ---- */

/* "A/ B /C" is "A / B / C". */
static Text folder_path(Text folder, Arena *arena)
{
    AUTO(buffer_done) Buffer path = {0};
    Text rest = folder;
    while (rest.data != NULL) {
        Text level = text_trim(text_split(rest, '/', &rest));
        if (level.size == 0) continue;
        if (path.size > 0) buffer_cstr(&path, " / ");
        buffer_text(&path, level);
    }
    return arena_text(arena, buffer_view(&path));
}

static bool is_code_taken(const Registry *registry, Text code)
{
    for (size_t i = 0; i < registry->count; i++)
        if (text_equal(registry->items[i].card.code, code)) return true;
    return false;
}

/* "S1", "S2", ...: the first one that is free. */
static Text free_code(const Registry *registry, Arena *arena)
{
    for (size_t number = registry->count + 1;; number++) {
        Text code = arena_printf(arena, "S%zu", number);
        if (!is_code_taken(registry, code)) return code;
    }
}

static void complete(const FormingContext *context, bool is_new, SegmentCard *card, Arena *arena)
{
    card->code = text_trim(card->code);
    card->name = text_trim(card->name);
    card->folder = folder_path(card->folder, arena);
    card->rule = text_trim(card->rule);
    card->sql = text_trim(card->sql);
    card->columns = text_trim(card->columns);
    if (card->code.size == 0) card->code = free_code(context->registry, arena);
    if (!is_new) return;
    card->created = context->today;
    if (card->responsible.size == 0) card->responsible = context->author;
}

/* ---- understanding ---- */

static Status understand_rule(const FormingContext *context, SegmentCard *card, Arena *arena,
                              CardFindings *findings)
{
    Expression *expression = NULL;
    findings->rule_source = card->rule;
    if (card->rule.size == 0) return STATUS_OK;
    TRY(expression_read_text(card->rule, arena, &findings->rule_source, &findings->rule));
    TRY(expression_compile(findings->rule_source, context->catalog, EXPECT_RULE, arena, &expression,
                           &findings->rule));
    card->rule = expression_print(expression->root, arena);
    return STATUS_OK;
}

static Status understand_columns(const FormingContext *context, const SegmentCard *card,
                                 Arena *arena, Diagnostics *diagnostics)
{
    ColumnExpression *columns = NULL;
    size_t count = 0;
    Status status = STATUS_OK;
    if (card->columns.size == 0) return STATUS_OK;
    TRY(expression_parse_customer_columns(card->columns, arena, &columns, &count, diagnostics));
    for (size_t i = 0; i < count; i++) {
        Expression *expression = NULL;
        if (expression_check(columns[i].root, context->catalog, EXPECT_ANY_VALUE, arena,
                             &expression, diagnostics) != STATUS_OK)
            status = STATUS_INVALID; /* go on: all that is wrong is told at once */
    }
    return status;
}

/* A date that is set now: one that is over would empty the segment at the next look. */
static Status check_clearing(const FormingContext *context, const Segment *segment,
                             const SegmentCard *card, Error *err)
{
    bool is_kept = segment != NULL && segment->card.has_clearing &&
                   segment->card.clearing.day == card->clearing.day;
    if (!card->has_clearing || is_kept || card->clearing.day >= context->today.day)
        return STATUS_OK;
    return error_set(err, STATUS_INVALID, "the clearing date is over; give today or a later day");
}

/* What only the data directory can say. */
static Status check_schedule_interval(const FormingContext *context, const SegmentCard *card,
                                      Error *err)
{
    Schedule schedule;
    SegmentSettings settings;
    if (card->schedule.size == 0) return STATUS_OK;
    TRY(schedule_parse(card->schedule, &schedule, err));
    TRY(segment_settings_read(context->store, &settings, err));
    int64_t least = settings.values[SETTING_SCHEDULE_MINUTES_MIN];
    int64_t interval = schedule_least_interval(&schedule, context->now);
    if (interval == 0 || interval >= 60 * least) return STATUS_OK;
    return error_set(err, STATUS_INVALID,
                     "the schedule '%.*s' runs every %lld minutes; at least %lld must lie between "
                     "two runs (setting schedule_minutes_min)",
                     TEXT_FORMAT(card->schedule), (long long)(interval / 60), (long long)least);
}

static Status check_tests(const FormingContext *context, const SegmentCard *card, Error *err)
{
    for (size_t i = 0; i < card->tests_count; i++) {
        CustomerId id;
        Text code = card->tests[i].customer;
        TRY(store_find_customer(context->store, code, &id, err));
        if (id.value == 0)
            return error_set(err, STATUS_NOT_FOUND,
                             "a test names '%.*s', but there is no customer with this code",
                             TEXT_FORMAT(code));
    }
    return STATUS_OK;
}

/* What the old mode had and the person did not ask for anew goes; what he asked for must be
 * allowed.
 */
static SegmentCard without_old_mode(const SegmentCard *before, const SegmentCard *after,
                                    ModeLosses *ret_losses)
{
    SegmentCard old = *before;
    SegmentCard allowed = card_in_mode(&old, after->mode, ret_losses);
    SegmentCard card = *after;
    if (ret_losses->schedule && text_equal(card.schedule, before->schedule)) {
        card.schedule = allowed.schedule;
        card.is_schedule_off = allowed.is_schedule_off;
    }
    if (ret_losses->check_on_creation) card.checks_on_creation = false;
    if (ret_losses->live) card.is_live = false;
    if (ret_losses->clearing && card.clearing.day == before->clearing.day)
        card.has_clearing = false;
    if (ret_losses->ban) card.kind = SEGMENT_GENERAL;
    return card;
}

Status definition_understand(const FormingContext *context, const Segment *segment,
                             SegmentCard *card, Arena *arena, CardFindings *ret_findings,
                             Error *err)
{
    *ret_findings =
        (CardFindings){.rule = diagnostics_new(arena), .columns = diagnostics_new(arena)};
    complete(context, segment == NULL, card, arena);
    Status rule = understand_rule(context, card, arena, ret_findings);
    Status columns = understand_columns(context, card, arena, &ret_findings->columns);
    TRY(rule);
    TRY(columns);
    ModeLosses losses;
    SegmentCard kept = segment == NULL ? *card : without_old_mode(&segment->card, card, &losses);
    TRY(card_check(&kept, err));
    TRY(check_clearing(context, segment, &kept, err));
    TRY(check_schedule_interval(context, &kept, err));
    TRY(check_tests(context, card, err));
    if (card->sql.size > 0) TRY(sql_rule_check(context->store, card->sql, err));
    return segment == NULL ? STATUS_OK : circle_check(context, segment, card->rule, arena, err);
}

/* ---- keeping ---- */

static SegmentWrite write_of(const FormingContext *context, const SegmentCard *card, Text note,
                             Arena *arena)
{
    return (SegmentWrite){.code = card->code,
                          .name = card->name,
                          .card = card_to_json(card, arena),
                          .at = context->now,
                          .author = context->author,
                          .note = note};
}

Status definition_add(const FormingContext *context, const SegmentCard *card, Text note,
                      uint32_t *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentWrite write = write_of(context, card, note, arena);
    TRY(creation_begin(context, card, err));
    return store_add_segment(context->store, &write, ret_id, err);
}

/* ---- another forming mode ---- */

typedef struct {
    ModeLosses of_card;
    uint64_t members, marks;
} Losses;

static Status count_stored(Store *store, uint32_t segment_id, Losses *losses, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    FormingRow last;
    SegmentMark *marks = NULL;
    size_t marks_count = 0;
    TRY(store_last_forming(store, segment_id, arena, &last, err));
    TRY(store_list_marks(store, segment_id, arena, &marks, &marks_count, err));
    losses->members = last.members_count;
    losses->marks = marks_count;
    return STATUS_OK;
}

static void add_loss(Buffer *out, bool is_lost, const char *what)
{
    if (!is_lost) return;
    buffer_printf(out, "%s%s", out->size > 0 ? ", " : "", error_phrase(what));
}

static void add_loss_of(Buffer *out, uint64_t count, const char *what)
{
    add_loss(out, count > 0, what);
    if (count > 0) buffer_printf(out, " %llu", (unsigned long long)count);
}

static void add_losses_of_card(Buffer *out, const ModeLosses *losses)
{
    add_loss(out, losses->schedule, "the schedule");
    add_loss(out, losses->check_on_creation, "the check of new customers");
    add_loss(out, losses->live, "being kept true at every change");
    add_loss(out, losses->clearing, "the clearing date");
    add_loss(out, losses->ban, "the shipment ban");
}

static Status refuse_losses(const Segment *segment, FormingMode mode, const Losses *losses,
                            Error *err)
{
    AUTO(buffer_done) Buffer lost = {0};
    add_loss_of(&lost, losses->members, "members:");
    add_loss_of(&lost, losses->marks, "marks on customers:");
    add_losses_of_card(&lost, &losses->of_card);
    if (lost.size == 0) return STATUS_OK;
    return error_ask(err, "'%.*s' is %s; making it %s takes away %s; confirm it",
                     TEXT_FORMAT(segment->card.name),
                     error_phrase(forming_mode_code(segment->card.mode)),
                     error_phrase(forming_mode_code(mode)), lost.data);
}

SegmentCard definition_copy(const SegmentCard *card, Text name)
{
    SegmentCard copy = *card;
    copy.name = name;
    copy.code = (Text){0};
    copy.schedule = (Text){0};
    copy.is_schedule_off = false;
    copy.is_marked_for_deletion = false;
    return copy;
}

Text definition_fit_copy(const SegmentCard *original, SegmentCard *copy, Arena *arena)
{
    AUTO(buffer_done) Buffer lost = {0};
    ModeLosses losses;
    SegmentCard copied = definition_copy(original, copy->name);
    if (copy->mode == original->mode) return TEXT("");
    *copy = without_old_mode(&copied, copy, &losses);
    add_losses_of_card(&lost, &losses);
    return arena_text(arena, buffer_view(&lost));
}

/* Nobody is a member any more, nobody is marked. */
static Status empty(const FormingContext *context, const Segment *segment, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentMark *marks = NULL;
    size_t count = 0;
    TRY(store_list_marks(context->store, segment->id, arena, &marks, &count, err));
    for (size_t i = 0; i < count; i++)
        TRY(store_remove_mark(context->store, segment->id, marks[i].customer, err));
    return segment_clear(context, segment, text_of(error_phrase("the forming mode was changed")),
                         err);
}

/* ---- changing ---- */

static Status refuse_for(const AgreementRow *agreement, const Segment *segment, Error *err)
{
    if (agreement->terms.status == AGREEMENT_DRAFT)
        return error_set(err, STATUS_CONFLICT,
                         "the draft agreement '%.*s' needs the stored composition of '%.*s'; "
                         "remove it first",
                         TEXT_FORMAT(agreement->name), TEXT_FORMAT(segment->card.name));
    return error_set(err, STATUS_CONFLICT,
                     "the agreement '%.*s' needs the stored composition of '%.*s'; close it first",
                     TEXT_FORMAT(agreement->name), TEXT_FORMAT(segment->card.name));
}

/* An agreement that is not closed keeps its segment in a mode that allows it. */
static Status check_agreements(Store *store, const Segment *segment, FormingMode mode, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AgreementRow *agreements = NULL;
    size_t count = 0;
    if (mode_allows(mode, ACT_AGREE)) return STATUS_OK;
    TRY(store_list_agreements(store, (AgreementQuery){0}, arena, &agreements, &count, err));
    for (size_t i = 0; i < count; i++)
        if (agreements[i].segment_id == segment->id &&
            agreements[i].terms.status != AGREEMENT_CLOSED)
            return refuse_for(&agreements[i], segment, err);
    return STATUS_OK;
}

Status definition_prepare_change(const FormingContext *context, const Segment *segment,
                                 const DefinitionChange *change, SegmentCard *ret_card, Error *err)
{
    SegmentCard card = *change->card;
    if (card.mode != segment->card.mode) {
        Losses losses = {0};
        card = without_old_mode(&segment->card, &card, &losses.of_card);
        TRY(card_check(&card, err));
        TRY(check_agreements(context->store, segment, card.mode, err));
        TRY(count_stored(context->store, segment->id, &losses, err));
        if (!change->is_confirmed) TRY(refuse_losses(segment, card.mode, &losses, err));
    }
    *ret_card = card;
    return STATUS_OK;
}

Status definition_write_change(const FormingContext *context, const Segment *segment,
                               const SegmentCard *card, Text note, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    SegmentWrite write = write_of(context, card, note, arena);
    TRY(creation_begin(context, card, err));
    if (card->mode != segment->card.mode) TRY(empty(context, segment, err));
    return store_change_segment(context->store, segment->id, &write, err);
}

Status definition_change(const FormingContext *context, const Segment *segment,
                         const DefinitionChange *change, Error *err)
{
    SegmentCard card;
    TRY(definition_prepare_change(context, segment, change, &card, err));
    TRY(store_batch_begin(context->store, err));
    Status status = definition_write_change(context, segment, &card, change->note, err);
    if (status == STATUS_OK) status = store_batch_commit(context->store, err);
    store_batch_rollback(context->store);
    return status;
}

static const Text rewritten = {"a name was changed", sizeof "a name was changed" - 1};

Status definition_rewrite(const FormingContext *context, const Segment *segment,
                          const SegmentCard *card, Error *err)
{
    return definition_write_change(context, segment, card, rewritten, err);
}

bool definition_was_rewritten(const SegmentVersion *version)
{
    return text_equal(version->note, rewritten);
}

Status definition_remove(const FormingContext *context, const Segment *segment, bool is_confirmed,
                         Error *err)
{
    Losses losses = {0};
    TRY(count_stored(context->store, segment->id, &losses, err));
    if (!is_confirmed)
        return error_ask(err,
                         "this removes the segment '%.*s' with its %llu members, its journal and "
                         "its history; confirm it",
                         TEXT_FORMAT(segment->card.name), (unsigned long long)losses.members);
    SegmentRemoval removal = {segment->id, context->now, context->author};
    return store_remove_segment(context->store, &removal, err);
}

/* ---- history ---- */

Status definition_history(Store *store, uint32_t segment_id, Arena *arena,
                          DefinitionVersion **ret_versions, size_t *ret_count, Error *err)
{
    SegmentVersion *versions = NULL;
    size_t count = 0;
    TRY(store_list_segment_versions(store, segment_id, arena, &versions, &count, err));
    DefinitionVersion *history = ARENA_ARRAY(arena, DefinitionVersion, count);
    for (size_t i = 0; i < count; i++) {
        DefinitionVersion *entry = &history[count - 1 - i];
        entry->version = versions[i];
        TRY(card_from_json(versions[i].card, arena, &entry->card, err));
        if (i == 0) continue;
        CardDifference *differences = NULL;
        card_compare(&entry[1].card, &entry->card, arena, &differences, &entry->differences_count);
        entry->differences = differences;
    }
    *ret_versions = history;
    *ret_count = count;
    return STATUS_OK;
}
