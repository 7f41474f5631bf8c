-- 0004: what was put into the outbox has a receipt, too.

ALTER TABLE receipt DROP CONSTRAINT receipt_how_check;
ALTER TABLE receipt ADD CONSTRAINT receipt_how_check
    CHECK (how IN ('smtp', 'file', 'dsn', 'mdn', 'mail', 'phone', 'letter', 'task'));

UPDATE schema_version SET version = 4;
