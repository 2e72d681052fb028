/* voice.h -- sentences in the reader's language: patterns in three languages, filled with parts.
 *
 * Each folder that talks to people has its own table of patterns (a .def with three columns); this
 * is how all of them are filled. */
#pragma once

#include "base/arena.h"
#include "model/language.h"

/* Who speaks: in which language, and where the sentences live. */
typedef struct {
    Arena *arena;
    Language language;
} Voice;

/* One sentence, whose places {0} .. {9} are filled with parts. */
typedef struct {
    const char *in[LANGUAGE_COUNT];
} Wording;

/* A place without a part stays empty. */
Text voice_say(Voice voice, const Wording *wording, const Text *parts, size_t parts_count);
/* A count as a part: digits alone. */
Text voice_count(Voice voice, uint64_t count);
