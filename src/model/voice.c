/* voice.c -- sentences in the reader's language: patterns in three languages, filled with parts. */
#include "model/voice.h"

#include "base/buffer.h"
#include "base/error.h"

Text voice_say(Voice voice, const Wording *wording, const Text *parts, size_t parts_count)
{
    AUTO(buffer_done) Buffer out = {0};
    for (const char *at = wording->in [voice.language]; *at != '\0'; at++) {
        bool is_place = at[0] == '{' && at[1] >= '0' && at[1] <= '9' && at[2] == '}';
        if (!is_place) {
            buffer_char(&out, *at);
            continue;
        }
        size_t part = (size_t)(at[1] - '0');
        if (part < parts_count) buffer_text(&out, parts[part]);
        at += sizeof "{0}" - 2;
    }
    return arena_text(voice.arena, buffer_view(&out));
}

Text voice_count(Voice voice, uint64_t count)
{
    return arena_printf(voice.arena, "%llu", (unsigned long long)count);
}
