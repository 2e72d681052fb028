/* demo_deeds.h -- what the people of the demo company did besides segments. */
#pragma once

#include "app/work.h"

/* After app_add_demo_segments, with the same work, as of today: saved sets, one of them put
 * together of others, a bulk change, a shipment in spite of a ban. */
MUST_CHECK Status app_add_demo_deeds(AppWork *work, Error *err);
