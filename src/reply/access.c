/* access.c -- users, tokens and the audit log as JSON. */
#include "reply/access.h"

#include <stdio.h>

void reply_rights(JsonWriter *writer, uint32_t rights)
{
    json_begin(writer, '[');
    for (Right right = RIGHT_SIGNED_IN + 1; right < RIGHT_COUNT; right++)
        if ((rights >> right & 1) != 0) json_cstr(writer, right_code(right));
    json_end(writer, ']');
}

static void text_or_nothing(JsonWriter *writer, const char *key, Text text)
{
    json_key(writer, key);
    if (text.size > 0)
        json_text(writer, text);
    else
        json_nothing(writer);
}

void reply_user(JsonWriter *writer, const User *user)
{
    json_begin(writer, '{');
    json_key(writer, "login");
    json_text(writer, user->login);
    json_key(writer, "name");
    json_text(writer, user->name);
    json_key(writer, "role");
    json_cstr(writer, role_code(user->role));
    json_key(writer, "rights");
    reply_rights(writer, user->own_rights);
    text_or_nothing(writer, "manager", user->manager);
    text_or_nothing(writer, "language",
                    user->has_language ? text_of(language_code(user->language)) : TEXT(""));
    json_key(writer, "is_blocked");
    json_bool(writer, user->is_blocked);
    json_key(writer, "created");
    json_moment(writer, user->created_at);
    json_key(writer, "last_sign_in");
    if (user->has_signed_in)
        json_moment(writer, user->last_sign_in);
    else
        json_nothing(writer);
    json_end(writer, '}');
}

void reply_token(JsonWriter *writer, const Token *token)
{
    char id[16];
    snprintf(id, sizeof id, "%u", token->id);
    json_begin(writer, '{');
    json_key(writer, "id");
    json_cstr(writer, id);
    json_key(writer, "name");
    json_text(writer, token->name);
    json_key(writer, "scopes");
    reply_rights(writer, token->rights);
    json_key(writer, "created");
    json_moment(writer, token->created_at);
    json_key(writer, "created_by");
    json_text(writer, token->login);
    json_key(writer, "last_used"); /* is not kept: a look-up must not write */
    json_nothing(writer);
    json_key(writer, "expires");
    if (token->has_expiry)
        json_date(writer, token->expires);
    else
        json_nothing(writer);
    json_end(writer, '}');
}

void reply_audit(JsonWriter *writer, const AuditRow *row)
{
    json_begin(writer, '{');
    json_key(writer, "id");
    json_count(writer, row->id);
    json_key(writer, "at");
    json_moment(writer, row->at);
    json_key(writer, "user");
    json_text(writer, row->user);
    json_key(writer, "kind");
    json_text(writer, row->kind);
    json_key(writer, "object");
    json_text(writer, row->object);
    json_key(writer, "detail");
    json_text(writer, row->detail);
    json_end(writer, '}');
}
