-- 0006: with each time-stamp the certificates that it was judged with: what is configured may change,
-- and without them nobody can judge it again.

ALTER TABLE stamp ADD COLUMN roots ctext REFERENCES blob (sha256); -- PEM, nothing but certificates

UPDATE schema_version SET version = 6 WHERE one = 1;
