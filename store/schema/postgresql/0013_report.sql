-- 0013: reports of flaws that come by mail, each once, and what became of it; and their automatic
-- answer, which is a notice of a kind of its own.

ALTER TABLE notice DROP CONSTRAINT notice_kind_word;
ALTER TABLE notice ADD CONSTRAINT notice_kind_word CHECK (kind IN ('immediate', 'update',
    'digest', 'reminder', 'escalation', 'waiting', 'acknowledgement'));

CREATE TABLE report (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256      ctext NOT NULL UNIQUE REFERENCES blob (sha256), -- the mail as it came
    case_id     BIGINT REFERENCES case_file (id), -- NULL: of none
    outcome     ctext NOT NULL
                CHECK (outcome IN ('opened', 'joined', 'gathered', 'passed')),
    reason      ctext, -- why it is not answered, or not read, in our words
    sender      ctext, -- whoever it says
    message_id  ctext, -- without <>
    text_sha256 ctext REFERENCES blob (sha256), -- its words; NULL: none could be read
    encrypted   BIGINT NOT NULL CHECK (encrypted IN (0, 1)),
    notice_id   BIGINT REFERENCES notice (id), -- the automatic answer
    at_ms       BIGINT NOT NULL
);
CREATE INDEX report_of_case ON report (case_id, id);
CREATE INDEX report_at ON report (at_ms);
CREATE INDEX report_by_message ON report (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX report_answered ON report (notice_id) WHERE notice_id IS NOT NULL;

CREATE TABLE report_part (
    id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id BIGINT NOT NULL REFERENCES report (id),
    name      ctext,
    type      ctext NOT NULL,
    size      BIGINT NOT NULL,
    sha256    ctext NOT NULL REFERENCES blob (sha256)
);
CREATE INDEX report_part_of ON report_part (report_id, id);

UPDATE schema_version SET version = 13 WHERE one = 1;
