/* cmd_access.c -- kohorta user, token, audit: who may do what, and what was done. */
#include "cli/commands.h"

#include "access/right_list.h"
#include "access/tokens.h"
#include "cli/act_note.h"
#include "reply/access.h"

static AccessClock access_clock(const Invocation *invocation, const App *app)
{
    return (AccessClock){invocation->environment->utc_second(), app_now(app)};
}

static Status read_rights(const OptionList *codes, uint32_t *ret_rights, Error *err)
{
    *ret_rights = 0;
    for (size_t i = 0; i < codes->count; i++) {
        Right right;
        if (!right_parse(codes->items[i], &right))
            return error_set(err, STATUS_INVALID, "there is no right '%.*s'; --help lists them",
                             TEXT_FORMAT(codes->items[i]));
        *ret_rights |= UINT32_C(1) << right;
    }
    return STATUS_OK;
}

/* The link as a person opens it, or its secret as JSON. */
static void tell_link(Invocation *invocation, const User *user, Text secret, const char *done)
{
    if (!invocation->common.is_json) {
        invocation_done(invocation, "user", user->login, done);
        invocation_say(invocation, "sign in once, within %d hours: /sign-in?link=%.*s", LINK_HOURS,
                       TEXT_FORMAT(secret));
        return;
    }
    AUTO(buffer_done) Buffer out = {0};
    JsonWriter json = {.out = &out};
    json_begin(&json, '{');
    json_key(&json, "user");
    reply_user(&json, user);
    json_key(&json, "link");
    json_text(&json, secret);
    json_end(&json, '}');
    invocation_json(invocation, &out);
}

/* ---- users ---- */

typedef struct {
    Text name, role, manager;
    OptionList rights;
    bool is_blocked, is_unblocked;
} UserOptions;

#define USER_OPTIONS                                                                   \
    OPTION(UserOptions, name, TEXT, "name", "TEXT", "his name, for people"),           \
        OPTION(UserOptions, role, TEXT, "role", "ROLE",                                \
               "administrator, marketer, manager (sees his own customers) or viewer"), \
        OPTION(UserOptions, manager, TEXT, "manager", "TEXT",                          \
               "of a manager: the value of the property manager of his customers"),    \
        OPTION(UserOptions, rights, LIST, "right", "RIGHT",                            \
               "beyond the role: form, ship-override, ...; several times")

static const Option add_options[] = {USER_OPTIONS};
static const Option set_options[] = {
    USER_OPTIONS,
    OPTION(UserOptions, is_blocked, FLAG, "block", NULL, "he cannot sign in and is signed out"),
    OPTION(UserOptions, is_unblocked, FLAG, "unblock", NULL, "he can sign in again"),
};

static Status apply(const UserOptions *chosen, User *user, Error *err)
{
    if (chosen->name.data != NULL) user->name = chosen->name;
    if (chosen->role.data != NULL && !role_parse(chosen->role, &user->role))
        return error_set(err, STATUS_INVALID, "there is no role '%.*s'; --help lists them",
                         TEXT_FORMAT(chosen->role));
    if (user->role != ROLE_MANAGER) user->manager = TEXT("");
    if (chosen->manager.data != NULL) user->manager = chosen->manager;
    if (chosen->rights.count > 0) TRY(read_rights(&chosen->rights, &user->own_rights, err));
    if (chosen->is_blocked && chosen->is_unblocked)
        return error_set(err, STATUS_INVALID, "--block and --unblock contradict each other");
    if (chosen->is_blocked || chosen->is_unblocked) user->is_blocked = chosen->is_blocked;
    return STATUS_OK;
}

static Status run_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    Arena *arena = invocation->arena;
    User draft = {.login = invocation_argument(invocation, 0), .role = ROLE_VIEWER}, user;
    Text secret;
    TRY(apply(given, &draft, err));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    AccessClock clock = access_clock(invocation, app);
    TRY(user_add(app_store(app), &draft, clock, arena, &user, err));
    TRY(user_make_link(app_store(app), &user, clock, arena, &secret, err));
    TRY(act_note(app, AUDIT_USER, user.login, "added", err));
    tell_link(invocation, &user, secret, "added");
    return STATUS_OK;
}

static Status run_set(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    User user;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(user_get(app_store(app), invocation_argument(invocation, 0), invocation->arena, &user,
                 err));
    TRY(apply(given, &user, err));
    TRY(user_change(app_store(app), &user, err));
    TRY(act_note(app, AUDIT_USER, user.login, "changed", err));
    invocation_done(invocation, "user", user.login, "changed");
    return STATUS_OK;
}

static Status run_link(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Arena *arena = invocation->arena;
    User user;
    Text secret;
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(user_get(app_store(app), invocation_argument(invocation, 0), arena, &user, err));
    TRY(user_make_link(app_store(app), &user, access_clock(invocation, app), arena, &secret, err));
    TRY(act_note(app, AUDIT_USER, user.login, "link", err));
    tell_link(invocation, &user, secret, "has a new link");
    return STATUS_OK;
}

static Status run_users(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Arena *arena = invocation->arena;
    Users users;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(user_list(app_store(app), TEXT(""), SIZE_MAX / 2, arena, &users, err));
    Type text = {.kind = TYPE_TEXT}, boolean = {.kind = TYPE_BOOL}, moment = {.kind = TYPE_MOMENT};
    const OutputColumn columns[] = {
        {TEXT("login"), TEXT(""), text},          {TEXT("name"), TEXT(""), text},
        {TEXT("role"), TEXT(""), text},           {TEXT("rights"), TEXT(""), text},
        {TEXT("manager"), TEXT(""), text},        {TEXT("is_blocked"), TEXT(""), boolean},
        {TEXT("last_sign_in"), TEXT(""), moment},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, app_language(app));
    AUTO(output_done) Output *output = output_open(format, columns, 7);
    for (size_t i = 0; i < users.count; i++) {
        const User *user = &users.items[i];
        const Value values[] = {
            value_text(user->login),
            value_text(user->name),
            value_text(text_of(role_code(user->role))),
            value_text(right_list_print(user->own_rights, arena)),
            value_text(user->manager),
            value_bool(user->is_blocked),
            user->has_signed_in ? value_moment(user->last_sign_in) : value_missing(),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const Command command_user_add = {
    .name = "user add",
    .arguments = "LOGIN",
    .summary = "let a person sign in to the page",
    .details = "Prints a link that works once; by it he chooses a password.\n"
               "Rights: read, write, form, ship-override, import, erase, admin. A viewer reads; a\n"
               "marketer also writes, forms and imports; an administrator may do everything.",
    .options = add_options,
    .options_count = COUNT(add_options),
    .options_size = sizeof(UserOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_add,
};

const Command command_user_list = {
    .name = "user list",
    .arguments = "",
    .summary = "list who may sign in",
    .run = run_users,
};

const Command command_user_set = {
    .name = "user set",
    .arguments = "LOGIN",
    .summary = "change what a person may do, or block him",
    .options = set_options,
    .options_count = COUNT(set_options),
    .options_size = sizeof(UserOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_set,
};

const Command command_user_link = {
    .name = "user link",
    .arguments = "LOGIN",
    .summary = "make a link to sign in with once, for who forgot his password",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_link,
};

/* ---- tokens ---- */

typedef struct {
    OptionList rights;
    OptionDate expires;
    Text user;
} TokenOptions;

static const Option token_options[] = {
    OPTION(TokenOptions, rights, LIST, "right", "RIGHT", "what it may do; several times (read)"),
    OPTION(TokenOptions, expires, DATE, "expires", "DATE", "last day on which it works"),
    OPTION(TokenOptions, user, TEXT, "user", "LOGIN", "who answers for it (admin)"),
};

static void tell_token(Invocation *invocation, const TokenWithSecret *made)
{
    if (!invocation->common.is_json) {
        invocation_done(invocation, "token", made->token.name, "made");
        invocation_say(invocation, "told this once: %.*s", TEXT_FORMAT(made->secret));
        return;
    }
    AUTO(buffer_done) Buffer out = {0};
    JsonWriter json = {.out = &out};
    json_begin(&json, '{');
    json_key(&json, "token");
    reply_token(&json, &made->token);
    json_key(&json, "secret");
    json_text(&json, made->secret);
    json_end(&json, '}');
    invocation_json(invocation, &out);
}

static Status run_token_add(Invocation *invocation, const void *given, Error *err)
{
    AUTO(app_done) App *app = NULL;
    const TokenOptions *chosen = given;
    Token draft = {.name = invocation_argument(invocation, 0),
                   .rights = UINT32_C(1) << RIGHT_READ,
                   .has_expiry = chosen->expires.is_given,
                   .expires = chosen->expires.value};
    TokenWithSecret made;
    User user;
    if (chosen->rights.count > 0) TRY(read_rights(&chosen->rights, &draft.rights, err));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    Text login = chosen->user.data != NULL ? chosen->user : TEXT("admin");
    TRY(user_get(app_store(app), login, invocation->arena, &user, err));
    draft.created_at = app_now(app);
    TRY(token_add(app_store(app), &user, &draft, invocation->arena, &made, err));
    TRY(act_note(app, AUDIT_TOKEN, draft.name, "made", err));
    tell_token(invocation, &made);
    return STATUS_OK;
}

static Status run_token_revoke(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Text number = invocation_argument(invocation, 0);
    int64_t id;
    int scale;
    if (!decimal_parse(number, &id, &scale) || scale != 0 || id < 1 || id > UINT32_MAX)
        return error_set(err, STATUS_INVALID, "'%.*s' is no number of a token; see token list",
                         TEXT_FORMAT(number));
    TRY(invocation_open(invocation, STORE_WRITE, &app, err));
    TRY(token_revoke(app_store(app), (uint32_t)id, err));
    TRY(act_note(app, AUDIT_TOKEN, number, "revoked", err));
    invocation_done(invocation, "token", number, "revoked");
    return STATUS_OK;
}

static Status run_tokens(Invocation *invocation, const void *given, Error *err)
{
    (void)given;
    AUTO(app_done) App *app = NULL;
    Arena *arena = invocation->arena;
    Tokens tokens;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(token_list(app_store(app), 0, SIZE_MAX / 2, arena, &tokens, err));
    Type text = {.kind = TYPE_TEXT}, number = {.kind = TYPE_DECIMAL}, date = {.kind = TYPE_DATE};
    const OutputColumn columns[] = {
        {TEXT("id"), TEXT(""), number},    {TEXT("name"), TEXT(""), text},
        {TEXT("user"), TEXT(""), text},    {TEXT("rights"), TEXT(""), text},
        {TEXT("expires"), TEXT(""), date},
    };
    OutputOptions format = invocation_output(invocation, FORMAT_TABLE, app_language(app));
    AUTO(output_done) Output *output = output_open(format, columns, 5);
    for (size_t i = 0; i < tokens.count; i++) {
        const Token *token = &tokens.items[i];
        const Value values[] = {
            value_decimal(token->id),
            value_text(token->name),
            value_text(token->login),
            value_text(right_list_print(token->rights, arena)),
            token->has_expiry ? value_date(token->expires) : value_missing(),
        };
        output_row(output, values);
    }
    return output_close(output, err);
}

const Command command_token_add = {
    .name = "token add",
    .arguments = "NAME",
    .summary = "make a token for a program that uses the API",
    .details = "The secret is printed this once; only a hash of it is kept. The program sends\n"
               "  Authorization: Bearer SECRET",
    .options = token_options,
    .options_count = COUNT(token_options),
    .options_size = sizeof(TokenOptions),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_token_add,
};

const Command command_token_list = {
    .name = "token list",
    .arguments = "",
    .summary = "list the tokens of programs",
    .run = run_tokens,
};

const Command command_token_revoke = {
    .name = "token revoke",
    .arguments = "NUMBER",
    .summary = "make a token worthless at once",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = run_token_revoke,
};

/* ---- the audit log ---- */

typedef struct {
    Text user, kind, search;
    OptionDate from, to;
    OptionCount limit;
} AuditOptions;

static const Option audit_options[] = {
    OPTION(AuditOptions, user, TEXT, "user", "LOGIN", "what he did"),
    OPTION(AuditOptions, kind, TEXT, "kind", "KIND", "sign-in, export, definition, ..."),
    OPTION(AuditOptions, search, TEXT, "search", "TEXT", "in the user, the thing or what was done"),
    OPTION(AuditOptions, from, DATE, "from", "DATE", "first day"),
    OPTION(AuditOptions, to, DATE, "to", "DATE", "last day"),
    OPTION(AuditOptions, limit, COUNT, "limit", "N", "how many, the newest first (100; 0 is all)"),
};

static Status run_audit(Invocation *invocation, const void *given, Error *err)
{
    enum { LIMIT_USUAL = 100 };
    AUTO(app_done) App *app = NULL;
    const AuditOptions *chosen = given;
    AuditQuery query = {.user = chosen->user,
                        .kind = chosen->kind,
                        .search = chosen->search,
                        .has_from = chosen->from.is_given,
                        .from = chosen->from.value,
                        .has_to = chosen->to.is_given,
                        .to = chosen->to.value,
                        .limit = rows_chosen(chosen->limit, LIMIT_USUAL)};
    AuditRow *rows;
    size_t count;
    TRY(invocation_open(invocation, STORE_READ, &app, err));
    TRY(store_list_audit(app_store(app), &query, invocation->arena, &rows, &count, err));
    return output_audit(invocation_output(invocation, FORMAT_TABLE, app_language(app)), rows, count,
                        err);
}

const Command command_audit = {
    .name = "audit",
    .arguments = "",
    .summary = "what was done, by whom and when",
    .options = audit_options,
    .options_count = COUNT(audit_options),
    .options_size = sizeof(AuditOptions),
    .run = run_audit,
};
