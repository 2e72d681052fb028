/* test_users.c -- people, links, passwords, tokens and the audit log over a data directory. */
#include "harness/harness.h"

#include "access/audit.h"
#include "access/tokens.h"
#include "base/file.h"
#include "model/built_in.h"
#include "store/fixture.h"

#include <stdio.h>
#include <string.h>

static const AccessClock noon = {1774958400, {1774969200}};

typedef struct {
    Arena *arena;
    Store *store;
    Error err;
} World;

static World world_open(void)
{
    World world = {.arena = arena_new()};
    const Settings settings = {
        .time_zone = TEXT("Europe/Moscow"), .currency = TEXT("RUB"), .language = LANGUAGE_RU};
    const char *path = arena_printf(world.arena, "%s/data", harness_temporary_dir()).data;
    EXPECT_OK(store_init(path, settings, &world.err), &world.err);
    EXPECT_OK(store_open(path, STORE_WRITE, &world.store, &world.err), &world.err);
    return world;
}

static void world_done(World *world)
{
    store_close(world->store);
    arena_free(world->arena);
}

static User add(World *world, const char *login, Role role)
{
    User draft = {.login = text_of(login), .role = role}, user = {0};
    if (role == ROLE_MANAGER) draft.manager = TEXT("Петров");
    EXPECT_OK(user_add(world->store, &draft, noon, world->arena, &user, &world->err), &world->err);
    return user;
}

TEST(users_are_found_without_regard_to_case)
{
    World world = world_open();
    User maria = add(&world, "Мария", ROLE_MARKETER), found;
    EXPECT_OK(user_get(world.store, TEXT("мария"), world.arena, &found, &world.err), &world.err);
    EXPECT(found.id == maria.id && found.role == ROLE_MARKETER && !found.has_password);
    EXPECT_STATUS(user_get(world.store, TEXT("x"), world.arena, &found, &world.err),
                  STATUS_NOT_FOUND, &world.err);
    const User again = {.login = TEXT("МАРИЯ"), .role = ROLE_VIEWER};
    EXPECT_STATUS(user_add(world.store, &again, noon, world.arena, &found, &world.err),
                  STATUS_CONFLICT, &world.err);
    world_done(&world);
}

TEST(logins_and_managers_are_checked)
{
    World world = world_open();
    User user;
    const User bad[] = {
        {.login = TEXT(""), .role = ROLE_VIEWER},
        {.login = TEXT(" a"), .role = ROLE_VIEWER},
        {.login = TEXT("a/b"), .role = ROLE_VIEWER},
        {.login = TEXT("\xff"), .role = ROLE_VIEWER},
        {.login = TEXT("a"), .role = ROLE_MANAGER},
        {.login = TEXT("a"), .role = ROLE_VIEWER, .manager = TEXT("x")},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        EXPECT_STATUS(user_add(world.store, &bad[i], noon, world.arena, &user, &world.err),
                      STATUS_INVALID, &world.err);
    char longest[LOGIN_BYTES_MAX + 2];
    memset(longest, 'a', sizeof longest);
    User at = {.login = {longest, LOGIN_BYTES_MAX}, .role = ROLE_VIEWER}, over = at;
    over.login.size++;
    EXPECT_OK(user_add(world.store, &at, noon, world.arena, &user, &world.err), &world.err);
    EXPECT_STATUS(user_add(world.store, &over, noon, world.arena, &user, &world.err),
                  STATUS_INVALID, &world.err);
    world_done(&world);
}

TEST(links_work_once_and_for_a_while)
{
    World world = world_open();
    User user = add(&world, "a", ROLE_VIEWER), found;
    Text first, second;
    AccessClock late = noon;
    late.utc_second += (int64_t)LINK_HOURS * 3600;
    EXPECT_OK(user_make_link(world.store, &user, noon, world.arena, &first, &world.err),
              &world.err);
    EXPECT_OK(user_make_link(world.store, &user, noon, world.arena, &second, &world.err),
              &world.err);
    EXPECT(first.size == 43 && !text_equal(first, second));
    EXPECT_STATUS(user_of_link(world.store, first, noon, world.arena, &found, &world.err),
                  STATUS_DENIED, &world.err);
    EXPECT_STATUS(user_of_link(world.store, second, late, world.arena, &found, &world.err),
                  STATUS_DENIED, &world.err);
    EXPECT_OK(user_of_link(world.store, second, noon, world.arena, &found, &world.err), &world.err);
    EXPECT(found.id == user.id);
    EXPECT_OK(user_use_link(world.store, &found, TEXT("ten letters"), noon, &world.err),
              &world.err);
    EXPECT_STATUS(user_of_link(world.store, second, noon, world.arena, &found, &world.err),
                  STATUS_DENIED, &world.err);
    world_done(&world);
}

TEST(passwords_are_checked_and_void_what_was_before)
{
    World world = world_open();
    User user = add(&world, "a", ROLE_VIEWER), found;
    Arena *arena = world.arena;
    Error *err = &world.err;
    EXPECT_STATUS(user_use_link(world.store, &user, TEXT("nine let."), noon, err), STATUS_INVALID,
                  err);
    EXPECT_STATUS(user_check_password(world.store, TEXT("a"), TEXT(""), arena, &found, err),
                  STATUS_DENIED, err);
    EXPECT_OK(user_use_link(world.store, &user, TEXT("десять букв"), noon, err), err);
    EXPECT_OK(user_check_password(world.store, TEXT("A"), TEXT("десять букв"), arena, &found, err),
              err);
    EXPECT(found.secrets_number == user.secrets_number + 1 && found.has_signed_in);
    EXPECT_STATUS(
        user_check_password(world.store, TEXT("a"), TEXT("Десять букв"), arena, &found, err),
        STATUS_DENIED, err);
    char wrong_sentence[sizeof err->message];
    snprintf(wrong_sentence, sizeof wrong_sentence, "%s", err->message);
    EXPECT_STATUS(
        user_check_password(world.store, TEXT("b"), TEXT("десять букв"), arena, &found, err),
        STATUS_DENIED, err);
    EXPECT_TEXT(text_of(err->message), wrong_sentence);
    EXPECT_STATUS(user_change_password(world.store, &found, TEXT("no"), TEXT("another one"), err),
                  STATUS_DENIED, err);
    EXPECT_OK(
        user_change_password(world.store, &found, TEXT("десять букв"), TEXT("another one"), err),
        err);
    EXPECT_OK(user_check_password(world.store, TEXT("a"), TEXT("another one"), arena, &found, err),
              err);
    EXPECT_INT(found.secrets_number, user.secrets_number + 2);
    found.is_blocked = true;
    EXPECT_OK(user_change(world.store, &found, err), err);
    EXPECT_STATUS(
        user_check_password(world.store, TEXT("a"), TEXT("another one"), arena, &found, err),
        STATUS_DENIED, err);
    world_done(&world);
}

TEST(the_last_administrator_stays)
{
    World world = world_open();
    User first = add(&world, "a", ROLE_ADMINISTRATOR);
    first.is_blocked = true;
    EXPECT_STATUS(user_change(world.store, &first, &world.err), STATUS_CONFLICT, &world.err);
    User second = add(&world, "b", ROLE_ADMINISTRATOR);
    EXPECT_OK(user_change(world.store, &first, &world.err), &world.err);
    second.role = ROLE_VIEWER;
    EXPECT_STATUS(user_change(world.store, &second, &world.err), STATUS_CONFLICT, &world.err);
    world_done(&world);
}

TEST(the_first_start_makes_an_administrator)
{
    World world = world_open();
    Text secret, again;
    User user;
    EXPECT_OK(users_begin(world.store, noon, world.arena, &secret, &world.err), &world.err);
    EXPECT_OK(users_begin(world.store, noon, world.arena, &again, &world.err), &world.err);
    EXPECT(secret.size > 0 && again.size > 0);
    EXPECT_OK(user_of_link(world.store, again, noon, world.arena, &user, &world.err), &world.err);
    EXPECT_TEXT(user.login, "admin");
    EXPECT_OK(user_use_link(world.store, &user, TEXT("ten letters"), noon, &world.err), &world.err);
    EXPECT_OK(users_begin(world.store, noon, world.arena, &secret, &world.err), &world.err);
    EXPECT_INT(secret.size, 0);
    world_done(&world);
}

TEST(tokens_have_some_of_the_rights_of_their_user)
{
    World world = world_open();
    Error *err = &world.err;
    User user = add(&world, "m", ROLE_MANAGER);
    const Date day = {20543}, next = {20544};
    Token draft = {.name = TEXT("shop"),
                   .rights = UINT32_C(1) << RIGHT_READ,
                   .created_at = noon.now,
                   .has_expiry = true,
                   .expires = day};
    TokenWithSecret made;
    Principal principal;
    EXPECT_OK(token_add(world.store, &user, &draft, world.arena, &made, err), err);
    EXPECT(text_starts_with(made.secret, TEXT(TOKEN_PREFIX)));
    EXPECT_OK(token_principal(world.store, made.secret, day, world.arena, &principal, err), err);
    EXPECT(principal_may(&principal, RIGHT_READ) && !principal_may(&principal, RIGHT_WRITE));
    EXPECT_TEXT(principal.login, "m/shop");
    EXPECT_TEXT(principal.manager, "Петров");
    EXPECT_STATUS(token_principal(world.store, made.secret, next, world.arena, &principal, err),
                  STATUS_DENIED, err);
    draft.expires = (Date){day.day - 1};
    EXPECT_STATUS(token_add(world.store, &user, &draft, world.arena, &made, err), STATUS_INVALID,
                  err);
    draft.expires = day;
    draft.rights |= UINT32_C(1) << RIGHT_ADMIN;
    EXPECT_STATUS(token_add(world.store, &user, &draft, world.arena, &made, err), STATUS_DENIED,
                  err);
    draft.rights = 0;
    EXPECT_STATUS(token_add(world.store, &user, &draft, world.arena, &made, err), STATUS_INVALID,
                  err);
    EXPECT_OK(token_revoke(world.store, 1, err), err);
    EXPECT_STATUS(token_revoke(world.store, 1, err), STATUS_NOT_FOUND, err);
    EXPECT_STATUS(
        token_principal(world.store, TEXT("kohorta_x"), day, world.arena, &principal, err),
        STATUS_DENIED, err);
    world_done(&world);
}

TEST(nothing_that_opens_is_stored)
{
    World world = world_open();
    Error *err = &world.err;
    User user = add(&world, "a", ROLE_VIEWER);
    Token draft = {.name = TEXT("t"), .rights = UINT32_C(1) << RIGHT_READ};
    TokenWithSecret made;
    Text link, content;
    EXPECT_OK(user_make_link(world.store, &user, noon, world.arena, &link, err), err);
    EXPECT_OK(token_add(world.store, &user, &draft, world.arena, &made, err), err);
    const char *copy = arena_printf(world.arena, "%s/copy", harness_temporary_dir()).data;
    EXPECT_OK(store_backup(world.store, copy, NULL, err), err);
    EXPECT_OK(file_read(copy, 64 << 20, world.arena, &content, err), err);
    EXPECT(!text_contains(content, link) && !text_contains(content, made.secret));
    EXPECT(!text_contains(content, text_slice(made.secret, 8, made.secret.size)));
    world_done(&world);
}

TEST(users_who_cannot_be_found_are_a_problem)
{
    Fixture fixture = fixture_open();
    const User draft = {.login = TEXT("Мария"), .role = ROLE_VIEWER};
    User user;
    Text *problems;
    size_t count;
    Error *err = &fixture.err;
    EXPECT_OK(user_add(fixture.store, &draft, noon, fixture.arena, &user, err), err);
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, err), err);
    EXPECT_INT(count, 0);
    store_done(&fixture.store);
    fixture_damage(&fixture, "UPDATE access_user SET login_folded = 'x'");
    fixture_reopen(&fixture, STORE_READ);
    EXPECT_OK(store_check(fixture.store, NULL, fixture.arena, &problems, &count, err), err);
    REQUIRE(count == 1);
    EXPECT_TEXT(problems[0], "the user number 1 is not found by his login");
    fixture_done(&fixture);
}

TEST(the_audit_log_is_read_backwards)
{
    World world = world_open();
    Error *err = &world.err;
    for (int i = 0; i < 5; i++) {
        const AuditEntry entry = {.at = noon.now,
                                  .user = i % 2 == 0 ? TEXT("a") : TEXT("b"),
                                  .kind = AUDIT_DEFINITION,
                                  .object = arena_printf(world.arena, "segment %d", i)};
        EXPECT_OK(audit_add(world.store, &entry, err), err);
    }
    AuditRow *rows;
    size_t count;
    AuditQuery query = {.user = TEXT("a"), .limit = 2};
    EXPECT_OK(store_list_audit(world.store, &query, world.arena, &rows, &count, err), err);
    REQUIRE(count == 2);
    EXPECT_TEXT(rows[0].object, "segment 4");
    query.before = rows[1].id;
    EXPECT_OK(store_list_audit(world.store, &query, world.arena, &rows, &count, err), err);
    REQUIRE(count == 1);
    EXPECT_TEXT(rows[0].object, "segment 0");
    EXPECT_TEXT(rows[0].kind, "definition");
    world_done(&world);
}
