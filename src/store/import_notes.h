/* import_notes.h -- which files were imported, by whom, and what became of their rows. What the
 * words mean is decided in src/ingest. */
#pragma once

#include "store/store.h"

enum { IMPORT_NOTES_MAX = 10000 };

typedef struct {
    Moment at; /* when it ended */
    Text author, file, target, stream, mode;
    uint64_t added, updated, unchanged, rejected; /* together the rows that were read */
    uint64_t removed;
    bool is_finished; /* false: stopped or failed, whole batches only are stored */
} ImportNote;

typedef struct {
    ImportNote *items;
    size_t count, capacity;
} ImportNotes;

/* Forgets those beyond IMPORT_NOTES_MAX. */
MUST_CHECK Status store_note_import(Store *store, const ImportNote *note, Error *err);
/* The newest first; with a text in the file, the author, the target or the stream, unless `search`
 * is empty. */
MUST_CHECK Status store_list_imports(Store *store, Text search, size_t limit, Arena *arena,
                                     ImportNotes *ret_notes, Error *err);
