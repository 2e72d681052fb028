/* event_memory.h -- memory of one thread for the steps that look at events: arrays that only grow,
 * used again for every run. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum {
    ROOM_POSITIONS, /* of one row's events */
    ROOM_KEYS,
    ROOM_SPARE,
    ROOM_NUMBERS, /* of all events of a run */
    ROOM_CODES,
    ROOM_PERIODS,
    ROOM_SEEN, /* by code; see event_memory_mark */
    ROOM_TALLIES,
    ROOMS_COUNT
} Room;

typedef struct EventMemory EventMemory;

EventMemory *event_memory_new(void);
void event_memory_free(EventMemory *memory); /* accepts NULL */

/* Room for so many bytes; what was there is lost when it had fewer. Zeroed when it is new. Kernels
 * may read and write beyond its end as far as they do for columns. */
void *event_memory_room(EventMemory *memory, Room room, size_t size_bytes);
/* A mark that no place of ROOM_SEEN and ROOM_TALLIES holds, so that nothing is cleared per row. */
uint32_t event_memory_mark(EventMemory *memory);
