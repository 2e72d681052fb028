/* code_file.h -- a list of codes as a file holds it: its encoding is found out, its heading known.
 */
#pragma once

#include "ingest/ingest.h"

/* The bytes of the file as UTF-8 without a mark. In the arena.
 * errors  INVALID when bytes have no meaning in the encoding that the file seems to have */
MUST_CHECK Status code_file_text(Text bytes, Arena *arena, Text *ret_text, Error *err);

/* Whether files call the column of customers' codes so: "Код клиента". */
bool code_file_is_heading(const Schema *schema, Text cell);
