-- 0009: a waiver can be taken back; the finding may be waived anew, and both stay on record.

ALTER TABLE waiver DROP CONSTRAINT waiver_sha256_test_pointer_finding_key;
ALTER TABLE waiver ADD COLUMN withdrawn_by ctext; -- all NULL: it is in force
ALTER TABLE waiver ADD COLUMN withdrawn_role ctext
    CHECK (withdrawn_role IN ('psirt', 'regulatory', 'quality', 'safety', 'service'));
ALTER TABLE waiver ADD COLUMN withdrawn_reason ctext;
ALTER TABLE waiver ADD COLUMN withdrawn_ms BIGINT;
ALTER TABLE waiver ADD CHECK ((withdrawn_ms IS NULL) = (withdrawn_by IS NULL));
ALTER TABLE waiver ADD CHECK ((withdrawn_ms IS NULL) = (withdrawn_role IS NULL));
ALTER TABLE waiver ADD CHECK ((withdrawn_ms IS NULL) = (withdrawn_reason IS NULL));

CREATE UNIQUE INDEX waiver_in_force ON waiver (sha256, test, pointer, finding)
    WHERE withdrawn_ms IS NULL;
CREATE INDEX waiver_sha256 ON waiver (sha256);

UPDATE schema_version SET version = 9 WHERE one = 1;
