/* tokens.c -- what programs sign in with. */
#include "access/tokens.h"

#include "access/right_list.h"
#include "base/secret.h"

enum { NAME_BYTES_MAX = 100 };

static Text digest_of(Text secret, Arena *arena)
{
    char hex[65];
    hash_hex(hash_blake2b(secret.data, secret.size), hex);
    return arena_text(arena, text_of(hex));
}

static Status token_of_row(const TokenRow *row, Token *ret_token, Error *err)
{
    Token token = {.id = row->id,
                   .name = row->name,
                   .login = row->login,
                   .created_at = row->created_at,
                   .has_expiry = row->has_expiry,
                   .expires = row->expires};
    if (!right_list_parse(row->rights, &token.rights))
        return error_set(err, STATUS_CORRUPT, "the token '%.*s' is damaged",
                         TEXT_FORMAT(row->name));
    *ret_token = token;
    return STATUS_OK;
}

static Status check(const User *user, const Token *token, Error *err)
{
    Text name = text_trim(token->name);
    if (name.size == 0 || name.size > NAME_BYTES_MAX || !utf8_is_valid(name))
        return error_set(err, STATUS_INVALID, "a token wants a name of at most %d bytes",
                         NAME_BYTES_MAX);
    if (token->has_expiry && token->expires.day < moment_date(token->created_at).day)
        return error_set(err, STATUS_INVALID, "the last day of the token is over already");
    if (token->rights == 0)
        return error_set(err, STATUS_INVALID, "say what the token may do: at least one right");
    for (Right right = 0; right < RIGHT_COUNT; right++) {
        bool is_wanted = (token->rights >> right & 1) != 0;
        Principal principal = user_principal(user);
        if (is_wanted && !principal_may(&principal, right))
            return error_set(err, STATUS_DENIED, "'%.*s' has not the right '%s' himself",
                             TEXT_FORMAT(user->login), right_code(right));
    }
    return STATUS_OK;
}

Status token_add(Store *store, const User *user, const Token *token, Arena *arena,
                 TokenWithSecret *ret_token, Error *err)
{
    char secret[SECRET_BYTES];
    TRY(check(user, token, err));
    secret_make(secret);
    ret_token->secret = arena_printf(arena, TOKEN_PREFIX "%s", secret);
    const TokenRow row = {.user_id = user->id,
                          .name = token->name,
                          .digest = digest_of(ret_token->secret, arena),
                          .rights = right_list_print(token->rights, arena),
                          .created_at = token->created_at,
                          .has_expiry = token->has_expiry,
                          .expires = token->expires};
    ret_token->token = *token;
    ret_token->token.login = user->login;
    return store_add_token(store, &row, &ret_token->token.id, err);
}

Status token_list(Store *store, uint32_t after, size_t limit, Arena *arena, Tokens *ret_tokens,
                  Error *err)
{
    TokenRows rows;
    TRY(store_list_tokens(store, after, limit, arena, &rows, err));
    Tokens tokens = {ARENA_ARRAY(arena, Token, rows.count), rows.count};
    for (size_t i = 0; i < rows.count; i++)
        TRY(token_of_row(&rows.items[i], &tokens.items[i], err));
    *ret_tokens = tokens;
    return STATUS_OK;
}

Status token_revoke(Store *store, uint32_t id, Error *err)
{
    return store_remove_token(store, id, err);
}

Status token_principal(Store *store, Text secret, Date today, Arena *arena,
                       Principal *ret_principal, Error *err)
{
    TokenRow row = {0};
    Token token = {0};
    User user = {0};
    if (text_starts_with(secret, TEXT(TOKEN_PREFIX)))
        TRY(store_find_token(store, digest_of(secret, arena), arena, &row, err));
    if (row.id != 0) TRY(token_of_row(&row, &token, err));
    if (row.id != 0) TRY(user_find_by_id(store, row.user_id, arena, &user, err));
    bool is_over = token.has_expiry && token.expires.day < today.day;
    if (user.id == 0 || user.is_blocked || is_over)
        return error_set(err, STATUS_DENIED, "the token is unknown, revoked or too old");
    Principal principal = user_principal(&user);
    principal.login =
        arena_printf(arena, "%.*s/%.*s", TEXT_FORMAT(user.login), TEXT_FORMAT(token.name));
    principal.rights &= token.rights | UINT32_C(1) << RIGHT_SIGNED_IN;
    *ret_principal = principal;
    return STATUS_OK;
}
