/* memory.h -- heap memory that is never NULL: out of memory aborts with the size asked for.
 *
 * For the few objects that outlive an arena; everything else comes from arena.h. Free with free().
 */
#pragma once

#include <stddef.h>

void *memory_alloc(size_t size_bytes);                  /* zeroed; size 0 gives a valid pointer */
void *memory_resize(void *memory, size_t size_bytes);   /* as realloc; new bytes are not zeroed */
size_t memory_product(size_t count, size_t size_bytes); /* aborts on overflow */

#define MEMORY_NEW(Type) ((Type *)memory_alloc(sizeof(Type)))
