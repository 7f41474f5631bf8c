-- 0010: duties that follow from cases, and holds: who must not be told before an authority was asked.
--
-- A duty is one rule in one place of one case. A hold is one rule of one case; the countries that it
-- is for stand beside it, so that a lane is held or not by what is in the database itself.

CREATE TABLE duty (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id     BIGINT NOT NULL REFERENCES case_file (id),
    rule        ctext NOT NULL,
    version     BIGINT NOT NULL, -- of the rule that it was computed by
    rule_sha256 ctext NOT NULL,
    jurisdiction ctext NOT NULL,
    country     ctext, -- NULL: not said
    state       ctext NOT NULL CONSTRAINT duty_state_word
                CHECK (state IN ('waiting', 'running', 'met', 'waived', 'withdrawn')),
    deliverable ctext NOT NULL,
    informs     BIGINT NOT NULL CHECK (informs IN (0, 1)), -- met by notices
    owner       ctext NOT NULL,
    trigger_at  ctext, -- instant or day that the clock runs from
    cascade     ctext, -- rule elsewhere that brought it
    due_safe    ctext,
    due_legal   ctext,
    safe_ms     BIGINT NOT NULL, -- last millisecond in time; 0: no time is set
    legal_ms    BIGINT NOT NULL,
    start_ms    BIGINT NOT NULL, -- the ladder of reminders begins
    derivation  ctext NOT NULL,
    rung        BIGINT NOT NULL, -- of the ladder, that was acted on
    next_ms     BIGINT NOT NULL, -- the next one is reached; 0: none
    met_ms      BIGINT NOT NULL,
    met_by      ctext,
    number      ctext, -- that the authority gave
    proof       ctext REFERENCES blob (sha256),
    reason      ctext, -- why it was waived, or why it was late
    created_ms  BIGINT NOT NULL,
    changed_ms  BIGINT NOT NULL,
    -- Nothing is met without proof but a duty to inform.
    CHECK (state <> 'met' OR informs = 1 OR proof IS NOT NULL)
);
CREATE UNIQUE INDEX duty_once ON duty (case_id, rule, coalesce(country, ''));
CREATE INDEX duty_due ON duty (next_ms, id) WHERE next_ms > 0;
CREATE INDEX duty_open ON duty (safe_ms, id) WHERE state IN ('waiting', 'running');

CREATE TABLE hold (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id      BIGINT NOT NULL REFERENCES case_file (id),
    rule         ctext NOT NULL,
    version      BIGINT NOT NULL,
    jurisdiction ctext NOT NULL,
    kind         ctext NOT NULL CHECK (kind IN ('before_action', 'await_comment', 'await_agreement')),
    why          ctext NOT NULL CHECK (why IN ('rule', 'undecided')),
    state        ctext NOT NULL CONSTRAINT hold_state_word
                 CHECK (state IN ('standing', 'ended', 'bypassed')),
    since_ms     BIGINT NOT NULL,
    until_ms     BIGINT NOT NULL, -- a window for comment ends; 0: by proof or by hand
    ended_ms     BIGINT NOT NULL,
    how          ctext CHECK (how IN ('proof', 'window', 'decided', 'person')),
    person       ctext,
    reason       ctext,
    proof        ctext REFERENCES blob (sha256),
    UNIQUE (case_id, rule),
    CHECK (state <> 'bypassed' OR (person IS NOT NULL AND reason IS NOT NULL))
);
CREATE INDEX hold_standing ON hold (until_ms, id) WHERE state = 'standing';

CREATE TABLE hold_place (
    hold_id BIGINT NOT NULL REFERENCES hold (id),
    country ctext NOT NULL,
    PRIMARY KEY (hold_id, country)
);
CREATE INDEX hold_place_country ON hold_place (country, hold_id);

UPDATE schema_version SET version = 10 WHERE one = 1;
