/* agreements.c -- which agreements can be, and how they come into force and end. */
#include "activation/agreements.h"

#include "base/fold.h"
#include "lang/lang.h"
#include "segment/settings.h"

enum { PRIORITY_MAX = 1000000, PAYMENT_DAYS_MAX = 3650, DISCOUNT_MAX = 10000 };

/* ---- finding ---- */

Status agreement_get(const AgreementRow *agreements, size_t count, Text name_or_code,
                     const AgreementRow **ret_agreement, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Text *names = ARENA_ARRAY(arena, Text, count);
    for (size_t i = 0; i < count; i++) {
        names[i] = agreements[i].name;
        if (!text_equal_folded(agreements[i].name, name_or_code) &&
            !text_equal(agreements[i].code, name_or_code))
            continue;
        *ret_agreement = &agreements[i];
        return STATUS_OK;
    }
    Text near = suggest_name(name_or_code, names, count);
    if (near.size > 0)
        return error_set(err, STATUS_NOT_FOUND, "no agreement '%.*s'; did you mean '%.*s'?",
                         TEXT_FORMAT(name_or_code), TEXT_FORMAT(near));
    return error_set(err, STATUS_NOT_FOUND, "no agreement '%.*s'", TEXT_FORMAT(name_or_code));
}

Status agreement_find(Store *store, Text name_or_code, Arena *arena, AgreementRow *ret_agreement,
                      Error *err)
{
    AgreementRow *agreements = NULL;
    size_t count = 0;
    const AgreementRow *found = NULL;
    TRY(store_list_agreements(store, (AgreementQuery){0}, arena, &agreements, &count, err));
    TRY(agreement_get(agreements, count, name_or_code, &found, err));
    *ret_agreement = *found;
    return STATUS_OK;
}

/* ---- checking ---- */

static Status check_texts(const AgreementRow *agreement, Error *err)
{
    const Text texts[] = {agreement->name, agreement->code, agreement->note,
                          agreement->terms.price_type, agreement->terms.payment_terms};
    if (text_trim(agreement->name).size == 0)
        return error_set(err, STATUS_INVALID, "an agreement has a name; give it one");
    if (text_has_control(agreement->name) || text_has_control(agreement->code))
        return error_set(err, STATUS_INVALID,
                         "the name or code of an agreement holds a line break or a control "
                         "character; leave it out");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].size > AGREEMENT_TEXT_BYTES_MAX)
            return error_set(err, STATUS_LIMIT, "a text of an agreement has at most %d bytes",
                             AGREEMENT_TEXT_BYTES_MAX);
    return STATUS_OK;
}

static Status check_terms(const AgreementTerms *terms, Error *err)
{
    if (terms->has_discount && (terms->discount < 0 || terms->discount > DISCOUNT_MAX))
        return error_set(err, STATUS_INVALID, "a discount is from 0 to 100 percent");
    if (terms->has_payment_days &&
        (terms->payment_days < 0 || terms->payment_days > PAYMENT_DAYS_MAX))
        return error_set(err, STATUS_INVALID, "payment is due within 0 to %d days",
                         PAYMENT_DAYS_MAX);
    if (terms->priority < 0 || terms->priority > PRIORITY_MAX)
        return error_set(err, STATUS_INVALID, "a priority is from 0 to %d; less goes first",
                         PRIORITY_MAX);
    if (terms->has_first_day && terms->has_last_day && terms->last_day.day < terms->first_day.day)
        return error_set(err, STATUS_INVALID, "the last day is before the first one");
    return STATUS_OK;
}

static Status check_use(Store *store, const AgreementRow *agreement, Error *err)
{
    SegmentSettings settings;
    TRY(segment_settings_read(store, &settings, err));
    AgreementsUse use = (AgreementsUse)settings.values[SETTING_AGREEMENTS];
    AgreementsUse own = agreement->segment_id != 0 ? AGREEMENTS_TYPICAL : AGREEMENTS_INDIVIDUAL;
    if (use == AGREEMENTS_BOTH || use == own) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "%s agreements are switched off; see the setting 'agreements'",
                     own == AGREEMENTS_TYPICAL ? "typical" : "individual");
}

static Status check_segment(const FormingContext *context, uint32_t segment_id, Error *err)
{
    const Segment *segment = registry_find(context->registry, segment_id);
    if (segment == NULL)
        return error_set(err, STATUS_NOT_FOUND, "there is no segment number %u", segment_id);
    TRY(mode_check(segment->card.mode, ACT_AGREE, segment->card.name, err));
    if (!segment->card.is_marked_for_deletion) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT,
                     "the segment '%.*s' is marked for deletion; choose another",
                     TEXT_FORMAT(segment->card.name));
}

static Status check_base(Store *store, uint32_t id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AgreementRow *versions = NULL;
    size_t count = 0;
    TRY(store_list_agreement_versions(store, id, arena, &versions, &count, err));
    if (count == 0) return error_set(err, STATUS_NOT_FOUND, "there is no agreement number %u", id);
    const AgreementRow *base = &versions[count - 1];
    if (base->segment_id == 0)
        return error_set(err, STATUS_CONFLICT,
                         "'%.*s' is individual itself; an individual agreement is based on a "
                         "typical one",
                         TEXT_FORMAT(base->name));
    if (base->terms.status != AGREEMENT_CLOSED) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the agreement '%.*s' is closed",
                     TEXT_FORMAT(base->name));
}

/* Whom it is for. */
static Status check_subject(const FormingContext *context, const AgreementRow *agreement,
                            Error *err)
{
    bool is_typical = agreement->segment_id != 0;
    if (is_typical == (agreement->customer.value != 0))
        return error_set(err, STATUS_INVALID,
                         "an agreement is for a segment or for one customer: name one of them");
    if (!is_typical && agreement->based_on == 0)
        return error_set(err, STATUS_INVALID,
                         "an individual agreement is based on a typical one; name it");
    if (is_typical && agreement->based_on != 0)
        return error_set(err, STATUS_INVALID, "a typical agreement is based on no other one");
    TRY(check_use(context->store, agreement, err));
    if (is_typical) return check_segment(context, agreement->segment_id, err);
    return check_base(context->store, agreement->based_on, err);
}

static Status check_open(const AgreementRow *agreement, Error *err)
{
    if (agreement->terms.status != AGREEMENT_CLOSED) return STATUS_OK;
    return error_set(err, STATUS_CONFLICT, "the agreement '%.*s' is closed; make a new one instead",
                     TEXT_FORMAT(agreement->name));
}

/* ---- changing ---- */

static AgreementRow signed_by(const FormingContext *context, AgreementRow agreement)
{
    agreement.at = context->now;
    agreement.author = context->author;
    agreement.name = text_trim(agreement.name);
    agreement.code = text_trim(agreement.code);
    return agreement;
}

static bool has_code(const AgreementRow *agreements, size_t count, Text code)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(agreements[i].code, code)) return true;
    return false;
}

/* "A7": the first number after the newest that nobody has. */
static Status make_code(Store *store, Arena *arena, Text *ret_code, Error *err)
{
    AgreementRow *agreements = NULL;
    size_t count = 0;
    uint32_t number = 0;
    TRY(store_list_agreements(store, (AgreementQuery){0}, arena, &agreements, &count, err));
    for (size_t i = 0; i < count; i++)
        if (agreements[i].id > number) number = agreements[i].id;
    do
        *ret_code = arena_printf(arena, "A%u", ++number);
    while (has_code(agreements, count, *ret_code));
    return STATUS_OK;
}

/* What is agreed with one customer stands where that does what it is based on. */
static Status complete_priority(Store *store, AgreementRow *agreement, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AgreementRow *versions = NULL;
    size_t count = 0;
    if (agreement->terms.priority != AGREEMENT_PRIORITY_UNSAID) return STATUS_OK;
    agreement->terms.priority = AGREEMENT_PRIORITY_USUAL;
    if (agreement->based_on == 0) return STATUS_OK;
    TRY(store_list_agreement_versions(store, agreement->based_on, arena, &versions, &count, err));
    if (count > 0) agreement->terms.priority = versions[count - 1].terms.priority;
    return STATUS_OK;
}

Status agreement_add(const FormingContext *context, AgreementRow agreement, uint32_t *ret_id,
                     Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AgreementRow row = signed_by(context, agreement);
    row.id = 0;
    row.terms.status = AGREEMENT_DRAFT;
    TRY(complete_priority(context->store, &row, err));
    TRY(check_texts(&row, err));
    TRY(check_terms(&row.terms, err));
    TRY(check_subject(context, &row, err));
    if (row.code.size == 0) TRY(make_code(context->store, arena, &row.code, err));
    return store_add_agreement(context->store, &row, ret_id, err);
}

Status agreement_change(const FormingContext *context, AgreementRow agreement, Error *err)
{
    AgreementRow row = signed_by(context, agreement);
    TRY(check_open(&row, err));
    TRY(check_texts(&row, err));
    TRY(check_terms(&row.terms, err));
    return store_change_agreement(context->store, &row, err);
}

static bool says_something(const AgreementTerms *terms)
{
    return terms->price_type.size > 0 || terms->has_discount || terms->has_payment_days ||
           terms->payment_terms.size > 0;
}

Status agreement_activate(const FormingContext *context, AgreementRow agreement, Error *err)
{
    AgreementRow row = signed_by(context, agreement);
    TRY(check_open(&row, err));
    TRY(check_subject(context, &row, err));
    if (!says_something(&row.terms) && row.customer.value == 0)
        return error_set(err, STATUS_INVALID,
                         "the agreement '%.*s' says nothing; give it a price type, a discount or "
                         "payment terms",
                         TEXT_FORMAT(row.name));
    if (row.terms.status == AGREEMENT_ACTIVE)
        return error_set(err, STATUS_CONFLICT, "the agreement '%.*s' is in force already",
                         TEXT_FORMAT(row.name));
    row.terms.status = AGREEMENT_ACTIVE;
    return store_change_agreement(context->store, &row, err);
}

Status agreement_close(const FormingContext *context, AgreementRow agreement, Error *err)
{
    AgreementRow row = signed_by(context, agreement);
    TRY(check_open(&row, err));
    row.terms.status = AGREEMENT_CLOSED;
    return store_change_agreement(context->store, &row, err);
}

static Status check_never_active(Store *store, const AgreementRow *agreement, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AgreementRow *versions = NULL;
    size_t count = 0;
    TRY(store_list_agreement_versions(store, agreement->id, arena, &versions, &count, err));
    for (size_t i = 0; i < count; i++)
        if (versions[i].terms.status == AGREEMENT_ACTIVE)
            return error_set(err, STATUS_CONFLICT,
                             "the agreement '%.*s' was in force: it stays in the journal; close "
                             "it instead",
                             TEXT_FORMAT(agreement->name));
    return STATUS_OK;
}

Status agreement_remove(const FormingContext *context, const AgreementRow *agreement, Error *err)
{
    TRY(check_never_active(context->store, agreement, err));
    return store_remove_agreement(context->store, agreement->id, err);
}
