-- 0007_access.sql -- who may do what, and what was done. Of passwords, links and tokens only hashes
-- are kept.

CREATE TABLE access_user (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
    login TEXT NOT NULL,
    login_folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,            -- for people; empty: nobody said
    role TEXT NOT NULL,            -- 'administrator', 'marketer', 'manager', 'viewer'
    rights TEXT NOT NULL,          -- beyond those of the role: codes with a space between
    manager TEXT NOT NULL,         -- value of the property `manager` of his customers
    language TEXT NOT NULL,        -- 'en', 'ru', 'uk'; empty: that of the directory
    is_blocked INTEGER NOT NULL CHECK (is_blocked IN (0, 1)),
    password TEXT NOT NULL,        -- argon2id with its parameters; empty: none yet
    secrets_number INTEGER NOT NULL, -- grows with every change of what he signs in with
    created_at INTEGER NOT NULL,   -- local seconds since 1970-01-01T00:00:00
    last_sign_in INTEGER           -- the same; NULL: never
) STRICT;

-- A link to sign in with once.
CREATE TABLE access_link (
    digest TEXT PRIMARY KEY,       -- BLAKE2b-256 of its secret part, hexadecimal
    user_id INTEGER NOT NULL REFERENCES access_user (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL    -- seconds of UTC
) STRICT, WITHOUT ROWID;

-- What a program signs in with.
CREATE TABLE access_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,   -- BLAKE2b-256 of the secret, hexadecimal
    user_id INTEGER NOT NULL REFERENCES access_user (id) ON DELETE CASCADE, -- who answers for it
    rights TEXT NOT NULL,          -- codes with a space between; never more than that user has
    created_at INTEGER NOT NULL,
    expires INTEGER                -- last day on which it works; NULL: for good
) STRICT;

CREATE INDEX access_token_by_user ON access_token (user_id);

-- What was done. It never names a customer.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,           -- local seconds since 1970-01-01T00:00:00
    user TEXT NOT NULL,            -- login; empty: nobody was signed in
    kind TEXT NOT NULL,            -- 'sign-in', 'export', ...
    object TEXT NOT NULL,          -- what it was done to
    detail TEXT NOT NULL
) STRICT;
