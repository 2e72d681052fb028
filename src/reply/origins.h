/* origins.h -- source, since when, author and reason of members, as columns of their list. */
#pragma once

#include "reply/list.h"

/* How causes are called in the rows; NULL: by their codes. */
typedef Text OriginCauseWord(ChangeCause cause, OutputOptions options);

/* Columns `source`, `since`, `author` and `reason` behind the others, of an answer that has
 * origins; nothing for one that has none. A written column of the same name stays in their place.
 */
void answer_columns_add_origins(AnswerColumns *columns, const Answer *answer, OutputOptions options,
                                OriginCauseWord *cause_word, Arena *arena);
