/* regex.h -- regular expressions of bounded cost (PCRE2 with match, depth and heap limits).
 *
 * Both the pattern and the searched text are folded the product's way: the pattern is matched
 * without case, ё in the pattern is е, against folded text. */
#pragma once

#include "base/error.h"
#include "base/text.h"

typedef struct Regex Regex;

/* INVALID with the reason and position when the pattern does not compile or is over the limit. */
MUST_CHECK Status regex_open(Text pattern, Regex **ret_regex, Error *err);
void regex_close(Regex *regex); /* accepts NULL */
void regex_done(Regex **regex);
/* Search the folded text; several threads may search with one Regex. LIMIT when the pattern needs
 * more steps than allowed (some tenths of a second's work), or the text is over 64 KiB. */
MUST_CHECK Status regex_search(const Regex *regex, Text folded_text, bool *ret_found, Error *err);
