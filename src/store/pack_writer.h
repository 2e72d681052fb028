/* pack_writer.h -- events of one customer, one after the other, into rows of packs. */
#pragma once

#include "store/event_pack.h"
#include "store/pack_rows.h"

typedef struct PackWriter PackWriter;

MUST_CHECK Status pack_writer_open(Store *store, const Stream *stream, PackWriter **ret_writer,
                                   Error *err);
void pack_writer_close(PackWriter *writer); /* accepts NULL */

/* The next events go to this customer, into packs of the region from `number` on. */
void pack_writer_begin(PackWriter *writer, PackRegion region, CustomerId customer, uint32_t number);
MUST_CHECK Status pack_writer_add(PackWriter *writer, const PackedEvent *event, Error *err);
/* Store the last pack; the number after it. */
MUST_CHECK Status pack_writer_end(PackWriter *writer, uint32_t *ret_next_number, Error *err);
