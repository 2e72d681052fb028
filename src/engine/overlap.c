/* overlap.c -- how many customers every two of many sets have in common: chunk by chunk of all
 * sets, so that each is read from memory once.
 *
 * In a chunk a set of few customers is a list of their places, tested against the bits of the
 * other; two larger ones are compared word by word. */
#include "engine/overlap.h"

#include "base/memory.h"
#include "base/thread.h"
#include "engine/kernels.h"
#include "engine/vector.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK_WORDS = 256,
    FEW = 96,      /* customers whose places are tested as fast as the words are compared */
    TILE_SETS = 8, /* whose chunks stay in the nearest cache */
    THREADS_MAX = 256
};

/* A set within a chunk. */
typedef struct {
    const uint64_t *words; /* CHUNK_WORDS of them */
    uint32_t count;
    uint16_t places[FEW]; /* when there are so few */
} Part;

/* What threads share. */
typedef struct {
    const CustomerSet *const *sets;
    size_t sets_count, chunks_count;
    const Kernels *kernels;
    atomic_size_t next_chunk;
} Overlap;

typedef struct {
    Overlap *overlap;
    Part *parts;      /* by set; those with customers in the chunk first */
    uint32_t *set_of; /* of a part */
    size_t parts_count;
    uint64_t *tail; /* CHUNK_WORDS per set that ends within the chunk */
    uint64_t *counts;
    Thread thread;
} Counter;

/* ---- a chunk of each set ---- */

static const uint64_t *words_of(const Counter *counter, size_t set, size_t chunk)
{
    const CustomerSet *from = counter->overlap->sets[set];
    size_t first = chunk * CHUNK_WORDS;
    if (first >= from->words_count) return NULL;
    if (from->words_count - first >= CHUNK_WORDS) return from->words + first;
    uint64_t *tail = counter->tail + set * CHUNK_WORDS;
    memset(tail, 0, CHUNK_WORDS * sizeof *tail);
    memcpy(tail, from->words + first, (from->words_count - first) * sizeof *tail);
    return tail;
}

static void list_places(Part *part)
{
    size_t count = 0;
    for (size_t word = 0; word < CHUNK_WORDS; word++)
        for (uint64_t rest = part->words[word]; rest != 0; rest &= rest - 1)
            part->places[count++] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(rest));
}

static void take_chunk(Counter *counter, size_t chunk)
{
    const Overlap *overlap = counter->overlap;
    counter->parts_count = 0;
    for (size_t set = 0; set < overlap->sets_count; set++) {
        const uint64_t *words = words_of(counter, set, chunk);
        if (words == NULL) continue;
        uint64_t count = overlap->kernels->count_bits(words, CHUNK_WORDS);
        if (count == 0) continue;
        Part *part = &counter->parts[counter->parts_count];
        part->words = words;
        part->count = (uint32_t)count;
        if (count <= FEW) list_places(part);
        counter->set_of[counter->parts_count++] = (uint32_t)set;
    }
}

/* ---- pairs ---- */

static uint64_t test_places(const Part *few, const uint64_t *words)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < few->count; i++)
        count += words[few->places[i] / 64] >> few->places[i] % 64 & 1;
    return count;
}

static uint64_t count_pair(const Kernels *kernels, const Part *a, const Part *b)
{
    const Part *smaller = a->count < b->count ? a : b, *larger = smaller == a ? b : a;
    if (smaller->count <= FEW) return test_places(smaller, larger->words);
    return kernels->count_common_bits(a->words, b->words, CHUNK_WORDS);
}

/* All parts against those of a tile, which come first: counts[i][j] for sets i <= j. */
static void count_tile(const Counter *counter, size_t tile_begin, size_t tile_end)
{
    const Overlap *overlap = counter->overlap;
    for (size_t j = tile_begin; j < counter->parts_count; j++)
        for (size_t i = tile_begin; i < tile_end && i <= j; i++) {
            const Part *a = &counter->parts[i], *b = &counter->parts[j];
            uint64_t common = i == j ? a->count : count_pair(overlap->kernels, a, b);
            counter->counts[counter->set_of[i] * overlap->sets_count + counter->set_of[j]] +=
                common;
        }
}

static void count_chunks(void *context)
{
    Counter *counter = context;
    Overlap *overlap = counter->overlap;
    for (;;) {
        size_t chunk = atomic_fetch_add(&overlap->next_chunk, 1);
        if (chunk >= overlap->chunks_count) return;
        take_chunk(counter, chunk);
        for (size_t begin = 0; begin < counter->parts_count; begin += TILE_SETS) {
            size_t left = counter->parts_count - begin;
            count_tile(counter, begin, begin + (left < TILE_SETS ? left : TILE_SETS));
        }
    }
}

/* ---- threads ---- */

static Counter counter_new(Overlap *overlap)
{
    size_t count = overlap->sets_count;
    return (Counter){
        .overlap = overlap,
        .parts = memory_alloc(memory_product(count, sizeof(Part))),
        .set_of = memory_alloc(memory_product(count, sizeof(uint32_t))),
        .tail = memory_alloc(memory_product(count, CHUNK_WORDS * sizeof(uint64_t))),
        .counts = memory_alloc(memory_product(count, count * sizeof(uint64_t))),
    };
}

static void counter_free(Counter *counter)
{
    free(counter->parts);
    free(counter->set_of);
    free(counter->tail);
    free(counter->counts);
}

static void add_counts(const Counter *counter, uint64_t *counts)
{
    size_t count = counter->overlap->sets_count;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i; j < count; j++) {
            counts[i * count + j] += counter->counts[i * count + j];
            counts[j * count + i] = counts[i * count + j];
        }
}

static unsigned threads_wanted(unsigned threads_count, size_t chunks_count)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = threads_count != 0 ? threads_count : processors > 0 ? (size_t)processors : 1;
    if (count > chunks_count) count = chunks_count;
    if (count > THREADS_MAX) count = THREADS_MAX;
    return count == 0 ? 1 : (unsigned)count;
}

/* The calling thread is one of them. */
static Status count_with(Overlap *overlap, unsigned threads_count, Counter *counters, Error *err)
{
    Status status = STATUS_OK;
    unsigned started = 1;
    for (; started < threads_count && status == STATUS_OK; started++)
        status = thread_start(count_chunks, &counters[started], &counters[started].thread, err);
    if (status != STATUS_OK) {
        started--; /* the one that did not start */
        atomic_store(&overlap->next_chunk, overlap->chunks_count);
    } else {
        count_chunks(&counters[0]);
    }
    for (unsigned i = 1; i < started; i++)
        thread_join(counters[i].thread);
    return status;
}

Status overlap_count(const CustomerSet *const *sets, size_t sets_count, unsigned threads_count,
                     uint64_t *ret_counts, Error *err)
{
    Overlap overlap = {
        .sets = sets, .sets_count = sets_count, .kernels = kernels_of(engine_level())};
    size_t words_count = 0;
    for (size_t i = 0; i < sets_count; i++)
        if (sets[i]->words_count > words_count) words_count = sets[i]->words_count;
    overlap.chunks_count = (words_count + CHUNK_WORDS - 1) / CHUNK_WORDS;
    unsigned threads = threads_wanted(threads_count, overlap.chunks_count);
    Counter *counters = memory_alloc(memory_product(threads, sizeof *counters));
    for (unsigned i = 0; i < threads; i++)
        counters[i] = counter_new(&overlap);
    Status status = count_with(&overlap, threads, counters, err);
    if (status == STATUS_OK) {
        memset(ret_counts, 0, sets_count * sets_count * sizeof *ret_counts);
        for (unsigned i = 0; i < threads; i++)
            add_counts(&counters[i], ret_counts);
    }
    for (unsigned i = 0; i < threads; i++)
        counter_free(&counters[i]);
    free(counters);
    return status;
}
