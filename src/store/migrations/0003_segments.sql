-- 0003_segments.sql -- segments: their cards in every version, and the journal of who joined and
-- left. Sets of customers are Roaring bitmaps of customer ids in the portable format.

CREATE TABLE segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
    code TEXT NOT NULL UNIQUE,            -- outside key: NFC, trimmed, exact
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,             -- of the card in force
    attempted_at INTEGER,                 -- last time that forming was tried: local seconds
    failure TEXT NOT NULL DEFAULT ''      -- why it failed then; empty when it did not
) STRICT;

-- The card of a segment, whole, at each change.
CREATE TABLE segment_version (
    segment_id INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- from 1 without gaps
    at INTEGER NOT NULL,                  -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    note TEXT NOT NULL,                   -- why it was changed; empty when nobody said
    card TEXT NOT NULL,                   -- JSON
    PRIMARY KEY (segment_id, number)
) STRICT, WITHOUT ROWID;

-- Every change of a stored composition, in order.
CREATE TABLE forming (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- ascending in time over all segments
    segment_id INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    as_of INTEGER NOT NULL,               -- day that the rule was asked about
    reason TEXT NOT NULL,                 -- code of a forming reason: 'form', 'schedule', 'hand'
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    version INTEGER NOT NULL,             -- of the card
    members_count INTEGER NOT NULL,       -- after it
    joined_count INTEGER NOT NULL,
    left_count INTEGER NOT NULL,
    composition BLOB                      -- after it; NULL: an earlier one and the changes since
) STRICT;

CREATE INDEX forming_by_segment ON forming (segment_id, id);

-- Who joined and who left by a forming, and through what.
CREATE TABLE forming_change (
    forming_id INTEGER NOT NULL REFERENCES forming (id) ON DELETE CASCADE,
    is_joining INTEGER NOT NULL CHECK (is_joining IN (0, 1)),
    cause TEXT NOT NULL,                  -- code of a change cause: 'rule', 'data', 'time', 'hand'
    customers BLOB NOT NULL,              -- disjoint between the causes of a forming
    customers_count INTEGER NOT NULL,     -- when it happened
    sequence INTEGER NOT NULL,            -- number of the first in the feed of changes; the others
                                          -- follow in the order of their ids
    erased BLOB,                          -- places (from 1) of those erased since, who are not in
                                          -- `customers` any more; NULL: nobody
    PRIMARY KEY (forming_id, is_joining, cause)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX forming_change_by_sequence ON forming_change (sequence);

-- What people said of single customers; it outlives forming.
CREATE TABLE segment_mark (
    segment_id INTEGER NOT NULL REFERENCES segment (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL,
    kind TEXT NOT NULL,                   -- code of a mark: 'added', 'removed', 'pinned', 'excluded'
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    until INTEGER,                        -- last day of a pin or exclusion; NULL: for good
    PRIMARY KEY (segment_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_mark_by_customer ON segment_mark (customer_id);
