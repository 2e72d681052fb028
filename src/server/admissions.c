/* admissions.c -- who was let in lately. */
#include "server/admissions.h"

#include "base/arena.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 32 }; /* of each kind; beyond it somebody is looked up again */

typedef struct {
    Digest token;
    Principal principal;
} TokenAdmission;

struct Admissions {
    Arena *arena; /* of the texts */
    uint64_t commits;
    Date today;
    TokenAdmission tokens[KEPT_MAX];
    size_t tokens_count;
    User users[KEPT_MAX];
    size_t users_count;
};

Admissions *admissions_new(void)
{
    Admissions *admissions = MEMORY_NEW(Admissions);
    admissions->arena = arena_new();
    return admissions;
}

void admissions_free(Admissions *admissions)
{
    if (admissions == NULL) return;
    arena_free(admissions->arena);
    free(admissions);
}

void admissions_follow(Admissions *admissions, uint64_t commits, Date today)
{
    if (admissions->commits == commits && admissions->today.day == today.day) return;
    arena_reset(admissions->arena);
    admissions->tokens_count = admissions->users_count = 0;
    admissions->commits = commits;
    admissions->today = today;
}

const Principal *admissions_find_token(const Admissions *admissions, const Digest *token)
{
    for (size_t i = 0; i < admissions->tokens_count; i++)
        if (memcmp(&admissions->tokens[i].token, token, sizeof *token) == 0)
            return &admissions->tokens[i].principal;
    return NULL;
}

void admissions_keep_token(Admissions *admissions, const Digest *token, const Principal *principal)
{
    if (admissions->tokens_count == KEPT_MAX) return;
    TokenAdmission *kept = &admissions->tokens[admissions->tokens_count++];
    *kept = (TokenAdmission){*token, *principal};
    kept->principal.login = arena_text(admissions->arena, principal->login);
    kept->principal.manager = arena_text(admissions->arena, principal->manager);
}

const User *admissions_find_user(const Admissions *admissions, uint32_t id)
{
    for (size_t i = 0; i < admissions->users_count; i++)
        if (admissions->users[i].id == id) return &admissions->users[i];
    return NULL;
}

void admissions_keep_user(Admissions *admissions, const User *user)
{
    if (admissions->users_count == KEPT_MAX) return;
    User *kept = &admissions->users[admissions->users_count++];
    *kept = *user;
    kept->login = arena_text(admissions->arena, user->login);
    kept->name = arena_text(admissions->arena, user->name);
    kept->manager = arena_text(admissions->arena, user->manager);
}
