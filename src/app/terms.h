/* terms.h -- terms of sale and shipment bans as people ask for them: by codes and names. */
#pragma once

#include "activation/agreements.h"
#include "activation/may_ship.h"
#include "activation/terms.h"
#include "app/work.h"

/* An agreement with the names behind its numbers; those of another kind are empty. */
typedef struct {
    AgreementRow row;
    Text segment, segment_code;
    Text customer_code, customer_name;
    Text based_on;
} AgreementView;

MUST_CHECK Status app_list_agreements(App *app, Arena *arena, AgreementView **ret_agreements,
                                      size_t *ret_count, Error *err);
/* By name or code. NOT_FOUND names a near one. */
MUST_CHECK Status app_find_agreement(App *app, Text name_or_code, Arena *arena,
                                     AgreementView *ret_agreement, Error *err);

/* Whom an agreement is to be for, by name and code; the others are empty. */
typedef struct {
    Text segment;            /* typical */
    Text customer, based_on; /* individual */
} AgreementSubject;
MUST_CHECK Status app_agreement_subject(App *app, const AgreementSubject *subject, Arena *arena,
                                        AgreementRow *agreement, Error *err);

/* What applies to a customer on a day. */
typedef struct {
    Text code, name; /* of the customer */
    Date as_of;
    bool are_off; /* agreements are switched off in the settings */
    const TermsLine *lines;
    const AgreementView *agreements; /* one per line */
    size_t count;
} TermsAnswer;

typedef struct {
    Text code;
    Date as_of;
    bool wants_all; /* also what does not apply */
} TermsOrder;
MUST_CHECK Status app_terms(App *app, const TermsOrder *order, Arena *arena,
                            TermsAnswer *ret_answer, Error *err);

/* Shipments in spite of a ban, the newest first. */
typedef struct {
    ShippingOverride row;
    Text code, name; /* of the customer */
} ShippingOverrideView;

typedef struct {
    Text code; /* of a customer; empty: of everybody */
    size_t limit;
} OverridesOrder;
MUST_CHECK Status app_list_shipping_overrides(App *app, OverridesOrder order, Arena *arena,
                                              ShippingOverrideView **ret_overrides,
                                              size_t *ret_count, Error *err);
