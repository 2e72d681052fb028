/* import_marks.h -- which of the events stored before an import have come again in it.
 *
 * An import may be written in several flushes. An event without a given key is the one stored
 * before the import only once: a second event with the same content and moment in the import is the
 * second one stored, or a new one. So from flush to flush these must be known: how many events of
 * each customer are from before the import (they stand first in the order of arrival), and which of
 * them have been met. That takes a bit per such event and eight bytes per customer. */
#pragma once

#include "model/customer.h"

typedef struct ImportMarks ImportMarks;

ImportMarks *import_marks_new(void);
void import_marks_free(ImportMarks *marks); /* accepts NULL */

/* False when the customer has not been looked at in this import. */
bool import_marks_find(const ImportMarks *marks, CustomerId customer, uint32_t *ret_old_count);
/* His first events, `old_count` of them, are from before the import; none was met yet. */
void import_marks_set(ImportMarks *marks, CustomerId customer, uint32_t old_count);

/* Of an event from before the import, by its place in the order of arrival. */
bool import_marks_is_met(const ImportMarks *marks, CustomerId customer, uint32_t index);
void import_marks_meet(ImportMarks *marks, CustomerId customer, uint32_t index);
/* Others have written: of a customer, or of everybody, nothing is known any more. What came before
 * in this import counts as stored before it from now on. */
void import_marks_forget(ImportMarks *marks, CustomerId customer);
void import_marks_forget_all(ImportMarks *marks);
/* Old events were removed: `is_kept` says for each of the old count whether it stays. */
void import_marks_shrink(ImportMarks *marks, CustomerId customer, const bool *is_kept);
