/* admissions.h -- who was let in lately, so that a program that asks a thousand times a second is
 * looked up once. Nothing outlives a commit by anybody: a revoked token is out at once. Belongs to
 * one thread at a time. */
#pragma once

#include "access/users.h"
#include "base/hash.h"

typedef struct Admissions Admissions;

Admissions *admissions_new(void);
void admissions_free(Admissions *admissions); /* accepts NULL */

/* Forget everybody when something was committed since, or another day began. */
void admissions_follow(Admissions *admissions, uint64_t commits, Date today);

/* NULL: look him up. What is found lives until the next admissions_follow. */
const Principal *admissions_find_token(const Admissions *admissions, const Digest *token);
void admissions_keep_token(Admissions *admissions, const Digest *token, const Principal *principal);
const User *admissions_find_user(const Admissions *admissions, uint32_t id);
void admissions_keep_user(Admissions *admissions, const User *user);
