-- 0001: the first schema. Never changed once released; later migrations add to it.
--
-- Words stand as text; each CHECK list of words carries the name TABLE_COLUMN_word and is proven
-- equal to the enum in base/word.h by a test. Ids that point nowhere are NULL, times that have not
-- come yet are 0. Blobs are named by their SHA-256, and the foreign key proves that they are here.
-- party and contact of a notice are no foreign keys: what was planned outlives the register.

PRAGMA application_id = 1416586099; -- "Tocs"
PRAGMA user_version = 1;

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64),
    data   BLOB NOT NULL
) STRICT;

CREATE TABLE party (
    id       TEXT NOT NULL PRIMARY KEY,
    kind     TEXT NOT NULL CONSTRAINT party_kind_word CHECK (kind IN ('regulator', 'complaint',
             'hdo', 'distributor', 'importer', 'representative', 'coordinator', 'reporter')),
    priority INTEGER NOT NULL, -- party_kind_priority(kind): makes the keyset of party_list cheap
    country  TEXT NOT NULL,
    group_id TEXT
) STRICT;
CREATE INDEX party_in_order ON party (priority, id);
CREATE INDEX party_of_group ON party (group_id) WHERE group_id IS NOT NULL;

-- AUTOINCREMENT: contacts are removed, and a notice must not point at somebody else afterwards.
CREATE TABLE contact (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    party        TEXT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    email        TEXT,
    name         TEXT,
    role         TEXT,
    language     TEXT,
    phone        TEXT,
    zone         TEXT,
    post_address TEXT,
    route        TEXT NOT NULL CONSTRAINT contact_route_word
                 CHECK (route IN ('smtp', 'file', 'portal', 'letter', 'phone')),
    key          TEXT,
    smime        TEXT,
    UNIQUE (party, seq)
) STRICT;

CREATE TABLE installed (
    id       INTEGER PRIMARY KEY,
    party    TEXT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    vendor   TEXT,
    product  TEXT NOT NULL,
    version  TEXT,
    serial   TEXT,
    udi_di   TEXT,
    quantity INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX installed_row ON installed
    (party, product, coalesce(vendor, ''), coalesce(version, ''), coalesce(serial, ''));

CREATE TABLE product (
    id         INTEGER PRIMARY KEY,
    vendor     TEXT,
    product    TEXT NOT NULL,
    version    TEXT,
    aliases    TEXT,
    state      TEXT CHECK (state IN ('supported', 'ended', 'withdrawn')),
    item_class TEXT,
    scope      TEXT,
    model      TEXT,
    udi_di     TEXT,
    markets    TEXT
) STRICT;
CREATE UNIQUE INDEX product_row ON product
    (product, coalesce(vendor, ''), coalesce(version, ''));

CREATE TABLE key (
    party       TEXT NOT NULL REFERENCES party (id) ON DELETE CASCADE,
    fpr         TEXT NOT NULL,
    email       TEXT,
    sub_fpr     TEXT NOT NULL,
    algo        TEXT,
    uid         TEXT,
    state       TEXT NOT NULL,
    reason      TEXT,
    expires_ms  INTEGER NOT NULL,
    pinned_ms   INTEGER NOT NULL,
    cert        TEXT REFERENCES blob (sha256),
    warned_days INTEGER NOT NULL,
    PRIMARY KEY (party, fpr)
) STRICT;

CREATE TABLE advisory (
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,
    tracking     TEXT NOT NULL,
    version      TEXT NOT NULL,
    sha256       TEXT NOT NULL REFERENCES blob (sha256),
    order_sha256 TEXT REFERENCES blob (sha256),
    order_name   TEXT,
    title        TEXT,
    tlp          TEXT NOT NULL CONSTRAINT advisory_tlp_word
                 CHECK (tlp IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    state        TEXT NOT NULL CONSTRAINT advisory_state_word CHECK (state IN ('submitted',
                 'approved', 'planning', 'released', 'superseded')),
    submitted_ms INTEGER NOT NULL,
    approved_ms  INTEGER NOT NULL,
    embargo_ms   INTEGER NOT NULL,
    deadline_ms  INTEGER NOT NULL,
    answer_by_ms INTEGER NOT NULL,
    UNIQUE (tracking, version)
) STRICT;
CREATE INDEX advisory_by_state ON advisory (state);

CREATE TABLE approval (
    id          INTEGER PRIMARY KEY,
    advisory_id INTEGER NOT NULL REFERENCES advisory (id),
    person      TEXT NOT NULL,
    role        TEXT NOT NULL CONSTRAINT approval_role_word
                CHECK (role IN ('psirt', 'regulatory', 'quality', 'safety', 'service')),
    fpr         TEXT NOT NULL,
    form        TEXT NOT NULL CHECK (form IN ('text', 'detached')),
    sha256      TEXT NOT NULL REFERENCES blob (sha256),
    at_ms       INTEGER NOT NULL,
    UNIQUE (advisory_id, person)
) STRICT;

CREATE TABLE plan (
    advisory_id    INTEGER PRIMARY KEY REFERENCES advisory (id),
    recipients     INTEGER NOT NULL,
    left_out       INTEGER NOT NULL,
    root           TEXT NOT NULL,
    done           INTEGER NOT NULL,
    after_priority INTEGER NOT NULL,
    after_party    TEXT,
    created_ms     INTEGER NOT NULL
) STRICT;

CREATE TABLE left_out (
    advisory_id INTEGER NOT NULL REFERENCES advisory (id),
    party       TEXT NOT NULL,
    comparison  TEXT NOT NULL,
    PRIMARY KEY (advisory_id, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE lane (
    id           INTEGER PRIMARY KEY,
    advisory_id  INTEGER NOT NULL REFERENCES advisory (id),
    jurisdiction TEXT NOT NULL,
    kind         TEXT NOT NULL CONSTRAINT lane_kind_word CHECK (kind IN ('regulator', 'complaint',
                 'hdo', 'distributor', 'importer', 'representative', 'coordinator', 'reporter')),
    endpoint     TEXT NOT NULL,
    priority     INTEGER NOT NULL,
    open_at_ms   INTEGER NOT NULL,
    held         INTEGER NOT NULL CHECK (held IN (0, 1)),
    UNIQUE (advisory_id, jurisdiction, kind, endpoint)
) STRICT;

CREATE TABLE task (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL CONSTRAINT task_kind_word CHECK (kind IN ('portal', 'letter',
                'phone', 'key', 'bounced', 'inbound', 'config', 'poison', 'question')),
    cause       TEXT NOT NULL,
    title       TEXT NOT NULL,
    todo        TEXT,
    advisory_id INTEGER REFERENCES advisory (id),
    owner       TEXT,
    deadline_ms INTEGER NOT NULL,
    open        INTEGER NOT NULL CHECK (open IN (0, 1)),
    opened_ms   INTEGER NOT NULL,
    done_ms     INTEGER NOT NULL,
    done_by     TEXT,
    done_ref    TEXT,
    proof       TEXT REFERENCES blob (sha256)
) STRICT;
CREATE UNIQUE INDEX task_open_cause ON task (cause) WHERE open = 1;

CREATE TABLE notice (
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL UNIQUE,
    advisory_id  INTEGER NOT NULL REFERENCES advisory (id),
    lane_id      INTEGER NOT NULL REFERENCES lane (id),
    party        TEXT NOT NULL,
    contact_id   INTEGER,
    kind         TEXT NOT NULL CONSTRAINT notice_kind_word CHECK (kind IN ('immediate', 'update',
                 'digest', 'reminder', 'escalation', 'waiting')),
    state        TEXT NOT NULL CONSTRAINT notice_state_word CHECK (state IN ('planned', 'sealing',
                 'ready', 'sending', 'dotted', 'uncertain', 'accepted', 'passed', 'answered',
                 'tasked', 'superseded', 'cancelled')),
    level        TEXT NOT NULL CONSTRAINT notice_level_word
                 CHECK (level IN ('sealed', 'tls', 'waiting', 'task')),
    form         TEXT NOT NULL CONSTRAINT notice_form_word
                 CHECK (form IN ('personal', 'broadcast')),
    route        TEXT NOT NULL CONSTRAINT notice_route_word
                 CHECK (route IN ('smtp', 'file', 'portal', 'letter', 'phone')),
    address      TEXT,
    key          TEXT,
    code         TEXT NOT NULL UNIQUE,
    token        TEXT NOT NULL UNIQUE,
    next_at_ms   INTEGER NOT NULL,
    deadline_ms  INTEGER NOT NULL,
    answer_by_ms INTEGER NOT NULL,
    tries        INTEGER NOT NULL,
    sendings     INTEGER NOT NULL,
    crashes      INTEGER NOT NULL,
    parcel_id    INTEGER REFERENCES parcel (id),
    attempt_id   INTEGER REFERENCES attempt (id),
    task_id      INTEGER REFERENCES task (id),
    grade        TEXT NOT NULL CONSTRAINT notice_grade_word CHECK (grade IN ('none', 'taken',
                 'passed-on', 'delivered', 'displayed', 'answered', 'action', 'bounced')),
    answer       TEXT CONSTRAINT notice_answer_word
                 CHECK (answer IN ('received', 'done', 'not-here', 'question')),
    why          TEXT,
    created_ms   INTEGER NOT NULL,
    changed_ms   INTEGER NOT NULL,
    accepted_ms  INTEGER NOT NULL,
    UNIQUE (advisory_id, party, kind)
) STRICT;
-- The queue: lanes that have anything in a state are found by skipping through this index, and
-- each lane's rows are read from their end that is due first. Nothing here grows with what waits.
CREATE INDEX notice_in_lane ON notice (state, lane_id, next_at_ms, id);
CREATE INDEX notice_of_advisory ON notice (advisory_id, id);
CREATE INDEX notice_of_party ON notice (party, id);
CREATE INDEX notice_of_task ON notice (task_id, id) WHERE task_id IS NOT NULL;

CREATE TABLE parcel (
    id         INTEGER PRIMARY KEY,
    notice_id  INTEGER NOT NULL REFERENCES notice (id),
    message_id TEXT NOT NULL UNIQUE,
    address    TEXT,
    key        TEXT,
    level      TEXT NOT NULL CONSTRAINT parcel_level_word
               CHECK (level IN ('sealed', 'tls', 'waiting', 'task')),
    sha256     TEXT NOT NULL REFERENCES blob (sha256),
    plain      TEXT REFERENCES blob (sha256),
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX parcel_of_notice ON parcel (notice_id, id);

CREATE TABLE attempt (
    id         INTEGER PRIMARY KEY,
    notice_id  INTEGER NOT NULL REFERENCES notice (id),
    parcel_id  INTEGER NOT NULL REFERENCES parcel (id),
    begin_ms   INTEGER NOT NULL,
    dot_ms     INTEGER NOT NULL,
    end_ms     INTEGER NOT NULL,
    verdict    TEXT CONSTRAINT attempt_verdict_word -- "lapsed": it never reached the dot
               CHECK (verdict IN ('accepted', 'deferred', 'refused', 'uncertain', 'lapsed')),
    code       INTEGER NOT NULL,
    enhanced   TEXT,
    said       TEXT,
    tls        TEXT,
    peer       TEXT,
    transcript TEXT REFERENCES blob (sha256)
) STRICT;
CREATE INDEX attempt_of_notice ON attempt (notice_id, id);

CREATE TABLE receipt (
    id        INTEGER PRIMARY KEY,
    notice_id INTEGER NOT NULL REFERENCES notice (id),
    grade     TEXT NOT NULL CONSTRAINT receipt_grade_word CHECK (grade IN ('none', 'taken',
              'passed-on', 'delivered', 'displayed', 'answered', 'action', 'bounced')),
    how       TEXT NOT NULL
              CHECK (how IN ('smtp', 'dsn', 'mdn', 'mail', 'phone', 'letter', 'task')),
    by_person TEXT,
    detail    TEXT,
    units     INTEGER NOT NULL,
    sha256    TEXT REFERENCES blob (sha256),
    at_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX receipt_of_notice ON receipt (notice_id, id);

CREATE TABLE inbound (
    id        INTEGER PRIMARY KEY,
    sha256    TEXT NOT NULL UNIQUE REFERENCES blob (sha256),
    kind      TEXT NOT NULL,
    notice_id INTEGER REFERENCES notice (id),
    outcome   TEXT NOT NULL CHECK (outcome IN ('applied', 'no-change', 'unmatched', 'suspect')),
    reason    TEXT,
    at_ms     INTEGER NOT NULL
) STRICT;

CREATE TABLE task_item (
    id        INTEGER PRIMARY KEY,
    task_id   INTEGER NOT NULL REFERENCES task (id),
    about     TEXT NOT NULL,
    notice_id INTEGER REFERENCES notice (id),
    detail    TEXT
) STRICT;
CREATE UNIQUE INDEX task_item_once ON task_item (task_id, about, coalesce(notice_id, 0));

CREATE TABLE job (
    name    TEXT NOT NULL PRIMARY KEY,
    next_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The evidence log. The index of an entry comes from the one head row, never from a counter of the
-- database: those leave gaps.
CREATE TABLE evidence (
    idx   INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    kind  TEXT NOT NULL,
    subj  TEXT,
    line  BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_of_subj ON evidence (subj, idx);

CREATE TABLE evidence_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    idx  INTEGER NOT NULL,
    prev TEXT NOT NULL CHECK (length(prev) = 64)
) STRICT;
INSERT INTO evidence_head (one, idx, prev)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Personal values behind the commitments in entries; NULL once erased.
CREATE TABLE evidence_value (
    idx   INTEGER NOT NULL REFERENCES evidence (idx),
    field TEXT NOT NULL,
    salt  TEXT,
    value TEXT,
    PRIMARY KEY (idx, field)
) STRICT, WITHOUT ROWID;
