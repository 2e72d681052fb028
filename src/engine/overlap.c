/* overlap.c -- how many customers every two of many sets have in common.
 *
 * Customers are taken chunk by chunk. Few sets are compared in pairs: word by word, or, when one
 * has few customers there, by testing their bits in the other. Of many sets the bits are turned, so
 * that each customer has a row with a bit per set; then, for each set, the rows of its customers
 * are added up column by column, 256 columns at a time: that work grows with the sizes of the sets
 * and not with the number of pairs times all customers. A set of more than half of the customers
 * adds the rows of those who are not in it, which leaves the others. */
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
    ROWS_BYTES = 256 * 1024, /* rows of a chunk stay in the second cache */
    CHUNK_WORDS_MAX = 256,
    GROUP_SETS = 256,
    GROUP_WORDS = GROUP_SETS / 64,
    PAIRS_SETS_MAX = 256, /* more are turned */
    FEW = 96,             /* customers whose bits are tested as fast as the words are compared */
    TILE_SETS = 8,        /* whose chunks stay in the nearest cache */
    SAMPLED_CHUNKS = 16,  /* one chunk of so many is counted to learn which sets are small */
    ADDED_TOGETHER = 16,  /* Kernels.add_rows */
    THREADS_MAX = 64
};

/* A set, in the order of work: those with the fewest rows to add first. Set i counts the columns of
 * its own group of 256 and of those after it, so that the large ones count few. */
typedef struct {
    const CustomerSet *set;
    size_t number; /* in the caller's order */
    uint64_t sampled;
    bool is_opposite; /* the rows of those who are not in it are added */
} Member;

/* A set within a chunk, when sets are compared in pairs. */
typedef struct {
    const uint64_t *words; /* CHUNK_WORDS_MAX of them */
    size_t count;
    uint16_t places[FEW + ADDED_TOGETHER]; /* when there are so few */
} Part;

/* What threads share. */
typedef struct {
    Member *members;
    bool is_in_pairs;
    size_t count, groups_count;
    size_t words_count, chunk_words, chunks_count;
    const Kernels *kernels;
    atomic_size_t next_chunk;
} Overlap;

/* One thread. */
typedef struct {
    Overlap *overlap;
    uint64_t *rows; /* of the customers of a chunk, and one without bits after them */
    uint16_t *places;
    uint64_t *slices; /* of each member, for all groups: Kernels.add_rows */
    uint64_t *totals; /* by member: how many are in it */
    /* In pairs: */
    Part *parts;     /* by member */
    uint64_t *tails; /* CHUNK_WORDS_MAX by member, for sets that end within a chunk */
    uint64_t *pairs; /* pairs[i * count + j], i < j: customers of members i and j */
    Thread thread;
} Counter;

static size_t row_words(const Overlap *overlap)
{
    return overlap->groups_count * GROUP_WORDS;
}

static size_t slices_words(const Overlap *overlap)
{
    return overlap->groups_count * KERNEL_SLICES * GROUP_WORDS;
}

/* ---- the order of work ---- */

static uint64_t word_at(const CustomerSet *set, size_t word)
{
    return word < set->words_count ? set->words[word] : 0;
}

static int compare_members(const void *left, const void *right)
{
    const Member *a = left, *b = right;
    if (a->sampled != b->sampled) return a->sampled < b->sampled ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static void order_members(Overlap *overlap)
{
    for (size_t i = 0; i < overlap->count; i++) {
        Member *member = &overlap->members[i];
        uint64_t all = 0;
        for (size_t word = 0; word < overlap->words_count; word++) {
            if (word / overlap->chunk_words % SAMPLED_CHUNKS != 0) continue;
            member->sampled += (uint64_t)__builtin_popcountll(word_at(member->set, word));
            all += 64;
        }
        member->is_opposite = !overlap->is_in_pairs && member->sampled > all / 2;
        if (member->is_opposite) member->sampled = all - member->sampled;
    }
    qsort(overlap->members, overlap->count, sizeof *overlap->members, compare_members);
}

/* ---- a chunk ---- */

static void make_rows(Counter *counter, size_t first_word, size_t words_count)
{
    const Overlap *overlap = counter->overlap;
    size_t stride = row_words(overlap);
    for (size_t first = 0; first < overlap->count; first += 64)
        for (size_t word = 0; word < words_count; word++) {
            uint64_t square[64] = {0};
            for (size_t i = 0; i < 64 && first + i < overlap->count; i++)
                square[i] = word_at(overlap->members[first + i].set, first_word + word);
            overlap->kernels->turn(square);
            uint64_t *row = counter->rows + word * 64 * stride + first / 64;
            for (size_t i = 0; i < 64; i++, row += stride)
                *row = square[i];
        }
    memset(counter->rows + words_count * 64 * stride, 0, stride * sizeof *counter->rows);
}

/* The rows to add of a member, a multiple of ADDED_TOGETHER. */
static size_t list_places(Counter *counter, size_t index, size_t first_word, size_t words_count)
{
    const Member *member = &counter->overlap->members[index];
    uint64_t flip = member->is_opposite ? ~UINT64_C(0) : 0;
    const CustomerSet *set = member->set;
    uint16_t *places = counter->places;
    size_t there = first_word < set->words_count ? set->words_count - first_word : 0;
    if (there > words_count) there = words_count;
    size_t count = there == 0 ? 0
                              : counter->overlap->kernels->list_bits(set->words + first_word, there,
                                                                     flip, places);
    for (size_t i = there * 64; flip != 0 && i < words_count * 64; i++)
        places[count++] = (uint16_t)i;
    counter->totals[index] += member->is_opposite ? words_count * 64 - count : count;
    for (; count % ADDED_TOGETHER != 0; count++)
        places[count] = (uint16_t)(words_count * 64);
    return count;
}

static void count_rows(Counter *counter, size_t first_word, size_t words_count)
{
    const Overlap *overlap = counter->overlap;
    size_t stride = row_words(overlap);
    make_rows(counter, first_word, words_count);
    for (size_t i = 0; i < overlap->count; i++) {
        size_t places_count = list_places(counter, i, first_word, words_count);
        size_t group = i / GROUP_SETS;
        uint64_t *slices = counter->slices + i * slices_words(overlap);
        overlap->kernels->add_rows(counter->rows + group * GROUP_WORDS, stride,
                                   overlap->groups_count - group, counter->places, places_count,
                                   slices + group * KERNEL_SLICES * GROUP_WORDS);
    }
}

/* ---- a chunk, in pairs ---- */

static const uint64_t *words_of(const Counter *counter, size_t index, size_t first_word)
{
    const CustomerSet *set = counter->overlap->members[index].set;
    uint64_t *tail = counter->tails + index * CHUNK_WORDS_MAX;
    size_t left = first_word < set->words_count ? set->words_count - first_word : 0;
    if (left >= CHUNK_WORDS_MAX) return set->words + first_word;
    memset(tail, 0, CHUNK_WORDS_MAX * sizeof *tail);
    if (left > 0) memcpy(tail, set->words + first_word, left * sizeof *tail);
    return tail;
}

static void take_part(Counter *counter, size_t index, size_t first_word)
{
    const Kernels *kernels = counter->overlap->kernels;
    Part *part = &counter->parts[index];
    part->words = words_of(counter, index, first_word);
    part->count = kernels->count_bits(part->words, CHUNK_WORDS_MAX);
    counter->totals[index] += part->count;
    if (part->count <= FEW) kernels->list_bits(part->words, CHUNK_WORDS_MAX, 0, part->places);
}

static uint64_t test_places(const Part *few, const uint64_t *words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < few->count; i++)
        count += words[few->places[i] / 64] >> few->places[i] % 64 & 1;
    return count;
}

static uint64_t count_pair(const Kernels *kernels, const Part *a, const Part *b)
{
    const Part *smaller = a->count < b->count ? a : b, *larger = smaller == a ? b : a;
    if (smaller->count <= FEW) return test_places(smaller, larger->words);
    return kernels->count_common_bits(a->words, b->words, CHUNK_WORDS_MAX);
}

static void count_pairs(Counter *counter, size_t first_word)
{
    const Overlap *overlap = counter->overlap;
    for (size_t i = 0; i < overlap->count; i++)
        take_part(counter, i, first_word);
    for (size_t tile = 0; tile < overlap->count; tile += TILE_SETS)
        for (size_t j = tile + 1; j < overlap->count; j++)
            for (size_t i = tile; i < j && i < tile + TILE_SETS; i++)
                counter->pairs[i * overlap->count + j] +=
                    count_pair(overlap->kernels, &counter->parts[i], &counter->parts[j]);
}

static void count_chunks(void *context)
{
    Counter *counter = context;
    Overlap *overlap = counter->overlap;
    for (;;) {
        size_t chunk = atomic_fetch_add(&overlap->next_chunk, 1);
        if (chunk >= overlap->chunks_count) return;
        size_t first_word = chunk * overlap->chunk_words;
        size_t left = overlap->words_count - first_word;
        if (overlap->is_in_pairs)
            count_pairs(counter, first_word);
        else
            count_rows(counter, first_word,
                       left < overlap->chunk_words ? left : overlap->chunk_words);
    }
}

/* ---- threads ---- */

static void *array_of(size_t count, size_t size_bytes)
{
    return memory_alloc(memory_product(count, size_bytes));
}

static Counter counter_new(Overlap *overlap)
{
    size_t count = overlap->count, rows_count = overlap->chunk_words * 64;
    Counter counter = {.overlap = overlap, .totals = array_of(count, sizeof(uint64_t))};
    if (overlap->is_in_pairs) {
        counter.parts = array_of(count, sizeof(Part));
        counter.tails = array_of(count, CHUNK_WORDS_MAX * sizeof(uint64_t));
        counter.pairs = array_of(count, count * sizeof(uint64_t));
    } else {
        counter.rows = array_of(rows_count + 1, row_words(overlap) * sizeof(uint64_t));
        counter.places = array_of(rows_count + 2 * ADDED_TOGETHER, sizeof(uint16_t));
        counter.slices = array_of(count, slices_words(overlap) * sizeof(uint64_t));
    }
    return counter;
}

static void counter_free(Counter *counter)
{
    free(counter->rows);
    free(counter->places);
    free(counter->slices);
    free(counter->totals);
    free(counter->parts);
    free(counter->tails);
    free(counter->pairs);
}

static uint64_t column_count(const uint64_t *slices, size_t column)
{
    const uint64_t *slice =
        slices + column / GROUP_SETS * KERNEL_SLICES * GROUP_WORDS + column % GROUP_SETS / 64;
    uint64_t count = 0;
    for (size_t k = 0; k < KERNEL_SLICES; k++)
        count |= (slice[k * GROUP_WORDS] >> column % 64 & 1) << k;
    return count;
}

/* Add what a thread has counted. */
static void take_counts(const Counter *counter, uint64_t *counts)
{
    const Overlap *overlap = counter->overlap;
    for (size_t i = 0; i < overlap->count; i++) {
        const Member *member = &overlap->members[i];
        const uint64_t *slices =
            overlap->is_in_pairs ? NULL : counter->slices + i * slices_words(overlap);
        counts[member->number * overlap->count + member->number] += counter->totals[i];
        for (size_t j = i + 1; j < overlap->count; j++) {
            uint64_t counted = overlap->is_in_pairs ? counter->pairs[i * overlap->count + j]
                                                    : column_count(slices, j);
            uint64_t common = member->is_opposite ? counter->totals[j] - counted : counted;
            size_t other = overlap->members[j].number;
            counts[member->number * overlap->count + other] += common;
            counts[other * overlap->count + member->number] += common;
        }
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
    while (started < threads_count && status == STATUS_OK) {
        status = thread_start(count_chunks, &counters[started], &counters[started].thread, err);
        if (status == STATUS_OK) started++;
    }
    if (status != STATUS_OK) atomic_store(&overlap->next_chunk, overlap->chunks_count);
    count_chunks(&counters[0]);
    for (unsigned i = 1; i < started; i++)
        thread_join(counters[i].thread);
    return status;
}

/* Sizes of chunks, and the members in the order of work. */
static void plan(Overlap *overlap, const CustomerSet *const *sets)
{
    for (size_t i = 0; i < overlap->count; i++) {
        overlap->members[i] = (Member){.set = sets[i], .number = i};
        if (sets[i]->words_count > overlap->words_count)
            overlap->words_count = sets[i]->words_count;
    }
    overlap->groups_count = (overlap->count + GROUP_SETS - 1) / GROUP_SETS;
    overlap->is_in_pairs = overlap->count <= PAIRS_SETS_MAX;
    overlap->chunk_words = CHUNK_WORDS_MAX;
    while (!overlap->is_in_pairs && overlap->chunk_words > 1 &&
           overlap->chunk_words * 64 * row_words(overlap) * sizeof(uint64_t) > ROWS_BYTES)
        overlap->chunk_words /= 2;
    overlap->chunks_count =
        (overlap->words_count + overlap->chunk_words - 1) / overlap->chunk_words;
    order_members(overlap);
}

Status overlap_count(const CustomerSet *const *sets, size_t sets_count, unsigned threads_count,
                     uint64_t *ret_counts, Error *err)
{
    Overlap overlap = {.count = sets_count, .kernels = kernels_of(engine_level())};
    overlap.members = memory_alloc(memory_product(sets_count, sizeof *overlap.members));
    plan(&overlap, sets);
    unsigned threads = threads_wanted(threads_count, overlap.chunks_count);
    Counter *counters = memory_alloc(memory_product(threads, sizeof *counters));
    for (unsigned i = 0; i < threads; i++)
        counters[i] = counter_new(&overlap);
    Status status = count_with(&overlap, threads, counters, err);
    if (status == STATUS_OK) {
        memset(ret_counts, 0, sets_count * sets_count * sizeof *ret_counts);
        for (unsigned i = 0; i < threads; i++)
            take_counts(&counters[i], ret_counts);
    }
    for (unsigned i = 0; i < threads; i++)
        counter_free(&counters[i]);
    free(counters);
    free(overlap.members);
    return status;
}
