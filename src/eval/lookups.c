/* lookups.c -- stored sets, classes and scores from several floors as one Lookups. */
#include "eval/lookups.h"

#include "base/memory.h"

#include <stdlib.h>

enum { SOURCES_MAX = 8 };

struct JoinedLookups {
    LookupSource sources[SOURCES_MAX];
    size_t count;
    /* Who answers each kind; NULL: nobody. */
    const Lookups *members, *saved_sets, *classes, *scores;
    Lookups lookups;
};

/* ---- passing on ---- */

static bool was_member(void *context, uint32_t segment_id, CustomerId customer, Date day)
{
    const Lookups *source = ((const JoinedLookups *)context)->members;
    return source != NULL && source->was_member(source->context, segment_id, customer, day);
}

static bool has_entered(void *context, uint32_t segment_id, CustomerId customer, DaySpan span)
{
    const Lookups *source = ((const JoinedLookups *)context)->members;
    return source != NULL && source->entered(source->context, segment_id, customer, span);
}

static bool has_left(void *context, uint32_t segment_id, CustomerId customer, DaySpan span)
{
    const Lookups *source = ((const JoinedLookups *)context)->members;
    return source != NULL && source->left(source->context, segment_id, customer, span);
}

static bool in_saved_set(void *context, uint32_t saved_set_id, CustomerId customer)
{
    const Lookups *source = ((const JoinedLookups *)context)->saved_sets;
    return source != NULL && source->in_saved_set(source->context, saved_set_id, customer);
}

static bool class_on(void *context, uint32_t classification_id, CustomerId customer, Date day,
                     Text *ret_class)
{
    const Lookups *source = ((const JoinedLookups *)context)->classes;
    return source != NULL &&
           source->class_on(source->context, classification_id, customer, day, ret_class);
}

static bool score(void *context, uint32_t score_id, CustomerId customer, Date day, double *ret)
{
    const Lookups *source = ((const JoinedLookups *)context)->scores;
    return source != NULL && source->score(source->context, score_id, customer, day, ret);
}

/* ---- joining ---- */

JoinedLookups *joined_lookups_new(Store *store, LookupProviders providers)
{
    JoinedLookups *joined = MEMORY_NEW(JoinedLookups);
    joined->lookups = (Lookups){.context = joined,
                                .was_member = was_member,
                                .in_saved_set = in_saved_set,
                                .entered = has_entered,
                                .left = has_left,
                                .class_on = class_on,
                                .score = score};
    for (size_t i = 0; i < providers.count; i++)
        joined_lookups_add(joined, providers.items[i](store));
    return joined;
}

void joined_lookups_add(JoinedLookups *joined, LookupSource source)
{
    ASSERT(joined->count < SOURCES_MAX);
    joined->sources[joined->count] = source;
    const Lookups *lookups = &joined->sources[joined->count++].lookups;
    if (lookups->was_member != NULL) joined->members = lookups;
    if (lookups->in_saved_set != NULL) joined->saved_sets = lookups;
    if (lookups->class_on != NULL) joined->classes = lookups;
    if (lookups->score != NULL) joined->scores = lookups;
}

void joined_lookups_free(JoinedLookups *joined)
{
    if (joined == NULL) return;
    for (size_t i = 0; i < joined->count; i++) {
        const LookupSource *source = &joined->sources[i];
        if (source->close != NULL) source->close(source->lookups.context);
    }
    free(joined);
}

void joined_lookups_done(JoinedLookups **joined)
{
    joined_lookups_free(*joined);
    *joined = NULL;
}

Status joined_lookups_prepare(JoinedLookups *joined, const Expression *expression, Date as_of,
                              Error *err)
{
    for (size_t i = 0; i < joined->count; i++) {
        const LookupSource *source = &joined->sources[i];
        if (source->prepare != NULL)
            TRY(source->prepare(source->lookups.context, expression, as_of, err));
    }
    return STATUS_OK;
}

const Lookups *joined_lookups_get(JoinedLookups *joined)
{
    return &joined->lookups;
}
