/* agreements.h -- terms of sale in the truth: agreements in every version, and shipments that were
 * allowed in spite of a ban. Which of them are allowed and apply is src/activation's business.
 *
 * Whom an agreement is for never changes; what was agreed does, and every version stays, so that
 * any past day can be asked. Erasing a customer removes what was agreed with him alone. */
#pragma once

#include "model/language.h"
#include "store/store.h"

typedef enum {
#define AGREEMENT_STATUS(name, code, en, ru, uk) AGREEMENT_##name,
#include "store/agreement_status.def"
#undef AGREEMENT_STATUS
    AGREEMENT_STATUS_COUNT
} AgreementStatus;

const char *agreement_status_code(AgreementStatus status); /* "draft" */
Text agreement_status_label(AgreementStatus status, Language language);
bool agreement_status_parse(Text code, AgreementStatus *ret_status);

/* What was agreed; what nobody said is empty or has no has_. */
typedef struct {
    Text price_type;
    bool has_discount;
    int32_t discount; /* hundredths of a percent, 0 .. 10000 */
    bool has_payment_days;
    int32_t payment_days;
    Text payment_terms;
    bool has_first_day, has_last_day;
    Date first_day, last_day; /* both included */
    int32_t priority;         /* less goes first */
    AgreementStatus status;
} AgreementTerms;

typedef struct {
    uint32_t id;
    Text code; /* unique */
    Text name; /* unique without case */
    /* Typical: the members of a segment, else 0. */
    uint32_t segment_id;
    /* Individual: one customer and the typical agreement behind it, else 0. */
    CustomerId customer;
    uint32_t based_on;

    uint32_t version;
    Moment at; /* of the version */
    Text author, note;
    AgreementTerms terms;
} AgreementRow;

/* The id and the version are given here. CONFLICT when the code or the name is taken. */
MUST_CHECK Status store_add_agreement(Store *store, const AgreementRow *agreement, uint32_t *ret_id,
                                      Error *err);
/* A new version of row->id; whom it is for is left as it is. */
MUST_CHECK Status store_change_agreement(Store *store, const AgreementRow *agreement, Error *err);
/* With its versions. CONFLICT when an individual one is based on it. */
MUST_CHECK Status store_remove_agreement(Store *store, uint32_t id, Error *err);

/* By priority, then name. With a day: as they were at its end, without those made later. */
typedef struct {
    bool has_as_of;
    Date as_of;
} AgreementQuery;
MUST_CHECK Status store_list_agreements(Store *store, AgreementQuery query, Arena *arena,
                                        AgreementRow **ret_agreements, size_t *ret_count,
                                        Error *err);
/* All versions of one, the oldest first. */
MUST_CHECK Status store_list_agreement_versions(Store *store, uint32_t id, Arena *arena,
                                                AgreementRow **ret_versions, size_t *ret_count,
                                                Error *err);

/* ---- shipments in spite of a ban ---- */

typedef struct {
    uint64_t id; /* ascending; 0 when it is to be added */
    Moment at;
    Text author;
    CustomerId customer;
    Text order; /* its number; empty: not said */
    Text reason;
    Text bans; /* names of the ban segments, one a line */
} ShippingOverride;

MUST_CHECK Status store_add_shipping_override(Store *store, const ShippingOverride *override,
                                              uint64_t *ret_id, Error *err);
/* The newest first; customer 0: of everybody. */
typedef struct {
    CustomerId customer;
    size_t limit;
} ShippingOverrideQuery;
MUST_CHECK Status store_list_shipping_overrides(Store *store, ShippingOverrideQuery query,
                                                Arena *arena, ShippingOverride **ret_overrides,
                                                size_t *ret_count, Error *err);
