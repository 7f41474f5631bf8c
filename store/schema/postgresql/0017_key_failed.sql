-- 0017: since when a key that was usable is not, as a notice found when it was to be sealed.

ALTER TABLE key ADD COLUMN failed_ms BIGINT NOT NULL DEFAULT 0;

UPDATE schema_version SET version = 17 WHERE one = 1;
