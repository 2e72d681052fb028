-- 0002_change_log.sql -- which customers a commit changed, so that who keeps a copy of the data
-- learns what to read again. Two settings belong to it: 'data_version', which grows with every
-- commit that changed data, and 'changes_since', the version after which the log is complete.

CREATE TABLE change_log (
    data_version INTEGER PRIMARY KEY, -- after the commit, or after the last one of several
    customers BLOB NOT NULL           -- ids that were added, changed or erased, ascending: each as
                                      -- the difference to the one before, a varint (LEB128)
) STRICT;
