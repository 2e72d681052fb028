/* lists.h -- cells that look like several values divided by another sign than the one that is read.
 */
#pragma once

#include "ingest/import_internal.h"

/* Warn of every column of several values in which cells hold commas or semicolons and the parts
 * between them stand in other cells, too: most likely each was meant for a value. */
void import_warn_of_lists(Import *import, const RecordList *sample);
