/* access.c -- users, tokens and the audit log as JSON. */
#include "reply/access.h"

#include "reply/fields.h"

#include <stdio.h>

void reply_rights(JsonWriter *writer, uint32_t rights)
{
    json_begin(writer, '[');
    for (Right right = RIGHT_SIGNED_IN + 1; right < RIGHT_COUNT; right++)
        if ((rights >> right & 1) != 0) json_cstr(writer, right_code(right));
    json_end(writer, ']');
}

void reply_user(JsonWriter *writer, const User *user)
{
    json_begin(writer, '{');
    field_text(writer, "login", user->login);
    field_text(writer, "name", user->name);
    field_code(writer, "role", role_code(user->role));
    json_key(writer, "rights");
    reply_rights(writer, user->own_rights);
    field_text_or_null(writer, "manager", user->manager);
    field_text_or_null(writer, "language",
                       user->has_language ? text_of(language_code(user->language)) : TEXT(""));
    field_flag(writer, "is_blocked", user->is_blocked);
    field_moment(writer, "created", true, user->created_at);
    field_moment(writer, "last_sign_in", user->has_signed_in, user->last_sign_in);
    json_end(writer, '}');
}

void reply_token(JsonWriter *writer, const Token *token)
{
    char id[16];
    snprintf(id, sizeof id, "%u", token->id);
    json_begin(writer, '{');
    field_code(writer, "id", id);
    field_text(writer, "name", token->name);
    json_key(writer, "scopes");
    reply_rights(writer, token->rights);
    field_moment(writer, "created", true, token->created_at);
    field_text(writer, "created_by", token->login);
    json_key(writer, "last_used"); /* is not kept: a look-up must not write */
    json_nothing(writer);
    field_date(writer, "expires", token->has_expiry, token->expires);
    json_end(writer, '}');
}

void reply_audit(JsonWriter *writer, const AuditRow *row)
{
    json_begin(writer, '{');
    field_count(writer, "id", row->id);
    field_moment(writer, "at", true, row->at);
    field_text(writer, "user", row->user);
    field_text(writer, "kind", row->kind);
    field_text(writer, "object", row->object);
    field_text(writer, "detail", row->detail);
    json_end(writer, '}');
}

Status output_audit(OutputOptions options, const AuditRow *rows, size_t count, Error *err)
{
    Type text = {.kind = TYPE_TEXT}, moment = {.kind = TYPE_MOMENT};
    const OutputColumn columns[] = {
        {TEXT("at"), TEXT(""), moment},   {TEXT("user"), TEXT(""), text},
        {TEXT("kind"), TEXT(""), text},   {TEXT("object"), TEXT(""), text},
        {TEXT("detail"), TEXT(""), text},
    };
    AUTO(output_done)
    Output *output = output_open(options, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < count; i++) {
        const Value values[] = {value_moment(rows[i].at), value_text(rows[i].user),
                                value_text(rows[i].kind), value_text(rows[i].object),
                                value_text(rows[i].detail)};
        output_row(output, values);
    }
    return output_close(output, err);
}
