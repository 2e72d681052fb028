/* agreements.h -- terms of sale agreed with the members of a segment, or with one customer.
 *
 *   draft ── agreement_activate ──> active ── agreement_close ──> closed
 *
 * A typical agreement is for the members of a segment whose composition is stored; an individual
 * one is for one customer, stands on a typical one and takes from it what it does not say itself. A
 * closed one never changes again. */
#pragma once

#include "segment/forming.h"
#include "store/agreements.h"

enum { AGREEMENT_TEXT_BYTES_MAX = 2000 };
/* Of a new one whose priority nobody said: that of its base, or the usual one. */
enum { AGREEMENT_PRIORITY_UNSAID = INT32_MIN, AGREEMENT_PRIORITY_USUAL = 100 };

/* By name, folded, or by code. NOT_FOUND names a near one. */
MUST_CHECK Status agreement_get(const AgreementRow *agreements, size_t count, Text name_or_code,
                                const AgreementRow **ret_agreement, Error *err);
/* The same among those of a store as they are now, in the arena. */
MUST_CHECK Status agreement_find(Store *store, Text name_or_code, Arena *arena,
                                 AgreementRow *ret_agreement, Error *err);

/* Keep what is described as a draft; id, version, state and moment are given here, and a code when
 * there is none.
 * errors  INVALID  what no agreement can be
 *         CONFLICT a dynamic segment, one marked for deletion, a base that is not typical or is
 *                  closed, a kind that the settings switch off */
MUST_CHECK Status agreement_add(const FormingContext *context, AgreementRow agreement,
                                uint32_t *ret_id, Error *err);
/* Other terms, or another name, of `agreement->id`; the note says why. CONFLICT when closed. */
MUST_CHECK Status agreement_change(const FormingContext *context, AgreementRow agreement,
                                   Error *err);
/* CONFLICT when it is closed, or its segment does not allow it any more; INVALID when it says
 * nothing at all. */
MUST_CHECK Status agreement_activate(const FormingContext *context, AgreementRow agreement,
                                     Error *err);
MUST_CHECK Status agreement_close(const FormingContext *context, AgreementRow agreement,
                                  Error *err);
/* CONFLICT for one that was ever in force. */
MUST_CHECK Status agreement_remove(const FormingContext *context, const AgreementRow *agreement,
                                   Error *err);
