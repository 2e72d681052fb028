/* import_again.h -- the command that imports a file of rejected rows, once they are mended. */
#pragma once

#include "cli/command.h"

/* `words` are those of this command after its name, as they were typed; `file` is the one of them
 * that names the input. Options that speak of the input itself are left out; what was found out
 * about dates and numbers is told. Ready for a shell; lives in the arena of the invocation. */
Text import_again(const Invocation *invocation, const char *file, const ImportReport *report);
