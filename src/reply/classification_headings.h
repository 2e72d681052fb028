/* classification_headings.h -- words of tables about classifications. Inside of src/reply. */
#pragma once

#include "reply/output.h"

typedef enum {
#define HEADING(name, key, en, ru, uk) HEADING_##name,
#include "reply/classification_heading.def"
#undef HEADING
    HEADING_COUNT
} Heading;

OutputColumn heading_column(Heading heading, Type type, Language language);
Text heading_word(Heading heading, Language language);
/* The heading of a stored column by its name; the name itself when there is none. */
OutputColumn heading_of_number(Text name, Type type, Language language);
/* Who came and who went have words of their own for people, and nothing for programs. */
Text heading_class(Text name, Heading without, OutputOptions options);
