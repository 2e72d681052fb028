/* doubts.h -- cells that look like something else than what they are read as. */
#pragma once

#include "ingest/import_internal.h"

/* Warn of every column of several values in which cells hold commas or semicolons and the parts
 * between them stand in other cells, too: most likely each was meant for a value; the same of paths
 * and the signs that may divide their levels. Warn of every
 * column of texts or codes with numbers of a spreadsheet that has cut them short ("7,9E+10"). */
void import_warn_of_doubts(Import *import, const RecordList *sample);
