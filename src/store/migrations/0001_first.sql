-- 0001_first.sql -- everything a data directory holds. One `event_pack_<stream id>` table per stream
-- is made with the stream, one column `p_<property id>` of `customer` with the property.

-- Migrations that were applied, in order.
CREATE TABLE migration (
    number INTEGER PRIMARY KEY, -- from 1 without gaps; the highest equals PRAGMA user_version
    name TEXT NOT NULL,         -- of the file
    checksum TEXT NOT NULL      -- BLAKE2b-256 of its bytes, hexadecimal
) STRICT;

-- Settings of the data set.
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY, -- 'time_zone', 'currency', 'language', 'generation', ...
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What is known of a customer.
CREATE TABLE property (
    id INTEGER PRIMARY KEY,                    -- built-in ones below 1000; never reused
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,          -- names are unique without case
    label_en TEXT NOT NULL,                    -- labels: empty when there is none
    label_ru TEXT NOT NULL,
    label_uk TEXT NOT NULL,
    type TEXT NOT NULL,                        -- code of a property type: 'money'
    scale INTEGER NOT NULL,                    -- decimals kept by numbers and money, else 0
    unit TEXT NOT NULL,                        -- empty when there is none
    data_group TEXT NOT NULL,                  -- code of a data group: 'geographic'
    is_dynamic INTEGER NOT NULL CHECK (is_dynamic IN (0, 1)),
    is_built_in INTEGER NOT NULL CHECK (is_built_in IN (0, 1)),
    is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
    is_personal INTEGER NOT NULL CHECK (is_personal IN (0, 1))
) STRICT;

-- Allowed values of enumerated properties; a property without rows takes any value.
CREATE TABLE property_allowed (
    property_id INTEGER NOT NULL REFERENCES property (id),
    position INTEGER NOT NULL, -- from 0
    value TEXT NOT NULL,
    PRIMARY KEY (property_id, position)
) STRICT, WITHOUT ROWID;

-- Streams of events.
CREATE TABLE stream (
    id INTEGER PRIMARY KEY,           -- built-in ones below 1000; never reused
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    label_en TEXT NOT NULL,
    label_ru TEXT NOT NULL,
    label_uk TEXT NOT NULL,
    is_built_in INTEGER NOT NULL CHECK (is_built_in IN (0, 1)),
    events_count INTEGER NOT NULL DEFAULT 0, -- stored events of all customers
    first_at INTEGER,                 -- their earliest moment, NULL without events: local seconds
                                      -- since 1970-01-01T00:00:00
    last_at INTEGER                   -- their latest moment
) STRICT;

-- Fields of the events of a stream.
CREATE TABLE field (
    stream_id INTEGER NOT NULL REFERENCES stream (id),
    slot INTEGER NOT NULL,     -- from 0 without gaps; the packs refer to it, so it never changes
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    label_en TEXT NOT NULL,
    label_ru TEXT NOT NULL,
    label_uk TEXT NOT NULL,
    type TEXT NOT NULL,        -- code of a property type
    scale INTEGER NOT NULL,    -- decimals kept by numbers and money, else 0
    role TEXT NOT NULL,        -- 'plain', 'item', 'identifier', 'contact'
    is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
    PRIMARY KEY (stream_id, slot),
    UNIQUE (stream_id, name_folded)
) STRICT, WITHOUT ROWID;

-- Named expressions.
CREATE TABLE metric (
    name_folded TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    expression TEXT NOT NULL,  -- text of the rule language
    description TEXT NOT NULL  -- empty when there is none
) STRICT, WITHOUT ROWID;

-- Saved mappings of imports.
CREATE TABLE mapping (
    name_folded TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    json TEXT NOT NULL         -- understood by the importer alone
) STRICT, WITHOUT ROWID;

-- One row per customer. A NULL in a property's column is a missing value.
CREATE TABLE customer (
    id INTEGER PRIMARY KEY,    -- dense from 1, never reused; at most 2^32 - 1
    code TEXT NOT NULL,        -- outside key: NFC, trimmed, exact
    search TEXT NOT NULL,      -- folded code, a line break, folded name
    name TEXT,
    kind TEXT                  -- 'company' or 'person'
) STRICT;

CREATE UNIQUE INDEX customer_by_code ON customer (code);
-- Lists in order of the code that search in the index alone.
CREATE INDEX customer_by_search ON customer (code, search);

-- Items that events refer to.
CREATE TABLE item (
    id INTEGER PRIMARY KEY,    -- dense from 1, never reused
    code TEXT NOT NULL,        -- outside key: NFC, trimmed, exact
    search TEXT NOT NULL,      -- folded code, a line break, folded name
    name TEXT,
    name_folded TEXT,          -- NULL with the name; events may refer to an item by it
    group_path TEXT,           -- hierarchy path, levels joined by ' / '
    brand TEXT,
    price INTEGER,             -- money: ten-thousandths of the base currency
    cost INTEGER               -- money
) STRICT;

CREATE UNIQUE INDEX item_by_code ON item (code);
CREATE INDEX item_by_name ON item (name_folded) WHERE name_folded IS NOT NULL;

-- Texts of events that repeat: the packs hold the id.
CREATE TABLE text_value (
    id INTEGER PRIMARY KEY,    -- never reused
    text TEXT NOT NULL
) STRICT;

-- Which customer has the event with a given key.
CREATE TABLE event_key (
    stream_id INTEGER NOT NULL REFERENCES stream (id),
    key TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    PRIMARY KEY (stream_id, key)
) STRICT, WITHOUT ROWID;

-- For the erasure of a customer.
CREATE INDEX event_key_by_customer ON event_key (customer_id);

-- Erasures of persons: that one took place, without saying of whom.
CREATE TABLE erasure (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,         -- local seconds since 1970-01-01T00:00:00, as told by the caller
    code_hash TEXT NOT NULL,     -- BLAKE2b-256 of the directory's salt and the code, hexadecimal
    act_digest TEXT NOT NULL,    -- BLAKE2b-256 of the act's content, hexadecimal
    properties INTEGER NOT NULL, -- values removed
    is_clean INTEGER NOT NULL CHECK (is_clean IN (0, 1)) -- whether free space was rewritten since
) STRICT;

-- Events removed by an erasure; streams without any have no row.
CREATE TABLE erasure_events (
    erasure_id INTEGER NOT NULL REFERENCES erasure (id),
    stream_id INTEGER NOT NULL REFERENCES stream (id),
    events_count INTEGER NOT NULL,
    PRIMARY KEY (erasure_id, stream_id)
) STRICT, WITHOUT ROWID;
