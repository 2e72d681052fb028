-- 0014_value_days.sql -- on which day values of properties were set, for reports of how old they are.

-- Customers whose value became another one (or the first one) on a day. The newest day with him is
-- the age of his value; a customer without a row had his value before days were noted.
CREATE TABLE value_day (
    id INTEGER PRIMARY KEY,
    property_id INTEGER NOT NULL REFERENCES property (id),
    day INTEGER NOT NULL,      -- local day since 1970-01-01; several rows may share one
    customers BLOB NOT NULL    -- Roaring bitmap of customer ids in the portable format
) STRICT;

CREATE INDEX value_day_by_property ON value_day (property_id, day);
