/* hash.h -- keyed and cryptographic hashes (libsodium), and a fast one for tables. */
#pragma once

#include "base/text.h"

typedef struct {
    uint8_t bytes[32];
} Digest;

Digest hash_blake2b(const void *data, size_t size_bytes);
void hash_hex(Digest digest, char out[65]);
/* SipHash-2-4 of `data`, keyed by the 128-bit BLAKE2b of `salt`. */
uint64_t hash_siphash_salted(Text salt, Text data);
/* The same in two steps, for many data of one salt. */
typedef struct {
    uint8_t bytes[16];
} HashKey;
HashKey hash_key_of_salt(Text salt);
uint64_t hash_siphash_keyed(const HashKey *key, Text data);
/* Not stable between versions; for in-memory tables only. */
uint64_t hash_fast(const void *data, size_t size_bytes);
