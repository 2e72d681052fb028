-- 0005_agreements.sql -- terms of sale agreed with segments and with single customers, and
-- shipments made in spite of a ban.

-- An agreement, in what never changes of it.
CREATE TABLE agreement (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    segment_id INTEGER REFERENCES segment (id),    -- typical: whose members it is for
    customer_id INTEGER REFERENCES customer (id),  -- individual: whom it is for
    based_on INTEGER REFERENCES agreement (id),    -- individual: the typical one behind it
    version INTEGER NOT NULL,                      -- the newest one
    CHECK ((segment_id IS NULL) <> (customer_id IS NULL)),
    CHECK ((customer_id IS NULL) = (based_on IS NULL))
) STRICT;

CREATE INDEX agreement_by_segment ON agreement (segment_id) WHERE segment_id IS NOT NULL;
CREATE INDEX agreement_by_customer ON agreement (customer_id) WHERE customer_id IS NOT NULL;

-- What was agreed, whole, at each change. NULL and empty: nothing was said of it.
CREATE TABLE agreement_version (
    agreement_id INTEGER NOT NULL REFERENCES agreement (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,    -- from 1 without gaps
    at INTEGER NOT NULL,        -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    price_type TEXT NOT NULL,
    discount INTEGER,           -- hundredths of a percent
    payment_days INTEGER,
    payment_terms TEXT NOT NULL,
    first_day INTEGER,          -- days since 1970-01-01; NULL: from ever
    last_day INTEGER,           -- included; NULL: for good
    priority INTEGER NOT NULL,  -- less goes first
    status TEXT NOT NULL,       -- 'draft', 'active', 'closed'
    PRIMARY KEY (agreement_id, number)
) STRICT, WITHOUT ROWID;

-- Shipments allowed in spite of a ban.
CREATE TABLE shipping_override (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,        -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    order_number TEXT NOT NULL, -- empty: not said
    reason TEXT NOT NULL,
    bans TEXT NOT NULL          -- names of the ban segments he was in, one a line
) STRICT;

CREATE INDEX shipping_override_by_customer ON shipping_override (customer_id);
