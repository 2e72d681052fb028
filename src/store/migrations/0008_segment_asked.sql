-- 0008_segment_asked.sql -- up to what the composition of a segment is known to be what its rule
-- gives: then only customers who changed since need be asked about again. All NULL: not known.

ALTER TABLE segment ADD COLUMN asked_rule INTEGER;         -- hash of the rule with all it stands for
ALTER TABLE segment ADD COLUMN asked_as_of INTEGER;        -- day
ALTER TABLE segment ADD COLUMN asked_data_version INTEGER; -- of the data
