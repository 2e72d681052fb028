-- 0020_changed_parts.sql -- the log of changes tells what of a customer was changed: his row, or his
-- events of a stream, so that who keeps a copy reads no more again than that.
--
-- `customers` are from now on those of whom anything may be another: added, erased, merged. It may
-- be empty when `parts` is not. Rows from before have no parts: all of theirs are such customers.

ALTER TABLE change_log ADD COLUMN
    parts BLOB NOT NULL DEFAULT x''; -- one after another: 0 for rows or the id of a stream, the ids
                                     -- of the customers as above, and a 0
