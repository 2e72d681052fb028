/* segment_handlers.h -- what the routes of segments share. */
#pragma once

#include "app/segments.h"
#include "server/handlers.h"

/* The segment of the path, by code or name. */
MUST_CHECK Status read_segment(Request *request, const Segment **ret_segment, Error *err);
/* Work that writes; ended by AUTO(app_work_done). */
MUST_CHECK Status begin_work(Request *request, AppWork *ret_work, Error *err);
MUST_CHECK Status begin_on_segment(Request *request, AppWork *ret_work, const Segment **ret_segment,
                                   Error *err);
/* Details as the one who asks may see them. */
MUST_CHECK Status narrow_details(Request *request, App *app, SegmentDetails *details, Error *err);
/* The card with everything about it, and its version as ETag. */
MUST_CHECK Status answer_segment(Request *request, Response *response, App *app,
                                 const Segment *segment, Error *err);
/* Keep a new card and answer with it; what is wrong with its expressions is the problem. */
MUST_CHECK Status add_card(Request *request, Response *response, AppWork *work, SegmentCard *card,
                           Text note, Error *err);
