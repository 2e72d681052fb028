/* terms.h -- which agreements apply to a customer on a day, and why.
 *
 * Any day can be asked: agreements have versions and compositions a journal. Whoever leaves a
 * segment has its terms no more for new documents, whoever was in through a pin that is over
 * neither. When several apply all are given, those to be
 * preferred first: less priority, then what was agreed with him alone, then what began later. */
#pragma once

#include "model/voice.h"
#include "segment/registry.h"
#include "store/agreements.h"

typedef enum {
#define TERMS_REASON(name, code, en, ru, uk) TERMS_##name,
#include "activation/terms_reason.def"
#undef TERMS_REASON
    TERMS_REASON_COUNT
} TermsReason;

typedef struct {
    AgreementRow agreement; /* as of the day */
    AgreementTerms terms;   /* an individual one: with what it takes from its base */
    TermsReason reason;
    Text segment;                /* of a typical one: its name */
    Text based_on;               /* of an individual one: the name of its base */
    AgreementStatus base_status; /* of an individual one: that of its base on the day */
    CustomerMove move;           /* of a typical one: when he joined or left; forming.id 0: never */
} TermsLine;

bool terms_apply(const TermsLine *line); /* by its reason */
const char *terms_reason_code(TermsReason reason);
/* Why, as a sentence. */
Text terms_why(const TermsLine *line, Voice voice);

typedef struct {
    const Registry *registry;
    CustomerId customer;
    Date as_of;
    bool wants_all; /* also what does not apply, after what does */
} TermsQuery;

/* The setting `agreements` of the directory says which are used. */
MUST_CHECK Status terms_are_off(Store *store, bool *ret_are_off, Error *err);
MUST_CHECK Status terms_of_customer(Store *store, TermsQuery query, Arena *arena,
                                    TermsLine **ret_lines, size_t *ret_count, Error *err);
