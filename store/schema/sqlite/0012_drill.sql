-- 0012: drills and canaries. A drill is an exercise: a row of advisory beside those that came in, so its
-- notices go the way of every notice; nothing that asks for advisories finds it.

ALTER TABLE advisory ADD COLUMN exercise INTEGER NOT NULL DEFAULT 0 CHECK (exercise IN (0, 1));
DROP INDEX advisory_by_state;
CREATE INDEX advisory_by_state ON advisory (state, submitted_ms, id) WHERE digest = 0 AND exercise = 0;
DROP INDEX advisory_digest;
CREATE INDEX advisory_ours ON advisory (id) WHERE digest = 1 OR exercise = 1;
CREATE INDEX advisory_exercise ON advisory (id) WHERE exercise = 1;

CREATE TABLE drill (
    id          INTEGER PRIMARY KEY,
    advisory_id INTEGER NOT NULL UNIQUE REFERENCES advisory (id),
    of_id       INTEGER REFERENCES advisory (id), -- NULL: the sample
    by_person   TEXT, -- NULL: its time had come
    wall        INTEGER UNIQUE, -- of a scheduled run: what the wall showed; NULL: by hand
    run_ms      INTEGER NOT NULL, -- the instant that it was due at
    missed      INTEGER NOT NULL, -- runs before it that this one stands for, too
    started_ms  INTEGER NOT NULL,
    ended_ms    INTEGER NOT NULL, -- 0: it goes on
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
    report      TEXT REFERENCES blob (sha256), -- fixed at its end
    facts       TEXT REFERENCES blob (sha256), -- the same as JSON
    signed      TEXT REFERENCES blob (sha256), -- the same, signed by the maker's key
    CHECK (ended_ms = 0 OR (report IS NOT NULL AND facts IS NOT NULL))
) STRICT;
CREATE INDEX drill_open ON drill (id) WHERE ended_ms = 0;

CREATE TABLE drill_schedule (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    rule      TEXT NOT NULL, -- all that decides when it runs, in one line
    anchor_ms INTEGER NOT NULL,
    since_ms  INTEGER NOT NULL,
    looked_ms INTEGER NOT NULL
) STRICT;

-- What a canary must get: one row for each run, by its advisory (or digest).
CREATE TABLE canary (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    advisory_id INTEGER NOT NULL REFERENCES advisory (id),
    notice_id   INTEGER REFERENCES notice (id), -- NULL: none was planned for it
    due_ms      INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'seen', 'missed', 'needless')),
    at_ms       INTEGER NOT NULL, -- of its state
    UNIQUE (name, advisory_id)
) STRICT;
CREATE INDEX canary_waiting ON canary (due_ms, id) WHERE state = 'waiting';

PRAGMA user_version = 12;
