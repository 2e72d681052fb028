/* access_rows.c -- rows of users, their links and tokens, and of the audit log. */
#include "store/access_rows.h"

#include "base/fold.h"
#include "store/check_parts.h"
#include "store/store_internal.h"

#define USER_COLUMNS                                                                           \
    "id, login, name, role, rights, manager, language, is_blocked, password, secrets_number, " \
    "created_at, last_sign_in"
#define TOKEN_COLUMNS                                                                \
    "t.id, t.user_id, t.name, t.digest, t.rights, u.login, t.created_at, t.expires " \
    "FROM main.access_token t JOIN main.access_user u ON u.id = t.user_id"

static const char insert_user[] =
    "INSERT INTO main.access_user (login, login_folded, name, role, rights, manager, language, "
    "is_blocked, password, secrets_number, last_sign_in, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
static const char update_user[] =
    "UPDATE main.access_user SET login = ?1, login_folded = ?2, name = ?3, role = ?4, rights = ?5, "
    "manager = ?6, language = ?7, is_blocked = ?8, password = ?9, secrets_number = ?10, "
    "last_sign_in = ?11 WHERE id = ?12";
static const char select_user[] =
    "SELECT " USER_COLUMNS " FROM main.access_user WHERE login_folded = ?1";
static const char select_user_by_id[] =
    "SELECT " USER_COLUMNS " FROM main.access_user WHERE id = ?1";
static const char select_users[] =
    "SELECT " USER_COLUMNS " FROM main.access_user WHERE login_folded > ?1 "
    "ORDER BY login_folded LIMIT ?2";
static const char select_logins[] = "SELECT id, login, login_folded FROM main.access_user";
static const char insert_link[] =
    "INSERT INTO main.access_link (digest, user_id, expires_at) VALUES (?1, ?2, ?3)";
static const char select_link[] =
    "SELECT user_id FROM main.access_link WHERE digest = ?1 AND expires_at > ?2";
static const char delete_links[] =
    "DELETE FROM main.access_link WHERE user_id = ?1 OR expires_at <= ?2";
static const char insert_token[] =
    "INSERT INTO main.access_token (name, digest, user_id, rights, created_at, expires) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
static const char select_token[] = "SELECT " TOKEN_COLUMNS " WHERE t.digest = ?1";
static const char select_tokens[] =
    "SELECT " TOKEN_COLUMNS " WHERE t.id > ?1 ORDER BY t.id LIMIT ?2";
static const char delete_token[] = "DELETE FROM main.access_token WHERE id = ?1";
static const char insert_audit[] =
    "INSERT INTO main.audit (at, user, kind, object, detail) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char select_audit[] =
    "SELECT id, at, user, kind, object, detail FROM main.audit "
    "WHERE (?1 = '' OR user = ?1) AND (?2 = '' OR kind = ?2) AND id < ?3 AND at >= ?4 AND at < ?5 "
    "ORDER BY id DESC";

/* ---- users ---- */

static void bind_user(sqlite3_stmt *statement, const UserRow *user, Arena *arena)
{
    const Text texts[] = {user->login,   text_fold(user->login, arena),
                          user->name,    user->role,
                          user->rights,  user->manager,
                          user->language};
    for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
        statement_bind_text(statement, i + 1, texts[i]);
    statement_bind_integer(statement, 8, user->is_blocked);
    statement_bind_text(statement, 9, user->password);
    statement_bind_integer(statement, 10, user->secrets_number);
    statement_bind_integer_or_null(statement, 11, user->has_signed_in, user->last_sign_in.second);
}

static UserRow read_user(sqlite3_stmt *row, Arena *arena)
{
    return (UserRow){.id = (uint32_t)statement_integer(row, 0),
                     .login = arena_text(arena, statement_text(row, 1)),
                     .name = arena_text(arena, statement_text(row, 2)),
                     .role = arena_text(arena, statement_text(row, 3)),
                     .rights = arena_text(arena, statement_text(row, 4)),
                     .manager = arena_text(arena, statement_text(row, 5)),
                     .language = arena_text(arena, statement_text(row, 6)),
                     .is_blocked = statement_integer(row, 7) != 0,
                     .password = arena_text(arena, statement_text(row, 8)),
                     .secrets_number = (uint32_t)statement_integer(row, 9),
                     .created_at = {statement_integer(row, 10)},
                     .has_signed_in = !statement_is_null(row, 11),
                     .last_sign_in = {statement_integer(row, 11)}};
}

Status store_add_user(Store *store, const UserRow *user, uint32_t *ret_id, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UserRow taken;
    TRY(store_check_writable(store, err));
    TRY(store_find_user(store, user->login, arena, &taken, err));
    if (taken.id != 0)
        return error_set(err, STATUS_CONFLICT, "there is a user '%.*s' already",
                         TEXT_FORMAT(taken.login));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_user, &statement, err));
    bind_user(statement, user, arena);
    statement_bind_integer(statement, 12, user->created_at.second);
    TRY(statement_run(statement, err));
    *ret_id = (uint32_t)sqlite3_last_insert_rowid(store->database);
    return STATUS_OK;
}

Status store_change_user(Store *store, const UserRow *user, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, update_user, &statement, err));
    bind_user(statement, user, arena);
    statement_bind_integer(statement, 12, user->id);
    return statement_run(statement, err);
}

Status store_find_user(Store *store, Text login, Arena *arena, UserRow *ret_user, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_user, &statement, err));
    statement_bind_text(statement, 1, text_fold(login, arena));
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_user = has_row ? read_user(statement, arena) : (UserRow){0};
    return STATUS_OK;
}

Status store_find_user_by_id(Store *store, uint32_t id, Arena *arena, UserRow *ret_user, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_user_by_id, &statement, err));
    statement_bind_integer(statement, 1, id);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_user = has_row ? read_user(statement, arena) : (UserRow){0};
    return STATUS_OK;
}

Status store_list_users(Store *store, Text after, size_t limit, Arena *arena, UserRows *ret_users,
                        Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_users, &statement, err));
    statement_bind_text(statement, 1, text_fold(after, arena));
    statement_bind_integer(statement, 2, (int64_t)limit);
    UserRows list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        UserRow user = read_user(statement, arena);
        ARENA_PUSH(arena, &list, user);
    }
    *ret_users = list;
    return STATUS_OK;
}

Status check_users(Problems *problems, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    AUTO(statement_done) sqlite3_stmt *row = NULL;
    TRY(statement_prepare(problems->store->database, text_of(select_logins), &row, err));
    for (bool has_row;;) {
        TRY(statement_step(row, &has_row, err));
        if (!has_row) return STATUS_OK;
        Text folded = text_fold(statement_text(row, 1), arena);
        if (!text_equal(folded, statement_text(row, 2)))
            problem_add(problems, "the user number %lld is not found by his login",
                        (long long)statement_integer(row, 0));
        arena_reset(arena);
    }
}

/* ---- links ---- */

Status store_add_link(Store *store, Text digest, uint32_t user_id, int64_t expires_utc, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_link, &statement, err));
    statement_bind_text(statement, 1, digest);
    statement_bind_integer(statement, 2, user_id);
    statement_bind_integer(statement, 3, expires_utc);
    return statement_run(statement, err);
}

Status store_find_link(Store *store, Text digest, int64_t now_utc, uint32_t *ret_user_id,
                       Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_link, &statement, err));
    statement_bind_text(statement, 1, digest);
    statement_bind_integer(statement, 2, now_utc);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_user_id = has_row ? (uint32_t)statement_integer(statement, 0) : 0;
    return STATUS_OK;
}

Status store_remove_links(Store *store, uint32_t user_id, int64_t now_utc, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_links, &statement, err));
    statement_bind_integer(statement, 1, user_id);
    statement_bind_integer(statement, 2, now_utc);
    return statement_run(statement, err);
}

/* ---- tokens ---- */

static TokenRow read_token(sqlite3_stmt *row, Arena *arena)
{
    return (TokenRow){.id = (uint32_t)statement_integer(row, 0),
                      .user_id = (uint32_t)statement_integer(row, 1),
                      .name = arena_text(arena, statement_text(row, 2)),
                      .digest = arena_text(arena, statement_text(row, 3)),
                      .rights = arena_text(arena, statement_text(row, 4)),
                      .login = arena_text(arena, statement_text(row, 5)),
                      .created_at = {statement_integer(row, 6)},
                      .has_expiry = !statement_is_null(row, 7),
                      .expires = {(int32_t)statement_integer(row, 7)}};
}

Status store_add_token(Store *store, const TokenRow *token, uint32_t *ret_id, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_token, &statement, err));
    statement_bind_text(statement, 1, token->name);
    statement_bind_text(statement, 2, token->digest);
    statement_bind_integer(statement, 3, token->user_id);
    statement_bind_text(statement, 4, token->rights);
    statement_bind_integer(statement, 5, token->created_at.second);
    statement_bind_integer_or_null(statement, 6, token->has_expiry, token->expires.day);
    TRY(statement_run(statement, err));
    *ret_id = (uint32_t)sqlite3_last_insert_rowid(store->database);
    return STATUS_OK;
}

Status store_find_token(Store *store, Text digest, Arena *arena, TokenRow *ret_token, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_token, &statement, err));
    statement_bind_text(statement, 1, digest);
    bool has_row;
    TRY(statement_step(statement, &has_row, err));
    *ret_token = has_row ? read_token(statement, arena) : (TokenRow){0};
    return STATUS_OK;
}

Status store_list_tokens(Store *store, uint32_t after, size_t limit, Arena *arena,
                         TokenRows *ret_tokens, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, select_tokens, &statement, err));
    statement_bind_integer(statement, 1, after);
    statement_bind_integer(statement, 2, (int64_t)limit);
    TokenRows list = {0};
    for (bool has_row;;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        TokenRow token = read_token(statement, arena);
        ARENA_PUSH(arena, &list, token);
    }
    *ret_tokens = list;
    return STATUS_OK;
}

Status store_remove_token(Store *store, uint32_t id, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, delete_token, &statement, err));
    statement_bind_integer(statement, 1, id);
    TRY(statement_run(statement, err));
    if (database_has_changed(store->database)) return STATUS_OK;
    return error_set(err, STATUS_NOT_FOUND, "there is no token number %u", id);
}

/* ---- the audit log ---- */

Status store_add_audit(Store *store, const AuditRow *row, Error *err)
{
    TRY(store_check_writable(store, err));
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    TRY(store_statement(store, insert_audit, &statement, err));
    statement_bind_integer(statement, 1, row->at.second);
    statement_bind_text(statement, 2, row->user);
    statement_bind_text(statement, 3, row->kind);
    statement_bind_text(statement, 4, row->object);
    statement_bind_text(statement, 5, row->detail);
    return statement_run(statement, err);
}

static AuditRow read_audit(sqlite3_stmt *row, Arena *arena)
{
    return (AuditRow){.id = (uint64_t)statement_integer(row, 0),
                      .at = {statement_integer(row, 1)},
                      .user = arena_text(arena, statement_text(row, 2)),
                      .kind = arena_text(arena, statement_text(row, 3)),
                      .object = arena_text(arena, statement_text(row, 4)),
                      .detail = arena_text(arena, statement_text(row, 5))};
}

static bool is_found_in(sqlite3_stmt *row, Text folded_search, Arena *scratch)
{
    bool is_found = folded_search.size == 0;
    for (int column = 2; column <= 5 && !is_found; column++)
        is_found = text_contains(text_fold(statement_text(row, column), scratch), folded_search);
    arena_reset(scratch);
    return is_found;
}

Status store_list_audit(Store *store, const AuditQuery *query, Arena *arena, AuditRow **ret_rows,
                        size_t *ret_count, Error *err)
{
    AUTO(arena_done) Arena *scratch = arena_new();
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    Text search = text_fold(query->search, arena);
    TRY(store_statement(store, select_audit, &statement, err));
    statement_bind_text(statement, 1, query->user);
    statement_bind_text(statement, 2, query->kind);
    statement_bind_integer(statement, 3, query->before != 0 ? (int64_t)query->before : INT64_MAX);
    statement_bind_integer(statement, 4,
                           query->has_from ? moment_of(query->from, 0, 0, 0).second : INT64_MIN);
    statement_bind_integer(statement, 5,
                           query->has_to ? moment_of((Date){query->to.day + 1}, 0, 0, 0).second
                                         : INT64_MAX);
    struct {
        AuditRow *items;
        size_t count, capacity;
    } list = {0};
    while (list.count < query->limit) {
        bool has_row;
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        if (!is_found_in(statement, search, scratch)) continue;
        AuditRow row = read_audit(statement, arena);
        ARENA_PUSH(arena, &list, row);
    }
    *ret_rows = list.items;
    *ret_count = list.count;
    return STATUS_OK;
}
