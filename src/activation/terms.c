/* terms.c -- which agreements apply to a customer on a day, and why. */
#include "activation/terms.h"

#include "base/fold.h"
#include "segment/marks.h"
#include "segment/settings.h"

#include <stdlib.h>

static const struct {
    const char *code;
    Wording wording;
} reasons[] = {
#define TERMS_REASON(name, code, en, ru, uk) \
    [TERMS_##name] = {code, {{[LANGUAGE_EN] = en, [LANGUAGE_RU] = ru, [LANGUAGE_UK] = uk}}},
#include "activation/terms_reason.def"
#undef TERMS_REASON
};

const char *terms_reason_code(TermsReason reason)
{
    ASSERT(reason < TERMS_REASON_COUNT);
    return reasons[reason].code;
}

bool terms_apply(const TermsLine *line)
{
    return line->reason == TERMS_MEMBER || line->reason == TERMS_INDIVIDUAL;
}

static Text shown_day(Date day, Voice voice)
{
    char text[DATE_TEXT_MAX];
    Text shown =
        voice.language == LANGUAGE_EN ? date_print_iso(day, text) : date_print_dots(day, text);
    return arena_text(voice.arena, shown);
}

Text terms_why(const TermsLine *line, Voice voice)
{
    Date day = moment_date(line->move.forming.at);
    if (line->reason == TERMS_NOT_YET) day = line->agreement.terms.first_day;
    if (line->reason == TERMS_OVER) day = line->agreement.terms.last_day;
    bool is_typical = line->agreement.segment_id != 0;
    bool is_base_told = !is_typical && line->base_status != AGREEMENT_ACTIVE;
    Text state =
        is_base_told ? agreement_status_label(line->base_status, voice.language) : TEXT("");
    const Text parts[] = {is_typical ? line->segment : line->based_on, shown_day(day, voice),
                          is_base_told ? arena_printf(voice.arena, " (%.*s)", TEXT_FORMAT(state))
                                       : state};
    return voice_say(voice, &reasons[line->reason].wording, parts, sizeof parts / sizeof parts[0]);
}

/* ---- one agreement ---- */

typedef struct {
    Store *store;
    TermsQuery query;
    Arena *arena;
    AgreementsUse use;
    const AgreementRow *agreements;
    size_t count;
} Reading;

/* What stands in the way besides the segment; TERMS_INDIVIDUAL: nothing. */
static TermsReason state_of(const Reading *reading, const AgreementRow *agreement)
{
    const AgreementTerms *terms = &agreement->terms;
    AgreementsUse own = agreement->segment_id != 0 ? AGREEMENTS_TYPICAL : AGREEMENTS_INDIVIDUAL;
    int32_t day = reading->query.as_of.day;
    if (terms->status == AGREEMENT_DRAFT) return TERMS_DRAFT;
    if (terms->status == AGREEMENT_CLOSED) return TERMS_CLOSED;
    if (terms->has_first_day && day < terms->first_day.day) return TERMS_NOT_YET;
    if (terms->has_last_day && day > terms->last_day.day) return TERMS_OVER;
    return reading->use == AGREEMENTS_BOTH || reading->use == own ? TERMS_INDIVIDUAL : TERMS_OFF;
}

static Status read_membership(const Reading *reading, TermsLine *line, Error *err)
{
    uint32_t id = line->agreement.segment_id;
    CustomerMoveQuery query = {id, reading->query.customer, reading->query.as_of};
    const Segment *segment = registry_find(reading->query.registry, id);
    TRY(store_find_last_move(reading->store, query, reading->arena, &line->move, err));
    const MarkEndQuery end = {segment, reading->query.customer, reading->query.as_of};
    if (segment != NULL)
        TRY(marks_pass_end(reading->store, &end, reading->arena, &line->move, err));
    line->segment = segment != NULL ? segment->card.name : TEXT("");
    if (line->reason != TERMS_INDIVIDUAL) return STATUS_OK;
    line->reason = line->move.is_joining        ? TERMS_MEMBER
                   : line->move.forming.id != 0 ? TERMS_LEFT
                                                : TERMS_NEVER;
    return STATUS_OK;
}

/* What an individual agreement does not say, its base says. */
static void take_from_base(const Reading *reading, TermsLine *line)
{
    AgreementTerms *terms = &line->terms;
    for (size_t i = 0; i < reading->count; i++) {
        const AgreementRow *base = &reading->agreements[i];
        if (base->id != line->agreement.based_on) continue;
        line->based_on = base->name;
        line->base_status = base->terms.status;
        if (terms->price_type.size == 0) terms->price_type = base->terms.price_type;
        if (!terms->has_discount) {
            terms->has_discount = base->terms.has_discount;
            terms->discount = base->terms.discount;
        }
        if (!terms->has_payment_days) {
            terms->has_payment_days = base->terms.has_payment_days;
            terms->payment_days = base->terms.payment_days;
        }
        if (terms->payment_terms.size == 0) terms->payment_terms = base->terms.payment_terms;
    }
}

static Status read_line(const Reading *reading, const AgreementRow *agreement, TermsLine *ret_line,
                        Error *err)
{
    TermsLine line = {
        .agreement = *agreement, .terms = agreement->terms, .reason = state_of(reading, agreement)};
    if (agreement->segment_id != 0)
        TRY(read_membership(reading, &line, err));
    else
        take_from_base(reading, &line);
    *ret_line = line;
    return STATUS_OK;
}

/* ---- all of them ---- */

static int compare_lines(const void *a, const void *b)
{
    const TermsLine *one = a, *other = b;
    const AgreementTerms *x = &one->terms, *y = &other->terms;
    if (terms_apply(one) != terms_apply(other)) return terms_apply(one) ? -1 : 1;
    if (x->priority != y->priority) return x->priority < y->priority ? -1 : 1;
    bool is_own = one->agreement.customer.value != 0;
    if (is_own != (other->agreement.customer.value != 0)) return is_own ? -1 : 1;
    int32_t begin = x->has_first_day ? x->first_day.day : INT32_MIN;
    int32_t other_begin = y->has_first_day ? y->first_day.day : INT32_MIN;
    if (begin != other_begin) return begin > other_begin ? -1 : 1;
    return text_compare_folded(one->agreement.name, other->agreement.name);
}

static bool concerns(const AgreementRow *agreement, CustomerId customer)
{
    return agreement->segment_id != 0 || agreement->customer.value == customer.value;
}

static Status read_lines(Reading *reading, TermsLine **ret_lines, size_t *ret_count, Error *err)
{
    TermsLine *lines = ARENA_ARRAY(reading->arena, TermsLine, reading->count);
    size_t count = 0;
    for (size_t i = 0; i < reading->count; i++) {
        if (!concerns(&reading->agreements[i], reading->query.customer)) continue;
        TRY(read_line(reading, &reading->agreements[i], &lines[count], err));
        count += reading->query.wants_all || terms_apply(&lines[count]);
    }
    if (count > 0) qsort(lines, count, sizeof *lines, compare_lines);
    *ret_lines = lines;
    *ret_count = count;
    return STATUS_OK;
}

Status terms_are_off(Store *store, bool *ret_are_off, Error *err)
{
    SegmentSettings settings;
    TRY(segment_settings_read(store, &settings, err));
    *ret_are_off = settings.values[SETTING_AGREEMENTS] == AGREEMENTS_OFF;
    return STATUS_OK;
}

Status terms_of_customer(Store *store, TermsQuery query, Arena *arena, TermsLine **ret_lines,
                         size_t *ret_count, Error *err)
{
    SegmentSettings settings;
    AgreementRow *agreements = NULL;
    size_t count = 0;
    AgreementQuery as_of = {.has_as_of = true, .as_of = query.as_of};
    TRY(segment_settings_read(store, &settings, err));
    TRY(store_list_agreements(store, as_of, arena, &agreements, &count, err));
    Reading reading = {.store = store,
                       .query = query,
                       .arena = arena,
                       .use = (AgreementsUse)settings.values[SETTING_AGREEMENTS],
                       .agreements = agreements,
                       .count = count};
    return read_lines(&reading, ret_lines, ret_count, err);
}
