/* checksum.c -- 64-bit checksum of large arrays, at the speed of memory.
 *
 * Eight independent lanes hide the latency of the multiplication. Each step and the final folding
 * are bijections of a lane, so a change confined to one lane word cannot go unseen. */
#include "columns/format.h"

#include <string.h>

enum { LANES = 8, STRIPE_BYTES = 64 };

static const uint64_t MULTIPLIER = UINT64_C(0x9FB21C651E98DF25);

static inline uint64_t step(uint64_t lane, uint64_t word)
{
    lane ^= word;
    return (lane << 29 | lane >> 35) * MULTIPLIER;
}

static void add_stripe(uint64_t lanes[LANES], const unsigned char *bytes)
{
    for (size_t i = 0; i < LANES; i++) {
        uint64_t word;
        memcpy(&word, bytes + 8 * i, sizeof word);
        lanes[i] = step(lanes[i], word);
    }
}

uint64_t checksum_of(const void *data, size_t size_bytes)
{
    const unsigned char *bytes = data;
    uint64_t lanes[LANES];
    for (uint64_t i = 0; i < LANES; i++)
        lanes[i] = (i + 1) * MULTIPLIER;
    size_t left = size_bytes;
    for (; left >= STRIPE_BYTES; left -= STRIPE_BYTES, bytes += STRIPE_BYTES)
        add_stripe(lanes, bytes);
    if (left > 0) {
        unsigned char last[STRIPE_BYTES] = {0};
        memcpy(last, bytes, left);
        add_stripe(lanes, last);
    }
    uint64_t sum = size_bytes;
    for (size_t i = 0; i < LANES; i++)
        sum = step(sum, lanes[i]);
    return sum ^ sum >> 32;
}
