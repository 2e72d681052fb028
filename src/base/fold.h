/* fold.h -- the one way texts are compared in the product.
 *
 * Folding = NFC, full case folding, ё becomes е, every run of white space (U+00A0, tabs, line
 * breaks included) becomes one space, trimmed. Letters й and ї keep their marks. The only file that
 * includes utf8proc is fold.c; ASCII and plain Cyrillic take a fast path with the same result. */
#pragma once

#include "base/arena.h"

/* The folded form of valid UTF-8 (malformed bytes become U+FFFD). May return a view of `text`
 * itself when it is already folded, so the result lives as long as both. */
Text text_fold(Text text, Arena *arena);

/* Only the letters and digits of the folded form: "Customer_ID" and "customer id" are "customerid".
 * Nothing of "№" and apostrophes stays. */
Text text_squeeze(Text text, Arena *arena);

bool text_equal_folded(Text a, Text b);
int text_compare_folded(Text a, Text b); /* order of code points of the folded forms */
Text text_nfc(Text text, Arena *arena);  /* NFC only, spaces kept */
