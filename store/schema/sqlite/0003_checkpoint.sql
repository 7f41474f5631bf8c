-- 0003: signed checkpoints of the evidence log, and time-stamps over them. Never changed, never
-- removed: a bundle is made of them.

CREATE TABLE checkpoint (
    size   INTEGER NOT NULL PRIMARY KEY,
    note   BLOB NOT NULL,
    at_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE stamp (
    size        INTEGER NOT NULL REFERENCES checkpoint (size),
    authority   TEXT NOT NULL, -- its URL
    token       BLOB NOT NULL, -- the whole response (RFC 3161), DER
    at_ms       INTEGER NOT NULL,
    cert_end_ms INTEGER NOT NULL,
    PRIMARY KEY (size, authority, at_ms)
) STRICT;

PRAGMA user_version = 3;
