/* bulk.h -- changing properties of everybody in a segment, in a saved set, whom a rule means. Of a
 * set whose rows are contact persons the persons are changed, not their customers.
 *
 *   bulk_propose ─┬> BulkProposal ─ bulk_carry_out ─> the number of the act
 *   bulk_propose_undo ─┘   a preview shows it and stops */
#pragma once

#include "activation/bulk.h"
#include "activation/code_book.h"
#include "app/ask.h"
#include "app/work.h"

typedef struct {
    BulkSource source;   /* not BULK_OF_ACT */
    Text name;           /* of the segment or the set; the rule itself; a customer's code */
    const Text *changes; /* "property=value", see activation/bulk.h */
    size_t changes_count;
    Text
        columns; /* "EXPRESSION as name, ...": columns to take values from, beside those of a set */
    Date as_of;  /* of the rule and the columns */
    const Progress *progress; /* may be NULL */
} BulkOrder;

typedef struct {
    BulkAct act; /* whom, what and which other act it takes back; the rest is not known yet */
    BulkPlan plan;
    BulkSummary summary;
} BulkProposal;

/* errors  INVALID with errors in the findings (of the rule, of the columns) or a sentence; as
 *         assignment_parse, bulk_plan, ask_answer */
MUST_CHECK Status bulk_propose(App *app, const BulkOrder *order, Arena *arena,
                               Findings ret_findings[2], BulkProposal *ret_proposal, Error *err);
/* errors  as bulk_plan_undo */
MUST_CHECK Status bulk_propose_undo(App *app, uint64_t act_id, Arena *arena,
                                    BulkProposal *ret_proposal, Error *err);
/* CONFLICT when there is nothing to change. */
MUST_CHECK Status bulk_carry_out(AppWork *work, const BulkProposal *proposal, uint64_t *ret_id,
                                 Error *err);

/* An act as it is looked at. */
typedef struct {
    BulkAct act;
    BulkContent content;
    CodeBook codes; /* of all customers in it */
} BulkView;

MUST_CHECK Status bulk_view(App *app, uint64_t act_id, Arena *arena, BulkView *ret_view,
                            Error *err);
