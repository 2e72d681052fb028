/* demo_segments.h -- the segments of the demo company: kept, formed on past days, edited by hand.
 */
#pragma once

#include "app/work.h"

/* In a directory that demo_write has filled; the work's today is the company's last day. Segments
 * were made half a year before it, and formed each month since. */
MUST_CHECK Status app_add_demo_segments(AppWork *work, Error *err);
