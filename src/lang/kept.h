/* kept.h -- expressions that are asked again and again, compiled once for a catalog.
 *
 * For stored rules and the product's own; what people type is not kept. Belongs to one thread. */
#pragma once

#include "lang/lang.h"

typedef struct KeptExpressions KeptExpressions;

KeptExpressions *kept_expressions_new(void);
void kept_expressions_free(KeptExpressions *kept); /* accepts NULL */
/* The catalog has changed: compile anew. */
void kept_expressions_forget(KeptExpressions *kept);
/* NULL when it does not fit the catalog, which is the same from one forgetting to the next. Lives
 * until then. */
const Expression *kept_expressions_get(KeptExpressions *kept, Text source, const Catalog *catalog,
                                       ExpectedResult expected);
