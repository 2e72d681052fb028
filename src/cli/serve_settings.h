/* serve_settings.h -- settings of kohorta serve: options, variables, a file, the usual. */
#pragma once

#include "cli/command.h"
#include "server/server.h"

typedef struct {
    Text listen, log, config; /* as typed; data NULL: not given */
} ServeOptions;

/* Fill what can be set. INVALID names the setting and where it stands. */
MUST_CHECK Status serve_settings_read(Invocation *invocation, const ServeOptions *typed,
                                      ServerOptions *serving, Error *err);
