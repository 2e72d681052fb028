/* bitmap.c -- plain words to the portable Roaring format and back.
 *
 *   cookie, number of containers, (flags of runs,) key and size of each, (offset of each,)
 *   containers of up to 65536 numbers: sorted 16-bit numbers, or 1024 words, or runs */
#include "base/bitmap.h"

#include "base/bits.h"
#include "base/buffer.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    COOKIE_PLAIN = 12346,
    COOKIE_RUNS = 12347, /* in the low half; containers - 1 in the high one */
    CHUNK_WORDS = 1024,
    CHUNK_NUMBERS = CHUNK_WORDS * 64,
    CHUNKS_MAX = 65536,
    ARRAY_NUMBERS_MAX = 4096,
    BITSET_BYTES = CHUNK_WORDS * 8,
    OFFSETS_FROM = 4 /* with runs, fewer containers than this have no offsets */
};

typedef enum { CONTAINER_ARRAY, CONTAINER_BITSET, CONTAINER_RUNS } ContainerKind;

typedef struct {
    uint16_t key;
    ContainerKind kind;
    uint32_t numbers;
    uint32_t runs;
} Container;

/* ---- writing ---- */

static size_t container_bytes(const Container *container)
{
    switch (container->kind) {
    case CONTAINER_ARRAY: return (size_t)container->numbers * 2;
    case CONTAINER_BITSET: return BITSET_BYTES;
    case CONTAINER_RUNS: return 2 + (size_t)container->runs * 4;
    }
    ASSERT(false);
    return 0;
}

static Container container_of(uint16_t key, const uint64_t *words, size_t count)
{
    Container container = {.key = key};
    uint64_t carry = 0;
    for (size_t i = 0; i < count; i++) {
        container.numbers += word_bits_count(words[i]);
        container.runs += word_bits_count(words[i] & ~(words[i] << 1 | carry));
        carry = words[i] >> 63;
    }
    container.kind = container.numbers <= ARRAY_NUMBERS_MAX ? CONTAINER_ARRAY : CONTAINER_BITSET;
    size_t bytes = container_bytes(&container);
    if (2 + (size_t)container.runs * 4 < bytes) container.kind = CONTAINER_RUNS;
    return container;
}

static char *put_16(char *out, uint32_t number)
{
    uint16_t half = (uint16_t)number;
    memcpy(out, &half, 2);
    return out + 2;
}

static char *put_32(char *out, uint32_t number)
{
    memcpy(out, &number, 4);
    return out + 4;
}

static char *put_array(char *out, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint64_t bits = words[i]; bits != 0; bits &= bits - 1)
            out = put_16(out, (uint32_t)(i * 64 + (size_t)__builtin_ctzll(bits)));
    return out;
}

/* The first position from `begin` on whose bit is `is_set`; the number of bits when there is none.
 */
static size_t next_bit(const uint64_t *words, size_t count, size_t begin, bool is_set)
{
    for (size_t i = begin / 64; i < count; i++) {
        uint64_t bits = is_set ? words[i] : ~words[i];
        if (i == begin / 64) bits &= ~(uint64_t)0 << (begin % 64);
        if (bits != 0) return i * 64 + (size_t)__builtin_ctzll(bits);
    }
    return count * 64;
}

static char *put_runs(char *out, const Container *container, const uint64_t *words, size_t count)
{
    out = put_16(out, container->runs);
    for (size_t end = 0, run = 0; run < container->runs; run++) {
        size_t begin = next_bit(words, count, end, true);
        end = next_bit(words, count, begin, false);
        out = put_16(out, (uint32_t)begin);
        out = put_16(out, (uint32_t)(end - begin - 1));
    }
    return out;
}

static char *put_container(char *out, const Container *container, const uint64_t *words,
                           size_t count)
{
    switch (container->kind) {
    case CONTAINER_ARRAY: return put_array(out, words, count);
    case CONTAINER_RUNS: return put_runs(out, container, words, count);
    case CONTAINER_BITSET: break;
    }
    memset(out, 0, BITSET_BYTES);
    memcpy(out, words, count * 8);
    return out + BITSET_BYTES;
}

/* The words of one chunk: as many as there are up to the end of the set. */
typedef struct {
    Container container;
    const uint64_t *words;
    size_t words_count;
} Chunk;

typedef struct {
    Chunk *items;
    size_t count, capacity;
    bool has_runs;
} ChunkList;

static void add_chunk(ChunkList *list, size_t key, const uint64_t *words, size_t words_count,
                      Arena *arena)
{
    Chunk chunk = {container_of((uint16_t)key, words, words_count), words, words_count};
    if (chunk.container.numbers == 0) return;
    list->has_runs = list->has_runs || chunk.container.kind == CONTAINER_RUNS;
    ARENA_PUSH(arena, list, chunk);
}

static ChunkList list_chunks(const uint64_t *words, size_t words_count, Arena *arena)
{
    ChunkList list = {0};
    for (size_t begin = 0; begin < words_count; begin += CHUNK_WORDS) {
        size_t left = words_count - begin;
        add_chunk(&list, begin / CHUNK_WORDS, words + begin,
                  left < CHUNK_WORDS ? left : CHUNK_WORDS, arena);
    }
    return list;
}

static bool has_offsets(bool has_runs, size_t containers_count)
{
    return !has_runs || containers_count >= OFFSETS_FROM;
}

static size_t header_bytes(bool has_runs, size_t count)
{
    size_t flags = has_runs ? 4 + (count + 7) / 8 : 8;
    return flags + count * 4 + (has_offsets(has_runs, count) ? count * 4 : 0);
}

static char *put_header(char *out, const ChunkList *list)
{
    if (list->has_runs) {
        out = put_32(out, COOKIE_RUNS | (uint32_t)(list->count - 1) << 16);
        memset(out, 0, (list->count + 7) / 8);
        for (size_t i = 0; i < list->count; i++)
            if (list->items[i].container.kind == CONTAINER_RUNS)
                out[i / 8] = (char)(out[i / 8] | 1 << (i % 8));
        out += (list->count + 7) / 8;
    } else {
        out = put_32(out, COOKIE_PLAIN);
        out = put_32(out, (uint32_t)list->count);
    }
    for (size_t i = 0; i < list->count; i++) {
        out = put_16(out, list->items[i].container.key);
        out = put_16(out, list->items[i].container.numbers - 1);
    }
    if (!has_offsets(list->has_runs, list->count)) return out;
    size_t offset = header_bytes(list->has_runs, list->count);
    for (size_t i = 0; i < list->count; i++) {
        out = put_32(out, (uint32_t)offset);
        offset += container_bytes(&list->items[i].container);
    }
    return out;
}

static Text encode_chunks(const ChunkList *list, Arena *arena)
{
    size_t size = header_bytes(list->has_runs, list->count);
    for (size_t i = 0; i < list->count; i++)
        size += container_bytes(&list->items[i].container);
    char *bytes = arena_alloc(arena, size);
    char *out = put_header(bytes, list);
    for (size_t i = 0; i < list->count; i++)
        out = put_container(out, &list->items[i].container, list->items[i].words,
                            list->items[i].words_count);
    ASSERT(out == bytes + size);
    return (Text){bytes, size};
}

Text bitmap_encode(const uint64_t *words, size_t words_count, Arena *arena)
{
    ASSERT(words_count <= (size_t)CHUNKS_MAX * CHUNK_WORDS);
    ChunkList list = list_chunks(words, words_count, arena);
    return encode_chunks(&list, arena);
}

Text bitmap_encode_few(const uint32_t *numbers, size_t count, Arena *arena)
{
    ChunkList list = {0};
    for (size_t i = 0; i < count;) {
        uint32_t key = numbers[i] / CHUNK_NUMBERS;
        uint64_t *words = ARENA_ARRAY(arena, uint64_t, CHUNK_WORDS);
        for (; i < count && numbers[i] / CHUNK_NUMBERS == key; i++) {
            uint32_t place = numbers[i] % CHUNK_NUMBERS;
            words[place / 64] |= (uint64_t)1 << (place % 64);
        }
        add_chunk(&list, key, words, CHUNK_WORDS, arena);
    }
    return encode_chunks(&list, arena);
}

/* ---- reading ---- */

/* Reads forward and never beyond the end: what is not there is 0, and `is_damaged` says so. */
typedef struct {
    const char *at, *end;
    bool is_damaged;
} Reader;

static const char *take(Reader *reader, size_t size)
{
    static const char nothing[BITSET_BYTES];
    if ((size_t)(reader->end - reader->at) < size) {
        reader->is_damaged = true;
        return nothing;
    }
    const char *bytes = reader->at;
    reader->at += size;
    return bytes;
}

static uint32_t take_16(Reader *reader)
{
    uint16_t half;
    memcpy(&half, take(reader, 2), 2);
    return half;
}

static uint32_t take_32(Reader *reader)
{
    uint32_t number;
    memcpy(&number, take(reader, 4), 4);
    return number;
}

/* Each reads one container into the words of its chunk and gives how many numbers it held. */

static uint32_t take_array(Reader *reader, uint32_t numbers, uint64_t *words)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < numbers && !reader->is_damaged; i++) {
        uint32_t number = take_16(reader);
        reader->is_damaged = reader->is_damaged || number < next;
        next = number + 1;
        words[number / 64] |= (uint64_t)1 << (number % 64);
    }
    return numbers;
}

static uint32_t take_bitset(Reader *reader, uint64_t *words)
{
    uint32_t numbers = 0;
    memcpy(words, take(reader, BITSET_BYTES), BITSET_BYTES);
    for (size_t i = 0; i < CHUNK_WORDS; i++)
        numbers += word_bits_count(words[i]);
    return numbers;
}

static void set_bits(uint64_t *words, size_t begin, size_t end)
{
    for (size_t i = begin; i < end;) {
        size_t word_end = (i / 64 + 1) * 64 < end ? (i / 64 + 1) * 64 : end;
        size_t count = word_end - i;
        uint64_t ones = count == 64 ? ~(uint64_t)0 : ((uint64_t)1 << count) - 1;
        words[i / 64] |= ones << (i % 64);
        i = word_end;
    }
}

static uint32_t take_runs(Reader *reader, uint64_t *words)
{
    uint32_t numbers = 0, next = 0;
    uint32_t runs = take_16(reader);
    for (uint32_t run = 0; run < runs && !reader->is_damaged; run++) {
        uint32_t begin = take_16(reader), end = begin + take_16(reader) + 1;
        if (begin < next || end > CHUNK_NUMBERS) {
            reader->is_damaged = true;
            break;
        }
        set_bits(words, begin, end);
        numbers += end - begin;
        next = end;
    }
    return numbers;
}

typedef struct {
    size_t count;
    const char *run_flags; /* NULL: no container has runs */
    const char *keys;      /* key and numbers - 1 of each */
} Header;

static Header take_header(Reader *reader)
{
    Header header = {0};
    uint32_t cookie = take_32(reader);
    if ((cookie & 0xFFFF) == COOKIE_RUNS) {
        header.count = (cookie >> 16) + 1;
        header.run_flags = take(reader, (header.count + 7) / 8);
    } else {
        header.count = take_32(reader);
        reader->is_damaged = reader->is_damaged || cookie != COOKIE_PLAIN;
    }
    if (header.count > CHUNKS_MAX) reader->is_damaged = true;
    if (reader->is_damaged) return (Header){0};
    header.keys = take(reader, header.count * 4);
    /* the offsets say nothing that the sizes do not */
    if (has_offsets(header.run_flags != NULL, header.count)) (void)take(reader, header.count * 4);
    return header;
}

static Container header_container(const Header *header, size_t index)
{
    uint16_t key, numbers;
    memcpy(&key, header->keys + index * 4, 2);
    memcpy(&numbers, header->keys + index * 4 + 2, 2);
    bool is_run = header->run_flags != NULL && (header->run_flags[index / 8] >> (index % 8) & 1);
    Container container = {.key = key, .numbers = (uint32_t)numbers + 1};
    container.kind = is_run                                  ? CONTAINER_RUNS
                     : container.numbers > ARRAY_NUMBERS_MAX ? CONTAINER_BITSET
                                                             : CONTAINER_ARRAY;
    return container;
}

static uint32_t take_container(Reader *reader, const Container *container, uint64_t *words)
{
    switch (container->kind) {
    case CONTAINER_ARRAY: return take_array(reader, container->numbers, words);
    case CONTAINER_BITSET: return take_bitset(reader, words);
    case CONTAINER_RUNS: return take_runs(reader, words);
    }
    ASSERT(false);
    return 0;
}

static void take_containers(Reader *reader, const Header *header, uint64_t *words)
{
    size_t next_key = 0;
    for (size_t i = 0; i < header->count && !reader->is_damaged; i++) {
        Container container = header_container(header, i);
        if (container.key < next_key) reader->is_damaged = true;
        if (reader->is_damaged) return;
        next_key = (size_t)container.key + 1;
        uint32_t numbers =
            take_container(reader, &container, words + (size_t)container.key * CHUNK_WORDS);
        if (numbers != container.numbers) reader->is_damaged = true;
    }
}

static size_t used_words(const uint64_t *words, size_t count)
{
    while (count > 0 && words[count - 1] == 0)
        count--;
    return count;
}

static Status corrupt(Error *err)
{
    return error_set(err, STATUS_CORRUPT, "a stored set of customers is damaged");
}

Status bitmap_decode(Text bytes, uint64_t numbers_max, uint64_t **ret_words,
                     size_t *ret_words_count, Error *err)
{
    Reader reader = {.at = bytes.data, .end = bytes.data + bytes.size};
    Header header = take_header(&reader);
    if (reader.is_damaged) return corrupt(err);
    size_t chunks = header.count == 0 ? 0 : (size_t)header_container(&header, header.count - 1).key;
    chunks += header.count > 0;
    if (header.count > 0 && (uint64_t)(chunks - 1) * CHUNK_NUMBERS >= numbers_max)
        return corrupt(err);
    uint64_t *words = memory_alloc(memory_product(chunks, BITSET_BYTES));
    /* a key above the last one would lie outside of the words: keys ascend, so it is damage */
    bool is_sorted = true;
    for (size_t i = 0; i < header.count; i++)
        is_sorted = is_sorted && header_container(&header, i).key < chunks;
    if (is_sorted) take_containers(&reader, &header, words);
    size_t count = used_words(words, chunks * CHUNK_WORDS);
    bool is_large =
        count > 0 &&
        (uint64_t)count * 64 - (uint64_t)__builtin_clzll(words[count - 1]) > numbers_max;
    if (!is_sorted || reader.is_damaged || reader.at != reader.end || is_large) {
        free(words);
        return corrupt(err);
    }
    *ret_words = words;
    *ret_words_count = count;
    return STATUS_OK;
}

/* ---- one number ---- */

static void skip_container(Reader *reader, const Container *container)
{
    if (container->kind == CONTAINER_RUNS)
        (void)take(reader, (size_t)take_16(reader) * 4);
    else
        (void)take(reader, container_bytes(container));
}

static uint32_t half_at(const char *halves, size_t index)
{
    uint16_t half;
    memcpy(&half, halves + index * 2, 2);
    return half;
}

static bool array_has(Reader *reader, uint32_t numbers, uint32_t place)
{
    const char *halves = take(reader, (size_t)numbers * 2);
    size_t low = 0, high = reader->is_damaged ? 0 : numbers;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t number = half_at(halves, middle);
        if (number == place) return true;
        if (number < place)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool runs_have(Reader *reader, uint32_t place)
{
    uint32_t runs = take_16(reader), next = 0;
    for (uint32_t run = 0; run < runs && !reader->is_damaged; run++) {
        uint32_t begin = take_16(reader), end = begin + take_16(reader) + 1;
        if (begin < next || end > CHUNK_NUMBERS) reader->is_damaged = true;
        if (place < end) return place >= begin;
        next = end;
    }
    return false;
}

static bool container_has(Reader *reader, const Container *container, uint32_t place)
{
    switch (container->kind) {
    case CONTAINER_ARRAY: return array_has(reader, container->numbers, place);
    case CONTAINER_BITSET: {
        unsigned char bits = (unsigned char)take(reader, BITSET_BYTES)[place / 8];
        return (bits >> (place % 8) & 1) != 0;
    }
    case CONTAINER_RUNS: return runs_have(reader, place);
    }
    ASSERT(false);
    return false;
}

Status bitmap_has(Text bytes, uint32_t number, bool *ret_has, Error *err)
{
    Reader reader = {.at = bytes.data, .end = bytes.data + bytes.size};
    Header header = take_header(&reader);
    uint32_t key = number / CHUNK_NUMBERS, place = number % CHUNK_NUMBERS;
    bool has = false;
    for (size_t i = 0; i < header.count && !reader.is_damaged; i++) {
        Container container = header_container(&header, i);
        if (container.key > key) break;
        if (container.key == key) {
            has = container_has(&reader, &container, place);
            break;
        }
        skip_container(&reader, &container);
    }
    if (reader.is_damaged) return corrupt(err);
    *ret_has = has;
    return STATUS_OK;
}
