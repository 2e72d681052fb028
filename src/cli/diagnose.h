/* diagnose.h -- what is wrong or odd in an expression, told on stderr or as JSON. */
#pragma once

#include "cli/command.h"

/* All of them, with the source line and carets; with --json one object that holds the list. */
void diagnose(Invocation *invocation, const Diagnostics *diagnostics, Text source,
              Language language);
/* Compile an expression and tell what is wrong or odd in it, in the language of the data. */
MUST_CHECK Status diagnose_compile(Invocation *invocation, App *app, Text source,
                                   ExpectedResult expected, Expression **ret_expression);
