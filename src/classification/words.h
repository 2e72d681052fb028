/* words.h -- words that definitions use for choices which have none elsewhere. */
#pragma once

#include "analysis/abc.h"

const char *abc_rest_code(AbcRest rest); /* "unclassified", "last", "ranked" */
bool abc_rest_parse(Text code, AbcRest *ret_rest);
