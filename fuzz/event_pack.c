/* event_pack.c -- fuzz target: any bytes as a pack of events are read without a crash, and what is
 * accepted is the one encoding of what it holds. */
#include "store/event_pack.h"
#include "base/error.h"

#include <string.h>

enum { FIELDS_COUNT = 17, OUT_BYTES_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t out[OUT_BYTES_MAX];
    FieldForm forms[FIELDS_COUNT];
    PackedValue values[FIELDS_COUNT];
    for (size_t i = 0; i < FIELDS_COUNT; i++)
        forms[i] = (FieldForm)(i % 3);
    PackShape shape = {forms, FIELDS_COUNT};
    EventContent content = {.values = values};
    PackReader reader;
    PackedEvent event;
    Text key;
    if (!pack_open(&reader, (Text){(const char *)data, size})) return 0;
    while (pack_next(&reader, &event) == PACK_EVENT) {
        (void)content_key(event.content, &key);
        (void)content_hash(event.content);
        if (!content_decode(&shape, event.content, &content)) continue;
        if (content_size_max(&shape, &content) > OUT_BYTES_MAX) continue;
        size_t encoded = content_encode(&shape, &content, out);
        ASSERT(encoded == event.content.size);
        ASSERT(memcmp(out, event.content.data, encoded) == 0);
        ASSERT(content_is_same(event.content, event.content));
    }
    return 0;
}
