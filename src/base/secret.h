/* secret.h -- what somebody signs in with: random secrets, hashes of passwords (libsodium). */
#pragma once

#include "base/error.h"
#include "base/text.h"

enum {
    SECRET_BYTES = 44,          /* of a secret as a text: 43 letters and NUL */
    SECRET_PASSWORD_BYTES = 128 /* of a password's hash with its parameters and NUL */
};

/* 256 random bits, safe in an address: letters, digits, '-' and '_'. */
void secret_make(char out[SECRET_BYTES]);
/* argon2id over 19 MiB, twice: about 20 ms. LIMIT when the memory cannot be had. */
MUST_CHECK Status secret_hash_password(Text password, char out[SECRET_PASSWORD_BYTES], Error *err);
/* As long for a wrong password as for the right one. An empty hash, of somebody without a password,
 * takes as long too and is never right. */
bool secret_is_password(Text hash, Text password);
/* In a time that does not tell where they differ. */
bool secret_equal(Text a, Text b);
