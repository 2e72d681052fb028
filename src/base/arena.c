/* arena.c -- memory with one lifetime, taken from doubling blocks.
 *
 * 1. `current` is the block being filled; `full` holds the others in use; `spare` holds the blocks
 *    a reset gave back, which are used again before new ones are made.
 * 2. Every byte of a block not handed out is poisoned under AddressSanitizer, and each piece is
 *    followed by a poisoned gap, so that both running over and use after reset are reported. */
#include "base/arena.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define IS_POISONED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define IS_POISONED 1
#endif

#ifdef IS_POISONED
#include <sanitizer/asan_interface.h>
enum { GAP_SIZE = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { GAP_SIZE = 0 };
#endif

enum {
    ALIGNMENT = _Alignof(max_align_t),
    BLOCK_SIZE_MIN = 4096,
    BLOCK_SIZE_MAX = 1 << 22,
    /* A piece larger than this share of the next block gets a block of its own, so that the room
     * left in the current one is not lost. */
    OWN_BLOCK_SHARE = 4,
};

typedef struct Block {
    struct Block *next;
    size_t size; /* bytes of `data` */
    size_t used; /* multiple of ALIGNMENT */
    /* Bytes from the beginning that may hold something: those handed out before a reset. The rest
     * is zero as the system gave it, and large pieces of it are not touched before they are used.
     */
    size_t dirty;
    max_align_t data[];
} Block;

struct Arena {
    Block *current, *full, *spare;
    size_t next_block_size;
    size_t used_bytes; /* what was handed out, rounded up to the alignment */
};

Arena *arena_new(void)
{
    Arena *arena = MEMORY_NEW(Arena);
    arena->next_block_size = BLOCK_SIZE_MIN;
    return arena;
}

static char *block_bytes(Block *block)
{
    return (char *)block->data;
}

static void free_blocks(Block *block)
{
    while (block != NULL) {
        Block *next = block->next;
        ASAN_UNPOISON_MEMORY_REGION(block_bytes(block), block->size);
        free(block);
        block = next;
    }
}

void arena_free(Arena *arena)
{
    if (arena == NULL) return;
    free_blocks(arena->current);
    free_blocks(arena->full);
    free_blocks(arena->spare);
    free(arena);
}

void arena_done(Arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

static void make_spare(Arena *arena, Block *block)
{
    if (block->used > block->dirty) block->dirty = block->used;
    block->used = 0;
    ASAN_POISON_MEMORY_REGION(block_bytes(block), block->size);
    block->next = arena->spare;
    arena->spare = block;
}

void arena_reset(Arena *arena)
{
    while (arena->full != NULL) {
        Block *block = arena->full;
        arena->full = block->next;
        make_spare(arena, block);
    }
    if (arena->current != NULL) make_spare(arena, arena->current);
    arena->current = NULL;
    arena->used_bytes = 0;
}

size_t arena_used_bytes(const Arena *arena)
{
    return arena->used_bytes;
}

/* The smallest spare block that is large enough, taken off the list, or NULL. */
static Block *take_spare_block(Arena *arena, size_t size_bytes)
{
    Block **best = NULL;
    for (Block **link = &arena->spare; *link != NULL; link = &(*link)->next) {
        if ((*link)->size < size_bytes) continue;
        if (best == NULL || (*link)->size < (*best)->size) best = link;
    }
    if (best == NULL) return NULL;
    Block *block = *best;
    *best = block->next;
    return block;
}

static Block *new_block(size_t size_bytes)
{
    ASSERT(size_bytes <= SIZE_MAX - sizeof(Block));
    Block *block = memory_alloc(sizeof(Block) + size_bytes);
    block->size = size_bytes;
    ASAN_POISON_MEMORY_REGION(block_bytes(block), size_bytes);
    return block;
}

/* A block with room for size_bytes; becomes the current one unless the piece is large. */
static Block *block_with_room(Arena *arena, size_t size_bytes)
{
    Block *current = arena->current;
    if (current != NULL && current->size - current->used >= size_bytes) return current;
    Block *block = take_spare_block(arena, size_bytes);
    bool is_large = size_bytes > arena->next_block_size / OWN_BLOCK_SHARE;
    if (block == NULL && is_large) {
        block = new_block(size_bytes);
    } else if (block == NULL) {
        block = new_block(arena->next_block_size);
        if (arena->next_block_size < BLOCK_SIZE_MAX) arena->next_block_size *= 2;
    }
    if (is_large && current != NULL) {
        block->next = arena->full;
        arena->full = block;
        return block;
    }
    if (current != NULL) {
        current->next = arena->full;
        arena->full = current;
    }
    block->next = NULL;
    arena->current = block;
    return block;
}

/* Memory of which at most the first *ret_dirty_bytes are not zero. */
static void *take_noting(Arena *arena, size_t size_bytes, size_t *ret_dirty_bytes)
{
    if (size_bytes == 0) size_bytes = 1;
    if (size_bytes > SIZE_MAX / 2) memory_product(SIZE_MAX, 2);
    size_t padded = (size_bytes + GAP_SIZE + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    Block *block = block_with_room(arena, padded);
    char *piece = block_bytes(block) + block->used;
    *ret_dirty_bytes = block->dirty > block->used ? block->dirty - block->used : 0;
    block->used += padded;
    arena->used_bytes += padded;
    ASAN_UNPOISON_MEMORY_REGION(piece, size_bytes);
    return piece;
}

/* Memory that is not zeroed. */
static void *take(Arena *arena, size_t size_bytes)
{
    size_t dirty_bytes;
    return take_noting(arena, size_bytes, &dirty_bytes);
}

void *arena_alloc(Arena *arena, size_t size_bytes)
{
    size_t dirty_bytes;
    char *piece = take_noting(arena, size_bytes, &dirty_bytes);
    return memset(piece, 0, dirty_bytes < size_bytes ? dirty_bytes : size_bytes);
}

void *arena_alloc_array(Arena *arena, size_t count, size_t element_size_bytes)
{
    return arena_alloc(arena, memory_product(count, element_size_bytes));
}

Text arena_text(Arena *arena, Text text)
{
    char *copy = take(arena, text.size + 1);
    if (text.size != 0) memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return (Text){copy, text.size};
}

const char *arena_cstr(Arena *arena, Text text)
{
    return arena_text(arena, text).data;
}

Text arena_printf(Arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ASSERT(size >= 0);
    char *copy = take(arena, (size_t)size + 1);
    vsnprintf(copy, (size_t)size + 1, format, again);
    va_end(again);
    return (Text){copy, (size_t)size};
}

void *arena_grow(Arena *arena, const void *items, size_t count, size_t *capacity,
                 size_t element_size_bytes)
{
    enum { FIRST_COUNT = 8 };
    size_t new_capacity = *capacity == 0 ? FIRST_COUNT : memory_product(*capacity, 2);
    ASSERT(count <= *capacity);
    size_t size_bytes = memory_product(new_capacity, element_size_bytes);
    size_t old_size_bytes = count * element_size_bytes;
    char *grown = take(arena, size_bytes);
    if (old_size_bytes != 0) memcpy(grown, items, old_size_bytes);
    memset(grown + old_size_bytes, 0, size_bytes - old_size_bytes);
    *capacity = new_capacity;
    return grown;
}
