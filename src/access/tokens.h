/* tokens.h -- what programs sign in with: made for somebody who answers for them, with some of his
 * rights. */
#pragma once

#include "access/users.h"

#define TOKEN_PREFIX "kohorta_"

typedef struct {
    uint32_t id;
    Text name;
    Text login; /* who answers for it */
    uint32_t rights;
    Moment created_at;
    bool has_expiry;
    Date expires; /* last day on which it works */
} Token;

typedef struct {
    Token token;
    Text secret;
} TokenWithSecret;

/* With the moment of its creation; the secret is told this once. INVALID without a name or rights,
 * or when its last day is over, DENIED for rights that the user does not have himself. */
MUST_CHECK Status token_add(Store *store, const User *user, const Token *token, Arena *arena,
                            TokenWithSecret *ret_token, Error *err);
typedef struct {
    Token *items;
    size_t count;
} Tokens;
MUST_CHECK Status token_list(Store *store, uint32_t after, size_t limit, Arena *arena,
                             Tokens *ret_tokens, Error *err);
MUST_CHECK Status token_revoke(Store *store, uint32_t id, Error *err); /* NOT_FOUND */
/* Who asks with it: his login is "login/name of the token". DENIED when it is unknown, revoked, too
 * old, or its user is blocked. */
MUST_CHECK Status token_principal(Store *store, Text secret, Date today, Arena *arena,
                                  Principal *ret_principal, Error *err);
