/* audit.c -- the log of what was done. */
#include "access/audit.h"

static const char *const codes[AUDIT_KIND_COUNT] = {
#define AUDIT(name, code, meaning) [AUDIT_##name] = code,
#include "access/audit.def"
#undef AUDIT
};

const char *audit_code(AuditKind kind)
{
    return codes[kind];
}

Status audit_add(Store *store, const AuditEntry *entry, Error *err)
{
    const AuditRow row = {.at = entry->at,
                          .user = entry->user,
                          .kind = text_of(codes[entry->kind]),
                          .object = entry->object,
                          .detail = entry->detail};
    return store_add_audit(store, &row, err);
}
