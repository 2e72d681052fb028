/* import_notes.c -- which files were imported, by whom, and what became of their rows. */
#include "store/import_notes.h"

#include "base/fold.h"
#include "store/store_internal.h"

#define NOTE_COLUMNS                                                                         \
    "at, author, file, target, stream, mode, added, updated, unchanged, rejected, removed, " \
    "is_finished"

static const char insert_note[] = "INSERT INTO main.import_note (" NOTE_COLUMNS ") "
                                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
static const char delete_old[] = "DELETE FROM main.import_note WHERE id <= "
                                 "(SELECT max(id) FROM main.import_note) - ?1";
static const char select_notes[] = "SELECT " NOTE_COLUMNS " FROM main.import_note ORDER BY id DESC";

static void bind_note(sqlite3_stmt *statement, const ImportNote *note)
{
    statement_bind_integer(statement, 1, note->at.second);
    statement_bind_text(statement, 2, note->author);
    statement_bind_text(statement, 3, note->file);
    statement_bind_text(statement, 4, note->target);
    statement_bind_text(statement, 5, note->stream);
    statement_bind_text(statement, 6, note->mode);
    statement_bind_integer(statement, 7, (int64_t)note->added);
    statement_bind_integer(statement, 8, (int64_t)note->updated);
    statement_bind_integer(statement, 9, (int64_t)note->unchanged);
    statement_bind_integer(statement, 10, (int64_t)note->rejected);
    statement_bind_integer(statement, 11, (int64_t)note->removed);
    statement_bind_integer(statement, 12, note->is_finished);
}

static ImportNote read_note(sqlite3_stmt *row, Arena *arena)
{
    return (ImportNote){.at = {statement_integer(row, 0)},
                        .author = arena_text(arena, statement_text(row, 1)),
                        .file = arena_text(arena, statement_text(row, 2)),
                        .target = arena_text(arena, statement_text(row, 3)),
                        .stream = arena_text(arena, statement_text(row, 4)),
                        .mode = arena_text(arena, statement_text(row, 5)),
                        .added = (uint64_t)statement_integer(row, 6),
                        .updated = (uint64_t)statement_integer(row, 7),
                        .unchanged = (uint64_t)statement_integer(row, 8),
                        .rejected = (uint64_t)statement_integer(row, 9),
                        .removed = (uint64_t)statement_integer(row, 10),
                        .is_finished = statement_integer(row, 11) != 0};
}

Status store_note_import(Store *store, const ImportNote *note, Error *err)
{
    AUTO(change_abandon) Change change = {0};
    TRY(change_begin(store, &change, err));
    AUTO(statement_release) sqlite3_stmt *insert = NULL, *old = NULL;
    TRY(store_statement(store, insert_note, &insert, err));
    bind_note(insert, note);
    TRY(statement_run(insert, err));
    TRY(store_statement(store, delete_old, &old, err));
    statement_bind_integer(old, 1, IMPORT_NOTES_MAX);
    TRY(statement_run(old, err));
    return change_commit(&change, err);
}

static bool is_wanted(const ImportNote *note, Text search_folded, Arena *arena)
{
    const Text texts[] = {note->author, note->file, note->target, note->stream};
    if (search_folded.size == 0) return true;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (text_contains(text_fold(texts[i], arena), search_folded)) return true;
    return false;
}

Status store_list_imports(Store *store, Text search, size_t limit, Arena *arena,
                          ImportNotes *ret_notes, Error *err)
{
    AUTO(statement_release) sqlite3_stmt *statement = NULL;
    Text wanted = text_fold(search, arena);
    ImportNotes list = {0};
    TRY(store_statement(store, select_notes, &statement, err));
    for (bool has_row = true; has_row && list.count < limit;) {
        TRY(statement_step(statement, &has_row, err));
        if (!has_row) break;
        ImportNote note = read_note(statement, arena);
        if (is_wanted(&note, wanted, arena)) ARENA_PUSH(arena, &list, note);
    }
    *ret_notes = list;
    return STATUS_OK;
}
