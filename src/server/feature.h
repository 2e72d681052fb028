/* feature.h -- routes of segmentation, which a setting switches off. */
#pragma once

#include "server/request.h"

/* CONFLICT when the route is one of segments, agreements or bans and they are switched off. */
MUST_CHECK Status feature_admit(Request *request, Error *err);
