/* event_memory.c -- arrays that only grow. */
#include "engine/event_memory.h"

#include "base/memory.h"
#include "columns/image.h"

#include <stdlib.h>
#include <string.h>

struct EventMemory {
    struct {
        void *bytes;
        size_t size_bytes;
    } rooms[ROOMS_COUNT];
    uint32_t mark;
};

EventMemory *event_memory_new(void)
{
    return MEMORY_NEW(EventMemory);
}

void event_memory_free(EventMemory *memory)
{
    if (memory == NULL) return;
    for (int i = 0; i < ROOMS_COUNT; i++)
        free(memory->rooms[i].bytes);
    free(memory);
}

void *event_memory_room(EventMemory *memory, Room room, size_t size_bytes)
{
    if (memory->rooms[room].bytes == NULL || memory->rooms[room].size_bytes < size_bytes) {
        free(memory->rooms[room].bytes);
        size_t grown = size_bytes + size_bytes / 4;
        memory->rooms[room].bytes = memory_alloc(grown + IMAGE_SLACK_BYTES);
        memory->rooms[room].size_bytes = grown;
    }
    return memory->rooms[room].bytes;
}

uint32_t event_memory_mark(EventMemory *memory)
{
    if (memory->mark == UINT32_MAX) {
        for (int room = ROOM_SEEN; room <= ROOM_TALLIES; room++)
            if (memory->rooms[room].bytes != NULL)
                memset(memory->rooms[room].bytes, 0, memory->rooms[room].size_bytes);
        memory->mark = 0;
    }
    return ++memory->mark;
}
