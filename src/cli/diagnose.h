/* diagnose.h -- what is wrong or odd in an expression, told on stderr or as JSON. */
#pragma once

#include "cli/command.h"
#include "cli/json_writer.h"

/* All of them, with the source line and carets; with --json one object that holds the list. */
void diagnose(Invocation *invocation, const Diagnostics *diagnostics, Text source,
              Language language);
/* The list as a JSON array, for commands whose answer it is. */
void diagnose_as_json(JsonWriter *writer, const Diagnostics *diagnostics, Language language,
                      Arena *arena);
