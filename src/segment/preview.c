/* preview.c -- what changing a card would do to who is in its segment, before it is kept. */
#include "segment/definition.h"
#include "segment/finding.h"
#include "segment/publishing.h"

static bool has_rule(const SegmentCard *card)
{
    return card->rule.size > 0 || card->sql.size > 0;
}

/* Of a dynamic segment nothing is stored: whom its present rule means. */
static Status find_before(const FormingContext *context, const Segment *segment,
                          CustomerSet *ret_before, Error *err)
{
    if (segment->card.mode == MODE_DYNAMIC)
        return card_find(context, &segment->card, NULL, ret_before, err);
    return store_read_composition(context->store, segment->id, UINT64_MAX, ret_before, err);
}

static Status preview(const FormingContext *context, const PublicationInput *input, Arena *arena,
                      FormingOutcome *ret_outcome, Error *err)
{
    Publication publication;
    Text complaint = TEXT("");
    TRY(publication_prepare(context, input, &publication, err));
    *ret_outcome = publication_outcome(&publication);
    Status status = publication_test(context, &publication, TESTS_OF_ALL, arena, &complaint, err);
    publication_free(&publication);
    ret_outcome->failure = complaint;
    ret_outcome->is_formed = complaint.size == 0;
    return status;
}

Status definition_preview(const FormingContext *context, const Segment *segment,
                          const SegmentCard *card, Arena *arena, FormingOutcome *ret_outcome,
                          Error *err)
{
    AUTO(customer_set_free) CustomerSet found = {0};
    AUTO(customer_set_free) CustomerSet before = {0};
    Segment wanted = *segment;
    wanted.card = *card;
    if (!has_rule(card))
        return error_set(err, STATUS_CONFLICT,
                         "the segment '%.*s' has no rule; add customers by hand, or give it a rule",
                         TEXT_FORMAT(card->name));
    TRY(find_before(context, segment, &before, err));
    TRY(card_find(context, card, NULL, &found, err));
    const PublicationInput input = {.segment = &wanted, .found = &found, .before = &before};
    TRY(preview(context, &input, arena, ret_outcome, err));
    ret_outcome->segment = segment;
    return STATUS_OK;
}
