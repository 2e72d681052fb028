/* labels.h -- words of tables and cards in the three languages of the product. */
#pragma once

#include "model/voice.h"

typedef enum {
#define LABEL(name, en, ru, uk) LABEL_##name,
#include "cli/labels.def"
#undef LABEL
    LABEL_COUNT
} Label;

Text label_get(Label label, Language language);
/* A label with places {0}, {1}, ... filled. */
Text label_say(Label label, Voice voice, const Text *parts, size_t parts_count);
/* LABEL_SAY(voice, NAME, part, ...) */
#define LABEL_SAY(voice, name, ...)                             \
    label_say(LABEL_##name, voice, (const Text[]){__VA_ARGS__}, \
              sizeof((const Text[]){__VA_ARGS__}) / sizeof(Text))
