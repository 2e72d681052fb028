/* test_hash.c -- hashes against values from independent implementations. */
#include "base/hash.h"
#include "harness/harness.h"

#include <stdio.h>
#include <string.h>

TEST(hash_blake2b_known_values)
{
    char hex[65];
    hash_hex(hash_blake2b("", 0), hex);
    EXPECT_TEXT(text_of(hex), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    hash_hex(hash_blake2b("abc", 3), hex);
    EXPECT_TEXT(text_of(hex), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

/* From SipHash-2-4 (checked on the vector of its paper) keyed by BLAKE2b-128 in Python. The values
 * decide who is in a control group, so they may never change. */
TEST(hash_siphash_salted_known_values)
{
    EXPECT(hash_siphash_salted(TEXT(""), TEXT("")) == UINT64_C(0x95787b55b8bf10da));
    EXPECT(hash_siphash_salted(TEXT("campaign 7"), TEXT("C-000123")) ==
           UINT64_C(0x872d78025faaaa18));
    EXPECT(hash_siphash_salted(TEXT("соль"), TEXT("Иванов")) == UINT64_C(0xa96e67cf31bbc42e));
    EXPECT(hash_siphash_salted((Text){NULL, 0}, (Text){NULL, 0}) == UINT64_C(0x95787b55b8bf10da));
    HashKey key = hash_key_of_salt(TEXT("соль"));
    EXPECT(hash_siphash_keyed(&key, TEXT("Иванов")) == UINT64_C(0xa96e67cf31bbc42e));
}

TEST(hash_fast_tells_lengths_and_contents_apart)
{
    char zeros[64] = {0};
    for (size_t a = 0; a <= sizeof zeros; a++)
        for (size_t b = 0; b < a; b++)
            EXPECT(hash_fast(zeros, a) != hash_fast(zeros, b));
    EXPECT(hash_fast("abc", 3) == hash_fast("abc", 3));
    EXPECT(hash_fast(NULL, 0) == hash_fast("", 0));
}

/* Goal: keys that differ in one digit spread over a table; method: 2^16 numbered keys thrown into
 * 2^16 slots fill 63.2 % of them when the hash is as good as chance. */
TEST(hash_fast_spreads_similar_keys)
{
    enum { SLOTS = 1 << 16 };
    static unsigned char is_used[2][SLOTS];
    memset(is_used, 0, sizeof is_used);
    for (unsigned i = 0; i < SLOTS; i++) {
        char key[32];
        size_t size = (size_t)snprintf(key, sizeof key, "customer-%08u", i);
        uint64_t hash = hash_fast(key, size);
        is_used[0][hash % SLOTS] = 1;
        is_used[1][hash >> 48] = 1;
    }
    for (int half = 0; half < 2; half++) {
        int used_count = 0;
        for (int i = 0; i < SLOTS; i++)
            used_count += is_used[half][i];
        EXPECT(used_count > SLOTS * 0.62 && used_count < SLOTS * 0.65);
    }
}
