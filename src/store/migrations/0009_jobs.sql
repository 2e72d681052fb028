-- 0009_jobs.sql -- long work that a server was asked to do, so that a restart can tell what became of
-- it. The newest thousand are kept. Erasing a customer empties results and sentences.

CREATE TABLE job (
    boot INTEGER NOT NULL,         -- start of the server, seconds of UTC
    number INTEGER NOT NULL,       -- within that start, from 1
    kind TEXT NOT NULL,            -- 'import', 'form', ...
    title TEXT NOT NULL,           -- what it works on
    author TEXT NOT NULL,
    state TEXT NOT NULL,           -- 'waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted'
    done INTEGER NOT NULL,         -- of `total`
    total INTEGER NOT NULL,        -- 0: not known
    created_at INTEGER NOT NULL,   -- local seconds since 1970-01-01T00:00:00
    finished_at INTEGER,           -- the same; NULL: it did not end by itself
    problem_status TEXT NOT NULL,  -- of a failed one: 'CONFLICT'; else empty
    problem_sentence TEXT NOT NULL,
    result TEXT NOT NULL,          -- JSON; empty: none
    PRIMARY KEY (boot, number)
) STRICT, WITHOUT ROWID;
