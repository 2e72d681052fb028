/* diagnose.h -- what is wrong or odd in an expression, told on stderr or as JSON. */
#pragma once

#include "app/ask.h"
#include "cli/command.h"

/* All of them, with the source line and carets; with --json one object that holds the list. With
 * --quiet only those of which one is an error. */
void diagnose(Invocation *invocation, const Diagnostics *diagnostics, Text source,
              Language language);
/* What was found in each of several texts. */
void diagnose_all(Invocation *invocation, const Findings *findings, size_t count,
                  Language language);
/* Compile an expression and tell what is wrong or odd in it, in the language of the data. */
MUST_CHECK Status diagnose_compile(Invocation *invocation, App *app, Text source,
                                   ExpectedResult expected, Expression **ret_expression);
