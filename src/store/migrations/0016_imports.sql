-- 0016_imports.sql -- which files were imported, by whom, and what became of their rows.

CREATE TABLE import_note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,       -- when it ended: local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,      -- empty when nobody said
    file TEXT NOT NULL,        -- its name without the folder
    target TEXT NOT NULL,      -- 'customers', 'items', 'events'
    stream TEXT NOT NULL,      -- of events, else empty
    mode TEXT NOT NULL,        -- 'upsert', 'insert', 'replace'
    added INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL, -- these four together are the rows that were read
    removed INTEGER NOT NULL,  -- events, by 'replace'
    is_finished INTEGER NOT NULL CHECK (is_finished IN (0, 1))
) STRICT;
