-- 0001: the first schema. Never changed once released; later migrations add to it.
--
-- The same tables as schema/sqlite/0001_first.sql, in PostgreSQL's words; see there.

-- Somebody who may not make schemas can be given one beforehand.
DO $$
BEGIN
    IF to_regnamespace('tocsin') IS NULL THEN
        CREATE SCHEMA tocsin;
    END IF;
END
$$;

-- Ordered by bytes, as SQLite does: pages of a list must not depend on a server's language, nor its
-- indexes break when the system's idea of a language changes.
CREATE DOMAIN ctext AS TEXT COLLATE "C";

CREATE TABLE schema_version (
    one     BIGINT PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
INSERT INTO schema_version (one, version) VALUES (1, 1);

CREATE TABLE meta (
    name  ctext NOT NULL PRIMARY KEY,
    value ctext NOT NULL
);

CREATE TABLE blob (
    sha256 ctext NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    data   BYTEA NOT NULL
);

CREATE TABLE party (
    id       ctext NOT NULL PRIMARY KEY,
    kind     ctext NOT NULL CONSTRAINT party_kind_word CHECK (kind IN ('regulator', 'complaint',
             'hdo', 'distributor', 'importer', 'representative', 'coordinator', 'reporter')),
    priority BIGINT NOT NULL, -- party_kind_priority(kind): makes the keyset of party_list cheap
    country  ctext NOT NULL,
    group_id ctext
);
CREATE INDEX party_in_order ON party (priority, id);
CREATE INDEX party_of_group ON party (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE contact (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party        ctext NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    seq          BIGINT NOT NULL,
    email        ctext,
    name         ctext,
    role         ctext,
    language     ctext,
    phone        ctext,
    zone         ctext,
    post_address ctext,
    route        ctext NOT NULL CONSTRAINT contact_route_word
                 CHECK (route IN ('smtp', 'file', 'portal', 'letter', 'phone')),
    key          ctext,
    smime        ctext,
    UNIQUE (party, seq)
);

CREATE TABLE installed (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    party    ctext NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    vendor   ctext,
    product  ctext NOT NULL,
    version  ctext,
    serial   ctext,
    udi_di   ctext,
    quantity BIGINT NOT NULL
);
CREATE UNIQUE INDEX installed_row ON installed
    (party, product, coalesce(vendor, ''), coalesce(version, ''), coalesce(serial, ''));

CREATE TABLE product (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vendor     ctext,
    product    ctext NOT NULL,
    version    ctext,
    aliases    ctext,
    state      ctext CHECK (state IN ('supported', 'ended', 'withdrawn')),
    item_class ctext,
    scope      ctext,
    model      ctext,
    udi_di     ctext,
    markets    ctext
);
CREATE UNIQUE INDEX product_row ON product
    (product, coalesce(vendor, ''), coalesce(version, ''));

CREATE TABLE key (
    party       ctext NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    fpr         ctext NOT NULL,
    email       ctext,
    sub_fpr     ctext NOT NULL,
    algo        ctext,
    uid         ctext,
    state       ctext NOT NULL,
    reason      ctext,
    expires_ms  BIGINT NOT NULL,
    pinned_ms   BIGINT NOT NULL,
    cert        ctext REFERENCES blob (sha256),
    warned_days BIGINT NOT NULL,
    PRIMARY KEY (party, fpr)
);

CREATE TABLE advisory (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid          ctext NOT NULL UNIQUE,
    tracking     ctext NOT NULL,
    version      ctext NOT NULL,
    sha256       ctext NOT NULL REFERENCES blob (sha256),
    order_sha256 ctext REFERENCES blob (sha256),
    order_name   ctext,
    title        ctext,
    tlp          ctext NOT NULL CONSTRAINT advisory_tlp_word
                 CHECK (tlp IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    state        ctext NOT NULL CONSTRAINT advisory_state_word CHECK (state IN ('submitted',
                 'approved', 'planning', 'released', 'superseded')),
    submitted_ms BIGINT NOT NULL,
    approved_ms  BIGINT NOT NULL,
    embargo_ms   BIGINT NOT NULL,
    deadline_ms  BIGINT NOT NULL,
    answer_by_ms BIGINT NOT NULL,
    UNIQUE (tracking, version)
);
CREATE INDEX advisory_by_state ON advisory (state);

CREATE TABLE approval (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    advisory_id BIGINT NOT NULL REFERENCES advisory (id),
    person      ctext NOT NULL,
    role        ctext NOT NULL CONSTRAINT approval_role_word
                CHECK (role IN ('psirt', 'regulatory', 'quality', 'safety', 'service')),
    fpr         ctext NOT NULL,
    form        ctext NOT NULL CHECK (form IN ('text', 'detached')),
    sha256      ctext NOT NULL REFERENCES blob (sha256),
    at_ms       BIGINT NOT NULL,
    UNIQUE (advisory_id, person)
);

CREATE TABLE plan (
    advisory_id    BIGINT PRIMARY KEY REFERENCES advisory (id),
    recipients     BIGINT NOT NULL,
    left_out       BIGINT NOT NULL,
    root           ctext NOT NULL,
    done           BIGINT NOT NULL,
    after_priority BIGINT NOT NULL,
    after_party    ctext,
    created_ms     BIGINT NOT NULL
);

CREATE TABLE left_out (
    advisory_id BIGINT NOT NULL REFERENCES advisory (id),
    party       ctext NOT NULL,
    comparison  ctext NOT NULL,
    PRIMARY KEY (advisory_id, party)
);

CREATE TABLE lane (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    advisory_id  BIGINT NOT NULL REFERENCES advisory (id),
    jurisdiction ctext NOT NULL,
    kind         ctext NOT NULL CONSTRAINT lane_kind_word CHECK (kind IN ('regulator', 'complaint',
                 'hdo', 'distributor', 'importer', 'representative', 'coordinator', 'reporter')),
    endpoint     ctext NOT NULL,
    priority     BIGINT NOT NULL,
    open_at_ms   BIGINT NOT NULL,
    held         BIGINT NOT NULL CHECK (held IN (0, 1)),
    UNIQUE (advisory_id, jurisdiction, kind, endpoint)
);

CREATE TABLE task (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        ctext NOT NULL CONSTRAINT task_kind_word CHECK (kind IN ('portal', 'letter',
                'phone', 'key', 'bounced', 'inbound', 'config', 'poison', 'question')),
    cause       ctext NOT NULL,
    title       ctext NOT NULL,
    todo        ctext,
    advisory_id BIGINT REFERENCES advisory (id),
    owner       ctext,
    deadline_ms BIGINT NOT NULL,
    open        BIGINT NOT NULL CHECK (open IN (0, 1)),
    opened_ms   BIGINT NOT NULL,
    done_ms     BIGINT NOT NULL,
    done_by     ctext,
    done_ref    ctext,
    proof       ctext REFERENCES blob (sha256)
);
CREATE UNIQUE INDEX task_open_cause ON task (cause) WHERE open = 1;

CREATE TABLE notice (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid          ctext NOT NULL UNIQUE,
    advisory_id  BIGINT NOT NULL REFERENCES advisory (id),
    lane_id      BIGINT NOT NULL REFERENCES lane (id),
    party        ctext NOT NULL,
    contact_id   BIGINT,
    kind         ctext NOT NULL CONSTRAINT notice_kind_word CHECK (kind IN ('immediate', 'update',
                 'digest', 'reminder', 'escalation', 'waiting')),
    state        ctext NOT NULL CONSTRAINT notice_state_word CHECK (state IN ('planned', 'sealing',
                 'ready', 'sending', 'dotted', 'uncertain', 'accepted', 'passed', 'answered',
                 'tasked', 'superseded', 'cancelled')),
    level        ctext NOT NULL CONSTRAINT notice_level_word
                 CHECK (level IN ('sealed', 'tls', 'waiting', 'task')),
    form         ctext NOT NULL CONSTRAINT notice_form_word
                 CHECK (form IN ('personal', 'broadcast')),
    route        ctext NOT NULL CONSTRAINT notice_route_word
                 CHECK (route IN ('smtp', 'file', 'portal', 'letter', 'phone')),
    address      ctext,
    key          ctext,
    code         ctext NOT NULL UNIQUE,
    token        ctext NOT NULL UNIQUE,
    next_at_ms   BIGINT NOT NULL,
    deadline_ms  BIGINT NOT NULL,
    answer_by_ms BIGINT NOT NULL,
    tries        BIGINT NOT NULL,
    sendings     BIGINT NOT NULL,
    crashes      BIGINT NOT NULL,
    parcel_id    BIGINT,
    attempt_id   BIGINT,
    task_id      BIGINT REFERENCES task (id),
    grade        ctext NOT NULL CONSTRAINT notice_grade_word CHECK (grade IN ('none', 'taken',
                 'passed-on', 'delivered', 'displayed', 'answered', 'action', 'bounced')),
    answer       ctext CONSTRAINT notice_answer_word
                 CHECK (answer IN ('received', 'done', 'not-here', 'question')),
    why          ctext,
    created_ms   BIGINT NOT NULL,
    changed_ms   BIGINT NOT NULL,
    accepted_ms  BIGINT NOT NULL,
    UNIQUE (advisory_id, party, kind)
);
-- The queue: lanes that have anything in a state are found by skipping through this index, and
-- each lane's rows are read from their end that is due first. Nothing here grows with what waits.
CREATE INDEX notice_in_lane ON notice (state, lane_id, next_at_ms, id);
CREATE INDEX notice_of_advisory ON notice (advisory_id, id);
CREATE INDEX notice_of_party ON notice (party, id);
CREATE INDEX notice_of_task ON notice (task_id, id) WHERE task_id IS NOT NULL;

CREATE TABLE parcel (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id  BIGINT NOT NULL REFERENCES notice (id),
    message_id ctext NOT NULL UNIQUE,
    address    ctext,
    key        ctext,
    level      ctext NOT NULL CONSTRAINT parcel_level_word
               CHECK (level IN ('sealed', 'tls', 'waiting', 'task')),
    sha256     ctext NOT NULL REFERENCES blob (sha256),
    plain      ctext REFERENCES blob (sha256),
    created_ms BIGINT NOT NULL
);
CREATE INDEX parcel_of_notice ON parcel (notice_id, id);

CREATE TABLE attempt (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id  BIGINT NOT NULL REFERENCES notice (id),
    parcel_id  BIGINT NOT NULL REFERENCES parcel (id),
    begin_ms   BIGINT NOT NULL,
    dot_ms     BIGINT NOT NULL,
    end_ms     BIGINT NOT NULL,
    verdict    ctext CONSTRAINT attempt_verdict_word -- "lapsed": it never reached the dot
               CHECK (verdict IN ('accepted', 'deferred', 'refused', 'uncertain', 'lapsed')),
    code       BIGINT NOT NULL,
    enhanced   ctext,
    said       ctext,
    tls        ctext,
    peer       ctext,
    transcript ctext REFERENCES blob (sha256)
);
CREATE INDEX attempt_of_notice ON attempt (notice_id, id);

ALTER TABLE notice
    ADD CONSTRAINT notice_parcel FOREIGN KEY (parcel_id) REFERENCES parcel (id),
    ADD CONSTRAINT notice_attempt FOREIGN KEY (attempt_id) REFERENCES attempt (id);

CREATE TABLE receipt (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    notice_id BIGINT NOT NULL REFERENCES notice (id),
    grade     ctext NOT NULL CONSTRAINT receipt_grade_word CHECK (grade IN ('none', 'taken',
              'passed-on', 'delivered', 'displayed', 'answered', 'action', 'bounced')),
    how       ctext NOT NULL
              CHECK (how IN ('smtp', 'dsn', 'mdn', 'mail', 'phone', 'letter', 'task')),
    by_person ctext,
    detail    ctext,
    units     BIGINT NOT NULL,
    sha256    ctext REFERENCES blob (sha256),
    at_ms     BIGINT NOT NULL
);
CREATE INDEX receipt_of_notice ON receipt (notice_id, id);

CREATE TABLE inbound (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256    ctext NOT NULL UNIQUE REFERENCES blob (sha256),
    kind      ctext NOT NULL,
    notice_id BIGINT REFERENCES notice (id),
    outcome   ctext NOT NULL CHECK (outcome IN ('applied', 'no-change', 'unmatched', 'suspect')),
    reason    ctext,
    at_ms     BIGINT NOT NULL
);

CREATE TABLE task_item (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id   BIGINT NOT NULL REFERENCES task (id),
    about     ctext NOT NULL,
    notice_id BIGINT REFERENCES notice (id),
    detail    ctext
);
CREATE UNIQUE INDEX task_item_once ON task_item (task_id, about, coalesce(notice_id, 0));

CREATE TABLE job (
    name    ctext NOT NULL PRIMARY KEY,
    next_ms BIGINT NOT NULL
);

-- The evidence log. The index of an entry comes from the one head row, never from a counter of the
-- database: those leave gaps.
CREATE TABLE evidence (
    idx   BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    kind  ctext NOT NULL,
    subj  ctext,
    line  BYTEA NOT NULL
);
CREATE INDEX evidence_of_subj ON evidence (subj, idx);

CREATE TABLE evidence_head (
    one  BIGINT PRIMARY KEY CHECK (one = 1),
    idx  BIGINT NOT NULL,
    prev ctext NOT NULL CHECK (length(prev) = 64)
);
INSERT INTO evidence_head (one, idx, prev)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Personal values behind the commitments in entries; NULL once erased.
CREATE TABLE evidence_value (
    idx   BIGINT NOT NULL REFERENCES evidence (idx),
    field ctext NOT NULL,
    salt  ctext,
    value ctext,
    PRIMARY KEY (idx, field)
);
