/* fixture.h -- a fresh data directory and files beside it, for tests of the import. */
#pragma once

#include "base/arena.h"
#include "ingest/ingest.h"

typedef struct {
    Arena *arena;
    Store *store;
} Fixture;

/* In the temporary directory of the running test. */
Fixture fixture_open(Language language);
void fixture_close(Fixture *fixture);

/* Write a file of the test and return its path. */
const char *fixture_file(const Fixture *fixture, const char *name, Text content);
/* `utf8` in another encoding, by iconv. */
Text fixture_encoded(const Fixture *fixture, const char *utf8, const char *encoding);
/* The content of a file; empty when there is none. */
Text fixture_read(const Fixture *fixture, const char *path);

/* The plan as text: decisions, columns, warnings and preview, one per line. */
Text fixture_print_plan(const ImportPlan *plan, Arena *arena);
/* "read 3: 2 added, 0 updated, 0 unchanged, 1 rejected" and the reasons. */
Text fixture_print_report(const ImportReport *report, Arena *arena);
