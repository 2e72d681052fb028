/* act_note.c -- what the command line writes into the audit log. */
#include "cli/act_note.h"

Status act_note(App *app, AuditKind kind, Text object, const char *detail, Error *err)
{
    const AuditEntry entry = {.at = app_now(app),
                              .user = TEXT("(command line)"),
                              .kind = kind,
                              .object = object,
                              .detail = text_of(detail)};
    return audit_add(app_store(app), &entry, err);
}
