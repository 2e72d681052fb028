-- 0018_contacts_in_bulk.sql -- acts that change contact persons; whom an act meant, as a code.

-- The key of the event that a row is; empty: the row is a customer, the event came without a key,
-- or the set was saved before keys were kept.
ALTER TABLE saved_set_row ADD COLUMN event_key TEXT NOT NULL DEFAULT '';

-- Whom an act meant: 'rule', 'segment', 'set', 'customer', 'act'; `source` names it.
ALTER TABLE bulk_act ADD COLUMN source_kind TEXT NOT NULL DEFAULT 'customer';
ALTER TABLE bulk_act ADD COLUMN contacts_count INTEGER NOT NULL DEFAULT 0; -- 0: customers were meant

UPDATE bulk_act SET source_kind = CASE
    WHEN undoes IS NOT NULL THEN 'act'
    WHEN source LIKE 'rule ''%' THEN 'rule'
    WHEN source LIKE 'segment ''%' THEN 'segment'
    WHEN source LIKE 'set ''%' THEN 'set'
    ELSE 'customer' END;
UPDATE bulk_act SET source = CASE source_kind
    WHEN 'act' THEN CAST(undoes AS TEXT)
    WHEN 'customer' THEN ''
    ELSE substr(source, length(source_kind) + 3, length(source) - length(source_kind) - 3) END;
UPDATE bulk_act SET change = '' WHERE undoes IS NOT NULL;

-- What an act changed in contact persons. Values are as those of a property of the field's type.
CREATE TABLE bulk_contact_change (
    act_id INTEGER NOT NULL REFERENCES bulk_act (id),
    slot INTEGER NOT NULL,                -- of the field among those of contact persons
    customer_id INTEGER NOT NULL,         -- whose person it was
    contact TEXT NOT NULL,                -- the code of the person
    before ANY,                           -- NULL: was missing
    after ANY,                            -- NULL: was cleared
    PRIMARY KEY (act_id, slot, customer_id, contact)
) STRICT, WITHOUT ROWID;

CREATE INDEX bulk_contact_change_by_customer ON bulk_contact_change (customer_id);

-- What an act left as it was in contact persons, and why.
CREATE TABLE bulk_contact_skip (
    act_id INTEGER NOT NULL REFERENCES bulk_act (id),
    slot INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    contact TEXT NOT NULL,
    reason TEXT NOT NULL,                 -- code of a reason: 'same', 'wrong', 'changed-since', ...
    PRIMARY KEY (act_id, slot, customer_id, contact)
) STRICT, WITHOUT ROWID;

CREATE INDEX bulk_contact_skip_by_customer ON bulk_contact_skip (customer_id);
