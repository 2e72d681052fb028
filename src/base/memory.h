/* memory.h -- heap memory that is never NULL: out of memory aborts with the size asked for.
 *
 * For the few objects that outlive an arena; everything else comes from arena.h. Free with free().
 */
#pragma once

#include <stddef.h>

void *memory_alloc(size_t size_bytes);                /* zeroed; size 0 gives a valid pointer */
void *memory_resize(void *memory, size_t size_bytes); /* as realloc; new bytes are not zeroed */
/* For arrays of many MiB that are read in no order: aligned to large pages where the system has
 * them, not zeroed. */
void *memory_alloc_large(size_t size_bytes);
size_t memory_product(size_t count, size_t size_bytes); /* aborts on overflow */

/* Memory of the machine; a cautious 1 GiB when the system does not tell. */
size_t memory_of_machine_bytes(void);

#define MEMORY_NEW(Type) ((Type *)memory_alloc(sizeof(Type)))
