/* say.c -- what an import tells its reader, in his language. */
#include "ingest/say.h"

#include "base/error.h"

Text say_with(Voice voice, Message message, const Text *parts, size_t parts_count)
{
    static const Wording messages[MESSAGE_COUNT] = {
#define MESSAGE(name, en, ru, uk) \
    [MESSAGE_##name] = {{[LANGUAGE_EN] = (en), [LANGUAGE_RU] = (ru), [LANGUAGE_UK] = (uk)}},
#include "ingest/messages.def"
#undef MESSAGE
    };
    ASSERT(message < MESSAGE_COUNT);
    return voice_say(voice, &messages[message], parts, parts_count);
}

Text say(Voice voice, Message message)
{
    return say_with(voice, message, NULL, 0);
}
