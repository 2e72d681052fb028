/* memory.c -- heap memory that aborts when there is none. */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

static void *check_memory(void *memory, size_t size_bytes)
{
    if (memory == NULL) {
        fprintf(stderr, "out of memory: %zu bytes asked for\n", size_bytes);
        abort();
    }
    return memory;
}

void *memory_alloc(size_t size_bytes)
{
    return check_memory(calloc(1, size_bytes == 0 ? 1 : size_bytes), size_bytes);
}

void *memory_resize(void *memory, size_t size_bytes)
{
    return check_memory(realloc(memory, size_bytes == 0 ? 1 : size_bytes), size_bytes);
}

size_t memory_product(size_t count, size_t size_bytes)
{
    size_t product;
    if (__builtin_mul_overflow(count, size_bytes, &product)) check_memory(NULL, (size_t)-1);
    return product;
}
