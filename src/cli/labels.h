/* labels.h -- words of tables and cards in the three languages of the product. */
#pragma once

#include "model/language.h"

typedef enum {
#define LABEL(name, en, ru, uk) LABEL_##name,
#include "cli/labels.def"
#undef LABEL
    LABEL_COUNT
} Label;

Text label_get(Label label, Language language);
