-- 0021_recent_packs.sql -- few new events of many customers go into packs at the end of the table
-- of their stream, with ids from 1 << 62 on (src/store/pack_rows.h), and are moved later.
--
-- A program that knows only of packs with ids `customer << 24 | number` must not open what this one
-- has written.

ALTER TABLE stream ADD COLUMN recent_count INTEGER NOT NULL DEFAULT 0; -- events in such packs
ALTER TABLE stream ADD COLUMN moved_up_to INTEGER NOT NULL DEFAULT 0; -- id of the customer whose
-- packs were moved last; the next to be moved are those of customers after him
