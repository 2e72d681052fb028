/* secret.c -- random secrets and hashes of passwords by libsodium. */
#include "base/secret.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum { PASSES = 2, MEMORY_BYTES = 19 << 20, RANDOM_BYTES = 32 };

static pthread_once_t sodium_once = PTHREAD_ONCE_INIT;

static void start_sodium(void)
{
    ASSERT(sodium_init() >= 0);
}

void secret_make(char out[SECRET_BYTES])
{
    unsigned char bytes[RANDOM_BYTES];
    pthread_once(&sodium_once, start_sodium);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out, SECRET_BYTES, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

Status secret_hash_password(Text password, char out[SECRET_PASSWORD_BYTES], Error *err)
{
    _Static_assert(SECRET_PASSWORD_BYTES >= crypto_pwhash_STRBYTES, "a hash fits");
    pthread_once(&sodium_once, start_sodium);
    if (crypto_pwhash_str_alg(out, password.data, password.size, PASSES, MEMORY_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) == 0)
        return STATUS_OK;
    return error_set(err, STATUS_LIMIT, "there is no memory for hashing the password");
}

/* A hash that no password has, to be as slow for somebody who is not there. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool secret_is_password(Text hash, Text password)
{
    char stored[SECRET_PASSWORD_BYTES] = "";
    pthread_once(&sodium_once, start_sodium);
    bool is_somebody = hash.size > 0 && hash.size < sizeof stored;
    if (is_somebody)
        memcpy(stored, hash.data, hash.size);
    else
        memcpy(stored, nobody, sizeof nobody);
    bool is_right = crypto_pwhash_str_verify(stored, password.data, password.size) == 0;
    return is_right && is_somebody;
}

bool secret_equal(Text a, Text b)
{
    pthread_once(&sodium_once, start_sodium);
    return a.size == b.size && (a.size == 0 || sodium_memcmp(a.data, b.data, a.size) == 0);
}
