/* typed_text.h -- values of properties as a person types them, and values moved between types. */
#pragma once

#include "base/error.h"
#include "model/property.h"

/* "1 000.50", "31.03.2026" or "2026-03-31", "yes", "да", "a|b" for several values; empty is
 * missing. The value is in the form in which it is stored. errors  INVALID what the property cannot
 * hold; the value of a personal one is not repeated */
MUST_CHECK Status typed_text_read(const Property *property, Text text, Arena *arena,
                                  Value *ret_value, Error *err);

/* A value of some type as one of the property: a ratio is rounded half to even to its
 * decimals, an exact number must fit into them, a moment becomes its day, anything else is read
 * from its text. INVALID when that cannot be. */
MUST_CHECK Status typed_value_convert(const Property *property, Value value, Type type,
                                      Arena *arena, Value *ret_value, Error *err);
