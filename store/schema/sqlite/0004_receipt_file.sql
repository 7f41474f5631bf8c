-- 0004: what was put into the outbox has a receipt, too. SQLite changes a CHECK by a new table only.

CREATE TABLE receipt_new (
    id        INTEGER PRIMARY KEY,
    notice_id INTEGER NOT NULL REFERENCES notice (id),
    grade     TEXT NOT NULL CONSTRAINT receipt_grade_word CHECK (grade IN ('none', 'taken',
              'passed-on', 'delivered', 'displayed', 'answered', 'action', 'bounced')),
    how       TEXT NOT NULL
              CHECK (how IN ('smtp', 'file', 'dsn', 'mdn', 'mail', 'phone', 'letter', 'task')),
    by_person TEXT,
    detail    TEXT,
    units     INTEGER NOT NULL,
    sha256    TEXT REFERENCES blob (sha256),
    at_ms     INTEGER NOT NULL
) STRICT;
INSERT INTO receipt_new SELECT * FROM receipt;
DROP TABLE receipt;
ALTER TABLE receipt_new RENAME TO receipt;
CREATE INDEX receipt_of_notice ON receipt (notice_id, id);

PRAGMA user_version = 4;
