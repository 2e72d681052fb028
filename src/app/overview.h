/* overview.h -- all segments side by side: what they have in common, how they cover the base, which
 * of them divide one number. */
#pragma once

#include "app/work.h"
#include "lang/bands.h"
#include "segment/overlap.h"

/* For reading; the app may be open for reading. */
typedef struct {
    const Segment **segments;
    size_t count;
    SegmentSets sets;
} SegmentsView;
void segments_view_done(SegmentsView *view); /* for AUTO */

/* Segments by name or code; none: all of general kind that are not marked for deletion. As they
 * are, or were at the end of a day. errors  INVALID on a day to come */
typedef struct {
    const Text *names;
    size_t count;
    bool has_day;
    Date day;
} SegmentsQuery;
MUST_CHECK Status app_view_segments(AppWork *work, const SegmentsQuery *query, Arena *arena,
                                    SegmentsView *ret_view, Error *err);

/* Customers of a set as the store lists them: by code, after one code. */
typedef struct {
    const CustomerSet *customers;
    Text after;
    size_t limit;
} PageQuery;
MUST_CHECK Status app_list_customers_of(App *app, PageQuery query, Arena *arena,
                                        CustomerSummary **ret_list, size_t *ret_count, Error *err);

/* Bands among the rules of all segments; with an expression only its own. `ret_segments`: whose
 * rules were looked at, by the places that bands name.
 * errors  INVALID when the expression cannot be read: then the diagnostics say why */
typedef struct {
    const BandedSubject *subjects;
    size_t count;
    const Segment **segments;
} SegmentBands;
MUST_CHECK Status app_segment_bands(App *app, Text expression, Arena *arena,
                                    SegmentBands *ret_bands, Diagnostics *diagnostics, Error *err);
