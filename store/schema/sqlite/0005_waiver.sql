-- 0005: findings of the gate that a named person lets pass, and sets that wait for such waivers.

CREATE TABLE waiver (
    id      INTEGER PRIMARY KEY,
    sha256  TEXT NOT NULL, -- of the exact bytes; no blob is needed to hold it
    test    TEXT NOT NULL,
    pointer TEXT NOT NULL,
    finding TEXT NOT NULL, -- the sentence that the person has read
    person  TEXT NOT NULL,
    role    TEXT NOT NULL
            CHECK (role IN ('psirt', 'regulatory', 'quality', 'safety', 'service')),
    reason  TEXT NOT NULL,
    at_ms   INTEGER NOT NULL,
    UNIQUE (sha256, test, pointer, finding)
) STRICT;

CREATE TABLE held (
    tracking     TEXT NOT NULL,
    version      TEXT NOT NULL,
    sha256       TEXT NOT NULL REFERENCES blob (sha256),
    name         TEXT NOT NULL, -- of the file, for people
    order_sha256 TEXT REFERENCES blob (sha256),
    order_name   TEXT,
    at_ms        INTEGER NOT NULL,
    PRIMARY KEY (tracking, version)
) STRICT;

PRAGMA user_version = 5;
