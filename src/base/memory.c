/* memory.c -- heap memory that aborts when there is none. */
#include "base/memory.h"

#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE_PAGE_BYTES = 2 << 20 };

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

void *memory_alloc_large(size_t size_bytes)
{
    ASSERT(size_bytes <= SIZE_MAX - LARGE_PAGE_BYTES);
    size_t size = (size_bytes + LARGE_PAGE_BYTES - 1) / LARGE_PAGE_BYTES * LARGE_PAGE_BYTES;
    void *memory = check_memory(aligned_alloc(LARGE_PAGE_BYTES, size), size);
    madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

size_t memory_product(size_t count, size_t size_bytes)
{
    size_t product;
    if (__builtin_mul_overflow(count, size_bytes, &product)) check_memory(NULL, (size_t)-1);
    return product;
}

size_t memory_of_machine_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || page_bytes <= 0) return (size_t)1 << 30;
    return memory_product((size_t)pages, (size_t)page_bytes);
}
