-- 0015_dismissals.sql -- customers who look like one and are not: somebody looked and said so.

-- What was said; a group of possible duplicates whose customers all stand in one of these is not
-- shown any more.
CREATE TABLE dismissal (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL, -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL
) STRICT;

-- Of whom: two or more. Who was merged into another stays here: the merge may be taken back.
CREATE TABLE dismissal_customer (
    customer_id INTEGER NOT NULL,
    dismissal_id INTEGER NOT NULL REFERENCES dismissal (id) ON DELETE CASCADE,
    PRIMARY KEY (customer_id, dismissal_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dismissal_customer_by_dismissal ON dismissal_customer (dismissal_id);
