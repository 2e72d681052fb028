/* users.c -- people who may sign in, and what they sign in with. */
#include "access/users.h"

#include "access/right_list.h"
#include "base/secret.h"

#include <string.h>

/* ---- rows ---- */

static Status user_of_row(const UserRow *row, User *ret_user, Error *err)
{
    User user = {.id = row->id,
                 .login = row->login,
                 .name = row->name,
                 .manager = row->manager,
                 .has_language = row->language.size > 0,
                 .is_blocked = row->is_blocked,
                 .has_password = row->password.size > 0,
                 .secrets_number = row->secrets_number,
                 .created_at = row->created_at,
                 .has_signed_in = row->has_signed_in,
                 .last_sign_in = row->last_sign_in};
    bool is_sound = role_parse(row->role, &user.role) &&
                    right_list_parse(row->rights, &user.own_rights) &&
                    (!user.has_language || language_parse(row->language, &user.language));
    if (!is_sound)
        return error_set(err, STATUS_CORRUPT, "the user '%.*s' is damaged",
                         TEXT_FORMAT(row->login));
    *ret_user = user;
    return STATUS_OK;
}

static void fill_row(const User *user, Arena *arena, UserRow *row)
{
    row->login = user->login;
    row->name = user->name;
    row->role = text_of(role_code(user->role));
    row->rights = right_list_print(user->own_rights, arena);
    row->manager = user->manager;
    row->language = user->has_language ? text_of(language_code(user->language)) : TEXT("");
    row->is_blocked = user->is_blocked;
}

static Status check(const User *user, Error *err)
{
    Text login = text_trim(user->login);
    if (login.size == 0 || login.size > LOGIN_BYTES_MAX || login.size != user->login.size ||
        text_contains(login, TEXT("/")) || !utf8_is_valid(login))
        return error_set(err, STATUS_INVALID,
                         "a login has 1 to %d bytes, no '/' and no space around it, unlike '%.*s'",
                         LOGIN_BYTES_MAX, TEXT_FORMAT(user->login));
    if (user->role == ROLE_MANAGER && user->manager.size == 0)
        return error_set(err, STATUS_INVALID,
                         "say whose customers '%.*s' sees: the value of the property manager",
                         TEXT_FORMAT(user->login));
    if (user->role != ROLE_MANAGER && user->manager.size > 0)
        return error_set(err, STATUS_INVALID, "only the role manager sees some customers only");
    return STATUS_OK;
}

/* ---- users ---- */

Status user_add(Store *store, const User *user, AccessClock clock, Arena *arena, User *ret_user,
                Error *err)
{
    UserRow row = {.secrets_number = 1, .created_at = clock.now};
    uint32_t id;
    TRY(check(user, err));
    fill_row(user, arena, &row);
    TRY(store_add_user(store, &row, &id, err));
    return user_find_by_id(store, id, arena, ret_user, err);
}

/* Somebody besides `user` who may administer. */
static Status check_administrators(Store *store, const User *user, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    Users users;
    Text after = TEXT("");
    do {
        TRY(user_list(store, after, USERS_LIST_MAX, arena, &users, err));
        for (size_t i = 0; i < users.count; i++) {
            const User *other = &users.items[i];
            after = other->login;
            if (other->id == user->id || other->is_blocked) continue;
            if (other->role == ROLE_ADMINISTRATOR) return STATUS_OK;
        }
    } while (users.count == USERS_LIST_MAX);
    return error_set(err, STATUS_CONFLICT,
                     "nobody would be left to administer; make somebody else an administrator "
                     "first");
}

Status user_change(Store *store, const User *user, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UserRow row;
    TRY(check(user, err));
    TRY(store_find_user_by_id(store, user->id, arena, &row, err));
    bool may_administer = user->role == ROLE_ADMINISTRATOR && !user->is_blocked;
    bool might = text_equal(row.role, text_of(role_code(ROLE_ADMINISTRATOR))) && !row.is_blocked;
    if (might && !may_administer) TRY(check_administrators(store, user, err));
    if (user->is_blocked && !row.is_blocked) row.secrets_number++;
    fill_row(user, arena, &row);
    return store_change_user(store, &row, err);
}

Status user_get(Store *store, Text login, Arena *arena, User *ret_user, Error *err)
{
    UserRow row;
    TRY(store_find_user(store, login, arena, &row, err));
    if (row.id != 0) return user_of_row(&row, ret_user, err);
    return error_set(err, STATUS_NOT_FOUND, "there is no user '%.*s'", TEXT_FORMAT(login));
}

Status user_find_by_id(Store *store, uint32_t id, Arena *arena, User *ret_user, Error *err)
{
    UserRow row;
    TRY(store_find_user_by_id(store, id, arena, &row, err));
    *ret_user = (User){0};
    return row.id == 0 ? STATUS_OK : user_of_row(&row, ret_user, err);
}

Status user_list(Store *store, Text after, size_t limit, Arena *arena, Users *ret_users, Error *err)
{
    UserRows rows;
    TRY(store_list_users(store, after, limit, arena, &rows, err));
    Users users = {ARENA_ARRAY(arena, User, rows.count), rows.count};
    for (size_t i = 0; i < rows.count; i++)
        TRY(user_of_row(&rows.items[i], &users.items[i], err));
    *ret_users = users;
    return STATUS_OK;
}

/* ---- what he signs in with ---- */

static Text digest_of(Text secret, Arena *arena)
{
    char hex[65];
    hash_hex(hash_blake2b(secret.data, secret.size), hex);
    return arena_text(arena, text_of(hex));
}

Status user_make_link(Store *store, const User *user, AccessClock clock, Arena *arena,
                      Text *ret_secret, Error *err)
{
    char secret[SECRET_BYTES];
    secret_make(secret);
    Text text = arena_text(arena, text_of(secret));
    int64_t expires = clock.utc_second + (int64_t)LINK_HOURS * 3600;
    TRY(store_remove_links(store, user->id, clock.utc_second, err));
    TRY(store_add_link(store, digest_of(text, arena), user->id, expires, err));
    *ret_secret = text;
    return STATUS_OK;
}

Status user_of_link(Store *store, Text secret, AccessClock clock, Arena *arena, User *ret_user,
                    Error *err)
{
    uint32_t id;
    User user = {0};
    TRY(store_find_link(store, digest_of(secret, arena), clock.utc_second, &id, err));
    if (id != 0) TRY(user_find_by_id(store, id, arena, &user, err));
    if (user.id == 0 || user.is_blocked)
        return error_set(err, STATUS_DENIED,
                         "this link was used already or is too old; ask for another one");
    *ret_user = user;
    return STATUS_OK;
}

static Status set_password(UserRow *row, Text password, Arena *arena, Error *err)
{
    char hash[SECRET_PASSWORD_BYTES];
    if (!utf8_is_valid(password) || utf8_length(password) < PASSWORD_LENGTH_MIN ||
        password.size > PASSWORD_BYTES_MAX)
        return error_set(err, STATUS_INVALID,
                         "a password has at least %d letters and at most %d bytes",
                         PASSWORD_LENGTH_MIN, PASSWORD_BYTES_MAX);
    TRY(secret_hash_password(password, hash, err));
    row->password = arena_text(arena, text_of(hash));
    row->secrets_number++;
    return STATUS_OK;
}

Status user_use_link(Store *store, const User *user, Text password, AccessClock clock, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UserRow row;
    TRY(store_find_user_by_id(store, user->id, arena, &row, err));
    if (password.size > 0) TRY(set_password(&row, password, arena, err));
    TRY(store_remove_links(store, user->id, clock.utc_second, err));
    row.has_signed_in = true;
    row.last_sign_in = clock.now;
    return store_change_user(store, &row, err);
}

Status user_check_password(Store *store, Text login, Text password, Arena *arena, User *ret_user,
                           Error *err)
{
    UserRow row = {0};
    if (password.size > PASSWORD_BYTES_MAX) password = TEXT("");
    TRY(store_find_user(store, login, arena, &row, err));
    bool is_right = secret_is_password(row.password, password);
    if (row.id == 0 || !is_right || row.is_blocked)
        return error_set(err, STATUS_DENIED, "login or password is wrong");
    return user_of_row(&row, ret_user, err);
}

Status user_change_password(Store *store, const User *user, Text password, Text new_password,
                            Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UserRow row;
    TRY(store_find_user_by_id(store, user->id, arena, &row, err));
    bool is_right = secret_is_password(row.password, password);
    if (row.password.size > 0 && !is_right)
        return error_set(err, STATUS_DENIED, "the present password is another one");
    TRY(set_password(&row, new_password, arena, err));
    return store_change_user(store, &row, err);
}

Status user_note_sign_in(Store *store, const User *user, AccessClock clock, Error *err)
{
    AUTO(arena_done) Arena *arena = arena_new();
    UserRow row;
    TRY(store_find_user_by_id(store, user->id, arena, &row, err));
    row.has_signed_in = true;
    row.last_sign_in = clock.now;
    return store_change_user(store, &row, err);
}

Principal user_principal(const User *user)
{
    return (Principal){.user_id = user->id,
                       .login = user->login,
                       .role = user->role,
                       .rights = role_rights(user->role) | user->own_rights,
                       .manager = user->manager};
}

Status users_begin(Store *store, AccessClock clock, Arena *arena, Text *ret_secret, Error *err)
{
    Users users;
    *ret_secret = (Text){0};
    TRY(user_list(store, TEXT(""), USERS_LIST_MAX, arena, &users, err));
    const User *first = NULL;
    for (size_t i = 0; i < users.count; i++) {
        const User *user = &users.items[i];
        if (user->has_password) return STATUS_OK;
        bool may_administer = user->role == ROLE_ADMINISTRATOR && !user->is_blocked;
        if (first == NULL && may_administer) first = user;
    }
    User made;
    if (first == NULL) {
        const User administrator = {.login = TEXT("admin"), .role = ROLE_ADMINISTRATOR};
        TRY(user_add(store, &administrator, clock, arena, &made, err));
        first = &made;
    }
    return user_make_link(store, first, clock, arena, ret_secret, err);
}
