/* class_lookups.h -- stored classes as the language asks for them: class, class_on, class_changed.
 *
 * The runs that expressions need are read when they are prepared, so that looking one up is one
 * access to an array and may be done by any number of threads. */
#pragma once

#include "eval/lookups.h"

/* A LookupProvider. memory  2 bytes per customer and run that is asked for */
LookupSource class_lookups_provide(Store *store);
