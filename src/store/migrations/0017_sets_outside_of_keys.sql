-- 0017_sets_outside_of_keys.sql -- large sets of customers move out of the trees of keys.
--
-- In a table without row ids the whole row is the key: to find one of them, SQLite copied every set
-- that it met on the way, a megabyte each for ten million customers.

CREATE TABLE forming_change_kept (
    id INTEGER PRIMARY KEY,
    forming_id INTEGER NOT NULL REFERENCES forming (id) ON DELETE CASCADE,
    is_joining INTEGER NOT NULL CHECK (is_joining IN (0, 1)),
    cause TEXT NOT NULL,                  -- code of a change cause: 'rule', 'data', 'time', 'hand'
    customers_count INTEGER NOT NULL,     -- when it happened
    sequence INTEGER NOT NULL,            -- number of the first in the feed of changes; the others
                                          -- follow in the order of their ids
    erased BLOB,                          -- places (from 1) of those erased since, who are not in
                                          -- `customers` any more; NULL: nobody
    customers BLOB NOT NULL               -- disjoint between the causes of a forming
) STRICT;

INSERT INTO forming_change_kept
    (forming_id, is_joining, cause, customers_count, sequence, erased, customers)
    SELECT forming_id, is_joining, cause, customers_count, sequence, erased, customers
    FROM forming_change ORDER BY forming_id, is_joining, cause;
DROP TABLE forming_change;
ALTER TABLE forming_change_kept RENAME TO forming_change;
CREATE UNIQUE INDEX forming_change_by_forming ON forming_change (forming_id, is_joining, cause);
CREATE UNIQUE INDEX forming_change_by_sequence ON forming_change (sequence);

CREATE TABLE classification_class_kept (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES classification_run (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- from 1
    name TEXT NOT NULL,
    customers_count INTEGER NOT NULL,
    amount INTEGER,                       -- sum of the column that is the amount; NULL: there is
                                          -- none, or it is beyond 18 digits
    customers BLOB NOT NULL
) STRICT;

INSERT INTO classification_class_kept (run_id, number, name, customers_count, amount, customers)
    SELECT run_id, number, name, customers_count, amount, customers
    FROM classification_class ORDER BY run_id, number;
DROP TABLE classification_class;
ALTER TABLE classification_class_kept RENAME TO classification_class;
CREATE UNIQUE INDEX classification_class_by_run ON classification_class (run_id, number);

CREATE TABLE classification_column_kept (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES classification_run (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,              -- from 1
    name TEXT NOT NULL,                   -- 'value', 'cv', 'recency'
    scale INTEGER NOT NULL,               -- digits after the point
    is_money INTEGER NOT NULL CHECK (is_money IN (0, 1)),
    is_amount INTEGER NOT NULL CHECK (is_amount IN (0, 1)), -- what classes are summed up by
    customers BLOB NOT NULL,
    numbers BLOB NOT NULL                 -- in the order of the ids: number_list.h
) STRICT;

INSERT INTO classification_column_kept
    (run_id, number, name, scale, is_money, is_amount, customers, numbers)
    SELECT run_id, number, name, scale, is_money, is_amount, customers, numbers
    FROM classification_column ORDER BY run_id, number;
DROP TABLE classification_column;
ALTER TABLE classification_column_kept RENAME TO classification_column;
CREATE UNIQUE INDEX classification_column_by_run ON classification_column (run_id, number);
