-- 0010: duties that follow from cases, and holds: who must not be told before an authority was asked.
--
-- A duty is one rule in one place of one case. A hold is one rule of one case; the countries that it
-- is for stand beside it, so that a lane is held or not by what is in the database itself.

CREATE TABLE duty (
    id          INTEGER PRIMARY KEY,
    case_id     INTEGER NOT NULL REFERENCES case_file (id),
    rule        TEXT NOT NULL,
    version     INTEGER NOT NULL, -- of the rule that it was computed by
    rule_sha256 TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    country     TEXT, -- NULL: not said
    state       TEXT NOT NULL CONSTRAINT duty_state_word
                CHECK (state IN ('waiting', 'running', 'met', 'waived', 'withdrawn')),
    deliverable TEXT NOT NULL,
    informs     INTEGER NOT NULL CHECK (informs IN (0, 1)), -- met by notices
    owner       TEXT NOT NULL,
    trigger_at  TEXT, -- instant or day that the clock runs from
    cascade     TEXT, -- rule elsewhere that brought it
    due_safe    TEXT,
    due_legal   TEXT,
    safe_ms     INTEGER NOT NULL, -- last millisecond in time; 0: no time is set
    legal_ms    INTEGER NOT NULL,
    start_ms    INTEGER NOT NULL, -- the ladder of reminders begins
    derivation  TEXT NOT NULL,
    rung        INTEGER NOT NULL, -- of the ladder, that was acted on
    next_ms     INTEGER NOT NULL, -- the next one is reached; 0: none
    met_ms      INTEGER NOT NULL,
    met_by      TEXT,
    number      TEXT, -- that the authority gave
    proof       TEXT REFERENCES blob (sha256),
    reason      TEXT, -- why it was waived, or why it was late
    created_ms  INTEGER NOT NULL,
    changed_ms  INTEGER NOT NULL,
    -- Nothing is met without proof but a duty to inform.
    CHECK (state <> 'met' OR informs = 1 OR proof IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX duty_once ON duty (case_id, rule, coalesce(country, ''));
CREATE INDEX duty_due ON duty (next_ms, id) WHERE next_ms > 0;
CREATE INDEX duty_open ON duty (safe_ms, id) WHERE state IN ('waiting', 'running');

CREATE TABLE hold (
    id           INTEGER PRIMARY KEY,
    case_id      INTEGER NOT NULL REFERENCES case_file (id),
    rule         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    jurisdiction TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('before_action', 'await_comment', 'await_agreement')),
    why          TEXT NOT NULL CHECK (why IN ('rule', 'undecided')),
    state        TEXT NOT NULL CONSTRAINT hold_state_word
                 CHECK (state IN ('standing', 'ended', 'bypassed')),
    since_ms     INTEGER NOT NULL,
    until_ms     INTEGER NOT NULL, -- a window for comment ends; 0: by proof or by hand
    ended_ms     INTEGER NOT NULL,
    how          TEXT CHECK (how IN ('proof', 'window', 'decided', 'person')),
    person       TEXT,
    reason       TEXT,
    proof        TEXT REFERENCES blob (sha256),
    UNIQUE (case_id, rule),
    CHECK (state <> 'bypassed' OR (person IS NOT NULL AND reason IS NOT NULL))
) STRICT;
CREATE INDEX hold_standing ON hold (until_ms, id) WHERE state = 'standing';

CREATE TABLE hold_place (
    hold_id INTEGER NOT NULL REFERENCES hold (id),
    country TEXT NOT NULL,
    PRIMARY KEY (hold_id, country)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_place_country ON hold_place (country, hold_id);

PRAGMA user_version = 10;
