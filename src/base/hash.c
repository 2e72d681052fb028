/* hash.c -- keyed and cryptographic hashes by libsodium, and a fast one for tables. */
#include "base/hash.h"

#include "base/error.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

__extension__ typedef unsigned __int128 UInt128;

static pthread_once_t sodium_once = PTHREAD_ONCE_INIT;

static void start_sodium(void)
{
    ASSERT(sodium_init() >= 0);
}

static void blake2b(unsigned char *out, size_t out_size, const void *data, size_t size_bytes)
{
    pthread_once(&sodium_once, start_sodium);
    int result = crypto_generichash(out, out_size, data, size_bytes, NULL, 0);
    ASSERT(result == 0);
}

Digest hash_blake2b(const void *data, size_t size_bytes)
{
    Digest digest;
    blake2b(digest.bytes, sizeof digest.bytes, data, size_bytes);
    return digest;
}

void hash_hex(Digest digest, char out[65])
{
    sodium_bin2hex(out, 65, digest.bytes, sizeof digest.bytes);
}

HashKey hash_key_of_salt(Text salt)
{
    HashKey key;
    _Static_assert(sizeof key.bytes == crypto_shorthash_KEYBYTES, "a key of SipHash");
    blake2b(key.bytes, sizeof key.bytes, salt.data, salt.size);
    return key;
}

uint64_t hash_siphash_salted(Text salt, Text data)
{
    HashKey key = hash_key_of_salt(salt);
    return hash_siphash_keyed(&key, data);
}

uint64_t hash_siphash_keyed(const HashKey *key, Text data)
{
    unsigned char out[crypto_shorthash_BYTES];
    int result = crypto_shorthash(out, (const unsigned char *)data.data, data.size, key->bytes);
    ASSERT(result == 0);
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof out; i++)
        value |= (uint64_t)out[i] << (8 * i);
    return value;
}

static uint64_t load_8(const unsigned char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint32_t load_4(const unsigned char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/* 1 to 8 bytes as a number; loads of fixed sizes that may overlap, since a call of memcpy for an
 * unknown size costs more than hashing. */
static uint64_t load_up_to_8(const unsigned char *bytes, size_t count)
{
    if (count >= 4) return load_4(bytes) | (uint64_t)load_4(bytes + count - 4) << 32;
    return bytes[0] | (uint64_t)bytes[count / 2] << 8 | (uint64_t)bytes[count - 1] << 16;
}

/* Both halves of the 128-bit product, folded together: every input bit reaches every output bit. */
static uint64_t mix(uint64_t a, uint64_t b)
{
    UInt128 product = (UInt128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_fast(const void *data, size_t size_bytes)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15), other_odd = UINT64_C(0xD6E8FEB86659FD93);
    const unsigned char *bytes = data;
    uint64_t state = size_bytes ^ other_odd;
    size_t left = size_bytes;
    for (; left > 8; left -= 8, bytes += 8)
        state = mix(state ^ load_8(bytes), odd);
    if (left > 0) state = mix(state ^ load_up_to_8(bytes, left), odd);
    return mix(state ^ odd, other_odd);
}
