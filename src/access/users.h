/* users.h -- people who may sign in, and what they sign in with. */
#pragma once

#include "access/access.h"
#include "store/access_rows.h"

enum {
    LOGIN_BYTES_MAX = 100,
    PASSWORD_LENGTH_MIN = 10, /* code points */
    PASSWORD_BYTES_MAX = 1000,
    LINK_HOURS = 72,
    USERS_LIST_MAX = 1000
};

typedef struct {
    uint32_t id;
    Text login, name;
    Role role;
    uint32_t own_rights; /* a bit per right that was given beyond the role */
    Text manager;        /* of the role manager: the value of the property of his customers */
    bool has_language;
    Language language;
    bool is_blocked, has_password;
    uint32_t secrets_number; /* another one: whatever he was signed in with is void */
    Moment created_at;
    bool has_signed_in;
    Moment last_sign_in;
} User;

/* What the verbs need to know of the moment. */
typedef struct {
    int64_t utc_second;
    Moment now; /* on the wall of the business */
} AccessClock;

/* errors  INVALID login, name or manager; CONFLICT the login is taken. A manager wants a value. */
MUST_CHECK Status user_add(Store *store, const User *user, AccessClock clock, Arena *arena,
                           User *ret_user, Error *err);
/* Login, role, rights, name, manager, language, blocking. Who is blocked is signed out at once.
 * errors  CONFLICT when nobody would be left to administer */
MUST_CHECK Status user_change(Store *store, const User *user, Error *err);
/* NOT_FOUND names the login. */
MUST_CHECK Status user_get(Store *store, Text login, Arena *arena, User *ret_user, Error *err);
/* id 0 when there is none. */
MUST_CHECK Status user_find_by_id(Store *store, uint32_t id, Arena *arena, User *ret_user,
                                  Error *err);
typedef struct {
    User *items;
    size_t count;
} Users;
MUST_CHECK Status user_list(Store *store, Text after, size_t limit, Arena *arena, Users *ret_users,
                            Error *err);

/* ---- what he signs in with ---- */

/* The secret of a link to sign in with once, within LINK_HOURS; earlier links are void. */
MUST_CHECK Status user_make_link(Store *store, const User *user, AccessClock clock, Arena *arena,
                                 Text *ret_secret, Error *err);
/* Who a link is for. DENIED when it is unknown, used or too old, or he is blocked. */
MUST_CHECK Status user_of_link(Store *store, Text secret, AccessClock clock, Arena *arena,
                               User *ret_user, Error *err);
/* Use it up: his links are void, and he has the password from now on unless it is empty.
 * errors  INVALID a password that is too short or too long */
MUST_CHECK Status user_use_link(Store *store, const User *user, Text password, AccessClock clock,
                                Error *err);
/* About 20 ms. DENIED with one sentence for all reasons: no such login, another password, blocked.
 */
MUST_CHECK Status user_check_password(Store *store, Text login, Text password, Arena *arena,
                                      User *ret_user, Error *err);
/* Sessions of before are void. DENIED when the present one is wrong, INVALID as above. */
MUST_CHECK Status user_change_password(Store *store, const User *user, Text password,
                                       Text new_password, Error *err);
MUST_CHECK Status user_note_sign_in(Store *store, const User *user, AccessClock clock, Error *err);

/* What he may do; the texts are those of the user. */
Principal user_principal(const User *user);

/* When nobody can sign in yet: the administrator, made if need be, with a link. An empty secret
 * when somebody can. */
MUST_CHECK Status users_begin(Store *store, AccessClock clock, Arena *arena, Text *ret_secret,
                              Error *err);
