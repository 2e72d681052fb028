/* access.h -- users, tokens and the audit log as JSON. */
#pragma once

#include "access/audit.h"
#include "access/tokens.h"
#include "reply/json_writer.h"

void reply_user(JsonWriter *writer, const User *user);
void reply_token(JsonWriter *writer, const Token *token);
void reply_audit(JsonWriter *writer, const AuditRow *row);
/* ["read","form"] */
void reply_rights(JsonWriter *writer, uint32_t rights);
