/* test_secret.c -- random secrets and hashes of passwords. */
#include "harness/harness.h"

#include "base/secret.h"

#include <string.h>

TEST(secrets_differ_and_are_safe_in_addresses)
{
    char a[SECRET_BYTES], b[SECRET_BYTES];
    secret_make(a);
    secret_make(b);
    EXPECT(strlen(a) == 43 && strcmp(a, b) != 0);
    for (size_t i = 0; a[i] != '\0'; i++)
        EXPECT(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", a[i]) !=
               NULL);
}

TEST(passwords_are_known_again_by_their_hash)
{
    char hash[SECRET_PASSWORD_BYTES], other[SECRET_PASSWORD_BYTES];
    Error err;
    EXPECT_OK(secret_hash_password(TEXT("correct horse"), hash, &err), &err);
    EXPECT_OK(secret_hash_password(TEXT("correct horse"), other, &err), &err);
    EXPECT(strcmp(hash, other) != 0 && strstr(hash, "$argon2id$") == hash);
    EXPECT(secret_is_password(text_of(hash), TEXT("correct horse")));
    EXPECT(!secret_is_password(text_of(hash), TEXT("correct horsf")));
    EXPECT(!secret_is_password(text_of(hash), TEXT("")));
    EXPECT(!secret_is_password(TEXT(""), TEXT("")));
    EXPECT(!secret_is_password(TEXT(""), TEXT("correct horse")));
    EXPECT(!secret_is_password(TEXT("$argon2id$broken"), TEXT("correct horse")));
}

TEST(secrets_are_compared)
{
    EXPECT(secret_equal(TEXT("abc"), TEXT("abc")) && secret_equal(TEXT(""), TEXT("")));
    EXPECT(!secret_equal(TEXT("abc"), TEXT("abd")) && !secret_equal(TEXT("abc"), TEXT("ab")));
}
