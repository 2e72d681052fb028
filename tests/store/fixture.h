/* fixture.h -- a fresh data directory for a test of the store, and short forms of what tests do. */
#pragma once

#include "harness/harness.h"
#include "model/built_in.h"
#include "store/store.h"

typedef struct {
    Arena *arena;
    const char *path; /* of the directory */
    bool is_file;     /* path is a database file, for fixture_number */
    Store *store;
    Error err;
} Fixture;

extern const Settings fixture_settings;

/* Make a directory below the test's temporary one and open it for writing. */
Fixture fixture_open(void);
/* Likewise, but made for itself: versions of its data do not come up in any other. */
Fixture fixture_open_foreign(void);
void fixture_done(Fixture *fixture);
/* Nothing is wrong with the directory. */
void fixture_expect_sound(Fixture *fixture);
/* Close and open again. */
void fixture_reopen(Fixture *fixture, StoreMode mode);

/* A customer with a code and a name; anything else is missing. */
void fixture_add_customer(Fixture *fixture, const char *code, const char *name);
/* Write one property of a customer. */
Status fixture_set(Fixture *fixture, const char *code, const char *property, Value value,
                   WriteMode mode, WriteResult *ret_result);
void fixture_add_item(Fixture *fixture, const char *code, const char *name, int64_t price);
/* The first number of a query on the database file itself. */
int64_t fixture_number(const Fixture *fixture, const char *sql);
/* Change the database file behind the store's back; the store must be closed. */
void fixture_damage(const Fixture *fixture, const char *sql);
Value set_of(Arena *arena, const char *joined);
