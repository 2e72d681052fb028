-- 0019_removed_segments.sql -- a removed segment leaves its row, so that the feed goes on telling
-- who was in it, and that they left.
--
-- `version` is 0 then, and there are no cards of it any more. Its code and its name are free for
-- others: in their own columns a character stands that no code and no name may have, and the id.

ALTER TABLE segment ADD COLUMN removed_code TEXT; -- the last one; NULL: the segment is there
ALTER TABLE segment ADD COLUMN removed_name TEXT;
