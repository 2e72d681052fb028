/* say.h -- what an import tells its reader, in his language. */
#pragma once

#include "model/voice.h"

typedef enum {
#define MESSAGE(name, en, ru, uk) MESSAGE_##name,
#include "ingest/messages.def"
#undef MESSAGE
    MESSAGE_COUNT
} Message;

Text say(Voice voice, Message message);
Text say_with(Voice voice, Message message, const Text *parts, size_t parts_count);
/* SAY(voice, NAME, part, ...): the parts fill the places {0}, {1}, ... */
#define SAY(voice, name, ...)                                    \
    say_with(voice, MESSAGE_##name, (const Text[]){__VA_ARGS__}, \
             sizeof((const Text[]){__VA_ARGS__}) / sizeof(Text))
