-- 0007: cases: one matter each, from the first report to its closure. What was known when, what was
-- decided where, what it was linked to, the thread with the reporter, and its history.
--
-- Facts and decisions are never changed: a newer row takes the place of an older one (supersedes),
-- which stays. in_force is kept beside that, so that the database itself holds "one in force".

CREATE TABLE case_file (
    id                INTEGER PRIMARY KEY,
    uid               TEXT NOT NULL UNIQUE, -- subject of its entries
    number            TEXT NOT NULL UNIQUE, -- for people
    year              INTEGER NOT NULL,
    seq               INTEGER NOT NULL, -- without gaps inside a year
    source            TEXT NOT NULL CONSTRAINT case_file_source_word
                      CHECK (source IN ('a', 'b', 'c', 'd', 'e', 'f', 'g')),
    state             TEXT NOT NULL CONSTRAINT case_file_state_word CHECK (state IN ('received',
                      'acknowledged', 'accepted', 'duplicate', 'not-ours', 'not-security',
                      'triaged', 'investigating', 'confirmed', 'not-confirmed', 'remediation',
                      'disclose', 'withhold', 'drafted', 'published', 'verified', 'closed',
                      'waiting-reporter', 'transferred', 'reopened')),
    back              TEXT CONSTRAINT case_file_back_word CHECK (back IN ('received',
                      'acknowledged', 'accepted', 'duplicate', 'not-ours', 'not-security',
                      'triaged', 'investigating', 'confirmed', 'not-confirmed', 'remediation',
                      'disclose', 'withhold', 'drafted', 'published', 'verified', 'closed',
                      'waiting-reporter', 'transferred', 'reopened')), -- from where it waits
    owner             TEXT,
    title             TEXT,
    reporter          TEXT, -- NULL: nobody that could be told
    reporter_mail     TEXT,
    disclosure        TEXT CHECK (disclosure IN ('disclose', 'withhold')),
    disclosure_by     TEXT,
    disclosure_reason TEXT,
    disclosure_ms     INTEGER NOT NULL,
    outcome           TEXT,
    closed_by         TEXT,
    opened_ms         INTEGER NOT NULL,
    state_ms          INTEGER NOT NULL,
    acknowledged_ms   INTEGER NOT NULL,
    triaged_ms        INTEGER NOT NULL,
    told_ms           INTEGER NOT NULL,
    reopened_ms       INTEGER NOT NULL,
    closed_ms         INTEGER NOT NULL,
    UNIQUE (year, seq)
) STRICT;
CREATE INDEX case_file_open ON case_file (id) WHERE closed_ms = 0;

CREATE TABLE case_event (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    what    TEXT NOT NULL CHECK (what IN ('opened', 'state', 'assigned', 'told', 'closed')),
    said    TEXT NOT NULL, -- the state, the owner, the way
    person  TEXT,
    reason  TEXT,
    sha256  TEXT REFERENCES blob (sha256),
    at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX case_event_of_case ON case_event (case_id, id);

CREATE TABLE case_fact (
    id            INTEGER PRIMARY KEY,
    case_id       INTEGER NOT NULL REFERENCES case_file (id),
    kind          TEXT NOT NULL, -- a trigger of the rules
    jurisdiction  TEXT, -- NULL: wherever it matters
    at_ms         INTEGER NOT NULL, -- of a whole day: its beginning
    said          TEXT NOT NULL, -- the instant with its offset, or the day
    zone          TEXT, -- IANA name of the place where it was
    person        TEXT NOT NULL, -- who knew or did
    class         TEXT NOT NULL CONSTRAINT case_fact_class_word
                  CHECK (class IN ('employee', 'manager', 'representative', 'other')),
    source        TEXT NOT NULL, -- the document that says so
    entered_by    TEXT NOT NULL,
    entered_ms    INTEGER NOT NULL,
    supersedes    INTEGER REFERENCES case_fact (id),
    from_fact     INTEGER REFERENCES case_fact (id), -- which it follows from, in another place
    in_force      INTEGER NOT NULL CHECK (in_force IN (0, 1)),
    chosen        INTEGER NOT NULL CHECK (chosen IN (0, 1)),
    chosen_by     TEXT,
    chosen_reason TEXT,
    chosen_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX case_fact_of_case ON case_fact (case_id, id);
CREATE UNIQUE INDEX case_fact_chosen ON case_fact (case_id, kind, coalesce(jurisdiction, ''))
    WHERE chosen = 1;

CREATE TABLE case_decision (
    id               INTEGER PRIMARY KEY,
    case_id          INTEGER NOT NULL REFERENCES case_file (id),
    jurisdiction     TEXT NOT NULL,
    verdict          TEXT NOT NULL CONSTRAINT case_decision_verdict_word
                     CHECK (verdict IN ('reportable', 'not-reportable', 'not-applicable')),
    reason           TEXT NOT NULL,
    person           TEXT NOT NULL, -- who decided
    entered_by       TEXT NOT NULL, -- another one: recorded for that person
    proof            TEXT REFERENCES blob (sha256),
    at_ms            INTEGER NOT NULL,
    supersedes       INTEGER REFERENCES case_decision (id),
    in_force         INTEGER NOT NULL CHECK (in_force IN (0, 1)),
    countersigned_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX case_decision_of_case ON case_decision (case_id, id);
CREATE UNIQUE INDEX case_decision_in_force ON case_decision (case_id, jurisdiction)
    WHERE in_force = 1;

CREATE TABLE case_link (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES case_file (id),
    kind    TEXT NOT NULL CONSTRAINT case_link_kind_word
            CHECK (kind IN ('advisory', 'complaint', 'capa', 'risk', 'case')),
    ref     TEXT NOT NULL,
    person  TEXT,
    at_ms   INTEGER NOT NULL,
    UNIQUE (case_id, kind, ref)
) STRICT;
CREATE INDEX case_link_of_ref ON case_link (kind, ref);

CREATE TABLE case_message (
    id         INTEGER PRIMARY KEY,
    case_id    INTEGER NOT NULL REFERENCES case_file (id),
    way        TEXT NOT NULL CONSTRAINT case_message_way_word CHECK (way IN ('in', 'out', 'note')),
    sha256     TEXT NOT NULL REFERENCES blob (sha256),
    message_id TEXT, -- without <>
    address    TEXT,
    at_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX case_message_of_case ON case_message (case_id, id);
CREATE INDEX case_message_by_id ON case_message (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE source_review (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL CONSTRAINT source_review_source_word
           CHECK (source IN ('a', 'b', 'c', 'd', 'e', 'f', 'g')),
    person TEXT NOT NULL,
    note   TEXT,
    at_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX source_review_latest ON source_review (source, id);

PRAGMA user_version = 7;
