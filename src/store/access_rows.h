/* access_rows.h -- rows of users, their links and tokens, and of the audit log. What they mean is
 * decided in src/access. Like all writing, each call is one transaction unless inside a batch. */
#pragma once

#include "store/store.h"

typedef struct {
    uint32_t id; /* 0: a new one */
    Text login, name, role, rights, manager, language;
    bool is_blocked;
    Text password; /* hash; empty: none yet */
    uint32_t secrets_number;
    Moment created_at;
    bool has_signed_in;
    Moment last_sign_in;
} UserRow;

/* errors  CONFLICT when the login is taken */
MUST_CHECK Status store_add_user(Store *store, const UserRow *user, uint32_t *ret_id, Error *err);
/* Everything but the moment of creation, by the id. */
MUST_CHECK Status store_change_user(Store *store, const UserRow *user, Error *err);
/* By the login, folded; id 0 when there is none. */
MUST_CHECK Status store_find_user(Store *store, Text login, Arena *arena, UserRow *ret_user,
                                  Error *err);
MUST_CHECK Status store_find_user_by_id(Store *store, uint32_t id, Arena *arena, UserRow *ret_user,
                                        Error *err);
/* By login, after the folded one of `after`. */
typedef struct {
    UserRow *items;
    size_t count, capacity;
} UserRows;
MUST_CHECK Status store_list_users(Store *store, Text after, size_t limit, Arena *arena,
                                   UserRows *ret_users, Error *err);

MUST_CHECK Status store_add_link(Store *store, Text digest, uint32_t user_id, int64_t expires_utc,
                                 Error *err);
/* Whom it was for; 0 when there is none, or it is too old. */
MUST_CHECK Status store_find_link(Store *store, Text digest, int64_t now_utc, uint32_t *ret_user_id,
                                  Error *err);
/* Remove all links of a user, and those of everybody that are too old. */
MUST_CHECK Status store_remove_links(Store *store, uint32_t user_id, int64_t now_utc, Error *err);

typedef struct {
    uint32_t id, user_id;
    Text name, digest, rights;
    Text login; /* of its user; for reading */
    Moment created_at;
    bool has_expiry;
    Date expires;
} TokenRow;

MUST_CHECK Status store_add_token(Store *store, const TokenRow *token, uint32_t *ret_id,
                                  Error *err);
MUST_CHECK Status store_find_token(Store *store, Text digest, Arena *arena, TokenRow *ret_token,
                                   Error *err); /* id 0 when there is none */
/* In order of their ids, after one. */
typedef struct {
    TokenRow *items;
    size_t count, capacity;
} TokenRows;
MUST_CHECK Status store_list_tokens(Store *store, uint32_t after, size_t limit, Arena *arena,
                                    TokenRows *ret_tokens, Error *err);
MUST_CHECK Status store_remove_token(Store *store, uint32_t id, Error *err); /* NOT_FOUND */

typedef struct {
    uint64_t id;
    Moment at;
    Text user, kind, object, detail;
} AuditRow;

MUST_CHECK Status store_add_audit(Store *store, const AuditRow *row, Error *err);

typedef struct {
    Text user, kind; /* empty: all */
    Text search;     /* found in user, kind, object or detail, folded; empty: all */
    bool has_from, has_to;
    Date from, to;   /* days, both in */
    uint64_t before; /* entries with a lower id; 0: from the newest */
    size_t limit;
} AuditQuery;
MUST_CHECK Status store_list_audit(Store *store, const AuditQuery *query, Arena *arena,
                                   AuditRow **ret_rows, size_t *ret_count, Error *err);
