/* event_keys.h -- what becomes of events with given keys: added, in place of a stored one, moved.
 *
 * Each event with a key is looked up in the index of keys, and its record is told its kind:
 *
 *   stored                  in the batch            record              index
 *   nowhere                 once or more            last one ADD        new row
 *   for the same customer   once or more            last one UPDATE     stays
 *   for another customer    once or more            all SKIP, refused   stays
 *   the same, keys move     once or more            last one ENTER,     changed
 *                                                   REMOVE there
 *   anywhere, mode insert   once or more            all SKIP, refused   stays
 *
 * A key that is stored nowhere is that of the first customer in the batch: records of others are
 * refused, unless keys move. Earlier records of a key in the batch are superseded: SKIP, counted as
 * unchanged, since nothing of them stays. With mode insert they are refused instead. */
#pragma once

#include "store/event_batch.h"
#include "store/event_writer.h"

typedef struct EventKeys EventKeys;

EventKeys *event_keys_new(Store *store, const Stream *stream, EventWriteMode mode);
void event_keys_let_move(EventKeys *keys);
void event_keys_free(EventKeys *keys); /* accepts NULL */

/* Forget the last flush, its conflicts too. */
void event_keys_clear(EventKeys *keys);
/* Before the batch is sorted: give records their kinds, add records for removals. Refused ones are
 * appended to the conflicts, which are in the order of lines. */
MUST_CHECK Status event_keys_resolve(EventKeys *keys, EventBatch *batch, EventWriteCounts *counts,
                                     Error *err);
/* After the packs were written: bring the index in step. */
MUST_CHECK Status event_keys_save(EventKeys *keys, Error *err);

const KeyConflict *event_keys_conflicts(const EventKeys *keys, size_t *ret_count);
const KeyNotes *event_keys_notes(const EventKeys *keys);
