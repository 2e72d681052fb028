-- 0010_class_pins_and_expiry.sql -- classes that people gave to single customers over what a run
-- finds, and the last day on which a saved set is kept.

CREATE TABLE class_pin (
    classification_id INTEGER NOT NULL REFERENCES classification (id) ON DELETE CASCADE,
    customer_id INTEGER NOT NULL,
    class TEXT NOT NULL,                  -- name of the class
    at INTEGER NOT NULL,                  -- local seconds since 1970-01-01T00:00:00
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    until INTEGER,                        -- last day that it holds of; NULL: for good
    PRIMARY KEY (classification_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX class_pin_by_customer ON class_pin (customer_id);

ALTER TABLE saved_set ADD COLUMN until INTEGER; -- last day on which it is kept; NULL: for good
