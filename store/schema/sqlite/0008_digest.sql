-- 0008: digests. What a digest says is a document of ours, and so a row of advisory beside those that
-- came in: notices, lanes and tasks are about it as they are about any other.

ALTER TABLE advisory ADD COLUMN digest INTEGER NOT NULL DEFAULT 0 CHECK (digest IN (0, 1));
-- Digests are many, and nobody asks which of them are in a state.
DROP INDEX advisory_by_state;
CREATE INDEX advisory_by_state ON advisory (state, submitted_ms, id) WHERE digest = 0;
CREATE INDEX advisory_digest ON advisory (id) WHERE digest = 1;

CREATE TABLE digest_schedule (
    name      TEXT NOT NULL PRIMARY KEY, -- whom it is for, as in the settings
    rule      TEXT NOT NULL, -- all that decides when it runs, in one line
    anchor_ms INTEGER NOT NULL, -- first seen; weeks and counts begin on that day
    since_ms  INTEGER NOT NULL, -- in force as it stands since then
    looked_ms INTEGER NOT NULL -- all who were known then were looked at
) STRICT, WITHOUT ROWID;

-- One run of one schedule for one party: the key keeps two dispatchers from making it twice.
CREATE TABLE digest_turn (
    id        INTEGER PRIMARY KEY,
    schedule  TEXT NOT NULL,
    party     TEXT NOT NULL,
    wall      INTEGER NOT NULL, -- what their wall showed: milliseconds since 1970-01-01 there
    run_ms    INTEGER NOT NULL, -- the instant of it
    outcome   TEXT NOT NULL CHECK (outcome IN ('planned', 'empty', 'no-mail')),
    missed    INTEGER NOT NULL, -- runs before it that this one stands for, too
    notice_id INTEGER REFERENCES notice (id),
    base_id   INTEGER REFERENCES notice (id), -- the digest that it goes on from
    at_ms     INTEGER NOT NULL,
    UNIQUE (schedule, party, wall)
) STRICT;
CREATE INDEX digest_turn_of_party ON digest_turn (party, notice_id);

PRAGMA user_version = 8;
