/* creation.h -- what a new customer has to do with segments: manual ones that somebody chose for
 * him, periodic ones that look whether he belongs to them.
 *
 * A check only adds: other members stay as they are, and so does he who does not fit. It has to
 * follow every way in which customers come to be. */
#pragma once

#include "segment/forming.h"

/* CONFLICT says why when a new customer cannot be put into the segment: it is not manual, or marked
 * for deletion. */
MUST_CHECK Status creation_check_chosen(const Segment *segment, Error *err);
/* Put new customers into a segment that was chosen for them. Inside of a batch or not. */
MUST_CHECK Status creation_choose(const FormingContext *context, const Segment *segment,
                                  const CustomerSet *created, Error *err);

/* Whether any segment looks at new customers. */
bool creation_is_checked(const Registry *registry);

/* The last customer of whom the segments that look at new ones were asked; `otherwise` when nobody
 * ever was. Those behind him came to be just now, or shortly before a crash. */
MUST_CHECK Status creation_checked_through(Store *store, CustomerId otherwise, CustomerId *ret_last,
                                           Error *err);
/* A card is about to be kept: when it is the first to look at new customers, all there are now are
 * old ones. */
MUST_CHECK Status creation_begin(const FormingContext *context, const SegmentCard *card,
                                 Error *err);

/* What came of one periodic segment that looks at new customers. */
typedef struct {
    const Segment *segment;
    const Expression *rule; /* NULL: SQL, or it could not be read */
    uint64_t joined_count;
    Text failure; /* why nobody was looked at; empty when all is well */
} CreationOutcome;

/* Ask every periodic segment that checks on creation about these customers alone; those who fit
 * join at once, all in one transaction, which also notes that they were looked at. The data of the
 * context hold them already. Segments marked for deletion are passed over.
 *
 * One whose tests would not hold takes nobody in and says so. While segmentation is switched off
 * nobody is asked.
 *
 * errors  CANCELLED, IO: nothing is published */
MUST_CHECK Status segments_check_new_customers(const FormingContext *context,
                                               const CustomerSet *created, Arena *arena,
                                               CreationOutcome **ret_outcomes, size_t *ret_count,
                                               Error *err);

/* Whether a rule holds of a customer of whom nothing is known: then it would take in every new one.
 * Rankings are taken as not held. */
MUST_CHECK Status creation_meets_everybody(const FormingContext *context, const Expression *rule,
                                           bool *ret_meets, Error *err);
/* The same of a card: whether it checks new customers by such a rule, which is worth a warning. */
MUST_CHECK Status creation_takes_everybody(const FormingContext *context, const SegmentCard *card,
                                           bool *ret_takes, Error *err);
