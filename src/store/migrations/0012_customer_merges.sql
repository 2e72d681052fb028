-- 0012_customer_merges.sql -- two customers who were one: that they were merged, and what it takes
-- to part them again. The code of the one who is gone stays known: it leads to the one who stayed.

-- Merges in force; taking one back removes it. Who is gone may have been one who stayed before.
CREATE TABLE customer_merge (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
    at INTEGER NOT NULL,                  -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    reason TEXT NOT NULL,                 -- why; empty when nobody said
    from_id INTEGER NOT NULL UNIQUE,      -- who is gone: no customer has this id
    from_code TEXT NOT NULL UNIQUE,       -- no customer has this code
    into_id INTEGER NOT NULL              -- who stayed: a customer, or gone himself since
) STRICT;

CREATE INDEX customer_merge_by_into ON customer_merge (into_id);

-- Values of the one who is gone, beside those of the one who stayed. As in the column of `customer`.
CREATE TABLE customer_merge_value (
    merge_id INTEGER NOT NULL REFERENCES customer_merge (id) ON DELETE CASCADE,
    property_id INTEGER NOT NULL REFERENCES property (id),
    of_from ANY,                          -- never NULL
    before ANY,                           -- of the one who stayed; NULL: was missing
    after ANY,
    PRIMARY KEY (merge_id, property_id)
) STRICT, WITHOUT ROWID;

-- Events of the one who is gone, as they were packed.
CREATE TABLE customer_merge_pack (
    merge_id INTEGER NOT NULL REFERENCES customer_merge (id) ON DELETE CASCADE,
    stream_id INTEGER NOT NULL REFERENCES stream (id),
    number INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (merge_id, stream_id, number)
) STRICT;

-- Which of them the one who stayed had already: their places, from 1, as a Roaring bitmap.
CREATE TABLE customer_merge_stream (
    merge_id INTEGER NOT NULL REFERENCES customer_merge (id) ON DELETE CASCADE,
    stream_id INTEGER NOT NULL REFERENCES stream (id),
    identical BLOB NOT NULL,
    PRIMARY KEY (merge_id, stream_id)
) STRICT, WITHOUT ROWID;

-- What else was his: 'segment' (a member), 'mark', 'pin' (a class given by hand), 'set' (a row of a
-- saved set), 'agreement', 'override'. It went over, or the one who stayed had his own.
CREATE TABLE customer_merge_row (
    merge_id INTEGER NOT NULL REFERENCES customer_merge (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    object_id INTEGER NOT NULL,           -- of the segment, classification, set, agreement, ...
    position INTEGER NOT NULL,            -- of a row of a set, else 0
    is_moved INTEGER NOT NULL CHECK (is_moved IN (0, 1)),
    word TEXT,                            -- kind of a mark, class of a pin
    at INTEGER,
    author TEXT,
    reason TEXT,
    until INTEGER,
    cells BLOB,                           -- of a row of a set
    PRIMARY KEY (merge_id, part, object_id, position)
) STRICT, WITHOUT ROWID;
