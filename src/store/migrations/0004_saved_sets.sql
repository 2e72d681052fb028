-- 0004_saved_sets.sql -- results frozen under a name, and acts that changed many customers at once.

-- A saved result: rows of customers or of events of one stream, as they were at a moment.
CREATE TABLE saved_set (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,                 -- whose events the rows are; empty: customers
    origin TEXT NOT NULL,                 -- code of an origin: 'rule', 'union', 'codes', ...
    expression TEXT NOT NULL,             -- which customers, or from which sets; empty: all
    condition TEXT NOT NULL,              -- which of their events; empty: all
    as_of INTEGER,                        -- day that was asked about; NULL: none was
    at INTEGER NOT NULL,                  -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    rows_count INTEGER NOT NULL,
    customers BLOB NOT NULL               -- of the rows: a Roaring bitmap of customer ids
) STRICT;

CREATE TABLE saved_set_column (
    set_id INTEGER NOT NULL REFERENCES saved_set (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,            -- from 0 without gaps
    name TEXT NOT NULL,
    type TEXT NOT NULL,                   -- 'bool', 'number', 'money', 'ratio', 'date', 'moment',
                                          -- 'text', 'hierarchy', 'set', 'hierarchy-set'
    scale INTEGER NOT NULL,               -- decimals of numbers and money, else 0
    PRIMARY KEY (set_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_set_row (
    set_id INTEGER NOT NULL REFERENCES saved_set (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,            -- ascending; those of erased customers are missing
    customer_id INTEGER NOT NULL,
    cells BLOB NOT NULL,                  -- one value per column, see packed_values.h
    PRIMARY KEY (set_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_set_row_by_customer ON saved_set_row (customer_id, set_id);

-- An act that changed properties of many customers.
CREATE TABLE bulk_act (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- the number of the act
    at INTEGER NOT NULL,                  -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    source TEXT NOT NULL,                 -- whose customers: "segment 'A'"
    change TEXT NOT NULL,                 -- what was to be done; values of personal data left out
    undoes INTEGER REFERENCES bulk_act (id), -- the act that this one takes back; NULL: none
    customers_count INTEGER NOT NULL,     -- who were meant
    changed_count INTEGER NOT NULL,       -- values changed, with those of customers erased since
    skipped_count INTEGER NOT NULL        -- values left as they were
) STRICT;

-- What an act changed. Values are as in the property's column of `customer`.
CREATE TABLE bulk_change (
    act_id INTEGER NOT NULL REFERENCES bulk_act (id),
    property_id INTEGER NOT NULL REFERENCES property (id),
    customer_id INTEGER NOT NULL,
    before ANY,                           -- NULL: was missing
    after ANY,                            -- NULL: was cleared
    PRIMARY KEY (act_id, property_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bulk_change_by_customer ON bulk_change (customer_id);

-- What an act left as it was, and why.
CREATE TABLE bulk_skip (
    act_id INTEGER NOT NULL REFERENCES bulk_act (id),
    property_id INTEGER NOT NULL REFERENCES property (id),
    customer_id INTEGER NOT NULL,
    reason TEXT NOT NULL,                 -- code of a reason: 'same', 'wrong', 'changed-since', ...
    PRIMARY KEY (act_id, property_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bulk_skip_by_customer ON bulk_skip (customer_id);
