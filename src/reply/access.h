/* access.h -- users, tokens and the audit log as JSON. */
#pragma once

#include "access/audit.h"
#include "access/tokens.h"
#include "reply/json_writer.h"
#include "reply/output.h"

void reply_user(JsonWriter *writer, const User *user);
void reply_token(JsonWriter *writer, const Token *token);
void reply_audit(JsonWriter *writer, const AuditRow *row);
/* Rows of the audit log as a table or a file. */
MUST_CHECK Status output_audit(OutputOptions options, const AuditRow *rows, size_t count,
                               Error *err);
/* ["read","form"] */
void reply_rights(JsonWriter *writer, uint32_t rights);
