/* named_texts.h -- whatever is kept as text of the language under a name: metrics, segments,
 * classifications; reading all of them, keeping one with other texts. Inside of src/app. */
#pragma once

#include "app/app.h"

typedef struct NamedText NamedText;
struct NamedText {
    const char *kind; /* "metric", "segment", "classification" */
    Text name;
    uint32_t id;       /* of a segment or a classification */
    Text *expressions; /* any of them may be empty */
    size_t expressions_count;
    Text columns; /* "EXPRESSION as name, ..."; empty: none */
    /* Keep it with the texts that it has now, inside of a batch. */
    Status (*rewrite)(App *app, const NamedText *named, Error *err);
};

typedef struct {
    NamedText *items;
    size_t count, capacity;
} NamedTextList;

/* All of them; texts are borrowed from the app, the lists of them live in the arena. */
void named_texts_list(App *app, Arena *arena, NamedTextList *ret_list);

/* One alone: of a card, of a definition, whoever is going to keep them. */
NamedText named_text_of_card(uint32_t segment_id, const SegmentCard *card, Arena *arena);
NamedText named_text_of_definition(uint32_t classification_id, Text name,
                                   const Definition *definition, Arena *arena);
/* The definition with the texts of `named`, which was made from it. */
Definition named_text_to_definition(const NamedText *named, const Definition *definition,
                                    Arena *arena);
