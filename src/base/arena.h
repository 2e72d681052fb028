/* arena.h -- memory with one lifetime: many small allocations, freed together.
 *
 * A function that takes an Arena puts its result there; nothing is freed one by one. Out of memory
 * aborts. Under AddressSanitizer freed and reset memory is poisoned. */
#pragma once

#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);  /* accepts NULL */
void arena_done(Arena **arena); /* for AUTO(arena_done); sets the variable to NULL */
void arena_reset(Arena *arena); /* forgets all contents, keeps the memory for reuse */
size_t arena_used_bytes(const Arena *arena);

/* Zeroed memory aligned for any type; size 0 gives a valid pointer. */
void *arena_alloc(Arena *arena, size_t size_bytes);
/* As arena_alloc for count elements; aborts on overflow of the product. */
void *arena_alloc_array(Arena *arena, size_t count, size_t element_size_bytes);
Text arena_text(Arena *arena, Text text);        /* a copy, NUL after the end */
const char *arena_cstr(Arena *arena, Text text); /* a copy as a C string */
Text arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, Type)          ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_alloc_array((arena), (count), sizeof(Type)))

/* Growing array in an arena: struct { T *items; size_t count, capacity; }. Doubling leaves the old
 * copy in the arena, so the waste is at most the final size. */
#define ARENA_PUSH(arena, list, value)                                                           \
    do {                                                                                         \
        if ((list)->count == (list)->capacity)                                                   \
            (list)->items = arena_grow((arena), (list)->items, (list)->count, &(list)->capacity, \
                                       sizeof(*(list)->items));                                  \
        (list)->items[(list)->count++] = (value);                                                \
    } while (0)

void *arena_grow(Arena *arena, const void *items, size_t count, size_t *capacity,
                 size_t element_size_bytes);
