/* language_ways.h -- what must hold for every tree and every list of errors of the language. */
#pragma once

#include "lang/lang.h"

/* Print and parse, write and read JSON: each way must give the same tree; aborts when one does not.
 */
void expect_all_ways(const Node *root, Arena *arena);
/* There is an error, every place lies in the source, every sentence can be shown; aborts otherwise.
 */
void expect_shown(const Diagnostics *diagnostics, Text source, Arena *arena);
