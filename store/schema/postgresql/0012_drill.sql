-- 0012: drills and canaries. A drill is an exercise: a row of advisory beside those that came in, so its
-- notices go the way of every notice; nothing that asks for advisories finds it.

ALTER TABLE advisory ADD COLUMN exercise BIGINT NOT NULL DEFAULT 0 CHECK (exercise IN (0, 1));
DROP INDEX advisory_by_state;
CREATE INDEX advisory_by_state ON advisory (state, submitted_ms, id) WHERE digest = 0 AND exercise = 0;
DROP INDEX advisory_digest;
CREATE INDEX advisory_ours ON advisory (id) WHERE digest = 1 OR exercise = 1;
CREATE INDEX advisory_exercise ON advisory (id) WHERE exercise = 1;

CREATE TABLE drill (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    advisory_id BIGINT NOT NULL UNIQUE REFERENCES advisory (id),
    of_id       BIGINT REFERENCES advisory (id), -- NULL: the sample
    by_person   ctext, -- NULL: its time had come
    wall        BIGINT UNIQUE, -- of a scheduled run: what the wall showed; NULL: by hand
    run_ms      BIGINT NOT NULL, -- the instant that it was due at
    missed      BIGINT NOT NULL, -- runs before it that this one stands for, too
    started_ms  BIGINT NOT NULL,
    ended_ms    BIGINT NOT NULL, -- 0: it goes on
    passed      BIGINT NOT NULL CHECK (passed IN (0, 1)),
    report      ctext REFERENCES blob (sha256), -- fixed at its end
    facts       ctext REFERENCES blob (sha256), -- the same as JSON
    signed      ctext REFERENCES blob (sha256), -- the same, signed by the maker's key
    CHECK (ended_ms = 0 OR (report IS NOT NULL AND facts IS NOT NULL))
);
CREATE INDEX drill_open ON drill (id) WHERE ended_ms = 0;

CREATE TABLE drill_schedule (
    one       BIGINT PRIMARY KEY CHECK (one = 1),
    rule      ctext NOT NULL, -- all that decides when it runs, in one line
    anchor_ms BIGINT NOT NULL,
    since_ms  BIGINT NOT NULL,
    looked_ms BIGINT NOT NULL
);

-- What a canary must get: one row for each run, by its advisory (or digest).
CREATE TABLE canary (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        ctext NOT NULL,
    advisory_id BIGINT NOT NULL REFERENCES advisory (id),
    notice_id   BIGINT REFERENCES notice (id), -- NULL: none was planned for it
    due_ms      BIGINT NOT NULL,
    state       ctext NOT NULL CHECK (state IN ('waiting', 'seen', 'missed', 'needless')),
    at_ms       BIGINT NOT NULL, -- of its state
    UNIQUE (name, advisory_id)
);
CREATE INDEX canary_waiting ON canary (due_ms, id) WHERE state = 'waiting';

UPDATE schema_version SET version = 12 WHERE one = 1;
