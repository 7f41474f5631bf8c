-- 0013: reports of flaws that come by mail, each once, and what became of it; and their automatic
-- answer, which is a notice of a kind of its own. The kinds of notices: as in 0011.

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql,
'kind = ''reminder'' OR kind = ''escalation'' OR kind = ''waiting'')',
'kind = ''reminder'' OR kind = ''escalation'' OR kind = ''waiting'' OR
kind = ''acknowledgement'')')
WHERE type = 'table' AND name = 'notice';

PRAGMA writable_schema = RESET;

CREATE TABLE report (
    id          INTEGER PRIMARY KEY,
    sha256      TEXT NOT NULL UNIQUE REFERENCES blob (sha256), -- the mail as it came
    case_id     INTEGER REFERENCES case_file (id), -- NULL: of none
    outcome     TEXT NOT NULL
                CHECK (outcome IN ('opened', 'joined', 'gathered', 'passed')),
    reason      TEXT, -- why it is not answered, or not read, in our words
    sender      TEXT, -- whoever it says
    message_id  TEXT, -- without <>
    text_sha256 TEXT REFERENCES blob (sha256), -- its words; NULL: none could be read
    encrypted   INTEGER NOT NULL CHECK (encrypted IN (0, 1)),
    notice_id   INTEGER REFERENCES notice (id), -- the automatic answer
    at_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX report_of_case ON report (case_id, id);
CREATE INDEX report_at ON report (at_ms);
CREATE INDEX report_by_message ON report (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX report_answered ON report (notice_id) WHERE notice_id IS NOT NULL;

CREATE TABLE report_part (
    id        INTEGER PRIMARY KEY,
    report_id INTEGER NOT NULL REFERENCES report (id),
    name      TEXT,
    type      TEXT NOT NULL,
    size      INTEGER NOT NULL,
    sha256    TEXT NOT NULL REFERENCES blob (sha256)
) STRICT;
CREATE INDEX report_part_of ON report_part (report_id, id);

PRAGMA user_version = 13;
