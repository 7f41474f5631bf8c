-- 0007: cases: one matter each, from the first report to its closure. What was known when, what was
-- decided where, what it was linked to, the thread with the reporter, and its history.
--
-- Facts and decisions are never changed: a newer row takes the place of an older one (supersedes),
-- which stays. in_force is kept beside that, so that the database itself holds "one in force".

CREATE TABLE case_file (
    id                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid               ctext NOT NULL UNIQUE, -- subject of its entries
    number            ctext NOT NULL UNIQUE, -- for people
    year              BIGINT NOT NULL,
    seq               BIGINT NOT NULL, -- without gaps inside a year
    source            ctext NOT NULL CONSTRAINT case_file_source_word
                      CHECK (source IN ('a', 'b', 'c', 'd', 'e', 'f', 'g')),
    state             ctext NOT NULL CONSTRAINT case_file_state_word CHECK (state IN ('received',
                      'acknowledged', 'accepted', 'duplicate', 'not-ours', 'not-security',
                      'triaged', 'investigating', 'confirmed', 'not-confirmed', 'remediation',
                      'disclose', 'withhold', 'drafted', 'published', 'verified', 'closed',
                      'waiting-reporter', 'transferred', 'reopened')),
    back              ctext CONSTRAINT case_file_back_word CHECK (back IN ('received',
                      'acknowledged', 'accepted', 'duplicate', 'not-ours', 'not-security',
                      'triaged', 'investigating', 'confirmed', 'not-confirmed', 'remediation',
                      'disclose', 'withhold', 'drafted', 'published', 'verified', 'closed',
                      'waiting-reporter', 'transferred', 'reopened')), -- from where it waits
    owner             ctext,
    title             ctext,
    reporter          ctext, -- NULL: nobody that could be told
    reporter_mail     ctext,
    disclosure        ctext CHECK (disclosure IN ('disclose', 'withhold')),
    disclosure_by     ctext,
    disclosure_reason ctext,
    disclosure_ms     BIGINT NOT NULL,
    outcome           ctext,
    closed_by         ctext,
    opened_ms         BIGINT NOT NULL,
    state_ms          BIGINT NOT NULL,
    acknowledged_ms   BIGINT NOT NULL,
    triaged_ms        BIGINT NOT NULL,
    told_ms           BIGINT NOT NULL,
    reopened_ms       BIGINT NOT NULL,
    closed_ms         BIGINT NOT NULL,
    UNIQUE (year, seq)
);
CREATE INDEX case_file_open ON case_file (id) WHERE closed_ms = 0;

CREATE TABLE case_event (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES case_file (id),
    what    ctext NOT NULL CHECK (what IN ('opened', 'state', 'assigned', 'told', 'closed')),
    said    ctext NOT NULL, -- the state, the owner, the way
    person  ctext,
    reason  ctext,
    sha256  ctext REFERENCES blob (sha256),
    at_ms   BIGINT NOT NULL
);
CREATE INDEX case_event_of_case ON case_event (case_id, id);

CREATE TABLE case_fact (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id       BIGINT NOT NULL REFERENCES case_file (id),
    kind          ctext NOT NULL, -- a trigger of the rules
    jurisdiction  ctext, -- NULL: wherever it matters
    at_ms         BIGINT NOT NULL, -- of a whole day: its beginning
    said          ctext NOT NULL, -- the instant with its offset, or the day
    zone          ctext, -- IANA name of the place where it was
    person        ctext NOT NULL, -- who knew or did
    class         ctext NOT NULL CONSTRAINT case_fact_class_word
                  CHECK (class IN ('employee', 'manager', 'representative', 'other')),
    source        ctext NOT NULL, -- the document that says so
    entered_by    ctext NOT NULL,
    entered_ms    BIGINT NOT NULL,
    supersedes    BIGINT REFERENCES case_fact (id),
    from_fact     BIGINT REFERENCES case_fact (id), -- which it follows from, in another place
    in_force      BIGINT NOT NULL CHECK (in_force IN (0, 1)),
    chosen        BIGINT NOT NULL CHECK (chosen IN (0, 1)),
    chosen_by     ctext,
    chosen_reason ctext,
    chosen_ms     BIGINT NOT NULL
);
CREATE INDEX case_fact_of_case ON case_fact (case_id, id);
CREATE UNIQUE INDEX case_fact_chosen ON case_fact (case_id, kind, coalesce(jurisdiction, ''))
    WHERE chosen = 1;

CREATE TABLE case_decision (
    id               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id          BIGINT NOT NULL REFERENCES case_file (id),
    jurisdiction     ctext NOT NULL,
    verdict          ctext NOT NULL CONSTRAINT case_decision_verdict_word
                     CHECK (verdict IN ('reportable', 'not-reportable', 'not-applicable')),
    reason           ctext NOT NULL,
    person           ctext NOT NULL, -- who decided
    entered_by       ctext NOT NULL, -- another one: recorded for that person
    proof            ctext REFERENCES blob (sha256),
    at_ms            BIGINT NOT NULL,
    supersedes       BIGINT REFERENCES case_decision (id),
    in_force         BIGINT NOT NULL CHECK (in_force IN (0, 1)),
    countersigned_ms BIGINT NOT NULL
);
CREATE INDEX case_decision_of_case ON case_decision (case_id, id);
CREATE UNIQUE INDEX case_decision_in_force ON case_decision (case_id, jurisdiction)
    WHERE in_force = 1;

CREATE TABLE case_link (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES case_file (id),
    kind    ctext NOT NULL CONSTRAINT case_link_kind_word
            CHECK (kind IN ('advisory', 'complaint', 'capa', 'risk', 'case')),
    ref     ctext NOT NULL,
    person  ctext,
    at_ms   BIGINT NOT NULL,
    UNIQUE (case_id, kind, ref)
);
CREATE INDEX case_link_of_ref ON case_link (kind, ref);

CREATE TABLE case_message (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    BIGINT NOT NULL REFERENCES case_file (id),
    way        ctext NOT NULL CONSTRAINT case_message_way_word CHECK (way IN ('in', 'out', 'note')),
    sha256     ctext NOT NULL REFERENCES blob (sha256),
    message_id ctext, -- without <>
    address    ctext,
    at_ms      BIGINT NOT NULL
);
CREATE INDEX case_message_of_case ON case_message (case_id, id);
CREATE INDEX case_message_by_id ON case_message (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE source_review (
    id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source ctext NOT NULL CONSTRAINT source_review_source_word
           CHECK (source IN ('a', 'b', 'c', 'd', 'e', 'f', 'g')),
    person ctext NOT NULL,
    note   ctext,
    at_ms  BIGINT NOT NULL
);
CREATE INDEX source_review_latest ON source_review (source, id);

UPDATE schema_version SET version = 7 WHERE one = 1;
