/* paths.h -- inside of the reports: groups of hierarchies as rules that mean exactly them.
 *
 * `under "A"` also means a level of the name A elsewhere ("B / A"). A report counts what begins
 * with A, so its rule takes the others away. */
#pragma once

#include "report/table.h"

typedef struct {
    const Text *prefixes; /* levels joined by " / " */
    size_t prefixes_count;
    const Text *paths; /* all that occur */
    size_t paths_count;
} PathNames;

/* `source under "prefix"` for each prefix, without what does not begin with it. */
void paths_conditions(const PathNames *names, Text source, Arena *arena, Text *ret_conditions);
