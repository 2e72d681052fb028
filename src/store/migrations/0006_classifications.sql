-- 0006_classifications.sql -- classifications: their definitions in every version, and their runs.
-- Sets of customers are Roaring bitmaps of customer ids in the portable format.

CREATE TABLE classification (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,             -- of the definition in force
    attempted_at INTEGER,                 -- last time that it was run by its schedule: local seconds
    failure TEXT NOT NULL DEFAULT ''      -- why that failed; empty when it did not
) STRICT;

-- The definition, whole, at each change.
CREATE TABLE classification_version (
    classification_id INTEGER NOT NULL REFERENCES classification (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- from 1 without gaps
    at INTEGER NOT NULL,                  -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    definition TEXT NOT NULL,             -- JSON
    PRIMARY KEY (classification_id, number)
) STRICT, WITHOUT ROWID;

-- Runs are only added; of several as of one day the last one counts.
CREATE TABLE classification_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    classification_id INTEGER NOT NULL REFERENCES classification (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,             -- of the definition that was used
    as_of INTEGER NOT NULL,               -- the day that was asked about
    at INTEGER NOT NULL,                  -- when
    author TEXT NOT NULL,
    customers_count INTEGER NOT NULL      -- all there were, classified or not
) STRICT;

CREATE INDEX classification_run_by_day ON classification_run (classification_id, as_of, id);

-- The classes of a run in their order; disjoint. Who is in none is not classified.
CREATE TABLE classification_class (
    run_id INTEGER NOT NULL REFERENCES classification_run (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- from 1
    name TEXT NOT NULL,
    customers BLOB NOT NULL,
    customers_count INTEGER NOT NULL,
    amount INTEGER,                       -- sum of the column that is the amount; NULL: there is
                                          -- none, or it is beyond 18 digits
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

-- The numbers that a run was made from, for those who have them.
CREATE TABLE classification_column (
    run_id INTEGER NOT NULL REFERENCES classification_run (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- from 1
    name TEXT NOT NULL,                   -- 'value', 'cv', 'recency'
    scale INTEGER NOT NULL,               -- digits after the point
    is_money INTEGER NOT NULL CHECK (is_money IN (0, 1)),
    is_amount INTEGER NOT NULL CHECK (is_amount IN (0, 1)), -- what classes are summed up by
    customers BLOB NOT NULL,
    numbers BLOB NOT NULL,                -- in the order of the ids: number_list.h
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

-- Texts of recommended actions that somebody changed, and sets of them that somebody added.
CREATE TABLE matrix_action (
    set_name TEXT NOT NULL,               -- folded
    cell TEXT NOT NULL,                   -- 'AX'
    language TEXT NOT NULL,               -- 'ru', 'uk', 'en'
    text TEXT NOT NULL,
    PRIMARY KEY (set_name, cell, language)
) STRICT, WITHOUT ROWID;
