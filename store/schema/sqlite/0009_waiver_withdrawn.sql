-- 0009: a waiver can be taken back; the finding may be waived anew, and both stay on record.

CREATE TABLE waiver_anew (
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
    withdrawn_by     TEXT, -- all NULL: it is in force
    withdrawn_role   TEXT
            CHECK (withdrawn_role IN ('psirt', 'regulatory', 'quality', 'safety', 'service')),
    withdrawn_reason TEXT,
    withdrawn_ms     INTEGER,
    CHECK ((withdrawn_ms IS NULL) = (withdrawn_by IS NULL)),
    CHECK ((withdrawn_ms IS NULL) = (withdrawn_role IS NULL)),
    CHECK ((withdrawn_ms IS NULL) = (withdrawn_reason IS NULL))
) STRICT;

INSERT INTO waiver_anew (id, sha256, test, pointer, finding, person, role, reason, at_ms)
SELECT id, sha256, test, pointer, finding, person, role, reason, at_ms FROM waiver;

DROP TABLE waiver;
ALTER TABLE waiver_anew RENAME TO waiver;

CREATE UNIQUE INDEX waiver_in_force ON waiver (sha256, test, pointer, finding)
    WHERE withdrawn_ms IS NULL;
CREATE INDEX waiver_sha256 ON waiver (sha256);

PRAGMA user_version = 9;
