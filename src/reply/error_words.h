/* error_words.h -- error sentences in the reader's language: the formats of error_set translated.
 *
 * The tables are src/reply/errors/FOLDER.def, one row for each format that src/FOLDER gives to
 * error_set, error_set_system or error_prefix; tools/tidy.py sees that none is missing, that none
 * is left over, and that the conversions agree. */
#pragma once

#include "base/error.h"
#include "model/language.h"

/* For error_speak. English is written as it is: NULL. */
ErrorWords error_words_of(Language language);
